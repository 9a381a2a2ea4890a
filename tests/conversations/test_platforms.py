"""The main loop on each platform, and a team whose people sit on different ones."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_people import DingtalkPeople
from bot.cli import demo
from bot.cli.demo import PLATFORMS, running
from storage import audit
from storage.connect import transaction
from storage.records import Commitment, Contact, Customer, made, new_id
from tests.conversations.chat import TUESDAY, Chat, Seen
from tests.fixtures.web import web_at

SENTENCE = "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去"
QUOTE = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture(params=list(PLATFORMS))
async def on(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    """A company that uses this one platform."""
    platform: str = request.param
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[platform]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web, platform)


async def test_a_sentence_becomes_a_record(on: Chat) -> None:
    card = await on.says("zhang.wei", SENTENCE)
    assert card.title == "华东医械 · 记下了"
    assert card.line("客户") == "华东医械（王总是他家联系人）"
    assert card.line("承诺") == "我方发报价单，周五 3月13日前"
    assert card.line("阶段") == "价格谈判 → 合同签署，还差采购流程图"
    assert list(card.buttons.values()) == ["确认", "改", "撤销", "补材料"]
    deal = await on.opportunity("华东医械")
    assert (deal["stage"], deal["sign_date"]) == ("negotiation", "2026-03-18")


async def test_a_tap_changes_the_card_in_its_place(on: Chat) -> None:
    card = await on.says("zhang.wei", SENTENCE)
    confirmed = await on.taps("zhang.wei", card, "confirm")
    assert confirmed.n == card.n
    assert "张伟 10:00 确认" in confirmed.text
    assert {one["confirmed"] for one in await on.records("activity")} == {True}


FORM = {
    "客户名称": "华东医疗器械有限公司", "合同金额": "2150000", "签约主体": "华东医疗器械有限公司",
    "付款方式": "首付 30%，验收 70%",
}  # fmt: skip


async def test_an_approved_form_fills_the_contract_and_is_taken_back_when_it_is(on: Chat) -> None:
    await on.decides("zhang.wei", FORM, "running")
    assert not await on.heard_of("zhang.wei", "approval.done")
    await on.decides("zhang.wei", FORM)
    [card] = await on.heard_of("zhang.wei", "approval.done")
    assert card.title == "合同审批通过：华东医械"
    assert card.line("阶段") == "价格谈判 → 合同签署，还差采购流程图"
    assert card.line("金额") == "¥215 万（之前报价 ¥217 万，差 ¥2 万）"
    deal = await on.opportunity("华东医械")
    assert (deal["stage"], deal["amount"]) == ("negotiation", "2150000.00")
    await on.taps("zhang.wei", card, "undo")
    assert (await on.opportunity("华东医械"))["amount"] == "2170000.00"


async def test_a_refused_form_is_said_and_moves_nothing(on: Chat) -> None:
    await on.decides("zhang.wei", FORM, "refused")
    assert len(await on.heard_of("zhang.wei", "approval.refused")) == 1
    assert (await on.opportunity("华东医械"))["amount"] == "2170000.00"


async def test_a_word_does_what_the_button_does(on: Chat) -> None:
    await on.says("zhang.wei", SENTENCE)
    assert "撤销" in (await on.says("zhang.wei", "撤销")).text
    assert await on.records("commitment") == []


async def test_the_promise_is_kept_with_the_file_as_proof(on: Chat) -> None:
    card = await on.says("zhang.wei", SENTENCE)
    await on.until("2026-03-12 17:45")
    assert (await on.heard("zhang.wei"))[-1].title == "明天到期：发报价单"
    if any(on.demo.app.house.hears_files.values()):
        closed = (await on.sends("zhang.wei", "华东医械_报价单_v3.pdf", QUOTE))[-1]
    else:
        await on.uploads(card.urls["add_evidence"], "华东医械_报价单_v3.pdf", QUOTE, "commitment")
        closed = (await on.heard("zhang.wei"))[-1]
    assert closed.title == "闭环：发报价单"
    [promise] = await on.records("commitment")
    [proof] = [e for e in await on.records("evidence") if e["commitment_id"] == promise["id"]]
    assert (promise["state"], promise["evidence_id"]) == ("kept", proof["id"])


async def test_nothing_sent_and_the_manager_hears(on: Chat) -> None:
    await on.says("zhang.wei", SENTENCE)
    await on.until("2026-03-13 18:41")
    assert [seen.kind for seen in await on.heard("zhang.wei")][-1] == "promise.late"
    [card] = await on.heard_of("wang.fang", "promise.late.manager")
    assert card.title == "1 件答应客户的事没闭环"
    nudged = await on.taps("wang.fang", card, "nudge")
    assert nudged.n == card.n
    assert (await on.heard("zhang.wei"))[-1].n > 1


async def test_a_choice_is_made_on_the_card(on: Chat) -> None:
    asked = await on.says("wang.fang", "/reassign 华东医械")
    assert asked.buttons or asked.text
    preview = await on.says("wang.fang", "/reassign 华东医械 李娜 你出差两周")
    done = await on.taps("wang.fang", preview, "execute")
    assert done.title == "改派好了：华东医械 → 李娜"
    [taker] = await on.heard_of("li.na", "reassign.taker")
    took = await on.taps("li.na", taker, "took_it")
    assert "李娜 10:00 接下" in took.text


async def test_small_talk_is_not_recorded(on: Chat) -> None:
    await on.says_all("zhang.wei", "中午吃啥")
    assert await on.records("activity") == []


async def test_a_stranger_is_asked_about(on: Chat) -> None:
    await on.says_all("zhao.min", "启明制造的郑总说预算批了")
    assert await on.records("activity") == []
    [asked] = await on.heard_of("admin", "hello.ask_admin")
    assert "赵敏" in asked.text


async def test_what_the_platform_refuses_for_a_while_arrives_later(on: Chat) -> None:
    await on.fault("5xx", 60)
    assert await on.says_all("zhang.wei", SENTENCE) == []
    await on.until("2026-03-10 10:10")
    [card] = await on.heard_of("zhang.wei", "reading.clear")
    assert card.title == "华东医械 · 记下了"


async def test_names_are_shown_as_they_are_and_mention_nobody(on: Chat) -> None:
    name = '<at user_id="all"></at>[点此](http://evil.example)@all有限公司'
    card: Seen = (await on.says_all("zhang.wei", f"新客户{name}的孙总要报价单"))[0]
    assert "http://evil.example" not in card.urls.values()


async def test_a_line_that_the_bot_opened_itself_carries_the_same(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DingTalk without a public address: words, taps and forms come over the Stream."""
    streamed = {"dingtalk": lambda world: DingtalkPeople(world, [DingtalkApp(mode="stream")])}
    monkeypatch.setattr(demo, "PLATFORMS", streamed)
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["dingtalk"]) as one,
        web_at(one.url) as web,
    ):
        chat = Chat(one, web, "dingtalk")
        card = await chat.says("zhang.wei", SENTENCE)
        confirmed = await chat.taps("zhang.wei", card, "confirm")
        assert confirmed.n == card.n and "张伟 10:00 确认" in confirmed.text
        closed = (await chat.sends("zhang.wei", "华东医械_报价单_v3.pdf", QUOTE))[-1]
        assert closed.title == "闭环：发报价单"
        assert (await chat.says("li.na", "/help", chat="华东一组")).text


