"""What is said of leads (VOICE.md F)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.messages import Card, Text
from bot.replies import words
from bot.replies.commands import piece
from bot.replies.wording import clock_of, cut, masked, moment_of
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


# -- /leads, and leads that nobody has ------------------------------------------------------------------------------


def listed(found: Sequence[Lead], counts: Mapping[str, int], now: datetime) -> Text:
    """Those that nobody has, longest waiting first."""
    count = counts.get("new", 0) + counts.get("failed", 0)
    if not found:
        return words.text("cmd.leads.none")
    lines = [_line(n, one, now) for n, one in enumerate(found, 1)]
    example = f"/leads 1 {piece('leads_example')}"
    return words.text("cmd.leads", count=f"{count:,}", lines="\n".join(lines), example=example)


def _line(n: int, lead: Lead, now: datetime) -> str:
    """1 恒川物流 江雪 · 官网表单 · 周二 3月10日 10:01"""
    at = moment_of(lead.received_at.astimezone(now.tzinfo), now.date())
    who = f"{called(lead)} {lead.name}" if lead.company and lead.name else called(lead)
    return f"{n} {who} · {channel(lead)} · {at}"


def counted(counts: Mapping[str, int]) -> Text:
    """收进 217：分了 189，没人跟 4 …"""
    states = "，".join(
        f"{words.named('lead_counts', state)} {counts[state]:,}"
        for state in words.entry("lead_counts")
        if counts.get(state)
    )
    total = f"{sum(counts.values()):,}"
    return words.text("cmd.leads.stuck", total=total, states=states) if states else words.text("cmd.leads.empty")


def given(lead: Lead, who: str) -> Text:
    return words.text("cmd.leads.given", name=called(lead), who=who)


def unowned_in_group(count: int) -> Text:
    return words.text("lead.unowned.group", count=count)


def unowned(lead: Lead, count: int, at: datetime) -> Text:
    """One came that nobody has; how many wait by now."""
    return words.text("lead.unowned", name=called(lead), channel=channel(lead), clock=clock_of(at), count=count)
