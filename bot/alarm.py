"""An account that cannot speak: the admins on duty hear of it at once, and on the same card that it is back (G6)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from adapters.errors import Misconfigured, SendError
from adapters.messages import Card
from bot import admins, unreached
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import alarm as say
from storage import cards, marks, members, outbox
from storage.connect import transaction
from storage.errors import StorageError
from storage.records import Member, OutboxRow

log = structlog.get_logger(__name__)

ONCE_IN = timedelta(hours=1)
"""One cause is told so often at most."""
TRIES_BEFORE = 3
"""A line that is cut once is no alarm; what an admin must mend is one at its first refusal."""
LOOK = timedelta(seconds=10)
"""So often it is looked whether another replica has found an account in trouble."""


@dataclass(slots=True)
class Trouble:
    """What is known of an account that cannot speak, kept as a mark so that a restart forgets nothing."""

    since: datetime
    told: dict[str, datetime] = field(default_factory=dict)
    cards: list[str] = field(default_factory=list)
    back_at: datetime | None = None
    over: bool = False


class Alarm:
    """``labels`` names the platform of each account."""

    def __init__(self, house: House, labels: Mapping[str, str]) -> None:
        self._house, self._labels = house, labels
        self._troubles: dict[str, Trouble] = {}
        self._looked: datetime | None = None
        self._lock = asyncio.Lock()

    async def failed(self, row: OutboxRow, fault: SendError) -> bool:
        """Tells the admins where the account itself is at fault; True where something is to be said."""
        if not fault.cause or not (isinstance(fault, Misconfigured) or row.tries >= TRIES_BEFORE):
            return False
        async with self._lock:
            return await self._safely(self._raise(row, fault), row.account)

    async def lost(self, row: OutboxRow, fault: SendError) -> bool:
        """Tells the admins of somebody who cannot be reached; True where something is to be said."""
        return await self._safely(unreached.told(row, fault, self._house, self._labels), row.account)

    async def arrived(self, account: str) -> bool:
        """Sends what waits at once when the account speaks again, and says so when all of it is out."""
        async with self._lock:
            return await self._safely(self._back(account), account)

    async def _safely(self, step: Awaitable[bool], account: str) -> bool:
        """An alarm that the database cannot take now holds up no push: the next fault raises it again."""
        try:
            return await step
        except StorageError as fault:
            log.warning("alarm.unnoted", account=account, code=fault.code)
            self._looked = None
            return False

    async def _raise(self, row: OutboxRow, fault: SendError) -> bool:
        now, account = self._house.clock.now(), row.account
        trouble = await _load(account)
        if trouble is None or trouble.over:
            trouble = Trouble(now, trouble.told if trouble else {})
        told = trouble.told.get(fault.cause)
        if told is not None and timedelta() <= now - told < ONCE_IN:
            return False
        log.error("account.silent", account=account, code=fault.code, message=fault.message, hint=fault.hint)
        async with transaction():
            await self._tell(account, trouble, fault, now)
        return True

    async def _tell(self, account: str, trouble: Trouble, fault: SendError, now: datetime) -> None:
        await outbox.drop(trouble.cards, "told anew")
        trouble.cards = [id for id in trouble.cards if await _may_stand(id)]
        waiting = await outbox.queued(account, now, say.KIND)
        local = trouble.since.astimezone(now.tzinfo)
        card = say.silent(self._labels.get(account, account), waiting, local, fault.cause, fault.mend)
        about = {"account": account, "cause": fault.cause}
        moment = f"{say.KIND}:{account}:{fault.cause}:{now:%Y%m%d%H%M}"
        for letter in await admins.in_group(card, moment, self._house, now, silent=account):
            await put(letter, now)
        for admin in await admins.on_duty(now):
            once = f"{say.KIND}:{account}:{fault.cause}:{admin.id}:{now:%Y%m%d%H%M}"
            letter = Letter(card, admin.id, once, about, answer=False, account=await self._way_to(admin, account))
            id = await put(letter, now, await self._house.live(admin))
            trouble.cards += [id] if id else []
        trouble.told = {cause: at for cause, at in trouble.told.items() if abs(now - at) < ONCE_IN}
        trouble.told[fault.cause], trouble.back_at = now, None
        await self._keep(account, trouble)

    async def _way_to(self, admin: Member, silent: str) -> str:
        """An account of the admin that still speaks; else the silent one, where it arrives as soon as that does."""
        await self._look()
        for identity in await members.identities(admin.id):
            trouble = self._troubles.get(identity.account)
            if identity.account != silent and (trouble is None or trouble.over):
                return identity.account
        return silent if await members.identity_of(admin.id, silent) else ""

    async def _back(self, account: str) -> bool:
        await self._look()
        trouble = self._troubles.get(account)
        if trouble is None or trouble.over:
            return False
        async with transaction():
            return await self._through(account, trouble, self._house.clock.now())

    async def _through(self, account: str, trouble: Trouble, now: datetime) -> bool:
        freed = 0
        if trouble.back_at is None:
            trouble.back_at = now
            freed = await outbox.without_waiting(account, now)
            await self._keep(account, trouble)
        if await outbox.queued(account, trouble.back_at, say.KIND):
            return freed > 0
        sent = await outbox.got_through(account, trouble.since, trouble.back_at, say.KIND)
        log.info("account.back", account=account, sent=sent)
        said = [await self._card_says_so(id, sent, now) for id in trouble.cards]
        for card in [one for one in said if one is not None][:1]:
            once = f"{say.KIND}:{account}:back:{now:%Y%m%d%H%M}"
            for letter in await admins.in_group(card, once, self._house, now, silent=account):
                await put(letter, now)
        trouble.over, trouble.cards = True, []
        await self._keep(account, trouble)
        return True

    async def _card_says_so(self, id: str, sent: int, now: datetime) -> Card | None:
        """The admin's card, changed; one that was never heard is not sent first only to be changed."""
        row, known = await outbox.get(id), await cards.get(id)
        if row is None or known is None or row.member_id is None:
            return None
        card = say.back(known.data, sent, now)
        unheard = await outbox.drop([id], "over before it was heard")
        letter = Letter(
            card, row.member_id, f"{id}:back", known.data, answer=False, account=row.account,
            changes=None if unheard else id,
        )  # fmt: skip
        await put(letter, now, await self._house.live(await members.get(row.member_id)))
        await cards.update(id, state="done")
        return card

    async def _look(self) -> None:
        now = self._house.clock.now()
        if self._looked is not None and timedelta() <= now - self._looked < LOOK:
            return
        self._looked = now
        found = {account: await _load(account) for account in self._labels}
        self._troubles = {account: trouble for account, trouble in found.items() if trouble is not None}

    async def _keep(self, account: str, trouble: Trouble) -> None:
        self._troubles[account] = trouble
        kept = {
            "since": trouble.since.isoformat(),
            "told": {cause: at.isoformat() for cause, at in trouble.told.items()},
            "cards": trouble.cards,
            "back_at": trouble.back_at.isoformat() if trouble.back_at else "",
            "over": trouble.over,
        }
        await marks.put(f"alarm:{account}", json.dumps(kept, ensure_ascii=False))


async def _load(account: str) -> Trouble | None:
    kept = await marks.get(f"alarm:{account}")
    if kept is None:
        return None
    said = json.loads(kept)
    return Trouble(
        since=datetime.fromisoformat(said["since"]),
        told={cause: datetime.fromisoformat(at) for cause, at in said["told"].items()},
        cards=list(said["cards"]),
        back_at=datetime.fromisoformat(said["back_at"]) if said["back_at"] else None,
        over=bool(said["over"]),
    )


async def _may_stand(card: str) -> bool:
    """It was heard, or may be yet; what nobody will hear need not be said to be over."""
    row = await outbox.get(card)
    return row is not None and row.state != "dropped"
