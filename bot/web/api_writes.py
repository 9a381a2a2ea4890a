"""What a program may change: the few things that a member may change by a command, through the same gates."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog
from aiohttp import web

from bot import record
from bot.outbox.service import put
from bot.process import service as process
from bot.process.gates import decide
from bot.web.api import Api, Caller, Refused, fresh, not_there
from storage import evidence, members, page, rows
from storage.connect import transaction
from storage.errors import Stale
from storage.records import Change, Customer, Opportunity, Record, changed, new_id

log = structlog.get_logger(__name__)
R = TypeVar("R", bound=Record)
MOST_BYTES = 64 * 1024
NOTE_MOST, STAGE_MOST = 2000, 100
TRIED = "opportunity.tried"
"""A move that a gate refused, written down with what was missing: one entry a try."""


class Writes:
    def __init__(self, api: Api, told: asyncio.Event) -> None:
        self._api, self._house, self._told = api, api.house, told

    def routes(self) -> list[web.RouteDef]:
        return [
            self._api.post("/opportunities/{id}/stage", self._stage),
            self._api.post("/customers/{id}/notes", self._note),
        ]

    async def _stage(self, request: web.Request, caller: Caller) -> web.Response:
        """Forwards only and through the gate; what a person must tap is refused as a conflict."""
        wanted = (await _fields(request, {"stage": STAGE_MOST}))["stage"]
        now, event = self._house.clock.now(), new_id("api", self._house.clock.now())
        async with transaction():
            deal = await self._mine(caller, request, Opportunity)
            refusal, changes = await self._judged(deal, wanted, caller, now)
            await self._keep(changes, caller, event, now)
        self._told.set()
        if refusal is not None:
            raise refusal
        return fresh(request, {"id": deal.id, "changed": bool(changes)})

    async def _judged(
        self, deal: Opportunity, wanted: str, caller: Caller, now: datetime
    ) -> tuple[Refused | None, Sequence[Change]]:
        live = await self._house.live(await members.get(deal.owner_id) or caller.member)
        pipeline = live.playbook.pipeline(deal.pipeline)
        target = pipeline.stage(wanted)
        if target is None:
            there = "、".join(stage.id for stage in pipeline.stages)
            raise Refused(422, "unknown_stage", "the pipeline has no such stage", f"stage 可写：{there}")
        decision = decide(pipeline, deal, target, await evidence.counts(deal.id))
        if decision.moves or decision.way == "same":
            return None, process.advance(deal, decision, now)
        missing = list(decision.missing)
        tried = Change(TRIED, deal.id, {"_stage": wanted, "_way": decision.way, "_missing": missing}, {})
        if decision.way == "tap":
            return Refused(409, "needs_a_tap", "backwards, won and lost wait for a person", "在聊天里改，点一下才算"), [
                tried
            ]
        lacks = "、".join(live.playbook.called(kind) for kind in missing)
        return Refused(409, "gate_closed", f"missing: {', '.join(missing)}", f"还差：{lacks}"), [tried]

    async def _note(self, request: web.Request, caller: Caller) -> web.Response:
        words = " ".join((await _fields(request, {"text": NOTE_MOST}))["text"].split())
        now, event = self._house.clock.now(), new_id("api", self._house.clock.now())
        async with transaction():
            one = await self._mine(caller, request, Customer)
            note = changed(one, "customer.note", note=f"{one.note}\n{words}".strip())
            await self._keep([note], caller, event, now)
        self._told.set()
        return fresh(request, {"id": one.id, "changed": True})

    async def _mine(self, caller: Caller, request: web.Request, kind: type[R]) -> R:
        """The record of the address, as the transaction sees it. Raises Refused."""
        table = rows.TABLES[kind.prefix]
        found = await page.one(table, caller.sees(table.name), rows.clean(request.match_info["id"]))
        if not isinstance(found, kind):
            raise not_there()
        return found

    async def _keep(self, changes: Sequence[Change], caller: Caller, event: str, now: datetime) -> None:
        try:
            follows = await record.keep(changes, self._house, actor=caller.member.id, event=event, at=now)
        except Stale:
            raise Refused(409, "changed_meanwhile", "somebody was faster", "重新读一次再改") from None
        for letter in follows:
            to = await members.get(letter.to)
            await put(
                letter, now.astimezone(await self._house.zone(to)) if to else now, await self._house.live(to), event
            )


async def _fields(request: web.Request, wanted: Mapping[str, int]) -> dict[str, str]:
    """The body's texts, exactly these (name → longest); whatever else stands there is refused by name."""
    if request.content_type != "application/json":
        raise Refused(415, "not_json", "the body is not JSON", "Content-Type 用 application/json")
    given = await _body(request)
    if strange := sorted(given.keys() - wanted.keys()):
        raise Refused(422, "unknown_field", f"no field {strange[0][:40]}", f"只能写：{'、'.join(wanted)}")
    for name, most in wanted.items():
        value = given.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise Refused(422, "bad_field", f"{name} does not fit", f"{name} 写 1 到 {most} 个字")
    return {name: rows.clean(given[name].strip()) for name in wanted}


async def _body(request: web.Request) -> dict[str, Any]:
    raw = bytearray()
    async for piece in request.content.iter_chunked(MOST_BYTES):
        raw += piece
        if len(raw) > MOST_BYTES:
            raise Refused(413, "too_large", "the body is too large", f"最多 {MOST_BYTES // 1024} KB")
    try:
        given = json.loads(bytes(raw).decode())
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json", "the body is not JSON", "发 JSON 对象") from None
    if not isinstance(given, dict):
        raise Refused(422, "bad_field", "the body is not an object", "发 JSON 对象")
    return given
