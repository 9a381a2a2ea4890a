"""Files of a kept chat that the rep has kept by a tap → evidence of the customer. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.capture import filed
from bot.capture.evidence import File
from bot.playbook.model import Playbook
from storage.records import Change, Evidence, made

KIND = "silent.files"
"""The moment at which the rep hears what waits, and the card that asks."""


def take(
    waits: Sequence[Mapping[str, Any]], came: filed.Came, counts: Mapping[str, int], playbook: Playbook, now: datetime
) -> tuple[list[Evidence], tuple[Change, ...]]:
    """The evidence, one for each, and the changes: what was owed of it is in now. ``waits``: as storage.chatfiles
    holds them."""
    proofs = [
        filed.proof(
            File(str(one["file"]), str(one["sha256"]), int(one["size"]), str(one["mime"])),
            datetime.fromisoformat(str(one["at"])), came, playbook, now, by_us=bool(one["by_us"]),
        )
        for one in waits
    ]  # fmt: skip
    return proofs, (*map(made, proofs), *filed.settled(proofs, came.deal, counts, playbook, now))
