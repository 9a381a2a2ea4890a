"""Signals of the closed list: objections, asks, approvals, silence; a customer's question may carry one."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.asides import described, only_mentioned
from nlp.elsewhere import told_of_another_deal
from nlp.facts import Fact, Facts, Scene
from nlp.reading import Signal

SIGNALS = (
    "budget_approved", "budget_missing", "legal_passed", "decision_maker_met", "internally_approved",
    "price_objection", "delivery_concern", "considering", "competitor_mentioned", "asks_trial", "asks_quote",
    "asks_contract", "asks_cases", "asks_timeline", "asks_comparison", "names_tech_contact",
    "proposes_demo_time", "payment_made", "silent_customer",
)  # fmt: skip
"""The closed list of CONTRACTS, in its order."""


DEEDS = frozenset({"budget_approved", "legal_passed", "decision_maker_met", "internally_approved", "payment_made"})
"""Signals that tell of something done in a deal of ours; the others are what somebody says, asks or leaves unsaid."""
STATES = frozenset({"silent_customer", "budget_missing"})
"""Signals of how it stands now: what a noun is only described by (没回的那封邮件) is none."""


def find(scene: Scene, said: Facts) -> list[tuple[int, Signal]]:
    """The signals that clauses carry, each with the number of its clause, in the order of the text."""
    found = []
    for fact in said["signals"]:
        if not _stands(fact, scene):
            continue
        start, end = fact.span
        words = scene.skeleton.text[start:end]
        found.append((fact.clause, Signal(words, fact.span, fact.rule, fact.sure, fact.value)))
    return found


def _stands(fact: Fact, scene: Scene) -> bool:
    """A deed is really told, and of a deal of ours; a state is told, not used to describe a thing."""
    if fact.value in DEEDS:
        return not only_mentioned(fact, scene) and not told_of_another_deal(fact, scene)
    return fact.value not in STATES or not described(fact, scene)


def once(found: Sequence[Signal]) -> tuple[Signal, ...]:
    """Each signal once, its surest words, in the order of the closed list."""
    best: dict[str, Signal] = {}
    for signal in found:
        if signal.value not in best or best[signal.value].confidence < signal.confidence:
            best[signal.value] = signal
    return tuple(best[value] for value in SIGNALS if value in best)
