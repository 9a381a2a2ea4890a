"""G6: an account that cannot speak, and that it is back; somebody whom it cannot reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.messages import Card, Fact
from bot.replies import words
from bot.replies.facts import VALUE_MOST
from bot.replies.wording import clock_of, cut, short_day

KIND, UNREACHED = "bot.health", "bot.unreached"


def silent(platform: str, waiting: int, since: datetime, cause: str, mend: str) -> Card:
    """企业微信发不出去，31 条在排"""
    shown = [(words.bit("cause"), cut(cause, VALUE_MOST)), (words.bit("mend"), cut(mend, VALUE_MOST))]
    return words.card(KIND, platform=cut(platform, 8), count=waiting, clock=clock_of(since), facts=shown)


def unreached(platform: str, name: str, group: str, mend: str, since: datetime) -> Card:
    """李娜收不到消息; of a ``group`` where ``name`` is "", by its name or the tail of its id."""
    who = cut(name, 8) if name else words.bit("the_group", group=group if len(group) <= 8 else f"…{group[-6:]}")
    shown = [(words.bit("mend"), cut(mend or words.bit("unreached_mend"), VALUE_MOST))]
    return words.card(UNREACHED, who=who, platform=cut(platform, 8), clock=clock_of(since), facts=shown)


def app_state(platform: str, change: str, start: datetime | None, now: datetime) -> Card:
    """企业微信要停用这个应用; ``change``: closing, closed, reopened."""
    when = words.bit("app_from", day=short_day(start.date(), now.date()), clock=clock_of(start)) if start else ""
    key = f"bot.app.{change}"
    return words.card(key, platform=cut(platform, 8), status=when or None)


def tried_again(data: Mapping[str, Any], now: datetime) -> Card:
    """The same card while what waits is tried once more."""
    return _same(data, words.bit("tried_again", clock=clock_of(now)))


def back(data: Mapping[str, Any], sent: int, now: datetime) -> Card:
    """The same card, done: 10:31 恢复，31 条已送"""
    card = _same(data, words.bit("back_again", clock=clock_of(now), count=sent))
    return replace(card, buttons=(), tone="done")


def _same(data: Mapping[str, Any], status: str) -> Card:
    card = words.card(KIND, platform="", count=0, clock="", status=status)
    facts = tuple(Fact(label, value) for label, value in data.get("shown", []))
    return replace(card, title=str(data["title"]), facts=facts)
