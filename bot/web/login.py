"""``/sidebar/login``: the chat app says who looks. The browser goes there with a state that only it can bring back,
once, and comes home with a code that the server alone exchanges."""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote, unquote

import structlog
from aiohttp import web

from adapters.errors import NotDeliverable, PlatformRefused, SendError
from bot.web import cookies
from bot.web.pages import Pages
from storage import members

log = structlog.get_logger(__name__)

HOME = "/sidebar/"
COOKIE, BACK = "genjin_login", "/sidebar/back/"
LIVES = 600
"""Seconds that a login may take; a platform's code lives five minutes."""
CODES_A_MINUTE = 600
PAGE = re.compile(r"/(?:sidebar|board)/[A-Za-z0-9_.~%/?&=+:,-]{0,400}")
"""Pages of ours, to which a login may lead: a path, so that no other site is ever gone to."""
CODE_NAMES = ("code", "authCode")


class Limits(Protocol):
    async def take(self, name: str, per: float, most: int) -> float: ...


class Login:
    def __init__(self, pages: Pages, limits: Limits) -> None:
        self._pages, self._limits = pages, limits

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sidebar/login", self.go, allow_head=False),
            web.get(BACK + "{account}", self.back, allow_head=False),
        ]

    async def go(self, request: web.Request) -> web.StreamResponse:
        """To the chat app, and back. Where several accounts could say, it asks which."""
        to = page_of(request.query.get("next", ""))
        account = request.query.get("in", "")
        doors = self._pages.doors
        if account not in doors:
            if len(doors) != 1:
                return self._which(to)
            [account] = doors
        nonce = secrets.token_urlsafe(24)
        home = f"{self._pages.house.public_url}{BACK}{account}"
        response = _found(doors[account].login_url(home, state_of(nonce)))
        value = "|".join((account, nonce, quote(to, safe="")))
        self._keep(request, response, value, LIVES)
        response.headers.update(self._pages.headers)
        return response

    def _which(self, to: str) -> web.Response:
        ways = [(name, self._label(name)) for name in self._pages.doors]
        return self._pages.page("which_app.html", ways=ways, to=quote(to, safe=""))

    def _label(self, account: str) -> str:
        label = str(getattr(self._pages.doors[account], "label", account))
        return label if len({str(getattr(d, "label", "")) for d in self._pages.doors.values()}) > 1 else account

    async def back(self, request: web.Request) -> web.StreamResponse:
        """The code is exchanged only for the browser that set out, and once."""
        account = request.match_info["account"]
        nonce, to = _kept(request, account)
        state = request.query.get("state", "")
        if not nonce or not hmac.compare_digest(state_of(nonce).encode(), state.encode("utf-8", "replace")):
            return self._no(request, "state", "登录没接上", "从聊天里再点一次「跟进」。")
        code = next((request.query[name] for name in CODE_NAMES if request.query.get(name)), "")
        if not code or account not in self._pages.doors:
            return self._no(request, "code", "登录没接上", "从聊天里再点一次「跟进」。")
        if await self._limits.take("page:codes", 60.0, CODES_A_MINUTE):
            return self._no(request, "busy", "登录的人有点多", "过一分钟再点。", 429)
        try:
            user = await self._pages.doors[account].whose(code)
        except NotDeliverable:
            return self._no(request, "outside", "这里只给同事用", "用公司的帐号打开就行。")
        except PlatformRefused:
            return self._no(request, "code", "登录没接上", "从聊天里再点一次「跟进」。")
        except SendError as fault:
            log.warning("page.login", fault=fault.code, account=account)
            return self._no(request, "platform", "聊天软件没应答", "过一分钟再点，话照样会记下。", 503)
        return await self._welcome(request, account, user, nonce, to)

    async def _welcome(self, request: web.Request, account: str, user: str, nonce: str, to: str) -> web.StreamResponse:
        member = await members.by_identity(account, user)
        if member is None or not member.active:
            return self._no(request, "unknown", "我还不认识你", "跟小跟说句话，管理员加上你就能看。")
        response = _found(to)
        session = await self._pages.sessions.begin(request, response, member, account, user, nonce)
        if session is None:
            return self._no(request, "used", "登录没接上", "从聊天里再点一次「跟进」。")
        self._keep(request, response, "", 0)
        response.headers.update(self._pages.headers)
        log.info("page.login", member=member.id, account=account)
        return response

    def _no(self, request: web.Request, why: str, title: str, words: str, status: int = 403) -> web.Response:
        log.info("page.login_refused", why=why)
        again = "" if why in ("outside", "unknown") else f"{HOME}login?in={quote(account_of(request), safe='')}"
        response = self._pages.notice(request, status, title, words, f"login_{why}", again, "再登录")
        self._keep(request, response, "", 0)
        return response

    def _keep(self, request: web.Request, response: web.StreamResponse, value: str, seconds: int) -> None:
        secure = self._pages.sessions.secure
        cookies.put(response, request, COOKIE, value, path=BACK, seconds=seconds, secure=secure)


def account_of(request: web.Request) -> str:
    return request.match_info.get("account", "")


def state_of(nonce: str) -> str:
    """What the platform brings back: of letters and digits, and of no use to who has not the nonce."""
    return sha256(b"state:" + nonce.encode()).hexdigest()


def page_of(said: str) -> str:
    """The page that a login was begun for; the first page for anything that is none of ours."""
    return said if PAGE.fullmatch(said) and "//" not in said and "/." not in said else HOME


def _kept(request: web.Request, account: str) -> tuple[str, str]:
    """(nonce, page) of the login that this browser began with the account; ("", page) where it began none."""
    parts = request.cookies.get(COOKIE, "").split("|")
    if len(parts) != 3 or parts[0] != account or not parts[1].isascii():
        return "", HOME
    return parts[1], page_of(unquote(parts[2]))


def _found(to: str) -> web.Response:
    return web.Response(status=303, headers={"Location": to})
