"""Another system of the company's, played: it pushes signed bodies to the bot, as ``/hooks/{name}`` wants them."""

from __future__ import annotations

import hmac
import json
from typing import Any

import aiohttp

from adapters.sandbox.world import CannotDo
from bot.clock import Clock

NAME = "website"
SECRET = "genjin-demo-website"  # noqa: S105 (no secret: the demo listens on this machine alone)
"""Known to everybody."""
PATIENCE = 10.0
KEPT = 100
"""Signatures that it remembers."""


class Website:
    """``address`` is that of the hook, once the bot listens."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.address = ""
        self._signed: dict[tuple[int, bytes], str] = {}

    def settings(self) -> dict[str, str]:
        """Its ``[[hook]]``."""
        return {"name": NAME, "secret": SECRET}

    def _second(self, raw: bytes, key: str) -> int:
        """The second to sign with: two events of the very same words are told apart by it, as one signature is one
        event."""
        second = int(self._clock.now().timestamp())
        while self._signed.setdefault((second, raw), key) != key:
            second += 1
        for old in list(self._signed)[:-KEPT]:
            del self._signed[old]
        return second

    async def push(self, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """What the bot answered. Raises CannotDo with the bot's own words where it refused."""
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        seconds = str(self._second(raw, key))
        mark = hmac.digest(SECRET.encode(), f"{seconds}.".encode() + raw, "sha256").hex()
        headers = {"X-Genjin-Timestamp": seconds, "X-Genjin-Signature": f"sha256={mark}"}
        if key:
            headers["Idempotency-Key"] = key
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=False) as web,
                web.post(self.address, data=raw, headers=headers) as said,
            ):
                answer = await said.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CannotDo(502, "callback_failed", "the bot did not answer", "看机器人的日志") from error
        if said.status >= 400:
            no = answer["error"]
            raise CannotDo(said.status, no["code"], no["message"], no["hint"])
        return dict(answer)
