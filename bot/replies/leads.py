"""What is said of leads (VOICE.md F)."""

from __future__ import annotations

from datetime import datetime

from adapters.messages import Card, Text
from bot.replies import words
from bot.replies.wording import clock_of, cut, masked
from storage.records import Lead

WANTED_MOST, NAME_MOST = 40, 12
REASONS = ("budget", "mismatch", "no_decider")
"""Why a lead is none."""


def called(lead: Lead) -> str:
    """What one calls it: the company, else the person, else the number."""
    return cut(lead.company or f"{lead.name}{lead.title}" or _local(lead), NAME_MOST) or words.bit("lead_unnamed")


def channel(lead: Lead) -> str:
    """官网表单, as it was said, else as it is called."""
    return cut(lead.source, NAME_MOST) or words.named("lead_channels", lead.channel)


def assigned(lead: Lead, at: datetime, known: str) -> Card:
    """【新线索给你：恒川物流】‹官网表单 10:01› 联系人, 想要, and of a customer that there is its name."""
    person = " ".join(filter(None, (lead.name, lead.title, _local(lead))))
    facts = [(words.bit("lead_person"), person), (words.bit("lead_wanted"), cut(lead.wanted, WANTED_MOST)),
             (words.bit("customer"), words.bit("lead_known", customer=known) if known else "")]  # fmt: skip
    return words.card(
        "lead.assigned", name=called(lead), channel=channel(lead), clock=clock_of(at),
        facts=[(label, value) for label, value in facts if value],
    )  # fmt: skip


def _local(lead: Lead) -> str:
    """139****5678"""
    return masked(next(iter(lead.phones), "").removeprefix("+86"))


def taken(lead: Lead, who: str, at: datetime) -> Card:
    return words.card("lead.taken", name=called(lead), who=who, clock=clock_of(at))


def why_none(lead: Lead) -> Card:
    picks = words.picks(words.named("lead_reasons", one) for one in REASONS)
    return words.card("lead.why", name=called(lead), buttons=picks)


def none(lead: Lead, reason: str) -> Text:
    return words.text("lead.none", name=called(lead), reason=reason)


def gone(lead: Lead | None, who: str) -> Text:
    return words.text("lead.gone", name=called(lead) if lead else words.bit("lead_unnamed"), who=who)
