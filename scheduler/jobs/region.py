"""What a region signs: a day that is off its mean (E7), and how long it takes from the first contact (E8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from bot import access
from bot.letter import Letter
from bot.replies import region as say
from bot.replies.region import Unusual
from scheduler.effect import Around, Effect
from storage import activities, customers, members, opportunities, watching
from storage.records import Member, Team
from storage.watching import Signed

LOOKED_BACK = timedelta(days=90)
"""Of what was signed within it the mean stay is told."""
MONDAY = 0


async def swings(around: Around) -> Effect:
    """The regions whose signed amount of the day is off its mean, each told to who leads it, once a day."""
    effect = Effect()
    for region, teams in (await _regions()).items():
        effect += await _swing(region, teams, around)
    return effect


async def _regions() -> dict[str, list[Team]]:
    found: dict[str, list[Team]] = {}
    for team in await members.teams():
        if team.region:
            found.setdefault(team.region, []).append(team)
    return found


async def _people(teams: Sequence[Team]) -> list[str]:
    return await members.ids_in(access.below([team.id for team in teams], await members.teams()))


async def _swing(region: str, teams: Sequence[Team], around: Around) -> Effect:
    """Measured against the working days before: a weekend on which nobody signs says nothing of a Tuesday."""
    live = await around.house.playbooks.current(teams[0].id)
    rules, owners = live.playbook.watch, await _people(teams)
    morning = datetime.combine(around.now.date(), time(), around.now.tzinfo)
    first = datetime.combine(
        live.calendar.workday_before(around.now.date(), rules.swing_days), time(), around.now.tzinfo
    )
    found = await watching.signed(owners, first, around.now)
    today = [one for one in found if one.closed_at >= morning]
    total = sum((one.amount for one in today), Decimal())
    mean = sum((one.amount for one in found if one.closed_at < morning), Decimal()) / rules.swing_days
    if not mean or abs(total - mean) * 100 < mean * rules.swing_percent:
        return Effect()
    shown = await _unusual(total > mean, today, owners, around, rules.swing_most)
    card = say.swing(region, total, mean, rules.swing_days, shown, around.now)
    once = f"anomaly:{region}:{around.now:%Y%m%d}"
    to = await _leaders(teams)
    return Effect(says=tuple(Letter(card, to=id, once=f"{once}:{id}", about={"region": region}) for id in to))


async def _unusual(more: bool, today: Sequence[Signed], owners: list[str], around: Around, most: int) -> list[Unusual]:
    """Of a rich day what was signed, of a poor one what was to be signed and was not; the dearest first."""
    if more:
        dearest = sorted(today, key=lambda one: -one.amount)[:most]
        shown = list((await opportunities.many([one.id for one in dearest])).values())
    else:
        shown = await watching.to_sign(owners, around.now.date(), most)
    found = []
    for deal in sorted(shown, key=lambda one: -(one.amount or 0)) if more else shown:
        owner, last = await members.get(deal.owner_id), await activities.of_opportunity(deal.id, 1)
        name = await customers.short_name(deal.customer_id)
        found.append(Unusual(owner.name if owner else "", name, deal.amount, last[0].text if last else ""))
    return found


async def _leaders(teams: Sequence[Team]) -> list[str]:
    """Who leads the region: the managers of its topmost teams."""
    ids = {team.id for team in teams}
    return list(dict.fromkeys(one.manager_id for one in teams if one.manager_id and one.parent_id not in ids))


async def slow(around: Around) -> Effect:
    """On Mondays: the regions whose mean from first contact to signing is above the line, to the directors."""
    if around.now.weekday() != MONDAY:
        return Effect()
    directors = await members.with_role("director")
    effect = Effect()
    for region, teams in (await _regions()).items():
        effect += await _slow(region, teams, directors, around)
    return effect


async def _slow(region: str, teams: Sequence[Team], directors: Sequence[Member], around: Around) -> Effect:
    live = await around.house.playbooks.current(teams[0].id)
    rules = live.playbook.watch
    found = await watching.signed(await _people(teams), around.now - LOOKED_BACK, around.now)
    took = [(one, (one.closed_at - one.first) / timedelta(days=1)) for one in found if one.first is not None]
    if not took:
        return Effect()
    mean = sum(days for _, days in took) / len(took)
    if mean <= rules.area_days:
        return Effect()
    longest = sorted(took, key=lambda pair: -pair[1])[: rules.area_most]
    named = [(await customers.short_name(one.customer_id), round(days)) for one, days in longest]
    text = say.slow(region, mean, rules.area_days, len(took), named)
    to = [one.id for one in directors] or await _leaders(teams)
    once = f"area.slow:{region}:{around.now:%Y%m%d}"
    about = {
        "deals": [one.id for one, _ in longest],
        "firsts": {one.id: one.first.isoformat() for one, _ in longest if one.first is not None},
    }
    return Effect(says=tuple(Letter(text, to=id, once=f"{once}:{id}", about=about) for id in to))
