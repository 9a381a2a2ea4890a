"""What is done on the pages by a tap: the same changes that the chat makes, recorded the same way, once a form."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot import record
from bot.capture.evidence import wanted_next
from bot.capture.gated import owed_again, shut
from bot.capture.service import take_back
from bot.capture.visit import visited
from bot.followup import service as followup
from bot.followup.fit import of_file
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.web import handing
from bot.web.customer_view import called
from bot.web.deals import Which, chosen
from bot.web.forms import Form
from bot.web.pages import NotThere, Pages
from bot.web.sessions import Visitor
from bot.web.timeline import piece_of
from storage import audit, commitments, customers, due, evidence, members, opportunities
from storage.connect import transaction
from storage.records import Change, Commitment, Customer, Opportunity
from storage.uploads import LIVES, Upload

KEY = re.compile(r"[0-9a-f]{32}")
PREFIX, SLOT = "pag_", "page"
NOTE_MOST = 500
FARTHEST = timedelta(days=730)
UNDONE_WITHIN = timedelta(hours=24)
QUOTE, QUOTE_WORD = "quote", "报价"


@dataclass(frozen=True, slots=True)
class Made:
    """What a deed comes to: the changes, and what is said of it beside what follows from them."""

    changes: Sequence[Change] = ()
    letters: Sequence[Letter] = ()


Changes = Callable[[], Awaitable[Made]]


def new_key() -> str:
    """Names one showing of a form: sent twice, it is done once."""
    return secrets.token_hex(16)


async def seen(id: str, visitor: Visitor) -> Customer:
    """The customer, where the visitor may see it. Raises NotThere, alike for what is not and for what is not his."""
    customer = await customers.get(id)
    if customer is None or not visitor.scope.sees(customer):
        raise NotThere
    return customer


class Deeds:
    def __init__(self, pages: Pages, told: asyncio.Event) -> None:
        self._pages, self._told = pages, told

    @property
    def _house(self) -> House:
        return self._pages.house

    def routes(self) -> list[web.RouteDef]:
        post = self._pages.post
        return [
            post("/sidebar/customer/{id}/visit", self.visit),
            post("/sidebar/customer/{id}/file", self.file, files=("file",)),
            post("/sidebar/promise/{id}/done", self.done),
            post("/sidebar/promise/{id}/move", self.move),
            post("/sidebar/undo", self.undo),
        ]

    async def visit(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """生成拜访记录"""
        customer = await seen(request.match_info["id"], visitor)
        event = event_of(form)
        note = form.fields.get("note", "").strip()[:NOTE_MOST]
        if await due.slot_taken(SLOT, event):
            return self.back(customer.id, "visit", event)

        deal = await chosen(customer, form.fields.get("deal", ""))
        if isinstance(deal, Which):
            return self._ask(customer, deal, visitor, form)

        async def changes() -> Made:
            counts = await evidence.counts(deal.id) if deal else {}
            people = await customers.contacts(customer.id)
            person = people[0] if len(people) == 1 else None
            words = note or piece_of(
                "visit", whom=called(person) if person else await customers.short_name(customer.id)
            )
            live = await self._house.live(visitor.member)
            found = visited(customer, deal, counts, visitor.member, words, live.playbook, visitor.now, event, person)
            return Made(found.changes)

        await self.record(event, visitor, changes)
        return self.back(customer.id, "visit", event)

    def _ask(self, customer: Customer, which: Which, visitor: Visitor, form: Form) -> web.Response:
        """The same form once more, a button for each opportunity; nothing is recorded yet."""
        kept = [(name, form.fields[name]) for name in ("key", "note") if form.fields.get(name)]
        return self._pages.page(
            "sidebar_which_deal.html", visitor=visitor, id=customer.id, deals=which.deals, kept=kept
        )

    async def file(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """A file for a promise, for what a gate wants, or a quotation."""
        customer = await seen(request.match_info["id"], visitor)
        event, what = event_of(form), form.fields.get("for", "")
        if await due.slot_taken(SLOT, event):
            return self.back(customer.id, "file", event)
        deal = await self._deal_of(customer, what, form)
        if isinstance(deal, Which):
            words = "选好再传，文件还没收。"
            return self._pages.notice(request, 400, "选一下是哪个商机", words, "which_deal", form_of(customer.id, what))
        sent = form.file()
        file = await handing.store(
            self._house, self._name(sent.name if sent else "", what), sent.body if sent else None
        )
        if isinstance(file, handing.Refused):
            back = form_of(customer.id, what)
            return self._pages.notice(request, file.status, file.title, file.words, "file_refused", back)
        async with transaction():
            upload, purpose = await self._upload(customer, visitor, deal, what)
            if await due.fire_slot(SLOT, event):
                await handing.keep(upload, file, purpose, self._house, event)
        self._told.set()
        return self.back(customer.id, "file", event)

    def _name(self, name: str, what: str) -> str:
        return piece_of("quote_named", file=name) if what == QUOTE and name and QUOTE_WORD not in name else name

    async def _deal_of(self, customer: Customer, what: str, form: Form) -> Opportunity | Which | None:
        """The opportunity that the form names. What a promise is about its own opportunity says, if it has one."""
        promise = None
        if what.startswith("promise:"):
            promise = await commitments.get(what.removeprefix("promise:"))
        if promise is not None and promise.customer_id == customer.id:
            return await opportunities.get(promise.opportunity_id) if promise.opportunity_id else None
        return await chosen(customer, form.fields.get("deal", ""))

    async def _upload(
        self, customer: Customer, visitor: Visitor, deal: Opportunity | None, what: str
    ) -> tuple[Upload, str]:
        """What the file may be for, and which of it was said. A quotation is for the promise of one, if there is one
        alone; else for the opportunity."""
        live = await self._house.live(visitor.member)
        kinds, stage = wanted_next(deal, await evidence.counts(deal.id), live.playbook) if deal else ((), "")
        if kinds[1:]:  # no file alone opens it: the opportunity is not moved on by the way
            stage = ""
        promise, purpose = None, "gate"
        if what == QUOTE:
            open_ones = await commitments.open_of(customer.id)
            fits = of_file(QUOTE_WORD, open_ones, live.playbook.synonyms)
            promise, purpose = (fits[0], "commitment") if len(fits) == 1 else (None, "")
        elif what.startswith("promise:"):
            promise, purpose = await self._promise(what.removeprefix("promise:"), visitor), "commitment"
            if promise.customer_id != customer.id:
                raise NotThere
        elif what in kinds:
            kinds = (what,)
        else:
            purpose = ""
        upload = Upload(
            member_id=visitor.member.id, customer_id=customer.id, expires_at=visitor.now + LIVES,
            opportunity_id=deal.id if deal else None, commitment_id=promise.id if promise else None, kinds=kinds,
            stage=stage,
        )  # fmt: skip
        return upload, purpose

    async def _promise(self, id: str, visitor: Visitor) -> Commitment:
        """The promise, open yet and of a customer that the visitor may see. Raises NotThere."""
        promise = await commitments.get(id)
        if promise is None:
            raise NotThere
        await seen(promise.customer_id, visitor)
        return promise

    async def done(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """已发: closed without a file."""
        promise = await self._promise(request.match_info["id"], visitor)
        event = event_of(form)

        async def changes() -> Made:
            now = await commitments.get(promise.id)
            if now is None or now.state not in followup.OPEN:
                return Made()
            return Made(followup.keep(now, visitor.now, why="no_file"))

        await self.record(event, visitor, changes)
        return self.back(promise.customer_id, "kept", event)

    async def move(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """改日期: to a day that is not past and not out of sight."""
        promise = await self._promise(request.match_info["id"], visitor)
        event, day, today = event_of(form), _day(form.fields.get("day", "")), visitor.now.date()
        if day is None or not today <= day <= today + FARTHEST:
            back = f"/sidebar/customer/{promise.customer_id}"
            return self._pages.notice(request, 400, "日子没看懂", "选一个今天以后的日子。", "bad_day", back)

        async def changes() -> Made:
            now = await commitments.get(promise.id)
            if now is None or now.state not in followup.OPEN:
                return Made()
            return Made([change for change in followup.move(now, day) if change.after])

        await self.record(event, visitor, changes)
        return self.back(promise.customer_id, "moved", event)

    async def undo(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """撤销 of what this member did on a page within the day; where more was built on it, the chat asks."""
        event = form.fields.get("event", "")
        entries = await audit.by_event(event) if event.startswith(PREFIX) else []
        if not entries or entries[0].actor != visitor.member.id or entries[0].at < visitor.now - UNDONE_WITHIN:
            raise NotThere
        live = await self._house.live(visitor.member)
        async with transaction():
            found = await take_back(event, visitor.now)
            stuck = bool(found.later) or await shut(found.changes, live.playbook) is not None
            if not stuck:
                changes = (*found.changes, *await owed_again(found.changes, live.playbook))
                await self._keep(changes, visitor, event)
        if stuck:
            words = "后面又改过，回聊天里说“撤销”，我一件件问你。"
            return self._pages.notice(request, 409, "这一步撤不了", words, "changed_since")
        self._told.set()
        customer = await _customer_of([entry.record for entry in entries])
        return self.back(customer, "undone", "")

    async def record(self, event: str, visitor: Visitor, changes: Changes) -> bool:
        """Makes the changes record, with all that follows and is said of them; False where the form was sent before."""
        async with transaction():
            first = await due.fire_slot(SLOT, event)
            if first:
                made = await changes()
                await self._keep(made.changes, visitor, event)
                for letter in made.letters:
                    await self._say(letter, visitor, event)
        self._told.set()
        return first

    async def _keep(self, changes: Sequence[Change], visitor: Visitor, event: str) -> None:
        follows = await record.keep(
            changes, self._house, actor=visitor.member.id, event=event, at=self._house.clock.now()
        )
        for other in follows:
            await self._say(other, visitor, event)

    async def _say(self, letter: Letter, visitor: Visitor, event: str) -> None:
        live = None if letter.answer else await self._house.live(await members.get(letter.to))
        await put(letter, visitor.now, live, event)

    def back(self, customer_id: str, did: str, event: str) -> web.Response:
        """To the customer's page (to the first one, where it is of no customer), which says what was done."""
        query: dict[str, Any] = {"did": did} | ({"event": event} if event else {})
        where = f"/sidebar/customer/{customer_id}" if customer_id else "/sidebar/"
        headers = {"Location": f"{where}?{urlencode(query)}", **self._pages.headers}
        return web.Response(status=303, headers=headers)


def event_of(form: Form) -> str:
    """The event that this showing of a form is; a form without a key is one by itself."""
    key = form.fields.get("key", "")
    return PREFIX + (key if KEY.fullmatch(key) else new_key())


def form_of(customer_id: str, what: str) -> str:
    """The page on which a file is chosen once more."""
    return f"/sidebar/customer/{customer_id}/file?{urlencode({'for': what})}"


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


async def _customer_of(records: Sequence[str]) -> str:
    for id in records:
        if not id.startswith(("lead_", "msg_", "job_")) and (found := await customers.of_record(id)):
            return found
    return ""
