"""VOICE.md A: what a message is read as, what is asked back, and what leaves no trace."""

from __future__ import annotations

import pytest

from tests.conversations.chat import Chat


async def counts(chat: Chat) -> dict[str, int]:
    kinds = ("customer", "contact", "opportunity", "activity", "commitment", "evidence")
    return {kind: len(await chat.records(kind)) for kind in kinds}


async def test_an_arranged_demo_and_a_promise_for_tonight(chat: Chat) -> None:
    card = await chat.says("li.na", "松涛何校长定了周四下午两点看演示，方案我今晚发他")
    assert card.title == "松涛教育 · 记下了"
    assert card.line("承诺") == "我方发方案，周二 3月10日 晚上"
    assert card.line("动作") == "方案演示，约好 周四 3月12日 14:00"
    assert card.line("阶段") == "需求确认 → 方案演示（材料待补 2 样）"
    deal = await chat.opportunity("松涛教育")
    assert deal["stage"] == "solution_demo"
    assert sorted(deal["evidence_missing"]) == ["document_sent", "meeting_record"]


@pytest.mark.parametrize("idle", ["今天天气不错", "哈哈哈", "中午吃啥", "快递签收了吗", "周末考虑去爬山"])
async def test_what_is_no_business_leaves_no_trace(chat: Chat, idle: str) -> None:
    before = await counts(chat)
    assert (await chat.says("zhang.wei", idle)).text.startswith("这句没记。")
    assert await counts(chat) == before


async def test_the_hint_is_long_once_a_day(chat: Chat) -> None:
    first = await chat.says("zhang.wei", "今天天气不错")
    assert first.text == "这句没记。客户的事直接说就行，比如“松涛何校长周四看演示”。"
    assert (await chat.says("zhang.wei", "中午吃啥")).text == "这句没记。"
    assert (await chat.says("zhang.wei", "早")).text == "在呢，有客户的事随时说。"


@pytest.mark.parametrize(
    "said",
    [
        "华东医械合同还没签",
        "华东医械这周能签合同吗？",
        "华东医械说法务过了就签合同",
        "希望华东医械下周能签",
        "华东医械先不签了，再等等看",
    ],
)
async def test_negation_question_and_condition_never_advance(chat: Chat, said: str) -> None:
    await chat.says("zhang.wei", said)
    deal = await chat.opportunity("华东医械")
    assert (deal["stage"], deal["state"]) == ("negotiation", "open")
    assert deal["evidence_missing"] == []


async def test_context_of_the_last_half_hour(chat: Chat) -> None:
    await chat.says("zhang.wei", "刚去启明制造拜访了郑总")
    await chat.until("2026-03-10 10:20")
    card = await chat.says("zhang.wei", "预算批了")
    assert card.line("客户") == "启明制造（接你 10:00 那句）"
    await chat.until("2026-03-10 11:00")
    asked = await chat.says("zhang.wei", "预算批了")
    assert asked.kind in ("reading.who_is_it", "reading.which_customer")


async def test_a_new_company_with_sales_content_gets_an_account(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "恒川物流的江经理要40台标签机的报价，我明天发报价单给她")
    assert card.line("商机") == "新建「恒川物流 · 首单」"
    customer = next(c for c in await chat.records("customer") if c["name"] == "恒川物流")
    deal = await chat.opportunity("恒川物流")
    assert (deal["stage"], deal["owner_id"]) == ("initial_contact", customer["owner_id"])


async def test_two_customers_told_apart(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "上午去启明制造谈价，郑总要九五折；华东医械王总要几个案例")
    assert card.title == "两家客户，分开记了"
    assert card.line("①客户").startswith("启明制造")
    assert card.line("②客户").startswith("华东医械")
    assert list(card.buttons) == ["all_right", "edit_1", "edit_2", "undo"]
    activities = await chat.records("activity")
    assert len({a["customer_id"] for a in activities}) == 2


async def test_one_of_two_opportunities_is_asked(chat: Chat) -> None:
    await second_opportunity(chat)
    asked = await chat.says("zhang.wei", "启明制造那个预算批了")
    assert asked.kind == "reading.which_opportunity"
    assert asked.title == "启明制造 有 2 个商机，记到哪个？"
    done = await chat.taps("zhang.wei", asked, "pick:1")
    assert done.title == "启明制造 · 记下了"


async def second_opportunity(chat: Chat) -> None:
    """A second open deal of 启明制造, as an import would leave it."""
    from datetime import timedelta
    from decimal import Decimal

    from storage import audit, opportunities
    from storage.connect import transaction
    from storage.records import made, new_id

    now = chat.demo.app.clock.now()
    ids = [c["id"] for c in await chat.records("customer") if c["name"].startswith("启明制造")]
    [first] = await opportunities.open_of(ids[0])
    other = first.with_(
        id=new_id("opp", now), name="备件年单", amount=Decimal(360000), created_at=now - timedelta(days=3)
    )
    async with transaction():
        await audit.apply((made(other),), actor="system", event="import", at=now)


