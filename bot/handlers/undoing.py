"""撤销 and 恢复: by a card's button for that card's message, as a word for the sender's latest one (VOICE.md A6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.messages import Button
from bot.capture import undo
from bot.capture.service import Undone, latest_of, put_back, take_back, take_back_all
from bot.playbook.model import Playbook
from bot.replies import reading as say
from bot.replies import words
from bot.replies.reading import NUMBERS
from bot.replies.wording import clock_of, short_day
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import audit, cards, customers, inbox, opportunities
from storage.records import AuditEntry

router = Router()


async def by_word(turn: Turn) -> Reply:
    """The sender's latest message of which something still stands."""
    event = await latest_of(turn.member.id, turn.row.id)
    if event is None:
        return Reply(push=words.text("undo.nothing"))
    return await of_event(event, turn.now, turn.playbook)


@router.tap("undo")
async def by_button(tap: Tap) -> Reply:
    events = [str(event) for event in tap.card.data.get("events", [tap.card.event])]
    if len(events) > 1:
        return _which(events)
    return await of_event(events[0], tap.now, tap.playbook)


def _which(events: Sequence[str]) -> Reply:
    buttons = [Button(f"undo_event:{n}", NUMBERS[n]) for n in range(min(3, len(events)))]
    card = words.card("reading.undo_which", buttons=[*buttons, "undo_all"])
    return Reply(push=card, about={"events": list(events)}, card_state="open")


@router.tap(*(f"undo_event:{n}" for n in range(3)), cards=("reading.undo_which",))
async def one_of(tap: Tap) -> Reply:
    n = int(tap.button.rpartition(":")[2])
    return await of_event(str(tap.card.data["events"][n]), tap.now, tap.playbook)


@router.tap("undo_all", cards=("reading.undo_which",))
async def all_of(tap: Tap) -> Reply:
    """Each of the card's messages, the youngest first; the audit keeps them under the card's first one."""
    events = [str(event) for event in tap.card.data["events"]]
    entries = [entry for event in events for entry in undo.live(await audit.by_event(event))]
    changes = await take_back_all(list(reversed(events)), tap.now)
    card = say.undone(await _name(entries), _when(tap.now, tap.now), await lines(entries, tap.playbook))
    return Reply(push=card, changes=changes, event=events[0], about={"events": events})


async def of_event(event: str, now: datetime, playbook: Playbook) -> Reply:
    """Undone at once, unless somebody's later change stands on it: then it is asked."""
    found = await take_back(event, now)
    if not found.entries:
        return Reply(push=words.text("undo.nothing"))
    if found.later:
        return await _chain(event, found, playbook)
    return await _undone(event, found, now, playbook)


async def _chain(event: str, found: Undone, playbook: Playbook) -> Reply:
    first = found.later[0]
    what = f"{clock_of(first.at)} {words.named('kinds', undo.plain(first.kind))}"
    events = list(dict.fromkeys(entry.event for entry in found.later))
    card = words.card("reading.undo_chain", count=len(events), what=what)
    return Reply(
        push=card, about={"events": [event], "later": events, "event": event}, question=True, card_state="open"
    )


@router.tap("undo_chain", cards=("reading.undo_chain",))
async def with_later(tap: Tap) -> Reply:
    event, later = str(tap.card.data["event"]), [str(one) for one in tap.card.data["later"]]
    entries = undo.live(await audit.by_event(event))
    changes = await take_back_all([*reversed(later), event], tap.now)
    card = say.undone(await _name(entries), _when(tap.now, tap.now), await lines(entries, tap.playbook))
    return Reply(push=card, changes=changes, event=event)


