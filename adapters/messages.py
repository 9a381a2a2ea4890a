"""What goes out, in words that every platform shares: a text or a card (VOICE.md §2 has the budgets of each piece)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Button:
    """``id`` is a stable word (confirm, undo, pick:1); with ``url`` it opens a page and calls nothing back."""

    id: str
    label: str
    url: str = ""
    style: Literal["plain", "main", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of many (``many`` False, at most 10 options) or ticks (at most 20)."""

    label: str
    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """``kind`` is the text key of VOICE.md (``reading.clear``). ``label`` is the small word above the title.
    ``done`` marks a card whose buttons are spent: adapters draw it grey."""

    kind: str
    title: str
    status: str = ""
    facts: tuple[Fact, ...] = ()
    why: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    choice: Choice | None = None
    link: Button | None = None
    label: str = ""
    tone: Literal["plain", "decide", "alarm", "done"] = "plain"


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text; ``buttons`` are said as words behind it where a platform has none."""

    kind: str
    text: str
    buttons: tuple[Button, ...] = ()


Push = Card | Text


@dataclass(frozen=True, slots=True)
class Address:
    """Where a push goes: a person (``user``) or a group (``chat``) of one account."""

    account: str
    user: str = ""
    chat: str = ""

    def __str__(self) -> str:
        return f"{self.account}:{self.user or '#' + self.chat}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the platform said to a sending. ``reference`` names the message there, ``change_code`` lets it be changed
    (and ``change_uses`` how often; None: without limit)."""

    reference: str = ""
    change_code: str = ""
    change_uses: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
