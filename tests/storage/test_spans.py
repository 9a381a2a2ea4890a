"""What was due, kept, late, done and moved within some days, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import activities, audit, commitments, figures, history, tasks
from storage.records import Change, changed
from tests.storage.samples import NOW, activity, at, commitment, customer, keep, member, opportunity, task

pytestmark = pytest.mark.usefixtures("db")

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 10, tzinfo=ZONE)
DAY = timedelta(days=1)


async def apply(*changes: Change, when: datetime = NOW) -> None:
    await audit.apply(changes, actor="mem", event="msg", at=when)


async def test_what_is_due_on_days_that_are_days_or_moments() -> None:
    zhang, li = member(), member("李娜")
    of = customer(zhang)
    dues = (date(2026, 3, 10), date(2026, 3, 11), at(hours=13), at(hours=14), None)
    promises = [commitment(of, what=f"{n}", due=due) for n, due in enumerate(dues)]
    dropped = commitment(of, what="不用了", due=date(2026, 3, 10), state="withdrawn")
    theirs = commitment(of, what="客户的", due=date(2026, 3, 10), by="customer")
    duties = [task(zhang, due=date(2026, 3, 10)), task(zhang, due=date(2026, 3, 10), state="cancelled")]
    await keep(zhang, li, of, *promises, dropped, theirs, *duties)
    found = await commitments.due_within(zhang.id, TUESDAY, TUESDAY + DAY)
    assert sorted(one.what for one in found) == ["0", "2"], "at(hours=14) is midnight of Wednesday there"
    assert [one.id for one in await tasks.due_within(zhang.id, TUESDAY, TUESDAY + DAY)] == [duties[0].id]
    assert await commitments.due_within(li.id, TUESDAY, TUESDAY + DAY) == []


async def test_what_was_kept_and_what_is_late() -> None:
    zhang, li = member(), member("李娜")
    mine, hers = customer(zhang), customer(li, "启明制造有限公司")
    kept = commitment(mine, state="kept", closed_at=NOW)
    before = commitment(mine, state="kept", closed_at=at(days=-2))
    late = [commitment(of, state="overdue", due=date(2026, 3, n)) for n, of in ((9, mine), (6, hers))]
    theirs = commitment(mine, by="customer", state="overdue")
    await keep(zhang, li, mine, hers, kept, before, *late, theirs)
    assert [one.id for one in await commitments.kept_within(zhang.id, TUESDAY, TUESDAY + DAY)] == [kept.id]
    assert await figures.promises_of([zhang.id], TUESDAY, TUESDAY + DAY) == (1, 1)
    assert await figures.promises_of([zhang.id, li.id], TUESDAY - 3 * DAY, TUESDAY + DAY) == (2, 2)
    assert await figures.promises_of([], TUESDAY, TUESDAY + DAY) == (0, 0)
    everyone = await commitments.overdue_of(None, 6)
    assert [one.id for one in everyone] == [late[1].id, late[0].id], "oldest due first"
    assert [one.id for one in await commitments.overdue_of([zhang.id], 6)] == [late[0].id]
    assert len(await commitments.overdue_of(None, 1)) == 1


async def test_activities_lately_and_ahead() -> None:
    zhang = member()
    of = customer(zhang)
    deal, other = opportunity(of), opportunity(of)
    old = activity(of, opportunity_id=deal.id, occurred_at=at(days=-9))
    recent = activity(of, opportunity_id=deal.id, occurred_at=at(days=-1))
    planned = activity(of, opportunity_id=deal.id, occurred_at=at(days=-8), planned_for=at(days=2))
    elsewhere = activity(of, opportunity_id=other.id)
    await keep(zhang, of, deal, other, old, recent, planned, elsewhere)
    found = await activities.around([deal.id], at(days=-3), NOW, at(days=7))
    assert {id: [one.id for one in some] for id, some in found.items()} == {deal.id: [recent.id, planned.id]}
    assert await activities.around([], NOW, NOW, NOW) == {}


async def test_how_opportunities_went() -> None:
    zhang, li = member(), member("李娜")
    mine, hers = customer(zhang), customer(li, "启明制造有限公司")
    deal, foreign = opportunity(mine), opportunity(hers)
    await keep(zhang, li, mine, hers, deal, foreign)
    await apply(changed(deal, "opportunity.stage", stage="contract_signing"), when=at(hours=1))
    await apply(changed(foreign, "opportunity.stage", stage="contract_signing"), when=at(hours=2))
    await apply(changed(deal.with_(stage="contract_signing"), "opportunity.amount", amount=None), when=at(hours=3))
    await apply(
        changed(deal.with_(stage="contract_signing"), "opportunity.won", state="won", closed_at=at(days=2)),
        when=at(days=2),
    )
    kinds = ("opportunity.stage", "opportunity.won")
    found = await history.of_owners([zhang.id], kinds, TUESDAY, TUESDAY + DAY)
    assert [(one.kind, one.record) for one in found] == [("opportunity.stage", deal.id)]
    assert found[0].change is not None and found[0].change.before == {"stage": "negotiation"}
    assert len(await history.of_owners([zhang.id, li.id], kinds, TUESDAY, TUESDAY + 9 * DAY)) == 3
    assert await history.of_owners([], kinds, TUESDAY, TUESDAY + DAY) == []
