"""What holds for each page and each form of the bot, whichever it is: its policy, its token, its end of time."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from storage import audit, sql
from storage.connect import transaction
from storage.records import Evidence, made, new_id
from tests.bot.web.phone import Phone
from tests.bot.web.test_guarded import filled
from tests.bot.web.test_matrix import EVIL, ROWS, Seen, called_evil, hers
from tests.bot.web.test_sidebar import KEY, PDF, customer
from tests.conversations.chat import Chat

BEHIND_LOGIN = ("visitor", "customer", "file", "photo", "promise", "taken")
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=\"/static/)|javascript:", re.IGNORECASE
)
EYES = {"Accept": "text/html,*/*;q=0.8"}
FORGED: dict[str, dict[str, Any]] = {
    "no token": {"fields": {"csrf": None}},
    "a made-up token": {"fields": {"csrf": "0" * 64}},
    "a foreign page": {"headers": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}},
    "a page beside ours": {"headers": {"Sec-Fetch-Site": "same-site"}},
    "a sandboxed frame": {"headers": {"Origin": "null"}},
    "as a part of a page": {"fields": {"csrf": None}, "headers": {"HX-Request": "true"}},
}


async def audited() -> int:
    return int(await sql.value("SELECT COUNT(*) FROM audit"))


async def mine(chat: Chat) -> dict[str, str]:
    """What is 张伟's, by the rows that name it."""
    await chat.says("zhang.wei", "王总说预算已批，我周五前把报价单发过去")
    id = await customer(chat, "华东医械")
    [promise] = [
        one["id"] for one in await chat.records("commitment") if one["customer_id"] == id and one["by"] == "us"
    ]
    return {"customer": id, "promise": promise, "visitor": "", "file": "evi_1", "photo": "evi_1", "taken": "x"}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_no_form_of_any_page_can_be_forged(phone: Phone, chat: Chat, forged: dict[str, Any]) -> None:
    ids = await mine(chat)
    await phone.opens(f"/sidebar/customer/{ids['customer']}")
    before, tried = await audited(), 0
    for route, row in ROWS.items():
        method, path = route.split()
        if method != "POST" or row not in BEHIND_LOGIN:
            continue
        fields = {"name": "韩工", "said": "韩工", "day": "2026-03-16", "key": "0" * 32} | forged.get("fields", {})
        files = {"file": ("报价.pdf", PDF)} if path.endswith(("/file", "/there")) else None
        answer = await phone.posts(
            filled(path, ids[row]), fields, files=files, headers=forged.get("headers", {}), follow=False
        )
        assert answer.status_code == 403 and "这一下没做成" in answer.text, route
        tried += 1
    assert tried >= 10
    assert await audited() == before


async def test_what_is_not_forged_is_done(phone: Phone, chat: Chat) -> None:
    """So that the refusals above are of the token and not of the form."""
    ids = await mine(chat)
    page = await phone.opens(f"/sidebar/customer/{ids['customer']}")
    before = await audited()
    fields = {"day": "2026-03-16", "key": KEY.findall(page.text)[0]}
    answer = await phone.posts(f"/sidebar/promise/{ids['promise']}/move", fields, follow=False)
    assert answer.status_code == 303 and await audited() > before


async def test_a_session_that_is_over_opens_nothing(phone: Phone, chat: Chat) -> None:
    ids = await mine(chat)
    await phone.opens(f"/sidebar/customer/{ids['customer']}")
    await chat.until("2026-03-10 12:01")
    before = await audited()
    for route, row in ROWS.items():
        if row not in BEHIND_LOGIN:
            continue
        method, path = route.split()
        path = filled(path, ids[row])
        answer = await (phone.gets(path) if method == "GET" else phone.posts(path, {"key": "0" * 32}, follow=False))
        assert answer.status_code == 401 and "华东" not in answer.text, route
    assert await audited() == before


def judged(answer: httpx.Response, where: str) -> None:
    """A page under its policy: no script and no style but the files of ours, nothing guessed, nothing kept."""
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and " *" not in policy, where
    assert "frame-ancestors" in policy and "base-uri 'none'" in policy, where
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store", (
        where
    )
    assert "Referrer-Policy" in answer.headers and answer.headers["Server"] == "genjin", where
    assert not INLINE.search(re.sub(r'(?s)(value|content)="[^"]*"', "", answer.text)), where
    seen = Seen()
    seen.feed(answer.text)
    assert seen.runs == [], where
    outside = re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]+", answer.text)
    assert outside == [], where


