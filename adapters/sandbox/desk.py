"""What the sandbox asks of the bot: its clock, its records, whether it is quiet, and what comes next.

``bot.app`` gives a desk to the control surface and the page; neither knows more of the bot than this.
Words in these values are Chinese, as a user reads them; moments are aware.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class Coming:
    """A moment that will fire: what it will do, in words (``提醒张伟：明天到期``)."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit entry in words. ``title`` what happened (承诺了结), ``detail`` the change (未了 → 了结),
    ``by`` who (张伟 · 凭文件)."""

    n: int
    at: datetime
    title: str
    detail: str
    by: str
    hash: str
    prev: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What walking the chain found; ``broken`` is the first entry that does not hold, None when all do."""

    entries: int
    head: str
    erased: int = 0
    broken: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on an opportunity's track. ``gated``: its gate is not open yet; ``note``: ✓ 2 天, 第 4 天, 缺 1 件."""

    name: str
    state: Literal["done", "here", "gated", "ahead"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """Where an opportunity stands: its pipeline's steps, and what the next gate has and still needs, in words."""

    steps: tuple[Step, ...]
    next_stage: str = ""
    have: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Why, for one field: the words ``span`` (code points) of the message made the card's line ``label``."""

    span: tuple[int, int]
    label: str


@dataclass(frozen=True, slots=True)
class Notes:
    """What the desk can tell of one message: its marks, and the customer it was about ("" when none)."""

    marks: tuple[Mark, ...] = field(default=())
    customer_id: str = ""


class Desk(Protocol):
    clock: Clock

    async def quiet(self, within: float) -> bool:
        """Waits until the inbox is handled or waiting and the outbox sent, held or backing off; False when
        ``within`` seconds of the machine's clock were not enough."""
        ...

    async def step(self, to: datetime) -> None:
        """Moves the clock to ``to``, firing what falls due on the way, in order, each at its own moment. Backwards
        fires nothing."""
        ...

    async def records(self, kind: str, undone: bool = False) -> list[dict[str, Any]]:
        """The records of one kind with the keys of an export, oldest first. Raises KeyError for an unknown kind."""
        ...

    async def kind_of(self, account: str, reference: str) -> str:
        """The text key (``reading.clear``) of the push that the platform knows by ``reference``, as it stands now in
        the chat; "" for none of ours."""
        ...

    async def coming(self, most: int) -> Sequence[Coming]:
        """The next moments that will fire, soonest first."""
        ...

    async def track(self, opportunity_id: str) -> Track | None:
        """None for an unknown opportunity."""
        ...

    async def notes(self, account: str, event_id: str) -> Notes:
        """What the reader made of the message with that platform id; empty for none."""
        ...

    async def entries(self, most: int) -> Sequence[Entry]:
        """The last audit entries, newest first."""
        ...

    async def verify(self) -> Proof:
        """Walks the whole chain."""
        ...
