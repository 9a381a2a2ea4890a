"""Tells addresses outside what was queued for them: signed, behind the record, with a second try and a last one.
Whatever an address does, nothing else waits for it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from adapters import signing
from adapters.outside import NotAnswered, Outside
from bot import metrics
from bot.house import House
from bot.queued import Queued
from bot.slots import DATABASE, Work, patiently
from storage import webhooks
from storage.errors import StorageError
from storage.records import Delivery
from storage.rows import to_json

log = structlog.get_logger(__name__)
WIDTH = 16
SECONDS = 10.0
"""An address has so long to answer."""
LEASE_SECONDS = 60
WAITS = (10, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800)
"""Seconds before each further try; after the last, some 16 hours behind the first, it is given up."""
ID = "X-Genjin-Delivery"


class Poster(Queued):
    def __init__(self, house: House, outside: Outside, *, owner: str) -> None:
        super().__init__("poster", WIDTH, house.clock)
        self._house, self._outside, self._owner = house, outside, owner

    async def claim(self, now: datetime, room: int) -> Sequence[Work]:
        found = await webhooks.claim(now, room, self._owner, LEASE_SECONDS)
        return [self._one(delivery) for delivery in found]

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
                await patiently(lambda: webhooks.dead(id, self._owner, reason), LEASE_SECONDS)
            else:
                await patiently(lambda: webhooks.again(id, self._owner, now + wait, reason), LEASE_SECONDS)
        except DATABASE as fault:
            log.warning("webhook.unnoted", code=fault.code)
