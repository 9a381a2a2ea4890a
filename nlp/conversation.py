"""A pasted chat read as one: each turn with its own time and speaker, put together into one Reading.

turns ─ read, each with its time ─ requests that got a yes ─ whose each is ─ what still stands at the end ─ Reading
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from nlp import dialogue, labels
from nlp.accounts import gathered
from nlp.chatlines import lines_of
from nlp.dues import day_of
from nlp.placing import all_at, by_lines, placed, shifted
from nlp.reading import ActionFound, Commitment, Contact, Reading, Speaker, StageFound
from nlp.turns import Transcript, Turn
from nlp.undertakings import undertakings
from nlp.whose import Heard

Read = Callable[[str, datetime, Speaker], Reading]

_STICKER = re.compile(r"\[[^\[\]\n]{1,10}\]|[\U0001F300-\U0001FAFF\u2600-\u27BF]")
_ADDRESSED = re.compile(r"(?:^|[,，。!！?？\s]|好的?|谢谢|收到|辛苦|是的|行|ok)$", re.I)
_BREAK = re.compile(r"$|[,，。.!！?？:：;；\s啊~～]")
_QUESTION = re.compile(r"(?:[?？]|吗)\s*$")
_ARRANGED = ("solution_demo", "contract_signing")


def merge(transcript: Transcript, read: Read, now: datetime) -> Reading:
    """The reading of the whole chat. ``read`` reads one message said at a moment by the rep or the customer; dates
    count from each turn's own time, promises stand with the side that makes them, spans lie in the text as pasted."""
    read = _once(read)
    heard = [*_above(transcript, read, now), *_labels(transcript, read, now), *_turns(transcript, read, now)]
    return gathered(heard, transcript.text, now)


def _once(read: Read) -> Read:
    """The same reader, which reads the same words of one moment and side only once."""
    known: dict[tuple[str, datetime, Speaker], Reading] = {}

    def remembered(text: str, at: datetime, speaker: Speaker) -> Reading:
        key = (text, at, speaker)
        if key not in known:
            known[key] = read(text, at, speaker)
        return known[key]

    return remembered


def _speaker(turn: Turn) -> Speaker:
    return "customer" if turn.side == "customer" else "rep"


# -- names ---------------------------------------------------------------------------------------------------------


def _above(transcript: Transcript, read: Read, now: datetime) -> Iterator[Heard]:
    """What the member wrote above the chat, and the customers that its heading names."""
    whole = transcript.text
    start = min((turn.label[0] for turn in transcript.turns), default=0)
    for line in lines_of(whole[: whole.rfind("\n", 0, start) + 1]):
        if line.kind not in ("said", "heading") or len(line.plain) < 2:
            continue
        found = placed(read(line.words, now, "rep"), shifted(line.start), whole)
        if line.kind == "heading":
            known = tuple(customer for customer in found.customers if customer.known)
            found = Reading(text=whole, now=now, customers=known)
        yield Heard(None, found, label=line.kind == "heading")


def _labels(transcript: Transcript, read: Read, now: datetime) -> Iterator[Heard]:
    """The customer's speakers as contacts, and the companies that their names carry; never one of our own people."""
    theirs = [turn for turn in transcript.turns if not labels.is_ours(turn.speaker, transcript.us)]
    speaking = [turn for turn in theirs if turn.side == "customer"] or theirs
    seen: set[str] = set()
    for turn in speaking:
        if turn.speaker not in seen:
            seen.add(turn.speaker)
            yield Heard(turn, _label(turn, transcript.text, read, now), label=True)


def _label(turn: Turn, whole: str, read: Read, now: datetime) -> Reading:
    start, end = turn.label
    said = read(whole[start:end], now, "rep")
    contacts = said.contacts
    if not contacts and labels.is_person(turn.speaker):
        contacts = _person(turn, read, now)
    found = Reading(text=whole[start:end], now=now, customers=said.customers, contacts=contacts)
    return placed(found, shifted(start), whole)


def _person(turn: Turn, read: Read, now: datetime) -> tuple[Contact, ...]:
    """A speaker whose bare name the reader takes for nobody: read once more as somebody's."""
    cue = "联系人"
    said = read(cue + turn.speaker, now, "rep").contacts
    if said and said[0].span == (len(cue), len(cue) + len(turn.speaker)):
        return (replace(said[0], span=(0, len(turn.speaker))),)
    return (Contact(turn.speaker, (0, len(turn.speaker)), "person.speaker", 0.8, turn.speaker),)


# -- words ---------------------------------------------------------------------------------------------------------