@router.tap("undo_only", cards=("reading.undo_chain",))
async def only_this(tap: Tap) -> Reply:
    """What somebody changed later keeps the later value; the rest of the message is taken back."""
    event = str(tap.card.data["event"])
    found = await take_back(event, tap.now)
    overwritten = {(entry.record, name) for entry in found.later if entry.change for name in entry.change.after}
    changes = []
    for change in found.changes:
        after = {name: value for name, value in change.after.items() if (change.record, name) not in overwritten}
        if after and change.before is not None:
            before = {name: change.before[name] for name in after}
            changes.append(type(change)(change.kind, change.record, after, before))
    card = say.undone(await _name(found.entries), _when(tap.now, tap.now), await lines(found.entries, tap.playbook))
    return Reply(push=card, changes=tuple(changes), event=event)


@router.tap("undo_not", cards=("reading.undo_chain",))
async def leave(tap: Tap) -> Reply:
    return Reply(push=words.text("undo.left"))


async def _undone(event: str, found: Undone, now: datetime, playbook: Playbook) -> Reply:
    row = await inbox.get(event)
    said = (row.sent_at or row.received_at).astimezone(now.tzinfo) if row else now
    name = await _name(found.entries)
    card = say.undone(name, _when(said, now), await lines(found.entries, playbook))
    shown = await _card_of(event)
    about = {**shown, "events": [event], "event": event, "name": shown.get("name") or name}
    return Reply(push=card, changes=found.changes, event=event, about=about)


async def _card_of(event: str) -> dict[str, Any]:
    """What the card of the event is about, so that 恢复 can show it again."""
    found = [card for card in await cards.of_event(event) if card.data.get("facts")]
    return dict(found[0].data) if found else {}


def _when(said: datetime, now: datetime) -> str:
    return f"{short_day(said.date(), now.date())} {clock_of(said)}"


async def _name(entries: Sequence[AuditEntry]) -> str:
    """Whom the undone message was about."""
    for entry in entries:
        if entry.change is None:
            continue
        id = entry.record if entry.record.startswith("cus_") else entry.change.after.get("customer_id")
        if id:
            return await customers.short_name(str(id))
    deals = [entry.record for entry in entries if entry.record.startswith("opp_")]
    deal = await opportunities.get(deals[0]) if deals else None
    return await customers.short_name(deal.customer_id) if deal else ""


async def lines(entries: Sequence[AuditEntry], playbook: Playbook) -> list[tuple[str, str]]:
    """What stands again: the stage before, the promises that no longer count."""
    found: list[tuple[str, str]] = []
    for entry in entries:
        change = entry.change
        if change is None:
            continue
        if entry.kind.endswith("opportunity.stage") and change.before and "stage" in change.after:
            found.append((words.bit("stage"), _stage_back(change.after["stage"], change.before["stage"], playbook)))
        if entry.kind.endswith("commitment.created"):
            found.append((words.bit("commitment"), words.bit("withdrawn", what=change.after["what"])))
        if entry.kind.endswith("commitment.kept") or entry.kind.endswith("commitment.moved"):
            found.append((words.bit("commitment"), words.bit("as_before")))
    return found or [(words.bit("recorded"), words.bit("record_gone"))]


def _stage_back(old: str, new: str, playbook: Playbook) -> str:
    names = {stage.id: stage.name for pipeline in playbook.pipelines for stage in pipeline.stages}
    return words.bit("move_back", old=names.get(old, old), new=names.get(new, new))


@router.tap("restore", cards=("reading.undone",))
async def restore(tap: Tap) -> Reply:
    """As if it had never been undone, with the lines of the card that was."""
    event = str(tap.card.data.get("event") or tap.card.event)
    changes = await put_back(event)
    if not changes:
        return Reply(push=words.text("undo.nothing"))
    kept = tap.card.data.get("facts") or [[words.bit("recorded"), words.bit("as_before")]]
    lines_ = [(str(label), str(value)) for label, value in kept]
    name = str(tap.card.data.get("name", ""))
    card = words.card("reading.clear", customer=name, facts=lines_, buttons=["confirm", "edit", "undo"])
    return Reply(push=card, changes=changes, event=event, card_state="open", about={"events": [event]})
