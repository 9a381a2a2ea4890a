"""E6: the month's funnel as a card, in full, and how its figures are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from adapters.messages import Card, Text
from bot.insight.funnel import FEW, Funnel, StageFigures
from bot.replies import words
from bot.replies.evening import piece
from bot.replies.wording import cut, day_of, money

VALUE_MOST, TEXT_MOST = 26, 600
Key = tuple[str, str]


def card(now_: Funnel, before: Funnel, team: str, now: datetime) -> Card:
    lines = [*_share(now_, before), *_stay(now_, before), *_evidence(now_)]
    if now_.jumps:
        lines.append((piece("jumps"), piece("times", count=now_.jumps)))
    if now_.back:
        lines.append((piece("back"), piece("back_sum", count=len(now_.back), worth=_worth(now_))))
    lost = now_.most_lost()
    if lost is not None:
        one = now_.stages[lost]
        lines.append((piece("look_first"), piece("lost_value", stage=cut(one.name, 14), count=one.lost)))
    return words.card(
        "pipeline.month", facts=[(label, cut(value, VALUE_MOST)) for label, value in lines], team=cut(team, 8),
        month=month_of(now_.month), day=day_of(now.date(), now.date()), n=now_.deals,
    )  # fmt: skip


def month_of(month: date) -> str:
    return piece("month", n=month.month)


def _share(now_: Funnel, before: Funnel) -> list[tuple[str, str]]:
    key = now_.narrowest()
    if key is None:
        return []
    one = now_.stages[key]
    said = piece("share_value", old=one.name, new=one.next, share=share_of(one))
    return [(piece("share"), _with_before(said, key, before, share_of, lambda found: bool(found.decided)))]


def share_of(one: StageFigures) -> str:
    """58%; of few 3/4."""
    if one.share is None:
        return "–"
    return f"{_round(one.share * 100)}%" if one.decided >= FEW else f"{one.forward}/{one.decided}"


def _stay(now_: Funnel, before: Funnel) -> list[tuple[str, str]]:
    key = now_.longest()
    if key is None:
        return []
    one = now_.stages[key]
    said = piece("stay_value", stage=one.name, days=days_of(one))
    return [(piece("stay"), _with_before(said, key, before, days_of, lambda found: bool(found.days)))]


def days_of(one: StageFigures) -> str:
    return "–" if one.stay is None else f"{one.stay.quantize(Decimal('0.1'), ROUND_HALF_UP)}"


def _with_before(
    said: str, key: Key, before: Funnel, value: Callable[[StageFigures], str], known: Callable[[StageFigures], bool]
) -> str:
    """The month before beside it, where there is one and it fits."""
    found = before.stages.get(key)
    if found is None or not known(found):
        return said
    beside = piece("before_value", month=month_of(before.month), value=value(found))
    return said + beside if len(said) + len(beside) <= VALUE_MOST else said


def _evidence(now_: Funnel) -> list[tuple[str, str]]:
    """齐 81%，放行 3 次"""
    have, wanted = now_.complete
    parts = [piece("complete_value", percent=_round(Decimal(100 * have) / wanted))] if wanted else []
    parts += [piece("waivers_value", count=now_.waivers)] if now_.waivers else []
    return [(piece("complete"), "，".join(parts))] if parts else []


def _worth(now_: Funnel) -> str:
    total = sum((one.amount or Decimal() for one in now_.back if one.currency == "CNY"), Decimal())
    return f" {money(total)}" if total else ""


def _round(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def whole(now_: Funnel, team: str) -> Text:
    """Every stage on a line."""
    lines = [piece("all_head", month=month_of(now_.month), team=team, n=now_.deals)]
    for one in now_.stages.values():
        lost = piece("all_lost", count=one.lost) if one.lost else ""
        lines.append(piece("all_line", old=one.name, new=one.next, share=share_of(one), days=days_of(one)) + lost)
    while len("\n".join(lines)) > TEXT_MOST:
        lines.pop()
    return words.text("pipeline.month.all", words="\n".join(lines))


def formulas(days: int) -> Text:
    return words.text("pipeline.month.formula", days=days, few=FEW)
