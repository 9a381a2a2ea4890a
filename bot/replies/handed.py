"""The card of a file that came in for a gate, or for nothing in particular."""

from __future__ import annotations

from adapters.messages import Card
from bot.capture.evidence import HandedIn
from bot.playbook.model import Playbook
from bot.replies import words


def came(found: HandedIn, name: str, playbook: Playbook, clock: str) -> Card:
    """What a file for the gate did: the stage entered, or what was stored."""
    decision = found.decision
    if decision is not None and decision.moves:
        stages = {stage.id: stage.name for pipeline in playbook.pipelines for stage in pipeline.stages}
        return words.card("gate.passed", customer=name, stage=stages[decision.to], clock=clock)
    return words.card("gate.evidence", kind=playbook.called(found.evidence.kind), customer=name, clock=clock)
