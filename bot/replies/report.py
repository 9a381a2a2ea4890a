"""E11: a rep's report as a card and as plain text, in two ways of writing, with what the rep changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from adapters.messages import Card, Text
from bot.insight.own_days import Ahead, Move, OwnDays, Span, Stuck
from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.wording import cut, day_of, masked, money, short_day
from storage.records import Activity

LINES, VALUE_MOST, LABEL_MOST, TEXT_MOST = 6, 26, 5, 620
Part = Literal["did", "progress", "stuck", "next", "extra"]
ON_CARD: Mapping[str, int] = {"did": 1, "progress": 2, "stuck": 2, "next": 1, "extra": 1}
"""Lines of a part that the card shows; the text has all."""
BY_PART, BY_CUSTOMER = 0, 1
WAYS = 2
NAMED_MOST = 5
GOOD = ("budget_approved", "legal_passed", "decision_maker_met", "internally_approved", "payment_made",
        "asks_quote", "asks_contract", "asks_trial", "asks_cases")  # fmt: skip
"""What a customer said that brings a deal on."""


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    lines: tuple[str, ...]
    part: str = ""
    joined: str = ""
    """All lines as one, where the card has room for one."""


def piece(key: str, **fields: object) -> str:
    return words.named("report_words", key).format(**fields)


def kind_of(span: Span) -> str:
    return piece("weekly" if span.weekly else "daily")


def days_of(span: Span, now: datetime) -> str:
    """3月10日, 3月9日–3月13日"""
    first, last = short_day(span.first, now.date()), short_day(span.last, now.date())
    return first if first == last else f"{first}–{last}"


def next_label(span: Span, now: datetime) -> str:
    if span.weekly:
        return piece("next_week")
    return piece("next_day" if (span.next_first - now.date()).days == 1 else "next_other")


def sections(days: OwnDays, playbook: Playbook, now: datetime, way: int, edits: Mapping[str, str]) -> list[Section]:
    """The parts that have something to say; what the rep wrote himself stands in place of a part."""
    found: list[Section] = []
    if way == BY_PART:
        found.append(replace(_one("did", piece("did"), _did(days, named=True)), joined="".join(_did(days))))
        found.append(_one("progress", piece("progress"), _progress(days, now)))
        found.append(_one("stuck", piece("stuck"), [_stuck(one, playbook) for one in days.stuck]))
    else:
        found += _by_customer(days, playbook, now)
    ahead = [_ahead(one, days.span, now) for one in days.ahead]
    brief = "、".join(dict.fromkeys(_thing(one) for one in days.ahead))
    joined = brief if days.span.weekly else piece("ahead", day=day_of(days.span.next_first, now.date()), what=brief)
    found.append(replace(_one("next", next_label(days.span, now), ahead), joined=joined if ahead else ""))
    return _edited([one for one in found if one.lines], edits, next_label(days.span, now))


def _one(part: Part, label: str, lines: Sequence[str]) -> Section:
    return Section(label, tuple(dict.fromkeys(lines)), part)


def _edited(found: list[Section], edits: Mapping[str, str], following: str) -> list[Section]:
    labels = {"did": piece("did"), "progress": piece("progress"), "stuck": piece("stuck"), "next": following}
    for part, label in [*labels.items(), ("extra", piece("extra"))]:
        if part not in edits:
            continue
        own = Section(label, tuple(edits[part].splitlines()), part)
        at = next((n for n, one in enumerate(found) if one.part == part), None)
        if at is None:
            order = list(labels)
            later = [n for n, one in enumerate(found) if part in order and one.part in order[order.index(part) + 1 :]]
            found.insert(later[0] if later else len(found), own)
        else:
            found[at] = own
    return found


# -- what the parts say --------------------------------------------------------------------------------------------


def _did(days: OwnDays, *, named: bool = False) -> list[str]:
    """面访 1、电话 2、微信 5，闭环 1 件; ``named``: with whom and what. One line, or none. What was only arranged is
    not done."""
    with_whom: dict[str, list[str]] = {}
    for one, customer in days.acts:
        if one.action and one.planned_for is None:
            with_whom.setdefault(one.action, []).append(customer)
    counts = sorted(with_whom.items(), key=lambda pair: -len(pair[1]))
    said = [f"{piece(f'act_{action}')} {len(names)}{_of(names) if named else ''}" for action, names in counts]
    what = _of([one.what for one, _ in days.kept]) if named else ""
    closed = [piece("closed", count=len(days.kept)) + what] if days.kept else []
    line = "，".join(filter(None, ["、".join(said), *closed]))
    return [line] if line else []


def _of(names: Sequence[str]) -> str:
    """（启明制造、华东医械）"""
    known = list(dict.fromkeys(filter(None, names)))
    rest = "等" if len(known) > NAMED_MOST else ""
    return f"（{'、'.join(known[:NAMED_MOST])}{rest}）" if known else ""


def _progress(days: OwnDays, now: datetime) -> list[str]:
    lines = [_move(one) for one in days.moves]
    lines += [_arranged(one, name, now) for one, name in days.acts if _is_ahead(one, now)]
    lines += [
        piece("heard", customer=name, what="、".join(good))
        for one, name in days.acts if name and (good := _good(one))
    ]  # fmt: skip
    return lines


def _move(one: Move, *, plain: bool = False) -> str:
    tail = "_plain" if plain else ""
    worth = f" {money(one.amount)}" if one.amount and one.won else ""
    key = "won" if one.won else "lost" if one.lost else "moved"
    return piece(f"{key}{tail}", customer=one.customer, old=one.old, new=one.new, worth=worth)


def _is_ahead(one: Activity, now: datetime) -> bool:
    return one.planned_for is not None and one.planned_for > now


def _arranged(one: Activity, customer: str, now: datetime, *, plain: bool = False) -> str:
    assert one.planned_for is not None
    what = piece(f"act_{one.action}") if one.action else piece("arranged_what")
    day = day_of(one.planned_for.astimezone(now.tzinfo).date(), now.date())
    return piece("arranged_plain" if plain else "arranged", customer=customer, day=day, what=what)


def _good(one: Activity) -> list[str]:
    return [words.named("signals", signal) for signal in one.signals if signal in GOOD]


def _stuck(one: Stuck, playbook: Playbook, *, plain: bool = False) -> str:
    what = "、".join(playbook.called(kind) if one.kind == "lacks" else kind for kind in one.what)
    if plain and one.kind == "blocked":
        return what
    return piece(f"{one.kind}_plain" if plain else one.kind, customer=one.customer, what=what)


def _thing(one: Ahead) -> str:
    if one.planned:
        return f"{one.customer}{piece(f'act_{one.what}') if one.what else piece('arranged_what')}"
    return one.what


def _ahead(one: Ahead, span: Span, now: datetime) -> str:
    """发报价单（启明制造）; in a week's report with its day, with a clock time always."""
    said = piece("ahead_customer", what=_thing(one), customer=one.customer) if one.customer else _thing(one)
    said = _thing(one) if one.planned else said
    if isinstance(one.at, datetime):
        at = one.at.astimezone(now.tzinfo)
        return f"{day_of(at.date(), now.date())} {at:%H:%M} {said}" if span.weekly else f"{at:%H:%M} {said}"
    return f"{day_of(one.at, now.date())} {said}" if span.weekly else said


