"""撞单 (VOICE.md F10): what each side hears. The claimer's texts hold his own word for the customer, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.messages import Button, Card, Text
from adapters.messages import Push as Push
from bot.letter import Letter
from bot.replies import words
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, cut, short_day
from storage.records import Claim

WORDS_MOST = 12
VALUE_MOST = 26


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, the first contact, and by which way it came."""

    name: str
    at: datetime
    channel: str

    def first(self, now: datetime) -> str:
        """首次接触 2月3日，展会名片"""
        day = short_day(self.at.astimezone(now.tzinfo).date(), now.date())
        return words.bit("first_contact", day=day, source=words.named("channels", self.channel))


def noted(said: str) -> Text:
    return words.text("claim.noted", words=cut(said, WORDS_MOST))


def again(said: str) -> Text:
    return words.text("claim.noted.again", words=cut(said, WORDS_MOST))


def theirs(said: str, owner: str) -> Text:
    return words.text("claim.theirs", words=cut(said, WORDS_MOST), who=owner)


def reason() -> str:
    return words.bit("claim_reason")


def asked(claim: Claim, sides: tuple[Side, Side], name: str, now: datetime) -> Card:
    """F10, to the manager of the owner."""
    lines = [(cut(side.name, 5), cut(side.first(now), VALUE_MOST)) for side in sides]
    if claim.words != name:
        lines.append((words.bit("claim_called"), cut(f"“{claim.words}”", VALUE_MOST)))
    whose = [Button(f"pick:{n}", cut(words.bit("claim_to", who=side.name), 6)) for n, side in enumerate(sides, 1)]
    return words.card(
        "claim", customer=title_name(name), facts=lines, buttons=["together", *whose, "separate"]
    )  # fmt: skip


def way(claim: Claim, sides: tuple[Side, Side]) -> str:
    """归李娜"""
    if claim.state in ("together", "separate"):
        return words.label(claim.state)
    return words.bit("claim_to", who=sides[0 if claim.state == "owner" else 1].name)


def decided(claim: Claim, sides: tuple[Side, Side], name: str, who: str, now: datetime) -> Card:
    """The manager's card afterwards."""
    lines = [(cut(side.name, 5), cut(side.first(now), VALUE_MOST)) for side in sides]
    return words.card(
        "claim.decided", customer=title_name(name), who=cut(who, 8), clock=clock_of(now),
        way=cut(way(claim, sides), 10), facts=lines, buttons=["end_together"] if claim.state == "together" else [],
    )  # fmt: skip


def told(claim: Claim, sides: tuple[Side, Side], name: str, now: datetime, zone: ZoneInfo) -> list[Letter]:
    """What was decided, to both; to the claimer in his own word for the customer. Of another company the owner need
    not hear."""
    local = now.astimezone(zone)
    found = []
    for to, called in ((claim.owner_id, name), (claim.member_id, claim.words)):
        if claim.state == "separate" and to == claim.owner_id:
            continue
        push = _told(claim, sides, cut(called, WORDS_MOST), to, local)
        found.append(Letter(push, to=to, once=f"claim:{claim.id}:{to}:{claim.state}", answer=False))
    return found


def _told(claim: Claim, sides: tuple[Side, Side], called: str, to: str, now: datetime) -> Text:
    owner, claimer = sides
    if claim.state == "together":
        return words.text("claim.together", words=called, who=(claimer if to == claim.owner_id else owner).name)
    if claim.state == "separate":
        return words.text("claim.separate", words=called)
    side = owner if claim.state == "owner" else claimer
    return words.text("claim.told", words=called, who=side.name, first=side.first(now))
