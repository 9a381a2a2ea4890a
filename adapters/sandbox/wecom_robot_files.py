"""What the stand-in's smart robot is given to send: a file in pieces, each once and in any order, whole by its md5."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.wecom_media import MOST, Media
from adapters.sandbox.world import World

PIECE_MOST, PIECES_MOST, LIFE = 512 * 1024, 100, timedelta(minutes=30)


@dataclass(slots=True)
class Begun:
    kind: str
    name: str
    size: int
    pieces: int
    md5: str
    until: datetime
    came: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    def __init__(self, world: World) -> None:
        self.world, self.media = world, Media(world)
        self.begun: dict[str, Begun] = {}

    def answer(self, command: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the answer to an ``aibot_upload_media_…``."""
        act = {"init": self._init, "chunk": self._chunk, "finish": self._finish}.get(command.rpartition("_")[2])
        if act is None:
            raise Refusal(40008, "invalid command")
        return act(body)

    def _init(self, body: Mapping[str, Any]) -> dict[str, Any]:
        size, pieces = body.get("total_size"), body.get("total_chunks")
        if body.get("type") not in MOST or not body.get("filename") or not isinstance(body.get("md5"), str):
            raise Refusal(40058, "invalid Request Parameter")
        if not isinstance(size, int) or not isinstance(pieces, int) or not 0 < pieces <= PIECES_MOST or size <= 0:
            raise Refusal(40058, "invalid Request Parameter")
        id = f"upload{self.world.serial():x}"
        until = self.world.clock.now() + LIFE
        self.begun[id] = Begun(str(body["type"]), str(body["filename"]), size, pieces, str(body["md5"]), until)
        return {"upload_id": id}

    def _of(self, body: Mapping[str, Any]) -> Begun:
        one = self.begun.get(str(body.get("upload_id")))
        if one is None or self.world.clock.now() > one.until:
            raise Refusal(40058, "invalid upload_id")
        return one

    def _chunk(self, body: Mapping[str, Any]) -> dict[str, Any]:
        one, n = self._of(body), body.get("chunk_index")
        try:
            piece = b64decode(str(body.get("base64_data")), validate=True)
        except BadBase64 as error:
            raise Refusal(40058, "invalid base64_data") from error
        if not isinstance(n, int) or not 1 <= n <= one.pieces or not 0 < len(piece) <= PIECE_MOST:
            raise Refusal(40058, "invalid chunk")
        one.came[n] = piece
        return {}

    def _finish(self, body: Mapping[str, Any]) -> dict[str, Any]:
        one = self._of(body)
        data = b"".join(one.came[n] for n in sorted(one.came))
        if (
            len(one.came) != one.pieces
            or len(data) != one.size
            or md5(data, usedforsecurity=False).hexdigest() != one.md5
        ):
            raise Refusal(40058, "the file is not whole")
        del self.begun[str(body["upload_id"])]
        return {"type": one.kind, "media_id": self.media.keep(one.name, one.kind, data)}
