"""Words about a visit: its goals before (D3), what was taken on site (D4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.messages import Card, Choice, Option, Text
from bot.capture.goals import Approach, Goal
from bot.replies import words
from bot.replies.wording import clock_of, cut, moment_of, short_day
from storage.records import Visit

GOAL_MOST = 20
"""Code points of a goal to tick."""


def piece(key: str, **fields: object) -> str:
    return words.named("visit_words", key).format(**fields)


def goal(one: Goal) -> str:
    """周主任：催采购流程图"""
    said = piece(one.kind, what=one.what)
    return cut(f"{one.whom}：{said}" if one.whom else said, GOAL_MOST)


def goals(found: Approach) -> tuple[str, ...]:
    """What may be ticked; the last is 其他."""
    return (*dict.fromkeys(goal(one) for one in found.goals), piece("other"))


def arrival(found: Approach, now: datetime) -> Card:
    """D3: 即将到达 瑞禾医疗, with the goals to tick."""
    last = found.last
    seen = piece("last_seen", day=short_day(last.astimezone(now.tzinfo).date(), now.date())) if last else ""
    status = " · ".join(filter(None, [found.department, seen or piece("first_time")]))
    options = tuple(Option(f"goal:{n}", label) for n, label in enumerate(goals(found)))
    return words.card(
        "visit.arrival", customer=cut(found.name, 14), status=cut(status, 26),
        choice=Choice(piece("goals"), options, many=True),
    )  # fmt: skip


def planned(customer: str, visit: Visit, now: datetime, address: str) -> Card:
    """‹09:12 拜访计划已建，2 个目标›, with the page for what is taken on site."""
    buttons = [words.button("take_photo", url=address)] if address else []
    return words.card(
        "visit.planned", customer=cut(customer, 14), clock=clock_of(now), count=len(visit.goals), buttons=buttons,
        facts=[(str(n), goal) for n, goal in enumerate(visit.goals[:6], 1)],
    )  # fmt: skip


def moved(customer: str, to: datetime, now: datetime) -> Card:
    return words.card("visit.moved", customer=cut(customer, 14), when=moment_of(to, now.date()))


def evidence(customer: str, what: Sequence[str], now: datetime) -> Text:
    """D4: 取证好了：瑞禾医疗 09:31，误差 18 米，照片 1 张，方案.pdf v3。"""
    return words.text("visit.evidence", customer=customer, clock=clock_of(now), what="，".join(what))
