"""What goes into a proposal and what comes out of it: answers given, words said, entries, questions. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from adapters.llm import Opinion
from bot.capture.whose import Whose
from bot.process.gates import Decision
from nlp.reading import Candidate, Deal, StageFound
from storage.records import Activity, Change, Commitment, Customer, Opportunity


@dataclass(frozen=True, slots=True)
class Choices:
    """What was answered to the questions that the same message raised, and what was agreed to by a tap."""

    customers: Mapping[str, str] = field(default_factory=dict)
    """By the deal's number: a customer's id, ``new:NAME``, or ``claim:ID`` of one that is not the member's."""
    opportunities: Mapping[str, str] = field(default_factory=dict)
    """By the customer's id: an opportunity's id, or ``new:NAME``."""
    agreed: bool = False
    """Findings below their ask threshold count too."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is to be recorded: who said it, when, and the event that the record points back to."""

    text: str
    at: datetime
    now: datetime
    event: str
    late: bool = False
    """Older than something already handled in the conversation: it may add, but not overwrite what is younger."""
    opinion: Opinion | None = None
    """What the large model makes of the text, where one is asked."""
    group: str = ""
    """The customer to whom the group belongs in which it was said; "" where it was said in none such."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one customer's part of the message comes to."""

    customer: Customer | None
    name: str
    whose: Whose
    opportunity: Opportunity | None
    activity: Activity
    changes: tuple[Change, ...]
    new_customer: bool = False
    new_opportunity: bool = False
    stage: StageFound | None = None
    decision: Decision | None = None
    commitments: tuple[Commitment, ...] = ()
    moved: tuple[tuple[Commitment, Commitment], ...] = ()
    """Promises that stood already and got another due: before, after."""
    kept: tuple[Commitment, ...] = ()
    dropped: tuple[Commitment, ...] = ()
    """Promises that the words say are not wanted any more."""
    which_kept: tuple[Commitment, ...] = ()
    """Open promises that the words may close, when more than one fits."""
    signing: datetime | None = None
    amount_from: Opportunity | None = None
    unsure: tuple[str, ...] = ()
    """Fields that wait for a tap because the reader was not sure enough."""
    deal: Deal | None = None
    steps: tuple[Decision, ...] = ()
    """What the words come to on tracks beside the stages."""
    fields: tuple[tuple[str, str], ...] = ()
    """Fields of the trade's own that were told: name, value."""
    bad_fields: tuple[str, ...] = ()
    """What is wrong with those that were not kept."""
    decides: tuple[tuple[str, str], ...] = ()
    """(who, what he decides; "" where that is taken back), as far as it was told."""
    considers: tuple[str, ...] | None = None
    """Which of the five behaviours a customer who considers has shown of late; None where he does not consider."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question instead of a guess: which of ``customers`` or ``opportunities`` the words mean."""

    kind: Literal["which_customer", "which_opportunity", "foreign"]
    deal: int
    words: str
    customers: tuple[Candidate, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    customer_id: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    entries: tuple[Entry, ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for entry in self.entries for change in entry.changes)
