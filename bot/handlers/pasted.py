"""A pasted chat, read turn by turn: the customer's words and ours told apart (LOOP-5, VOICE.md A9)."""

from __future__ import annotations

from dataclasses import replace

from bot.capture.service import latest_of, take_back, too_much, weigh
from bot.capture.values import Choices
from bot.handlers import claims, objections, talk
from bot.handlers.handing_in import upload_address, upload_for
from bot.replies import reading as say
from bot.replies import words
from bot.replies.wording import clock_of
from bot.routing import Reply
from bot.turn import Turn
from nlp.reading import Reading
from nlp.transcripts import Transcript
from nlp.transcripts import Turn as Message
from storage import inbox

STOPS = "，,。.！!？?；;\n"
"""Where a clause may begin behind."""


async def answer(turn: Turn) -> Reply:
    """A9, or plain talk when the text only looks like a pasted chat."""
    transcript = await turn.house.names.pasted(turn.text, turn.at)
    if transcript is None:
        return await talk.answer(turn)
    return await of(transcript, turn, turn.row.id)


async def of(transcript: Transcript, turn: Turn, event: str) -> Reply:
    reading = await turn.house.names.pasted_reading(transcript, turn.at, turn.calendar)
    if count := too_much(reading):
        return talk.many(count)
    said = replace(talk.said_of(turn), event=event)
    considered = await weigh(reading, said, talk.mind_of(turn))
    if not considered.proposal.entries:
        asked = considered.proposal.asks
        return await talk.recorded(turn, considered, event, Choices()) if asked else await talk.nothing(turn)
    considered, foreign = await claims.taken(turn, considered, said)
    entry = considered.proposal.entries[0]
    theirs = [one for one in transcript.turns if one.side == "customer"]
    ours = [one for one in transcript.turns if one.side == "us"]
    day = next((one.at for one in reversed(transcript.turns) if one.at), turn.at).date()
    idle = sum(1 for one in transcript.turns if one.idle)
    upload = await upload_for(turn, entry, event)
    eyes = say.Eyes(turn.playbook, turn.now, considered.memory.last, upload_address(turn, upload), turn.hears_files)
    card = say.transcript(len(transcript.turns), len(theirs), len(ours), day, entry, _told(theirs, reading), idle, eyes)
    about = await talk.about_card(turn, considered.proposal.entries, event, upload)
    asks = tuple(talk.question_for(turn, ask, considered, event, Choices()) for ask in considered.proposal.asks)
    uses, helps = await objections.helped(turn, considered, event)
    changes = (*considered.proposal.changes, *uses, *foreign.changes)
    more = (*asks, *foreign.letters(turn.member.id, event), *helps)
    return Reply(push=card, changes=changes, about=about, event=event, more=more)


def _told(theirs: list[Message], reading: Reading) -> tuple[str, str] | None:
    """The customer's most telling words, and whose they are and when: the first that something was read from."""
    found = [one.span[0] for one in (reading.stage, *reading.signals, *reading.commitments) if one is not None]
    spoken = [one for one in theirs if not one.idle]
    telling = ((one, at) for one in spoken for at in sorted(found) if one.span[0] <= at < one.span[1])
    message, at = next(telling, (next(iter(spoken), None), 0))
    if message is None:
        return None
    start = max(message.span[0], *(reading.text.rfind(stop, 0, at) + 1 for stop in STOPS))
    who = f"{message.speaker} {clock_of(message.at)}" if message.at else message.speaker
    return reading.text[start : message.span[1]], who


async def swapped(turn: Turn) -> Reply:
    """不是我说的: the two sides of the latest pasted chat change places."""
    event = await latest_of(turn.member.id, turn.row.id)
    row = await inbox.get(event) if event else None
    at = row.sent_at or row.received_at if row else turn.at
    transcript = await turn.house.names.pasted(row.text, at.astimezone(turn.now.tzinfo)) if row else None
    if event is None or row is None or transcript is None:
        return Reply(push=words.text("undo.nothing"))
    before = await take_back(event, turn.now)
    other = await of(transcript.swapped(), replace(turn, event=replace(turn.event, text=row.text)), event)
    return replace(other, changes=(*before.changes, *other.changes))
