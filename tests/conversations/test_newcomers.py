"""A new customer like past ones brings what worked (G8); what a customer is tagged with, and how it is put right."""

from __future__ import annotations

from datetime import timedelta

from storage import audit, members
from storage.records import Contact, Customer, Opportunity, made, new_id
from tests.conversations.chat import TUESDAY, Chat

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


async def won(chat: Chat) -> None:
    """张伟 wins 华东医械, whose 王总 has the say over the budget."""
    card = await chat.says("zhang.wei", "华东医械王总有预算审批权，合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    await chat.taps("zhang.wei", asked, "win")
    await chat.says("zhang.wei", "主体是华东医疗器械有限公司，首付30%，验收后付70%，合同金额 217 万")
    assert (await chat.opportunity("华东医械"))["state"] == "won"


async def test_a_customer_like_a_won_one_brings_the_words(chat: Chat) -> None:
    await won(chat)
    heard = await chat.says_all("li.na", "今天拜访了康宁药业有限公司设备科刘科长，要报价，走公开招标")
    assert [seen.kind for seen in heard] == ["reading.clear", "newcomer.scripts"]
    card = heard[1]
    assert card.title == "医疗客户，3 段话术给你" and "标签：医疗 · 设备科 · 公开招标" in card.text
    assert card.line("先找谁") == "老总（有预算审批权）"
    assert card.line("第一句").startswith("“您现在是怎么做的")
    assert [card.has(label) for label in ("要材料", "谈预算")] == [True, True]
    assert "来自张伟 1 单，1 单签约。" in card.text
    [customer] = [one for one in await chat.records("customer") if one["name"] == "康宁药业有限公司"]
    assert customer["tags"] == ["医疗", "设备科", "公开招标"]
    everything = await chat.taps("li.na", card, "see_all")
    assert "第一句：“您现在是怎么做的，哪一步最费事？我照着您的做法说。”" in everything.text
    shown = [one["script"] for one in await chat.records("scriptuse") if one["how"] == "shown"]
    assert shown == ["first_words", "first_papers", "first_budget"]
    thanks = await chat.taps("li.na", card, "not_helpful")
    assert "记下了，谢谢" in (await chat.look("li.na", card)).text and thanks.n
    again = await chat.says_all("li.na", "康宁药业刘科长说参数定了")
    assert "newcomer.scripts" not in [seen.kind for seen in again]


async def past(who: str, name: str, won: bool, chief: str = "") -> None:
    """A deal that is over, with the customer it was made with."""
    now = TUESDAY - timedelta(days=30)
    [owner] = await members.named(who)
    mine = {"owner_id": owner.id, "created_at": now}
    customer = Customer(id=new_id("cus", now), name=name, recorder_id=owner.id, **mine)
    deal = Opportunity(
        id=new_id("opp", now), customer_id=customer.id, name="首单", pipeline="default", stage="negotiation",
        stage_since=now, state="won" if won else "lost", closed_at=now, **mine,
    )  # fmt: skip
    person = Contact(
        id=new_id("con", now), customer_id=customer.id, name="刘", title="科长", department="装备科", role=chief
    )
    await audit.apply([made(customer), made(deal), made(person)], actor="test", event="past", at=now)


async def test_the_card_of_the_voice(chat: Chat) -> None:
    for who, name, signed in (
        ("李娜", "建邺区", True),
        ("李娜", "雨花台区", True),
        ("张伟", "玄武区", True),
        ("张伟", "秦淮区", False),
    ):
        await past(who, f"南京市{name}教育局", signed, "有预算审批权" if who == "李娜" else "")
    heard = await chat.says_all("chen.jie", "今天拜访了苏州市教育局装备科陈科长，要报价，走公开招标")
    [card] = [seen for seen in heard if seen.kind == "newcomer.scripts"]
    assert card.title == "教育局客户，3 段话术给你" and "标签：教育局 · 装备科 · 公开招标" in card.text
    assert card.line("先找谁") == "装备科科长（有预算审批权）"
    assert card.line("第一句") == "“先看您的校区清单，我按清单报。”"
    assert card.line("要材料") == "“同区两所学校的验收单，您要看吗？”"
    assert card.line("谈预算") == "“用今年还是明年的预算？我好配型号。”"
    assert "来自李娜等 4 单，3 单签约。" in card.text
    assert card.buttons == {"see_all": "看全部", "not_helpful": "没帮上"}


async def test_without_a_deal_that_was_won_it_is_silent(chat: Chat) -> None:
    heard = await chat.says_all("li.na", "今天拜访了康宁药业有限公司刘科长，要报价")
    assert [seen.kind for seen in heard] == ["reading.clear"]
    await won(chat)
    heard = await chat.says_all("li.na", "今天拜访了恒川物流有限公司江经理，要报价")
    assert [seen.kind for seen in heard] == ["reading.clear"]


async def test_tags_and_the_chain_of_decision_stand_with_the_customer(chat: Chat) -> None:
    card = await chat.says("li.na", "见了瑞禾医疗装备科周主任，他有预算审批权，聊了参数")
    assert card.line("决策") == "周主任：有预算审批权"
    [told] = [one for one in await chat.records("activity") if "参数" in one["text"]]
    assert told["tags"] == {"industry": "医疗", "channel": "visit", "stage": "solution_demo", "role": "有预算审批权"}
    stands = await chat.says("li.na", "/customer 瑞禾医疗")
    assert stands.line("找谁") == "装备科周主任（有预算审批权）"
    assert "标签：医疗 · 装备科。决策链：医疗-装备科主任-有预算审批权" in stands.text
    card = await chat.says("li.na", "瑞禾医疗周主任没有预算审批权，还要报院办")
    assert card.line("决策") == "周主任：原来记的不算了"
    assert "决策链" not in (await chat.says("li.na", "/customer 瑞禾医疗")).text


async def test_a_sentence_puts_tags_right(chat: Chat) -> None:
    asked = await chat.says("li.na", "标签加公开招标")
    assert asked.text.startswith("哪家的标签？")
    right = await chat.says("li.na", "松涛教育的标签加公开招标")
    assert right.title == "改好了：松涛教育" and right.line("标签") == "教育 → 教育 · 公开招标"
    right = await chat.says("li.na", "松涛教育的行业不是教育，是培训")
    assert right.line("标签") == "教育 · 公开招标 → 培训 · 公开招标"
    await chat.says("li.na", "松涛何校长说要看案例")
    right = await chat.says("li.na", "客户标签去掉培训、公开招标")
    assert right.line("标签") == "培训 · 公开招标 → 其他"
    assert "标签：其他" in (await chat.says("li.na", "/customer 松涛教育")).text
    undone = await chat.taps("li.na", right, "undo")
    assert undone.line("标签") == "其他 → 培训 · 公开招标（回到之前）"
    [customer] = [one for one in await chat.records("customer") if "松涛教育" in one["aliases"]]
    assert customer["tags"] == ["培训", "公开招标"]
    assert (await chat.says("li.na", "启明制造的标签加公开招标")).text.startswith("哪家的标签？")
    assert not [seen for seen in await chat.says_all("li.na", "松涛教育的行业是什么") if "改好了" in seen.text]
