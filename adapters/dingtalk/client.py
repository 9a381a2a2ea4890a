"""Calls to DingTalk: tokens, limits, error codes, and a sending that is repeated at most once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from adapters.base import Limits, TokenStore
from adapters.dingtalk.codes import PUNISHED, said
from adapters.dingtalk.config import Config
from adapters.dingtalk.signature import webhook_query
from adapters.errors import (
    Assumed,
    Misconfigured,
    PlatformRefused,
    Retryable,
    SendError,
    TokenRejected,
    Unseen,
)
from adapters.http import MB, Answer, Http
from adapters.meter import Meter
from adapters.tokens import Token, Tokens
from bot.clock import Clock

CALLS_A_SECOND = 40
"""Of one app and one API; nobody publishes it, refusals at it are known."""
_A_DAY = 86400.0
_FILE_SECONDS = 45.0
_MEDIA_MOST = 20 * MB
Method = Literal["GET", "POST", "PUT"]
_Ask = Callable[[str], Awaitable[Answer]]


class Client:
    """The app's side of the platform's two APIs."""

    def __init__(self, config: Config, clock: Clock, http: Http, store: TokenStore, limits: Limits) -> None:
        self._config, self._clock, self._http, self._store, self._limits = config, clock, http, store, limits
        self._paused: dict[str, tuple[datetime, datetime]] = {}
        self.app = f"dingtalk:{config.client_id}"
        self.meter = Meter(config.monthly_calls, clock)
        self._tokens = Tokens(f"{self.app}:token", store, clock, self._new_token)
        self._old_tokens = Tokens(f"{self.app}:old-token", store, clock, self._old_token)

    async def call(
        self, method: Method, path: str, body: Mapping[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        """The answer of the new API, ``/v1.0/`` left out of ``path``. Raises SendError."""
        url, content = f"{self._config.api_base.rstrip('/')}/v1.0/{path}", as_bytes(body or {})

        async def ask(token: str) -> Answer:
            headers = {"x-acs-dingtalk-access-token": token}
            if method == "GET":
                return await self._http.get(url, query, headers=headers, refusals=True)
            return await self._http.post(url, query, content=content, headers=headers, refusals=True, method=method)

        return await self._called(path, ask, self._tokens)

    async def old(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of the old API to a POST. Raises SendError."""
        url = self._old(path)

        async def ask(token: str) -> Answer:
            return await self._http.post(url, {"access_token": token}, content=as_bytes(body), refusals=True)

        return await self._called(path, ask, self._tokens)

    async def plain(self, path: str, body: Mapping[str, Any], token: str = "") -> dict[str, Any]:
        """The answer of the new API to a POST (a GET where there is no ``body``) without the app's token, for calls
        that have none or ``token``, a person's. Raises SendError."""
        url = f"{self._config.api_base.rstrip('/')}/v1.0/{path}"
        headers = {"x-acs-dingtalk-access-token": token} if token else {}
        if not body:
            return said(await self._http.get(url, headers=headers, refusals=True), path)
        return said(await self._http.post(url, content=as_bytes(body), headers=headers, refusals=True), path)

    async def webhook(self, url: str, body: Mapping[str, Any], *, secret: str) -> dict[str, Any]:
        """The answer of a group's own robot; only addresses of the platform are posted to. Raises SendError."""
        if not self._config.may_post(url):
            raise PlatformRefused("the webhook is not the platform's", "检查 webhook 的地址")
        await self._room("webhook", 60.0, 20)
        stamp = str(int(self._clock.now().timestamp() * 1000))
        signed = f"{url}&{webhook_query(secret, stamp)}" if secret else url
        return said(await self._http.post(signed, content=as_bytes(body), refusals=True), "robot/send")

    async def once(self, key: str, ask: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """What ``ask``, a sending that the platform cannot tell from its repeat, is answered. Where an answer was not
        seen it is repeated once, and only when the platform is heard to answer again. Raises SendError."""
        mark = f"{self.app}:unseen:{key}"
        before = await self._store.get(mark)
        if before == "2":
            raise Assumed("sent twice, no answer seen", "多半已经送到，没有再发")
        if before:
            await self._answers()
        tries = "2" if before else "1"
        await self._store.put(mark, tries, _A_DAY)  # before it leaves: a crash on the way counts as unseen
        try:
            answer = await ask()
        except Unseen:
            raise
        except SendError:
            await self._store.drop(mark, tries)
            if before:
                await self._store.put(mark, before, _A_DAY)
            raise
        await self._store.drop(mark, tries)
        return answer

    async def fetched(self, code: str) -> tuple[str, Answer]:
        """(address, answer) of a file by the code in its message. Raises SendError."""
        body = {"robotCode": self._config.robot, "downloadCode": code}
        told = (await self.call("POST", "robot/messageFiles/download", body)).get("downloadUrl")
        if not isinstance(told, str) or not told:
            raise Unseen("the answer names no file")
        url = _fetchable(told, self._config)
        return url, await self._http.get(url, most=100 * MB, seconds=_FILE_SECONDS)

    async def keep_file(self, kind: str, name: str, data: bytes) -> str:
        """The media id of a file. ``kind``: image, voice, video, file. Where the new token is not taken, the old one
        is tried. Raises SendError."""
        if len(data) > _MEDIA_MOST:
            raise PlatformRefused("the file is over 20 MB", "文件太大，钉钉发不了")
        part = {"media": (name, data, "application/octet-stream")}

        async def ask(token: str) -> Answer:
            query = {"access_token": token, "type": kind}
            return await self._http.post(
                self._old("media/upload"), query, files=part, seconds=_FILE_SECONDS, refusals=True
            )

        try:
            answer = await self._called("media/upload", ask, self._tokens)
        except TokenRejected:
            answer = await self._called("media/upload", ask, self._old_tokens)
        media = answer.get("media_id")
        if not isinstance(media, str) or not media:
            raise Unseen("the answer names no media id")
        return media

    async def open_stream(self, subscriptions: list[dict[str, str]]) -> dict[str, Any]:
        """``endpoint`` and ``ticket`` of a new connection. Raises SendError."""
        ours = {"ua": "genjin", "localIp": "127.0.0.1"}  # which the console shows to its developer, and nothing more
        body = {"clientId": self._config.client_id, **ours, "subscriptions": subscriptions}
        return await self._with_secrets(
            lambda secret: self.plain("gateway/connections/open", {**body, "clientSecret": secret})
        )

    async def knock(self, url: str) -> None:
        """Returns when anything at all answers there. Raises Retryable."""
        await self._http.get(url, refusals=True)

    async def prove(self) -> None:
        """Asks for a token anew. Raises SendError."""
        await self._new_token()

    # tokens

    async def _new_token(self) -> tuple[str, float]:
        answer = await self._with_secrets(
            lambda secret: self.plain("oauth2/accessToken", {"appKey": self._config.client_id, "appSecret": secret})
        )
        return _token(answer, "accessToken", "expireIn")

    async def _old_token(self) -> tuple[str, float]:
        async def ask(secret: str) -> dict[str, Any]:
            query = {"appkey": self._config.client_id, "appsecret": secret}
            return said(await self._http.get(self._old("gettoken"), query, refusals=True), "gettoken")

        return _token(await self._with_secrets(ask), "access_token", "expires_in")

    async def _with_secrets(self, ask: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """The first good answer; that a secret is refused is told of the newest one."""
        trouble: SendError | None = None
        for secret in self._config.secrets:
            try:
                return await ask(secret)
            except (Misconfigured, PlatformRefused, TokenRejected) as no:
                trouble = trouble or no
        assert trouble is not None
        if isinstance(trouble, Misconfigured):
            raise trouble
        cause, mend = "应用的密钥不对", "核对 client_id 和 client_secret"
        raise Misconfigured(trouble.message, trouble.hint or mend, cause=cause, mend=mend) from trouble

    async def _answers(self) -> None:
        """Returns when the platform answers to something. Raises Retryable."""
        try:
            await self.prove()
        except Unseen as silent:
            raise Retryable(silent.message, silent.hint, silent.wait, cause=silent.cause, mend=silent.mend) from silent

    # limits

    async def _called(self, path: str, ask: _Ask, tokens: Tokens) -> dict[str, Any]:
        """The answer to ``ask``; when the token had died, to a second one with a new token. A call that was told to
        wait holds up all that ask the same; one that was told that this address is blocked holds up everything."""
        self._still_paused(path)
        await self._room(path, 1.0, CALLS_A_SECOND)
        self._month()
        token = await tokens.get()
        try:
            try:
                return await self._once(path, ask, token)
            except TokenRejected:
                return await self._once(path, ask, await tokens.renewed(token))
        except Retryable as busy:
            if busy.wait and not isinstance(busy, Misconfigured):
                now = self._clock.now()
                self._paused["" if busy.wait == PUNISHED else path] = (now, now + timedelta(seconds=busy.wait))
            raise

    async def _once(self, path: str, ask: _Ask, token: Token) -> dict[str, Any]:
        return said(await ask(token.text), path)

    def _still_paused(self, path: str) -> None:
        """Raises Retryable while the platform wants no such call; a clock that was set back ends the pause."""
        now = self._clock.now()
        for which in (path, ""):
            since, until = self._paused.get(which, (now, now))
            if since <= now < until:
                raise Retryable("the platform asked to wait", "钉钉要求稍等", (until - now).total_seconds())

    async def _room(self, path: str, seconds: float, most: int) -> None:
        """Returns when one more may go now, and counts it. Raises Retryable with the wait."""
        wait = await self._limits.take(f"{self.app}:api:{path}", seconds, most)
        if wait > 0:
            raise Retryable(f"over {most} in {seconds:.0f} s", "发得太密，稍后自动再发", wait)

    def _month(self) -> None:
        """Counts one more of the month's calls. Raises Misconfigured where there is none left."""
        if not self.meter.take():
            cause, mend = "本月接口次数用完了", "升级钉钉版本，或等下月 1 日"
            hint = f"{mend}；买了更多次数就改 monthly_calls（0 不限）"
            words = f"over {self.meter.most} calls in {self.meter.month}"
            raise Misconfigured(words, hint, PUNISHED, cause=cause, mend=mend)

    def _old(self, path: str) -> str:
        return f"{self._config.oapi_base.rstrip('/')}/{path}"


def _token(answer: Mapping[str, Any], name: str, life: str) -> tuple[str, float]:
    token, seconds = answer.get(name), answer.get(life)
    if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
        raise Retryable("the platform gave no token")
    return token, float(seconds)


def _fetchable(url: str, config: Config) -> str:
    """The address of a file: over https from the outside world, by a name and never a bare number, or from where the
    API itself lies. Raises PlatformRefused for any other."""
    try:
        there, base = urlsplit(url), urlsplit(config.api_base)
        if (there.scheme, there.netloc) == (base.scheme, base.netloc):
            return url
        host = there.hostname or ""
    except ValueError:
        host = ""
    named = "." in host and ":" not in host and not host.rpartition(".")[2].isdigit()
    if not named or there.scheme not in ("https", "http"):
        raise PlatformRefused("the file lies at no address that is fetched", "文件的地址不对，请对方再发一次")
    return urlunsplit(there._replace(scheme="https"))


def as_bytes(body: Mapping[str, Any]) -> bytes:
    """The body as the platform gets it; equal bodies give equal bytes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
