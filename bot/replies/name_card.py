"""Cards of a business card's photo (VOICE.md D5)."""

from __future__ import annotations

from datetime import datetime

from adapters.messages import Card
from bot.capture.name_card import Draft
from bot.replies import facts, words
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, cut, mask_phone
from storage.records import Lead

TITLE_MOST = 12


def photo(draft: Draft, known: bool) -> Card:
    """What was read, and what of it was not seen clearly; ``known``: the company is on the books."""
    return words.card("card.photo", facts=facts.shorten(lines_of(draft, known)))


def lines_of(draft: Draft, known: bool) -> list[tuple[str, str]]:
    lines = [("card_name", draft.name, "name"), ("card_title", _post(draft), "title")]
    found = [(words.bit(label), value + _unclear(draft, field)) for label, value, field in lines if value]
    if draft.company:
        name = draft.company if known else words.bit("new_one", name=cut(draft.company, 18))
        found.append((words.bit("card_company"), name + _unclear(draft, "company")))
    if draft.phones:
        found.append((words.bit("card_phone"), mask_phone(draft.phones[0]) + _unclear(draft, "phone")))
    if draft.emails:
        found.append((words.bit("card_email"), draft.emails[0] + _unclear(draft, "email")))
    return found


def _post(draft: Draft) -> str:
    return " ".join(filter(None, (draft.department, draft.title)))


def _unclear(draft: Draft, field: str) -> str:
    """（第 7 位没看清）"""
    place = draft.unclear.get(field)
    return words.bit("card_unclear" if field == "phone" else "card_unclear_word", n=place) if place else ""


def saved_lead(lead: Lead, who: str, now: datetime) -> Card:
    name = " ".join(filter(None, (lead.company, lead.name)))
    return words.card("card.saved.lead", name=cut(name, TITLE_MOST), who=cut(who, 8), clock=clock_of(now))


def saved_contact(draft: Draft, customer: str, who: str, now: datetime) -> Card:
    return words.card(
        "card.saved.contact", customer=title_name(customer), who=cut(who, 8), clock=clock_of(now),
        facts=facts.shorten(lines_of(draft, True)),
    )  # fmt: skip
