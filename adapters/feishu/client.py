"""Calls to Feishu: token, limits, error codes. One call here is one request, or two where the token had died."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from adapters.base import Limits, TokenStore
from adapters.errors import Misconfigured, PlatformRefused, Retryable, TokenRejected, Unseen
from adapters.feishu.codes import TooFast, judge
from adapters.feishu.config import Config
from adapters.feishu.pace import Pace
from adapters.http import MB, Answer, Http
from adapters.tokens import Token, Tokens
from bot.clock import Clock

_SAYS = "im/v1/messages"
_A_MINUTE, _MOST_A_MINUTE = 60.0, 1000
_A_SECOND, _MOST_A_SECOND, _TO_ONE_A_SECOND = 1.15, 50, 5
"""What the platform takes of one app for sending and changing; of those to one person, group or message. A second is
a little longer here: what leaves a second apart may arrive closer."""
_LONGEST_PAUSE = 60.0
_FILE_MOST = 100 * MB
_FILE_SECONDS = 45.0
_Ask = Callable[[dict[str, str]], Awaitable[Answer]]


class Client:
    """The app's side of the platform's API; paths are below ``/open-apis/``."""

    def __init__(self, config: Config, clock: Clock, http: Http, tokens: TokenStore, limits: Limits) -> None:
        self._config, self._clock, self._http, self._limits = config, clock, http, limits
        self._paused: dict[str, tuple[datetime, datetime]] = {}
        self._refusals: dict[str, int] = {}
        self._app = f"feishu:{config.app_id}"
        self._all, self._each = Pace(_MOST_A_SECOND, _A_SECOND), Pace(_TO_ONE_A_SECOND, _A_SECOND)
        self._tokens = Tokens(f"{self._app}:token", tokens, clock, self._tenant_token)

    async def tell(self, to: str, kind: Literal["open_id", "chat_id"], body: Mapping[str, Any]) -> dict[str, Any]:
        """What the platform says of a message to one person or group, within what it lets through."""
        content, url = _as_bytes({"receive_id": to, **body}), self._config.api + _SAYS

        async def ask(head: dict[str, str]) -> Answer:
            await self._turn(to)
            query = {"receive_id_type": kind}
            return await self._http.post(url, query, content=content, headers=head, refusals=True)

        await self._room()
        return await self._called(_SAYS, ask)

    async def change(self, message: str, content: str) -> None:
        """Puts ``content`` (a card as JSON) in the place of what the message held."""
        body, url = _as_bytes({"content": content}), f"{self._config.api}{_SAYS}/{message}"

        async def ask(head: dict[str, str]) -> Answer:
            await self._turn(f"message:{message}")
            return await self._http.post(url, content=body, headers=head, refusals=True, method="PATCH")

        await self._room()
        await self._called(f"{_SAYS}/:id", ask)

    def told(self, ago: Sequence[float]) -> None:
        """Counts what was said before this process began, as seconds ago, oldest first: the platform does, too."""
        within = [one for one in ago if one < _A_MINUTE]
        if within:
            self._limits.took(f"{self._app}:minute", within)

    async def post(self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The answer to a JSON call. Raises SendError."""
        content = _as_bytes(body)
        url = self._config.api + path
        return await self._called(
            path, lambda head: self._http.post(url, query, content=content, headers=head, refusals=True)
        )

    async def get(self, path: str, call: str = "", **query: str) -> dict[str, Any]:
        """The answer to a call without a body; ``call`` names a path that holds an id. Raises SendError."""
        url = self._config.api + path
        return await self._called(call or path, lambda head: self._http.get(url, query, headers=head, refusals=True))

    async def as_user(self, path: str, token: str) -> dict[str, Any]:
        """The answer to somebody's own token, which is used once and not kept. Raises SendError."""
        head = {"Authorization": f"Bearer {token}"}
        return judge(await self._http.get(self._config.api + path, headers=head, refusals=True), path)

    async def openly(self, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a call that needs no token. Raises SendError."""
        return judge(await self._http.post(url, content=_as_bytes(body), refusals=True), url.rpartition("/")[2])

    async def file(self, message: str, key: str, form: str) -> bytes:
        """A file of a message; ``form``: image or file. Raises SendError."""
        url = f"{self._config.api}{_SAYS}/{message}/resources/{key}"
        held: list[bytes] = []

        async def ask(head: dict[str, str]) -> Answer:
            answer = await self._http.get(
                url, {"type": form}, headers=head, most=_FILE_MOST, seconds=_FILE_SECONDS, refusals=True
            )
            if answer.status < 300 and not _is_told(answer):
                held.append(answer.body)
                return Answer(answer.status, answer.headers, b"{}")
            return answer

        await self._called("im/v1/messages/:id/resources", ask)
        if not held or not held[-1]:
            raise Unseen("the file did not come")
        return held[-1]

    async def keep_file(self, form: str, name: str, data: bytes) -> str:
        """The key of an uploaded file; ``form``: image, or a file's form (pdf, doc, stream …). Raises SendError."""
        path, field = ("im/v1/images", "image") if form == "image" else ("im/v1/files", "file")
        fields = {"image_type": "message"} if form == "image" else {"file_type": form, "file_name": name}
        part = {field: (name, data, "application/octet-stream")}
        url = self._config.api + path
        said = await self._called(
            path,
            lambda head: self._http.post(
                url, files=part, fields=fields, headers=head, seconds=_FILE_SECONDS, refusals=True
            ),
        )
        key = (said.get("data") or {}).get(f"{field}_key")
        if not isinstance(key, str) or not key:
            raise Unseen("the answer names no key of the file")
        return key

    async def _called(self, call: str, ask: _Ask) -> dict[str, Any]:
        """The answer to ``ask``; when the token had died, to a second one with a new token. A call that was told to
        wait holds up all that ask the same."""
        self._still_paused(call)
        token = await self._tokens.get()
        try:
            try:
                said = await self._once(call, ask, token)
            except TokenRejected:
                said = await self._once(call, ask, await self._tokens.renewed(token))
        except TooFast as busy:
            self._pause(call, busy)
            raise
        self._refusals.pop(call, None)
        return said

    def _pause(self, call: str, busy: TooFast) -> None:
        """As long as the platform asks, else 1, 2, 4 … seconds."""
        refused = self._refusals[call] = self._refusals.get(call, 0) + 1
        busy.wait = busy.wait or min(2.0 ** (refused - 1), _LONGEST_PAUSE)
        now = self._clock.now()
        self._paused[call] = (now, now + timedelta(seconds=busy.wait))

    @staticmethod
    async def _once(call: str, ask: _Ask, token: Token) -> dict[str, Any]:
        return judge(await ask({"Authorization": f"Bearer {token.text}"}), call)

    def _still_paused(self, call: str) -> None:
        """Raises Retryable while the platform wants no such call; a clock that was set back ends the pause."""
        since, until = self._paused.get(call, (None, None))
        now = self._clock.now()
        if since and until and since <= now < until:
            wait = (until - now).total_seconds()
            raise Retryable("the platform wants no such call yet", "飞书限制了调用次数，稍后自动再试", wait)

    async def _tenant_token(self) -> tuple[str, float]:
        url = f"{self._config.api}auth/v3/tenant_access_token/internal"
        try:
            said = await self.openly(url, {"app_id": self._config.app_id, "app_secret": self._config.app_secret})
        except (PlatformRefused, TokenRejected) as error:
            raise Misconfigured(error.message, error.hint, cause=error.cause, mend=error.mend) from error
        token, seconds = said.get("tenant_access_token"), said.get("expire")
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            raise Retryable("the platform gave no token")
        return token, float(seconds)

    async def _room(self) -> None:
        """Counts one more. Raises Retryable with the wait where the minute is full."""
        wait = await self._limits.take(f"{self._app}:minute", _A_MINUTE, _MOST_A_MINUTE)
        if wait > 0:
            raise Retryable(f"over {_MOST_A_MINUTE} in a minute", "发得太密，稍后自动再发", wait)

    async def _turn(self, to: str) -> None:
        await self._each.turn(to)
        await self._all.turn("")


def _is_told(answer: Answer) -> bool:
    """A refusal comes as JSON; so does a file that is JSON, but with a name."""
    return answer.media_type == "application/json" and "content-disposition" not in answer.headers


def _as_bytes(body: Mapping[str, Any]) -> bytes:
    """The body as the platform gets it; equal bodies give equal bytes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
