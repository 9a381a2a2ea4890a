"""``appchat/*`` of the stand-in WeCom server: group chats that the app made itself; no cards, and nothing is heard."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.world import Shown, World


class Chats:
    def __init__(self, world: World) -> None:
        self.world = world

    def create(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        users = self._known(body.get("userlist"))
        if not 2 <= len(users) <= 2000:
            raise Refusal(86006, "chat member count invalid")
        chat = str(body.get("chatid") or secrets.token_hex(12))
        if not chat.isalnum() or len(chat) > 32:
            raise Refusal(86001, "invalid chatid")
        if self.world.shelf.get(f"chat:{app.name}:{chat}"):
            raise Refusal(86215, "chatid existed")
        owner = str(body.get("owner") or users[0])
        self._put(app, chat, {"name": str(body.get("name") or "群聊")[:50], "owner": owner, "userlist": users})
        return {"chatid": chat}

    def update(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._chat(app, body.get("chatid"))
        added, gone = self._known(body.get("add_user_list") or []), set(body.get("del_user_list") or [])
        users = [user for user in dict.fromkeys([*chat["userlist"], *added]) if user not in gone]
        named = {name: body[name] for name in ("name", "owner") if body.get(name)}
        self._put(app, str(body["chatid"]), chat | named | {"userlist": users})
        return {}

    async def get(self, app: WecomApp, request: web.Request) -> dict[str, Any]:
        chat = request.query.get("chatid", "")
        return {"chat_info": {"chatid": chat} | self._chat(app, chat)}

    def send(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._chat(app, body.get("chatid"))
        kind = body.get("msgtype")
        if kind not in ("text", "markdown"):
            raise Refusal(40008, "invalid message type")
        content = body[kind].get("content") if isinstance(body.get(kind), Mapping) else None
        if not isinstance(content, str) or not content:
            raise Refusal(44004, "empty content")
        if len(content.encode()) > 2048:
            raise Refusal(45002, "content size out of limit")
        msgid = f"sbchat{self.world.serial():x}"
        for user in chat["userlist"]:
            self.world.put(user, "wecom", app.name, msgid, Shown(body=content), chat=str(body["chatid"]))
        return {}

    def _known(self, users: object) -> list[str]:
        named = [str(one) for one in users] if isinstance(users, list) else []
        found = [self.world.person(one) for one in named]
        if any(one is None for one in found):
            raise Refusal(86216, "invalid chat member")
        return [one.user for one in found if one]

    def _chat(self, app: WecomApp, chat: object) -> dict[str, Any]:
        known: dict[str, Any] | None = self.world.shelf.get(f"chat:{app.name}:{chat}")
        if known is None:
            raise Refusal(86003, "chatid not exist")
        return known

    def _put(self, app: WecomApp, chat: str, thing: dict[str, Any]) -> None:
        self.world.shelf.put(f"chat:{app.name}:{chat}", thing)
