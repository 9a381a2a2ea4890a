"""Commands the whole way: encrypted callbacks in, cards out, taps and typed words back."""

from __future__ import annotations

from tests.conversations.chat import Chat
from tests.conversations.conftest import chat

__all__ = ["chat"]


async def test_a_wrong_call_a_tap_and_a_list(chat: Chat) -> None:
    wrong = await chat.says("zhang.wei", "/reassing 华东医械 李娜")
    assert wrong.kind == "cmd.wrong"
    wrong = await chat.says("zhang.wei", "/stge 启明制造 方案演示")
    assert list(wrong.buttons) == ["use_it", "see_help"]
    card = await chat.taps("zhang.wei", wrong, "use_it")
    assert (card.n, card.title) == (wrong.n, "启明制造 · 记下了")
    assert card.line("阶段") == "需求确认 → 方案演示（材料待补 2 样）"
    assert (await chat.opportunity("启明制造"))["stage"] == "solution_demo"
    undone = await chat.says("zhang.wei", "/undo")
    assert undone.kind == "reading.undone"
    assert (await chat.opportunity("启明制造"))["stage"] == "needs_confirmed"


async def test_the_list_is_answered_in_plain_words(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总那边我周五前把报价单发过去")
    await chat.says("zhang.wei", "我周四给王总回电话")
    listed = await chat.says("zhang.wei", "/promise")
    assert listed.text.splitlines()[:2] == [
        "1 回电话 · 华东医械 · 周四 3月12日",
        "2 发报价单 · 华东医械 · 周五 3月13日",
    ]
    assert (await chat.says("zhang.wei", "1 好了")).title == "闭环：回电话"
    moved = await chat.says("zhang.wei", "2 改周一")
    assert "改到 周一 3月16日" in moved.text
    found = {one["what"]: (one["state"], one["due"]) for one in await chat.records("commitment")}
    assert found == {"回电话": ("kept", "2026-03-12"), "发报价单": ("open", "2026-03-16")}


async def test_a_preview_is_executed_by_a_tap(chat: Chat) -> None:
    shown = await chat.says("admin", "/member off 陈杰")
    assert list(shown.buttons.values()) == ["执行", "不了"]
    after = await chat.taps("admin", shown, "execute")
    assert (after.n, after.title) == (shown.n, "陈杰停用了")
    assert [one["name"] for one in await chat.records("member") if not one["active"]] == ["陈杰"]


async def test_somebody_new_is_added_and_greeted(chat: Chat) -> None:
    await chat.says("zhao.min", "松涛何校长定了周四看演示")
    await chat.says("admin", "/member add zhao.min 赵敏 销售")
    heard = [seen.kind for seen in await chat.heard("zhao.min")]
    assert heard[0] == "hello.unknown"
    assert "hello.rep" in heard
