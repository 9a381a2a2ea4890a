"""Addresses that a rule asks: one POST, JSON there and back, whatever goes wrong told in few words.

An address on this machine, its own link or a private network is not asked unless the playbook says ``inside``; what
counts is where a name leads at the moment of asking, so that no name can be pointed inwards later.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

MOST = 64 * 1024
"""Bytes of an answer."""
LINES = 100
"""Connections at once: more than there are calls."""
NOT_INSIDE = "地址在内网，没写 inside = true"


CARRIERS = tuple(map(IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
"""In whose last 32 bits a gateway, or the machine itself, reads an address of version 4 (RFC 6052, 4291, 7915)."""
LOCAL_GATEWAY = IPv6Network("64:ff9b:1::/48")
"""A company's own gateway (RFC 8215)."""


class NotAnswered(Exception):
    """Why there is no answer, in words for an admin."""


class _Inwards(OSError):
    """The name leads to this machine or into a private network."""


class Outside:
    """A pool of connections of its own, without proxies, cookies or redirects. ``close`` it at the end."""

    def __init__(self) -> None:
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def ask(self, url: str, body: dict[str, Any], *, inside: bool, seconds: float) -> dict[str, Any]:
        """The JSON object that it answers, {} for an empty answer. Raises NotAnswered."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        return _object(await self._sent(url, raw, {}, inside=inside, seconds=seconds))

    async def tell(self, url: str, raw: bytes, headers: Mapping[str, str], *, inside: bool, seconds: float) -> None:
        """Returns when the address took the JSON; what it answers is not looked at. Raises NotAnswered."""
        await self._sent(url, raw, headers, inside=inside, seconds=seconds)

    async def _sent(self, url: str, raw: bytes, headers: Mapping[str, str], *, inside: bool, seconds: float) -> bytes:
        if not reachable(urlsplit(url).hostname or "", inside=inside):
            raise NotAnswered(NOT_INSIDE)
        try:
            async with asyncio.timeout(seconds):
                return await self._post(url, raw, headers, inside)
        except TimeoutError:
            raise NotAnswered(f"外部地址 {round(seconds * 1000)} 毫秒没应答") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            cause: BaseException | None = error
            while cause is not None:
                if isinstance(cause, _Inwards):
                    raise NotAnswered(NOT_INSIDE) from None
                cause = getattr(cause, "os_error", None) or cause.__cause__
            raise NotAnswered("外部地址连不上") from None  # and no more: the words of the fault may hold the address

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str], inside: bool) -> bytes:
        every = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "genjin", **headers}
        async with self._session(inside).post(url, data=body, headers=every, allow_redirects=False) as answer:
            if not 200 <= answer.status < 300:
                raise NotAnswered(f"外部地址答了 {answer.status}")
            found = await answer.content.read(MOST + 1)
            while len(found) <= MOST and (more := await answer.content.read(MOST + 1)):
                found += more
        if len(found) > MOST:
            raise NotAnswered(f"外部地址答了超过 {MOST // 1024} KB")
        return found

    def _session(self, inside: bool) -> aiohttp.ClientSession:
        if inside not in self._sessions:
            connector = aiohttp.TCPConnector(limit=LINES, use_dns_cache=False, resolver=_Checked(inside))
            self._sessions[inside] = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
            )
        return self._sessions[inside]


class _Checked(AbstractResolver):
    """Names as everybody resolves them; one that leads where it may not is refused whole."""

    def __init__(self, inside: bool) -> None:
        self._inner, self._inside = aiohttp.ThreadedResolver(), inside

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(reachable(one["host"], inside=self._inside) for one in found):
            raise _Inwards("not a public address")
        return found

    async def close(self) -> None:
        await self._inner.close()


def reachable(host: str, *, inside: bool) -> bool:
    """The address may be asked: a public one, or with ``inside`` any but a link's own (where clouds keep their keys),
    a group's and none at all."""
    if not inside:
        return public(host)
    try:
        address = _address(host)
    except ValueError:
        return bool(host)
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


def public(host: str) -> bool:
    """An address that everybody can reach; a name, which is looked at when it is resolved, counts as one."""
    try:
        address = _address(host)
    except ValueError:
        return host.rstrip(".").casefold() not in ("", "localhost")
    inwards = isinstance(address, IPv6Address) and (address.is_site_local or address in LOCAL_GATEWAY)
    return address.is_global and not address.is_multicast and not inwards


def _address(host: str) -> IPv4Address | IPv6Address:
    """Where packets for it end: of an address of version 6 that carries one of version 4, that. Raises ValueError for a
    name."""
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    if any(address in net for net in CARRIERS) and int(address) > 1:  # :: and ::1 carry none
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAnswered("外部地址的答复不是 JSON") from None
    if not isinstance(value, dict):
        raise NotAnswered("外部地址的答复不是一个 JSON 对象")
    return value
