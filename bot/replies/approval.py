"""Cards of an approval (VOICE.md D6): what it moved and filled, what is asked where it fits several, or nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.messages import Button, Card
from bot.capture.told import Told
from bot.playbook.model import Playbook
from bot.process.gates import Decision
from bot.replies import facts, words
from bot.replies.reading import PICKS_MOST, opportunity_label, title_name
from bot.replies.wording import clock_of, cut, day_of, money
from storage.records import Opportunity

NUMBER_MOST = 16
NAME_MOST = 8
"""Code points of what a form is called in a title."""


def done(
    told: Told, deal: Opportunity, name: str, decision: Decision | None, playbook: Playbook, now: datetime,
    upload: str = "", bad: Sequence[str] = (),
) -> Card:  # fmt: skip
    """D6; ``deal`` as it stood before, ``bad`` what of the form does not hold."""
    lines = _stage(deal, decision, playbook)
    lines += _terms(told.filled.terms, deal, now.date())
    lines += [(words.bit("form_bad_label"), words.bit("form_field", label=cut(label, 8), words=cut(said, 12)))
              for label, said in told.filled.bad]  # fmt: skip
    lines += [(words.bit("form_bad_label"), one) for one in bad]
    return words.card(
        "approval.done", form=cut(told.name, NAME_MOST), customer=title_name(name), number=_number(told),
        clock=clock_of(told.at.astimezone(now.tzinfo)), facts=facts.shorten(lines),
        buttons=_buttons(deal, told, decision, upload),
    )  # fmt: skip


def _buttons(deal: Opportunity, told: Told, decision: Decision | None, upload: str) -> list[str | Button]:
    moved, blocked = decision is not None and decision.moves, decision is not None and decision.way == "block"
    buttons: list[str | Button] = ["approval_fine"]
    if differs(deal, told):
        buttons.append("approval_why")
    buttons.append(words.button("undo", words.bit("undo_move") if moved else None))
    if blocked and upload:
        buttons.append(words.button("add_evidence", url=upload))
    if blocked and decision is not None and not decision.final:
        buttons.append("request_pass")
    return buttons


def differs(deal: Opportunity, told: Told) -> bool:
    """The form says otherwise than what was recorded."""
    known = {name: getattr(deal, name) for name in told.filled.terms}
    return any(old not in (None, "", told.filled.terms[name]) for name, old in known.items())


def _stage(deal: Opportunity, decision: Decision | None, playbook: Playbook) -> list[tuple[str, str]]:
    if decision is None or decision.way not in ("move", "warn", "block"):
        return []
    pipeline = playbook.pipeline(deal.pipeline)
    here, there = pipeline.stage(decision.frm), pipeline.stage(decision.to)
    old, new = here.name if here else decision.frm, there.name if there else decision.to
    if decision.way == "move":
        return [(words.bit("stage"), words.bit("move_by_form", old=old, new=new))]
    missing = [playbook.called(kind) for kind in decision.missing]
    return [(words.bit("stage"), facts.move_line(old, new, decision.way, missing))]


def _terms(terms: Mapping[str, Any], deal: Opportunity, today: date) -> list[tuple[str, str]]:
    lines = []
    if party := terms.get("signing_party"):
        lines.append((words.bit("party_label"), _was(party, deal.signing_party)))
    if payment := terms.get("payment_terms"):
        lines.append((words.bit("payment_label"), _was(payment, deal.payment_terms)))
    if amount := terms.get("amount"):
        lines.append((words.bit("amount"), _sum(amount, deal)))
    if day := terms.get("sign_date"):
        lines.append((words.bit("date"), words.bit("sign_date", day=day_of(day, today))))
    return lines


def _was(new: str, old: str | None) -> str:
    if old in (None, "", new):
        return new
    return words.bit("was_words", new=cut(new, 12), old=cut(str(old), 8))


def _sum(new: Decimal, deal: Opportunity) -> str:
    """¥215 万（之前报价 ¥217 万，差 ¥2 万）"""
    said, old = money(new, deal.currency), deal.amount
    if old is None or old == new:
        return said
    pieces = {"new": said, "old": money(old, deal.currency), "less": money(abs(new - old), deal.currency)}
    whole = words.bit("was_quoted", **pieces)
    return whole if len(whole) <= facts.VALUE_MOST else words.bit("was_amount", **pieces)


def checked(data: Mapping[str, Any], told: Told, name: str, who: str, now: datetime) -> Card:
    """The same card after its 没问题."""
    shown = [(str(label), str(value)) for label, value in data.get("shown", ())]
    return words.card(
        "approval.checked", form=cut(told.name, NAME_MOST), customer=title_name(name), who=cut(who, 8),
        clock=clock_of(now), facts=shown,
    )  # fmt: skip


def withdrawn_after(told: Told, name: str, now: datetime) -> Card:
    return words.card(
        "approval.withdrawn.after", form=cut(told.name, NAME_MOST), customer=title_name(name), number=_number(told),
        clock=clock_of(told.at.astimezone(now.tzinfo)),
        buttons=[words.button("undo", words.bit("undo_move")), "approval_keep"],
    )  # fmt: skip


def which(told: Told, name: str, deals: Sequence[Opportunity], playbook: Playbook) -> Card:
    """Two or three that it may be; more are named on the card's first three lines alone."""
    numerals = ("one", "two", "three")
    shown = list(deals[:PICKS_MOST])
    amount = told.filled.terms.get("amount")
    lines = [(words.bit("form_says_label"), money(amount))] if amount is not None else []
    lines += [(words.bit(numerals[n]), opportunity_label(deal, playbook)) for n, deal in enumerate(shown)]
    buttons = [Button(f"pick:{n}", cut(deal.name, 6)) for n, deal in enumerate(shown, 1)]
    return words.card(
        "approval.which_opportunity", form=cut(told.name, NAME_MOST), customer=title_name(name),
        facts=facts.shorten(lines), buttons=[*buttons, "approval_leave"],
    )  # fmt: skip


def _number(told: Told) -> str:
    """The form's number; of a very long one the end, by which it is told apart."""
    return told.number if len(told.number) <= NUMBER_MOST else f"…{told.number[1 - NUMBER_MOST :]}"
