"""What runs in the process beside: names and words come in, readings go out, in order. It ends when its input does,
so that it never outlives whoever started it."""

from __future__ import annotations

import pickle
import signal
import struct
import sys
import traceback
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple, cast

from bot import collector
from nlp.customers import NameIndex
from nlp.frames import compile_ahead
from nlp.lexicon import Lexicon, shipped
from nlp.read import Context, read
from nlp.reading import Reading
from nlp.recogniser import recogniser
from nlp.workdays import Calendar

HEAD = struct.Struct(">I")
"""The length of a message, before it."""
SPOKEN_OF = Context("", "")


class Came(NamedTuple):
    """A message as read, alone and where a customer was spoken of just before (None: that makes no difference). No
    reading at all: the message could not be read here, and is read where the fault is seen."""

    plain: Reading | None = None
    spoken_of: Reading | None = None


class _Pickler(pickle.Pickler):
    """Values as calls of their class: half of what a frozen one's own way costs whoever reads it."""

    def reducer_override(self, value: object) -> Any:
        names = _fields(cast(Hashable, type(value)))
        return NotImplemented if names is None else (type(value), tuple(getattr(value, name) for name in names))


@lru_cache(maxsize=256)
def _fields(kind: Hashable) -> tuple[str, ...] | None:
    return tuple(one.name for one in fields(kind)) if isinstance(kind, type) and is_dataclass(kind) else None


def packed(message: object) -> bytes:
    """With its length before it. Of a value only the fields that make it are sent."""
    body = BytesIO()
    _Pickler(body, pickle.HIGHEST_PROTOCOL).dump(message)
    return HEAD.pack(body.tell()) + body.getvalue()


def unpacked(body: bytes) -> Any:
    return pickle.loads(body)  # noqa: S301 (of our own other process, through its pipe)


@dataclass(slots=True)
class Desk:
    """What the process has been told so far."""

    names: NameIndex = field(default_factory=NameIndex)
    words: dict[int, Lexicon] = field(default_factory=dict)
    days: dict[int, Calendar] = field(default_factory=dict)

    def hear(self, kind: str, *said: Any) -> tuple[int, Came] | None:
        """The answer to a message that asks for one; words and days are answered once they are taken in."""
        match kind:
            case "read":
                number, *asked = said
                return number, self._read(*asked)
            case "names":
                for entry in said[0]:
                    self.names.add(entry)
            case "name":
                self.names.remove(said[0])
                if said[1] is not None:
                    self.names.add(said[1])
            case "words":
                compile_ahead(said[1], lambda _: False)
                self.words[said[0]] = said[1]
                return said[0], Came()
            case "days":
                self.days[said[0]] = said[1]
                return said[0], Came()
        return None

    def _read(self, text: str, now: datetime, words: int, days: int) -> Came:
        one = partial(
            read, text, now, names=self.names, lexicon=self.words[words], calendar=self.days[days],
            recognise=recogniser(),
        )  # fmt: skip
        try:
            plain = one()
            if plain.customers or plain.contacts:  # who is spoken of is said
                return Came(plain)
            return Came(plain, one(context=SPOKEN_OF))
        except Exception:
            traceback.print_exc(limit=-1, file=sys.stderr)  # where, and not a word of the text
            return Came()


def messages(stream: BinaryIO) -> Iterator[Any]:
    while len(head := stream.read(HEAD.size)) == HEAD.size:
        yield unpacked(stream.read(HEAD.unpack(head)[0]))


def main() -> None:
    """Reads until the input ends. ^C in a terminal is for the process that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    compile_ahead(shipped(), lambda _: False)
    collector.settle()
    desk, out = Desk(), sys.stdout.buffer
    out.write(packed((0, Came())))
    out.flush()
    for message in messages(sys.stdin.buffer):
        answer = desk.hear(*message)
        if answer is not None:
            out.write(packed(answer))
            out.flush()
