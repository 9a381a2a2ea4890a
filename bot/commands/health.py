"""/health: what came and went today, and whatever is not well."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import doctor
from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.playbook import store
from bot.replies import admin as say
from bot.replies.commands import piece, short
from bot.replies.wording import short_day
from bot.routing import Reply
from bot.turn import Turn
from storage import figures, marks, pulse, rulerun, webhooks
from storage.figures import Traffic

own = Registry()
LATE = timedelta(minutes=5)
FAILING = timedelta(minutes=10)
PLATFORMS = {"企微": "wecom", "企业微信": "wecom", "微信": "wecom", "钉钉": "dingtalk", "飞书": "feishu"}


@own.command("health", roles=("admin",))
async def health(turn: Turn, call: Call) -> Reply:
    start = turn.now.replace(hour=0, minute=0, second=0, microsecond=0)
    if call.words:
        account = _account(turn, call.rest)
        month = await figures.sent(account, start.replace(day=1))
        meter = turn.house.meters.get(account)
        traffic = await figures.traffic(start, account)
        return Reply(push=say.account_health(account, traffic, month, turn.now, meter))
    traffic = await figures.traffic(start)
    return Reply(push=say.health(traffic, await _ill(traffic, turn), len(turn.house.hears_files)))


def _account(turn: Turn, said: str) -> str:
    """The configured account of that name. Raises Wrong."""
    accounts = list(turn.house.hears_files)
    if said in accounts:
        return said
    kind = PLATFORMS.get(said, "")
    near = next((name for name in accounts if kind and name.startswith(kind)), "") or find.nearest(said, accounts)
    if near:
        raise Wrong("health.which", nearest=f"/health {near}")
    raise Wrong("health.unknown", name=short(said), accounts="、".join(accounts) or "—")


async def _ill(traffic: Traffic, turn: Turn) -> list[str]:
    """What must be looked at, the worst first."""
    found = []
    if traffic.dead:
        found.append(piece("ill_dead", count=traffic.dead))
    if traffic.aside:
        found.append(piece("ill_aside", count=traffic.aside))
    if given_up := await webhooks.given_up():
        found.append(piece("ill_webhooks", count=given_up))
    late = await pulse.late_moments(turn.now - LATE)
    if late:
        found.append(piece("ill_late", count=late))
    found += [say.calls(one, turn.house.labels.get(name, name)) for name, one in turn.house.meters.items() if one.level]
    found += [piece("ill_backoff", account=name, count=n) for name, n in (await figures.in_backoff()).items()]
    for id, found_of in (await rulerun.since(turn.now - FAILING)).items():
        if found_of.failures:
            name = next((rule.name for rule in turn.playbook.rules if rule.id == id), id)
            found.append(piece("ill_failing", name=name, count=found_of.failures, reason=found_of.reason))
    if off := len(await marks.beginning(store.RULE_OFF)):
        found.append(piece("ill_rules", count=off))
    room = await asyncio.to_thread(doctor.disk, turn.house.data)
    if room.verdict != "ok":
        found.append(room.words)
    if doctor.calendar(turn.calendar, turn.today).verdict != "ok":
        found.append(piece("ill_calendar", day=short_day(turn.calendar.table_ends, turn.today)))
    return found