async def test_every_page_of_the_bot_is_under_its_policy(phone: Phone, chat: Chat) -> None:
    ids = await mine(chat)
    card = await chat.says("zhang.wei", "我周五前把合同发给华东医械王总")
    table = (await chat.says("admin", "/import customers")).urls["upload_table"]
    await phone.opens("/sidebar/lead")
    seen = 0
    for route, row in ROWS.items():
        method, path = route.split()
        if method != "GET" or row in ("signed", "token", "admin") or path.startswith(("/api", "/static")):
            continue
        id = ids.get(row) or {"capability": "nothing", "open": "wecom"}.get(row, "x")
        answer = await phone.gets(filled(path, id), **EYES)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            judged(answer, route)
            seen += 1
    for url in (card.urls["add_evidence"], table, "/nowhere", "/sidebar/nothing", "/upload/a/b", "/import/nothing"):
        judged(await phone.gets(url, **EYES), url)
    for url in (card.urls["add_evidence"], table):
        judged(await phone.web.post(url, files={"file": ("x.exe", b"MZ")}, headers=EYES), f"{url}, refused")
    async with httpx.AsyncClient(base_url=chat.demo.url, trust_env=False) as nobody:
        for path in (f"/sidebar/customer/{ids['customer']}", "/sidebar/back/wecom?state=x&code=y", "/sidebar/?in=x"):
            judged(await nobody.get(path, headers=EYES), path)
    assert seen >= 9


async def test_what_is_handed_in_by_an_evil_name_is_text_on_the_page_and_no_header(phone: Phone, chat: Chat) -> None:
    ids = await called_evil(chat)
    card = await chat.says("zhang.wei", f"我周五前把{EVIL}合同发给华东医械王总")
    table = (await chat.says("admin", "/import customers")).urls["upload_table"]
    page = await phone.gets(card.urls["add_evidence"], **EYES)
    judged(page, "upload")
    head = f"{EVIL},{EVIL}\n1,2\n".encode()
    for url, body in ((card.urls["add_evidence"], b"MZ" + bytes(64)), (table, head), (table, b"\x00" * 40)):
        answer = await phone.web.post(url, files={"file": (f"{EVIL}.csv", body)}, headers=EYES)
        assert answer.status_code in (400, 415, 422)
        judged(answer, url)
    await phone.opens(f"/sidebar/customer/{ids['customer']}")
    name = f"{EVIL}\r\nSet-Cookie: x=y.pdf"
    now = chat.demo.app.clock.now()
    [sha] = {one["sha256"] for one in await handed(phone, chat, ids["customer"])}
    one = Evidence(
        id=new_id("evi", now), kind="other", file=name, sha256=sha, customer_id=ids["customer"], opportunity_id=None,
        member_id=(await chat.records("member"))[0]["id"], at=now,
    )  # fmt: skip
    async with transaction():
        await audit.apply([made(one)], actor="test", event="test", at=now)
    file = await phone.gets(f"/sidebar/file/{one.id}")
    assert file.status_code == 200 and file.headers["Content-Type"] == "application/octet-stream"
    assert unquote(file.headers["Content-Disposition"]).endswith(name) and "x=y" not in str(
        file.headers.get("Set-Cookie")
    )
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


async def handed(phone: Phone, chat: Chat, id: str) -> list[dict[str, Any]]:
    await phone.posts(f"/sidebar/customer/{id}/file", {"for": ""}, files={"file": ("内容.pdf", PDF)})
    return [one for one in await chat.records("evidence") if one["file"] == "内容.pdf"]


async def test_two_people_s_ids_are_as_if_they_were_not_for_each_other(phone: Phone, chat: Chat) -> None:
    """Also for a part of a page, and for a program's way of asking."""
    theirs = await hers(chat)
    await phone.opens("/sidebar/lead")
    for head in ({"HX-Request": "true"}, {"Accept": "application/json"}, EYES):
        answers = [
            await phone.gets(f"/sidebar/customer/{id}", **head) for id in (theirs["customer"], "cus_" + "0" * 32)
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].text == answers[1].text
