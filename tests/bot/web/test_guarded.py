"""Who may not: another's customer, another site's page, somebody whose time is over; what is not asked for is not taken
(FAULTS 32, 35, 37, 38)."""

from __future__ import annotations

import re

import pytest

from bot.web.login import BACK
from storage import sql
from tests.bot.web.phone import Phone
from tests.bot.web.test_sidebar import KEY, PDF, SAID, customer
from tests.conversations.chat import Chat
from tests.fixtures.web import web_at

OPEN_TO_ALL = (
    "/static/app/{account}/{name}",
    "/sidebar/login",
    BACK + "{account}",
    "/static/{name}",
    "/upload/{capability}",
)
"""Pages that have no visitor yet, or need none."""


def page_routes(phone: Phone) -> list[tuple[str, str]]:
    """(method, path) of every page of the bot."""
    found = []
    for route in phone.demo.app.web.router.routes():
        path = route.resource.canonical if route.resource else ""
        if path.startswith(("/sidebar", "/board")) and path not in OPEN_TO_ALL:
            found.append((route.method, path))
    return found


def filled(path: str, id: str) -> str:
    return re.sub(r"\{\w+\}", id, path.replace("{key}", "0-0").replace("{form}", "csv"))


async def ids_of(chat: Chat) -> dict[str, str]:
    """The ids of 李娜's: her customer, its opportunity, promise and file."""
    await chat.says("li.na", "答应松涛教育何校长周四前发方案")
    theirs = await customer(chat, "松涛教育")
    async with Phone(chat.demo, "li.na") as other:
        await other.opens(f"/sidebar/customer/{theirs}")
        await other.posts(f"/sidebar/customer/{theirs}/file", {"for": ""}, files={"file": ("秘密方案.pdf", PDF)})
    mine = {"customer": theirs}
    for kind in ("opportunity", "commitment", "evidence"):
        mine[kind] = [one["id"] for one in await chat.records(kind) if one.get("customer_id", theirs) == theirs][-1]
    return mine


async def test_every_page_asks_who_looks(phone: Phone) -> None:
    routes = page_routes(phone)
    assert len(routes) >= 13
    for method, path in routes:
        async with web_at(phone.demo.url) as nobody:
            answer = await nobody.request(method, filled(path, "cus_1"), headers={"Accept": "text/html"})
        assert answer.status_code == 401, (method, path)
        assert "no-store" in answer.headers["cache-control"], path


async def test_a_colleagues_records_are_as_if_they_were_not(phone: Phone, chat: Chat) -> None:
    theirs = await ids_of(chat)
    await phone.opens("/sidebar/lead")
    before = await sql.value("SELECT COUNT(*) FROM audit")
    seen = 0
    for method, path in page_routes(phone):
        if "{" not in path:
            continue
        for id in theirs.values():
            told = []
            for asked in (id, "cus_" + "0" * 32):
                if method == "GET":
                    told.append(await phone.gets(filled(path, asked)))
                else:
                    files = {"file": ("报价.pdf", PDF)} if path.endswith("/file") else None
                    told.append(
                        await phone.posts(filled(path, asked), {"day": "2026-03-16"}, files=files, follow=False)
                    )
            assert [answer.status_code for answer in told] == [404, 404], (method, path)
            assert told[0].text == told[1].text and "松涛" not in told[0].text and "李娜" not in told[0].text
            seen += 1
    assert seen >= 8 * len(theirs)
    assert await sql.value("SELECT COUNT(*) FROM audit") == before


async def test_their_leader_and_the_admin_see_them(chat: Chat) -> None:
    theirs = await ids_of(chat)
    for user, allowed in (("wang.fang", True), ("admin", True), ("chen.jie", False), ("liu.yang", False)):
        async with Phone(chat.demo, user) as other:
            page = await other.opens(f"/sidebar/customer/{theirs['customer']}")
            assert (page.status_code == 200) is allowed, user
            assert ("松涛教育" in page.text) is allowed
            file = await other.gets(f"/sidebar/file/{theirs['evidence']}")
            assert (file.status_code == 200) is allowed


async def test_a_lead_for_a_colleagues_customer_cannot_be_forced(phone: Phone, chat: Chat) -> None:
    theirs = await ids_of(chat)
    await phone.opens("/sidebar/lead")
    assert (await phone.gets(f"/sidebar/lead?customer={theirs['customer']}")).status_code == 404
    answer = await phone.posts("/sidebar/lead", {"name": "何校长", "customer": theirs["customer"]})
    assert answer.status_code == 404
    assert await chat.records("lead") == []


