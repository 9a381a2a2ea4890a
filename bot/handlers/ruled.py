"""Taps on the cards of rules: tasks that are done (B7), a rule that is off (B10)."""

from __future__ import annotations

from bot.playbook import store
from bot.replies import rules as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from storage import customers, tasks
from storage.records import Change, Task, changed

router = Router()


@router.tap("all_done", cards=("task.made", "task.due"))
async def all_done(tap: Tap) -> Reply:
    """都好了: what is still open of the card is done."""
    found = [await tasks.get(str(id)) for id in tap.card.data.get("tasks", ())]
    known: list[Task] = [one for one in found if one is not None]
    if not known:
        return Reply(push=words.text("reading.no_card"))
    changes = [changed(one, "task.done", state="done", done_at=tap.now) for one in known if one.state != "done"]
    name = await customers.short_name(known[0].customer_id) if known[0].customer_id else ""
    return Reply(push=say.closed(known, name, tap.now), changes=tuple(changes))


@router.tap("ack", cards=("task.late.manager",))
async def seen(tap: Tap) -> Reply:
    return Reply(push=words.text("rule.seen"))


@router.tap("rule_again", cards=("rule.off",))
async def again(tap: Tap) -> Reply:
    """再试一次: on from the next event; it goes off again where it still fails."""
    rule = str(tap.card.data.get("rule", ""))
    await store.switch_on(rule)
    change = Change("rule.on", f"sys_rule_{rule}", {"why": "tap"})
    return Reply(push=words.text("rule.back"), changes=(change,))


@router.tap("rule_stay_off", cards=("rule.off",))
async def stay_off(tap: Tap) -> Reply:
    return Reply(push=words.text("rule.stays_off"))
