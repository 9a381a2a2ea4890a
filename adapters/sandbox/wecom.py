"""WeCom's server, played on loopback: the sending paths under ``/cgi-bin/``, refusing what the real one refuses.

Facts and error codes as in the platform's pages; where those are silent, the choice made here stands beside the line.
Every time is the sandbox clock's.
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

from adapters.sandbox.mishaps import met
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_approvals import Approvals
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.wecom_chats import Chats
from adapters.sandbox.wecom_media import Media
from adapters.sandbox.wecom_messages import Messages
from adapters.sandbox.wecom_outside import Outside
from adapters.sandbox.wecom_pages import ClientPages
from adapters.sandbox.wecom_robot import RobotServer
from adapters.sandbox.wecom_webhooks import Webhooks
from adapters.sandbox.world import World

TOKEN_LIFE = timedelta(seconds=7200)
BODY_MOST = 25 * 1024 * 1024
Call = Callable[[WecomApp, web.Request], Awaitable[dict[str, Any] | web.Response]]


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    app: str
    until: datetime
    voids: int


FAULT_WORDS = {
    "429": "api freq out of limit",
    "45009": "api freq out of limit",
    "60020": "not allow to access from your ip, from ip: 10.0.3.7, more info at the error code page",
}
"""What the platform says beside the code of a fault."""


class WecomServer:
    """The server's side of one company. ``calls`` lists what was asked of it, by path, for tests to count."""

    platform = "wecom"

    def __init__(self, world: World, apps: list[WecomApp]) -> None:
        self.world, self.apps = world, apps
        self.calls: list[str] = []
        self.messages, self.media, self.chats = Messages(world), Media(world), Chats(world)
        self.approvals, self.outside = Approvals(world), Outside(world)
        self.pages = ClientPages(world, lambda: self.apps)
        self.robots = {app.name: RobotServer(world, app.name, app.robot) for app in apps if app.robot is not None}
        self.webhooks = Webhooks(world, lambda: self.apps)
        self._tokens: dict[str, Token] = {}

    def app(self, name: str) -> WecomApp:
        """The app of that account name. Raises KeyError."""
        return {one.name: one for one in self.apps}[name]

    def point(self, name: str, callback_url: str) -> None:
        """Sets where the app's callbacks go, as an admin does in the console."""
        self.apps = [_pointed(one, callback_url) if one.name == name else one for one in self.apps]

    def application(self) -> web.Application:
        app = web.Application(client_max_size=BODY_MOST)
        app.router.add_get("/cgi-bin/gettoken", self._answered(self._gettoken))
        app.add_routes(self.pages.routes())
        for robot in self.robots.values():
            app.add_routes(robot.routes())
        app.router.add_post("/cgi-bin/webhook/send", self._answered(self.webhooks.send))
        for method, path, call in self._paths():
            app.router.add_route(method, f"/cgi-bin/{path}", self._answered(self._with_token(call)))
        return app

    def _paths(self) -> list[tuple[str, str, Call]]:
        return [
            ("POST", "message/send", self._json(self.messages.send)),
            ("POST", "message/update_template_card", self._json(self.messages.update)),
            ("POST", "message/recall", self._json(self.messages.recall)),
            ("POST", "appchat/create", self._json(self.chats.create)),
            ("POST", "appchat/update", self._json(self.chats.update)),
            ("GET", "appchat/get", self.chats.get),
            ("POST", "appchat/send", self._json(self.chats.send)),
            ("GET", "externalcontact/get", self.outside.get),
            ("POST", "externalcontact/transfer_customer", self._json(self.outside.transfer)),
            ("POST", "externalcontact/transfer_result", self._json(self.outside.result)),
            ("POST", "externalcontact/resigned/transfer_customer", self._json(self.outside.transfer_of_left)),
            ("POST", "externalcontact/resigned/transfer_result", self._json(self.outside.result_of_left)),
            ("POST", "oa/getapprovaldetail", self._json(self.approvals.detail)),
            ("POST", "oa/getapprovalinfo", self._json(self.approvals.listed)),
            ("POST", "media/upload", self.media.upload),
            ("GET", "media/get", self.media.get),
            ("GET", "user/get", self._user),
            ("POST", "batch/openuserid_to_userid", self._json(self._by_open_ids)),
            ("GET", "user/list", self._users),
            ("GET", "user/simplelist", self._users),
            ("GET", "department/list", self._departments),
            ("GET", "agent/get", self._agent),
            ("GET", "auth/getuserinfo", self.pages.whose),
            ("GET", "get_jsapi_ticket", self.pages.company_ticket),
            ("GET", "ticket/get", self.pages.app_ticket),
            ("GET", "getcallbackip", self._addresses),
            ("GET", "get_api_domain_ip", self._addresses),
            ("GET", "elsewhere", self._addresses),
            ("POST", "elsewhere", self._addresses),
        ]

    # faults and answers

    def _answered(self, call: Callable[[web.Request], Awaitable[Any]]) -> Any:
        async def handler(request: web.Request) -> web.StreamResponse:
            self.calls.append(request.path.removeprefix("/cgi-bin/"))

            def refused(mode: str) -> web.Response:
                return _said(45009 if mode == "429" else int(mode), FAULT_WORDS.get(mode, "refused"))

            answer = partial(_told, call, request)
            return await met(self.world, self.platform, request, answer, refused, "/cgi-bin/")

        return handler

    # tokens

    async def _gettoken(self, request: web.Request) -> dict[str, Any]:
        corp, secret = request.query.get("corpid"), request.query.get("corpsecret")
        if not corp or not secret:
            raise Refusal(41002 if not corp else 41004, "corpid missing" if not corp else "corpsecret missing")
        if corp not in {app.corp_id for app in self.apps}:
            raise Refusal(40013, "invalid corpid")
        app = next((app for app in self.apps if app.corp_id == corp and app.secret == secret), None)
        if app is None:
            raise Refusal(40001, "invalid credential")
        token = self._token_of(app)
        left = int((token.until - self.world.clock.now()).total_seconds())
        return {"access_token": token.text, "expires_in": left}

    def _token_of(self, app: WecomApp) -> Token:
        """The same token within its life, a new one after it or when it was made void."""
        for token in self._tokens.values():
            if token.app == app.name and self._fresh(token):
                return token
        until = self.world.clock.now() + TOKEN_LIFE
        token = Token(secrets.token_urlsafe(96), app.name, until, self.world.faults.voids(self.platform))
        self._tokens[token.text] = token
        return token

    def _fresh(self, token: Token) -> bool:
        return self.world.clock.now() < token.until and token.voids == self.world.faults.voids(self.platform)

    def _with_token(self, call: Call) -> Callable[[web.Request], Awaitable[Any]]:
        async def checked(request: web.Request) -> Any:
            text = request.query.get("access_token")
            if not text:
                raise Refusal(41001, "access_token missing")
            token = self._tokens.get(text)
            if token is None:
                raise Refusal(40014, "invalid access_token")
            if not self._fresh(token):
                raise Refusal(42001, "access_token expired")
            return await call(self.app(token.app), request)

        return checked

    def _json(self, act: Callable[[WecomApp, Mapping[str, Any]], dict[str, Any]]) -> Call:
        async def read(app: WecomApp, request: web.Request) -> dict[str, Any]:
            try:
                body = json.loads(await request.read())
            except ValueError as error:
                raise Refusal(47001, "data format error. Warning: wrong json format.") from error
            if not isinstance(body, dict):
                raise Refusal(47001, "data format error. Warning: wrong json format.")
            return act(app, body)

        return read

    # members

    async def _user(self, _: WecomApp, request: web.Request) -> dict[str, Any]:
        known = self.world.person(request.query.get("userid", ""))
        if known is None or self.world.has_left(known.user):
            raise Refusal(60111, "userid not found")
        return _member(known.user, known.name, known.leader)

    def _by_open_ids(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """Plain ids are none of these."""
        asked = body.get("open_userid_list")
        if not isinstance(asked, list) or not 0 < len(asked) <= 1000:
            raise Refusal(40058, "invalid Request Parameter")
        robot = app.robot
        users = {robot.id_of(one.user): one.user for one in self.world.people} if robot and robot.sealed_ids else {}
        known = [{"open_userid": one, "userid": users[one]} for one in asked if one in users]
        return {"userid_list": known, "invalid_open_userid_list": [one for one in asked if one not in users]}

    async def _users(self, _: WecomApp, request: web.Request) -> dict[str, Any]:
        if request.query.get("department_id") != "1":
            raise Refusal(60003, "department not found")
        return {"userlist": [_member(one.user, one.name, one.leader) for one in self.world.people]}

    async def _departments(self, _: WecomApp, __: web.Request) -> dict[str, Any]:
        return {"department": [{"id": 1, "name": "华东一组", "parentid": 0, "order": 1}]}

    async def _agent(self, app: WecomApp, request: web.Request) -> dict[str, Any]:
        if request.query.get("agentid") != str(app.agent_id):
            raise Refusal(301002, "no privilege to access/modify this agent")
        return {"agentid": app.agent_id, "name": "跟进", "close": 0, "redirect_domain": "", "home_url": ""}

    async def _addresses(self, _: WecomApp, __: web.Request) -> dict[str, Any]:
        return {"ip_list": ["127.0.0.1"]}


def _pointed(app: WecomApp, url: str) -> WecomApp:
    return replace(app, callback_url=url)


def _member(user: str, name: str, leader: bool) -> dict[str, Any]:
    return {"userid": user, "name": name, "department": [1], "main_department": 1, "status": 1,
            "is_leader_in_dept": [int(leader)], "direct_leader": [] if leader else ["wang.fang"]}  # fmt: skip


async def _told(call: Callable[[web.Request], Awaitable[Any]], request: web.Request) -> web.Response:
    try:
        answer = await call(request)
    except Refusal as no:
        return _said(no.code, no.message)
    return answer if isinstance(answer, web.Response) else web.json_response({"errcode": 0, "errmsg": "ok"} | answer)


def _said(code: int, message: str) -> web.Response:
    hint = f"{message}, hint: [{secrets.randbits(40)}], from ip: 127.0.0.1"
    return web.json_response({"errcode": code, "errmsg": hint})
