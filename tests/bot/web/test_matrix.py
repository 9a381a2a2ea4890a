"""Who may what, over every route that there is: a route without a row here fails, so a new one is thought about.

What a record of a kind is to whom is held in ``tests/api``; here is what a page is to whom, and that whatever people
are called is text on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import httpx
import pytest

from bot.web.api_kinds import KINDS
from bot.web.login import BACK
from storage import audit, customers, members
from storage.connect import transaction
from storage.records import Change, Contact, Evidence, Visit, changed, made, new_id
from tests.bot.web.phone import Phone
from tests.bot.web.test_guarded import filled
from tests.bot.web.test_sidebar import PDF, customer
from tests.conversations.chat import Chat

API = "/api/v1"
ROWS: Mapping[str, str] = {
    # whoever is logged in, and sees there what is his
    "GET /sidebar/": "visitor",
    "GET /sidebar/lead": "visitor",
    "POST /sidebar/lead": "visitor",
    "POST /sidebar/lead/read": "visitor",
    "GET /sidebar/contact": "visitor",
    "GET /sidebar/chat": "visitor",
    "GET /sidebar/keys": "visitor",
    "POST /sidebar/undo": "visitor",
    # whoever sees the customer that the record is of
    "GET /sidebar/customer/{id}": "customer",
    "GET /sidebar/customer/{id}/timeline": "customer",
    "GET /sidebar/customer/{id}/file": "customer",
    "POST /sidebar/customer/{id}/file": "customer",
    "POST /sidebar/customer/{id}/visit": "customer",
    "GET /sidebar/customer/{id}/there": "customer",
    "POST /sidebar/customer/{id}/there": "customer",
    "POST /sidebar/customer/{id}/plan": "customer",
    "POST /sidebar/customer/{id}/care": "customer",
    "GET /sidebar/file/{id}": "file",
    "GET /sidebar/photo/{id}": "photo",
    "POST /sidebar/promise/{id}/move": "promise",
    "POST /sidebar/promise/{id}/done": "promise",
    # an admin, and nobody else
    "GET /sidebar/import/{key}": "taken",
    "GET /sidebar/import/{key}.{form}": "taken",
    "GET /sidebar/export/{name}": "taken",
    "GET /sidebar/export/{name}/file": "taken",
    # a word of 128 bits opens it
    "GET /upload/{capability}": "capability",
    "POST /upload/{capability}": "capability",
    "GET /import/{capability}": "capability",
    "POST /import/{capability}": "capability",
    # a token, and what its member sees
    f"GET {API}/me": "token",
    **{f"GET {API}/{name}": "admin" if kind.admin else "token" for name, kind in KINDS.items()},
    **{f"GET {API}/{name}/{{id}}": "token" for name, kind in KINDS.items() if kind.noun != "audit"},
    f"POST {API}/opportunities/{{id}}/stage": "token",
    f"POST {API}/customers/{{id}}/notes": "token",
    # its body's signature
    "POST /hooks/website": "signed",
    "GET /callback/wecom/wecom": "signed",
    "POST /callback/wecom/wecom": "signed",
    # nothing of anybody's is there
    f"GET {API}/openapi.json": "open",
    "GET /sidebar/login": "open",
    f"GET {BACK}{{account}}": "open",
    "GET /static/{name}": "open",
    "GET /static/app/{account}/{name}": "open",
    "GET /healthz": "open",
    "GET /readyz": "open",
    "GET /metrics": "open",
}
SEES = {"li.na": True, "wang.fang": True, "admin": True, "zhang.wei": False, "chen.jie": False, "liu.yang": False}
"""Who sees what is 李娜's: she, who leads her, the admin."""
EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"


def routes(chat: Chat) -> set[str]:
    found = set()
    for route in chat.demo.app.web.router.routes():
        path = route.resource.canonical if route.resource else ""
        if path != "/" and not path.startswith("/sandbox") and route.method != "HEAD":
            found.add(f"{route.method} {path}")
    return found


async def hers(chat: Chat) -> dict[str, str]:
    """What is 李娜's, by the rows that name it: a customer, its promise, a file and a photo."""
    await chat.says("li.na", "答应松涛教育何校长周四前发方案")
    id = await customer(chat, "松涛教育")
    async with Phone(chat.demo, "li.na") as phone:
        await phone.opens(f"/sidebar/customer/{id}")
        file = {"file": ("秘密方案.pdf", PDF)}
        await phone.posts(f"/sidebar/customer/{id}/file", {"for": ""}, files=file)
    [file_id] = [one["id"] for one in await chat.records("evidence") if one["file"] == "秘密方案.pdf"]
    [promise] = [one["id"] for one in await chat.records("commitment") if one["customer_id"] == id]
    return {"customer": id, "file": file_id, "photo": file_id, "promise": promise}


async def test_every_route_has_its_row(chat: Chat) -> None:
    assert routes(chat) == set(ROWS)


