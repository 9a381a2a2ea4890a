"""What people do in the stand-in WeCom: each deed a callback to the bot, sealed as the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.sandbox.standin import ChatLine
from adapters.sandbox.wecom import WecomServer
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_approvals import STATUS, approval_event
from adapters.sandbox.wecom_archive import ArchiveRoom, notice
from adapters.sandbox.wecom_callbacks import (
    Callbacks,
    CardTap,
    Heard,
    enter_agent,
    event_key,
    image_message,
    text_message,
)
from adapters.sandbox.wecom_cards import INTERACTIVE, draw
from adapters.sandbox.wecom_messages import greyed
from adapters.sandbox.wecom_outside import left_event, outside_event
from adapters.sandbox.wecom_robot import RobotServer
from adapters.sandbox.world import CannotDo, Item, Knob, Shown, World

IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
NO_FILES = "企业微信自建应用收不到群消息和文件消息；文件点卡片上的〔补材料〕上传"


class WecomPeople:
    """The StandIn of WeCom: ``server`` is its other side."""

    platform = "wecom"

    def __init__(self, world: World, apps: Sequence[WecomApp] = ()) -> None:
        self.world = world
        self.server = WecomServer(world, list(apps) or [WecomApp()])
        self.base = ""
        self.callbacks = Callbacks()
        self.archive: ArchiveRoom | None = None
        """Where the company's chats are kept, where they are."""

    @property
    def accounts(self) -> Sequence[str]:
        return [app.name for app in self.server.apps]

    def application(self) -> web.Application:
        return self.server.application()

    def settings(self, account: str) -> dict[str, Any]:
        app = self._app(account)
        for robot in self.server.robots.values():
            robot.base = self.base
        return self._robots(app) | {
            "name": app.name,
            "corp_id": app.corp_id,
            "agent_id": app.agent_id,
            "secret": app.secret,
            "token": app.token,
            "aes_key": app.aes_key,
            "api_base": self.base,
            "oauth_base": self.base,
            **(self.archive.settings() if self.archive is not None else {}),
        }

    def _robots(self, app: WecomApp) -> dict[str, Any]:
        if app.robot is None:
            return {}
        return {
            "robot_mode": app.robot.mode,
            "robot_name": app.robot.name,
            "robot_token": app.robot.token,
            "robot_aes_key": app.robot.aes_key,
            "robot_id": app.robot.id,
            "robot_secret": app.robot.secret,
            "ws_base": self.server.robots[app.name].ws_base,
        }

    def point(self, account: str, url: str) -> None:
        self.server.point(account, url)

    def user_of(self, user: str, account: str = "") -> str:
        return user

    async def start(self) -> None:
        await self.callbacks.start()

    async def stop(self) -> None:
        await self.callbacks.stop()
        for robot in self.server.robots.values():
            await robot.stop()

    async def say(self, user: str, text: str, account: str = "", chat: str = "") -> str:
        app = self._app(account)
        if chat:
            return await self.to_robot(user, f"@{app.robot.name if app.robot else ''} {text}", account, chat)
        who, now, msgid = self.world.join(user), self.world.clock.now(), self.world.serial()
        self.world.hear(who.user, app.name, str(msgid), text)
        await self._post(app, text_message(app, who.user, text, msgid, now), who.user)
        return str(msgid)

    async def send_file(self, user: str, name: str, data: bytes, account: str = "", chat: str = "") -> str:
        """A picture, which an app does hear of; any other file it does not."""
        if chat or not data.startswith(IMAGES):
            raise CannotDo(400, "unsupported_by_platform", "a WeCom app hears no file messages", NO_FILES)
        app = self._app(account)
        who, now, msgid = self.world.join(user), self.world.clock.now(), self.world.serial()
        media = self.server.media.keep(name, "image", data)
        self.world.hear(who.user, app.name, str(msgid), f"[图片] {name}")
        await self._post(app, image_message(app, who.user, media, msgid, now), who.user)
        return str(msgid)

    async def to_robot(self, user: str, text: str, account: str = "", chat: str = "", quote: str = "") -> str:
        """``user`` speaks to the smart robot, in its single chat or in a group where it is mentioned."""
        content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if quote:
            content["quote"] = {"msgtype": "text", "text": {"content": quote}}
        return await self._robot_hears(user, text, content, account, chat)

    async def file_to_robot(self, user: str, name: str, data: bytes, account: str = "") -> str:
        """A file in the robot's single chat."""
        robot = self._robot(self._app(account))
        form = "image" if data.startswith(IMAGES) else "file"
        content = {"msgtype": form, form: robot.keep_file(name, data)}
        return await self._robot_hears(user, f"[文件] {name}", content, account, "")

    async def _robot_hears(self, user: str, text: str, content: Mapping[str, Any], account: str, chat: str) -> str:
        app = self._app(account)
        robot, who = self._robot(app), self.world.join(user)
        if chat:
            self.world.group(chat, joins=who.user)
        msgid = await robot.hear(f"{app.callback_url}/robot", who.user, chat, content)
        self.world.hear(who.user, app.name, msgid, text)
        return msgid

    def _robot(self, app: WecomApp) -> RobotServer:
        robot = self.server.robots.get(app.name)
        if robot is None:
            raise CannotDo(400, "unsupported_by_platform", "a WeCom app hears no group chats", NO_FILES)
        return robot

    async def enter(self, user: str, account: str = "") -> str:
        app = self._app(account)
        plain = enter_agent(app, self.world.join(user).user, self.world.clock.now())
        await self._post(app, plain, user)
        return event_key(plain)

    async def tap(self, item: Item, knob: Knob, chosen: Sequence[str]) -> str:
        """The card changes as the bot answers."""
        app = self._app(item.account)
        if item.reference.startswith("robot"):
            if chosen:
                self.world.change(item, replace(item.shown, picked=tuple(chosen)))
            question = item.shown.question
            return await self._robot(app).tap(f"{app.callback_url}/robot", item, knob.id, question, chosen)
        code = self.server.messages.new_code(app, item.reference)
        shown = item.shown
        tap = CardTap(knob.id, item.task, shown.form, code, shown.question, chosen, menu=knob.menu)
        plain = tap.message(app, item.to, self.world.clock.now())
        if chosen:
            self.world.change(item, replace(item.shown, picked=tuple(chosen)))
        heard = await self._post(app, plain, item.to)
        self._take_reply(item, heard)
        return event_key(plain)

    async def approve(
        self, user: str, form: Mapping[str, str], state: str = "agreed", title: str = "", account: str = ""
    ) -> str:
        if state not in STATUS:
            raise CannotDo(400, "bad_request", f"no state {state}", f"可用：{'、'.join(STATUS)}")
        app, who = self._app(account), self.world.join(user)
        written = self.server.approvals.write(who.user, form, state, title)
        plain = approval_event(app, written, self.world.clock.now())
        await self._post(app, plain, who.user)
        return event_key(plain)

    async def leave(self, user: str, account: str = "") -> str:
        app = self._app(account)
        self.world.leave(user)
        plain = left_event(app, user, self.world.clock.now())
        await self._post(app, plain, user)
        return event_key(plain)

    async def befriend(
        self, user: str, external: str, name: str, company: str = "", phones: Sequence[str] = (), account: str = ""
    ) -> str:
        """Somebody outside is among ``user``'s contacts from now on."""
        app, who = self._app(account), self.world.join(user)
        self.server.outside.know(who.user, external, name, company, phones)
        return await self._of_outside(app, "add_external_contact", who.user, external, "<State></State>")

    async def talk(self, sender: str, to: Sequence[str], said: ChatLine, room: str = "", account: str = "") -> str:
        """Something is said in a chat that the company keeps, by colleagues or people outside (``wm…``)."""
        if self.archive is None:
            raise CannotDo(400, "unsupported_by_platform", "no chats are kept here", "用 genjin demo")
        app, now = self._app(account), self.world.clock.now()
        people = [one if one.startswith(("wm", "wo")) else self.world.join(one).user for one in (sender, *to)]
        id = await self.archive.put(people[0], people[1:], said, room, now)
        await self._post(app, notice(app, now), "")
        return id

    async def lose(self, user: str, external: str, account: str = "") -> str:
        """They removed ``user`` from their contacts."""
        self.server.outside.forget(user, external)
        return await self._of_outside(self._app(account), "del_follow_user", user, external)

    async def refuse_transfer(self, external: str, account: str = "") -> str:
        """The customer does not want to be handed over."""
        taker, tail = self.server.outside.refuse(external), "<FailReason>customer_refused</FailReason>"
        return await self._of_outside(self._app(account), "transfer_fail", taker, external, tail)

    async def _of_outside(self, app: WecomApp, change: str, user: str, external: str, tail: str = "") -> str:
        plain = outside_event(app, change, user, external, self.world.clock.now(), tail)
        await self._post(app, plain, user)
        return event_key(plain)

    def _app(self, account: str) -> WecomApp:
        name = account or self.server.apps[0].name
        try:
            return self.server.app(name)
        except KeyError as error:
            raise CannotDo(400, "unknown_account", f"no account {name}", "看配置里 [[wecom]] 的 name") from error

    async def _post(self, app: WecomApp, plain: bytes, user: str) -> Heard:
        if not app.callback_url:
            raise CannotDo(503, "no_callback_url", "the bot has not told where it listens", "等演示起来再试")
        heard = await self.callbacks.post(app, plain, self.world.clock.now())
        if not heard.ok:
            hint = "看机器人的日志：它没有在 5 秒内答 200"
            raise CannotDo(502, "callback_failed", f"not heard after {heard.tries} tries: {heard.trouble}", hint)
        if heard.reply and heard.reply.get("msg_type") == "text":
            self.world.put(user, "wecom", app.name, "", Shown(body=str(heard.reply.get("content", ""))))
        return heard

    def _take_reply(self, item: Item, heard: Heard) -> None:
        """A passive reply changes the card for the one who tapped."""
        now = self.world.item(item.to, item.n)
        changed = _answered(now.shown, heard.reply) if now and heard.reply else None
        if now and changed:
            self.world.change(now, changed)


def _answered(shown: Shown, reply: dict[str, Any]) -> Shown | None:
    button, card = reply.get("button"), reply.get("template_card")
    if reply.get("msg_type") == "update_button" and isinstance(button, dict) and shown.form in INTERACTIVE:
        return greyed(shown, str(button.get("replace_name", "")))
    if reply.get("msg_type") == "update_template_card" and isinstance(card, dict):
        return draw(card).shown
    return None
