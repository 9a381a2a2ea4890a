"""Hands people outside over at their platform, behind the record and outside of any transaction: asked for once the
record's way back is over, and looked after until the platform says what came of it (LEAD-8, VOICE.md F6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.base import HandsOver
from adapters.errors import SendError
from bot.handover import outside
from bot.handover import service as handover
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.queued import Queued
from bot.replies import reassign as say
from bot.slots import Work
from storage import audit, cards, customers, due, externals, handovers, members
from storage.connect import transaction
from storage.errors import StorageError
from storage.records import Change, External, Handover, Identity, Moment, changed

log = structlog.get_logger(__name__)
WIDTH = 4
LEASE_SECONDS = 60
AGAIN = timedelta(hours=1)
"""How often one asks what came of it."""
WITHIN = timedelta(days=3)
"""The platform decides within a day; what it does not know after so long it never will."""
HAND = "clock"


@dataclass(frozen=True, slots=True)
class Errand:
    """One person of one hand-over, with both of ours as the platform knows them."""

    moment: Moment
    done: Handover
    person: External
    giver: Identity
    taker: Identity


class Transfers(Queued):
    """``adapters`` by account; ``told`` is called after each commit."""

    def __init__(
        self, house: House, adapters: Mapping[str, Any], *, owner: str, told: Callable[[], None]
    ) -> None:  # fmt: skip
        super().__init__("transfers", WIDTH, house.clock)
        self._house, self._owner, self._told = house, owner, told
        self._adapters = {name: one for name, one in adapters.items() if isinstance(one, HandsOver)}

    @property
    def accounts(self) -> frozenset[str]:
        """Where people can be handed over."""
        return frozenset(self._adapters)

    async def claim(self, now: datetime, room: int) -> Sequence[Work]:
        if not self._adapters:
            return []
        found = await due.claim_due(now, room, self._owner, LEASE_SECONDS, only=outside.KIND)
        return [self._one(moment) for moment in found]

    async def _one(self, moment: Moment) -> None:
        try:
            errand = await self._errand(moment)
            if errand is None:
                await due.dropped([moment.id], self._owner)
                return
            state, why = await self._asked(errand)
            await self._write(errand, state, why)
        except StorageError as fault:  # the lease brings it again
            log.warning("transfer.waits", code=fault.code)

    async def _errand(self, moment: Moment) -> Errand | None:
        """None where it was given back, somebody has the customer meanwhile, or one of the two is not there."""
        done, person = await handovers.get(moment.record), await externals.get(str(moment.data["external"]))
        customer = await customers.get(done.customer_id) if done is not None else None
        if done is None or person is None or customer is None or done.state == "returned":
            return None
        if person.account not in self._adapters or customer.owner_id != done.to_id:
            return None
        taker = await members.identity_of(done.to_id, person.account)
        giver = await members.identity_of(done.from_id, person.account)
        if giver is None:  # the directory deleted him there; whom he knew is still to be handed over
            giver = await members.last_identity(done.from_id, person.account)
        return Errand(moment, done, person, giver, taker) if giver is not None and taker is not None else None

    async def _asked(self, errand: Errand) -> tuple[str, str]:
        """(what came of it, why not): done, waiting, refused, full, failed; later: the platform cannot now."""
        adapter: HandsOver = self._adapters[errand.person.account]
        pair = (errand.person.external, errand.giver.user, errand.taker.user)
        try:
            if errand.moment.data["what"] == outside.START:
                return await _begun(adapter, pair)
            state = await adapter.handed_over(*pair)
        except SendError as fault:
            log.warning("transfer.later", code=fault.code, hint=fault.hint)
            return "later", fault.hint
        if state in ("waiting", "unknown"):
            over = self._house.clock.now() - errand.done.returnable_until > WITHIN
            return ("failed", "") if over else ("waiting", "")
        return state, ""

    async def _write(self, errand: Errand, state: str, why: str) -> None:
        """What is known now, in one transaction that ends the moment or puts it off."""
        now, moment = self._house.clock.now(), errand.moment
        if state == "later":
            await due.put_off([moment.id], now + timedelta(minutes=5), self._owner)
            return
        async with transaction():
            if await due.fired([moment.id], now, self._owner) != 1:
                return
            if state == "waiting":
                await due.put([outside.moment(errand.done, errand.person, outside.CHECK, now + AGAIN)])
            changes = _changes(errand, state)
            await audit.apply(changes, actor=HAND, event=moment.id, at=now)
            if state != "waiting" or moment.data["what"] == outside.START:
                await self._tell(errand, state, why, now)
        self._told()

    async def _tell(self, errand: Errand, state: str, why: str, now: datetime) -> None:
        """F6 says where it stands, on the card of whoever decided and of the giver's manager."""
        done = await handovers.get(errand.done.id) or errand.done
        case = await handover.case(done)
        for person in dict.fromkeys(one.id for one in (case.by, case.manager) if one is not None):
            for row in await cards.recent_of_kind(person, "reassign.manager", 30):
                if row.data.get("handover") != done.id:
                    continue
                member = await members.get(person)
                local = now.astimezone(await self._house.zone(member)) if member is not None else now
                card = say.transferred(case, state, why, local)
                once = f"{row.id}:transfer:{state}:{errand.person.id}"
                letter = Letter(card, to=person, once=once, changes=row.id, about=say.about(case), answer=False)
                await put(replace(letter, answer=True), local)


async def _begun(adapter: HandsOver, pair: tuple[str, str, str]) -> tuple[str, str]:
    """Asked for; where that was done before, by somebody or by a try whose answer was lost, it goes on from there."""
    try:
        await adapter.hand_over(*pair)
    except SendError as fault:
        if fault.code not in ("platform_refused", "not_deliverable"):
            raise
        state = await adapter.handed_over(*pair)
        return (state, "") if state in ("waiting", "done") else ("failed", fault.hint)
    return "waiting", ""


def _changes(errand: Errand, state: str) -> list[Change]:
    """The way back is over once the platform was asked; who was handed over is the taker's contact."""
    found = [changed(errand.done, "handover.final", state="final")]
    if state == "done":
        found.append(changed(errand.person, "external.handed_over", member_id=errand.done.to_id, state="known"))
    return [one for one in found if one.after]
