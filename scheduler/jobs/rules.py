"""The moments of rules: a timer, something that did not come, a word to be said later; and those of their tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import ruling
from bot.duties import standing
from bot.followup.service import spelled
from bot.letter import Letter
from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.process.acts import REMIND, Said, filling
from bot.process.facts import completed, gather
from bot.process.rules import Happening
from bot.process.waits import ABSENCE, TIMER
from bot.replies import task as duty
from scheduler.effect import CLOCK, Around, Effect
from storage import activities, customers, evidence, members, opportunities, tasks
from storage.records import Change, Moment, changed

KINDS = (ABSENCE, TIMER, REMIND, duty.TASK_DUE, duty.TASK_MANAGER)


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    effect = Effect(event=moments[0].id)
    for moment in moments:
        if moment.kind in (duty.TASK_DUE, duty.TASK_MANAGER):
            effect += await _tasks(moment, around)
        elif moment.kind == REMIND:
            effect += await _remind(moment, around)
        else:
            effect += await _waited(moment, around)
    return effect


async def _waited(moment: Moment, around: Around) -> Effect:
    """The rule is asked where the opportunity still stands as it did, and nothing came that it waits for."""
    deal = await opportunities.get(moment.record)
    if deal is None or deal.state != "open" or deal.stage != moment.data.get("stage"):
        return Effect()
    owner = await members.get(deal.owner_id)
    live = await around.house.live(owner)
    rule = next((one for one in live.playbook.rules if one.id == moment.data.get("rule")), None)
    since = datetime.fromisoformat(str(moment.data.get("since")))
    if rule is None or (moment.kind == ABSENCE and await _came(rule, deal.id, since)):
        return Effect()
    kind = "absence" if moment.kind == ABSENCE else "timer"
    happening = Happening(kind, deal.id, {}, moment.id, rule.id)  # type: ignore[arg-type]
    asked = ruling.Asked()
    changes, letters = await ruling.answer(
        happening, around.house, actor=CLOCK, event=moment.id, at=around.now, asked=asked
    )
    more = await ruling.follow(changes, around.house, actor=CLOCK, event=moment.id, at=around.now, asked=asked)
    return Effect(says=(*letters, *more))


async def _came(rule: Rule, deal: str, since: datetime) -> bool:
    """One of the kinds of evidence or actions that the rule waits for has come since."""
    proofs = [one for one in await evidence.of_opportunity(deal) if one.kind in rule.without and one.at >= since]
    if proofs:
        return True
    past = await activities.of_opportunity(deal, 50)
    return any(one.action in rule.without and one.occurred_at >= since for one in past)


async def _remind(moment: Moment, around: Around) -> Effect:
    deal = await opportunities.get(moment.record)
    owner = await members.get(deal.owner_id) if deal is not None else None
    if deal is None or owner is None or deal.state != "open":
        return Effect()
    live = await around.house.live(owner)
    rule = next((one for one in live.playbook.rules if one.id == moment.data.get("rule")), None)
    zone = await around.house.zone(owner)
    times = Times.of(live.playbook, live.calendar, zone, owner)
    facts = await gather(deal, owner, times, around.now.astimezone(zone), {"activity"})
    if rule is None or not await completed(facts):
        return Effect()
    fields = filling(facts, live.playbook, with_files=False)
    to, text = str(moment.data["to"]), str(moment.data["say"])
    said = Said(rule, to, text, fields, f"rule.remind:{moment.id}", deal.customer_id)
    return Effect(says=tuple(await ruling.letters_of(said, owner, facts.now)))


async def _tasks(moment: Moment, around: Around) -> Effect:
    """What is still open at its due: the owner hears, then his manager."""
    found = standing([await tasks.get(str(id)) for id in moment.data.get("tasks", ())])
    still = [one for one in found if moment.data.get("due") in (None, spelled(one.due))]
    owner = await members.get(still[0].owner_id) if still else None
    if owner is None:
        return Effect()
    now = around.now.astimezone(await around.house.zone(owner))
    name = await customers.short_name(still[0].customer_id) if still[0].customer_id else ""
    about = duty.about(still, name)
    if moment.kind == duty.TASK_DUE:
        late: list[Change] = [changed(one, "task.overdue", state="overdue") for one in still if one.state == "open"]
        letter = Letter(
            duty.due(still, name, now), to=owner.id, once=f"task.due:{moment.id}", about=about, awaits="task.said",
            awaits_until=now + ruling.SAID_WITHIN,
        )  # fmt: skip
        return Effect(tuple(late), (letter,))
    bosses = await ruling.concerned("manager", owner, now)
    card = duty.late_manager(still, owner.name, name, now)
    return Effect(says=tuple(
        Letter(card, to=boss.id, once=f"task.late.manager:{moment.id}", about=about) for boss in bosses
    ))  # fmt: skip
