"""What an import comes to, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.exchange.table import Row
from bot.playbook.store import PlaybookStore
from storage import customers, members
from storage.records import Change, Customer, Member

NAME_MOST = 100


@dataclass(slots=True)
class Plan:
    """What an import would do. ``faults``: (line, what is wrong); ``known``: lines of what stands there already;
    ``steps``: (line, its changes), in an order in which each finds what it needs; ``source``: the lines as they came.
    """

    kind: str
    said: str
    rows: int = 0
    steps: list[tuple[int, tuple[Change, ...]]] = field(default_factory=list)
    taken: int = 0
    known: list[int] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    source: tuple[Row, ...] = ()

    @property
    def changes(self) -> list[Change]:
        return [change for _, changes in self.steps for change in changes]

    def take(self, row: Row, changes: Sequence[Change]) -> None:
        self.steps.append((row.number, tuple(changes)))
        self.taken += 1

    def same(self, row: Row, changes: Sequence[Change] = ()) -> None:
        """The row adds nothing of its own; ``changes`` are what it adds to what stands."""
        self.known.append(row.number)
        if changes:
            self.steps.append((row.number, tuple(changes)))

    def fault(self, row: Row, words: str) -> None:
        self.faults.append((row.number, words))

    def summary(self) -> str:
        return f"{self.rows:,} 行：可进 {self.taken:,}，重复 {len(self.known):,}，有误 {len(self.faults):,}"

    def report(self) -> list[tuple[int, str, str]]:
        """(line, what becomes of it, why) of every line, in order."""
        known, faults = set(self.known), dict(self.faults)
        taken = {line for line, _ in self.steps} - known
        lines = sorted(known | taken | faults.keys())
        words = ((n, "有误" if n in faults else "重复" if n in known else "可进") for n in lines if n)
        return [(n, word, faults.get(n, "")) for n, word in words]


@dataclass(slots=True)
class Hand:
    """Who imports, when, and whom and what the rows name, each asked for once. ``recorder`` is never an author."""

    now: datetime
    recorder: str
    account: str
    playbooks: PlaybookStore
    phones: Mapping[str, Sequence[str]] | None = None
    """Whose customers' each number is, once that was asked."""
    people: dict[str, list[Member]] = field(default_factory=dict)
    firms: dict[str, list[Customer]] = field(default_factory=dict)

    async def member(self, said: str) -> tuple[Member | None, str]:
        """The member of that name or account; None and nothing wrong for an empty cell."""
        if not said:
            return None, ""
        if said not in self.people:
            self.people[said] = await members.named(said)
        found = self.people[said]
        if len(found) == 1:
            return found[0], ""
        return None, f"{'没有' if not found else '有几个'}叫“{said}”的成员，写平台帐号"

    async def customer(self, said: str) -> tuple[Customer | None, str]:
        """The customer of exactly that name or alias."""
        if not said:
            return None, "缺客户"
        if said not in self.firms:
            self.firms[said] = await customers.named(said)
        found = self.firms[said]
        if len(found) == 1:
            return found[0], ""
        return (
            None,
            f"{'没有' if not found else '有几家'}叫“{said[:20]}”的客户，{'先导入客户' if not found else '写全名'}",
        )
