"""One person's flood (G9), pure: when it is one, and what came of it. All of it is read; what is said is less."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import Message

MANY = 20
WITHIN = timedelta(minutes=1)
"""More messages in so short a time nobody types; and a platform shows one member no more than 30 answers in it."""
SETTLED = timedelta(seconds=15)
"""After so much silence the flood is summed up."""
A_MINUTE = 600
"""Messages of one person that are read in a minute, at the least."""
REMEMBERED = 10_000


@dataclass(slots=True)
class Burst:
    """A flood: so many messages read, of so many something was recorded. ``summary`` is the push that will say so."""

    last: datetime
    read: int = 0
    recorded: int = 0
    summary: str | None = None

    def count(self, recorded: bool) -> None:
        self.read += 1
        self.recorded += recorded


class Bursts:
    """Who is flooding, told by when messages were sent: what came slowly and only waited is no flood."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[datetime]] = {}
        self._now: dict[str, Burst] = {}

    def of(self, rows: Sequence[Message]) -> tuple[Burst | None, bool]:
        """(the flood that these events of one conversation, in order, belong to; whether it begins with them)."""
        name = rows[0].conversation
        sent = [row.sent_at or row.received_at for row in rows if row.kind != "tap"]
        if not name or not sent:
            return None, False
        burst = self._now.get(name)
        if burst is not None and sent[0] - burst.last <= WITHIN:
            burst.last = max(burst.last, sent[-1])
            return burst, False
        self._now.pop(name, None)
        if not self._too_quick(name, sent):
            return None, False
        self._now[name] = burst = Burst(sent[-1])
        return burst, True

    def _too_quick(self, name: str, sent: Sequence[datetime]) -> bool:
        line = self._recent.pop(name, deque(maxlen=MANY + 1))
        self._recent[name] = line
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        for at in sent:
            line.append(at)
            if len(line) > MANY and abs(line[-1] - line[0]) <= WITHIN:
                return True
        return False


def minutes(waiting: int) -> int:
    """How long the reading will take, rounded up."""
    return max(1, -(-waiting // A_MINUTE))