def _turns(transcript: Transcript, read: Read, now: datetime) -> Iterator[Heard]:
    """Each turn's reading, with what only the turns before and after it make clear."""
    agreed = {id(one.asked): one for one in dialogue.agreements(transcript.turns)}
    own = {n: _own(transcript.turns, n, read, now) for n, turn in enumerate(transcript.turns) if not turn.idle}
    last_of_ours = max((n for n, one in enumerate(transcript.turns) if one.side == "us" and not one.idle), default=-1)
    for n, reading in own.items():
        turn = transcript.turns[n]
        if id(turn) in agreed:
            reading = _with_the_yes(agreed[id(turn)], reading, own.get(n + 1), read, now)
        if turn.side == "customer" and n < last_of_ours:
            reading = _bargained(reading)
        yield Heard(turn, placed(reading, by_lines(turn.lines), transcript.text))


def _own(turns: Sequence[Turn], n: int, read: Read, now: datetime) -> Reading:
    """The turn by itself, without its stickers and without whom it speaks to."""
    turn = turns[n]
    at = turn.at or now
    words = _STICKER.sub(lambda match: "，" * len(match[0]), turn.text)
    reading = read(words, at, _speaker(turn))
    if turn.side == "customer":
        reading = _without_ours(reading)
    promises = undertakings(turns, n, reading, lambda other: read(other, at, _speaker(turn)))
    return reading if promises == reading.commitments else replace(reading, commitments=promises, deals=())


def _bargained(reading: Reading) -> Reading:
    """A price objection that is no mere question, and that we answered, is a talk about the price."""
    objection = next((signal for signal in reading.signals if signal.value == "price_objection"), None)
    if objection is None or reading.stage is not None or _QUESTION.search(reading.text):
        return reading
    stage = StageFound(objection.text, objection.span, "price.talk", 0.8, "negotiation")
    return replace(reading, stage=stage, deals=())


def _without_ours(reading: Reading) -> Reading:
    """In the customer's words, who is spoken to (小张，…) is one of ours and no contact."""
    kept = tuple(
        one
        for one in reading.contacts
        if not (_ADDRESSED.search(reading.text[: one.span[0]]) and _BREAK.match(reading.text, one.span[1]))
    )
    return reading if kept == reading.contacts else replace(reading, contacts=kept, deals=())


def _with_the_yes(
    agreed: dialogue.Agreed, reading: Reading, answer: Reading | None, read: Read, now: datetime
) -> Reading:
    """The asking turn's reading with the promise, or the arrangement, that the yes made of it; where the answer says
    itself what it promises, that stands."""
    asked = agreed.asked
    at = asked.at or now
    own = any(one.by == asked.side for one in reading.commitments)
    promises = () if own or (answer is not None and answer.commitments) else _granted(agreed, read, at)
    if answer is not None and len(answer.dates) == 1:
        promises = tuple(replace(one, when=answer.dates[0], due=day_of(answer.dates[0])) for one in promises)
    stage, action = _settled(agreed.words, read, at)
    made = Reading(
        text=asked.text,
        now=now,
        commitments=promises,
        stage=None if reading.stage else stage,
        action=None if reading.action else action,
    )
    made = placed(made, all_at(agreed.span), asked.text)
    return replace(
        reading,
        commitments=(*reading.commitments, *made.commitments),
        stage=reading.stage or made.stage,
        action=reading.action or made.action,
        deals=(),
    )


def _granted(agreed: dialogue.Agreed, read: Read, at: datetime) -> tuple[Commitment, ...]:
    """The promise that a granted request is; one without a day is meant to be kept soon."""
    if not dialogue.wants_a_deed(agreed.words):
        return ()
    said = dialogue.stated(dialogue.turned(agreed.words))
    side = agreed.answered.side
    dated = [one for one in read(said, at, _speaker(agreed.answered)).commitments if one.by == side]
    if not dated:
        soon = read(f"我马上{said[1:]}", at, _speaker(agreed.answered)).commitments
        dated = [replace(one, when=None) for one in soon if one.by == side and one.due is None and len(one.what) > 2]
    return tuple(dated[:1])


def _settled(words: str, read: Read, at: datetime) -> tuple[StageFound | None, ActionFound | None]:
    """What a proposal puts firmly on the calendar, once the other side agrees."""
    if not dialogue.wants_a_meeting(words):
        return None, None
    found = read(dialogue.proposal(words), at, "rep")
    stage = found.stage if found.stage and found.stage.value in _ARRANGED else None
    return stage, found.action if found.action and found.action.arranged else None
