"""The card of a file that came in for a gate, or for nothing in particular."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.messages import Button, Card
from bot.capture.evidence import HandedIn
from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.facts import VALUE_MOST
from bot.replies.reading import title_name
from bot.replies.wording import cut


def came(
    found: HandedIn, name: str, playbook: Playbook, clock: str, left: Sequence[str] = (), upload: str = ""
) -> Card:
    """What a file for the gate did: the stage entered, or what was stored, with what is ``left`` to hand in."""
    decision = found.decision
    if decision is not None and decision.moves:
        reached = next((one for line in playbook.pipelines if (one := line.reached(decision.target))), None)
        stage = reached.name if reached is not None else decision.to
        return words.card("gate.passed", customer=title_name(name), stage=stage, clock=clock)
    buttons: list[str | Button] = [words.button("add_evidence", url=upload)] if upload and left else []
    return words.card(
        "gate.evidence", kind=playbook.called(found.evidence.kind), customer=title_name(name), clock=clock,
        facts=_left(found, left, playbook), buttons=[*buttons, "undo"],
    )  # fmt: skip


def _left(found: HandedIn, left: Sequence[str], playbook: Playbook) -> list[tuple[str, str]]:
    if left:
        return [(words.bit("short_of"), cut("、".join(playbook.called(kind) for kind in left), VALUE_MOST))]
    settled = any(c.kind == "opportunity.evidence" and not c.after.get("evidence_missing") for c in found.changes)
    return [(words.bit("material"), words.bit("all_in"))] if settled else []
