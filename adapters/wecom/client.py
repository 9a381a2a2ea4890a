"""Calls to WeCom: token, limits, error codes. One call here is one request, or two where the token had died."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

from adapters.base import Limits, TokenStore
from adapters.errors import Misconfigured, PlatformRefused, Retryable, TokenRejected, Unseen
from adapters.http import MB, Answer, Http
from adapters.tokens import Token, Tokens
from adapters.wecom.codes import raise_for
from adapters.wecom.config import Config
from bot.clock import Clock

_A_MINUTE, _AN_HOUR = 60.0, 3600.0
_CALLS_A_MINUTE, _CALLS_AN_HOUR = 10_000, 150_000  # of one API and one company, path/90454
_APPROVALS_A_MINUTE = 600  # of each call about approvals, path/91854
_SAYS = "message/send"  # counted by member and by seats instead, path/90312
_TO_ONE_A_MINUTE, _TO_ONE_AN_HOUR = 30, 1000  # app messages to one member; beyond it silently dropped
_FILE_MOST = 100 * MB
_FILE_SECONDS = 45.0
_BODY = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_Ask = Callable[[dict[str, str]], Awaitable[Answer]]


class Client:
    """The app's side of the platform's API."""

    def __init__(self, config: Config, clock: Clock, http: Http, tokens: TokenStore, limits: Limits) -> None:
        self._config, self._clock, self._http, self._limits = config, clock, http, limits
        self._paused: dict[str, tuple[datetime, datetime]] = {}
        self._app = f"wecom:{config.corp_id}:{config.agent_id}"
        self._tokens = Tokens(f"{self._app}:token", tokens, clock, self._gettoken)

    async def tell(self, user: str, body: bytes) -> dict[str, Any]:
        """The platform's answer to ``message/send`` of one message to one member, within what it lets through."""
        await self._room(self._to(user), _TO_ONE_A_MINUTE, _TO_ONE_AN_HOUR)
        return await self.post(_SAYS, body)

    def told(self, user: str, ago: Sequence[float]) -> None:
        """Counts what this member was told before: WeCom does, too."""
        for seconds in (_A_MINUTE, _AN_HOUR):
            within = [one for one in ago if one < seconds]
            if within:
                self._limits.took(f"{self._to(user)}:{seconds:.0f}", within)

    def _to(self, user: str) -> str:
        return f"{self._app}:to:{user.casefold()}"

    async def post(self, path: str, body: bytes) -> dict[str, Any]:
        """The answer to a JSON call. Raises SendError."""
        answer = await self._called(path, lambda q: self._http.post(self._config.api + path, q, content=body))
        return answer.json()

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """The answer to a call without a body. Raises SendError."""
        answer = await self._called(path, lambda q: self._http.get(self._config.api + path, {**q, **query}))
        return answer.json()

    async def file(self, media: str) -> tuple[str, bytes]:
        """(name, bytes) of a media id; the name is "" where the platform gives none. Raises SendError."""
        path = "media/get"
        answer = await self._called(
            path,
            lambda q: self._http.get(
                self._config.api + path, {**q, "media_id": media}, most=_FILE_MOST, seconds=_FILE_SECONDS
            ),
        )
        if answer.media_type == "text/html" and "content-disposition" not in answer.headers:
            raise Unseen("a page came instead of the file")
        return file_name(answer.headers.get("content-disposition", "")), answer.body

    async def keep_file(self, kind: str, name: str, data: bytes) -> str:
        """The media id of a file, good for three days. ``kind``: image, voice, video, file. Raises SendError."""
        path = "media/upload"
        part = {"media": (name, data, "application/octet-stream")}
        answer = await self._called(
            path,
            lambda q: self._http.post(self._config.api + path, {**q, "type": kind}, files=part, seconds=_FILE_SECONDS),
        )
        media = answer.json().get("media_id")
        if not isinstance(media, str) or not media:
            raise Unseen("the answer names no media id")
        return media

    async def _called(self, path: str, ask: _Ask) -> Answer:
        """The answer to ``ask``; when the token had died, to a second one with a new token. A call that was told to
        wait holds up all that ask the same."""
        self._still_paused(path)
        if path != _SAYS:
            a_minute = _APPROVALS_A_MINUTE if path.startswith(("oa/", "corp/")) else _CALLS_A_MINUTE
            await self._room(f"wecom:{self._config.corp_id}:api:{path}", a_minute, _CALLS_AN_HOUR)
        token = await self._tokens.get()
        try:
            try:
                return await self._once(path, ask, token)
            except TokenRejected:
                return await self._once(path, ask, await self._tokens.renewed(token))
        except Retryable as busy:
            if busy.wait and not isinstance(busy, Misconfigured):
                now = self._clock.now()
                self._paused[path] = (now, now + timedelta(seconds=busy.wait))
            raise

    def _still_paused(self, path: str) -> None:
        """Raises Retryable while the platform wants no such call; a clock that was set back ends the pause."""
        since, until = self._paused.get(path, (None, None))
        now = self._clock.now()
        if since and until and since <= now < until:
            raise Retryable(
                "the platform wants no such call yet",
                "企业微信限制了调用次数，稍后自动再试",
                (until - now).total_seconds(),
            )

    @staticmethod
    async def _once(path: str, ask: _Ask, token: Token) -> Answer:
        answer = await ask({"access_token": token.text})
        if _is_json(answer):
            raise_for(answer.json(), path)
        return answer

    async def _gettoken(self) -> tuple[str, float]:
        query = {"corpid": self._config.corp_id, "corpsecret": self._config.secret}
        said = (await self._http.get(self._config.api + "gettoken", query)).json()
        try:
            raise_for(said, "gettoken")
        except PlatformRefused as error:
            raise Misconfigured(error.message, error.hint, cause=error.cause, mend=error.mend) from error
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            raise Retryable("the platform gave no token")
        return token, float(seconds)

    async def _room(self, name: str, a_minute: int, an_hour: int) -> None:
        """Returns when one more may go now, and counts it. Raises Retryable with the wait."""
        for seconds, most in ((_A_MINUTE, a_minute), (_AN_HOUR, an_hour)):
            wait = await self._limits.take(f"{name}:{seconds:.0f}", seconds, most)
            if wait > 0:
                raise Retryable(f"over {most} in {seconds:.0f} s", "发得太密，稍后自动再发", wait)


def _is_json(answer: Answer) -> bool:
    """Files come as themselves, every other answer and every error as JSON, whatever the header calls it."""
    kind = answer.media_type
    if "content-disposition" in answer.headers:
        return False
    return kind in ("", "application/json", "text/plain", "text/json") or answer.body[:1] == b"{"


def file_name(disposition: str) -> str:
    """The last part of the name in a Content-Disposition, without control characters, at most 120 characters."""
    header = Message()
    header["Content-Disposition"] = "".join(c for c in disposition if c.isprintable())
    name = str(header.get_filename() or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable()).strip(". ")[:120]


def as_bytes(body: Mapping[str, Any]) -> bytes:
    """The body as the platform gets it; equal bodies give equal bytes."""
    return _BODY.encode(body).encode()
