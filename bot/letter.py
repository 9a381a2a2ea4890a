"""What is said to a member, by whichever way in: one value, which the outbox keeps until it is heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.messages import Push


@dataclass(frozen=True, slots=True)
class Letter:
    """A push to a member, once by its key; ``about`` is what its card's taps will need."""

    push: Push
    to: str
    once: str
    about: Mapping[str, Any] = field(default_factory=dict)
    answer: bool = True
    """A reply to somebody's own words or tap. What nobody asked for goes on the diet of VOICE.md §5."""
    question: bool = False
    awaits: str = ""
    awaits_until: datetime | None = None
    event: str = ""
    """The message that its card is about, where that is not the event at hand."""
    at: datetime | None = None
    """When it is to be said, where that is not now."""
    named: bool = False
    """The member named this moment by the clock: quiet time does not hold it."""
    changes: str | None = None
    """The id of a sent card that this one replaces."""
    change_code: str = ""
    customer: str = ""
    """The customer that it is about, where that is one alone: a member may turn down what is about one."""
    before: Letter | None = None
    """Goes out right before it, whenever that is, and only with it: a card's picture."""
    account: str = ""
    """The platform account; the member's first one where none is named."""
    chat: str = ""
    """A group instead of the member's own chat."""
