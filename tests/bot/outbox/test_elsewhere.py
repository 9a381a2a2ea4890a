"""A push that cannot be delivered on one platform goes to the same person's account on another."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.errors import NotDeliverable, PlatformRefused, SendError
from adapters.messages import Address, Push, Sent
from bot.clock import MovableClock
from bot.letter import Letter
from bot.outbox.deliver import Deliverer
from bot.outbox.service import put
from bot.replies import words
from storage import outbox
from storage.connect import transaction
from storage.records import Identity, OutboxRow, new_id
from tests.storage.samples import NOW, keep, member

pytestmark = pytest.mark.usefixtures("db")


class Line:
    """An account that takes everything, or nothing."""

    def __init__(self, fault: SendError | None = None) -> None:
        self.fault = fault
        self.sent: list[Address] = []
        self.changed: list[Address] = []

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        if self.fault is not None:
            raise self.fault
        self.sent.append(to)
        return Sent(change_code="code")

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        if self.fault is not None:
            raise self.fault
        self.changed.append(to)
        return Sent(change_uses=0)


async def letter(*accounts: str, **fields: Any) -> OutboxRow:
    """A push to somebody with these accounts, the first in use."""
    clock = MovableClock(NOW)
    person = member()
    await keep(person, *(Identity(id=new_id("idn", NOW), member_id=person.id, account=a, user="u") for a in accounts))
    return await another(person.id, clock, **fields)


async def another(member_id: str, clock: MovableClock, **fields: Any) -> OutboxRow:
    async with transaction():
        id = await put(Letter(words.text("hello.try"), to=member_id, once=new_id("x", NOW), **fields), clock.now())
    found = await outbox.get(id or "")
    assert found is not None
    return found


async def said(row: OutboxRow, **lines: Line) -> OutboxRow:
    """The push as it is once everything that can be done was done."""
    deliverer = Deliverer(lines, MovableClock(NOW), "me")  # type: ignore[arg-type]
    while work := await deliverer.take_up(10):
        for one in work:
            await one
    found = await outbox.get(row.id)
    assert found is not None
    return found


async def test_what_cannot_be_delivered_goes_to_the_next_account():
    row = await letter("a", "b", "c")
    gone, also_gone, there = Line(NotDeliverable("no")), Line(NotDeliverable("no")), Line()
    after = await said(row, a=gone, b=also_gone, c=there)
    assert (after.state, after.address) == ("sent", "c:u")
    assert there.sent == [Address("c", user="u")]


async def test_a_dead_letter_only_where_none_works():
    row = await letter("a", "b")
    after = await said(row, a=Line(NotDeliverable("no")), b=Line(NotDeliverable("no")))
    assert after.state == "dead"
    assert after.tried.split("\n") == ["a:u"]


async def test_an_account_that_is_configured_no_more_is_no_way():
    row = await letter("gone", "b")
    after = await said(row, b=Line())
    assert (after.state, after.address) == ("sent", "b:u")


async def test_our_own_mistake_is_not_repeated_elsewhere():
    row = await letter("a", "b")
    other = Line()
    assert (await said(row, a=Line(PlatformRefused("ours")), b=other)).state == "dead"
    assert not other.sent


async def test_a_change_of_a_card_that_lies_elsewhere_is_said_anew():
    row = await letter("a", "b")
    first, second = Line(), Line()
    await said(row, a=first, b=second)
    changed = await another(row.member_id or "", MovableClock(NOW), changes=row.id)
    first.fault = NotDeliverable("blocked us")
    after = await said(changed, a=first, b=second)
    assert (after.state, after.address) == ("sent", "b:u")
    assert (second.sent, second.changed) == ([Address("b", user="u")], [])
