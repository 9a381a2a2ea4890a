"""What people do in the stand-in Feishu: each deed an event to the bot, by whichever way the app is set to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.sandbox.feishu import FeishuServer
from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.feishu_callbacks import (
    Callbacks,
    Heard,
    dumped,
    event,
    mention,
    milliseconds,
    operator,
    sender,
)
from adapters.sandbox.feishu_cards import faces, judge
from adapters.sandbox.feishu_files import PICTURES
from adapters.sandbox.feishu_forms import TEMPLATE
from adapters.sandbox.feishu_forwards import CONTENT, Inner
from adapters.sandbox.world import CannotDo, Colleague, Item, Knob, World

STATES = ("running", "agreed", "refused", "withdrawn")
CALLED = "@_user_1"


class FeishuPeople:
    """The StandIn of Feishu: ``server`` is its other side; ``toasts`` is what taps were answered with in words."""

    platform = "feishu"

    def __init__(self, world: World, apps: Sequence[FeishuApp] = ()) -> None:
        self.world = world
        self.server = FeishuServer(world, list(apps) or [FeishuApp()])
        self.base = ""
        self.callbacks = Callbacks(self.server.lines)
        self.toasts: list[str] = []

    @property
    def accounts(self) -> Sequence[str]:
        return [app.name for app in self.server.apps]

    def application(self) -> web.Application:
        return self.server.application()

    def settings(self, account: str) -> dict[str, Any]:
        app = self.app(account)
        return {
            "name": app.name,
            "app_id": app.app_id,
            "app_secret": app.secret,
            "encrypt_key": app.encrypt_key,
            "verification_token": app.token,
            "mode": app.mode,
            "approval_codes": [TEMPLATE],
            "api_base": self.base,
            "accounts_base": self.base,
        }

    def point(self, account: str, url: str) -> None:
        self.server.point(account, url)

    def user_of(self, user: str, account: str = "") -> str:
        return self.app(account).open_id(user)

    async def start(self) -> None:
        await self.callbacks.start()

    async def stop(self) -> None:
        await self.callbacks.stop()
        await self.server.lines.stop()

    # deeds

    async def say(self, user: str, text: str, account: str = "", chat: str = "") -> str:
        """In a group it is said to the bot: what is not, the platform does not tell it."""
        app, who = self.app(account), self.world.join(user)
        said = text.replace("@_", "＠_")  # the client, too, lets nobody write a mention by hand
        content = {"text": f"{CALLED} {said}" if chat else said}
        id = self._id()
        self.world.hear(who.user, app.name, id, text)
        await self._push(app, "im.message.receive_v1", self._message(app, who, id, "text", content, chat))
        return id

    async def send_file(self, user: str, name: str, data: bytes, account: str = "", chat: str = "") -> str:
        """In a group a file reaches the bot only as part of what is said to it: a rich text."""
        app, who = self.app(account), self.world.join(user)
        kind = "image" if data.startswith(PICTURES) else "file"
        if chat and kind == "file":
            hint = "飞书的群里文件不能 @ 机器人，请私聊发"
            raise CannotDo(400, "unsupported_by_platform", "the bot hears of no file in a group", hint)
        key, id = self.server.files.keep(kind, name, data), self._id()
        self.server.files.belong(id, key)
        content: dict[str, Any] = {f"{kind}_key": key, **({"file_name": name} if kind == "file" else {})}
        if chat:
            called = {"tag": "at", "user_id": CALLED, "user_name": "跟进"}
            content = {"title": "", "content": [[called, {"tag": "img", "image_key": key}]]}
        self.world.hear(who.user, app.name, id, f"[{'图片' if kind == 'image' else '文件'}] {name}")
        form = "post" if chat else kind
        await self._push(app, "im.message.receive_v1", self._message(app, who, id, form, content, chat))
        return id

    async def forward(self, user: str, messages: Sequence[Inner], account: str = "") -> str:
        """Several messages of some chat in one; which, the platform tells only when it is asked."""
        app, who, id = self.app(account), self.world.join(user), self._id()
        self.server.forwards.keep(app, id, who.user, messages)
        self.world.hear(who.user, app.name, id, f"[聊天记录] {len(messages)} 条")
        said = self._message(app, who, id, "merge_forward", {}, "")
        said["message"]["content"] = CONTENT
        return await self._push(app, "im.message.receive_v1", said)

    async def enter(self, user: str, account: str = "") -> str:
        app, who = self.app(account), self.world.join(user)
        body = {"chat_id": app.private_chat(who.user), "operator_id": operator(app, who.user)}
        return await self._push(app, "im.chat.access_event.bot_p2p_chat_entered_v1", body)

    async def tap(self, item: Item, knob: Knob, chosen: Sequence[str]) -> str:
        """The card changes for everybody as the bot answers, if it answers so."""
        app = self.app(item.account)
        card = self.server.world.shelf.get(f"feishu:card:{item.reference}") or {}
        face = next((one for one in faces(card) if one.knob.id == knob.id and not one.knob.url), None)
        if face is None:
            raise CannotDo(400, "no_such_button", f"item {item.n} has no button {knob.id}", "先看 inbox 里有哪些")
        if chosen:
            self.world.change(item, replace(item.shown, picked=tuple(chosen)))
        action: dict[str, Any] = {"value": face.value, "tag": "button", "timezone": "Asia/Shanghai"}
        if face.in_form:
            picked: str | list[str] = list(chosen) if item.shown.many else "".join(chosen[:1])
            action |= {"name": face.name, "form_value": {item.shown.question: picked} if picked else {}}
        context = {"open_message_id": item.reference, "open_chat_id": app.private_chat(item.to)}
        body = {"operator": operator(app, item.to), "token": f"c-{self._id()}", "action": action, "host": "im_message",
                "context": context}  # fmt: skip
        payload = event(app, "card.action.trigger", body, self.world.clock.now())
        heard = await self._heard(app, payload)
        self._become(app, item, heard.reply)
        return str(payload["header"]["event_id"])

    async def approve(
        self, user: str, form: Mapping[str, str], state: str = "agreed", title: str = "", account: str = ""
    ) -> str:
        if state not in STATES:
            raise CannotDo(400, "bad_request", f"no state {state}", f"可用：{'、'.join(STATES)}")
        app, who = self.app(account), self.world.join(user)
        if not await self.server.forms.wait_subscribed(app):
            hint = "[[feishu]] 的 approval_codes 里写上这个审批的编号"
            raise CannotDo(400, "not_subscribed", "the bot asked to hear of no approvals", hint)
        written = self.server.forms.write(app, who.user, form, state, title)
        body = {
            "approval_code": written["approval_code"],
            "instance_code": written["instance_code"],
            "status": written["status"],
            "operate_time": milliseconds(self.world.clock.now()),
            "start_user": operator(app, who.user),
        }
        return await self._push(app, "approval.instance.status_changed_v4", body)

    async def leave(self, user: str, account: str = "") -> str:
        """The member's account at the company is deleted."""
        app = self.app(account)
        person = {"open_id": app.open_id(user), "name": self.world.join(user).name}
        return await self._push(app, "contact.user.deleted_v3", {"object": person, "old_object": {}})

    def app(self, account: str = "") -> FeishuApp:
        name = account or self.server.apps[0].name
        try:
            return self.server.app(name)
        except KeyError as error:
            raise CannotDo(400, "unknown_account", f"no account {name}", "看配置里 [[feishu]] 的 name") from error

    def _id(self) -> str:
        return f"om_{self.world.serial():x}"

    def _message(
        self, app: FeishuApp, who: Colleague, id: str, form: str, content: Mapping[str, Any], chat: str
    ) -> dict[str, Any]:
        if chat:
            self.world.group(chat, joins=who.user)
        said: dict[str, Any] = {
            "message_id": id,
            "create_time": milliseconds(self.world.clock.now()),
            "chat_id": self.server.messages.know_chat(app, chat) if chat else app.private_chat(who.user),
            "chat_type": "group" if chat else "p2p",
            "message_type": form,
            "content": dumped(content),
        }
        return {
            "sender": sender(app, who.user),
            "message": said | ({"mentions": [mention(app, CALLED)]} if chat else {}),
        }

    async def _push(self, app: FeishuApp, form: str, body: Mapping[str, Any]) -> str:
        payload = event(app, form, body, self.world.clock.now())
        await self._heard(app, payload)
        return str(payload["header"]["event_id"])

    async def _heard(self, app: FeishuApp, payload: Mapping[str, Any]) -> Heard:
        if app.mode == "http" and not app.callback_url:
            raise CannotDo(503, "no_callback_url", "the bot has not told where it listens", "等演示起来再试")
        heard = await self.callbacks.push(app, payload, self.world.clock.now())
        if not heard.ok:
            hint = "看机器人的日志：它没有在 3 秒内答 200"
            raise CannotDo(502, "callback_failed", f"not heard after {heard.tries} tries: {heard.trouble}", hint)
        return heard

    def _become(self, app: FeishuApp, item: Item, reply: Mapping[str, Any]) -> None:
        """A good card in the answer takes the old one's place; one that cannot be built changes nothing."""
        toast, card = reply.get("toast"), reply.get("card")
        if isinstance(toast, Mapping):
            self.toasts.append(str(toast.get("content") or ""))
        if not isinstance(card, Mapping) or card.get("type") != "raw" or not isinstance(card.get("data"), Mapping):
            return
        new = dict(card["data"])
        try:
            judge(new)
        except Refusal:
            return
        self.server.messages.become(item.reference, new, app)
