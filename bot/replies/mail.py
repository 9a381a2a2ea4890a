"""Cards of a customer's mail (VOICE.md D7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from adapters.messages import Button, Card
from bot.capture.mail import Labelled, Mail, Taken
from bot.capture.mail_told import Told
from bot.playbook.model import Playbook
from bot.replies import facts, words
from bot.replies.reading import NUMBERS, PICKS_MOST, opportunity_label, title_name
from bot.replies.wording import clock_of, cut, day_of, money, quote, short_day
from storage.records import Customer, Opportunity

ORDERED = "下单"
WHO_MOST = 10
MOST = 4
"""Mails on one card: so many can be told apart by their buttons."""
LABELS = {"sign_date": "date", "amount": "amount", "signing_party": "party_label", "payment_terms": "payment_label"}


def told(mail: Mail, taken: Taken, customer: Customer, name: str, who: str, deal: Opportunity | None,
         playbook: Playbook, now: datetime) -> Told:  # fmt: skip
    """The mail in words; ``deal`` as it stood before, ``name`` the customer's short one."""
    day = next((one for one in taken.filled if one.field == "sign_date"), None)
    what = "" if day is None else words.bit("order_time") if ORDERED in day.label else playbook.called("sign_date")
    return Told(
        event=mail.event, customer=customer.id, opportunity=deal.id if deal is not None else "", name=name, who=who,
        at=mail.at, subject=mail.subject, what=what, facts=tuple(lines_of(taken, mail, deal, now.date())),
        commitments=tuple(one.id for one in taken.commitments),
    )  # fmt: skip


def read(one: Told, now: datetime, page: str = "") -> Card:
    """D7: the day where one was read, else that the mail is kept; ``page``: where what is still wanted is handed in."""
    at = one.at.astimezone(now.tzinfo)
    why = words.bit("mail_subject", subject=cut(one.subject, 40)) if one.subject else ""
    buttons: list[str | Button] = ["confirm", "edit", "undo"]
    if page:
        buttons.append(words.button("add_evidence", url=page))
    if not one.what:
        return words.card(
            "mail.kept", customer=title_name(one.name), who=cut(one.who, WHO_MOST),
            day=short_day(at.date(), now.date()), clock=clock_of(at), facts=facts.shorten(list(one.facts)), why=why,
            buttons=buttons,
        )  # fmt: skip
    return words.card(
        "mail.read", what=cut(one.what, 8), customer=cut(one.name, 8), who=cut(one.who, WHO_MOST), clock=clock_of(at),
        facts=facts.shorten(list(one.facts)), why=why, buttons=buttons,
    )  # fmt: skip


def several(theirs: Sequence[Told], now: datetime) -> Card:
    """Mails of one window, the oldest first: one line each."""
    times = [one.at.astimezone(now.tzinfo) for one in theirs]
    first, last = min(times), max(times)
    days = [short_day(one.date(), now.date()) for one in (first, last)]
    clocks = "–".join(dict.fromkeys((clock_of(first), clock_of(last))))
    span = f"{days[0]}–{days[1]}" if days[0] != days[1] else f"{days[0]} {clocks}"
    lines = [(f"{NUMBERS[n]}{cut(one.name, 4)}", _in_a_line(one)) for n, one in enumerate(theirs)]
    return words.card("mail.several", count=len(theirs), span=span, facts=lines)


def _in_a_line(one: Told) -> str:
    """孙老师：周日 3月15日；付款 月结 60 天"""
    plain = {words.bit(key) for key in ("date", "signal", "mail_attached", "commitment")}
    lines = [(label, re.sub("（“[^”]*”）", "", value)) for label, value in one.facts]
    said = "；".join(value if label in plain else f"{label} {value}" for label, value in lines)
    return cut(f"{cut(one.who, 6)}：{said}", facts.VALUE_MOST)


def which_one(theirs: Sequence[tuple[str, str]]) -> Card:
    """改哪封？ (customer, subject) of each."""
    lines = [(f"{NUMBERS[n]}{cut(name, 4)}", quote(subject, 24)) for n, (name, subject) in enumerate(theirs)]
    return words.card("mail.which_one", facts=lines,
                      buttons=[Button(f"pick:{n}", NUMBERS[n - 1]) for n in range(1, len(theirs) + 1)])  # fmt: skip


def lines_of(taken: Taken, mail: Mail, deal: Opportunity | None, today: date) -> list[tuple[str, str]]:
    lines = [_filled(one, deal, today) for one in taken.filled]
    lines += [_otherwise(one, deal, today) for one in taken.otherwise]
    lines += [(words.bit("commitment"), facts.promise_line(one, today)) for one in taken.commitments]
    if taken.signals:
        named = dict.fromkeys(words.named("signals", one.value) for one in taken.signals)
        lines.append((words.bit("signal"), "、".join(named)))
    if taken.files:
        key = "mail_file" if len(taken.files) == 1 else "mail_files"
        name = cut(str(taken.files[0].file), 16)
        lines.append((words.bit("mail_attached"), words.bit(key, name=name, count=len(taken.files))))
    if mail.refused:
        lines.append((words.bit("mail_refused"), cut("、".join(mail.refused), facts.VALUE_MOST)))
    return lines


def _filled(one: Labelled, deal: Opportunity | None, today: date) -> tuple[str, str]:
    """周日 3月15日（“预计下单时间”）, with what it was before where that was another day."""
    said = words.bit("mail_by_label", value=_shown(one.field, one.value, deal, today), label=cut(one.label, 8))
    old = getattr(deal, one.field) if deal is not None else None
    if old not in (None, ""):
        said = words.bit("was_words", new=_shown(one.field, one.value, deal, today),
                         old=_shown(one.field, old, deal, today))  # fmt: skip
    return words.bit(LABELS[one.field]), said


def _otherwise(one: Labelled, deal: Opportunity | None, today: date) -> tuple[str, str]:
    """What the record has otherwise: shown, not changed."""
    old = getattr(deal, one.field) if deal is not None else None
    if old in (None, ""):
        return words.bit(LABELS[one.field]), words.bit("mail_waits", value=_shown(one.field, one.value, deal, today))
    return words.bit(LABELS[one.field]), words.bit(
        "mail_otherwise", value=cut(_shown(one.field, one.value, deal, today), 10),
        old=cut(_shown(one.field, old, deal, today), 10),
    )  # fmt: skip


def _shown(field: str, value: Any, deal: Opportunity | None, today: date) -> str:
    if field == "sign_date":
        return day_of(value, today)
    return money(value, deal.currency if deal else "CNY") if field == "amount" else cut(str(value), 14)


def which(mail: Mail, customer: str, said: Sequence[Labelled], deals: Sequence[Opportunity], playbook: Playbook,
          today: date) -> Card:  # fmt: skip
    """Several opportunities that it may be about."""
    numerals = ("one", "two", "three")
    lines = [(words.bit("to_record"), "、".join(_shown(one.field, one.value, None, today) for one in said))]
    shown = list(deals[:PICKS_MOST])
    lines += [(words.bit(numerals[n]), opportunity_label(deal, playbook)) for n, deal in enumerate(shown)]
    buttons = [Button(f"pick:{n}", cut(deal.name, 6)) for n, deal in enumerate(shown, 1)]
    return words.card(
        "mail.which", customer=title_name(customer), facts=facts.shorten(lines), buttons=[*buttons, "none"],
        why=quote(mail.subject) if mail.subject else "",
    )  # fmt: skip
