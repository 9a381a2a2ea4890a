"""What people do in the stand-in DingTalk: each deed a push to the bot, as the real ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from adapters.sandbox.dingtalk import DingtalkServer
from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_desk import STATES
from adapters.sandbox.dingtalk_messages import WEBHOOK_SECRET, chat_id
from adapters.sandbox.dingtalk_pushes import Heard, Pushes
from adapters.sandbox.world import CannotDo, Item, Knob, World

IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
NO_FILES = "钉钉群里机器人收不到文件，私聊发给它就行"


class DingtalkPeople:
    """The StandIn of DingTalk: ``server`` is its other side."""

    platform = "dingtalk"

    def __init__(self, world: World, apps: Sequence[DingtalkApp] = ()) -> None:
        self.world = world
        self.server = DingtalkServer(world, list(apps) or [DingtalkApp()])
        self.pushes = Pushes(self.server)
        self.base = ""

    @property
    def accounts(self) -> Sequence[str]:
        return [app.name for app in self.server.apps]

    def application(self) -> web.Application:
        return self.server.application()

    def settings(self, account: str) -> dict[str, Any]:
        app = self._app(account)
        return {
            "name": app.name,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "token": app.token,
            "aes_key": app.aes_key,
            "mode": app.mode,
            "corp_id": app.corp_id,
            "agent_id": app.agent_id,
            "card_template_id": app.templates[0] if app.templates else "",
            "webhook": f"{self.base}/robot/send?access_token={app.agent_id}",
            "webhook_secret": WEBHOOK_SECRET,
            "api_base": self.base,
            "oapi_base": self.base,
            "login_base": self.base,
        }

    def point(self, account: str, url: str) -> None:
        self.server.point(account, url)

    def user_of(self, user: str, account: str = "") -> str:
        return user

    async def start(self) -> None:
        self.server.base = self.base
        await self.pushes.start()

    async def stop(self) -> None:
        await self.pushes.stop()

    async def say(self, user: str, text: str, account: str = "", chat: str = "") -> str:
        """In a group the robot is meant, which the platform takes out of the words, leaving a space."""
        words = f" {text}" if chat else text
        return await self._say(user, account, chat, text, {"msgtype": "text", "text": {"content": words}})

    async def send_file(self, user: str, name: str, data: bytes, account: str = "", chat: str = "") -> str:
        picture = data.startswith(IMAGES)
        if chat:
            raise CannotDo(400, "unsupported_by_platform", "nobody can send a robot a file in a group", NO_FILES)
        code = self.server.desk.hand_over(name, "image" if picture else "file", data)
        if picture:
            content = {"downloadCode": code, "pictureDownloadCode": code}
        else:
            content = {"downloadCode": code, "fileName": name, "spaceId": "1", "fileId": "2"}
        part = {"msgtype": "picture" if picture else "file", "content": content}
        return await self._say(user, account, chat, f"[{'图片' if picture else '文件'}] {name}", part)

    async def speak(self, user: str, text: str, account: str = "") -> str:
        """Says something aloud: the platform writes down what it heard."""
        code = self.server.desk.hand_over("voice.amr", "voice", text.encode())
        content = {"downloadCode": code, "recognition": text, "duration": 4000}
        return await self._say(user, account, "", f"[语音] {text}", {"msgtype": "audio", "content": content})

    async def enter(self, user: str, account: str = "") -> str:
        raise CannotDo(400, "unsupported_by_platform", "DingTalk tells nobody who opens a chat", "直接说句话就行")

    async def tap(self, item: Item, knob: Knob, chosen: Sequence[str]) -> str:
        """The card changes as the bot answers; until it has, no call may change it."""
        app = self._app(item.account)
        instance = self.server.cards.instance(app, item.task)
        if instance is None:
            raise CannotDo(400, "no_such_button", f"item {item.n} is no card with buttons", "打字说按钮上的字")
        content = {"cardPrivateData": {"actionIds": ["button"], "params": {"action": knob.id}}}
        body = {
            "type": "actionCallback", "outTrackId": item.task, "corpId": app.corp_id, "userId": item.to,
            "userIdType": 1, "spaceType": "IM_ROBOT", "extension": "{}", "content": json.dumps(content),
        }  # fmt: skip
        self.server.cards.busy.add(item.task)
        try:
            heard = await self.pushes.tap(app, instance.route, body)
        finally:
            self.server.cards.busy.discard(item.task)
        _taken(heard)
        if heard.reply:
            self.server.cards.become(app, item.task, heard.reply)
        return heard.id

    async def approve(
        self, user: str, form: Mapping[str, str], state: str = "agreed", title: str = "", account: str = ""
    ) -> str:
        if state not in STATES:
            raise CannotDo(400, "bad_request", f"no state {state}", f"state 可用：{'、'.join(STATES)}")
        app, who = self._app(account), self.world.join(user)
        known = self.server.desk.fill(who.user, form, state, title or f"{who.name}提交的审批")
        at = int(self.world.clock.now().timestamp() * 1000)
        kind = {"running": "start", "withdrawn": "terminate"}.get(state, "finish")
        body = {
            "processInstanceId": known["id"], "processCode": known["code"], "corpId": app.corp_id,
            "title": known["title"], "staffId": who.user, "type": kind, "createTime": at,
            **({"finishTime": at} if kind != "start" else {}),
            **({"result": known["result"]} if known["result"] else {}),
        }  # fmt: skip
        id = f"ev{self.world.serial():x}"
        _taken(await self.pushes.event(app, "bpms_instance_change", id, body))
        return id

    async def leave(self, user: str, account: str = "") -> str:
        app, id = self._app(account), f"ev{self.world.serial():x}"
        at = int(self.world.clock.now().timestamp() * 1000)
        body = {"UserId": [user], "CorpId": app.corp_id, "TimeStamp": str(at), "OptStaffId": "admin"}
        _taken(await self.pushes.event(app, "user_leave_org", id, body))
        return id

    async def _say(self, user: str, account: str, chat: str, shown: str, part: Mapping[str, Any]) -> str:
        app, who, id = self._app(account), self.world.join(user), str(self.world.serial())
        self.world.hear(who.user, app.name, id, shown)
        if chat:
            self.world.group(chat, who.user)
        now = int(self.world.clock.now().timestamp() * 1000)
        body = {
            "conversationId": chat_id(chat) if chat else f"cid-single-{who.user}",
            "conversationType": "2" if chat else "1",
            "chatbotCorpId": app.corp_id, "chatbotUserId": "$:LWCP_v1:$bot", "robotCode": app.client_id,
            "senderStaffId": who.user, "senderNick": who.name, "senderId": f"$:LWCP_v1:${who.user}",
            "senderCorpId": app.corp_id, "isAdmin": False, "msgId": id, "createAt": now,
            "sessionWebhook": f"{self.base}/robot/sendBySession?session=s",
            "sessionWebhookExpiredTime": now + 5_400_000, **part,
            **({"conversationTitle": chat, "isInAtList": True} if chat else {}),
        }  # fmt: skip
        _taken(await self.pushes.message(app, body))
        return id

    def _app(self, account: str) -> DingtalkApp:
        name = account or self.server.apps[0].name
        try:
            return self.server.app(name)
        except KeyError as error:
            raise CannotDo(400, "unknown_account", f"no account {name}", "看配置里 [[dingtalk]] 的 name") from error


def _taken(heard: Heard) -> None:
    if not heard.ok:
        hint = "看机器人的日志：它没有应答，或者 Stream 没有连上"
        raise CannotDo(502, "callback_failed", f"not heard: {heard.trouble}", hint)
