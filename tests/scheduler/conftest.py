"""A small company on a real database, Tuesday 2026-03-10 10:00: 王芳 leads 张伟 and 李娜; 瑞禾医疗 is 张伟's."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from bot.clock import SHANGHAI, MovableClock
from bot.followup.service import reschedule
from bot.house import House
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.routing import Reply
from scheduler.engine import Engine
from scheduler.timetable import shipped
from storage import audit, due, outbox
from storage.connect import Database, transaction
from storage.records import (
    Commitment,
    Contact,
    Customer,
    Identity,
    Member,
    OutboxRow,
    Record,
    Team,
    made,
)  # fmt: skip

START = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@dataclass
class Company:
    house: House
    clock: MovableClock
    engine: Engine
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def keep(self, *records: Record) -> None:
        async with transaction():
            await audit.apply([made(one) for one in records], actor="system", event="seed", at=self.clock.now())

    async def promise(
        self, what: str, due: str | None, *, owner: str = "mem_zhang", by: str = "us", **more: Any
    ) -> Commitment:
        """A promise said now, remembered as the worker would."""
        now = self.clock.now()
        when = None if due is None else at(due) if "T" in due else date.fromisoformat(f"2026-{due}")
        one = Commitment(
            id=f"pro_{next(self.numbers):04d}", customer_id="cus_ruihe", by=cast(Any, by), what=what, due=when,
            owner_id=owner, author_id=owner, recorder_id=owner, said_at=now, quote=f"我{what}",
            contact_id="con_zhou", **more,
        )  # fmt: skip
        async with transaction():
            await audit.apply([made(one)], actor=owner, event="seed", at=now)
            await reschedule(one.id, self.house.playbooks, now)
        return one

    async def change(self, *changes: Any, actor: str = "mem_zhang") -> None:
        async with transaction():
            await audit.apply(changes, actor=actor, event="tap", at=self.clock.now())

    async def apply(self, reply: Reply, actor: str, event: str) -> None:
        """The records and moments of a reply, as the worker writes them."""
        now = self.clock.now()
        if reply.changes:
            await audit.apply(reply.changes, actor=actor, event=event, at=now)
            for record in {change.record for change in reply.changes if change.record.startswith("pro_")}:
                await reschedule(record, self.house.playbooks, now)
        for record in reply.cancel:
            await due.cancel(record)
        await due.put(list(reply.moments))

    async def until(self, text: str) -> None:
        await self.engine.step(self.clock, at(text))

    async def heard(self, member: str) -> list[str]:
        """What a member was sent: moment, kind and title."""
        return [said(row) for row in await outbox.of_member(member, at("01-01T00:00"))]


def said(row: OutboxRow) -> str:
    when = row.due_at.astimezone(SHANGHAI)
    return f"{when:%m-%d %H:%M} {row.kind} {row.body.get('title') or row.body.get('text')}"


async def found_company(clock: MovableClock, data: Path, owner: str = "one") -> Company:
    house = House(clock=clock, names=cast(Any, None), playbooks=PlaybookStore(), data=data)
    company = Company(house, clock, Engine(house, shipped(), owner=owner))
    await ensure_shipped(clock.now())
    people = [
        ("zhang", "张伟", ("rep",)),
        ("li", "李娜", ("rep",)),
        ("wang", "王芳", ("manager",)),
        ("admin", "管理员", ("admin",)),
    ]
    await company.keep(
        Team(id="team_east", name="华东一组", manager_id="mem_wang"),
        *[Member(id=f"mem_{id}", name=name, roles=roles, team_id="team_east") for id, name, roles in people],
        *[Identity(id=f"idn_{id}", member_id=f"mem_{id}", account="wecom-main", user=id) for id, _, _ in people],
        Customer(id="cus_ruihe", name="瑞禾医疗", owner_id="mem_zhang", recorder_id="mem_zhang", created_at=START),
        Contact(id="con_zhou", customer_id="cus_ruihe", name="周", title="主任"),
    )
    return company


@pytest.fixture
async def company(db: Database, tmp_path: Path) -> AsyncIterator[Company]:
    yield await found_company(MovableClock(START), tmp_path)
