"""Files that the smart robot sends on its long connection: put there in pieces, then named by a media id (platform page
101463)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from adapters.base import Limits, TokenStore
from adapters.errors import Retryable, Unseen
from adapters.wecom.tree import text

Ask = Callable[[str, dict[str, Any]], Awaitable[Mapping[str, Any]]]
PIECE, PIECES_MOST = 512 * 1024, 100
_A_MINUTE, _AN_HOUR = (60.0, 30), (3600.0, 1000)
_KEPT_SECONDS = 3 * 86_400.0 - 3600


class Upload:
    """``ask`` is answered on the line. A file that was put there already is not put there again."""

    def __init__(self, store: TokenStore, limits: Limits, name: str, ask: Ask) -> None:
        self._store, self._limits, self._name, self._ask = store, limits, name, ask

    @staticmethod
    def takes(content: bytes) -> bool:
        return 0 < len(content) <= PIECE * PIECES_MOST

    async def media(self, form: Literal["image", "file"], name: str, content: bytes, *, key: str) -> str:
        """The media id, good for three days. Raises SendError."""
        mark = f"{self._name}:media:{key}"
        known = await self._store.get(mark)
        if known is None:
            known = await self._put(form, name, content)
            await self._store.put(mark, known, _KEPT_SECONDS)
        return known

    async def _put(self, form: str, name: str, content: bytes) -> str:
        await self._room()
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        whole = hashlib.md5(content, usedforsecurity=False).hexdigest()
        began = {"type": form, "filename": name, "total_size": len(content), "total_chunks": len(pieces), "md5": whole}
        upload = _named(await self._ask("aibot_upload_media_init", began), "upload_id")
        for n, piece in enumerate(pieces, 1):
            part = {"upload_id": upload, "chunk_index": n, "base64_data": b64encode(piece).decode()}
            await self._ask("aibot_upload_media_chunk", part)
        return _named(await self._ask("aibot_upload_media_finish", {"upload_id": upload}), "media_id")

    async def _room(self) -> None:
        for seconds, most in (_A_MINUTE, _AN_HOUR):
            wait = await self._limits.take(f"{self._name}:uploads:{seconds:.0f}", seconds, most)
            if wait > 0:
                raise Retryable(f"over {most} files in {seconds:.0f} s", "发得太密，稍后自动再发", wait)


def _named(said: Mapping[str, Any], name: str) -> str:
    found = text(said, "body", name) or text(said, name)
    if not found:
        raise Unseen(f"the answer names no {name}")
    return found
