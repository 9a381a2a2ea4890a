"""A table on its way in: the card says how far it is, a crash goes on where it was, a part is in once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import bringing
from bot.cli.demo import running
from bot.exchange import bring_job, bring_report
from storage import due, sql
from tests.conversations.chat import TUESDAY, Chat, Seen
from tests.fixtures.web import web_at

ROWS = 500
TABLE = (
    "客户,负责人,电话\n" + "".join(f"批量客户{n:03d},张伟,\n" for n in range(ROWS)) + ",张伟,\n启明制造有限公司,张伟,\n"
)


@pytest.fixture(params=["wecom", "feishu", "dingtalk"])
async def there(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    platform = request.param
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[platform]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web, platform)


async def preview(chat: Chat, body: str, words: str = "/import 客户") -> Seen:
    url = (await chat.says("admin", words)).urls["upload_table"]
    answer = await chat.web.post(url, files={"file": ("表.csv", body.encode())})
    assert answer.status_code == 200
    await chat.demo.desk.quiet(20)
    return (await chat.heard_of("admin", "cmd.import.preview"))[-1]


class Slow:
    """The loop of the imports by hand: a part at a time, the clock going on between them."""

    def __init__(self, chat: Chat) -> None:
        self.chat, self.loop = chat, chat.demo.app.bringer

    async def __aenter__(self) -> Slow:
        await self.loop.stop()
        self.loop.wake = self.chat.demo.app.house.bring = lambda: None  # type: ignore[method-assign]
        self.loop._woken = False
        return self

    async def __aexit__(self, *_: object) -> None:
        del self.loop.wake
        self.chat.demo.app.house.bring = self.loop.wake
        self.loop.start()
        self.loop.wake()
        await self.chat.demo.desk.quiet(20)

    async def part(self, seconds: int = 5) -> None:
        clock = self.chat.demo.app.clock
        clock.set(clock.now() + timedelta(seconds=seconds))  # type: ignore[attr-defined]
        for work in await self.loop.claim(clock.now(), 1):
            await work
        self.chat.demo.app.deliverer.wake()
        await self.chat.demo.desk.quiet(20)


async def taps(chat: Chat, card: Seen, button: str) -> None:
    await chat._post("tap", {"as": "admin", "n": card.n, "button": button})


async def newest(chat: Chat) -> Seen:
    return [one for one in await chat.heard("admin") if one.kind.startswith("cmd.import")][-1]


async def test_the_card_says_how_far_it_is_where_it_can_be_changed(there: Chat) -> None:
    card = await preview(there, TABLE)
    assert card.title == "导入客户：可进 500 行"
    before = len(await there.records("customer"))
    redraws = there.platform != "wecom"
    async with Slow(there) as slow:
        await taps(there, card, "execute")
        shown = await newest(there)
        assert shown.title == "导入客户：0 / 502"
        assert list(shown.buttons) == ([] if redraws else ["see_progress"])
        await slow.part()
        assert (await newest(there)).title == ("导入客户：200 / 502" if redraws else "导入客户：0 / 502")
        assert len(await there.records("customer")) == before + 200
        await slow.part(1)
        assert (await newest(there)).title == ("导入客户：200 / 502" if redraws else "导入客户：0 / 502")
        if not redraws:
            await taps(there, shown, "see_progress")
            assert "导入客户：400 / 502" in (await newest(there)).title
            assert "到 10:00 的数" in (await newest(there)).text
    done = await newest(there)
    assert done.title == "导入好了：客户 500 行" and "重复 1，跳过有误 1" in done.text
    assert done.n == shown.n, "in place"
    assert len(await there.records("customer")) == before + 500
    assert list(done.buttons.values()) == ["下载报告"]


async def test_only_the_end_is_said_where_it_goes_fast(there: Chat) -> None:
    card = await preview(there, TABLE)
    await taps(there, card, "execute")
    done = await newest(there)
    assert (done.title, done.n) == ("导入好了：客户 500 行", card.n)
    assert await sql.value("SELECT COUNT(*) FROM outbox WHERE kind = 'cmd.import.running'") == 1
    assert [one["kind"] for one in await there.records("audit")].count("import.done") == 1


@pytest.fixture
async def fails(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the record of a part meets, one a try."""
    left: list[str] = []
    written = bringing.bring.written

    async def breaks(*args: Any, **named: Any) -> Any:
        found = await written(*args, **named)
        if left and left.pop(0) == "break":
            raise ValueError("as a full disk would")
        return found

    monkeypatch.setattr(bringing.bring, "written", breaks)
    return left


