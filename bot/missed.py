"""Approvals that were decided while we could not hear: a platform tells of them for hours at most, some of them for
seconds. Behind each time without ears the platform's list is asked, and what it holds that is new to us goes the way of
every event (CAP-3). An account's mark is put forward only when all of that is on disk, so a crash repeats the asking,
and what is done for a form already is known by the form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from adapters import asked
from adapters.base import Adapter, Listener, ListsApprovals, Sink
from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, SendError
from adapters.events import Approval
from bot.capture.approval import form_of, may_be_ours
from bot.house import House
from bot.playbook.forms import ApprovalForm
from storage import marks
from storage.connect import transaction
from storage.errors import StorageError

log = structlog.get_logger(__name__)

LOOK = 30.0
"""Seconds of the machine's clock between two looks."""
NOTED = timedelta(minutes=2)
"""How often it is noted that an account hears."""
SILENCE = timedelta(minutes=10)
"""So long without a note is a time without ears."""
BEFORE = timedelta(days=30)
"""A form decided now was handed in at most so long ago: lists go by when it was handed in."""
FURTHEST = timedelta(days=120)
MENDING = timedelta(hours=1)
"""An account whose settings do not let us ask is asked again so much later."""
OVER = frozenset({"refused", "withdrawn"})
"""What no form comes back from."""


class Missed:
    """``adapters`` by account; those whose platform has no such list are left out."""

    def __init__(self, house: House, adapters: Mapping[str, Adapter], sink: Sink) -> None:
        self._house, self._sink = house, sink
        self._adapters = {name: one for name, one in adapters.items() if isinstance(one, ListsApprovals)}
        self._asked = set[str]()
        self._not_before = dict[str, datetime]()
        self._seen = dict[str, dict[str, bool]]()

    async def run(self) -> None:
        """Until it is cancelled."""
        while self._adapters:
            await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Each account beside the others: one that does not answer holds up none."""
        await asyncio.gather(*(self._one(name, adapter) for name, adapter in self._adapters.items()))

    async def _one(self, name: str, adapter: ListsApprovals) -> None:
        now = self._house.clock.now()
        if now < self._not_before.get(name, now) or (isinstance(adapter, Listener) and not adapter.hears):
            return
        try:
            await self._looked(name, adapter, now)
        except Misconfigured as fault:
            log.warning("missed.not_let", account=name, code=fault.code, hint=fault.hint)
            self._not_before[name] = now + MENDING
        except SendError as fault:
            log.info("missed.later", account=name, code=fault.code)
            self._not_before[name] = now + timedelta(seconds=getattr(fault, "wait", None) or LOOK)
        except StorageError as fault:
            log.warning("missed.unread", account=name, code=fault.code)
        except Exception:
            log.exception("missed.unexpected", account=name)
            self._not_before[name] = now + MENDING

    async def _looked(self, name: str, adapter: ListsApprovals, now: datetime) -> None:
        mark = f"approvals:heard:{name}"
        noted = await marks.get(mark)
        since = datetime.fromisoformat(noted) if noted else None
        if since is not None and (name not in self._asked or now - since > SILENCE):
            await self._catch_up(name, adapter, max(since, now - FURTHEST), now)
        elif since is not None and timedelta(0) <= now - since < NOTED:
            return
        self._asked.add(name)
        async with transaction():
            await marks.put(mark, now.isoformat())

    async def _catch_up(self, name: str, adapter: ListsApprovals, since: datetime, now: datetime) -> None:
        """Raises SendError, and whatever keeping raises: then it goes on from there, the list asked for anew."""
        forms = (await self._house.live(None)).playbook.approvals
        listed = await adapter.handed_in(since - BEFORE, now, *_wanted(forms))
        mark = f"approvals:others:{name}"
        others = set(json.loads(await marks.get(mark) or "[]"))
        seen = self._seen.setdefault(name, {})
        for id, template in listed:
            if id not in seen and id not in others and (not template or may_be_ours(template, forms)):
                seen[id] = await self._is_ours(name, adapter, id, template, now)
        strange = {id for id, _ in listed if id in others or seen.get(id) is False}
        if strange != others:
            async with transaction():
                await marks.put(mark, json.dumps(sorted(strange)))
        log.info("missed.asked", account=name, listed=len(listed), looked_into=len(seen))
        del self._seen[name]

    async def _is_ours(self, name: str, adapter: ListsApprovals, id: str, template: str, now: datetime) -> bool:
        """Looks into the form and keeps what is new of it; False for one that is no business of ours."""
        state = await _known(name, id)
        form = await _told(adapter, id, template) if state not in OVER else None
        if form is None:
            return True
        if form_of(form.template, form.title, (await self._house.live(None)).playbook.approvals) is None:
            return False
        if form.state not in ("running", state):
            await self._sink.keep(asked.received(name, id, form.template, form.state, form.at, now))
        return True


def _wanted(forms: Sequence[ApprovalForm]) -> tuple[Sequence[str], Sequence[str]]:
    """(codes, titles) of the templates that matter."""
    codes = dict.fromkeys(code for form in forms for code in form.templates)
    return list(codes), list(dict.fromkeys(title for form in forms for title in form.titles))


async def _known(account: str, id: str) -> str:
    """What the form came to, as far as we have heard; "" for one not heard of."""
    kept = await marks.get(f"approval:{account}:{id}")
    return str(json.loads(kept).get("state", "")) if kept else ""


async def _told(adapter: ListsApprovals, id: str, template: str) -> Approval | None:
    """None for one that the platform lists and does not show."""
    try:
        form = await adapter.approval(id)
    except (NotDeliverable, PlatformRefused):
        return None
    return form if form.template else replace(form, template=template)
