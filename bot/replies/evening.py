"""E4: a manager's evening, with the opportunities that moved (B9) as lines of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from adapters.messages import Button, Card
from bot.insight.team_day import Step, TeamDay
from bot.replies import words
from bot.replies.wording import cut, day_of, money

LINES, VALUE_MOST, LABEL_MOST = 6, 26, 5
WAITING = {"gate.override": "waits_override", "reassign.request": "waits_request"}


def piece(key: str, **fields: object) -> str:
    return words.named("digest_words", key).format(**fields)


def manager(day: TeamDay, team: str, now: datetime) -> Card:
    """The day's sums first, then who moved what, as far as there is room."""
    lines = [*_signed(day), *_closed(day), *_moved(day), *_back(day)]
    if day.waiting:
        lines.append((piece("waits"), _waiting(day.waiting)))
    if day.early:
        lines.append((piece("early"), _named("early_value", day.early)))
    lines += [(cut(one.owner, LABEL_MOST), _step(one)) for one in day.steps]
    buttons: list[str | Button] = ["see_waiting"] if day.waiting else []
    buttons += ["see_unclosed"] if day.late else []
    return words.card(
        "digest.manager", facts=lines[:LINES], buttons=buttons, team=cut(team, 8), day=day_of(now.date(), now.date())
    )


def _signed(day: TeamDay) -> list[tuple[str, str]]:
    """¥52 万（本月 ¥318 万）; nothing where the month has nothing yet."""
    if not day.month:
        return []
    key = "signed_value" if day.signed else "signed_month"
    return [(piece("signed"), cut(piece(key, today=money(day.signed), month=money(day.month)), VALUE_MOST))]


def _closed(day: TeamDay) -> list[tuple[str, str]]:
    if not (day.kept or day.late):
        return []
    late = piece("unclosed_value", late=day.late) if day.late else ""
    return [(piece("closed"), piece("closed_value", kept=day.kept) + late)]


def _moved(day: TeamDay) -> list[tuple[str, str]]:
    """3 单：松涛、恒川、博远; the lines of each follow below."""
    return [(piece("moved"), _named("moved_value", [one.customer for one in day.steps]))] if day.steps else []


def _back(day: TeamDay) -> list[tuple[str, str]]:
    """博远仪器 ¥52 万; of several how many and what they come to: 2 单 ¥92 万：松涛教育、安澜酒店."""
    if len(day.back) < 2:
        return [(piece("back"), _worth("back_value", one)) for one in day.back]
    total = sum((one.amount for one in day.back if one.amount), Decimal())
    worth = f" {money(total)}" if total else ""
    return [(piece("back"), _named("back_several", [one.customer for one in day.back], worth=worth))]


def _named(key: str, customers: Sequence[str], **fields: object) -> str:
    """How many, and as many names as there is room for."""
    room = VALUE_MOST - len(piece(key, count=len(customers), names="", **fields))
    names: list[str] = []
    for one in customers:
        if len("、".join([*names, cut(one, 6)])) > room - 1:
            break
        names.append(cut(one, 6))
    rest = "等" if len(names) < len(customers) else ""
    return piece(key, count=len(customers), names="、".join(names) + rest, **fields)


def _waiting(waiting: Mapping[str, int]) -> str:
    """放行 1 张、卡 2 张"""
    found = {key: waiting[kind] for kind, key in WAITING.items() if kind in waiting}
    other = sum(count for kind, count in waiting.items() if kind not in WAITING)
    if other:
        found["waits_other"] = other
    return cut("、".join(piece(key, count=count) for key, count in found.items()), VALUE_MOST)


def _step(one: Step) -> str:
    """松涛教育 → 方案演示，方案书_v2.pdf"""
    if one.won:
        return _worth("won", one)
    fixed = len(piece("entered", customer="", stage=one.stage))
    said = piece("entered", customer=cut(one.customer, max(4, VALUE_MOST - fixed)), stage=one.stage)
    room = VALUE_MOST - len(said) - 1
    return f"{said}，{cut(one.file, room)}" if one.file and room >= 6 else cut(said, VALUE_MOST)


def _worth(key: str, one: Step) -> str:
    worth = f" {money(one.amount)}" if one.amount and one.amount > Decimal() else ""
    fixed = len(piece(key, customer="", worth=worth))
    return piece(key, customer=cut(one.customer, max(4, VALUE_MOST - fixed)), worth=worth)
