"""Tells addresses outside what was queued for them: signed, behind the record, with a second try and a last one.
Whatever an address does, nothing else waits for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from adapters import signing
from adapters.outside import NotAnswered, Outside
from bot import admins, metrics
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.queued import Queued
from bot.replies import webhooks as say
from bot.slots import DATABASE, Work, patiently
from storage import webhooks
from storage.connect import transaction
from storage.errors import StorageError
from storage.records import Delivery
from storage.rows import to_json

log = structlog.get_logger(__name__)
WIDTH = 80
EACH = 4
"""Calls of one address at once: those that do not answer hold up no other's."""
SECONDS = 10.0
"""An address has so long to answer."""
LEASE_SECONDS = 60
WAITS = (10, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800)
"""Seconds before each further try; after the last, some 16 hours behind the first, it is given up."""
ID = "X-Genjin-Delivery"


class Poster(Queued):
    def __init__(self, house: House, outside: Outside, *, owner: str, told: Callable[[], None]) -> None:
        super().__init__("poster", WIDTH, house.clock)
        self._house, self._outside, self._owner, self._told = house, outside, owner, told
        self._calling = Counter[str]()

    async def claim(self, now: datetime, room: int) -> Sequence[Work]:
        busy = [address for address, count in self._calling.items() if count]
        found = await webhooks.claim(now, room, self._owner, LEASE_SECONDS, each=EACH, but=busy)
        self._calling = +self._calling + Counter(delivery.webhook_id for delivery in found)
        return [self._counted(delivery) for delivery in found]

    async def _counted(self, delivery: Delivery) -> None:
        try:
            await self._one(delivery)
        finally:
            self._calling[delivery.webhook_id] -= 1
            if not self._calling[delivery.webhook_id]:
                self.wake()

    async def _one(self, delivery: Delivery) -> None:
        reason, gone = "", False
        try:
            to, secret = await webhooks.get(delivery.webhook_id), await webhooks.secret(delivery.webhook_id)
            if to is None or to.ended_at is not None or not secret:
                reason, gone = "removed", True
            else:
                raw = to_json(delivery.body).encode()
                headers = {**signing.headers(secret, raw, self._house.clock.now()), ID: delivery.id}
                await self._outside.tell(to.url, raw, headers, inside=to.inside, seconds=SECONDS)
        except NotAnswered as fault:
            reason = str(fault)
        except StorageError as fault:  # the lease brings it again
            log.warning("webhook.waits", code=fault.code)
            return
        await self._note(delivery, reason, gone)

    async def _note(self, delivery: Delivery, reason: str, gone: bool) -> None:
        now, id = self._house.clock.now(), delivery.id
        over = gone or delivery.tries > len(WAITS)
        end = "sent" if not reason else "dead" if over else "again"
        metrics.posted.labels(end).inc()
        if reason:
            log.warning("webhook.unheard", delivery=id, tries=delivery.tries, end=end)
        wait = timedelta(seconds=WAITS[min(delivery.tries, len(WAITS)) - 1] * random.uniform(0.9, 1.1))
        try:
            if not reason:
                await patiently(lambda: webhooks.sent(id, self._owner, now), LEASE_SECONDS)
            elif over:
                await patiently(lambda: self._give_up(delivery, reason, None if gone else now), LEASE_SECONDS)
                self._told()
            else:
                await patiently(lambda: webhooks.again(id, self._owner, now + wait, reason), LEASE_SECONDS)
        except DATABASE as fault:
            log.warning("webhook.unnoted", code=fault.code)

    async def _give_up(self, delivery: Delivery, reason: str, now: datetime | None) -> None:
        """It is not sent again; ``now``: the admins hear of the address, once a day. None: it was removed."""
        async with transaction():
            if not await webhooks.dead(delivery.id, self._owner, reason) or now is None:
                return
            to = await webhooks.get(delivery.webhook_id)
            if to is None:
                return
            push = say.given_up(to, reason, await webhooks.given_up(to.id))
            once = f"{push.kind}:{to.id}:{now:%Y%m%d}"
            for letter in await admins.in_group(push, once, self._house, now):
                await put(letter, now)
            for admin in await admins.on_duty(now):
                local = now.astimezone(await self._house.zone(admin))
                letter = Letter(push, to=admin.id, once=f"{once}:{admin.id}", answer=False)
                await put(letter, local, await self._house.live(admin))
