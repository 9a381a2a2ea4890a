"""What a card still wants handed in, and the page on which it can be."""

from __future__ import annotations

from bot.capture.values import Entry
from bot.playbook.model import Playbook
from bot.process import service as process
from bot.turn import Turn
from storage import uploads


async def upload_for(turn: Turn, entry: Entry, event: str) -> str | None:
    """A capability for what this card still wants handed in; None where nothing is wanted or no page can be reached."""
    ours = [one for one in entry.commitments if one.by == "us"]
    kinds = wanted(entry, turn.playbook)
    if not turn.house.public_url or entry.customer is None or not (ours or kinds):
        return None
    return await uploads.put(
        uploads.Upload(
            member_id=turn.member.id,
            customer_id=entry.customer.id,
            expires_at=turn.now + uploads.LIVES,
            opportunity_id=entry.opportunity.id if entry.opportunity else None,
            commitment_id=ours[0].id if ours else None,
            kinds=kinds,
            stage=aim(entry),
            event=event,
        )
    )


def wanted(entry: Entry, playbook: Playbook) -> tuple[str, ...]:
    asked = [one for one in (entry.decision, *entry.steps) if one and one.way in ("block", "warn", "tap")]
    return tuple(dict.fromkeys(kind for one in asked for kind in process.files_for(one, playbook)))


def aim(entry: Entry) -> str:
    """The stage, or else the step of a track, that waits for what is handed in."""
    blocked = next((one for one in entry.steps if one.way == "block"), None)
    if blocked is not None and (entry.decision is None or entry.decision.way != "block"):
        return blocked.target
    return entry.decision.to if entry.decision else ""


def upload_address(turn: Turn, word: str | None) -> str:
    return f"{turn.house.public_url}/upload/{word}" if word else ""


def wants(turn: Turn, entry: Entry) -> dict[str, object]:
    """What the card's upload page is for, so that another can be opened when the card comes back."""
    ours = [one.id for one in entry.commitments if one.by == "us"]
    return {
        "commitment": ours[0] if ours else None, "kinds": list(wanted(entry, turn.playbook)),
        "stage": aim(entry),
    }  # fmt: skip
