"""改, field by field, and 为什么: what the latest reading rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from adapters.messages import Card
from bot.capture import undo
from bot.capture.service import latest_of
from bot.handlers import talk
from bot.handlers.answers import turn_of
from bot.handlers.correct import correct
from bot.handlers.undoing import name_of
from bot.replies import reading as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp.corrections import Correction, parse
from nlp.wording import Field
from storage import audit, inbox

router = Router()


EXAMPLES = {
    "field_customer": "不是启明制造，是启明新材",
    "field_stage": "阶段是价格谈判",
    "field_date": "是下周四",
    "field_commitment": "承诺是发方案",
    "field_amount": "金额是 86 万",
}


@router.tap("edit", "edit_1", "edit_2")
async def edit(tap: Tap) -> Reply:
    """改; 改② asks about the second customer of the message."""
    which = 1 if tap.button == "edit_2" else 0
    names = [str(name) for name in tap.card.data.get("names", ())]
    name = names[which] if which < len(names) else str(tap.card.data.get("name", ""))
    message = str(tap.card.data.get("message") or tap.card.event)
    return Reply(push=_which_field(name), about={"message": message, "which": which, "name": name}, card_state="open")


def _which_field(name: str) -> Card:
    return words.card("reading.edit", customer=say.title_name(name))


async def latest(turn: Turn) -> Reply | None:
    """改 said without a card that offers it: of the sender's latest message."""
    event = await latest_of(turn.member.id, turn.row.id)
    if event is None:
        return None
    name = await name_of(undo.live(await audit.by_event(event)))
    return Reply(push=_which_field(name), about={"message": event, "which": 0, "name": name, "events": [event]})


@router.tap(*EXAMPLES, cards=("reading.edit",))
async def one_field(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    push = words.text("reading.say_it", example=EXAMPLES[tap.button])
    about = {**tap.card.data, "field": tap.button.removeprefix("field_"), "example": EXAMPLES[tap.button]}
    return Reply(push=push, about=about, awaits="reading.field", awaits_until=until, card_state="open")


@router.answer("reading.field")
async def field_said(tap: Tap) -> Reply:
    """The sentence after 〔改〕 and the field: put right as said, or read as what it is; what is neither is asked for
    once more."""
    turn = turn_of(tap)
    field = cast(Field, tap.card.data["field"])
    said = parse(tap.words) or Correction(field=field, old="", new=tap.words.strip(), explicit=True)
    event = str(tap.card.data.get("message") or tap.card.event)
    reply = await correct(replace(said, field=field), event, turn, int(tap.card.data.get("which", 0)))
    if reply is not None:
        return reply
    other = await talk.answer(turn)
    if other.changes or other.question:
        return other
    push = words.text("reading.say_it", example=str(tap.card.data["example"]))
    return Reply(push=push, about=tap.card.data, awaits="reading.field", awaits_until=tap.card.awaits_until)


async def why(turn: Turn) -> Reply:
    """Each field of the latest reading with its words, rule and how sure it is."""
    event = await latest_of(turn.member.id, turn.row.id)
    row = await inbox.get(event) if event else None
    if row is None:
        return Reply(push=words.text("reading.why.nothing"))
    reading = await turn.house.names.reading(row.text, row.sent_at or row.received_at, turn.calendar)
    return Reply(push=say.why(reading))
