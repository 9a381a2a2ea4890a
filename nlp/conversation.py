"""A pasted chat read as one: each turn with its own time and speaker, put together into one Reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from nlp.reading import STAGE_ORDER, Deal, Finding, Reading, Span, Speaker, Why
from nlp.turns import Transcript, Turn

Read = Callable[[str, datetime, Speaker], Reading]


def merge(transcript: Transcript, read: Read, now: datetime) -> Reading:
    """The reading of the whole chat; spans lie in the text as pasted."""
    whole = transcript.text
    readings = [
        (turn, read(turn.text, turn.at or now, "customer" if turn.side == "customer" else "rep"))
        for turn in transcript.turns
        if not turn.idle
    ]
    found = {
        "dates": [],
        "customers": [],
        "contacts": [],
        "phones": [],
        "emails": [],
        "amounts": [],
        "signals": [],
        "commitments": [],
    }
    stage = action = None
    for turn, reading in readings:
        for name, listed in found.items():
            listed += [_shifted(one, turn, whole) for one in getattr(reading, name)]
        stage = _shifted(reading.stage, turn, whole) if reading.stage else stage
        action = _shifted(reading.action, turn, whole) if reading.action else action
    return Reading(text=whole, now=now, stage=stage, action=action, **{k: tuple(v) for k, v in found.items()})


def _shifted(finding, turn, whole):
    start, end = _place(turn, finding.span[0]), _place(turn, finding.span[1] - 1) + 1
    return replace(finding, span=(start, end), text=whole[start:end])


def _place(turn: Turn, at: int) -> int:
    for start, end in turn.lines:
        if at <= end - start:
            return start + at
        at -= end - start + 1
    return turn.span[1]
