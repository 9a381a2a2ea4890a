"""DingTalk's servers, played on loopback: the new API under ``/v1.0/``, the old one beside it, and the Stream's
gateway, refusing what the real ones refuse.

Codes as in the platform's pages; where those are silent, the choice made here stands beside the line. Every time is the
sandbox clock's, but for limits of a second.
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from aiohttp import web

from adapters.sandbox.dingtalk_app import DingtalkApp, Refusal
from adapters.sandbox.dingtalk_cards import DELIVER, Cards
from adapters.sandbox.dingtalk_desk import Desk
from adapters.sandbox.dingtalk_messages import Messages
from adapters.sandbox.dingtalk_pages import ClientPages
from adapters.sandbox.dingtalk_stream import Gateway
from adapters.sandbox.mishaps import met
from adapters.sandbox.world import World

TOKEN_LIFE = timedelta(seconds=7200)
BODY_MOST = 25 * 1024 * 1024
A_SECOND = 40
"""Calls of one app to one API."""
Call = Callable[[DingtalkApp, web.Request], Awaitable[Any]]
Act = Callable[[DingtalkApp, Mapping[str, Any]], dict[str, Any]]
Open = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    app: str
    until: datetime
    voids: int


class DingtalkServer:
    """``calls`` lists what was asked of it, by path, for tests to count; ``base`` is where it listens."""

    platform = "dingtalk"

    def __init__(self, world: World, apps: list[DingtalkApp]) -> None:
        self.world, self.apps = world, apps
        self.base = ""
        self.calls: list[str] = []
        self.messages, self.cards, self.desk = Messages(world), Cards(world), Desk(world)
        self.pages = ClientPages(world, lambda: self.apps)
        self.gateway = Gateway(world, lambda: self.apps, lambda: self.base)
        self._tokens: dict[str, Token] = {}
        self._seconds: dict[str, deque[float]] = {}

    def app(self, name: str) -> DingtalkApp:
        """The app of that account name. Raises KeyError."""
        return {one.name: one for one in self.apps}[name]

    def point(self, name: str, callback_url: str) -> None:
        """Sets where the app's callbacks go, as an admin does in the console."""
        self.apps = [replace(one, callback_url=callback_url) if one.name == name else one for one in self.apps]

    def application(self) -> web.Application:
        app = web.Application(client_max_size=BODY_MOST)
        app.add_routes([*self.pages.routes(), web.get("/files/{media}", self.desk.file), *self.gateway.routes()])
        for method, path, call in (*self._open_paths(), *self._paths()):
            app.router.add_route(method, f"/{path}", self._answered(call))
        return app

    def _open_paths(self) -> list[tuple[str, str, Callable[[web.Request], Awaitable[Any]]]]:
        """What needs no token of the app's."""
        return [
            ("POST", "v1.0/oauth2/accessToken", self._openly(self._token)),
            ("GET", "gettoken", self._old_token),
            ("POST", "v1.0/gateway/connections/open", self._openly(self.gateway.open)),
            ("POST", "v1.0/oauth2/userAccessToken", self._openly(self.pages.persons_token)),
            ("GET", "v1.0/contact/users/me", self._me),
            ("POST", "robot/send", self._webhook),
            ("GET", "elsewhere", self._me),
        ]

    def _paths(self) -> list[tuple[str, str, Callable[[web.Request], Awaitable[Any]]]]:
        new: list[tuple[str, str, Call]] = [
            ("POST", "robot/oToMessages/batchSend", self._json(self.messages.to_persons)),
            ("POST", "robot/groupMessages/send", self._json(self.messages.to_group)),
            ("POST", "robot/messageFiles/download", self._json(lambda app, b: self.desk.download(app, b, self.base))),
            ("POST", "card/callbacks/register", self._json(self.cards.register)),
            ("POST", DELIVER, self._json(self.cards.deliver)),
            ("POST", "card/instances", self._json(self.cards.make)),
            ("PUT", "card/instances", self._json(self.cards.change)),
            ("POST", "oauth2/jsapiTickets", self._json(lambda app, _: self.pages.ticket(app))),
            ("GET", "workflow/processInstances", self.desk.form),
            ("POST", "workflow/processes/instanceIds/query", self._json(self.desk.forms)),
            ("GET", "workflow/processCentres/schemaNames/processCodes", self.desk.code_of),
            ("GET", "event/callbacks/failedResults", self.desk.failed),
        ]
        old: list[tuple[str, str, Call]] = [
            ("POST", "media/upload", self.desk.upload),
            ("POST", "topapi/v2/user/get", self._json(self.desk.person)),
            ("POST", "topapi/v2/user/getuserinfo", self._json(self.pages.whose)),
            ("POST", "topapi/user/getbyunionid", self._json(self.pages.by_union)),
        ]
        by_header = [(method, f"v1.0/{path}", self._with_header(path, call)) for method, path, call in new]
        return [*by_header, *((method, path, self._with_query(path, call)) for method, path, call in old)]

    # faults and answers

    def _answered(self, call: Callable[[web.Request], Awaitable[Any]]) -> Any:
        async def handler(request: web.Request) -> web.StreamResponse:
            path = request.path.removeprefix("/v1.0").removeprefix("/")
            self.calls.append(path)
            new = request.path.startswith("/v1.0/")

            def refused(mode: str) -> web.Response:
                if mode != "429":
                    return _refused(Refusal(int(mode), "refused"), new)
                limit = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" if new else 90018
                return _refused(Refusal(limit, "qps limit", 403), new)

            home = "/v1.0/" if new else "/"
            return await met(self.world, self.platform, request, lambda: _told(call, request, new), refused, home)

        return handler

    # tokens

    def _token(self, body: Mapping[str, Any]) -> dict[str, Any]:
        app = next((one for one in self.apps if one.client_id == body.get("appKey")), None)
        if app is None or app.client_secret != body.get("appSecret"):
            raise Refusal("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        token = self._token_of(app)
        return {"accessToken": token.text, "expireIn": int((token.until - self.world.clock.now()).total_seconds())}

    async def _old_token(self, request: web.Request) -> dict[str, Any]:
        try:
            found = self._token({"appKey": request.query.get("appkey"), "appSecret": request.query.get("appsecret")})
        except Refusal as no:
            raise Refusal(40089, "不合法的corpid或corpsecret") from no
        return {"errcode": 0, "errmsg": "ok", "access_token": found["accessToken"], "expires_in": found["expireIn"]}

    def _token_of(self, app: DingtalkApp) -> Token:
        """The same token within its life, a new one after it or when it was made void."""
        for token in self._tokens.values():
            if token.app == app.name and self._fresh(token):
                return token
        until = self.world.clock.now() + TOKEN_LIFE
        token = Token(secrets.token_hex(16), app.name, until, self.world.faults.voids(self.platform))
        self._tokens[token.text] = token
        return token

    def _fresh(self, token: Token | None) -> bool:
        return (
            token is not None
            and self.world.clock.now() < token.until
            and token.voids == self.world.faults.voids(self.platform)
        )

    def _with_header(self, path: str, call: Call) -> Callable[[web.Request], Awaitable[Any]]:
        async def checked(request: web.Request) -> Any:
            token = self._tokens.get(request.headers.get("x-acs-dingtalk-access-token", ""))
            if token is None or not self._fresh(token):
                raise Refusal("InvalidAuthentication", "不合法的access_token", 401)
            return await call(self._within(path, token, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), request)

        return checked

    def _with_query(self, path: str, call: Call) -> Callable[[web.Request], Awaitable[Any]]:
        async def checked(request: web.Request) -> Any:
            token = self._tokens.get(request.query.get("access_token", ""))
            if token is None or not self._fresh(token):
                raise Refusal(40014, "不合法的access_token")
            return await call(self._within(path, token, 90018), request)

        return checked

    def _within(self, path: str, token: Token, code: str | int) -> DingtalkApp:
        """The token's app, where this API may be called once more in this second of the machine's clock."""
        calls, now = self._seconds.setdefault(f"{token.app}:{path}", deque()), monotonic()
        while calls and now - calls[0] >= 1:
            calls.popleft()
        if len(calls) >= A_SECOND:
            raise Refusal(code, "qps limit", 403)
        calls.append(now)
        return self.app(token.app)

    # bodies

    def _openly(self, act: Open) -> Callable[[web.Request], Awaitable[dict[str, Any]]]:
        async def read(request: web.Request) -> dict[str, Any]:
            return act(await _body(request))

        return read

    def _json(self, act: Act) -> Call:
        async def read(app: DingtalkApp, request: web.Request) -> dict[str, Any]:
            return act(app, await _body(request))

        return read

    async def _webhook(self, request: web.Request) -> dict[str, Any]:
        return self.messages.by_webhook(self.apps[0], request.query, await _body(request))

    async def _me(self, request: web.Request) -> dict[str, Any]:
        return self.pages.me(request.headers.get("x-acs-dingtalk-access-token", ""))


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise Refusal("MissingBody", "the body is not JSON") from error
    if not isinstance(body, dict):
        raise Refusal("MissingBody", "the body is not an object")
    return body


async def _told(call: Callable[[web.Request], Awaitable[Any]], request: web.Request, new: bool) -> web.Response:
    try:
        return web.json_response(await call(request))
    except Refusal as no:
        return _refused(no, new)


def _refused(no: Refusal, new: bool) -> web.Response:
    """As the API says it: a word with a status, or a number with 200."""
    if not new:
        code = no.code if isinstance(no.code, int) else 40035
        return web.json_response({"errcode": code, "errmsg": no.message, "request_id": secrets.token_hex(6)})
    told = {"code": str(no.code), "message": no.message, "requestid": secrets.token_hex(8).upper()}
    return web.json_response(told, status=no.status)
