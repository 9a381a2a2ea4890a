"""A chat as it was pasted: who said what, when, on which side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from nlp.reading import Side, Span


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the chat. Spans are in the text as pasted; ``text`` is its lines joined by line feeds."""

    speaker: str
    """The name as shown, without the platform, number or department behind it."""
    at: datetime | None
    """Aware, in the offset of ``now``; None where the copy shows no time."""
    text: str
    span: Span
    side: Side
    idle: bool
    """A greeting, thanks, a sticker, a picture: nothing a record could be made of."""
    label: Span = (0, 0)
    """The speaker's name with all that stands around it."""
    lines: tuple[Span, ...] = ()
    """Where each line of ``text`` stands."""


@dataclass(frozen=True, slots=True)
class Transcript:
    turns: tuple[Turn, ...]
    system: int
    """Lines in which nobody speaks: 撤回了一条消息, 拍了拍, 加入了群聊."""
    text: str = ""
    """The text as pasted."""
    us: tuple[str, ...] = ()
    """The names of our own people, as far as they were known."""

    def swapped(self) -> Transcript:
        """The same chat with the two sides changed over."""
        turns = (replace(turn, side="us" if turn.side == "customer" else "customer") for turn in self.turns)
        return replace(self, turns=tuple(turns))

    def speakers(self, side: Side | None = None) -> tuple[str, ...]:
        """The speakers (of a side) in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if side in (None, turn.side)))
