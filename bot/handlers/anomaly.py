"""Taps on a region's day out of the usual (E7), and on what takes it long (E8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.messages import Card
from bot.insight import trail
from bot.outbox.body import unpack
from bot.replies import region as say
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from storage import customers, opportunities, outbox
from storage.records import Change

router = Router()

SHORT = 60


@router.tap("ack", cards=("anomaly",))
async def ack(tap: Tap) -> Reply:
    row = await outbox.get(tap.card.id)
    push = unpack(row.body) if row else None
    if not isinstance(push, Card):
        return Reply()
    status = words.bit("handled_by", who=tap.member.name, clock=clock_of(tap.now), what=words.label("ack"))
    return Reply(push=replace(push, status=status, buttons=(), tone="done"))


@router.tap("see_log", cards=("area.slow",))
async def see_log(tap: Tap) -> Reply:
    """看记录: how each of the longest went, step by step."""
    assert tap.now.tzinfo is not None
    zone, lines, names = tap.now.tzinfo, list[str](), list[str]()
    deals = await opportunities.many([str(id) for id in tap.card.data.get("deals", ())])
    for id, first in tap.card.data.get("firsts", {}).items():
        deal = deals.get(id)
        if deal is None or deal.closed_at is None:
            continue
        names.append(await customers.short_name(deal.customer_id))
        steps = await trail.of(deal, tap.playbook, zone)
        days = [datetime.fromisoformat(first).astimezone(zone).date(), deal.closed_at.astimezone(zone).date()]
        lines.append(say.trail(names[-1], days[0], days[1], steps, tap.now.date()))
    push = say.trails(lines, names[0]) if lines else words.text("watch.gone", customer="这几单")
    return Reply(push=push, card_state="open")


@router.tap("is_normal", cards=("anomaly",))
async def is_normal(tap: Tap) -> Reply:
    """是正常的: the reason is asked and kept."""
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(push=words.text("anomaly.why"), about={"region": tap.card.data.get("region", "")},
                 awaits="anomaly.why", awaits_until=until)  # fmt: skip


@router.answer("anomaly.why")
async def because(tap: Tap) -> Reply | None:
    if len(tap.words) > SHORT:
        return None
    kept = Change("anomaly.normal", f"job_anomaly:{tap.now:%Y%m%d}",
                  {"region": tap.card.data.get("region", ""), "reason": tap.words})  # fmt: skip
    return Reply(push=words.text("anomaly.kept", reason=cut(tap.words, 40)), changes=(kept,))
