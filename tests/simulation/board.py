"""One clock for several processes: a few numbers in a file that all of them have mapped.

The first number is the moment (microseconds), set by the story alone. Behind it each bot has a number of its own: the
moment at which its last beat found nothing left to fire.
"""

from __future__ import annotations

import mmap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack_into, unpack_from

from bot.clock import MovableClock
from tests.simulation.days import ZONE

SEATS = 8
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


class Board:
    def __init__(self, file: Path) -> None:
        size = 8 * (SEATS + 1)
        if not file.exists():
            file.write_bytes(bytes(size))
        with file.open("r+b") as opened:
            self._numbers = mmap.mmap(opened.fileno(), size)

    def moment(self) -> int:
        return int(unpack_from("<q", self._numbers, 0)[0])

    def put(self, moment: int) -> None:
        pack_into("<q", self._numbers, 0, moment)

    def beaten(self, seat: int) -> int:
        return int(unpack_from("<q", self._numbers, 8 + 8 * seat)[0])

    def note(self, seat: int, moment: int) -> None:
        pack_into("<q", self._numbers, 8 + 8 * seat, moment)

    def close(self) -> None:
        self._numbers.close()


class SharedClock(MovableClock):
    """Stands where the board says; whoever sets it sets it for all."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def now(self) -> datetime:
        return (EPOCH + self._board.moment() * MICRO).astimezone(ZONE)

    def set(self, moment: datetime) -> None:
        self._board.put((moment - EPOCH) // MICRO)
