"""``media/*`` of the stand-in WeCom server: files for three days."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.world import World

if TYPE_CHECKING:
    from adapters.sandbox.wecom_app import WecomApp

MB = 1024 * 1024
MOST = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
LIFE = timedelta(days=3)
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""PNG and JPEG: nothing else is an image to the platform."""


class Media:
    def __init__(self, world: World) -> None:
        self.world = world

    def keep(self, name: str, kind: str, data: bytes) -> str:
        """The media_id of a file that now lies at the platform."""
        media = f"sbmedia-{secrets.token_urlsafe(24)}"
        thing = {"name": name, "kind": kind, "at": self.world.clock.now().isoformat(), "data": b64encode(data).decode()}
        self.world.shelf.put(f"media:{media}", thing)
        return media

    async def upload(self, _: WecomApp, request: web.Request) -> dict[str, Any]:
        kind = request.query.get("type", "")
        if kind not in MOST:
            raise Refusal(40004, "invalid media type")
        if not request.content_type.startswith("multipart/"):
            raise Refusal(44001, "empty media data")
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
                data = bytes(await part.read())
                return self._kept(kind, part.filename, data)
        raise Refusal(44001, "empty media data")

    def _kept(self, kind: str, name: str, data: bytes) -> dict[str, Any]:
        if len(data) <= 5:
            raise Refusal(40006, "invalid media size")
        if kind == "image" and not data.startswith(PICTURES):
            raise Refusal(40005, "invalid file type")
        if len(data) > MOST[kind]:
            raise Refusal(45001, "media size out of limit")
        now = str(int(self.world.clock.now().timestamp()))
        return {"type": kind, "media_id": self.keep(name, kind, data), "created_at": now}

    async def get(self, _: WecomApp, request: web.Request) -> web.Response:
        thing = self.world.shelf.get(f"media:{request.query.get('media_id', '')}")
        if thing is None or datetime.fromisoformat(thing["at"]) + LIFE < self.world.clock.now():
            raise Refusal(40007, "invalid media_id")
        head = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(thing['name'])}"}
        return web.Response(body=b64decode(thing["data"]), content_type="application/octet-stream", headers=head)
