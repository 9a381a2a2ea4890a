"""Row 16 once more, on the machine's own clock: a real bot under libfaketime, whose clock jumps while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.sandbox.wecom_callbacks import sealed, text_message
from bot.clock import SHANGHAI
from tests.faults import judge
from tests.faults.scene import Scene, scene

pytestmark = [pytest.mark.torture, pytest.mark.xdist_group("faults")]
LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")


ALONE = ("--careless", "0")
"""The bot without the thread that compiles patterns behind the start: libfaketime fakes the waits for the
interpreter's lock as well, so that a thread at work would hold up the loop as it never does by a real clock."""


def library() -> Path:
    """Where the package `faketime` has put it; `.ci/need-tools torture` installs that."""
    found: Iterable[Path] = (path for pattern in LIBRARIES for path in Path("/").glob(pattern.lstrip("/")))
    return next(iter(found))


class Hands:
    """The bot's clock as a file that libfaketime reads with every look at it; what counts time runs on."""

    def __init__(self, town: Scene, folder: Path) -> None:
        self._file, self._by = folder / "clock", timedelta()
        town.bot.environment = {
            "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        town.post.now = self.now

    def set(self, moment: str) -> None:
        """It is that moment of Shanghai now."""
        self._by = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI) - datetime.now(SHANGHAI)
        half = self._file.with_suffix(".new")
        half.write_text(f"{self._by.total_seconds():+.0f}\n", "utf-8")
        half.replace(self._file)

    def now(self) -> datetime:
        return datetime.now(SHANGHAI) + self._by


def unasked(town: Scene, user: str) -> list[str]:
    """The titles of what the person heard beside the answer to the one message."""
    return [item.shown.title or item.shown.body for item in town.world.inbox(user)][1:]


async def test_row_16_the_machine_s_clock_jumps_and_a_reminder_comes_once(tmp_path: Path) -> None:
    async with scene(tmp_path, count=3) as town:
        hands = Hands(town, tmp_path)
        hands.set("2026-03-10 10:00:00")
        await town.bot.start(*ALONE)
        rep = town.people[0]
        said = f"我周五前把设备报价单发给{rep.company}的{rep.contact}总"
        plain = text_message(town.post.app, rep.user, said, 7_500_000_000_000_000_000, hands.now())
        query, body = sealed(town.post.app, plain, hands.now())
        async with town.post.session.post(town.post.url, params=query, data=body) as answer:
            assert answer.status == 200
        await town.bot.drained()
        assert town.bot.ask("SELECT COUNT(*) FROM commitment") == [(1,)]
        heard: list[str] = []
        for moment in ("2026-03-12 17:39:55", "2026-03-12 19:40:00", "2026-03-12 17:40:30", "2026-03-12 18:10:00"):
            hands.set(moment)
            await asyncio.sleep(12)
            await town.bot.drained()
            heard = unasked(town, rep.user)
            assert len(heard) <= 1, heard
        assert len(heard) == 1, "never reminded"
        assert (await town.bot.stop())[0] == 0
        hands.set("2026-03-12 16:00:00")
        await town.bot.start(*ALONE)
        await asyncio.sleep(8)
        assert unasked(town, rep.user) == heard, "set back across a restart it came twice"
        hands.set("2026-04-20 09:31:00")
        for _ in range(90):  # each look at the clock reads a file: on a busy machine the bot takes long to see it
            if len(unasked(town, rep.user)) > len(heard):
                break
            await asyncio.sleep(1)
        await asyncio.sleep(3)
        await town.bot.drained()
        assert await town.bot.healthy()
        assert 1 <= len(unasked(town, rep.user)) - len(heard) <= 3, unasked(town, rep.user)
        assert (await town.bot.stop())[0] == 0
        await judge.holds(town)
