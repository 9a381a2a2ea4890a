"""A manager's taps on a day out of the usual (E7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.messages import Card
from bot.outbox.body import unpack
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from storage import outbox
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
