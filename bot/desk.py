"""The bot as the sandbox sees it: its clock, its records in words, what comes next, and whether it is quiet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.sandbox.desk import Coming, Entry, Mark, Notes, Proof, Step, Track
from bot.app import App
from bot.capture.undo import plain
from bot.clock import Clock, MovableClock
from bot.exchange import records
from bot.followup.view import matter
from bot.handover import outside
from bot.process import track as process
from bot.process.track import track
from bot.replies import words
from nlp.reading import Reading
from storage import audit, cards, commitments, due, evidence, inbox, members, opportunities, outbox, pulse, webhooks
from storage.records import AuditEntry

POLL = 0.01


class BotDesk:
    def __init__(self, app: App, clock: MovableClock) -> None:
        self._app, self._hand = app, clock
        self.clock: Clock = clock
        self._stepping = asyncio.Lock()

    async def quiet(self, within: float) -> bool:
        """Nothing waits in the inbox, nothing that is due waits in the outbox."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while loop.time() < end:
            if await self._idle():
                return True
            await asyncio.sleep(POLL)
        return False

    async def _idle(self) -> bool:
        app = self._app
        if self._at_work():
            return False
        now = self.clock.now()
        ready_at = await pulse.oldest_event()
        if ready_at is not None and ready_at <= now:
            app.worker.wake()
            return False
        due_at = await outbox.next_due()
        if due_at is not None and due_at <= now:
            app.deliverer.wake()
            return False
        told_at = await webhooks.next_due()
        if told_at is not None and told_at <= now:
            app.poster.wake()
            return False
        asked_at = await due.next_of(outside.KIND)
        if app.transfers.accounts and asked_at is not None and asked_at <= now:
            app.transfers.wake()
            return False
        return not self._at_work()  # taken up while we asked

    def _at_work(self) -> bool:
        app = self._app
        return (
            app.worker.busy
            or app.deliverer.busy
            or app.caller.busy
            or app.caller.waits
            or app.poster.busy
            or app.poster.waits
            or app.transfers.busy
            or app.transfers.waits
            or app.bringer.busy
            or app.bringer.waits
        )

    async def step(self, to: datetime) -> None:
        """Through every due moment in order, each fired with the clock standing at it."""
        async with self._stepping:
            if to < self.clock.now():
                self._hand.set(to)
                return
            await self._app.engine.step(
                self._hand, to, self._settle, (outbox.next_due, pulse.oldest_event, webhooks.next_due, _next_transfer)
            )

    async def _settle(self) -> None:
        self._app.deliverer.wake()
        await self.quiet(20)

    async def records(self, kind: str, undone: bool = False) -> list[dict[str, Any]]:
        return [item async for item in records.items(kind, undone=undone)]

    async def kind_of(self, account: str, reference: str) -> str:
        row = await outbox.by_reference(account, reference)
        if row is None:
            return ""
        card = await cards.get(row.id)
        return card.kind if card is not None else row.kind

    async def coming(self, most: int) -> Sequence[Coming]:
        found = []
        for moment in await due.waiting(limit=most * 3):
            if moment.kind == "promise.overdue":
                continue
            promise = await commitments.get(moment.record)
            member = await members.get(moment.member_id) if moment.member_id else None
            if promise is None:
                continue
            about = await matter(promise)
            what = words.named("moments", moment.kind).format(
                who=member.name if member else "", what=promise.what, customer=about.customer
            )
            found.append(Coming(moment.at.astimezone(self.clock.now().tzinfo), what))
        return found[:most]

    async def track(self, opportunity_id: str) -> Track | None:
        deal = await opportunities.get(opportunity_id)
        if deal is None:
            return None
        live = await self._app.house.playbooks.current(None)
        found = track(deal, await evidence.of_opportunity(deal.id), live.playbook, self.clock.now())
        steps = tuple(Step(one.name, one.state, _note(one)) for one in found.steps)
        return Track(steps, found.next_stage, found.have, found.missing)

    async def notes(self, account: str, event_id: str) -> Notes:
        row = await inbox.by_key(account, event_id)
        if row is None or not row.text:
            return Notes()
        entries = await audit.by_event(row.id)
        customer = next(
            (str(e.change.after["customer_id"]) for e in entries if e.change and e.change.after.get("customer_id")), ""
        )
        live = await self._app.house.playbooks.current(None)
        names = self._app.house.reading_as(live).names
        reading = await names.reading(row.text, row.sent_at or row.received_at, live.calendar)
        return Notes(_marks(reading) if customer else (), customer)

    async def entries(self, most: int) -> Sequence[Entry]:
        n, _ = await audit.head()
        found = await audit.entries(after=max(0, n - most), limit=most)
        names = {member.id: member.name for member in await members.everyone(active=False)}
        zone = self.clock.now().tzinfo
        return [_entry(entry, names, zone) for entry in reversed(found)]

    async def verify(self) -> Proof:
        verdict = await audit.verify()
        return Proof(verdict.entries, verdict.head, verdict.erased, verdict.broken)


def _note(step: process.Step) -> str:
    if step.state == "here":
        return f"第 {step.days} 天"
    return f"缺 {step.lacks} 件" if step.lacks else ""


def _marks(reading: Reading) -> tuple[Mark, ...]:
    """The words that made each line of the card, in the card's names for them."""
    marks: list[Mark] = []
    marks += [Mark(one.span, words.bit("customer")) for one in (*reading.customers, *reading.contacts)[:1]]
    marks += [Mark(one.span, words.bit("signal")) for one in reading.signals[:1]]
    if reading.stage:
        marks.append(Mark(reading.stage.span, words.bit("stage")))
    if reading.stage and reading.stage.when and reading.stage.value == "contract_signing":
        marks.append(Mark(reading.stage.when.span, words.bit("date")))
    marks += [Mark(one.span, words.bit("commitment")) for one in reading.commitments[:1]]
    return tuple(sorted(marks, key=lambda mark: mark.span))


def _entry(entry: AuditEntry, names: dict[str, str], zone: Any) -> Entry:
    title = words.named("kinds", plain(entry.kind))
    if entry.kind != plain(entry.kind):
        title = ("撤销：" if entry.kind.startswith("undo.") else "恢复：") + title
    by = names.get(entry.actor) or words.named("actors", entry.actor)
    return Entry(entry.n, entry.at.astimezone(zone), title, _detail(entry), by, entry.hash, entry.prev)


def _detail(entry: AuditEntry) -> str:
    """The heart of a change in a few words; erased ones say so."""
    change = entry.change
    if change is None:
        return "内容已删除"
    for name in ("what", "name", "text", "file", "stage", "state", "amount", "sign_date"):
        if change.after.get(name):
            before = (change.before or {}).get(name)
            new = words.named("values", str(change.after[name]))[:24]
            return f"{words.named('values', str(before))[:16]} → {new}" if before else new
    return ""


async def _next_transfer() -> datetime | None:
    return await due.next_of(outside.KIND)