async def test_what_is_written_of_a_colleagues_company_is_a_claim(phone: Phone, chat: Chat) -> None:
    await phone.opens("/sidebar/lead")
    filled_in = await phone.posts("/sidebar/lead/read", {"said": "松涛教育何校长13900001111想看看智慧课堂"})
    assert 'value="松涛教育"' in filled_in.text and "科技有限公司" not in filled_in.text
    answer = await phone.posts("/sidebar/lead", {"name": "何校长", "company": "松涛教育", "phone": "13900001111"})
    assert "结果在聊天里告诉你" in answer.text and "李娜" not in answer.text and "撤销" not in answer.text
    assert await chat.records("lead") == []
    [claim] = await chat.records("claim")
    assert claim["state"] == "open"
    heard = (await chat.heard("zhang.wei"))[-1]
    assert "松涛教育" in heard.text and "李娜" not in heard.text
    [card] = await chat.heard_of("wang.fang", "claim")
    assert "李娜" in card.text and "张伟" in card.text
    unknown = await phone.posts("/sidebar/lead", {"name": "赵校长", "company": "青禾学校", "phone": "13900002222"})
    assert "已存为线索" in unknown.text


async def test_a_customer_looked_after_together_is_seen(phone: Phone, chat: Chat) -> None:
    theirs = await customer(chat, "松涛教育")
    assert (await phone.opens(f"/sidebar/customer/{theirs}")).status_code == 404
    await phone.opens("/sidebar/lead")
    await phone.posts("/sidebar/lead", {"name": "何校长", "company": "松涛教育"})
    [card] = await chat.heard_of("wang.fang", "claim")
    await chat.taps("wang.fang", card, next(id for id, label in card.buttons.items() if label == "一起跟"))
    page = await phone.opens(f"/sidebar/customer/{theirs}")
    assert page.status_code == 200 and "松涛教育" in page.text
    assert "松涛教育" in (await phone.opens("/sidebar/?q=松涛")).text


async def test_no_form_without_its_token(phone: Phone, chat: Chat) -> None:
    id = await customer(chat, "华东医械")
    await phone.opens(f"/sidebar/customer/{id}")
    path = f"/sidebar/customer/{id}/visit"
    for csrf in (None, "", "0" * 64, "ü"):
        answer = await phone.posts(path, {"csrf": csrf})
        assert answer.status_code == 403 and "这一下没做成" in answer.text
    async with Phone(chat.demo, "wang.fang") as boss:
        await boss.opens()
        assert (await phone.posts(path, {"csrf": boss.csrf})).status_code == 403
    file = {"file": ("报价.pdf", PDF)}
    assert (await phone.posts(f"/sidebar/customer/{id}/file", {"csrf": None}, files=file)).status_code == 403
    assert [one for one in await chat.records("activity") if one["customer_id"] == id] == []


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
])  # fmt: skip
async def test_a_foreign_page_posts_nothing(phone: Phone, chat: Chat, headers: dict[str, str]) -> None:
    id = await customer(chat, "华东医械")
    await phone.opens(f"/sidebar/customer/{id}")
    answer = await phone.posts(f"/sidebar/customer/{id}/visit", headers=headers)
    assert answer.status_code == 403
    own = {"Origin": phone.demo.url, "Sec-Fetch-Site": "same-origin"}
    assert (await phone.posts(f"/sidebar/customer/{id}/visit", headers=own)).status_code == 200


async def test_a_json_body_is_no_form(phone: Phone, chat: Chat) -> None:
    await phone.opens()
    answer = await phone.web.post(
        f"{phone.demo.url}/sidebar/lead", json={"csrf": phone.csrf, "name": "韩工", "state": "converted"}
    )
    assert answer.status_code == 403
    assert await chat.records("lead") == []


async def test_only_what_a_form_has_is_taken(phone: Phone, chat: Chat) -> None:
    await phone.opens("/sidebar/lead")
    boss = next(one["id"] for one in await chat.records("member") if one["name"] == "王芳")
    more = {
        "owner_id": boss, "state": "converted", "score": "100", "recorder_id": boss, "amount": "1e308", "team_id": "x",
        "opportunity_id": "opp_1", "via": "import", "received_at": "1970-01-01", "credit_code": "x", "__proto__": "x",
    }  # fmt: skip
    await phone.posts("/sidebar/lead", {"name": "韩工", "phone": "13812345678", **more})
    [lead] = await chat.records("lead")
    assert lead["state"] == "assigned" and lead["owner_id"] != boss and lead["score"] == 0
    row = await sql.fetch("SELECT via, recorder_id, opportunity_id, credit_code FROM lead")
    assert row[0][0] == "sidebar" and row[0][1] != boss and row[0][2] is None and row[0][3] == ""


async def test_a_stage_is_not_jumped_by_a_form(phone: Phone, chat: Chat) -> None:
    id = await customer(chat, "启明制造")
    page = await phone.opens(f"/sidebar/customer/{id}")
    before = await chat.opportunity("启明制造")
    more = {"stage": "won", "state": "won", "amount": "-1", "owner_id": "mem_1", "deal": before["id"], "evidence": "x"}
    await phone.posts(f"/sidebar/customer/{id}/visit", {"key": KEY.findall(page.text)[0], **more})
    after = await chat.opportunity("启明制造")
    assert {k: after[k] for k in ("stage", "state", "amount", "owner_id")} == {
        k: before[k] for k in ("stage", "state", "amount", "owner_id")
    }


