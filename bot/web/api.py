"""``/api/v1``: the records, for programs, with the rights of the member whose token it is."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import structlog
from aiohttp import web

from bot import access
from bot.access import Scope
from bot.exchange.records import TOLD
from bot.house import House
from bot.members import tokens
from bot.web import api_items, errors
from bot.web.api_kinds import KINDS, Kind
from bot.web.api_schema import LIMIT_MOST, LIMIT_USUAL, document
from storage import page, rows
from storage.memory import Memory
from storage.page import Where
from storage.records import ApiToken, Member

log = structlog.get_logger(__name__)
BASE = "/api/v1"
PER_MINUTE = 600
"""Calls of one token."""
CURSOR_MOST = 200
SEARCH_MOST = 100
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Refused(Exception):
    """The answer is no; ``hint`` says what to do."""

    def __init__(self, status: int, code: str, message: str, hint: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.hint = status, code, message, hint
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, with the rights of this very moment."""

    token: ApiToken
    member: Member
    scope: Scope

    def sees(self, noun: str) -> Where:
        return page.visible(noun, self.scope.owners, self.scope.beside)


Answer = Callable[[web.Request, Caller], Awaitable[web.Response]]


def not_there() -> Refused:
    """What there is not, and what one may not see: the same words."""
    return Refused(404, "not_found", "there is no such record", "没有这条，或不在你名下")


class Api:
    def __init__(self, house: House, memory: Memory) -> None:
        self.house, self._memory = house, memory

    def routes(self) -> list[web.RouteDef]:
        found = [
            web.get(f"{BASE}/openapi.json", self._described, allow_head=False),
            self.get("/me", self._me),
        ]
        for name, kind in KINDS.items():
            found.append(self.get(f"/{name}", partial(self._list, kind)))
            if kind.noun != "audit":
                found.append(self.get(f"/{name}/{{id}}", partial(self._one, kind)))
        return found

    def get(self, path: str, answer: Answer) -> web.RouteDef:
        return web.get(BASE + path, partial(self._asked, answer, False), allow_head=False)

    def post(self, path: str, answer: Answer) -> web.RouteDef:
        """A call that changes something: refused to a token that only reads."""
        return web.post(BASE + path, partial(self._asked, answer, True))

    async def _asked(self, answer: Answer, writes: bool, request: web.Request) -> web.Response:
        try:
            caller = await self._caller(request)
            if writes and caller.token.read_only:
                raise Refused(403, "read_only", "the token only reads", "换一个不带 --read-only 的令牌")
            return await answer(request, caller)
        except Refused as no:
            return errors.error(no.status, no.code, no.message, no.hint, {**HEADERS, **no.headers})

    async def _caller(self, request: web.Request) -> Caller:
        """Raises Refused."""
        given = request.headers.getall("Authorization", [])
        scheme, _, word = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        known = await tokens.recognised(word.strip()) if scheme.casefold() == "bearer" else None
        if known is None:
            hint = "带上 Authorization: Bearer 令牌；令牌用 genjin token create 生成"
            raise Refused(401, "unauthorized", "no token, or none in force", hint, WWW_Authenticate="Bearer")
        token, member = known
        wait = await self._memory.take(f"api:{token.id}", 60, PER_MINUTE)
        if wait > 0:
            hint = f"每分钟最多 {PER_MINUTE} 次，等一会再来"
            raise Refused(429, "rate_limited", "too many calls", hint, Retry_After=str(int(wait) + 1))
        return Caller(token, member, await self.house.scope(member))

    async def _described(self, request: web.Request) -> web.Response:
        return web.Response(body=document(), content_type="application/json", headers={"Cache-Control": "no-cache"})

    async def _me(self, request: web.Request, caller: Caller) -> web.Response:
        _only(request, {})
        [told] = await api_items.told(KINDS["members"], [caller.member])
        sees = "all" if caller.scope.owners is None else "team" if len(caller.scope.owners) > 1 else "own"
        return fresh(request, {"member": told, "read_only": caller.token.read_only, "sees": sees})

    async def _one(self, kind: Kind, request: web.Request, caller: Caller) -> web.Response:
        _only(request, {})
        id = rows.clean(request.match_info["id"])
        found = await api_items.one(kind, caller.sees(kind.noun), id, caller.sees("customer"))
        if found is None:
            raise not_there()
        return fresh(request, found)

    async def _list(self, kind: Kind, request: web.Request, caller: Caller) -> web.Response:
        if kind.admin and not access.may(caller.member, ("admin",)):
            raise Refused(403, "not_allowed", "for admins", "这一类只给管理员看")
        query = _only(request, dict.fromkeys(_names(kind), 1))
        where = Where("1 = 1") if kind.admin else caller.sees(kind.noun)
        for condition in _conditions(kind, query):
            where = where.and_(condition)
        after, customers = _opened(kind, query.get("cursor", "")), caller.sees("customer")
        items, last = await api_items.listed(kind, where, after, _limit(query), customers)
        return fresh(request, {"items": items, "next": _closed(kind, last) if last else None})


