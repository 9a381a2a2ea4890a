"""Rules as values: when something happens, if an expression holds, then what follows.

``if`` is an expression of the Common Expression Language over the names that ``docs/configuring.md`` lists; it is
compiled when the playbook is read, so that a mistake in it is told with the others.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.playbook.expression import Expression, compiled
from bot.playbook.value import Hours, Line, Minutes, Name, Value, Word

Happening = Literal["activity", "stage", "signal", "evidence", "promise", "approval", "behaviour", "absence", "timer"]
"""What a rule may wait for. ``absence``: ``without`` did not come within ``after_hours`` of ``since``; ``timer``: so
many hours after a stage was entered."""
Who = Literal["owner", "manager", "director", "legal", "finance", "service", "product", "admin"]


class Advance(Value):
    """To a stage, forwards only and through its gate."""

    do: Literal["advance"]
    stage: Word


class MakeTask(Value):
    """One task an item, due ``minutes`` after what happened."""

    do: Literal["task"]
    items: tuple[Line, ...]
    minutes: Annotated[int, Field(ge=1, le=60 * 24 * 31)]
    to: Who = "owner"


class Remind(Value):
    do: Literal["remind"]
    say: Line
    hours: Hours
    to: Who = "owner"


class Tell(Value):
    """A push at once (on the diet), with the files of what happened where ``files``."""

    do: Literal["push"]
    to: Who
    say: Line
    """With {customer}, {opportunity}, {stage}, {owner}, {amount}, {sign_date}, {files}, {words} filled."""
    files: bool = False
    once: Literal["event", "stage"] = "event"
    """How often at most: for each event, or once while the opportunity stays in its stage."""


class Tag(Value):
    do: Literal["tag"]
    tag: Name


class Assign(Value):
    """To another owner: the team's manager, or the member named by its account."""

    do: Literal["assign"]
    to: str


class Call(Value):
    """An outside address is asked (HTTP POST, JSON); what it says can be used by later rules as ``called``."""

    do: Literal["call"]
    url: Annotated[str, Field(pattern=r"^https?://", max_length=500)]
    inside: bool = False
    """The address is of the company's own network, which is refused unless this says so."""


Then = Annotated[Advance | MakeTask | Remind | Tell | Tag | Assign | Call, Field(discriminator="do")]


class Rule(Value):
    id: Word
    name: Name
    when: tuple[Happening, ...]
    condition: str = Field("true", alias="if", max_length=1000)
    then: tuple[Then, ...]
    since: Literal["stage", "activity", "signal"] = "stage"
    without: tuple[str, ...] = ()
    """Kinds of evidence or actions whose absence the rule waits for."""
    stages: tuple[Word, ...] = ()
    """Only in these stages; empty for all."""
    after_hours: Hours | None = None
    """For ``absence`` and ``timer``; rest days and leave stop the clock."""
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    """Lower first."""
    timeout_ms: Annotated[int, Field(ge=1, le=30_000)] = 800
    degrade: Literal["skip", "off"] = "skip"
    """What a failing run does: it is skipped and the rest goes on, or the rule is off at once."""
    failures: Annotated[int, Field(ge=1, le=1000)] = 5
    """So many failures within ``failures_minutes`` switch it off."""
    failures_minutes: Minutes = 10
    on: bool = True

    def at(self, stage: str) -> bool:
        """It is asked in that stage."""
        return not self.stages or stage in self.stages

    @property
    def expression(self) -> Expression:
        """``if``, compiled once. Raises Unclear."""
        return compiled(self.condition)

    @property
    def after_call(self) -> bool:
        """It waits for what an outside address said."""
        return "called" in self.expression.names

    @property
    def order(self) -> tuple[int, str]:
        return self.priority, self.id
