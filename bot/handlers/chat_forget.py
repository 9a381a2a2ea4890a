"""A chat of somebody outside is forgotten: what was said and sent there, and where a card repeats it. What stands in
the record by somebody's tap stays there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.exchange import privacy
from bot.letter import Letter
from bot.outbox.body import pack
from bot.replies import words
from storage import cards, chain, chatfiles, chatlines, connect, outbox
from storage.records import CardRow, Change

BLANK = {"said": "", "phone": "", "name": "", "brief": "", "lines": [], "shown": [], "facts": [], "why": ""}
"""What a card need not know any more."""
KINDS = "silent."


async def forget(external: str, event: str, now: datetime, but: str = "") -> tuple[Letter, ...]:
    """Of cards that still ask what they become, the card ``but`` left aside: whoever tapped it changes it."""
    await chatlines.forget(external)
    await privacy.forget_later(await chatfiles.forget_of(external), event, now)
    told = [card for card in await cards.that_name(KINDS, external) if not await _others_wait(card)]
    gone = words.card("silent.gone")
    await outbox.unsay([card.id for card in told], pack(gone))
    letters = [await _becomes_gone(card, event) for card in told if card.state == "open" and card.id != but]
    for card in told:
        await cards.update(card.id, data={**card.data, **BLANK})
    return tuple(letters)


async def _others_wait(card: CardRow) -> bool:
    """Files of somebody else of the customer's wait on it: the question stands."""
    waits = card.data.get("waits", ()) if card.state == "open" else ()
    return any([await chatfiles.waiting(str(id)) is not None for id in waits])


async def _becomes_gone(card: CardRow, event: str) -> Letter:
    """What others said waits for another card."""
    if card.data.get("lines"):
        await chatlines.unuse([str(id) for id in card.data["lines"]], str(card.data["customer"]))
    push = words.card("silent.gone")
    await cards.update(card.id, kind=push.kind, state="done", question=False, awaits="", awaits_until=None)
    about = {**card.data, **BLANK, "now": push.title}
    return Letter(push, to=card.member_id, once=f"{card.id}:{event}:gone", about=about, changes=card.id)


def blank_audit(event: str, changes: Sequence[Change]) -> None:
    """No words of these records are left in the audit record either, those of ``changes`` among them."""
    connect.at_last(f"private:{event}", partial(_erased, [one.record for one in changes]))


async def _erased(records: Sequence[str]) -> None:
    await chain.erase(records)