def _by_customer(days: OwnDays, playbook: Playbook, now: datetime) -> list[Section]:
    """What happened with each customer, in one line."""
    found: dict[str, list[str]] = {}

    def add(customer: str, said: str) -> None:
        if customer and said and said not in found.setdefault(customer, []):
            found[customer].append(said)

    for one, name in days.acts:
        add(name, piece(f"act_{one.action}") if one.action and one.planned_for is None else "")
        add(name, "、".join(_good(one)))
        add(name, _arranged(one, name, now, plain=True) if _is_ahead(one, now) else "")
    for move in days.moves:
        add(move.customer, _move(move, plain=True))
    for kept, name in days.kept:
        add(name, piece("closed_what", what=kept.what))
    for stuck in days.stuck:
        add(stuck.customer, _stuck(stuck, playbook, plain=True))
    return [Section(name, ("，".join(said),)) for name, said in found.items()]


# -- card and text -------------------------------------------------------------------------------------------------


def draft(found: Sequence[Section], span: Span, now: datetime) -> Card:
    lines: list[tuple[str, str]] = []
    whole = True
    for one in found:
        shown = [one.joined] if one.joined else list(one.lines[: ON_CARD.get(one.part, 1)])
        whole = whole and (bool(one.joined) or len(shown) == len(one.lines)) and all(map(_fits, shown))
        lines += [(cut(one.label, LABEL_MOST), cut(line, VALUE_MOST)) for line in shown]
    if len(lines) > LINES:
        whole, lines = False, [*lines[: LINES - 1], lines[-1]]
    return words.card(
        "report.draft", facts=lines, footer="" if whole else piece("more_in_text"), kind=kind_of(span),
        days=days_of(span, now),
    )  # fmt: skip


def _fits(line: str) -> bool:
    return len(line) <= VALUE_MOST


def text(found: Sequence[Section], span: Span, who: str, now: datetime) -> Text:
    """Plain words to be forwarded, as far as one message holds them."""
    head = piece("heading", kind=kind_of(span), days=_heading_days(span, now), who=who)
    lines = [head]
    for one in found:
        label = one.label
        if one.part == "next" and not span.weekly and one.joined:
            label = f"{label}（{day_of(span.next_first, now.date())}）"
        if len(one.lines) == 1:
            lines.append(f"{label}：{one.lines[0]}")
        else:
            lines.append(f"{label}：")
            lines += [piece("numbered", n=n, line=line) for n, line in enumerate(one.lines, 1)]
    shown = masked("\n".join(lines)).split("\n")
    kept = list(shown)
    while len("\n".join(kept)) > TEXT_MOST:
        kept.pop()
    if len(kept) < len(shown):
        kept.append(piece("more_lines", count=len(shown) - len(kept)))
    return words.text("report.text", words="\n".join(kept))


def _heading_days(span: Span, now: datetime) -> str:
    return days_of(span, now) if span.weekly else day_of(span.first, now.date())


def nothing(span: Span, now: datetime) -> Text:
    return words.text("report.nothing", when=days_of(span, now), kind=kind_of(span))


def ask_edit(span: Span, now: datetime) -> Text:
    return words.text("report.edit", next=next_label(span, now))


def spelled(span: Span) -> dict[str, object]:
    """The span as a card keeps it."""
    days = (span.first, span.last, span.next_first, span.next_last)
    return {"days": [day.isoformat() for day in days], "weekly": span.weekly}


def revived(kept: Mapping[str, object]) -> Span:
    days = kept.get("days")
    assert isinstance(days, list)
    first, last, next_first, next_last = (date.fromisoformat(str(day)) for day in days)
    return Span(first, last, next_first, next_last, bool(kept.get("weekly")))