def fresh(request: web.Request, body: Mapping[str, Any]) -> web.Response:
    """The body, or 304 where the caller has it already."""
    raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    tag = f'"{sha256(raw).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if any(one.value == tag.strip('"') for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=raw, content_type="application/json", charset="utf-8", headers=headers)


# -- what was asked ------------------------------------------------------------------------------------------------


def bad(name: str, hint: str) -> Refused:
    return Refused(400, "bad_parameter", f"{name} does not fit", f"{name}：{hint}")


def _names(kind: Kind) -> list[str]:
    moments = ["since", "until"] if kind.moments else []
    return ["limit", "cursor", *kind.filters, *moments, *(["q"] if kind.search else [])]


def _only(request: web.Request, known: Mapping[str, Any]) -> dict[str, str]:
    """The parameters, each once. Raises Refused for one that there is not."""
    given = request.query
    for name in given:
        if name not in known:
            raise bad(name[:40], f"没有这个参数，有的是 {'、'.join(known)}" if known else "这里不带参数")
        if len(given.getall(name)) > 1:
            raise bad(name, "只写一次")
    return dict(given.items())


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(LIMIT_USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LIMIT_MOST):
        raise bad("limit", f"写 1 到 {LIMIT_MOST}")
    return int(text)


def _conditions(kind: Kind, query: Mapping[str, str]) -> list[Where]:
    found: list[Where] = []
    for name, values in kind.filters.items():
        if (value := query.get(name)) is not None:
            if values and value not in values:
                raise bad(name, f"可写 {'、'.join(values)}")
            if not value:
                raise bad(name, "不能是空的")
            found.append(page.equal(name, rows.clean(value)))
    if "since" in query:
        found.append(page.since(kind.moments, _moment("since", query["since"])))
    if "until" in query:
        found.append(page.before(kind.moments, _moment("until", query["until"])))
    if "q" in query:
        if not 0 < len(query["q"].strip()) <= SEARCH_MOST:
            raise bad("q", f"写 1 到 {SEARCH_MOST} 个字")
        found.append(page.named(rows.clean(query["q"])))
    return found


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a + that was not escaped
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year <= 9000:
        raise bad(name, "写成 2026-03-10T10:00:00+08:00，+ 写成 %2B")
    return moment


def _closed(kind: Kind, last: str) -> str:
    """A cursor says behind what the next page begins, and means nothing to anybody else."""
    return urlsafe_b64encode(f"1 {kind.noun} {last}".encode()).decode().rstrip("=")


def _opened(kind: Kind, cursor: str) -> str:
    """ "" for the first page. Raises Refused."""
    if not cursor:
        return ""
    hint = "用上一页的 next，原样带回来"
    try:
        if len(cursor) > CURSOR_MOST:
            raise ValueError(cursor)
        version, noun, last = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(" ")
    except (BadBase64, ValueError):
        raise bad("cursor", hint) from None
    numbered = kind.noun not in TOLD
    whole = last.isdigit() and len(last) < 19 if numbered else last.isprintable() and len(last) <= 80
    if version != "1" or noun != kind.noun or not whole:
        raise bad("cursor", hint)
    return last
