"""撤销 and 恢复: by a card's button for that card's message, as a word for the sender's latest one (VOICE.md A6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.messages import Button, Card
from bot.capture import undo
from bot.capture.service import Undone, latest_of, put_back, take_back, take_back_all
from bot.handlers import undone
from bot.handlers.gated import gated
from bot.playbook.model import Playbook
from bot.replies import reading as say
from bot.replies import words
from bot.replies.reading import NUMBERS
from bot.replies.wording import clock_of, quote, short_day
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import audit, cards, customers, inbox, uploads
from storage.records import AuditEntry

router = Router()

AT_MOST = 4
"""Messages of one card that can be taken back each for itself."""
WITH_CUSTOMER = ("cus_", "opp_", "act_", "pro_", "evi_", "con_", "ali_", "bnd_")
"""Records that belong to a customer, by how their ids begin."""


async def by_word(turn: Turn) -> Reply:
    """The sender's latest message of which something still stands."""
    event = await latest_of(turn.member.id, turn.row.id)
    if event is None:
        return Reply(push=words.text("undo.nothing"))
    return await of_event(event, turn.now, turn.playbook)


@router.tap("undo")
async def by_button(tap: Tap) -> Reply:
    events = [str(event) for event in tap.card.data.get("events", [tap.card.event])]
    if tap.card.data.get("since") is not None:
        return await _before_correction(str(tap.card.data.get("message") or tap.card.event), tap)
    if len(events) > 1:
        return await _which(events, tap)
    return await of_event(events[0], tap.now, tap.playbook)


async def _before_correction(event: str, tap: Tap) -> Reply:
    """撤销 on a correction: the message as it stood before it (VOICE.md A5)."""
    since = int(tap.card.data["since"])
    everything = await audit.by_event(event)
    entries = [entry for entry in everything if entry.n > since]
    if not entries:
        return Reply(push=words.text("undo.nothing"))
    new = await name_of(undo.live(everything))
    old = await name_of(undo.live([entry for entry in everything if entry.n <= since]))
    card = say.undone(old, _when(tap.now, tap.now), await _as_before(old, new, entries, tap))
    card = replace(card, status=words.bit("corrected_back", clock=clock_of(tap.now)), buttons=())
    about = {"since": None, "events": [event], "message": event, "name": old}
    return await gated(Reply(push=card, changes=undo.back(entries, tap.now), event=event, about=about), tap.playbook)


async def _as_before(old: str, new: str, entries: Sequence[AuditEntry], tap: Tap) -> list[tuple[str, str]]:
    """What stands again; where it is another customer's, that alone: everything is there as it was."""
    if old != new:
        return [(words.bit("customer"), words.bit("move_back", old=new, new=old))]
    return await undone.lines(undo.live(entries), tap.playbook, tap.now)


async def _which(events: Sequence[str], tap: Tap) -> Reply:
    """撤哪条？ with the words of each, the youngest four."""
    last = list(events)[-AT_MOST:]
    rows = [await inbox.get(event) for event in last]
    lines = [(NUMBERS[n], quote(row.text, 24)) for n, row in enumerate(rows) if row is not None]
    buttons = [Button(f"undo_event:{n}", NUMBERS[n]) for n in range(len(last))]
    card = words.card("reading.undo_which", facts=lines, buttons=[*buttons, "undo_all"])
    return Reply(push=card, about={"events": list(events), "last": last}, card_state="open")


@router.tap(*(f"undo_event:{n}" for n in range(AT_MOST)), cards=("reading.undo_which",))
async def one_of(tap: Tap) -> Reply:
    n = int(tap.button.rpartition(":")[2])
    return await of_event(str(tap.card.data["last"][n]), tap.now, tap.playbook)


@router.tap("undo_all", cards=("reading.undo_which",))
async def all_of(tap: Tap) -> Reply:
    """Each of the card's messages, the youngest first; the audit keeps them under the card's first one."""
    events = [str(event) for event in tap.card.data["events"]]
    entries = [entry for event in events for entry in undo.live(await audit.by_event(event))]
    changes = await take_back_all(list(reversed(events)), tap.now)
    card = await _card(entries, tap)
    return await gated(Reply(push=card, changes=changes, event=events[0], about={"events": events}), tap.playbook)


async def of_event(event: str, now: datetime, playbook: Playbook) -> Reply:
    """Undone at once, unless somebody's later change stands on it: then it is asked."""
    found = await take_back(event, now)
    if not found.entries:
        return Reply(push=words.text("undo.nothing"))
    if found.later:
        return await _chain(event, found, now)
    return await gated(await _undone(event, found, now, playbook), playbook)


async def _chain(event: str, found: Undone, now: datetime) -> Reply:
    what = _of_later(found, now)
    events = list(dict.fromkeys(entry.event for entry in found.later))
    card = words.card("reading.undo_chain", count=len(events), what=what)
    return Reply(
        push=card, about={"events": [event], "later": events, "event": event}, question=True, card_state="open"
    )


