"""When the goals of an arranged visit are asked for: a moment before it, planned anew with whatever arranges it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.followup.service import zone_of
from bot.playbook.store import PlaybookStore
from storage import activities, due, members
from storage.records import Activity, Change, Moment, new_id

ARRIVAL = "visit.arrival"
ACTION = "visit"
ARRANGES = frozenset({"planned_for", "action", "undone_at"})
NEAR = timedelta(hours=2)
"""Before a visit, within which an opened page or a sent position tells that the member is about to arrive."""


async def follow(changes: Sequence[Change], playbooks: PlaybookStore, now: datetime) -> None:
    """Inside the transaction of the changes; nothing is asked where none of them arranges a visit."""
    for change in changes:
        if not change.record.startswith("act_"):
            continue
        is_made = change.before is None
        arranged = change.after.get("action") == ACTION and change.after.get("planned_for") is not None
        if arranged if is_made else bool(ARRANGES & change.after.keys()):
            await _replan(change.record, is_made, playbooks, now)


async def _replan(id: str, is_made: bool, playbooks: PlaybookStore, now: datetime) -> None:
    if not is_made:
        await due.cancel(id, [ARRIVAL])
    one = await activities.get(id)
    moment = await _moment(one, playbooks, now) if one is not None else None
    if moment is not None:
        await due.put([moment])


async def _moment(one: Activity, playbooks: PlaybookStore, now: datetime) -> Moment | None:
    """None for a visit that has no clock time, no customer, or is over."""
    member = await members.get(one.author_id)
    if one.action != ACTION or one.planned_for is None or one.customer_id is None or member is None:
        return None
    local = one.planned_for.astimezone(await zone_of(member))
    if local.time() == time(0) or one.planned_for <= now:
        return None
    live = await playbooks.current(member.team_id)
    at = max(now, one.planned_for - timedelta(minutes=live.playbook.visits.ahead))
    return Moment(
        id=new_id("due", now), at=at, kind=ARRIVAL, record=one.id, member_id=member.id,
        data={"planned": one.planned_for.isoformat(), "customer": one.customer_id},
    )  # fmt: skip


async def next_of(member_id: str, now: datetime, customer_id: str = "") -> Moment | None:
    """The member's visit (to that customer) that is about to begin and whose goals were not asked for yet."""
    for moment in await due.waiting(member=member_id):
        planned = datetime.fromisoformat(str(moment.data["planned"])) if moment.kind == ARRIVAL else None
        if planned is None or not now < planned <= now + NEAR:
            continue
        if not customer_id or moment.data.get("customer") == customer_id:
            return moment
    return None