async def test_evidence_goes_to_no_other_deal(phone: Phone, chat: Chat) -> None:
    mine = await customer(chat, "华东医械")
    other = await chat.opportunity("启明制造")
    await phone.opens(f"/sidebar/customer/{mine}")
    before = len(await chat.records("evidence"))
    file = {"file": ("采购流程图.png", b"\x89PNG\r\n\x1a\n0")}
    answer = await phone.posts(f"/sidebar/customer/{mine}/file", {"deal": other["id"], "for": ""}, files=file)
    assert answer.status_code == 404 and len(await chat.records("evidence")) == before


async def test_a_promise_of_another_customer_is_not_closed_here(phone: Phone, chat: Chat) -> None:
    await chat.says("zhang.wei", SAID)
    [ours] = [one for one in await chat.records("commitment") if one["by"] == "us"]
    other = await customer(chat, "启明制造")
    await phone.opens(f"/sidebar/customer/{other}")
    fields = {"for": f"promise:{ours['id']}"}
    answer = await phone.posts(f"/sidebar/customer/{other}/file", fields, files={"file": ("报价.pdf", PDF)})
    assert answer.status_code == 404
    [ours] = [one for one in await chat.records("commitment") if one["by"] == "us"]
    assert ours["state"] == "open"


async def test_a_session_that_is_over_does_nothing(phone: Phone, chat: Chat) -> None:
    id = await customer(chat, "华东医械")
    await phone.opens(f"/sidebar/customer/{id}")
    await chat.until("2026-03-10 12:01")
    answer = await phone.posts(f"/sidebar/customer/{id}/visit")
    assert answer.status_code == 401 and "离开太久了" in answer.text
    assert [one for one in await chat.records("activity") if one["customer_id"] == id] == []


@pytest.mark.parametrize("path", [
    "/sidebar/customer/%00", "/sidebar/customer/..%2f..%2fetc", "/sidebar/customer/' OR 1=1 --",
    "/sidebar/customer/cus_x/timeline?before=x", "/sidebar/file/%2e%2e%2fgenjin.db", "/sidebar/file/evi_1",
    "/sidebar/customer/" + "a" * 5000, "/sidebar/customer/%F0%9F%98%80", "/sidebar/customer/\udcff",
])  # fmt: skip
async def test_a_made_up_address_is_not_found(phone: Phone, path: str) -> None:
    await phone.opens()
    answer = await phone.gets(path.encode("utf-8", "surrogateescape").decode("latin-1") if "\udcff" in path else path)
    assert answer.status_code in (400, 404) and "Traceback" not in answer.text


@pytest.mark.parametrize("before", ["9999-12-31T00:00:00+00:00", "0001-01-01T00:00:00+23:59", "2026-03-10", "-1", "ü"])
async def test_an_odd_place_in_the_line_is_its_beginning(phone: Phone, chat: Chat, before: str) -> None:
    id = await customer(chat, "华东医械")
    await phone.opens()
    answer = await phone.web.get(f"{phone.demo.url}/sidebar/customer/{id}/timeline", params={"before": before})
    assert answer.status_code == 200


async def test_signatures_are_for_pages_of_ours_and_for_members(phone: Phone, chat: Chat) -> None:
    page = f"{chat.demo.url}/sidebar/?in=wecom"
    assert (await phone.gets("/sidebar/keys?url=" + page, Accept="application/json")).status_code == 401
    await phone.opens()
    for strange in ("https://evil.example/sidebar/", "/sidebar/", "", chat.demo.url + "/sandbox", "javascript:x"):
        answer = await phone.web.get(f"{chat.demo.url}/sidebar/keys", params={"url": strange})
        assert answer.status_code == 400, strange
    answer = await phone.web.get(f"{chat.demo.url}/sidebar/keys", params={"url": page})
    keys = answer.json()
    assert set(keys) == {"corpId", "agentId", "config", "agentConfig"}
    assert keys["config"]["signature"] != keys["agentConfig"]["signature"]
    tickets = chat.demo.platforms.wecom.pages.signs(chat.demo.platforms.wecom.apps[0])
    assert not any(ticket in answer.text for ticket in tickets)
    asked = [await phone.web.get(f"{chat.demo.url}/sidebar/keys", params={"url": page}) for _ in range(25)]
    assert {one.status_code for one in asked} == {200, 429}


async def test_only_the_doors_own_files_are_served(phone: Phone) -> None:
    there = await phone.gets("/static/app/wecom/door.js")
    assert there.status_code == 200 and "javascript" in there.headers["content-type"]
    for path in ("wecom/door.py", "wecom/..%2fdoor.py", "wecom/%2e%2e/client.py", "other/door.js", "wecom/config.py"):
        assert (await phone.gets(f"/static/app/{path}")).status_code == 404
