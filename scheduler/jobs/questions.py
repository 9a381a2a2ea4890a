"""Questions that nobody answered go to the unassigned inbox; what waits there is told further up after its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot import unassigned as inbox
from bot.followup.escalate import superior
from bot.letter import Letter
from bot.replies import unassigned as say
from scheduler.effect import Around, Effect
from storage import cards, members
from storage import unassigned as stored
from storage.records import CardRow, Unassigned

AT_ONCE = 500


async def park(around: Around) -> Effect:
    """The questions older than the playbook's days are closed unanswered; what they ask about was never recorded, and
    waits under 待归类."""
    live = await around.house.live(None)
    before = around.now - timedelta(days=live.playbook.questions.unassigned_days)
    old = await cards.overdue_questions(before, AT_ONCE)
    for card in old:
        if not card.data.get("unassigned"):  # asked from there already
            await _parked(card, around)
    return Effect(cards={card.id: {"state": "expired"} for card in old})


async def _parked(card: CardRow, around: Around) -> None:
    brief = str(card.data.get("brief") or card.data.get("title", ""))
    await inbox.put(
        "question", brief, key=f"question:{card.id}", house=around.house, now=around.now, member=card.member_id,
        message=str(card.data.get("message") or card.event) or None, at=card.created_at, tell=False,
        data={"card": card.id},
    )  # fmt: skip


async def alarm(around: Around) -> Effect:
    """What has waited longer than the playbook's hours, told once a day to the manager of whom it concerns, or to the
    admins."""
    live = await around.house.live(None)
    since = around.now - timedelta(hours=live.playbook.questions.alarm_hours)
    told: dict[str, list[Unassigned]] = {}
    for one in await stored.waiting(None, AT_ONCE):
        for to in await _above(one, around) if one.at <= since else ():
            told.setdefault(to, []).append(one)
    return Effect(says=tuple([await _letter(to, theirs, around) for to, theirs in told.items()]))


async def _above(one: Unassigned, around: Around) -> list[str]:
    owner = await members.get(one.member_id) if one.member_id else None
    if owner is None:
        return [admin.id for admin in await members.with_role("admin")]
    up = superior(owner, await members.teams(), await members.everyone(), around.now.date())
    return [up or owner.id]


async def _letter(to: str, theirs: Sequence[Unassigned], around: Around) -> Letter:
    member = await members.get(to)
    now = around.now.astimezone(await around.house.zone(member)) if member else around.now
    names = {one.id: one.name for one in await members.everyone()}
    card = say.alarm([(one, names.get(one.member_id or "", "")) for one in theirs], now)
    return Letter(card, to=to, once=f"unassigned.alarm:{to}:{now:%Y%m%d}", answer=False)
