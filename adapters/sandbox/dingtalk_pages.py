"""Pages inside DingTalk's client, played: the browser's login, the code a page is given, and the tickets that sign.

Who sits at the client is told by ``/client/open``, which real clients do not have: there the client itself knows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from adapters.sandbox.dingtalk_app import DingtalkApp, Refusal
from adapters.sandbox.world import World

CODE_LIVES = timedelta(minutes=5)
TICKET_LIVES = timedelta(seconds=7200)
CLIENT = "dingtalk_client"


@dataclass(frozen=True, slots=True)
class Code:
    """``way``: login for a browser's, page for one that a page was given inside the client."""

    app: str
    user: str
    until: datetime
    way: str


class ClientPages:
    def __init__(self, world: World, apps: Callable[[], Sequence[DingtalkApp]]) -> None:
        self._world, self._apps = world, apps
        self._codes: dict[str, Code] = {}
        self._people: dict[str, str] = {}
        self._tickets: dict[str, tuple[str, datetime]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/client/open", self.open), web.get("/oauth2/auth", self.login)]

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Somebody (``as``) opens an address (``to``) in the client: from now on this browser is his client."""
        user, to = request.query.get("as", ""), request.query.get("to", "")
        if not user or not to.startswith(("http://127.0.0.1", "http://localhost")):
            return web.Response(status=400, text="as and to, to on this machine")
        response = web.Response(status=302, headers={"Location": to})
        response.set_cookie(CLIENT, user, httponly=True, samesite="Lax", path="/oauth2/")
        return response

    async def login(self, request: web.Request) -> web.StreamResponse:
        """Names the client's user to a page of the app, without asking."""
        query = request.query
        app = next((one for one in self._apps() if one.client_id == query.get("client_id")), None)
        back = urlsplit(query.get("redirect_uri", ""))
        if app is None or query.get("response_type") != "code" or "openid" not in query.get("scope", ""):
            return web.Response(status=400, text="参数错误")
        if not back.netloc or back.netloc != urlsplit(app.callback_url).netloc:
            return web.Response(status=400, text="redirect_uri 不在回调域名里")
        user = request.cookies.get(CLIENT, "")
        if not user:
            return web.Response(status=400, text="请先登录钉钉")
        code = self.code_for(app, user, "login")
        added = urlencode([*parse_qsl(back.query), ("authCode", code), ("state", query.get("state", ""))])
        return web.Response(status=302, headers={"Location": urlunsplit(back._replace(query=added, fragment=""))})

    def code_for(self, app: DingtalkApp, user: str, way: str = "page") -> str:
        """A code as ``dd.requestAuthCode`` gives one to a page."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(app.name, user, self._world.clock.now() + CODE_LIVES, way)
        return code

    def whose(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """``topapi/v2/user/getuserinfo``: for a page's code."""
        user = self._taken(app, str(body.get("code") or ""), "page")
        if user is None or self._world.person(user) is None:
            raise Refusal(40078, "不存在的临时授权码")
        return {"errcode": 0, "errmsg": "ok", "result": {"userid": user, "unionid": f"union-{user}", "sys": False}}

    def persons_token(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """``oauth2/userAccessToken``: for a browser's code, with the app's own keys."""
        app = next((one for one in self._apps() if one.client_id == body.get("clientId")), None)
        if app is None or app.client_secret != body.get("clientSecret"):
            raise Refusal("invalidClientIdOrSecret")
        user = self._taken(app, str(body.get("code") or ""), "login")
        if user is None or body.get("grantType") != "authorization_code":
            raise Refusal("invalidParameter.authCode.notFound")
        token = secrets.token_urlsafe(32)
        self._people[token] = user
        return {"accessToken": token, "expireIn": 7200, "corpId": app.corp_id}

    def me(self, token: str) -> dict[str, Any]:
        if token not in self._people:
            raise Refusal("InvalidAuthentication", status=401)
        user = self._people[token]
        return {"nick": user, "unionId": f"union-{user}", "openId": f"open-{user}"}

    def by_union(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        user = str(body.get("unionid") or "").removeprefix("union-")
        if self._world.person(user) is None:
            raise Refusal(60121, "找不到该用户")
        return {"errcode": 0, "errmsg": "ok", "result": {"contact_type": 0, "userid": user}}

    def ticket(self, app: DingtalkApp) -> dict[str, Any]:
        now = self._world.clock.now()
        ticket, until = self._tickets.get(app.name, ("", now))
        if until <= now:
            ticket, until = secrets.token_urlsafe(48), now + TICKET_LIVES
            self._tickets[app.name] = ticket, until
        return {"jsapiTicket": ticket, "expireIn": int((until - now).total_seconds())}

    def _taken(self, app: DingtalkApp, text: str, way: str) -> str | None:
        """Whose code it is: good once, for five minutes, and for its way alone."""
        code = self._codes.get(text)
        if code is None or code.app != app.name or code.way != way:
            return None
        del self._codes[text]
        return code.user if code.until > self._world.clock.now() else None
