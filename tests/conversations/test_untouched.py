"""What somebody leaves untouched halves itself, says so once, and is asked about at last (VOICE.md §5)."""

from __future__ import annotations

from datetime import datetime

from adapters.messages import Button, Card
from bot.letter import Letter
from scheduler.effect import Around, Effect, write
from storage import members
from storage.connect import transaction
from tests.conversations.chat import ZONE, Chat, Seen


async def stalls(chat: Chat, days: range) -> list[Seen]:
    """A long stay told on each of these days of April, and what stands in the chat of it."""
    zhang = next(one for one in await members.with_role("rep") if one.name == "张伟")
    for day in days:
        await chat.until(f"2026-{day // 100:02}-{day % 100:02} 10:10")
        now = datetime(2026, day // 100, day % 100, 10, 10, tzinfo=ZONE)
        card = Card(kind="stage.stall", title=f"第 {day} 天", buttons=(Button("progress", "有进展了"),))
        around = Around(chat.demo.app.house, now)
        async with transaction():
            await write(Effect(says=(Letter(card, to=zhang.id, once=f"test:{day}", about={"line": "x"}),)), around)
        await chat.until(f"2026-{day // 100:02}-{day % 100:02} 10:11")
    return [one for one in await chat.heard_of("zhang.wei", "stage.stall") if one.title.startswith("第 ")]


async def prefs(chat: Chat) -> dict[str, object]:
    return dict(next(one for one in await members.with_role("rep") if one.name == "张伟").prefs)


async def only_ours(chat: Chat) -> None:
    """No opportunity of his own stands still meanwhile."""
    for name in ("华东医械", "启明制造"):
        lost = await chat.says("zhang.wei", f"/stage {name} 输单")
        await chat.taps("zhang.wei", lost, "lose", "price")


async def test_five_untouched_halve_the_kind_which_is_said_once(chat: Chat) -> None:
    await only_ours(chat)
    five = await stalls(chat, range(311, 314)) + await stalls(chat, range(316, 318))
    assert "没点" not in "".join(one.text for one in five)
    [*_, sixth] = await stalls(chat, range(318, 319))
    assert sixth.text.splitlines()[-1] == "最近 5 次没点，以后隔一次发"
    assert (await prefs(chat))["halved"] == ["stage.stall"]
    later = await stalls(chat, range(319, 321)) + await stalls(chat, range(323, 328))
    titles = {one.title for one in later} - {one.title for one in five} - {sixth.title}
    assert 0 < len(titles) < 7, "every second one, by what it is about"
    assert sum("没点" in one.text for one in later) <= 2, "the sixth alone says it"


async def test_ten_untouched_ask_and_no_is_no(chat: Chat) -> None:
    await only_ours(chat)
    for days in (range(311, 314), range(316, 321), range(323, 328), range(330, 332), range(401, 404), range(407, 411)):
        await stalls(chat, days)
    [asked, *_] = await chat.heard_of("zhang.wei", "quiet.still")
    assert (asked.title, asked.buttons) == ("这类还要吗？", {"want_kind": "要", "drop_kind": "不要"})
    gone = await chat.taps("zhang.wei", asked, "drop_kind")
    assert gone.title == "好，停得久的单不发了"
    before = len(await stalls(chat, range(413, 414)))
    assert len(await stalls(chat, range(414, 418))) == before
    level = await chat.says("zhang.wei", "少发点")
    await chat.taps("zhang.wei", level, "hear_all")
    assert (await prefs(chat))["off"] == []


async def test_a_tap_keeps_a_kind_whole_and_a_word_halves_it(chat: Chat) -> None:
    await only_ours(chat)
    for days in (range(311, 314), range(316, 318)):
        newest = (await stalls(chat, days))[-1]
        await chat.taps("zhang.wei", newest, "progress")
    await stalls(chat, range(318, 321))
    assert "halved" not in await prefs(chat)
    said = await chat.says("zhang.wei", "这类少发")
    assert "好，停得久的单隔一次发" in said.text
    assert (await prefs(chat))["halved"] == ["stage.stall"]
