"""A pasted chat, read turn by turn: the customer's words and ours told apart (LOOP-5, VOICE.md A9)."""

from __future__ import annotations

from dataclasses import replace

from nlp.transcripts import Transcript, merge, parse

from bot.capture.service import latest_of, take_back, weigh
from bot.capture.values import Choices
from bot.handlers import talk
from bot.replies import reading as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from storage import inbox


async def answer(turn: Turn) -> Reply:
    """A9, or plain talk when the text only looks like a pasted chat."""
    transcript = parse(turn.text, turn.at, us=(turn.member.name,))
    if transcript is None or len(transcript.turns) < 2:
        return await talk.answer(turn)
    return await of(transcript, turn, turn.row.id)


async def of(transcript: Transcript, turn: Turn, event: str) -> Reply:
    await turn.house.names.refresh()
    reading = merge(
        transcript, lambda text, at, speaker: turn.house.names.read(text, at, turn.calendar, speaker), turn.at
    )
    said = replace(talk.said_of(turn), event=event)
    considered = await weigh(reading, said, talk.mind_of(turn))
    if not considered.proposal.entries:
        asked = considered.proposal.asks
        return await talk.recorded(turn, considered, event, Choices()) if asked else await talk.nothing(turn)
    entry = considered.proposal.entries[0]
    theirs = [one for one in transcript.turns if one.side == "customer"]
    ours = [one for one in transcript.turns if one.side == "us"]
    day = next((one.at for one in reversed(transcript.turns) if one.at), turn.at).date()
    idle = sum(1 for one in transcript.turns if one.idle)
    upload = await talk.upload_for(turn, entry, event)
    eyes = say.Eyes(
        turn.playbook, turn.now, considered.memory.last, talk.upload_address(turn, upload), turn.hears_files
    )
    quoted = [one.text for one in theirs if not one.idle]
    card = say.transcript(len(transcript.turns), len(theirs), len(ours), day, entry, quoted, idle, eyes)
    about = await talk.about_card(turn, considered.proposal.entries, event, upload)
    asks = tuple(talk.question_for(turn, ask, considered, event, Choices()) for ask in considered.proposal.asks)
    return Reply(push=card, changes=considered.proposal.changes, about=about, event=event, more=asks)


async def swapped(turn: Turn) -> Reply:
    """不是我说的: the two sides of the latest pasted chat change places."""
    event = await latest_of(turn.member.id, turn.row.id)
    row = await inbox.get(event) if event else None
    transcript = parse(row.text, row.sent_at or row.received_at, us=(turn.member.name,)) if row else None
    if event is None or transcript is None:
        return Reply(push=words.text("undo.nothing"))
    before = await take_back(event, turn.now)
    other = await of(
        transcript.swapped(), replace(turn, event=replace(turn.event, text=row.text if row else "")), event
    )
    return replace(other, changes=(*before.changes, *other.changes))
