"""What takes back or puts back passes the gates as every move does; where it may not, that is the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.messages import Text
from bot.capture.gated import Shut, owed_again, shut
from bot.playbook.model import Playbook
from bot.process.gates import AGREE
from bot.replies import words
from bot.routing import Reply
from storage.records import Change


async def gated(reply: Reply, playbook: Playbook) -> Reply:
    """The reply, where its changes lead through no gate that lacks something and leave none without what it had; else
    what is missing, and the card stays open."""
    refused = await refusal(reply.changes, playbook)
    return refused or replace(reply, changes=(*reply.changes, *await owed_again(reply.changes, playbook)))


async def refusal(changes: Sequence[Change], playbook: Playbook) -> Reply | None:
    """What is said where the changes may not be; None where they may."""
    found = await shut(changes, playbook)
    return None if found is None else Reply(push=_told(found, playbook), card_state="open")


def _told(found: Shut, playbook: Playbook) -> Text:
    pipeline = playbook.pipeline(found.opportunity.pipeline)
    stage = pipeline.reached(found.target)
    name, what = stage.name if stage else found.target, "、".join(playbook.called(one) for one in found.lacks)
    if not found.stays:
        differs = any(one.startswith(AGREE) for one in found.lacks)
        return words.text("undo.gate.differs" if differs else "undo.gate", stage=name, what=what)
    before = pipeline.before(found.target)
    if before is None:
        return words.text("undo.stands.first", stage=name, what=what)
    return words.text("undo.stands", stage=name, what=what, before=before.name)
