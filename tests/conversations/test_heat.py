"""E5: on Monday the week's heat map, to the manager of all, to a rep his own row."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.replies import png
from tests.conversations.chat import Chat


async def test_monday_brings_the_heat_map(chat: Chat) -> None:
    await chat.until("2026-03-13 10:00")
    await chat.says("li.na", "/stage 松涛教育 方案演示")
    await chat.until("2026-03-16 09:09")
    assert not await chat.heard_of("wang.fang", "heat.week")
    await chat.until("2026-03-16 09:20")
    [card] = await chat.heard_of("wang.fang", "heat.week")
    assert card.title == "上周热力图 · 华东一组" and "第 11 周 3月9日–3月15日" in card.text
    assert card.line("红格") == "5 单超 5 天：华东医械、启明制造、瑞禾医疗等"
    assert card.line("最集中") == "需求确认（2 单）"
    [picture] = await chat.heard_of("wang.fang", "heat.week.picture")
    assert picture.n < card.n and picture.text.startswith("[image] 20260316-heat.png")
    red = await chat.taps("wang.fang", card, "see_red")
    assert red.text.splitlines()[0] == "华东医械 ¥217 万：价格谈判第 7 天（张伟）"
    assert "松涛教育" not in red.text
    [own] = await chat.heard_of("li.na", "heat.week")
    assert own.title == "上周热力图 · 李娜" and own.line("红格") == "1 单超 5 天：瑞禾医疗"
    assert "张伟" not in (await chat.taps("li.na", own, "see_red")).text
    await chat.until("2026-03-17 12:00")
    assert len(await chat.heard_of("wang.fang", "heat.week")) == 1


async def test_without_a_font_it_is_told_in_words(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "font", lambda: None)
    await chat.until("2026-03-16 09:20")
    [words] = await chat.heard_of("chen.jie", "heat.week.picture")
    assert words.text.splitlines() == [
        "上周热力图 · 陈杰", "陈杰：初步接触 1（1 单超 5 天）、需求确认 1（1 单超 5 天）"
    ]  # fmt: skip


async def test_after_a_holiday_it_comes_on_the_first_working_day(chat: Chat) -> None:
    await chat.until("2026-04-07 12:00")
    days = [one.text.partition("第 ")[2].partition(" ")[0] for one in await chat.heard_of("wang.fang", "heat.week")]
    assert days == ["11", "12", "13", "14"]


def test_a_font_is_known_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "truetype").mkdir()
    for name in ("wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc", "DejaVuSans.ttf"):
        (tmp_path / "truetype" / name).write_bytes(b"")
    monkeypatch.setattr(png, "FOLDERS", (str(tmp_path),))
    png.font.cache_clear()
    assert png.font() == (tmp_path / "truetype" / "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC")
    png.font.cache_clear()
