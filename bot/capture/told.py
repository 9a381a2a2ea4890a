"""What an approval came to, as it is kept from the event to the tap that says whose it is. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.capture.approval import Filled


@dataclass(frozen=True, slots=True)
class Told:
    """``number`` is the platform's of the form, ``form`` the playbook's id of its kind and ``name`` what that is
    called; ``event`` the message that brought it, to which the record points back."""

    account: str
    number: str
    form: str
    name: str
    state: str
    at: datetime
    event: str
    filled: Filled
    stage: str = ""

    @property
    def mark(self) -> str:
        """Under which name it is kept what the form came to last."""
        return f"approval:{self.account}:{self.number}"

    def kept(self) -> dict[str, Any]:
        """As a card's data can hold it."""
        return {
            "account": self.account, "number": self.number, "form": self.form, "name": self.name, "state": self.state,
            "at": self.at.isoformat(), "event": self.event, "stage": self.stage, "filled": self.filled.kept(),
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Told:
        """What :meth:`kept` gave."""
        at, filled = datetime.fromisoformat(kept["at"]), Filled.of(kept["filled"])
        return cls(**{**kept, "at": at, "filled": filled})
