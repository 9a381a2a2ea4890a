"""What is recalled in a kept chat is gone here too, wherever it went: as a line, as a file that waits, on a card that
still asks, and as evidence. Where it stands in the record the rep hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.events import InboundEvent
from adapters.messages import Card
from bot.capture import chat_file, undo
from bot.exchange import privacy
from bot.handlers import outsiders, silent
from bot.house import House
from bot.letter import Letter
from bot.process import service as process
from bot.replies import chat_files as say_files
from bot.replies import silent as say
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from storage import audit, cards, chatfiles, chatlines, chattaken, customers, evidence, inbox, members, opportunities
from storage.records import CardRow, Change, Evidence, Member, Message, changed

router = Router()
TICK = timedelta(microseconds=1)
RECENT = 50
"""Open cards of one member among which the one that shows the message is looked for."""
ASKS = ("silent.summary", "silent.lead", "silent.review")


def line_of(event: InboundEvent, id: str) -> str:
    """By what the message ``id`` of the event's account is known here."""
    return f"{event.sender.account}:{id}"


async def answer(event: InboundEvent, row: Message, recalls: str, house: House) -> Reply:
    """``recalls``: the platform's id of what is recalled."""
    line, now = line_of(event, recalls), house.clock.now()
    before = await inbox.by_key(event.sender.account, f"archive:{recalls}")
    if before is None or before.state == "new":  # it is still to be read
        await chattaken.recall_ahead(line, event.at)
    gone = await chatlines.get(line)
    await chatlines.recalled(line)
    waited = await chatfiles.waiting(before.id) if before is not None else None
    if before is not None:
        await privacy.forget_later(await chatfiles.forget(before.id), row.id, now)
    more: list[Letter] = []
    owners = await _asked(waited["customer"] if waited else gone.customer_id if gone else None)
    owners |= {gone.member_id, *await silent.reviewers(gone, house)} if gone is not None else set()
    for owner in sorted(owners):
        more += await _on_open_cards(owner, line, before.id if before is not None else "", row, house)
    changes, told = await _in_the_record(line, row, house)
    return Reply(reason="archive_recall", changes=changes, more=(*more, *told), actor=outsiders.HAND)


async def _asked(customer_id: str | None) -> set[str]:
    customer = await customers.get(customer_id) if customer_id else None
    return {customer.owner_id} if customer is not None else set()


# -- cards that still ask ------------------------------------------------------------------------------------------


async def _on_open_cards(owner: str, line: str, event: str, row: Message, house: House) -> list[Letter]:
    """The cards that show it, without it."""
    member = await members.get(owner)
    if member is None:
        return []
    found: list[Letter] = []
    now = house.clock.now().astimezone(await house.zone(member))
    for card in await cards.recent_open(owner, RECENT):
        if card.kind in ASKS and line in (*card.data.get("lines", ()), card.data.get("line")):
            found.append(await _without(card, line, row, now))
        elif card.kind == chat_file.KIND and event in card.data.get("waits", ()):
            found.append(await _without_file(card, row, now))
    return found


async def _without(card: CardRow, line: str, row: Message, now: datetime) -> Letter:
    """A lead stays one, without its words; what else was summed up is summed up anew at the next window."""
    if card.kind == "silent.review":
        push = words.card("silent.review.recalled", group=cut(str(card.data["group"]), 12), clock=clock_of(now))
        await cards.update(card.id, kind=push.kind, state="done")
        return _becomes(card, push, row, {**card.data, "now": push.title})
    if card.kind == "silent.lead":
        push = say.lead_unsaid(str(card.data.get("name") or ""), now)
        about = {**card.data, "said": "", "phone": ""}
        return _becomes(card, push, row, about)
    others = [str(id) for id in card.data["lines"] if id != line]
    await chatlines.unuse(others, str(card.data["customer"]))
    push = words.card("silent.summary.recalled", customer=str(card.data["name"])[:12])
    await cards.update(card.id, kind=push.kind, state="done", question=False)
    return _becomes(card, push, row, {**card.data, "lines": [], "brief": "", "now": push.title})