async def test_where_cards_are_plain_messages_each_button_opens_a_page_that_asks(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DingTalk without a card template: its plain cards call nothing back, and are never changed."""
    plain = {"dingtalk": lambda world: DingtalkPeople(world, [DingtalkApp(templates=())])}
    monkeypatch.setattr(demo, "PLATFORMS", plain)
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["dingtalk"]) as one,
        web_at(one.url) as web,
    ):
        chat = Chat(one, web, "dingtalk")
        card = await chat.says("zhang.wei", SENTENCE)
        assert list(card.buttons.values()) == ["确认", "改", "撤销", "补材料"]
        address = next(url for id, url in card.urls.items() if card.buttons[id] == "确认")
        page = await web.get(address)
        assert "要「确认」吗？" in page.text
        assert (await chat.records("activity"))[0]["confirmed"] is False
        once = re.findall(r'name="once" value="(\w+)"', page.text)[0]
        for _ in range(2):
            assert "收到了" in (await web.post(address, data={"once": once})).text
        await chat.demo.desk.quiet(20)
        [said] = [seen for seen in await chat.heard("zhang.wei") if seen.n > card.n]
        assert "张伟 10:00 确认" in said.text
        assert (await chat.records("activity"))[0]["confirmed"] is True


# -- a team on several platforms -----------------------------------------------------------------------------------


@pytest.fixture
async def mixed(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    """The rep on one platform, his manager on another, legal on a third where there is one."""
    names = list(PLATFORMS)
    homes = {"zhang.wei": names[-1], "wang.fang": names[0], "liu.yang": names[1]}
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=names, homes=homes) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web)


async def test_each_is_spoken_to_on_the_own_platform(mixed: Chat) -> None:
    reps, managers = list(PLATFORMS)[-1], next(iter(PLATFORMS))
    await mixed.says("zhang.wei", SENTENCE, on=reps)
    await mixed.until("2026-03-13 18:41")
    assert await mixed.platforms_of("zhang.wei") == {reps}
    [card] = await mixed.heard_of("wang.fang", "promise.late.manager")
    assert await mixed.platforms_of("wang.fang") == {managers}
    await mixed.taps("wang.fang", card, "nudge")
    assert await mixed.platforms_of("zhang.wei") == {reps}


async def test_who_speaks_on_another_platform_is_the_same_person(mixed: Chat) -> None:
    reps, managers = list(PLATFORMS)[-1], next(iter(PLATFORMS))
    code = (await mixed.says("admin", "/member code 张伟", on=managers)).text.partition("认领 ")[2][:8]
    await mixed.says("zhang.wei", "华东医械王总说预算已批", on=reps)
    assert (await mixed.says("zhang.wei", f"认领 {code}", on=managers)).kind == "hello.code.known"
    card = await mixed.says("zhang.wei", "下周三签合同", on=managers)
    assert card.title == "华东医械 · 记下了"
    assert {one["author_id"] for one in await mixed.records("activity")} == {
        one["id"] for one in await mixed.records("member") if one["name"] == "张伟"
    }


async def test_on_the_page_one_chooses_the_chat_app(mixed: Chat) -> None:
    """Each of the sample's people can be played on the platform that he has."""
    last = list(PLATFORMS)[-1]
    said = {"as": "zhang.wei", "text": SENTENCE, "on": last}
    answer = await mixed.web.post("/sandbox/say", data=said, follow_redirects=True)
    assert f'<option value="{last}" selected>' in answer.text
    assert "华东医械 · 记下了" in answer.text
    assert await mixed.platforms_of("zhang.wei") == {last}


async def test_who_leaves_the_company_is_out_at_once_and_his_manager_hears(on: Chat) -> None:
    await on.says("li.na", "松涛教育何校长周四看演示")
    people = on.demo.platforms.standins[on.platform]
    await people.leave("li.na")
    await on.demo.desk.quiet(20)
    [gone] = [one for one in await on.records("member") if one["name"] == "李娜"]
    assert gone["active"] is False
    [told] = await on.heard_of("wang.fang", "people.left")
    assert told.text.startswith(f"李娜的{on.demo.app.adapters[on.platform].label}帐号已被删除")
    assert "客户 2 家" in told.text
    before = len(await on.records("activity"))
    await on.says_all("li.na", "松涛教育何校长说预算批了")
    assert len(await on.records("activity")) == before
    assert len(await on.heard_of("admin", "people.left")) == 1


async def test_who_has_an_account_elsewhere_loses_the_deleted_one_alone(mixed: Chat) -> None:
    first, last = next(iter(PLATFORMS)), list(PLATFORMS)[-1]
    code = (await mixed.says("admin", "/member code 张伟", on=first)).text.partition("认领 ")[2][:8]
    await mixed.says("zhang.wei", f"认领 {code}", on=first)
    await mixed.demo.platforms.standins[last].leave("zhang.wei")
    await mixed.demo.desk.quiet(20)
    assert (await mixed.says("zhang.wei", SENTENCE, on=first)).title == "华东医械 · 记下了"
    said = await mixed.says_all("zhang.wei", "华东医械王总要看案例", on=last)
    assert [one.kind for one in said] == ["hello.unknown"]


EVIL = "<img src=x onerror=alert(1)>[点此](http://evil.example.com)<at id=all></at>"


async def test_what_people_and_things_are_called_is_text_on_every_card(on: Chat) -> None:
    """A customer, a person, a promise and a file, through what the platform itself is sent."""
    now = on.demo.app.clock.now()
    me = next(str(one["id"]) for one in await on.records("member") if one["name"] == "张伟")
    id, by = new_id("cus", now), {"author_id": me, "recorder_id": me, "owner_id": me}
    kept = [
        made(Customer(id=id, name=f"{EVIL}公司", owner_id=me, recorder_id=me, created_at=now)),
        made(Contact(id=new_id("con", now), customer_id=id, name=EVIL, title=EVIL)),
        made(Commitment(id=new_id("pro", now), customer_id=id, by="us", what=EVIL, due=now.date(), said_at=now, **by)),
    ]
    async with transaction():
        await audit.apply(kept, actor="test", event="test", at=now)
    asked = await on.says("zhang.wei", "我周五前把报价单发给华东医械王总")
    await on.uploads(asked.urls["add_evidence"], f"{EVIL}报价单.pdf", QUOTE, "commitment")
    seen = [
        card
        for said in ("/promise", "/my", "/today", "/customer 公司")
        for card in await on.says_all("zhang.wei", said)
    ]
    await on.until("2026-03-11 09:30")
    seen += [*await on.heard("zhang.wei"), *await on.heard("wang.fang")]
    said = ["\n".join([one.title, one.text, *one.buttons.values()]) for one in seen]
    assert len([words for words in said if "alert" in words]) >= 3, said
    for words in said:
        assert not [mark for mark in ("<img", "<at", "](http://", "http://evil") if mark in words], words
