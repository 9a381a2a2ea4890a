"""What the phone and the clock show, as plain values: the chat with its marks, the rail of moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.sandbox import words
from adapters.sandbox.desk import Coming, Desk, Notes
from adapters.sandbox.world import Item, Said, World

GAP = timedelta(minutes=5)
MOST_MARKS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message; ``n`` is the circle that ties it to a line of the card, 0 for none."""

    text: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a chat: ``stamp`` stands above it where time has passed."""

    item: Item | None = None
    pieces: tuple[Piece, ...] = ()
    stamp: str = ""
    kind: str = ""
    circles: dict[str, int] = field(default_factory=dict)
    new: bool = False


@dataclass(frozen=True, slots=True)
class Knot:
    """A moment on the clock's rail; ``iso`` set: one can go there."""

    when: str
    what: str
    state: str
    iso: str = ""


def numbered(notes: Notes) -> dict[str, int]:
    """The circle of each label: 1 for what comes first in the sentence."""
    labels = dict.fromkeys(mark.label for mark in sorted(notes.marks, key=lambda mark: mark.span))
    return {label: n for n, label in enumerate(labels, 1) if n <= MOST_MARKS}


def pieces_of(text: str, notes: Notes, circles: dict[str, int]) -> tuple[Piece, ...]:
    """The message cut at its marks; of marks that overlap, the first."""
    pieces, at = list[Piece](), 0
    for mark in sorted(notes.marks, key=lambda mark: mark.span):
        start, end = mark.span
        if mark.label in circles and at <= start < end <= len(text):
            pieces += [Piece(text[at:start]), Piece(text[start:end], circles[mark.label])]
            at = end
    return tuple(piece for piece in [*pieces, Piece(text[at:])] if piece.text)


async def chat(desk: Desk, world: World, user: str) -> list[Line]:
    """``user``'s chat; what came after the last thing that anybody did is new."""
    lines, last, circles = list[Line](), None, dict[str, int]()
    for one in world.talk(user):
        stamp = _stamp(one.at, last)
        last = one.at
        if isinstance(one, Said):
            notes = await desk.notes(one.account, one.event)
            circles = numbered(notes)
            lines.append(Line(pieces=pieces_of(one.text, notes, circles), stamp=stamp))
        else:
            kind = await desk.kind_of(one.account, one.reference) if one.reference else ""
            ties = circles if kind.startswith("reading.") else {}
            lines.append(Line(one, stamp=stamp, kind=kind, circles=ties, new=one.turn > world.began))
    return lines


def _stamp(at: datetime, last: datetime | None) -> str:
    if last is not None and at - last < GAP and at.date() == last.date():
        return ""
    return f"{words.day(at.date())} {words.clock(at)}"


async def last_said(desk: Desk, world: World, user: str) -> tuple[str, Notes]:
    """The last message that ``user`` sent, and what was made of it."""
    said = next((one for one in reversed(world.talk(user)) if isinstance(one, Said)), None)
    return (said.text, await desk.notes(said.account, said.event)) if said else ("", Notes())


def rail(world: World, coming: Sequence[Coming], now: datetime) -> list[Knot]:
    """What was last, now, and what will be."""
    past = last_deed(world, now)
    here = f"{words.WEEKDAYS[now.weekday()]} {words.clock(now)}"
    ahead = [Knot(words.near(one.at, now), one.what, "ahead", one.at.isoformat()) for one in coming[:3]]
    if past and past[0].when == here:
        return [Knot(here, past[0].what, "here"), *ahead]
    return [*past, Knot(here, "现在", "here"), *ahead]


def last_deed(world: World, now: datetime) -> list[Knot]:
    both = [one for person in world.people for one in world.talk(person.user, 1)]
    if not both:
        return []
    one = max(both, key=lambda one: one.turn)
    name = world.join(one.user if isinstance(one, Said) else one.to).name
    what = f"{name}说了一句话" if isinstance(one, Said) else f"{name}收到：{one.shown.title or '一条消息'}"
    return [Knot(words.near(one.at, now), what, "done")]


def next_morning(now: datetime) -> datetime:
    """The next 09:00."""
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return nine if nine > now else nine + timedelta(days=1)
