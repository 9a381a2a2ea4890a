"""What one rep is to hear of his opportunities at one moment, on as few cards as hold it (VOICE.md §5): what several
have in common is one card, and so is all that there is to say of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from adapters.messages import Card
from bot.letter import Letter
from bot.outbox import diet
from bot.process import watch
from bot.process.cases import Case
from bot.process.watch import Line
from bot.replies import watch as say
from storage import outbox
from storage.records import OutboxRow

STALL, BLOCKED, EARLY, MEMO = "stage.stall", "step.blocked", "risk.early", "exempt.memo"
ORDER = (EARLY, BLOCKED, STALL, MEMO)
"""Whose card it is where there is more than one thing to say of a customer."""
KINDS = {"stalled": STALL, "blocked": BLOCKED, watch.MEMO: MEMO}
"""The card by which a line that was crossed is told; the others stand in the manager's list."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an opportunity that its owner is to hear of by a card of ``kind``; ``boss`` is his manager's name."""

    kind: str
    case: Case
    line: Line
    boss: str
    now: datetime

    @property
    def to(self) -> str:
        return self.case.owner.id

    @property
    def deal(self) -> str:
        return self.case.deal.id

    @property
    def whose(self) -> str:
        return self.case.deal.customer_id

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.line.facts) if self.kind == BLOCKED else {}

    @property
    def about(self) -> dict[str, Any]:
        return {"opportunity": self.deal, "customer": self.case.customer, "line": self.line.kind, **self.facts}

    @property
    def once(self) -> str:
        if self.kind == STALL:
            return f"{STALL}:{self.deal}:{self.case.deal.stage_since:%Y%m%d%H%M}:{self.line.n}"
        if self.kind == BLOCKED:
            facts = self.facts
            return f"{BLOCKED}:{self.deal}:{facts['track']}:{facts['step']}:{facts['since']}:{self.line.n}"
        if self.kind == MEMO:
            return f"{MEMO}:{self.deal}:{self.line.at:%Y%m%d}"
        return f"{EARLY}:{self.deal}:{self.line.kind}:{self.line.at:%Y%m%d%H%M}"

    @property
    def step(self) -> tuple[str, str, date]:
        """Of what is stuck: track, step, since when."""
        track, step = self.case.step(self.facts)
        return track, step, datetime.fromisoformat(str(self.facts["since"])).astimezone(self.now.tzinfo).date()

    def card(self) -> Card:
        """Of this alone."""
        if self.kind == STALL:
            return say.stall(self.case, self.line, self.now)
        if self.kind == BLOCKED:
            track, step, since = self.step
            return say.blocked(self.case, track, step, since, self.boss, self.now.date())
        if self.kind == MEMO:
            return say.memo(self.case)
        return say.early(self.case, self.line, self.boss, self.now)

    def beside(self) -> tuple[str, str]:
        """A line for it on a card about something else."""
        if self.kind == STALL:
            return say.beside_stall(self.case, self.now)
        if self.kind == BLOCKED:
            _, step, since = self.step
            return say.beside_step(step, since, self.now.date())
        return say.beside_memo(self.case)


async def letters(theirs: Sequence[Told]) -> list[Letter]:
    """All that one rep is told now."""
    wanted = [one for one in theirs if not diet.turned_off(one.kind, one.case.owner.prefs, one.whose)]
    wanted = await _early_enough(wanted)
    mixed, alike = _sorted(wanted)
    found = [_of_customer(of_one) for of_one in mixed]
    for kind in ORDER:
        ordered = _dearest([one for one in alike if one.kind == kind])
        found += [_of_kind(ordered[n : n + say.MOST]) for n in range(0, len(ordered), say.MOST)]
    return found


def _sorted(theirs: Sequence[Told]) -> tuple[list[list[Told]], list[Told]]:
    """What is of several kinds about one customer, or twice about one opportunity; and what is not."""
    by_customer: dict[str, list[Told]] = {}
    for one in theirs:
        by_customer.setdefault(one.whose, []).append(one)
    mixed = [found for found in by_customer.values() if _is_mixed(found)]
    return mixed, [one for found in by_customer.values() if not _is_mixed(found) for one in found]


def _is_mixed(theirs: Sequence[Told]) -> bool:
    return len({one.kind for one in theirs}) > 1 or len({one.deal for one in theirs}) < len(theirs)


def _of_customer(theirs: Sequence[Told]) -> Letter:
    """One card for one customer: the first of the order with its buttons, a line for each of the others. What comes
    every second time only leads nothing, so that it takes nothing else away."""
    halved = theirs[0].case.owner.prefs.get(diet.HALVED, ())
    ordered = sorted(_dearest(theirs), key=lambda one: (one.kind in halved, ORDER.index(one.kind)))
    first, others = ordered[0], [one for one in ordered[1:] if one.kind != EARLY]
    card = say.with_lines(first.card(), [one.beside() for one in others])
    return Letter(card, to=first.to, once=first.once, about=first.about)


def _of_kind(theirs: Sequence[Told]) -> Letter:
    first = theirs[0]
    if len(theirs) == 1:
        return Letter(first.card(), to=first.to, once=first.once, about=first.about)
    return Letter(_several(theirs), to=first.to, once=f"{first.once}:{len(theirs)}", about=_about(theirs))


def _several(theirs: Sequence[Told]) -> Card:
    first, deals = theirs[0], [one.case for one in theirs]
    if first.kind == STALL:
        return say.stalls(deals, first.now)
    if first.kind == BLOCKED:
        return say.several_blocked(
            [(one.case, one.step[1], one.step[2]) for one in theirs], first.boss, first.now.date()
        )
    if first.kind == MEMO:
        return say.memos(deals)
    return say.earlies([(one.case, one.line) for one in theirs], first.boss, first.now)


def _about(theirs: Sequence[Told]) -> dict[str, Any]:
    """What the taps of a card of several need."""
    return {
        "deals": [one.deal for one in theirs],
        "named": {one.deal: one.case.customer for one in theirs},
        "lines": {one.deal: one.line.kind for one in theirs},
        "facts_of": {one.deal: one.facts for one in theirs if one.facts},
    }


async def _early_enough(theirs: Sequence[Told]) -> list[Told]:
    """Without what is beyond so many words before a risk a day (E3), the dearest first."""
    early = _dearest([one for one in theirs if one.kind == EARLY])
    if not early:
        return list(theirs)
    first = early[0]
    start = first.now.replace(hour=0, minute=0, second=0, microsecond=0)
    heard = [row for row in await outbox.of_member(first.to, start) if row.due_at < start + timedelta(days=1)]
    spoken = sum(_tells_of(row) for row in heard if row.kind == EARLY)
    told = early[: max(0, min(say.MOST, first.case.playbook.watch.early_most - spoken))]
    return [one for one in theirs if one.kind != EARLY or one in told]


def _tells_of(row: OutboxRow) -> int:
    """Of how many opportunities."""
    choice = row.body.get("choice")
    return len(choice["options"]) if choice else 1


def _dearest(theirs: Sequence[Told]) -> list[Told]:
    return sorted(theirs, key=lambda one: (-(one.case.deal.amount or 0), one.deal))
