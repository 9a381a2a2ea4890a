"""A table on its way in: a moment that knows how far it is, and is put anew with each part that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.exchange.bring_plan import Plan
from bot.exchange.bring_report import key_of
from storage.records import Moment, new_id

KIND = "import.part"
"""Looked for by a loop of its own, never by the clock's hand."""
PART = 200
"""Rows of a part: one transaction, after which others have their turn."""


@dataclass(frozen=True, slots=True)
class Job:
    """``event``: the tap whose answer is the card; ``account`` the platform account that it came by, and of members
    whose row names none; ``done`` rows of ``rows`` are through. ``told_at``: when its card last said so."""

    id: str
    kind: str
    file: str
    member: str
    account: str
    event: str
    rows: int
    told_at: str
    done: int = 0
    taken: int = 0
    known: int = 0
    faults: int = 0

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Job:
        return cls(**data)

    @property
    def report(self) -> str:
        return key_of(self.file, self.id)

    def after(self, planned: Plan) -> Job:
        """With a further part through."""
        return replace(
            self, done=self.done + planned.rows, taken=self.taken + planned.taken,
            known=self.known + len(planned.known), faults=self.faults + len(planned.faults),
        )  # fmt: skip

    def moment(self, at: datetime) -> Moment:
        """The next part's, due at once."""
        return Moment(id=new_id("due", at), at=at, kind=KIND, record=self.id, member_id=self.member, data=asdict(self))


def begun(kind: str, file: str, rows: int, *, member: str, account: str, event: str, now: datetime) -> Job:
    return Job(new_id("job", now), kind, file, member, account, event, rows, now.isoformat())
