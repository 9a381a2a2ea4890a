"""A list on a card: the platform takes its first line for chosen, so a tap without a choice decides nothing."""

from __future__ import annotations

from tests.conversations.chat import Chat


async def test_lost_without_a_reason_is_asked_for_one(chat: Chat) -> None:
    card = await chat.says("chen.jie", "安澜酒店高总说不做了")
    assert card.kind == "reading.waits.lost"
    asked = await chat.taps("chen.jie", card, "lose")
    assert asked.text.startswith("选一个原因再点〔输单〕")
    assert (await chat.opportunity("安澜酒店"))["state"] == "open"
    lost = await chat.taps("chen.jie", card, "lose", "competitor")
    assert lost.title.startswith("什么时候再问一次")
    assert (await chat.opportunity("安澜酒店"))["state"] == "lost"
    done = await chat.taps("chen.jie", lost, "never_again")
    assert "竞品" in done.text


async def test_of_two_promises_the_first_is_not_closed_by_chance(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总，我周五前把报价单发过去")
    await chat.until("2026-03-10 10:10")
    await chat.says("zhang.wei", "启明制造郑总，我周五前把方案发过去")
    await chat.until("2026-03-12 17:45")
    [card] = await chat.heard_of("zhang.wei", "promise.ahead")
    which = await chat.taps("zhang.wei", card, "done")
    assert which.kind == "promise.which_one"
    assert {one["state"] for one in await chat.records("commitment")} == {"open"}
    second = next(one["id"] for one in await chat.records("commitment") if one["what"] == "发方案")
    await chat.taps("zhang.wei", card, "not_needed", second)
    assert (await chat.says("zhang.wei", "客户不要了")).kind == "promise.withdrawn"
    states = {one["what"]: one["state"] for one in await chat.records("commitment")}
    assert states == {"发报价单": "open", "发方案": "withdrawn"}


async def test_the_neutral_line_is_shown_and_is_none_to_choose(chat: Chat) -> None:
    await chat.says("chen.jie", "安澜酒店高总说不做了")
    item = (await chat.web.get("/sandbox/api/inbox", params={"as": "chen.jie"})).json()["items"][-1]
    assert [option["label"] for option in item["options"]] == ["价格", "竞品", "预算没批", "需求变了", "其他"]
    page = await chat.web.get("/sandbox", params={"as": "chen.jie"})
    assert "请选择" in page.text