async def test_won_waits_for_a_tap_and_asks_for_its_terms(chat: Chat) -> None:
    waits = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(waits.urls["add_evidence"], "采购流程图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    assert asked.title == "华东医械：记成赢单？"
    assert (await chat.opportunity("华东医械"))["state"] == "open"
    terms = await chat.taps("zhang.wei", asked, "win")
    assert terms.title == "华东医械 · 记赢单还差 2 样"
    won = await chat.says("zhang.wei", "主体是华东医疗器械有限公司，首付30%，验收后付70%")
    assert won.title == "赢单：华东医械 ¥217 万"
    assert won.line("核对") == "金额、主体、付款都齐"
    assert won.line("用时") == "20 天，动作 2 次"
    deal = await chat.opportunity("华东医械")
    assert (deal["state"], deal["stage"]) == ("won", "contract_signing")


async def test_lost_takes_one_tap_for_the_reason_and_one_for_the_day(chat: Chat) -> None:
    asked = await chat.says("zhang.wei", "启明制造郑总说项目取消了，今年不做了")
    assert asked.title == "启明制造：记成输单？"
    when = await chat.taps("zhang.wei", asked, "lose", "budget")
    assert list(when.buttons) == ["in_three_months", "next_budget", "never_again"]
    done = await chat.taps("zhang.wei", when, "next_budget")
    assert done.title == "输单：启明制造"
    assert (await chat.opportunity("启明制造"))["state"] == "lost"


async def test_a_blocked_move_alone_says_what_is_missing(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    assert card.kind == "gate.missing"
    assert card.title == "华东医械 · 进「合同签署」还差 1 样"
    assert card.line("还差") == "采购流程图（客户内部谁签、几步）"
    assert list(card.buttons) == ["add_evidence", "ask_customer", "request_pass", "later"]
    answer = await chat.uploads(card.urls["add_evidence"], "采购流程图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    assert answer.status_code == 200
    assert (await chat.heard("zhang.wei"))[-1].title == "华东医械 · 进入「合同签署」"
    assert (await chat.opportunity("华东医械"))["stage"] == "contract_signing"


async def test_why_names_words_rule_and_sureness(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说预算已批")
    why = await chat.says("zhang.wei", "为什么")
    assert "信号：“预算已批” · 很有把握" in why.text
    assert "%" not in why.text


async def test_cards_of_one_deal_within_two_minutes_fold(chat: Chat) -> None:
    first = await chat.says("zhang.wei", "华东医械王总说预算已批")
    second = await chat.says("zhang.wei", "华东医械，我周五前发报价单")
    assert second.has("信号")
    assert second.has("承诺")
    old = await chat.look("zhang.wei", first)
    assert "已并入下一张" in old.text
    which = await chat.taps("zhang.wei", second, "undo")
    assert which.title == "撤哪条？"


async def test_somebody_new_with_a_number_gets_an_account_and_is_found_by_her_name(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "新认识一个客户，宁波海川电子的采购经理周倩，电话13800138000")
    assert card.line("客户").startswith("宁波海川电子")
    deal = await chat.opportunity("宁波海川电子")
    assert deal["stage"] == "initial_contact"
    [person] = [one for one in await chat.records("contact") if one["name"] == "周倩"]
    assert "13800138000" in str(person["phones"])
    card = await chat.says("zhang.wei", "周倩说预算批了")
    assert card.line("客户").startswith("宁波海川电子")


async def test_a_name_dropped_with_nothing_to_reach_him_by_makes_no_account(chat: Chat) -> None:
    await chat.says("zhang.wei", "听说宁波海川电子的周经理离职了")
    assert not [one for one in await chat.records("customer") if "海川" in one["name"]]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [("我这周有哪些要做的", "cmd.promise"), ("今天得跟哪几家？", "cmd.today"), ("手上还有什么单子", "cmd.my")],
)
async def test_ones_own_affairs_are_asked_for_in_any_words(chat: Chat, asked: str, kind: str) -> None:
    assert (await chat.says("zhang.wei", asked)).kind.startswith(kind)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("有哪些客户好久没跟了", "risk."),
        ("张伟这周怎么样", "cmd.today"),
        ("这周团队怎么样", "risk."),
        ("咱们组里最近什么情况", "risk."),
        ("启明制造什么情况", "cmd.customer"),
        ("帮我催一下张伟启明的合同", "nudge."),
    ],
)
async def test_who_leads_asks_in_her_own_words_and_nothing_is_recorded(chat: Chat, asked: str, kind: str) -> None:
    before = len(await chat.records("activity"))
    assert (await chat.says("wang.fang", asked)).kind.startswith(kind)
    assert len(await chat.records("activity")) == before
