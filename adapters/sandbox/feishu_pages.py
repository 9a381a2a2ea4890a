"""Pages inside Feishu's client, played: login, and the ticket that signs a page's calls.

Who sits at the client is told by ``/client/open``, which real clients do not have: there the client itself knows.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.world import World

CODE_LIVES = timedelta(minutes=5)
TICKET_LIVES = timedelta(seconds=7200)
CLIENT = "feishu_client"
OUTSIDERS = "guest."
"""How those are called in the sandbox who log in from another company."""


class ClientPages:
    def __init__(self, world: World, apps: Callable[[], Sequence[FeishuApp]]) -> None:
        self._world, self._apps = world, apps
        self._codes: dict[str, tuple[str, str, datetime]] = {}
        self._tokens: dict[str, tuple[str, str]] = {}
        self._tickets: dict[str, tuple[str, datetime]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/client/open", self.open),
            web.get("/open-apis/authen/v1/authorize", self.authorize),
        ]

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Somebody (``as``) opens an address (``to``) in the client: from now on this browser is his client."""
        user, to = request.query.get("as", ""), request.query.get("to", "")
        if not user or not to.startswith(("http://127.0.0.1", "http://localhost")):
            return web.Response(status=400, text="as and to, to on this machine")
        response = web.Response(status=302, headers={"Location": to})
        response.set_cookie(CLIENT, user, httponly=True, samesite="Lax", path="/open-apis/authen/")
        return response

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Names the client's user to a page whose address the console knows."""
        query = request.query
        app = next((one for one in self._apps() if one.app_id == query.get("client_id")), None)
        back = urlsplit(query.get("redirect_uri", ""))
        if app is None:
            return _page("应用不存在 20002")
        if not back.netloc or back.netloc != urlsplit(app.callback_url).netloc:  # host and port, exactly
            return _page("redirect_uri 请求不合法 20029")
        user = request.cookies.get(CLIENT, "")
        if not user:
            return _page("请在飞书客户端打开链接")
        code = secrets.token_urlsafe(24)
        self._codes[code] = (app.app_id, user, self._world.clock.now() + CODE_LIVES)
        added = urlencode([*parse_qsl(back.query), ("code", code), ("state", query.get("state", ""))])
        return web.Response(status=302, headers={"Location": urlunsplit(back._replace(query=added, fragment=""))})

    async def token(self, request: web.Request) -> dict[str, Any]:
        """``authen/v2/oauth/token``: a code is good once."""
        body = await _form(request)
        app = next((one for one in self._apps() if one.app_id == body.get("client_id")), None)
        if app is None or app.secret != body.get("client_secret"):
            raise Refusal(20002, "The client secret is invalid.")
        if body.get("grant_type") != "authorization_code":
            raise Refusal(20036, "The grant_type is invalid.")
        of, user, until = self._codes.pop(str(body.get("code")), ("", "", self._world.clock.now()))
        if of != app.app_id or until <= self._world.clock.now():
            raise Refusal(20003, "The authorization code is not found or has been used.")
        token = f"u-{secrets.token_hex(20)}"
        self._tokens[token] = (app.app_id, user)
        return {"access_token": token, "expires_in": 7200, "token_type": "Bearer", "scope": ""}

    async def user_info(self, request: web.Request) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        of, user = self._tokens.get(token, ("", ""))
        app = next((one for one in self._apps() if one.app_id == of), None)
        if app is None:
            raise Refusal(99991668, "Invalid access token for authorization.")
        person = self._world.person(user)
        tenant = "another-tenant" if user.startswith(OUTSIDERS) else app.tenant
        data = {"open_id": app.open_id(user), "tenant_key": tenant, "name": person.name if person else user}
        return {"data": data}

    async def ticket(self, app: FeishuApp, _: web.Request) -> dict[str, Any]:
        ticket, until = self._ticket(app)
        return {"ticket": ticket, "expire_in": int((until - self._world.clock.now()).total_seconds())}

    def signs(self, app: FeishuApp) -> str:
        """The ticket in use, as the client checks signatures by it."""
        return self._ticket(app)[0]

    def _ticket(self, app: FeishuApp) -> tuple[str, datetime]:
        now = self._world.clock.now()
        ticket, until = self._tickets.get(app.app_id, ("", now))
        if until <= now:
            ticket, until = secrets.token_hex(20), now + TICKET_LIVES
            self._tickets[app.app_id] = ticket, until
        return ticket, until


async def _form(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise Refusal(20001, "The request is invalid.") from error
    return body if isinstance(body, dict) else {}


def _page(words: str) -> web.Response:
    return web.Response(text=f"<!doctype html><meta charset=utf-8><title>{words}</title><p>{words}</p>",
                        content_type="text/html")  # fmt: skip
