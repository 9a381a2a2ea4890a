"""``/static/{name}``: what the pages load, small on the way and asked for again only when it changed."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Asset:
    """``packed``: gzip of the whole."""

    whole: bytes
    packed: bytes
    tag: str
    type: str


@cache
def _asset(path: Path) -> Asset:
    whole = path.read_bytes()
    type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(whole, gzip.compress(whole, mtime=0), f'"{sha256(whole).hexdigest()[:20]}"', type)


def answer(request: web.Request, path: Path) -> web.Response:
    """The file; 304 to who has it. The pages themselves are never packed: they hold what forms are known by."""
    asset = _asset(path)
    headers = {"Cache-Control": "max-age=3600", "ETag": asset.tag, "Vary": "Accept-Encoding"}
    if asset.tag in request.headers.get("If-None-Match", "").replace("W/", "").split(", "):
        return web.Response(status=304, headers=headers)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = asset.packed if packed else asset.whole
    return web.Response(body=body, content_type=asset.type, charset="utf-8", headers=headers)


async def serve(request: web.Request) -> web.StreamResponse:
    """One of ours, nothing beside them."""
    path = STATIC / request.match_info["name"]
    if path.parent != STATIC or not path.is_file():
        raise web.HTTPNotFound
    return answer(request, path)