async def test_who_opens_what_is_a_colleague_s(chat: Chat) -> None:
    ids = await hers(chat)
    refused: set[str] = set()
    for who, sees in sorted(SEES.items(), key=lambda one: one[1]):
        async with Phone(chat.demo, who) as phone:
            await phone.opens("/sidebar/lead")
            for route, row in ROWS.items():
                if row not in ids:
                    continue
                method, path = route.split()
                path = filled(path, ids[row])
                fields = {"day": "2026-03-16", "key": "0" * 32}
                files = {"file": ("报价.pdf", PDF)} if path.endswith("/file") else None
                if method == "GET":
                    answer = await phone.gets(path)
                else:
                    answer = await phone.posts(path, fields, files=files, follow=False)
                if sees:  # a photo that is a paper is no photo, whoever asks
                    assert answer.status_code not in (401, 403) and (answer.status_code != 404 or row == "photo"), route
                else:
                    assert answer.status_code == 404 and "松涛" not in answer.text, (who, route)
                    refused.add(route)
    assert refused == {route for route, row in ROWS.items() if row in ids}


@pytest.mark.parametrize(
    "kind", ["token", "admin", "visitor", "customer", "file", "photo", "promise", "taken", "capability"]
)
async def test_without_what_opens_it_nothing_is_opened(chat: Chat, kind: str) -> None:
    async with httpx.AsyncClient(base_url=chat.demo.url, trust_env=False) as nobody:
        for route, row in ROWS.items():
            if row == kind:
                method, path = route.split()
                answer = await nobody.request(method, filled(path, "cus_1"), headers={"Accept": "text/html"})
                assert answer.status_code == (404 if kind == "capability" else 401), route


class Seen(HTMLParser):
    """What a browser would make of a page: the texts of it, and whatever would run."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.runs = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:text")):
                self.runs.append(f"{tag} {name}={value}")
        said = dict(attrs)
        if (tag == "script" and not str(said.get("src", "")).startswith("/static/")) or said.get("src") == "x":
            self.runs.append(f"{tag} {said}")

    def handle_data(self, data: str) -> None:
        self.text += data


async def called_evil(chat: Chat) -> dict[str, str]:
    """Everything of one customer of 张伟's is called so, himself as well."""
    await chat.says("zhang.wei", "王总说预算已批，我周五前把报价单发过去")
    id, now = await customer(chat, "华东医械"), chat.demo.app.clock.now()
    one, me = await customers.get(id), await members.by_identity("wecom", "zhang.wei")
    deal = await chat.opportunity("华东医械")
    assert one is not None and me is not None
    changes: list[Change] = [
        changed(one, "customer.note", name=f"{EVIL}公司", note=EVIL, tags=(EVIL,)),
        changed(me, "member.name", name=f"{EVIL}张伟"),
        made(Contact(id=new_id("con", now), customer_id=id, name=EVIL, title=EVIL, department=EVIL, role=EVIL)),
        made(
            Evidence(
                id=new_id("evi", now), kind="other", file=f"{EVIL}.pdf", customer_id=id, opportunity_id=deal["id"],
                member_id=me.id, at=now, note=EVIL,
            )
        ),
        made(Visit(
            id=new_id("vis", now), customer_id=id, member_id=me.id, goals=(EVIL,), created_at=now, planned_for=now,
            reason=EVIL, network=EVIL,
        )),
    ]  # fmt: skip
    async with transaction():
        await audit.apply(changes, actor="test", event="test", at=now)
    await chat.says("zhang.wei", f"华东医械王总说{EVIL}，价格太高")
    [promise] = [one["id"] for one in await chat.records("commitment") if one["customer_id"] == id]
    return {"customer": id, "promise": promise}


async def test_whatever_people_and_things_are_called_is_text_on_every_page(phone: Phone, chat: Chat) -> None:
    ids = await called_evil(chat)
    await phone.opens("/sidebar/lead")
    shown = 0
    for route, row in ROWS.items():
        method, path = route.split()
        if method != "GET" or row not in ("visitor", "customer") or path == "/sidebar/keys":
            continue
        for query in ("", f"?customer={ids['customer']}", f"?q={EVIL}&who={EVIL}&for={EVIL}&before={EVIL}&in={EVIL}"):
            answer = await phone.gets(filled(path, ids["customer"]) + query)
            seen = Seen()
            seen.feed(answer.text)
            assert seen.runs == [], (path, query)
            shown += "alert(1)" in seen.text or "alert(1)" in answer.text
            if answer.status_code == 303:
                continue
            policy = answer.headers.get("Content-Security-Policy", "")
            assert "unsafe-inline" not in policy and ("script-src" in policy or "default-src" in policy), path
    assert shown >= 6
    last = await chat.says("zhang.wei", "我周五前把合同发给华东医械王总")
    upload = last.urls["add_evidence"]
    page = (await chat.web.get(upload)).text
    seen = Seen()
    seen.feed(page)
    assert seen.runs == [] and re.search("合同", page)
