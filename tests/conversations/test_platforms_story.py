"""More of the main loop on each platform, told as one day; and a contract in a team whose people sit on three."""

from __future__ import annotations

from adapters.ocr import FakeOcr
from tests.conversations.chat import Chat
from tests.conversations.test_name_card import LINES, drawn, seen
from tests.conversations.test_pasted import PASTED
from tests.conversations.test_platforms import FORM, SENTENCE, mixed, on  # noqa: F401 (fixtures)


async def test_the_next_sentence_belongs_to_the_customer_just_spoken_of(on: Chat) -> None:  # noqa: F811
    await on.says("zhang.wei", "今天拜访了启明制造的郑总，聊了聊方案")
    card = await on.says("zhang.wei", "预算批了")
    assert card.line("客户").startswith("启明制造")


async def test_put_right_by_a_sentence_and_taken_back_by_a_tap(on: Chat) -> None:  # noqa: F811
    await on.says("zhang.wei", SENTENCE)
    corrected = await on.says("zhang.wei", "不是华东医械，是启明制造")
    assert "启明制造" in corrected.text
    [promise] = await on.records("commitment")
    assert promise["customer_id"] == (await on.opportunity("启明制造"))["customer_id"]
    await on.taps("zhang.wei", corrected, "undo")
    assert all(one["customer_id"] != promise["customer_id"] for one in await on.records("commitment"))


async def test_a_pasted_chat_is_read_turn_by_turn(on: Chat) -> None:  # noqa: F811
    card = await on.says("zhang.wei", PASTED)
    assert card.title == "聊天记录读完了：4 句"
    assert card.line("你答应") == "周五 3月13日前 发报价单"
    assert {one["by"] for one in await on.records("commitment")} == {"us", "customer"}


async def test_lost_takes_a_reason_from_the_cards_list(on: Chat) -> None:  # noqa: F811
    card = await on.says("chen.jie", "安澜酒店高总说不做了")
    assert card.kind == "reading.waits.lost"
    if on.platform == "dingtalk":  # no list in its cards: each reason has a number, and the number is the answer
        lost = await on.says("chen.jie", "2")
    else:
        lost = await on.taps("chen.jie", card, "lose", "competitor")
    assert lost.title.startswith("什么时候再问一次")
    assert (await on.opportunity("安澜酒店"))["state"] == "lost"


async def test_a_card_photo_becomes_a_contact(on: Chat) -> None:  # noqa: F811
    picture = drawn()
    on.demo.app.house.ocr = FakeOcr({picture: seen()})
    card = (await on.sends("zhang.wei", "名片.png", picture))[-1]
    assert (card.title, card.line("姓名")) == ("名片读好了，核对一下", "江雪")
    assert await on.records("lead") == []
    await on.taps("zhang.wei", card, "card_lead")
    [lead] = await on.records("lead")
    assert LINES[0][0] in str(lead)


async def test_in_a_group_the_bot_says_a_line_and_the_card_comes_in_private(on: Chat) -> None:  # noqa: F811
    if on.platform == "wecom":
        return  # an app hears no group there: its robot does (test_robot.py)
    bound = await on.says("zhang.wei", "/bind 华东医械", chat="华东一组")
    assert bound.text.startswith("本群绑到华东医械")
    line, card = await on.says_all("zhang.wei", "王总说预算批了", chat="华东一组")
    assert (line.kind, card.kind) == ("group.recorded", "reading.clear")
    assert "预算" not in line.text


async def test_of_a_contract_each_hears_on_the_own_platform(mixed: Chat) -> None:  # noqa: F811
    """The rep's form on Feishu, legal on DingTalk finds something, the manager is on WeCom: each hears where he is."""
    await mixed.says("zhang.wei", SENTENCE, on="feishu")
    await mixed.decides("zhang.wei", FORM)
    [told] = await mixed.heard_of("liu.yang", "approval.legal")
    assert told.text.startswith("华东医械预计 周三 3月18日 签约")
    await mixed.says("liu.yang", "有问题", on="dingtalk")
    await mixed.says("liu.yang", "第七条违约金没写上限", on="dingtalk")
    for who in ("zhang.wei", "wang.fang"):
        [heard] = await mixed.heard_of(who, "approval.problem.hears")
        assert "第七条违约金没写上限" in heard.text
    places = {who: await mixed.platforms_of(who) for who in ("zhang.wei", "wang.fang", "liu.yang")}
    assert places == {"zhang.wei": {"feishu"}, "wang.fang": {"wecom"}, "liu.yang": {"dingtalk"}}


async def test_a_manager_taps_before_choosing_and_is_asked_which(on: Chat) -> None:  # noqa: F811
    """Of two late promises: the next tap, or its number, is the one; the digest beneath it is not meant."""
    await on.says("zhang.wei", SENTENCE)
    await on.says("chen.jie", "我周五前把方案发给博远仪器秦经理")
    await on.until("2026-03-13 18:46")
    [late] = await on.heard_of("wang.fang", "promise.late.manager")
    assert late.title == "2 件答应客户的事没闭环"
    which = await on.taps("wang.fang", late, "nudge")
    assert (which.kind, which.title) == ("promise.which_late", "哪一件？")
    before = len(await on.heard("chen.jie"))
    second = next(n for n in (1, 2) if "博远" in which.line("一二"[n - 1]))
    told = await on.says("wang.fang", str(second))
    assert "已问 陈杰" in told.text and "发方案" in told.text
    assert [seen.kind for seen in await on.heard("chen.jie")][before:] == ["promise.asked"]
    asked = await on.taps("wang.fang", late, "extend_day")
    await on.taps("wang.fang", asked, f"pick:{3 - second}")
    assert (await on.heard("zhang.wei"))[-1].kind == "promise.extended"
    given = await on.taps("wang.fang", late, "reassign")
    assert given.kind in ("promise.which_late", "reassign.pick")
    if given.kind == "promise.which_late":
        given = await on.taps("wang.fang", given, "pick:1")
    assert given.kind == "reassign.pick"
