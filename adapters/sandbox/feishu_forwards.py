"""Merged forwards at the stand-in Feishu: a message that holds nothing, and those in it when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.world import World

CONTENT = "Merged and Forwarded Message"


@dataclass(frozen=True, slots=True)
class Inner:
    """One message of a forward; ``sender`` is somebody of the sandbox, or the open id of somebody outside."""

    sender: str
    at: datetime
    text: str
    form: str = "text"
    inner: Sequence[Inner] = ()
    deleted: bool = False


class Forwards:
    def __init__(self, world: World) -> None:
        self.world = world

    def keep(self, app: FeishuApp, id: str, sender: str, messages: Sequence[Inner]) -> None:
        """``id``, and all that lies in it, flat and each with the id of what it lies in."""
        now = self.world.clock.now()
        root = _item(app, id, Inner(sender, now, CONTENT, "merge_forward"), "")
        self.world.shelf.put(f"feishu:forward:{app.name}:{id}", [root, *self._laid(app, id, messages)])

    def _laid(self, app: FeishuApp, upper: str, messages: Sequence[Inner]) -> list[dict[str, Any]]:
        found = []
        for one in messages:
            id = f"om_{self.world.serial():x}"
            found += [_item(app, id, one, upper), *self._laid(app, id, one.inner)]
        return found

    async def get(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        """A message by its id: only of a chat that the bot is in."""
        known = self.world.shelf.get(f"feishu:forward:{app.name}:{request.match_info['id']}")
        if known is None:
            raise Refusal(230110, "Operation not permitted on deleted messages.")
        return {"items": known}


def _item(app: FeishuApp, id: str, one: Inner, upper: str) -> dict[str, Any]:
    sender = one.sender if one.sender.startswith("ou_") else app.open_id(one.sender)
    content = {"text": one.text} if one.form == "text" else {"file_key": "file_x", "file_name": one.text}
    item: dict[str, Any] = {
        "message_id": id,
        "msg_type": one.form,
        "create_time": str(int(one.at.timestamp() * 1000)),
        "chat_id": "oc_somewhere",
        "deleted": one.deleted,
        "updated": False,
        "sender": {"id": sender, "id_type": "open_id", "sender_type": "user", "tenant_key": app.tenant},
        "body": {"content": CONTENT if one.form == "merge_forward" else json.dumps(content, ensure_ascii=False)},
    }
    return item | ({"upper_message_id": upper} if upper else {})
