"""Signals of the closed list: objections, asks, approvals, silence; a customer's question may carry one."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Facts, Scene
from nlp.reading import Signal

SIGNALS = (
    "budget_approved", "budget_missing", "legal_passed", "decision_maker_met", "internally_approved",
    "price_objection", "delivery_concern", "considering", "competitor_mentioned", "asks_trial", "asks_quote",
    "asks_contract", "asks_cases", "asks_timeline", "asks_comparison", "names_tech_contact",
    "proposes_demo_time", "payment_made", "silent_customer",
)  # fmt: skip
"""The closed list of CONTRACTS, in its order."""


def find(scene: Scene, said: Facts) -> list[tuple[int, Signal]]:
    """The signals that clauses carry, each with the number of its clause, in the order of the text."""
    found = []
    for fact in said["signals"]:
        start, end = fact.span
        words = scene.skeleton.text[start:end]
        found.append((fact.clause, Signal(words, fact.span, fact.rule, fact.sure, fact.value)))
    return found


def once(found: Sequence[Signal]) -> tuple[Signal, ...]:
    """Each signal once, its surest words, in the order of the closed list."""
    best: dict[str, Signal] = {}
    for signal in found:
        if signal.value not in best or best[signal.value].confidence < signal.confidence:
            best[signal.value] = signal
    return tuple(best[value] for value in SIGNALS if value in best)
