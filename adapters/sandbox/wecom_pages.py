"""Pages inside WeCom's client, played: silent login, and the tickets that sign a page's calls.

Who sits at the client is told by ``/client/open``, which real clients do not have: there the client itself knows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.world import World

CODE_LIVES = timedelta(minutes=5)
TICKET_LIVES = timedelta(seconds=7200)
CLIENT = "wecom_client"
STATE_MOST = 128
OUTSIDERS = ("wm", "wo")
"""How the ids of people outside the company begin."""


@dataclass(frozen=True, slots=True)
class Code:
    app: str
    user: str
    until: datetime


class ClientPages:
    def __init__(self, world: World, apps: Callable[[], Sequence[WecomApp]]) -> None:
        self._world, self._apps = world, apps
        self._codes: dict[str, Code] = {}
        self._tickets: dict[str, tuple[str, datetime]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/client/open", self.open), web.get("/connect/oauth2/authorize", self.authorize)]

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Somebody (``as``) opens an address (``to``) in the client: from now on this browser is his client."""
        user, to = request.query.get("as", ""), request.query.get("to", "")
        if not user or not to.startswith(("http://127.0.0.1", "http://localhost")):
            return web.Response(status=400, text="as and to, to on this machine")
        response = web.Response(status=302, headers={"Location": to})
        response.set_cookie(CLIENT, user, httponly=True, samesite="Lax", path="/connect/")
        return response

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Names the client's user to a page of the app's trusted domain, without asking."""
        query = request.query
        app = next((one for one in self._apps() if one.corp_id == query.get("appid")), None)
        back, state = urlsplit(query.get("redirect_uri", "")), query.get("state", "")
        if app is None or query.get("response_type") != "code" or query.get("scope") != "snsapi_base":
            return _page("参数错误")
        if query.get("agentid", str(app.agent_id)) != str(app.agent_id):
            return _page("参数错误")
        if not back.netloc or back.netloc != urlsplit(app.callback_url).netloc:  # host and port, exactly
            return _page("redirect_uri 与可信域名不一致 50001")
        if len(state) > STATE_MOST or not (state.isascii() and state.isalnum()):
            return _page("state 参数错误")
        user = request.cookies.get(CLIENT, "")
        if not user:
            return _page("请在企业微信客户端打开链接")
        code = secrets.token_urlsafe(32)
        self._codes[code] = Code(app.name, user, self._world.clock.now() + CODE_LIVES)
        added = urlencode([*parse_qsl(back.query), ("code", code), ("state", state)])
        return web.Response(status=302, headers={"Location": urlunsplit(back._replace(query=added, fragment=""))})

    async def whose(self, app: WecomApp, request: web.Request) -> dict[str, Any]:
        """``auth/getuserinfo``: a code is good once."""
        code = self._codes.pop(request.query.get("code", ""), None)
        if code is None or code.app != app.name or code.until <= self._world.clock.now():
            raise Refusal(40029, "invalid code")
        if code.user.startswith(OUTSIDERS):
            return {"openid": f"o{secrets.token_hex(12)}", "external_userid": code.user}
        if self._world.person(code.user) is None:
            raise Refusal(60111, "userid not found")
        return {"userid": code.user}

    async def company_ticket(self, app: WecomApp, _: web.Request) -> dict[str, Any]:
        return self._ticket(f"company:{app.corp_id}")

    async def app_ticket(self, app: WecomApp, request: web.Request) -> dict[str, Any]:
        if request.query.get("type") != "agent_config":
            raise Refusal(40097, "invalid args")
        return self._ticket(f"app:{app.name}")

    def signs(self, app: WecomApp) -> tuple[str, str]:
        """The tickets in use, the company's and the app's, as the client checks signatures by them."""
        return str(self._ticket(f"company:{app.corp_id}")["ticket"]), str(self._ticket(f"app:{app.name}")["ticket"])

    def _ticket(self, name: str) -> dict[str, Any]:
        now = self._world.clock.now()
        ticket, until = self._tickets.get(name, ("", now))
        if until <= now:
            ticket, until = secrets.token_urlsafe(48), now + TICKET_LIVES
            self._tickets[name] = ticket, until
        return {"ticket": ticket, "expires_in": int((until - now).total_seconds())}


def _page(words: str) -> web.Response:
    return web.Response(text=f"<!doctype html><meta charset=utf-8><title>{words}</title><p>{words}</p>",
                        content_type="text/html")  # fmt: skip
