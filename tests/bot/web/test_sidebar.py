"""The page beside a chat: what it shows, and what its taps make of the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import record
from storage.connect import transaction
from storage.records import Binding, made, new_id
from tests.bot.web.phone import Phone
from tests.conversations.chat import Chat
from tests.conversations.conftest import open_chat

PDF = b"%PDF-1.4 offer"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SAID = "王总说预算已批，等我们下周三签合同，我周五前把报价单发过去"
KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')


async def customer(chat: Chat, name: str) -> str:
    return next(str(one["id"]) for one in await chat.records("customer") if name in (one["name"], *one["aliases"]))


async def page_of(phone: Phone, chat: Chat, name: str = "华东医械") -> tuple[str, str]:
    """(id, html) of the customer's page."""
    id = await customer(chat, name)
    answer = await phone.opens(f"/sidebar/customer/{id}")
    assert answer.status_code == 200, answer.text
    return id, answer.text


async def open_promises(chat: Chat) -> list[Mapping[str, Any]]:
    return [one for one in await chat.records("commitment") if one["state"] == "open"]


async def test_one_page_tells_how_a_customer_stands(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", SAID)
    await chat.says("zhang.wei", "华东医械王总说价格太高，比另一家贵不少")
    _, page = await page_of(phone, chat)
    assert "王总 · 华东医械" in page and "负责人 张伟" in page
    assert "影像工作站采购" in page and "¥217 万" in page
    assert '<li class="here" aria-current="step"><b>价格谈判</b>' in page and "还差 1 件" in page
    assert "采购流程图" in page and "预算证明" in page
    assert "发报价单" in page and "我方 → 王总" in page and "周五 3月13日前" in page and "还剩" in page
    assert "他在意：" in page and "<dt>先问</dt>" in page
    assert "签约日" in page and "周三 3月18日" in page


async def test_promises_of_both_sides_are_shown_and_only_ours_have_taps(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", "启明制造郑总说周四前给我们流程图")
    _, page = await page_of(phone, chat, "启明制造")
    assert "给流程图" in page and "→ 我方" in page and "周四 3月12日前" in page
    assert "/sidebar/promise/" not in page


async def test_the_line_goes_back_in_time(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", SAID)
    _, page = await page_of(phone, chat)
    line = page[page.index('id="timeline"') :]
    assert line.index("预算已批") < line.index("方案书_v2.pdf")
    assert "今天 10:00" in line and "张伟记" in line


async def test_the_line_comes_in_pieces_without_a_gap(phone: Phone, chat: Chat) -> None:
    for n in range(30):  # the first twenty in one moment, as an import brings them
        await chat.says("zhang.wei", f"今天给华东医械王总打了电话，聊了第{n + 100}号机器的维保")
        if n >= 20:
            await chat.until(f"2026-03-10 10:{n - 18:02}")
    id, page = await page_of(phone, chat)
    found, asked = re.findall(r"第(\d+)号机器", page), 0
    while more := re.search(rf'href="(/sidebar/customer/{id}/timeline\?before=[^"]+)"', page):
        part = await phone.gets(more[1], **{"HX-Request": "true"})
        assert part.status_code == 200 and "<main" not in part.text
        page, asked = part.text, asked + 1
        found += re.findall(r"第(\d+)号机器", page)
    assert found == [str(n + 100) for n in reversed(range(30))]
    assert asked >= 2
    whole = await phone.gets(f"/sidebar/customer/{id}/timeline?before=2026-03-10T10:05:00%2B08:00~act_0")
    assert "<main" in whole.text and "第122号" in whole.text and "第124号" not in whole.text


async def test_a_visit_by_one_tap_is_what_the_words_would_be(phone: Phone, chat: Chat) -> None:
    id, page = await page_of(phone, chat, "启明制造")
    before = len(await chat.records("evidence"))
    answer = await phone.posts(f"/sidebar/customer/{id}/visit", {"key": KEY.findall(page)[0]})
    assert "拜访记录生成好了" in answer.text and "撤销" in answer.text and "到访郑总" in answer.text
    made = [one for one in await chat.records("activity") if one["customer_id"] == id]
    assert [(one["action"], one["confirmed"]) for one in made] == [("visit", True)]
    kinds = [one["kind"] for one in (await chat.records("evidence"))[before:]]
    assert kinds == ["meeting_record"]
    audit = (await chat.records("audit"))[-1]
    assert audit["event"].startswith("pag_")


async def test_a_form_sent_twice_is_done_once(phone: Phone, chat: Chat) -> None:
    id, page = await page_of(phone, chat, "启明制造")
    key = KEY.findall(page)[0]
    for _ in range(3):
        assert (await phone.posts(f"/sidebar/customer/{id}/visit", {"key": key})).status_code == 200
    assert len([one for one in await chat.records("activity") if one["customer_id"] == id]) == 1


async def test_what_a_page_did_is_taken_back_by_its_doer_alone(phone: Phone, chat: Chat) -> None:
    id, page = await page_of(phone, chat, "启明制造")
    done = await phone.posts(f"/sidebar/customer/{id}/visit", {"key": KEY.findall(page)[0]})
    event = re.search(r'name="event" value="(pag_[0-9a-f]+)"', done.text)
    assert event is not None
    async with Phone(chat.demo, "wang.fang") as boss:
        await boss.opens(f"/sidebar/customer/{id}")
        assert (await boss.posts("/sidebar/undo", {"event": event[1]})).status_code == 404
    answer = await phone.posts("/sidebar/undo", {"event": event[1]})
    assert answer.status_code == 200 and "撤掉了" in answer.text
    assert [one for one in await chat.records("activity") if one["customer_id"] == id] == []
    assert (await phone.posts("/sidebar/undo", {"event": "msg_1"})).status_code == 404


async def test_a_quotation_closes_the_promise_of_one(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", SAID)
    id, _ = await page_of(phone, chat)
    form = await phone.opens(f"/sidebar/customer/{id}/file?for=quote")
    assert "“发报价单”就闭环了" in form.text.replace("，", "")
    fields = {"for": "quote", "key": KEY.findall(form.text)[0]}
    answer = await phone.posts(f"/sidebar/customer/{id}/file", fields, files={"file": ("v3.pdf", PDF)})
    assert answer.status_code == 200 and "收到了" in answer.text
    [kept] = [one for one in await chat.records("commitment") if one["what"] == "发报价单"]
    proof = next(one for one in await chat.records("evidence") if one["id"] == kept["evidence_id"])
    assert (kept["state"], proof["kind"], proof["file"]) == ("kept", "document_sent", "报价单 v3.pdf")
    assert (await chat.heard("zhang.wei"))[-1].kind == "promise.closed"


async def test_what_the_gate_waits_for_opens_it(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", SAID)
    id, page = await page_of(phone, chat)
    link = re.search(r'href="(/sidebar/customer/[^"]+for=purchase_flow_chart[^"]*)"', page)
    assert link is not None
    form = await phone.opens(link[1].replace("&amp;", "&"))
    deal = re.search(r'name="deal" value="(opp_[0-9a-f]+)"', form.text)
    assert deal is not None and "采购流程图" in form.text
    fields = {"for": "purchase_flow_chart", "deal": deal[1], "key": KEY.findall(form.text)[0]}
    await phone.posts(f"/sidebar/customer/{id}/file", fields, files={"file": ("图.png", PNG)})
    assert (await chat.opportunity("华东医械"))["stage"] == "contract_signing"


async def test_a_promise_is_kept_and_moved_by_a_tap(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", SAID)
    await chat.says("zhang.wei", "答应启明制造郑总周四给案例")
    ours = {one["what"]: one["id"] for one in await open_promises(chat) if one["by"] == "us"}
    _, _page = await page_of(phone, chat)
    moved = await phone.posts(f"/sidebar/promise/{ours['发报价单']}/move", {"day": "2026-03-16"})
    assert "日期改好了" in moved.text and "周一 3月16日前" in moved.text
    case = next(id for what, id in ours.items() if "案例" in what)
    assert "这件闭环了" in (await phone.posts(f"/sidebar/promise/{case}/done")).text
    states = {one["id"]: (one["state"], one["due"]) for one in await chat.records("commitment")}
    assert states[ours["发报价单"]] == ("open", "2026-03-16") and states[case][0] == "kept"
    await chat.until("2026-03-13 17:45")
    assert [card.title for card in await chat.heard_of("zhang.wei", "promise.ahead")]


@pytest.mark.parametrize("day", ["2026-03-09", "2030-01-01", "", "x", "2026-02-30", "9999-99-99", "2026-03-16T00:00"])
async def test_a_day_that_is_none_moves_nothing(phone: Phone, chat: Chat, day: str) -> None:
    await chat.says("zhang.wei", SAID)
    await page_of(phone, chat)
    [ours] = [one for one in await open_promises(chat) if one["by"] == "us"]
    answer = await phone.posts(f"/sidebar/promise/{ours['id']}/move", {"day": day})
    assert answer.status_code == 400 and "日子没看懂" in answer.text
    assert (await open_promises(chat)) and [one["due"] for one in await open_promises(chat) if one["by"] == "us"] == [
        "2026-03-13"
    ]


async def test_a_stranger_becomes_a_lead_in_two_taps(phone: Phone, chat: Chat) -> None:
    form = await phone.opens("/sidebar/lead?external=wmTEST01")
    said = "你好，我是明和体检中心的韩建军，电话13812345678，展会扫码加的，想看看体检那套"
    filled = await phone.posts("/sidebar/lead/read", {"said": said, "external": "wmTEST01"})
    assert 'value="13812345678"' in filled.text and 'value="明和体检中心"' in filled.text
    assert 'value="韩建军"' in filled.text and '<option value="fair" selected>' in filled.text
    fields = {
        "name": "韩建军", "phone": "138 1234 5678", "company": "明和体检中心", "tags": "体检影像", "channel": "fair",
        "external": "wmTEST01", "key": KEY.findall(form.text)[0],
    }  # fmt: skip
    saved = await phone.posts("/sidebar/lead", fields)
    assert "已存为线索" in saved.text
    [lead] = await chat.records("lead")
    me = next(one["id"] for one in await chat.records("member") if one["name"] == "张伟")
    assert (lead["channel"], lead["owner_id"], lead["state"]) == ("fair", me, "assigned")
    again = await phone.opens("/sidebar/contact?external=wmTEST01")
    assert 'value="韩建军"' in again.text and "之前存过" in again.text


async def test_a_known_persons_chat_leads_to_the_customer(phone: Phone, chat: Chat) -> None:
    id, _page = await page_of(phone, chat)
    fields = {"name": "王总", "company": "华东医疗器械有限公司", "customer": id, "external": "wmTEST02"}
    await phone.posts("/sidebar/lead", fields)
    answer = await phone.opens("/sidebar/contact?external=wmTEST02")
    assert answer.url.path == f"/sidebar/customer/{id}"
    async with Phone(chat.demo, "li.na") as other:
        answer = await other.opens("/sidebar/contact?external=wmTEST02")
        assert answer.url.path == "/sidebar/lead" and "华东" not in answer.text and "王总" not in answer.text


async def test_a_bound_group_leads_to_its_customer(phone: Phone, chat: Chat) -> None:
    id, _ = await page_of(phone, chat)
    house = chat.demo.app.house
    now = house.clock.now()
    me = next(str(one["id"]) for one in await chat.records("member") if one["name"] == "张伟")
    bound = Binding(id=new_id("bnd", now), account="wecom", chat="wr1", customer_id=id, by_id=me, at=now)
    async with transaction():
        await record.keep([made(bound)], house, actor=me, event="evt_1", at=now)
    assert (await phone.opens("/sidebar/chat?chat=wr1")).url.path == f"/sidebar/customer/{id}"
    assert (await phone.opens("/sidebar/chat?chat=wr2")).url.path == "/sidebar/"
    async with Phone(chat.demo, "li.na") as other:
        assert (await other.opens("/sidebar/chat?chat=wr1")).url.path == "/sidebar/"


async def test_a_form_that_cannot_be_kept_keeps_its_words(phone: Phone, chat: Chat) -> None:
    await phone.opens("/sidebar/lead")
    empty = await phone.posts("/sidebar/lead", {"tags": "影像"})
    assert empty.status_code == 400 and 'value="影像"' in empty.text and "内容都在" in empty.text
    odd = await phone.posts("/sidebar/lead", {"name": "韩工", "phone": "12"})
    assert odd.status_code == 400 and "电话没看懂" in odd.text and 'value="韩工"' in odd.text
    assert await chat.records("lead") == []


async def test_a_file_is_saved_and_never_run(phone: Phone, chat: Chat) -> None:
    id, page = await page_of(phone, chat)
    fields = {"for": "", "key": KEY.findall(page)[0]}
    await phone.posts(f"/sidebar/customer/{id}/file", fields, files={"file": ("方案\r\n<b>.pdf", PDF)})
    page = (await phone.opens(f"/sidebar/customer/{id}")).text
    link = re.search(r'href="(/sidebar/file/evi_[0-9a-f]+)"', page)
    assert link is not None
    answer = await phone.gets(link[1])
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert (
        answer.headers["x-content-type-options"] == "nosniff" and "sandbox" in answer.headers["content-security-policy"]
    )


@pytest.mark.parametrize(("name", "body", "status"), [
    ("x.html", b"<html><script>alert(1)</script>", 415), ("x.svg", b"<svg onload=alert(1)>", 415), ("x.pdf", b"", 400),
    ("x.exe", b"MZ\x00\x00\x00", 415),
])  # fmt: skip
async def test_what_no_file_of_ours_is_is_refused(
    phone: Phone, chat: Chat, name: str, body: bytes, status: int
) -> None:
    id, _page = await page_of(phone, chat)
    before = len(await chat.records("evidence"))
    answer = await phone.posts(f"/sidebar/customer/{id}/file", {"for": "quote"}, files={"file": (name, body)})
    assert answer.status_code == status
    assert len(await chat.records("evidence")) == before


async def test_customers_are_found_by_name(phone: Phone, chat: Chat) -> None:
    page = await phone.opens("/sidebar/?q=启明")
    assert "启明制造" in page.text and "华东医械" not in page.text
    for strange in ("%", "_", "松涛", "' OR 1=1 --", "*"):
        page = await phone.opens(f"/sidebar/?q={strange.replace('%', '%25')}")
        assert "或不在你名下" in page.text and "松涛教育" not in page.text


async def test_it_stands_on_both_databases(tmp_path: Path, database_url: str) -> None:
    async with open_chat(tmp_path, database_url) as chat, Phone(chat.demo, "zhang.wei") as phone:
        await chat.says("zhang.wei", SAID)
        id, page = await page_of(phone, chat)
        assert "发报价单" in page and "方案书_v2.pdf" in page
        mark = re.search(rf'/sidebar/customer/{id}/timeline\?before=([^"]+)"', page)
        if mark is not None:
            part = await phone.gets(f"/sidebar/customer/{id}/timeline?before={mark[1]}")
            assert part.status_code == 200
        key = KEY.findall(page)[0]
        for _ in range(2):
            answer = await phone.posts(f"/sidebar/customer/{id}/visit", {"key": key})
            assert "拜访记录生成好了" in answer.text
        spot = {"lat": "31.2304", "lon": "121.4737", "accuracy": "18"}
        await phone.posts(f"/sidebar/customer/{id}/there", spot, files={"none": ("", b"")})
        assert len(await chat.records("visit")) == 1
        assert len([one for one in await chat.records("activity") if one["action"] == "visit"]) == 2
