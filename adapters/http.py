"""The one place that speaks HTTP outwards: time-outs, no redirects, answers of a known size, errors of ours.

Nothing is repeated here, and no address is logged or put into an error: tokens travel in the query. The calls are
httpx's, carried by aiohttp's client: a quarter of the CPU of httpx's own pool where many go at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache, cached_property, lru_cache
from typing import Any, Literal
from urllib.request import getproxies

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from adapters.errors import PlatformRefused, Retryable, Unseen

MB = 1024 * 1024
LONGEST_WAIT = 3600.0
"""Seconds; a Retry-After beyond it is cut to it, so that no header can silence an account for a day."""
KEPT_FOR = 15.0
"""Seconds that an idle connection is kept: less than platforms and proxies keep theirs."""
MOST_LINES = 100
HERE = ("127.0.0.1", "localhost", "[::1]")
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
NO_LINE, NO_ANSWER, NO_LINE_MEND = "连不上对方的服务器", "对方的服务器没应答", "查本机外网、防火墙和 api_base"
THEIR_FAULT, WAIT_FOR_THEM = "对方的服务器出错", "等对方恢复，我会一直再试"
NOTHING = httpx.ByteStream(b"")
_LATER = frozenset({408, 421, 423, 425, 429, 503})

for _name in ("httpx", "httpcore"):  # at INFO httpx logs each address, with the token in it
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Answer:
    """A whole answer, with a status of 2xx unless refusals were asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @cached_property
    def _read(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unseen("the answer is not JSON") from error

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> dict[str, Any]:
        """The object in the body. Raises Unseen for HTML, half a JSON or another kind of value: the platform may have
        acted, but its answer was not seen."""
        if not isinstance(self._read, dict):
            raise Unseen("the answer is not a JSON object")
        return self._read


class _NoCookies(httpx.Cookies):
    """None is kept, and none is looked for: to look takes a fifth of the time of a call."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Nothing."""


class _Client(httpx.AsyncClient):
    @property
    def cookies(self) -> httpx.Cookies:
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        raise TypeError("a call carries no cookies")


_NO_COOKIES = _NoCookies()


class Http:
    """A shared pool of connections. One object a process; ``close`` it at the end."""

    def __init__(self, *, seconds: float = 10.0, connect_seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._dated = ""
        self._client = _Client(
            timeout=httpx.Timeout(seconds, connect=connect_seconds),
            follow_redirects=False,
            transport=AiohttpTransport(_trusted(), client=_session),
            mounts=_by_proxies(getproxies()),
            headers={"Accept-Encoding": "identity", "User-Agent": "genjin"},
        )

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        most: int = 2 * MB,
        seconds: float | None = None,
        refusals: bool = False,
    ) -> Answer:
        """The answer, at most ``most`` bytes, within ``seconds`` in all. ``refusals``: one of 4xx or 5xx is an answer
        too, as on platforms that tell their error codes there. Raises Retryable, Unseen, PlatformRefused."""
        request = self._client.build_request("GET", _address(url, params), headers=headers)
        return await self._ask(request, most, seconds, refusals)

    async def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        content: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = 2 * MB,
        seconds: float | None = None,
        refusals: bool = False,
        method: Literal["POST", "PUT", "PATCH"] = "POST",
    ) -> Answer:
        """As ``get``. ``content`` is JSON as bytes unless ``headers`` say otherwise; ``files`` are multipart parts:
        field → (name, bytes, media type), beside which ``fields`` are plain ones."""
        given = {"Content-Type": "application/json; charset=utf-8"} if content is not None else {}
        request = self._client.build_request(
            method,
            _address(url, params),
            content=content,
            files=files,
            data=fields,
            headers={**given, **(headers or {})},
        )
        return await self._ask(request, most, seconds, refusals)

    @property
    def date(self) -> datetime | None:
        """The moment that the last answer was dated by its sender; None where that cannot be told."""
        return _date(self._dated)

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, request: httpx.Request, most: int, seconds: float | None, refusals: bool) -> Answer:
        try:
            async with asyncio.timeout(seconds or self._seconds):
                return await self._read(request, most, refusals)
        except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
            what = type(error.__cause__ or error).__name__  # and no more: aiohttp's words may hold the address
            if _never_left(error):
                raise Retryable(f"no connection ({what})", cause=NO_LINE, mend=NO_LINE_MEND) from None
            raise Unseen(f"the answer did not come ({what})", cause=NO_ANSWER, mend=NO_LINE_MEND) from None

    async def _read(self, request: httpx.Request, most: int, refusals: bool) -> Answer:
        response = await self._client.send(request, stream=True)
        try:
            body = await _at_most(response, most)
        finally:
            await response.aclose()
            response.stream = NOTHING  # which holds the response: only the collector would free the two
        self._dated = response.headers.get("date", self._dated)
        if not refusals or response.status_code < 400:
            _judge(response)
        return Answer(response.status_code, response.headers, body)


