"""What is to be told of a mail: gathered until the next window, so that several are one card (VOICE.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playbook.model import Playbook
from bot.playbook.pipeline import Pipeline
from bot.process import gates
from bot.process import service as process
from storage import evidence, uploads
from storage.records import Moment, Opportunity, new_id

KIND = "mail.told"


@dataclass(frozen=True, slots=True)
class Told:
    """One recorded mail in words. ``event``: the inbox message that it came with; ``what``: the day that was read of
    it, by its name, "" where none was; ``name``: the customer's short one; ``facts``: the card's lines."""

    event: str
    customer: str
    opportunity: str
    name: str
    who: str
    at: datetime
    subject: str
    what: str
    facts: tuple[tuple[str, str], ...]
    commitments: tuple[str, ...]

    def moment(self, at: datetime, now: datetime) -> Moment:
        data = {
            "event": self.event, "customer": self.customer, "opportunity": self.opportunity, "name": self.name,
            "who": self.who, "at": self.at.isoformat(), "subject": self.subject, "what": self.what,
            "facts": [list(one) for one in self.facts], "commitments": list(self.commitments),
        }  # fmt: skip
        return Moment(id=new_id("due", now), at=at, kind=KIND, record=self.customer, data=data)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Told:
        facts = tuple((str(label), str(value)) for label, value in data["facts"])
        rest = {"at": datetime.fromisoformat(data["at"]), "facts": facts, "commitments": tuple(data["commitments"])}
        return cls(**{**data, **rest})

    @property
    def about(self) -> dict[str, Any]:
        """What the taps of its own card need."""
        return {
            "message": self.event, "events": [self.event], "name": self.name, "names": [self.name],
            "customer": self.customer, "opportunity": self.opportunity, "commitments": list(self.commitments),
        }  # fmt: skip


async def page(told: Told, deal: Opportunity | None, owner: str, playbook: Playbook, url: str, now: datetime) -> str:
    """The address of a page for what the opportunity still lacks to go on; "" where it lacks no file, or none can be
    reached. Written at once, to be called inside the caller's transaction."""
    if not url or deal is None or deal.state != "open":
        return ""
    pipeline = playbook.pipeline(deal.pipeline)
    ahead = _ahead(pipeline, deal)
    if not ahead:
        return ""
    decision = gates.decide(pipeline, deal, ahead, await evidence.counts(deal.id))
    kinds = process.files_for(decision, playbook)
    if not kinds:
        return ""
    wanted = uploads.Upload(
        member_id=owner, customer_id=told.customer, expires_at=now + uploads.LIVES, opportunity_id=deal.id,
        kinds=kinds, stage=ahead, event=told.event,
    )  # fmt: skip
    return f"{url}/upload/{await uploads.put(wanted)}"


def _ahead(pipeline: Pipeline, deal: Opportunity) -> str:
    """The stage that comes next; "" behind the last."""
    place = pipeline.place(deal.stage) + 1
    return next((one.id for one in pipeline.open_stages[place:]), "")
