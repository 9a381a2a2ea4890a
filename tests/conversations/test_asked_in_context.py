"""CAP-8 clause by clause on each platform: what an act needs is asked with the act, by its card, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.demo import running
from bot.playbook import store
from storage import playbooks
from tests.conversations.chat import TUESDAY, Chat, Seen
from tests.conversations.test_nodes import FIELDS
from tests.fixtures.web import web_at

FORM = {"客户名称": "华东医疗器械有限公司", "合同金额（元）": "2,170,000.00"}
TERMS = {"签约主体": "华东医疗器械有限公司", "付款方式": "首付 30%，验收 70%"}
PERIOD = {"trial_from": "2026-03-12", "trial_until": "2026-03-25"}


@pytest.fixture(params=["wecom", "feishu", "dingtalk"])
async def there(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[request.param]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web, request.param)


def labels(card: Seen) -> list[str]:
    return [line.partition("｜")[0] for line in card.text.splitlines() if "｜" in line]


async def questions(chat: Chat, who: str) -> list[Seen]:
    return await chat.heard_of(who, "reading.fields")


async def custom(chat: Chat, customer: str = "瑞禾医疗") -> dict[str, object]:
    return dict((await chat.opportunity(customer))["custom"])


async def test_a_trial_asks_from_when_to_when_and_whom_and_nothing_else(there: Chat) -> None:
    heard = await there.says_all("li.na", "瑞禾医疗想先试用")
    [card] = [one for one in heard if one.kind == "reading.fields"]
    assert (card.title, labels(card)) == ("瑞禾医疗要试用，还差 2 样", ["时间", "对接"])
    assert card.line("对接") == "谁、什么职务？"
    assert list(card.buttons.values()) == ["选日期", "晚点补"]
    done = await there.says("li.na", "3月16日到27日，信息科马工")
    assert (done.kind, done.line("对接")) == ("reading.fields.done", "信息科马工")
    assert (await custom(there))["trial_contact"] == "信息科马工"


async def test_somebody_without_a_title_is_asked_for_it(there: Chat) -> None:
    await there.says_all("li.na", "瑞禾医疗想先试用")
    left = await there.says("li.na", "3月16日到27日")
    assert (left.title, labels(left)) == ("瑞禾医疗要试用，还差 1 样", ["对接"])
    assert list(left.buttons.values()) == ["晚点补"]


async def test_the_days_are_tapped_and_the_card_changes_in_its_place(there: Chat) -> None:
    heard = await there.says_all("li.na", "瑞禾医疗想先试用")
    [card] = [one for one in heard if one.kind == "reading.fields"]
    begins = await there.taps("li.na", card, "pick_date")
    assert begins.title == "瑞禾医疗要试用，哪天起？"
    assert list(begins.buttons.values()) == ["周三 3月11日", "周四 3月12日", "周五 3月13日", "周一 3月16日", "晚点补"]
    ends = await there.taps("li.na", begins, "pick:2")
    assert (ends.title, ends.line("起")) == ("瑞禾医疗要试用，到哪天？", "周四 3月12日")
    assert (ends.line("两周"), list(ends.buttons.values())) == ("到 周三 3月25日", ["一周", "两周", "一个月", "晚点补"])
    assert await custom(there) == {}, "nothing before both are known"
    left = await there.taps("li.na", ends, "pick:2")
    assert (left.title, labels(left)) == ("瑞禾医疗要试用，还差 1 样", ["对接"])
    assert card.n == begins.n == ends.n == left.n
    assert await custom(there) == PERIOD
    done = await there.says("li.na", "信息科马工")
    assert (done.kind, done.line("时间")) == ("reading.fields.done", "3月12日–3月25日")


async def test_words_answer_where_days_are_offered(there: Chat) -> None:
    heard = await there.says_all("li.na", "瑞禾医疗想先试用")
    [card] = [one for one in heard if one.kind == "reading.fields"]
    await there.taps("li.na", card, "pick_date")
    done = await there.says("li.na", "3月12日到25日，信息科马工")
    assert done.kind == "reading.fields.done"
    assert await custom(there) == {**PERIOD, "trial_contact": "信息科马工"}


async def test_put_off_among_the_days(there: Chat) -> None:
    heard = await there.says_all("li.na", "瑞禾医疗想先试用")
    [card] = [one for one in heard if one.kind == "reading.fields"]
    later = await there.taps("li.na", await there.taps("li.na", card, "pick_date"), "fill_later")
    assert later.title == "瑞禾医疗要试用，晚点补"
    await there.until("2026-03-11 08:45")
    [morning] = await there.heard_of("li.na", "digest.rep")
    again = await there.taps("li.na", morning, "see_waiting")
    assert (again.kind, again.title) == ("reading.fields", "瑞禾医疗要试用，还差 2 样")


async def test_an_agreed_contract_brings_whom_and_how_along(there: Chat) -> None:
    await there.decides("zhang.wei", FORM | TERMS)
    [card] = await there.heard_of("zhang.wei", "approval.done")
    assert (card.line("主体"), card.line("付款")) == ("华东医疗器械有限公司", "首付 30%，验收 70%")
    assert await questions(there, "zhang.wei") == []


async def test_what_the_contracts_form_left_out_is_asked_and_no_more(there: Chat) -> None:
    await there.decides("zhang.wei", FORM)
    [card] = await questions(there, "zhang.wei")
    assert labels(card) == ["主体", "付款"]
    assert list(card.buttons.values()) == ["晚点补"]
    done = await there.says("zhang.wei", "主体是华东医疗器械有限公司，首付 30%，验收 70%")
    assert done.kind == "reading.fields.done"
    deal = await there.opportunity("华东医械")
    assert (deal["signing_party"], deal["payment_terms"]) == ("华东医疗器械有限公司", "首付 30%，验收 70%")


async def test_half_a_form_leaves_the_other_half(there: Chat) -> None:
    await there.decides("zhang.wei", FORM | {"签约主体": "华东医疗器械有限公司"})
    [card] = await questions(there, "zhang.wei")
    assert labels(card) == ["付款"]


@pytest.mark.parametrize(
    "said",
    [
        "松涛教育何校长要报价，我周五前发",
        "今天拜访了松涛教育何校长，聊了预算",
        "松涛教育何校长嫌贵",
        "松涛何校长定了周四下午两点看演示",
    ],
)
async def test_an_act_that_needs_nothing_asks_nothing(chat: Chat, said: str) -> None:
    await chat.says_all("li.na", said)
    assert await questions(chat, "li.na") == []


async def test_a_playbook_says_what_is_asked_where(there: Chat) -> None:
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text + FIELDS, author="test", now=live.created_at)
    await there.says_all("li.na", "瑞禾医疗周主任说价格再看看")
    assert await questions(there, "li.na") == []
    await there.says_all("li.na", "瑞禾医疗周主任要一份报价")
    [card] = await questions(there, "li.na")
    assert labels(card) == ["医院等级", "年手术量"]
    assert list(card.buttons.values()) == ["晚点补"]
    done = await there.says("li.na", "三甲，一年 1,200 台")
    assert done.line("年手术量") == "1200"


async def test_a_day_of_the_playbooks_is_tapped_once(there: Chat) -> None:
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text + FIELDS, author="test", now=live.created_at)
    await there.says_all("li.na", "瑞禾医疗周主任要合同")
    [card] = await questions(there, "li.na")
    day = await there.taps("li.na", card, "pick_date")
    assert day.title.endswith("哪天？")
    left = await there.taps("li.na", day, "pick:4")
    assert labels(left) == ["主体", "付款"]
    assert (await there.opportunity("瑞禾医疗"))["sign_date"] == "2026-03-16"
