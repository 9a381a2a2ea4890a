"""Taps on the card of a rule that is off (B10)."""

from __future__ import annotations

from bot.playbook import store
from bot.replies import words
from bot.routing import Reply, Router, Tap
from storage.records import Change

router = Router()


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