async def test_a_part_that_breaks_leaves_nothing_and_is_tried_again(chat_on_both: Chat, fails: list[str]) -> None:
    chat = chat_on_both
    card = await preview(chat, TABLE)
    before = len(await chat.records("customer"))
    async with Slow(chat) as slow:
        await taps(chat, card, "execute")
        await slow.part()
        fails += ["break"]
        await slow.part()
        assert len(await chat.records("customer")) == before + 200
        await slow.part()
    await chat.until("2026-03-10 10:05")
    assert (await newest(chat)).title == "导入好了：客户 500 行"
    assert len(await chat.records("customer")) == before + 500


async def test_one_that_keeps_breaking_stops_and_a_tap_goes_on(chat: Chat, fails: list[str]) -> None:
    card = await preview(chat, TABLE)
    before = len(await chat.records("customer"))
    async with Slow(chat) as slow:
        await taps(chat, card, "execute")
        await slow.part()
        fails += ["break"] * bringing.MOST_TRIES
        for _ in range(bringing.MOST_TRIES):
            await slow.part()
        stopped = await newest(chat)
        assert (stopped.kind, stopped.title) == ("cmd.import.stopped", "导入客户停在 200 / 502")
        assert stopped.buttons == {"execute": "接着导", "not_now": "不了"}
        assert len(await chat.records("customer")) == before + 200
        await taps(chat, stopped, "execute")
    done = await newest(chat)
    assert (done.title, done.n) == ("导入好了：客户 500 行", stopped.n)
    assert len(await chat.records("customer")) == before + 500


async def test_a_table_that_went_meanwhile_stops_it(chat: Chat) -> None:
    card = await preview(chat, TABLE)
    async with Slow(chat) as slow:
        await taps(chat, card, "execute")
        for one in (chat.demo.app.house.data / "imports").iterdir():
            one.unlink()
        await slow.part()
        assert "这份表格放过三天，已经删了" in (await newest(chat)).text


async def test_killed_in_the_middle_it_goes_on_and_so_does_the_card(tmp_path: Path, sqlite_url: str) -> None:
    """What kill -9 leaves: a part that stands, one that was claimed, and the card."""
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["feishu"]) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web, "feishu")
        card = await preview(chat, TABLE)
        before = len(await chat.records("customer"))
        slow = Slow(chat)
        await slow.__aenter__()
        await taps(chat, card, "execute")
        await slow.part()
        assert await due.claim_due(demo.app.clock.now(), 1, "dead", 60, only=bring_job.KIND)
        await sql.run("UPDATE moment SET lease_until = 0 WHERE state = 'waiting' AND kind = ?", bring_job.KIND)
    async with (
        running(tmp_path, TUESDAY + timedelta(minutes=1), rate=0.0, database=sqlite_url, platforms=["feishu"]) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web, "feishu")
        demo.app.bringer.wake()
        await demo.desk.quiet(20)
        assert len(await chat.records("customer")) == before + 500
        done = await newest(chat)
        assert (done.title, done.n) == ("导入好了：客户 500 行", card.n)
        [key] = {one.name.partition(".")[0] for one in (demo.app.house.data / "imports").glob("*-*-*-*.lines")}
        report = bring_report.read(demo.app.house.data, key)
        assert report is not None
        assert (report.count("已导入"), report.count("重复"), report.count("有误")) == (500, 1, 1)
        assert [line.number for line in report.lines] == list(range(2, ROWS + 4))
