"""The card of a gate that waits (VOICE.md B1): what is missing is asked of the customer, or put off to the morning."""

from __future__ import annotations

from typing import Any

from bot.letter import Letter
from bot.process import service as process
from bot.process.gates import Decision, judge
from bot.replies import reading as say
from bot.replies import words
from bot.replies.gate import gate_card
from bot.routing import Reply, Router, Tap
from storage import customers, evidence, opportunities, uploads
from storage.records import CardRow, Opportunity

router = Router()
CARDS = ("gate.missing", "gate.later", "gate.override.refused")


@router.tap("ask_customer", cards=CARDS)
async def words_for_customer(tap: Tap) -> Reply:
    """The words to forward, as plain text; the bot itself never writes to a customer (SEC-8)."""
    found = await _still_blocked(tap, tap.card.data)
    if found is None:
        return await _open_now(tap)
    missing = [tap.playbook.called(kind) for kind in found[1].missing]
    people = await customers.contacts(str(tap.card.data["customer"])) if tap.card.data.get("customer") else []
    who = f"{people[0].name}{people[0].title or ''}" if people else "您好"
    return Reply(push=words.text("gate.ask_customer", who=who, what="、".join(missing)), card_state="open")


@router.tap("later", cards=("gate.missing",))
async def later(tap: Tap) -> Reply:
    """晚点: it stays a question, which the next morning's card brings up."""
    found = await _still_blocked(tap, tap.card.data)
    if found is None:
        return await _open_now(tap)
    deal, decision = found
    stage = tap.playbook.pipeline(deal.pipeline).reached(decision.target)
    card = words.card(
        "gate.later", customer=say.title_name(str(tap.card.data.get("name", ""))), count=len(decision.missing),
        stage=stage.name if stage else "",
    )  # fmt: skip
    return Reply(push=card, question=True, card_state="open", about={"asked_again": ""})


async def again(card: CardRow, tap: Tap) -> Letter | None:
    """The gate's card as it stands now; None where the gate is open by now."""
    found = await _still_blocked(tap, card.data)
    if found is None or tap.turn is None:
        return None
    deal, decision = found
    stage = tap.playbook.pipeline(deal.pipeline).reached(decision.target)
    assert stage is not None
    have = process.in_hand(deal, decision.target, await evidence.of_opportunity(deal.id), tap.playbook)
    eyes = say.Eyes(tap.playbook, tap.now, None, await page_for(deal, decision, tap), tap.turn.hears_files)
    push = gate_card(
        say.title_name(str(card.data.get("name", ""))), stage.name, decision.missing, eyes,
        have, may_pass=not decision.final,
    )  # fmt: skip
    about = {
        name: card.data[name] for name in ("message", "events", "name", "customer", "asked_again") if name in card.data
    }
    about |= {"opportunity": deal.id, "stage": decision.target, "missing": list(decision.missing)}
    return Letter(push, to=tap.member.id, once=f"{tap.event}:again:{card.id}", about=about, question=True,
                    event=card.event)  # fmt: skip


async def page_for(deal: Opportunity, decision: Decision, tap: Tap) -> str:
    url = tap.turn.house.public_url if tap.turn else ""
    if not url:
        return ""
    upload = uploads.Upload(
        member_id=tap.member.id, customer_id=deal.customer_id, expires_at=tap.now + uploads.LIVES,
        opportunity_id=deal.id, kinds=process.files_for(decision, tap.playbook), stage=decision.target, event=tap.event,
    )  # fmt: skip
    return f"{url}/upload/{await uploads.put(upload)}"


async def _still_blocked(tap: Tap, data: Any) -> tuple[Opportunity, Decision] | None:
    """The opportunity and what its gate still lacks; None where it is through, closed or gone."""
    deal = await opportunities.get(str(data.get("opportunity", "")))
    if deal is None or deal.state != "open":
        return None
    decision = judge(tap.playbook.pipeline(deal.pipeline), deal, str(data["stage"]), await evidence.counts(deal.id))
    return (deal, decision) if decision.blocking else None


async def _open_now(tap: Tap) -> Reply:
    """What is true now of a gate that nothing is missing for any more."""
    deal = await opportunities.get(str(tap.card.data.get("opportunity", "")))
    if deal is None:
        return Reply(push=words.text("reading.no_card"))
    stage = tap.playbook.pipeline(deal.pipeline).stage(deal.stage)
    here = words.bit("stands_at", customer=str(tap.card.data.get("name", "")), stage=stage.name if stage else "")
    return Reply(push=words.text("reading.spent", what=here))
