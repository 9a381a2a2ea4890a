"""Cards of what a node of the sale asks for (VOICE.md A8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.messages import Card
from bot.capture import trial
from bot.playbook.model import CustomField, Playbook
from bot.playbook.nodes import TERMS, Node
from bot.process import fields as own
from bot.replies import facts, words
from bot.replies.reading import title_name
from bot.replies.wording import cut, day_of, money, short_day
from storage.records import Customer, Opportunity


def asks(act: str, name: str, missing: Sequence[str], playbook: Playbook) -> Card:
    """A8: the act's own fields and no others."""
    lines = [_asked(one, playbook) for one in missing]
    days = ["pick_date"] if any(is_day(one, playbook) for one in missing) else []
    examples = [example for one in missing if (example := _example(one, playbook))]
    footer = words.bit("in_one_sentence", example="，".join(examples)) if examples else ""
    return words.card(
        "reading.fields", customer=title_name(name), act=act, noted=act.removeprefix("要"), count=len(missing),
        facts=facts.shorten(lines), footer=footer, buttons=[*days, "fill_later"],
    )  # fmt: skip


def is_day(field: str, playbook: Playbook) -> bool:
    """It is told by tapping days as well."""
    mapped = playbook.custom_field(field)
    return field in (trial.PERIOD, "sign_date") if mapped is None else mapped.kind == "day"


def which_day(act: str, name: str, field: str, days: Sequence[date], first: date | None, today: date) -> Card:
    """Four days to tap; ``first``: a trial begins then, and the days are those on which it may end."""
    if first is None:
        what = words.bit("from_which_day" if field == trial.PERIOD else "which_day")
        labels, lines = [day_of(day, today) for day in days], []
    else:
        what = words.bit("until_which_day")
        labels = list(words.entry("reading.fields.day")["lasts"])
        lines = [(words.bit("begins_label"), day_of(first, today))]
        lines += [(label, words.bit("until", day=day_of(day, today))) for label, day in zip(labels, days, strict=True)]
    return words.card(
        "reading.fields.day", customer=title_name(name), act=act, what=what, facts=lines,
        buttons=[*words.picks(labels), "fill_later"],
    )  # fmt: skip


def _asked(field: str, playbook: Playbook) -> tuple[str, str]:
    mapped = playbook.custom_field(field)
    if mapped is None:
        return words.bit(f"{field}_label"), words.bit(f"{field}_ask")
    choices = "、".join(mapped.choices)
    ask = words.bit("choice_ask", choices=choices) if choices else words.bit(f"{_how(mapped)}_ask")
    return cut(mapped.name, 5), ask if len(mapped.name) <= 5 else cut(f"{mapped.name}：{ask}", facts.VALUE_MOST)


def _how(field: CustomField) -> str:
    return field.kind if field.kind in ("number", "day") else "words"


def _example(field: str, playbook: Playbook) -> str:
    mapped = playbook.custom_field(field)
    if mapped is None:
        return words.bit(f"{field}_example")
    if mapped.choices:
        return mapped.choices[0]
    return words.bit(f"{mapped.kind}_example") if mapped.kind in ("number", "day") else ""


def done(node: Node, name: str, deal: Opportunity, customer: Customer | None, playbook: Playbook, today: date) -> Card:
    """All that the node wanted is known."""
    lines = [_known(one, deal, customer, playbook, today) for one in node.fields]
    return words.card(
        "reading.fields.done", customer=title_name(name), act=node.name,
        facts=facts.shorten([line for line in lines if line is not None]),
    )  # fmt: skip


def _known(
    field: str, deal: Opportunity, customer: Customer | None, playbook: Playbook, today: date
) -> tuple[str, str] | None:
    if field == trial.PERIOD:
        first, last = (date.fromisoformat(str(deal.custom[one])) for one in ("trial_from", "trial_until"))
        period = words.bit("from_to", start=short_day(first, today), end=short_day(last, today))
        return words.bit("trial_period_label"), period
    if field in TERMS:
        return words.bit(f"{field}_label"), _term(field, getattr(deal, field), deal, today)
    if field == trial.PERSON:
        return words.bit("trial_contact_label"), cut(str(deal.custom[field]), facts.VALUE_MOST)
    mapped = playbook.custom_field(field)
    if mapped is None:
        return None
    kept: Any = (deal.custom if mapped.of == "opportunity" or customer is None else customer.custom).get(field)
    return cut(mapped.name, 5), cut(own.plain(kept), facts.VALUE_MOST)


def _term(field: str, value: Any, deal: Opportunity, today: date) -> str:
    if field == "amount":
        return money(value, deal.currency)
    return day_of(value, today) if field == "sign_date" else cut(str(value), facts.VALUE_MOST)
