"""Feishu's server, played on loopback: the sending paths under ``/open-apis/``, refusing what the real one refuses.

Codes as in the platform's pages; where those are silent, the choice made here stands beside the line. Every time is the
sandbox clock's, but for limits of a second.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.feishu_files import Files
from adapters.sandbox.feishu_forms import Forms
from adapters.sandbox.feishu_forwards import Forwards
from adapters.sandbox.feishu_line import Lines
from adapters.sandbox.feishu_messages import Messages
from adapters.sandbox.feishu_pages import ClientPages
from adapters.sandbox.mishaps import met
from adapters.sandbox.world import World

TOKEN_LIFE = timedelta(seconds=7200)
SAME_TOKEN = timedelta(minutes=30)
BODY_MOST = 35 * 1024 * 1024
Call = Callable[[FeishuApp, web.Request], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    app: str
    until: datetime
    voids: int


class FeishuServer:
    """``calls`` lists what was asked of it, by path, for tests to count."""

    platform = "feishu"

    def __init__(self, world: World, apps: list[FeishuApp]) -> None:
        self.world, self.apps = world, apps
        self.calls: list[str] = []
        self.messages, self.files, self.forms = Messages(world), Files(world), Forms(world)
        self.forwards = Forwards(world)
        self.pages = ClientPages(world, lambda: self.apps)
        self.lines = Lines(lambda: self.apps, lambda: self.world.faults.for_call(self.platform))
        self._tokens: dict[str, Token] = {}

    def app(self, name: str) -> FeishuApp:
        """The app of that account name. Raises KeyError."""
        return {one.name: one for one in self.apps}[name]

    def point(self, name: str, callback_url: str) -> None:
        """Sets where the app's callbacks go, as an admin does in the console."""
        self.apps = [replace(one, callback_url=callback_url) if one.name == name else one for one in self.apps]

    def application(self) -> web.Application:
        app = web.Application(client_max_size=BODY_MOST)
        token = self._answered(self._token)
        app.router.add_post("/open-apis/auth/v3/tenant_access_token/internal", token)
        app.router.add_post("/open-apis/authen/v2/oauth/token", self._answered(self.pages.token))
        app.router.add_get("/open-apis/authen/v1/user_info", self._answered(self.pages.user_info))
        app.add_routes([*self.pages.routes(), *self.lines.routes()])
        for method, path, call in self._paths():
            app.router.add_route(method, f"/open-apis/{path}", self._answered(self._with_token(call)))
        return app

    def _paths(self) -> list[tuple[str, str, Call]]:
        return [
            ("POST", "im/v1/messages", self._send),
            ("GET", "im/v1/messages/{id}", self.forwards.get),
            ("PATCH", "im/v1/messages/{id}", self._change),
            ("DELETE", "im/v1/messages/{id}", self._recall),
            ("GET", "im/v1/messages/{id}/resources/{key}", self.files.of_message),
            ("POST", "im/v1/files", self.files.upload),
            ("POST", "im/v1/images", self.files.upload_image),
            ("GET", "bot/v3/info", self._bot),
            ("GET", "tenant/v2/tenant/query", self._tenant),
            ("POST", "jssdk/ticket/get", self.pages.ticket),
            ("GET", "approval/v4/instances", self.forms.listed),
            ("GET", "approval/v4/instances/{id}", self.forms.instance),
            ("POST", "approval/v4/approvals/{id}/subscribe", self.forms.subscribe),
            ("POST", "contact/v3/users/batch_get_id", self._ids),
            ("GET", "contact/v3/users/{id}", self._person),
        ]

    # faults and answers

    def _answered(self, call: Callable[[web.Request], Awaitable[Any]]) -> Any:
        async def handler(request: web.Request) -> web.StreamResponse:
            self.calls.append(f"{request.method} {request.path.removeprefix('/open-apis/')}")

            def refused(mode: str) -> web.Response:
                if mode == "429":
                    return _said(Refusal(99991400, "request trigger frequency limit", status=429, wait=2))
                return _said(Refusal(int(mode), "refused"))

            answer = partial(_told, call, request)
            return await met(self.world, self.platform, request, answer, refused, "/open-apis/")

        return handler

    # tokens

    async def _token(self, request: web.Request) -> dict[str, Any]:
        body = await read(request)
        app = next((one for one in self.apps if one.app_id == body.get("app_id")), None)
        if app is None:
            raise Refusal(10003, "invalid param", status=200)
        if app.secret != body.get("app_secret"):
            raise Refusal(10014, "app secret invalid", status=200)
        token = self._token_of(app)
        left = int((token.until - self.world.clock.now()).total_seconds())
        return {"tenant_access_token": token.text, "expire": left}

    def _token_of(self, app: FeishuApp) -> Token:
        """The same token while more than half an hour of it is left."""
        now = self.world.clock.now()
        for token in self._tokens.values():
            if token.app == app.name and self._fresh(token) and token.until - now > SAME_TOKEN:
                return token
        token = Token(f"t-{secrets.token_hex(20)}", app.name, now + TOKEN_LIFE, self.world.faults.voids(self.platform))
        self._tokens[token.text] = token
        return token

    def _fresh(self, token: Token) -> bool:
        return self.world.clock.now() < token.until and token.voids == self.world.faults.voids(self.platform)

    def _with_token(self, call: Call) -> Callable[[web.Request], Awaitable[Any]]:
        async def checked(request: web.Request) -> Any:
            kind, _, text = request.headers.get("Authorization", "").partition(" ")
            if not text:
                raise Refusal(99991661, "Missing access token for authorization.")
            if kind != "Bearer" or not text.startswith("t-"):
                raise Refusal(99991671, "Invalid access token for authorization. The token format is wrong.")
            token = self._tokens.get(text)
            if token is None or not self._fresh(token):
                raise Refusal(
                    99991663, "Invalid access token for authorization. Please make a request with token attached."
                )
            answer = await call(self.app(token.app), request)
            return answer if isinstance(answer, web.Response) else {"data": answer}

        return checked

    # messages and people

    async def _send(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        return self.messages.send(app, await read(request), request.query.get("receive_id_type", ""))

    async def _change(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        return self.messages.change(app, request.match_info["id"], await read(request))

    async def _recall(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        return self.messages.recall(app, request.match_info["id"])

    async def _bot(self, app: FeishuApp, _: web.Request) -> web.Response:
        bot = {"activate_status": 2, "app_name": "跟进", "avatar_url": "", "open_id": app.bot}
        return web.json_response({"code": 0, "msg": "ok", "bot": bot})

    async def _tenant(self, app: FeishuApp, _: web.Request) -> dict[str, Any]:
        return {"tenant": {"name": "样例公司", "tenant_key": app.tenant}}

    async def _person(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        if request.query.get("user_id_type", "open_id") != "open_id":
            raise Refusal(99992351, "The request you send is not a valid {user_id} or not exists")
        known = self.messages.person(app, request.match_info["id"])
        if known is None:
            raise Refusal(41050, "no user authority error")
        return {"user": {"open_id": app.open_id(known.user), "name": known.name, "status": {"is_frozen": False}}}

    async def _ids(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        mobiles = (await read(request)).get("mobiles") or []
        return {"user_list": [{"mobile": str(one)} for one in mobiles]}  # the sample's people have no phones


async def read(request: web.Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise Refusal(9499, "Bad Request") from error
    if not isinstance(body, dict):
        raise Refusal(9499, "Bad Request")
    return body


async def _told(call: Callable[[web.Request], Awaitable[Any]], request: web.Request) -> web.Response:
    try:
        answer = await call(request)
    except Refusal as no:
        return _said(no)
    return answer if isinstance(answer, web.Response) else web.json_response({"code": 0, "msg": "success", **answer})


def _said(no: Refusal) -> web.Response:
    head = {"X-Tt-Logid": secrets.token_hex(16)}
    if no.wait:
        head |= {"x-ogw-ratelimit-limit": "1000", "x-ogw-ratelimit-reset": str(no.wait)}
    return web.json_response({"code": no.code, "msg": no.message}, status=no.status, headers=head)
