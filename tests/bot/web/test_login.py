"""The way in by the chat app: once, for the browser that set out, and never to somewhere else (FAULTS 36, 37)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from bot.web.login import HOME, Login, page_of
from bot.web.pages import Pages, doors_of
from tests.bot.web.phone import Phone
from tests.conversations.chat import Chat

BACK = "/sidebar/back/wecom"


async def set_out(phone: Phone) -> tuple[str, str]:
    """(code, state) that the platform would bring back: the browser stopped on the way home."""
    base = phone.demo.platforms.standin("wecom").base
    away = await phone.gets("/sidebar/login?next=/sidebar/")
    assert away.status_code == 303
    await phone.web.get(f"{base}/client/open", params={"as": phone.user, "to": base}, follow_redirects=False)
    home = await phone.web.get(away.headers["location"], follow_redirects=False)
    query = parse_qs(urlsplit(home.headers["location"]).query)
    return query["code"][0], query["state"][0]


async def test_the_app_says_who_looks(phone: Phone) -> None:
    page = await phone.opens()
    assert page.status_code == 200
    assert "张伟的客户" in page.text and "华东医械" in page.text and "松涛教育" not in page.text
    assert page.url.path == HOME and not page.url.query
    assert "no-store" in page.headers["cache-control"]


async def test_the_cookie_is_for_the_server_alone(phone: Phone) -> None:
    code, state = await set_out(phone)
    answer = await phone.gets(f"{BACK}?code={code}&state={state}")
    said = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("genjin="))
    assert "HttpOnly" in said and "SameSite=Lax" in said and "Path=/" in said
    assert answer.headers["location"] == HOME
    assert phone.cookie() not in (code, state)


async def test_over_https_the_cookie_is_bound_to_the_host(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.web.sessions import Sessions

    monkeypatch.setattr(phone.demo.app.house, "public_url", "https://crm.example.com")
    made = Sessions(phone.demo.app.house)
    assert made.secure and made.cookie == "__Host-genjin"


async def test_in_a_chat_apps_frame_the_cookies_go_along_and_are_kept_apart(phone: Phone, aiohttp_client: Any) -> None:
    """A page that another site frames is sent none that is Lax; alone, or over http, they stay as strict as ever."""

    async def given(secure: bool, dest: str) -> list[str]:
        pages, site = Pages(phone.demo.app.house, doors_of(phone.demo.app.adapters)), web.Application()
        if secure:  # behind a proxy with a certificate: the test itself has none
            pages.sessions.secure, pages.sessions.cookie = True, "__Host-genjin"
        site.add_routes(Login(pages, phone.demo.app.memory).routes())
        client = await aiohttp_client(site)
        base, framed = phone.demo.platforms.standin("wecom").base, {"Sec-Fetch-Dest": dest}
        away = await client.get("/sidebar/login?next=/sidebar/", headers=framed, allow_redirects=False)
        await phone.web.get(f"{base}/client/open", params={"as": phone.user, "to": base}, follow_redirects=False)
        home = await phone.web.get(away.headers["location"], follow_redirects=False)
        query = urlsplit(home.headers["location"]).query
        kept = away.headers["set-cookie"].partition(";")[0]
        back = await client.get(f"{BACK}?{query}", headers=framed | {"Cookie": kept}, allow_redirects=False)
        assert back.headers["location"] == HOME
        return [away.headers["set-cookie"], *back.headers.getall("set-cookie")]

    there = "; Secure; SameSite=None; Partitioned"
    for said in await given(True, "iframe"):
        assert said.endswith(f"; HttpOnly{there}"), said
    alone = await given(True, "document")
    assert all(said.endswith("; HttpOnly; Secure; SameSite=Lax") for said in alone)
    assert [said.partition("=")[0] for said in alone] == ["genjin_login", "__Host-genjin", "genjin_login"]
    assert "Max-Age=0" in alone[2]
    assert all(said.endswith("; HttpOnly; SameSite=Lax") for said in await given(False, "iframe"))


async def test_no_login_no_page(phone: Phone) -> None:
    answer = await phone.gets("/sidebar/")
    assert answer.status_code == 401 and "华东医械" not in answer.text
    assert (await phone.gets("/sidebar/", Accept="application/json")).json()["error"]["code"] == "login_over"
    phone.web.cookies.set("genjin", "0" * 43, domain="127.0.0.1", path="/")
    assert (await phone.gets("/sidebar/")).status_code == 401


async def test_a_code_is_good_once(phone: Phone) -> None:
    code, state = await set_out(phone)
    kept = phone.cookie("genjin_login")
    assert (await phone.gets(f"{BACK}?code={code}&state={state}")).status_code == 303
    assert (await phone.gets(f"{BACK}?code={code}&state={state}")).status_code == 403
    phone.web.cookies.set("genjin_login", kept, domain="127.0.0.1", path="/sidebar/back/")
    again = await phone.gets(f"{BACK}?code={code}&state={state}")
    assert again.status_code == 403 and "登录没接上" in again.text


async def test_a_login_is_good_once_whatever_the_code(phone: Phone) -> None:
    _, state = await set_out(phone)
    kept = phone.cookie("genjin_login")
    base = phone.demo.platforms.standin("wecom").base
    door = phone.demo.app.adapters["wecom"].login_url(phone.demo.url + BACK, state)  # type: ignore[attr-defined]
    codes = []
    for _ in range(2):
        there = await phone.web.get(door.replace("#wechat_redirect", ""), follow_redirects=False)
        codes.append(parse_qs(urlsplit(there.headers["location"]).query)["code"][0])
    assert base in door
    assert (await phone.gets(f"{BACK}?code={codes[0]}&state={state}")).status_code == 303
    phone.web.cookies.set("genjin_login", kept, domain="127.0.0.1", path="/sidebar/back/")
    assert (await phone.gets(f"{BACK}?code={codes[1]}&state={state}")).status_code == 403


async def test_a_state_belongs_to_its_browser(phone: Phone, chat: Chat) -> None:
    code, state = await set_out(phone)
    async with Phone(chat.demo, "li.na") as other:
        assert (await other.gets(f"{BACK}?code={code}&state={state}")).status_code == 403
        await set_out(other)
        assert (await other.gets(f"{BACK}?code={code}&state={state}")).status_code == 403
    assert (await phone.gets(f"{BACK}?code={code}&state={'0' * 64}")).status_code == 403


async def test_an_old_code_and_a_made_up_one_are_refused(phone: Phone, chat: Chat) -> None:
    code, state = await set_out(phone)
    await chat.until("2026-03-10 10:06")
    assert (await phone.gets(f"{BACK}?code={code}&state={state}")).status_code == 403
    _, state = await set_out(phone)
    assert (await phone.gets(f"{BACK}?code=made-up&state={state}")).status_code == 403


async def test_someone_outside_and_someone_unknown_stay_outside(chat: Chat) -> None:
    for user, words in (("wmTEST0000000001", "这里只给同事用"), ("zhao.min", "我还不认识你")):
        async with Phone(chat.demo, user) as stranger:
            answer = await stranger.opens()
            assert answer.status_code == 403 and words in answer.text
            assert not stranger.cookie()


async def test_while_the_app_is_away_nobody_gets_in_and_nobody_falls(phone: Phone, chat: Chat) -> None:
    code, state = await set_out(phone)
    await chat.fault("down", 60)
    answer = await phone.gets(f"{BACK}?code={code}&state={state}")
    assert answer.status_code == 503 and "聊天软件没应答" in answer.text


ELSEWHERE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "/sidebar/../api/v1/", "/sidebar//evil.example/",
    "javascript:alert(1)", "/sidebar/%0d%0aSet-Cookie:x", "/upload/x", "/sidebar/x y", "/sidebar/<script>", "",
]  # fmt: skip


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_login_leads_to_a_page_of_ours(to: str) -> None:
    ours = page_of(to)
    assert ours == HOME or ours == "/sidebar/%0d%0aSet-Cookie:x"
    assert "\n" not in ours and ours.startswith("/sidebar/")


async def test_the_page_that_was_wanted_is_opened(phone: Phone) -> None:
    page = await phone.opens("/sidebar/?q=%E5%8D%8E%E4%B8%9C")
    assert page.status_code == 200 and page.url.raw_path == b"/sidebar/?q=%E5%8D%8E%E4%B8%9C"


async def test_a_session_ends_by_itself(phone: Phone, chat: Chat) -> None:
    await phone.opens()
    await chat.until("2026-03-10 11:59")
    assert (await phone.gets("/sidebar/")).status_code == 200
    await chat.until("2026-03-10 12:00")
    assert (await phone.gets("/sidebar/")).status_code == 401


async def test_who_leaves_is_out_at_once(phone: Phone, chat: Chat) -> None:
    await phone.opens()
    card = await chat.says("admin", "/member off 张伟")
    if card.buttons:
        await chat.taps("admin", card, next(iter(card.buttons)))
    left = [one for one in await chat.records("member") if one["name"] == "张伟"]
    assert [one["active"] for one in left] == [False], card
    assert (await phone.gets("/sidebar/")).status_code == 401


async def test_other_roles_are_another_session(chat: Chat) -> None:
    async with Phone(chat.demo, "wang.fang") as boss:
        await boss.opens()
        said = await chat.says("admin", "/member roles 王芳 销售")
        roles = [one["roles"] for one in await chat.records("member") if one["name"] == "王芳"]
        assert roles == [["rep"]], said
        assert (await boss.gets("/sidebar/")).status_code == 401


async def test_only_the_chat_app_may_frame_a_page(phone: Phone) -> None:
    policy = (await phone.opens()).headers["content-security-policy"]
    assert "frame-ancestors https://work.weixin.qq.com https://*.work.weixin.qq.com" in policy
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy


async def test_only_a_hash_of_the_token_is_kept(phone: Phone) -> None:
    from storage import sql

    await phone.opens()
    rows = await sql.fetch("SELECT * FROM session")
    assert len(rows) == 1 and phone.cookie() not in str(list(rows[0]))
