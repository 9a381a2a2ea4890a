"""E7: a region's day out of the usual; E8: a region that takes long to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from adapters.messages import Card, Text
from bot.replies import words
from bot.replies.watch import CIRCLED, piece
from bot.replies.wording import clock_of, cut, money, quote, short_day

LINE_MOST = 26


@dataclass(frozen=True, slots=True)
class Unusual:
    owner: str
    customer: str
    amount: Decimal | None
    said: str = ""


def swing(region: str, today: Decimal, mean: Decimal, days: int, shown: Sequence[Unusual], now: datetime) -> Card:
    """E7."""
    percent = abs(round((today - mean) / mean * 100))
    return words.card(
        "anomaly", facts=[(cut(f"{CIRCLED[n]}{one.owner}", 5), _line(one)) for n, one in enumerate(shown)],
        region=cut(region, 8), way=piece("less" if today < mean else "more"), percent=percent, clock=clock_of(now),
        today=money(today), days=days, mean=money(mean.quantize(Decimal(1))),
    )  # fmt: skip


def _line(one: Unusual) -> str:
    """启明制造 ¥217 万：“财务说再压一压”"""
    worth = f" {money(one.amount)}" if one.amount else ""
    head = f"{cut(one.customer, 8)}{worth}"
    room = LINE_MOST - len(head) - 3
    return f"{head}：{quote(one.said, room)}" if one.said and room >= 4 else head


def trail(customer: str, first: date, closed: date, steps: Sequence[tuple[date, str]], today: date) -> str:
    """启明制造 41 天：2月1日 首次接触 → 2月9日 需求确认 → 3月14日 赢单"""
    past = [f"{short_day(first, today)} {piece('first_contact')}"]
    past += [f"{short_day(day, today)} {name}" for day, name in steps]
    return piece("trail", customer=customer, days=(closed - first).days, past=" → ".join(past))


def trails(lines: Sequence[str], example: str) -> Text:
    return words.text("area.log", lines="\n".join(lines), customer=example)


def slow(region: str, mean: float, days: int, n: int, longest: Sequence[tuple[str, int]]) -> Text:
    """E8."""
    named = "、".join(f"{customer} {count} 天" for customer, count in longest)
    return words.text("area.slow", region=region, mean=f"{mean:.1f}", days=days, n=n, count=len(longest), longest=named)
