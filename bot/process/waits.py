"""When the rules that wait for a time, or for something that does not come, are asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.process import hours
from storage.records import Moment, Opportunity, new_id

ABSENCE, TIMER = "rule.absence", "rule.timer"
KINDS = (ABSENCE, TIMER)


def moments(deal: Opportunity, rules: Iterable[Rule], times: Times, now: datetime) -> list[Moment]:
    """What is to be waited for from ``now``, when something happened; nothing for a closed opportunity. A rule that
    waits since the last activity begins anew with each, one that waits since the stage does not."""
    if deal.state != "open":
        return []
    return [
        Moment(id=new_id("due", now), at=at, kind=kind, record=deal.id, member_id=deal.owner_id,
               data={"rule": rule.id, "stage": deal.stage, "since": since.isoformat()})
        for rule in rules if rule.on and rule.after_hours and (not rule.stages or deal.stage in rule.stages)
        for kind, since, at in _of(rule, deal, times, now) if at > now
    ]  # fmt: skip


def _of(rule: Rule, deal: Opportunity, times: Times, now: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    assert rule.after_hours is not None
    if "timer" in rule.when:
        yield TIMER, deal.stage_since, hours.after(deal.stage_since, rule.after_hours, times)
    if "absence" in rule.when:
        since = deal.stage_since if rule.since == "stage" else now
        yield ABSENCE, since, hours.after(since, rule.after_hours, times)