async def _without_file(card: CardRow, row: Message, now: datetime) -> Letter:
    waits = {str(id): told for id in card.data["waits"] if (told := await chatfiles.waiting(str(id))) is not None}
    name = str(card.data["name"])
    push: Card
    if not waits:
        push = words.card("silent.files.gone", customer=name[:12])
        await cards.update(card.id, kind=push.kind, state="done", question=False)
    else:
        names = {one.id: one.name for one in await members.everyone()}
        push = say_files.files(name, waits.values(), card.member_id, names, now)
    return _becomes(card, push, row, {**card.data, "waits": list(waits), "now": push.title})


def _becomes(card: CardRow, push: Card, row: Message, about: dict[str, object]) -> Letter:
    return Letter(push, to=card.member_id, once=f"{card.id}:{row.id}", about=about, changes=card.id)


# -- what stands in the record -------------------------------------------------------------------------------------


async def _in_the_record(line: str, row: Message, house: House) -> tuple[tuple[Change, ...], list[Letter]]:
    told = await chattaken.taken(line)
    if told is None:
        return (), []
    await chattaken.forget(line)
    customer = await customers.get(str(told["customer"]))
    member = await _hears(str(told["member"]), customer.owner_id if customer is not None else "")
    proof = await evidence.get(str(told["evidence"]), undone=True) if told.get("evidence") else None
    now = house.clock.now()
    changes: tuple[Change, ...] = ()
    if proof is not None:
        changes = await _taken_out(proof, row, house, now)
    stands = undo.live(await audit.by_event(str(told["event"])))
    if member is None or customer is None or not stands or (proof is not None and proof.undone_at is not None):
        return changes, []  # nobody is left, or it was taken back before
    local = now.astimezone(await house.zone(member))
    name, at = await customers.short_name(customer.id), datetime.fromisoformat(str(told["at"])).astimezone(local.tzinfo)
    if proof is not None:
        card = say_files.recalled(name, str(told["who"]), proof.file or "", local)
    else:
        card = say.recalled(name, str(told["who"]), at, local)
    about = {"events": [str(told["event"])], "name": name, "customer": customer.id}
    letter = Letter(
        card, to=member.id, once=f"recalled:{line}", about=about, answer=False, customer=customer.id,
        event=str(told["event"]),
    )  # fmt: skip
    return changes, [letter]


async def _hears(*ids: str) -> Member | None:
    """Who tapped, or has the customer by now."""
    for id in ids:
        found = await members.get(id)
        if found is not None and found.active:
            return found
    return None


async def _taken_out(proof: Evidence, row: Message, house: House, now: datetime) -> tuple[Change, ...]:
    """The file is evidence no more, and its bytes go where nothing else rests on them; what its gate wanted is owed
    again. No stage moves."""
    at = max(now, (proof.undone_at or now) + TICK)  # never the moment of an undoing, which might be taken back
    out = changed(proof, "evidence.recalled", sha256=None, note=words.bit("chat_file_recalled"), undone_at=at)
    await privacy.forget_later([proof.sha256] if proof.sha256 else [], row.id, now)
    deal = await opportunities.get(proof.opportunity_id) if proof.opportunity_id else None
    if deal is None or deal.state != "open" or proof.undone_at is not None:
        return (out,)
    live = await house.live(await members.get(deal.owner_id))
    counts = await evidence.counts(deal.id)
    counts[proof.kind] -= 1
    return (out, *process.evidence_went(deal, proof.kind, counts, live.playbook))


@router.tap("keep_it", cards=("silent.recalled",))
async def keep(tap: Tap) -> Reply:
    return Reply(push=_seen("silent.recalled.kept", tap))


@router.tap("ack", cards=("silent.recalled.file",))
async def acked(tap: Tap) -> Reply:
    return Reply(push=_seen("silent.recalled.seen", tap))


@router.tap("ack", cards=("silent.files.missing",))
async def missing(tap: Tap) -> Reply:
    return Reply(push=_seen("silent.files.seen", tap))


def _seen(key: str, tap: Tap) -> Card:
    return words.card(
        key, customer=cut(str(tap.card.data["name"]), 12), who=cut(tap.member.name, 8), clock=clock_of(tap.now)
    )  # fmt: skip
