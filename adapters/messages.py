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
class Attached:
    """A file that is sent: its name, the hash by which it is kept, and what is in it once it goes out."""

    name: str
    sha256: str
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text; ``buttons`` are said as words behind it where a platform has none. With ``file`` the file is sent,
    and the words only where it cannot be."""

    kind: str
    text: str
    buttons: tuple[Button, ...] = ()
    file: Attached | None = None


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


def plain(push: Push) -> str:
    """The push as lines of text, for places without cards: title in brackets, facts, and last the words that do what
    the buttons would do. Numbers stand for the buttons, or for the options where there is a choice."""
    if isinstance(push, Text):
        return "\n".join(filter(None, [push.text, words(push.buttons)]))
    lines = [f"【{push.title}】" if push.title else "", push.status]
    lines += [f"{fact.label}  {fact.value}" for fact in push.facts]
    lines += [push.why, push.footer]
    if push.choice is not None:
        lines += [push.choice.label, *(f"{n} {option.label}" for n, option in enumerate(push.choice.options, 1))]
    lines += [f"{link.label}  {link.url}" for link in (push.link, *push.buttons) if link is not None and link.url]
    return "\n".join(filter(None, [*lines, words(push.buttons, push.choice)]))


def words(buttons: tuple[Button, ...], choice: Choice | None = None) -> str:
    """The line that says what may be typed instead of tapped; "" where no button does more than open a page."""
    labels = [button.label for button in buttons]
    if choice is not None:
        how = "回数字，可以几个，如 1 3" if choice.many else "回数字就行"
        return f"（{how}{'；也可以回：' + '、'.join(labels) if labels else ''}）"
    if all(button.url for button in buttons):
        return ""
    return "  ".join(f"{n} {label}" for n, label in enumerate(labels, 1)) + "  （回数字或字都行）"
