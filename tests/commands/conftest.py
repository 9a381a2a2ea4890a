"""A desk without platforms: the whole conversation on a real SQLite, the sample company, Tuesday 2026-03-10 10:00.

What is said goes the way of every message: inbox, conversation, one transaction. The answer is read as it was built.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.events import InboundEvent, Person
from adapters.messages import Card, Push, plain
from bot import commands, sample
from bot.capture.names import NameBook
from bot.clock import MovableClock
from bot.handlers import router, undoing
from bot.handlers.conversation import Conversation
from bot.house import House
from bot.outcome import apply
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.routing import Reply, Router
from bot.turn import Ahead, Brought
from nlp import lexicon
from storage import audit, customers, inbox, members, opportunities, outbox
from storage.connect import Database, transaction
from storage.records import Change, Commitment, Customer, Member, Opportunity, made, new_id

ACCOUNT = "wecom"
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
shipped_lexicon = cache(lexicon.shipped)


@dataclass(frozen=True)
class Heard:
    """An answer: its push, and the id of its card."""

    push: Push
    reply: Reply
    id: str

    @property
    def text(self) -> str:
        return plain(self.push)

    @property
    def title(self) -> str:
        assert isinstance(self.push, Card), self.text
        return self.push.title

    @property
    def status(self) -> str:
        assert isinstance(self.push, Card), self.text
        return self.push.status

    @property
    def buttons(self) -> list[str]:
        return [button.id for button in self.push.buttons]

    def line(self, label: str) -> str:
        assert isinstance(self.push, Card), self.text
        found = [fact.value for fact in self.push.facts if fact.label == label]
        assert found, f"no line {label} in:\n{self.text}"
        return found[0]


@dataclass
class Desk:
    house: House
    clock: MovableClock
    conversation: Conversation
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    account: str = ACCOUNT
    chat: str = ""

    def on(self, account: str) -> Desk:
        """The same desk, where people speak from another account."""
        return replace(self, account=account)

    def group(self, chat: str) -> Desk:
        """The same desk, where people speak in a group."""
        return replace(self, chat=chat)

    async def silent(self, user: str, text: str) -> bool:
        """Whether nobody answered the line."""
        with pytest.raises(AssertionError, match="no answer"):
            await self.says(user, text)
        return True

    async def says(self, user: str, text: str) -> Heard:
        """The answer to a typed line; AssertionError where there was none."""
        return await self._hears(
            user, InboundEvent("", "message", Person(self.account, user), self.clock.now(), text=text, chat=self.chat)
        )

    async def taps(self, user: str, heard: Heard, button: str, *selected: str) -> Heard:
        person, now = Person(self.account, user), self.clock.now()
        tap = InboundEvent("", "tap", person, now, button=button, card=heard.id, selected=selected)
        after = await self._hears(user, tap)
        return replace(after, id=heard.id) if isinstance(after.push, Card) else after

    async def _hears(self, user: str, event: InboundEvent) -> Heard:
        key, now = f"k{next(self.numbers)}", self.clock.now()
        async with transaction():
            row = await inbox.enter(
                account=self.account, key=key, conversation=f"{self.account}:{user}", at=now, payload=b"", owner=key
            )
        made: dict[str, Any] = {}
        while True:
            try:
                async with transaction():
                    reply = await self.conversation.answer(replace(event, key=key), row, Brought(made=made))
                    await apply(reply, event, row, owner=key, now=now, house=self.house)
                break
            except Ahead as wanted:
                made[wanted.key] = await wanted.make()
        push = reply.push or next((other.push for other in reply.more), None)
        assert push is not None, "no answer"
        found = [one for one in await outbox.of_event(reply.event or row.id) if one.once == f"{row.id}:answer"]
        return Heard(push, reply, found[0].id if found else "")

    # -- what the record holds

    async def member(self, user: str) -> Member:
        found = await members.by_identity(ACCOUNT, user)
        assert found is not None
        return found

    async def customer(self, name: str) -> Customer:
        [found] = await customers.named(name)
        return found

    async def deal(self, name: str) -> Opportunity:
        [found] = await opportunities.of_customer((await self.customer(name)).id)
        return found

    async def keep(self, *changes: Change) -> None:
        """Puts records in as though they had always been there."""
        async with transaction():
            await audit.apply(changes, actor="system", event="before", at=self.clock.now())

    async def promise(self, user: str, name: str, what: str, due: object, **more: object) -> Commitment:
        """A promise of ours to the customer, said now."""
        owner, customer, now = await self.member(user), await self.customer(name), self.clock.now()
        fields = {
            "id": new_id("pro", now), "customer_id": customer.id, "by": "us", "what": what, "due": due,
            "owner_id": owner.id, "author_id": owner.id, "recorder_id": owner.id, "said_at": now,
        }  # fmt: skip
        one = Commitment(**{**fields, **more})  # type: ignore[arg-type]
        await self.keep(made(one))
        return one


@pytest.fixture
async def desk(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = MovableClock(TUESDAY)
    async with transaction():
        await ensure_shipped(clock.now())
    await sample.plant(clock.now(), sample.only(ACCOUNT))
    names = NameBook(shipped_lexicon())
    await names.load()
    house = House(
        clock=clock, names=names, playbooks=PlaybookStore(), data=tmp_path, public_url="https://genjin.example",
        hears_files={ACCOUNT: False},
    )  # fmt: skip
    registry, routes = commands.build(undoing.by_word), Router()
    for part in (router, commands.routes(registry)):
        routes.include(part)
    yield Desk(house, clock, Conversation(house, registry.answer, routes))