def _address(url: str, params: Mapping[str, str] | None) -> httpx.URL:
    return _parsed(url, tuple((params or {}).items()))


@lru_cache(maxsize=64)
def _parsed(url: str, params: tuple[tuple[str, str], ...]) -> httpx.URL:
    """The same few calls with the same token come again and again: an address is taken apart once."""
    return httpx.URL(url, params=dict(params)) if params else httpx.URL(url)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe to be who they say: read once a process, it takes 40 ms."""
    return httpx.create_ssl_context()


def _session() -> aiohttp.ClientSession:
    """aiohttp's client without a memory; the transport takes care that nothing is followed or unpacked."""
    connector = aiohttp.TCPConnector(limit=MOST_LINES, keepalive_timeout=KEPT_FOR, ssl=_trusted())
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _by_proxies(environment: Mapping[str, str]) -> dict[str, httpx.AsyncBaseTransport | None]:
    """Which addresses go through which of the machine's proxies; None: straight there, as this machine always is."""
    without = [host.strip() for host in environment.get("no", "").split(",") if host.strip()]
    if "*" in without:
        return {}
    through: dict[str, httpx.AsyncBaseTransport | None] = {
        f"{scheme}://": AiohttpTransport(
            _trusted(), client=_session, proxy=httpx.Proxy(_with_scheme(environment[scheme]))
        )
        for scheme in ("http", "https", "all")
        if environment.get(scheme)
    }
    return {**through, **{f"all://*{host}": None for host in without}, **{f"all://{host}": None for host in HERE}}


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _never_left(error: Exception) -> bool:
    """Surely nothing was sent. To the transport a line that was cut is a ConnectTimeout too: aiohttp's word counts."""
    cause = error.__cause__
    if isinstance(cause, aiohttp.ClientError | OSError):
        return isinstance(cause, _NOT_SENT)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError)


async def _at_most(response: httpx.Response, most: int) -> bytes:
    """Raw bytes, not unpacked: we ask for no compression, so a packed answer cannot swell here."""
    pieces, size = [], 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > most:
            raise PlatformRefused(f"the answer is over {most} bytes", "对方返回的内容太大，没有收下")
        pieces.append(piece)
    return b"".join(pieces)


def _judge(response: httpx.Response) -> None:
    """Raises unless the status is 2xx."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in _LATER:
        raise Retryable(f"HTTP {status}", "对方忙，稍后自动再试", retry_after(response.headers))
    if status >= 500:
        raise Unseen(f"HTTP {status}", "对方服务出错，稍后自动再试", cause=THEIR_FAULT, mend=WAIT_FOR_THEM)
    if 300 <= status < 400:
        mend = "地址被转到别处：检查 api_base 和网络出口"
        raise Retryable(f"HTTP {status}, not followed", mend, cause="地址被转到了别处", mend="查 api_base 和网络出口")
    raise PlatformRefused(f"HTTP {status}", "检查 api_base 是否写对")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the answer asks to wait, at most an hour; None where it says nothing readable."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:6]), LONGEST_WAIT)
    until, there = _date(said), _date(headers.get("date", ""))
    if until is None or there is None:
        return None
    return min(max((until - there).total_seconds(), 0.0), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else None
