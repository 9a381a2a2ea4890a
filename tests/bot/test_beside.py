"""The process beside reads what we would read, with the names as they are; without it nothing is missed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.capture.beside import Beside
from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import Lexicon, shipped
from nlp.read import Context, read
from nlp.workdays import Calendar

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
CALENDAR = Calendar.national()
NAMES = [NameEntry("cus_1", "瑞禾医疗器械有限公司", ("瑞禾",), ("王总",)), NameEntry("cus_2", "启明制造有限公司")]
SAID = Path(__file__).parents[1] / "reading" / "messages-dev.jsonl"


async def names() -> AsyncIterator[NameEntry]:
    for one in NAMES:
        yield one


@asynccontextmanager
async def running() -> AsyncIterator[Beside]:
    beside = Beside(names, seconds=30)
    work = asyncio.create_task(beside.run())
    beside.start()
    try:
        async with asyncio.timeout(60):
            while not beside.ready:
                await asyncio.sleep(0.02)
        yield beside
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def taken_in(beside: Beside, words: Lexicon) -> None:
    async with asyncio.timeout(60):
        while await beside.read("你好", NOW, words, CALENDAR) is None:
            await asyncio.sleep(0.02)


async def test_it_reads_as_we_do_hears_of_names_and_is_done_without_when_it_dies() -> None:
    lexicon = shipped().extended({"quote": ["小蓝本"]})
    index = NameIndex(NAMES)
    said = [json.loads(line)["text"] for line in SAID.read_text("utf-8").splitlines()[:40]]
    said += ["瑞禾王总说预算批了，周五前发报价单", "客户签了", "小蓝本发过去了"]
    async with running() as beside:
        for words in (shipped(), lexicon):
            await taken_in(beside, words)
            came = await asyncio.gather(*(beside.read(text, NOW, words, CALENDAR) for text in said))
            for text, told in zip(said, came, strict=True):
                assert told is not None
                ours = [
                    read(text, NOW, names=index, lexicon=words, calendar=CALENDAR, context=context)
                    for context in (None, Context("", ""))
                ]
                assert [told.plain, told.spoken_of] == ours, text

        beside.tell("cus_3", NameEntry("cus_3", "远景能源科技有限公司"))
        beside.tell("cus_1", None)
        new, gone = await asyncio.gather(
            beside.read("拜访了远景能源科技有限公司", NOW, lexicon, CALENDAR),
            beside.read("拜访了瑞禾", NOW, lexicon, CALENDAR),
        )
        assert new is not None and [one.id for one in new.plain.customers] == ["cus_3"]
        assert gone is not None and not any(one.known for one in gone.plain.customers)

        pid = beside.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(beside.read("客户签了", NOW, lexicon, CALENDAR))
        await asyncio.sleep(0)
        os.kill(pid, signal.SIGKILL)
        assert await waiting is None
        assert not beside.ready and await beside.read("客户签了", NOW, lexicon, CALENDAR) is None
    assert beside.pid is None
