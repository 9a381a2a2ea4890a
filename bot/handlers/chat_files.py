"""Files of a kept chat: shown to the rep, who has them kept by a tap, or not (VOICE.md §6)."""

from __future__ import annotations

from typing import Any

from bot.capture import chat_file
from bot.capture.filed import Came
from bot.exchange import privacy
from bot.handlers.answers import turn_of
from bot.replies import chat_files as say
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from storage import chatfiles, chattaken, customers, evidence, opportunities
from storage.records import Customer

router = Router()
CARDS = (chat_file.KIND,)


@router.tap("as_is", cards=CARDS)
async def keep(tap: Tap) -> Reply:
    """照这样记: those that still wait are evidence of the customer's one open opportunity, or of the customer."""
    customer = await _theirs(tap)
    if customer is None:
        return Reply(push=words.text("reading.no_card"))
    found = await _waiting(tap)
    if not found:
        return Reply(push=words.card("silent.files.gone", customer=_name(tap)))
    deals = await opportunities.open_of(customer.id)
    deal = deals[0] if len(deals) == 1 else None
    came = Came(customer.id, tap.member.id, tap.event, words.bit("chat_file_note"), deal)
    counts = await evidence.counts(deal.id) if deal is not None else {}
    proofs, changes = chat_file.take(list(found.values()), came, counts, tap.playbook, tap.now)
    for told, proof in zip(found.values(), proofs, strict=True):
        who = say.who_of(told, "", {tap.member.id: tap.member.name})
        taken = {"event": tap.event, "member": tap.member.id, "customer": customer.id, "evidence": proof.id}
        await chattaken.take(str(told["line"]), {**taken, "who": who, "at": told["at"]})
    for event in tap.card.data["waits"]:
        await chatfiles.forget(str(event))
    card = say.kept(_name(tap), tap.member.name, [str(told["file"]) for told in found.values()], tap.now)
    return Reply(push=card, changes=changes, about={"events": [tap.event], "name": tap.card.data["name"]})


@router.tap("leave_it", cards=CARDS)
async def leave(tap: Tap) -> Reply:
    """不要: what still waits is forgotten."""
    if await _theirs(tap) is None:
        return Reply(push=words.text("reading.no_card"))
    gone = [sha for event in tap.card.data["waits"] for sha in await chatfiles.forget(str(event))]
    await privacy.forget_later(gone, tap.event, tap.now)
    return Reply(push=words.card("silent.files.left", customer=_name(tap), who=cut(tap.member.name, 8),
                                 clock=clock_of(tap.now)))  # fmt: skip


async def _theirs(tap: Tap) -> Customer | None:
    """The card's customer; None where it is the tapper's no more."""
    customer = await customers.get(str(tap.card.data["customer"]))
    return customer if customer is not None and turn_of(tap).scope.sees(customer) else None


async def _waiting(tap: Tap) -> dict[str, dict[str, Any]]:
    """What the card showed, still waits and could be had, by message."""
    found = {str(event): await chatfiles.waiting(str(event)) for event in tap.card.data["waits"]}
    return {event: told for event, told in found.items() if told is not None and told["sha256"]}


def _name(tap: Tap) -> str:
    return cut(str(tap.card.data["name"]), 12)
