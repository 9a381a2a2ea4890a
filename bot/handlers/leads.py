"""Taps on the card of a new lead (F1): taken up, or none, for a reason."""

from __future__ import annotations

from bot.leads import service
from bot.replies import leads as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from storage import leads
from storage.records import Lead

router = Router()
CARD, WHY = ("lead.assigned",), ("lead.why",)


@router.tap("lead_take", cards=CARD)
async def take(tap: Tap) -> Reply:
    """我来跟: an opportunity at the first stage, with its customer and contact where they are new."""
    lead = await _open(tap)
    if isinstance(lead, Reply):
        return lead
    begun = await service.take_up(lead, tap.member, tap.playbook, tap.now)
    card = say.taken(lead, tap.member.name, tap.now)
    return Reply(push=card, changes=begun.changes, about={"lead": lead.id, "opportunity": begun.opportunity.id})


@router.tap("lead_none", cards=CARD)
async def none(tap: Tap) -> Reply:
    """无效: asks why, which is one tap more."""
    lead = await _open(tap)
    if isinstance(lead, Reply):
        return lead
    return Reply(push=say.why_none(lead), about={"lead": lead.id}, question=True, card_state="open")


@router.tap("pick", cards=WHY)
async def why(tap: Tap) -> Reply:
    lead = await _open(tap)
    if isinstance(lead, Reply):
        return lead
    n = int(tap.button.partition(":")[2] or 0)
    reason = words.named("lead_reasons", say.REASONS[max(1, min(n, len(say.REASONS))) - 1])
    return Reply(push=say.none(lead, reason), changes=(service.given_up(lead, reason),))


async def _open(tap: Tap) -> Lead | Reply:
    """The lead, while it is the tapper's and nothing has become of it; else what is true now."""
    lead = await leads.get(str(tap.card.data.get("lead", "")))
    if lead is not None and lead.state in leads.OPEN and lead.owner_id == tap.member.id:
        return lead
    state = lead.state if lead else "invalid"
    return Reply(push=say.gone(lead, words.named("lead_states", state)))
