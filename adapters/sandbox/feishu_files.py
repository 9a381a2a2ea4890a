"""Files at the stand-in Feishu: uploaded by the bot, or part of what a person sent."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.world import World

MB = 1024 * 1024
FORMS = frozenset({"opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"})
FILE_MOST, IMAGE_MOST = 30 * MB, 10 * MB
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


class Files:
    def __init__(self, world: World) -> None:
        self.world = world

    def keep(self, kind: str, name: str, data: bytes) -> str:
        """The key of a file that now lies at the platform."""
        key = f"{'img_v3' if kind == 'image' else 'file_v3'}_{secrets.token_hex(12)}"
        thing = {"kind": kind, "name": name, "data": b64encode(data).decode()}
        self.world.shelf.put(f"feishu:file:{key}", thing)
        return key

    async def upload(self, _: FeishuApp, request: web.Request) -> dict[str, Any]:
        fields, name, data = await _parts(request, "file")
        if fields.get("file_type") not in FORMS or not fields.get("file_name"):
            raise Refusal(234001, "Invalid request param.")
        if not data:
            raise Refusal(234010, "File's size can't be 0.")
        if len(data) > FILE_MOST:
            raise Refusal(234006, "The file size exceed the max value.")
        return {"file_key": self.keep("file", fields["file_name"] or name, data)}

    async def upload_image(self, _: FeishuApp, request: web.Request) -> dict[str, Any]:
        fields, name, data = await _parts(request, "image")
        if fields.get("image_type") not in ("message", "avatar"):
            raise Refusal(234001, "Invalid request param.")
        if len(data) > IMAGE_MOST:
            raise Refusal(234006, "The file size exceed the max value.")
        if not data.startswith(PICTURES):
            raise Refusal(234011, "Can't recognize the image format.")
        return {"image_key": self.keep("image", name, data)}

    def belong(self, message: str, key: str) -> None:
        """The file is part of that message: only by both is it given out."""
        self.world.shelf.put(f"feishu:of:{message}:{key}", True)

    async def of_message(self, _: FeishuApp, request: web.Request) -> web.Response:
        message, key = request.match_info["id"], request.match_info["key"]
        thing = self.world.shelf.get(f"feishu:file:{key}")
        if thing is None or not self.world.shelf.get(f"feishu:of:{message}:{key}"):
            raise Refusal(234003, "File not in msg.")
        if request.query.get("type") != ("image" if thing["kind"] == "image" else "file"):
            raise Refusal(234001, "Invalid request param.")
        head = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(thing['name'])}"}
        return web.Response(body=b64decode(thing["data"]), content_type="application/octet-stream", headers=head)


async def _parts(request: web.Request, file: str) -> tuple[dict[str, str], str, bytes]:
    """(fields, name, content)."""
    if not request.content_type.startswith("multipart/"):
        raise Refusal(234001, "Invalid request param.")
    fields: dict[str, str] = {}
    name, data = "", b""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == file:
            name, data = part.filename or "", bytes(await part.read())
        elif part.name:
            fields[part.name] = (await part.read()).decode()
    return fields, name, data
