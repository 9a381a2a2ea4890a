"""With whom the member talks: what the chat app says to the page, and what the record knows of that person. What a
page brings is a claim; nothing is shown for it that the member could not see anyway."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote as escaped
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from adapters.base import Contacts, PageScripts
from adapters.errors import SendError
from adapters.events import Outsider
from bot.web import assets
from bot.web.pages import Pages
from bot.web.sessions import Visitor
from storage import bindings, customers, externals, leads
from storage.records import Customer, External, Lead

log = structlog.get_logger(__name__)

KEYS_A_MINUTE = 20
"""Signatures a session may have: a page needs two."""
ASKED_SECONDS = 1.5
"""How long a form waits for what the chat app tells of a person."""
EXTERNAL_MOST = 128


class Limits(Protocol):
    async def take(self, name: str, per: float, most: int) -> float: ...


class ContactPages:
    def __init__(self, pages: Pages, limits: Limits) -> None:
        self._pages, self._limits = pages, limits
        self._scripts = {account: scripts_of(door) for account, door in pages.doors.items()}

    def routes(self) -> list[web.RouteDef]:
        return [
            self._pages.get("/sidebar/contact", self.contact),
            self._pages.get("/sidebar/chat", self.chat),
            self._pages.get("/sidebar/keys", self.keys),
            web.get("/static/app/{account}/{name}", self.script),
        ]

    async def contact(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """To the page of the person's customer, else to the form that makes one."""
        external = request.query.get("external", "")[:EXTERNAL_MOST]
        customer = await customer_of(external, visitor)
        if customer is not None:
            return _found(f"/sidebar/customer/{customer.id}")
        return _found(f"/sidebar/lead?external={escaped(external, safe='')}" if external else "/sidebar/?pick=1")

    async def chat(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """To the customer that the group was bound to."""
        id = await bindings.customer_of(visitor.session.account, request.query.get("chat", "")[:EXTERNAL_MOST])
        customer = await customers.get(id) if id else None
        seen = customer is not None and visitor.scope.sees(customer)
        return _found(f"/sidebar/customer/{id}" if seen else "/sidebar/?pick=1")

    async def keys(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What the page needs to call the chat app; for pages of ours alone, and no more often than pages ask."""
        url = request.query.get("url", "")
        if not self._is_ours(request, url):
            return self._pages.notice(request, 400, "这不是小跟的页面", "从聊天里打开就行。", "foreign_page")
        if await self._limits.take(f"page:keys:{visitor.session.id}", 60.0, KEYS_A_MINUTE):
            return self._pages.notice(request, 429, "刷得有点快", "过一分钟再开。", "busy")
        try:
            keys = await self._pages.doors[visitor.session.account].page_keys(url)
        except (SendError, KeyError) as fault:
            log.warning("page.keys", fault=getattr(fault, "code", "no_door"))
            return self._pages.notice(request, 503, "聊天软件没应答", "先从列表里选客户。", "platform")
        return web.json_response(keys, headers=self._pages.headers)

    def _is_ours(self, request: web.Request, url: str) -> bool:
        parts, ours = urlsplit(url), urlsplit(self._pages.house.public_url)
        return parts.path.startswith(("/sidebar/", "/board/")) and parts.netloc in (ours.netloc, request.host)

    async def script(self, request: web.Request) -> web.StreamResponse:
        """A file that a door's page loads: one of those it names, nothing else."""
        files = self._scripts.get(request.match_info["account"], ())
        file = next((one for one in files if one.name == request.match_info["name"]), None)
        if file is None:
            raise web.HTTPNotFound
        return assets.answer(request, file)


def scripts_of(door: object) -> Sequence[Path]:
    return door.scripts if isinstance(door, PageScripts) else ()


def addresses(account: str, pages: Pages) -> list[str]:
    """Where a page loads the scripts of the account's door from."""
    door = pages.doors.get(account)
    return [f"/static/app/{escaped(account, safe='')}/{file.name}" for file in scripts_of(door)]


async def customer_of(external: str, visitor: Visitor) -> Customer | None:
    """The customer whose person the chat app calls so, if the visitor may see it; None for any other."""
    known = await externals.of_id(external) if external else None
    id = known.customer_id if known is not None else None
    if id is None and external:
        id = next((lead.customer_id for lead in await _leads(external, visitor) if lead.customer_id), None)
    customer = await customers.get(id) if id else None
    return customer if customer is not None and visitor.scope.sees(customer) else None


async def _leads(external: str, visitor: Visitor) -> Sequence[Lead]:
    return await leads.of_keys([f"ext:{visitor.session.account}:{external}"])


async def person(external: str, visitor: Visitor, pages: Pages) -> Mapping[str, str]:
    """Name and company of somebody with whom this very member is in touch, as the record or the chat app knows them;
    empty for anybody else."""
    known = await externals.of_id(external)
    if known is not None and _is_his(known, visitor) and known.name:
        return {"name": known.name}
    found = await _asked(external, pages.doors.get(visitor.session.account))
    if found is None or visitor.session.user.casefold() not in {one.user.casefold() for one in found.followers}:
        return {}
    return {"name": found.name, "company": found.company}


def _is_his(known: External, visitor: Visitor) -> bool:
    return known.member_id is not None and visitor.scope.covers(known.member_id)


async def _asked(external: str, door: object) -> Outsider | None:
    """What the platform tells of the person; None where it tells nothing in time."""
    if not isinstance(door, Contacts):
        return None
    try:
        async with asyncio.timeout(ASKED_SECONDS):
            return await door.contact(external)
    except (SendError, TimeoutError) as fault:
        log.info("page.person", fault=getattr(fault, "code", "timeout"))
        return None


def _found(to: str) -> web.Response:
    return web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})