def _of_later(found: Undone, now: datetime) -> str:
    """10:20 改日期: the first change that stands on it."""
    first = found.later[0]
    return f"{clock_of(first.at.astimezone(now.tzinfo))} {words.named('kinds', undo.plain(first.kind))}"


@router.tap("undo_chain", cards=("reading.undo_chain",))
async def with_later(tap: Tap) -> Reply:
    event, later = str(tap.card.data["event"]), [str(one) for one in tap.card.data["later"]]
    entries = undo.live(await audit.by_event(event))
    changes = await take_back_all([*reversed(later), event], tap.now)
    return await gated(Reply(push=await _card(entries, tap), changes=changes, event=event), tap.playbook)


@router.tap("undo_only", cards=("reading.undo_chain",))
async def only_this(tap: Tap) -> Reply:
    """What somebody changed later keeps the later value; the rest of the message is taken back."""
    event = str(tap.card.data["event"])
    found = await take_back(event, tap.now)
    changes = undo.without(found.changes, found.later)
    return await gated(Reply(push=await _card(found.entries, tap), changes=changes, event=event), tap.playbook)


@router.tap("undo_not", cards=("reading.undo_chain",))
async def leave(tap: Tap) -> Reply:
    return Reply(push=words.text("undo.left"))


async def _undone(event: str, found: Undone, now: datetime, playbook: Playbook) -> Reply:
    row = await inbox.get(event)
    said = (row.sent_at or row.received_at).astimezone(now.tzinfo) if row else now
    name = await name_of(found.entries)
    card = say.undone(name, _when(said, now), await undone.lines(found.entries, playbook, now))
    shown = await _card_of(event)
    about = {**shown, "events": [event], "event": event, "name": shown.get("name") or name}
    return Reply(push=card, changes=found.changes, event=event, about=about)


async def _card_of(event: str) -> dict[str, Any]:
    """What the card of the event is about, so that 恢复 can show it again."""
    found = [card for card in await cards.of_event(event) if card.data.get("facts")]
    return dict(found[-1].data) if found else {}


def _when(said: datetime, now: datetime) -> str:
    return f"{short_day(said.date(), now.date())} {clock_of(said)}"


async def _card(entries: Sequence[AuditEntry], tap: Tap) -> Card:
    shown = await undone.lines(entries, tap.playbook, tap.now)
    return say.undone(await name_of(entries), _when(tap.now, tap.now), shown)


async def name_of(entries: Sequence[AuditEntry]) -> str:
    """Whom the message was about; "" where it was about nobody."""
    for entry in entries:
        id = await customers.of_record(entry.record) if entry.record.startswith(WITH_CUSTOMER) else None
        if id:
            return await customers.short_name(id)
    return ""


@router.tap("restore", cards=("reading.undone",))
async def restore(tap: Tap) -> Reply:
    """As if it had never been undone, with the lines of the card that was."""
    event = str(tap.card.data.get("event") or tap.card.event)
    found = await put_back(event)
    if not found.changes:
        return Reply(push=words.text("undo.nothing"))
    if found.later:
        return Reply(push=words.text("undo.moved_on", what=_of_later(found, tap.now)), card_state="open")
    kept = tap.card.data.get("facts") or [[words.bit("recorded"), words.bit("as_before")]]
    lines_ = [(str(label), str(value)) for label, value in kept]
    name = str(tap.card.data.get("name", ""))
    buttons: list[str | Button] = ["confirm", "edit", "undo"]
    if address := await _page_again(tap):
        buttons.append(words.button("add_evidence", url=address))
    card = words.card(
        "reading.clear", customer=say.title_name(name), facts=lines_, buttons=buttons,
        why=str(tap.card.data.get("basis", "")),
    )  # fmt: skip
    events = [str(one) for one in tap.card.data.get("events", [event])]
    about = {"events": events, "message": event, "name": name}
    again = Reply(push=card, changes=found.changes, event=event, card_state="open", about=about)
    return await gated(again, tap.playbook)


async def _page_again(tap: Tap) -> str:
    """The address of a page for what the card wanted handed in; "" where it wanted nothing."""
    wants = tap.card.data.get("wants")
    if not wants or tap.turn is None or not tap.turn.house.public_url:
        return ""
    page = uploads.Upload(
        member_id=tap.member.id, customer_id=str(tap.card.data["customer"]), expires_at=tap.now + uploads.LIVES,
        opportunity_id=tap.card.data.get("opportunity") or None, commitment_id=wants["commitment"],
        kinds=tuple(wants["kinds"]), stage=str(wants["stage"]), event=tap.event,
    )  # fmt: skip
    return f"{tap.turn.house.public_url}/upload/{await uploads.put(page)}"
