"""即将到达 (VOICE.md D3): the goals are ticked, or the visit is put off; a sent position tells that one is near."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from bot.capture.goals import approach, plan
from bot.followup.visits import ARRIVAL, next_of
from bot.replies import visit as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp.workdays import Calendar
from storage import activities, customers, due, visits
from storage.records import Activity, changed, made

router = Router()
CARD = ("visit.arrival",)


@router.tap("just_these", "choose", cards=CARD)
async def just_these(tap: Tap) -> Reply:
    """就这些: the ticked goals are the plan of the visit."""
    one = await _arranged(tap)
    if one is None or await visits.of_activity(one.id) is not None:
        return Reply(push=words.text("visit.gone"))
    known = [str(goal) for goal in tap.card.data.get("goals", [])]
    ticked = tuple(goal for n, goal in enumerate(known) if f"goal:{n}" in tap.selected) or (say.piece("other"),)
    visit = await plan(one, ticked, tap.now)
    name = await customers.short_name(visit.customer_id)
    address = page(tap.turn, visit.customer_id) if tap.turn else ""
    return Reply(push=say.planned(name, visit, tap.now, address), changes=(made(visit, "visit.planned"),))


@router.tap("not_today", cards=CARD)
async def not_today(tap: Tap) -> Reply:
    """今天不去: the next working day at the same hour."""
    one = await _arranged(tap)
    if one is None or one.planned_for is None:
        return Reply(push=words.text("visit.gone"))
    to = _next(one.planned_for.astimezone(tap.now.tzinfo), tap.now, tap.calendar)
    name = await customers.short_name(str(one.customer_id))
    change = changed(one, "activity.moved", planned_for=to)
    return Reply(push=say.moved(name, to, tap.now), changes=(change,))


async def near(turn: Turn) -> Reply | None:
    """What a sent position is answered with, where a visit of the sender's is about to begin; None elsewhere."""
    moment = await next_of(turn.member.id, turn.now)
    found = await approach(moment, turn.playbook) if moment is not None else None
    if moment is None or found is None:
        return None
    await due.cancel(moment.record, [ARRIVAL])
    about = {"activity": found.activity.id, "customer": found.customer_id, "goals": list(say.goals(found))}
    return Reply(push=say.arrival(found, turn.now), about=about)


def page(turn: Turn, customer_id: str) -> str:
    """Where what is taken on site is handed in; "" where no browser reaches the bot."""
    if not turn.house.public_url:
        return ""
    return f"{turn.house.public_url}/sidebar/customer/{customer_id}/there?in={quote(turn.row.account, safe='')}"


async def _arranged(tap: Tap) -> Activity | None:
    one = await activities.get(str(tap.card.data.get("activity", "")))
    return one if one is not None and one.customer_id is not None and one.planned_for is not None else None


def _next(planned: datetime, now: datetime, calendar: Calendar) -> datetime:
    day = calendar.workday_after(max(planned.date(), now.date()))
    return datetime.combine(day, planned.timetz())
