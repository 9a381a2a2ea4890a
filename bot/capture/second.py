"""The second reader: when a large model is asked, what of its opinion joins the reading, and how it never decides.

It only adds what our own reader did not find, to the one known customer that the message is about, and with no
confidence at all: so each addition waits for a tap, whatever the playbook's thresholds are.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import structlog

from adapters.errors import SendError
from adapters.llm import Model, Opinion, Suggestion, from_dict
from bot import metrics
from bot.clock import Clock
from nlp.reading import Commitment, Deal, Due, Reading, Side, Stage, StageFound, When
from storage import audit, marks
from storage.records import Change

log = structlog.get_logger(__name__)

RULE = "model."
"""What the rule of a finding of the model begins with."""
NOT_SURE = 0.0
REMARK = "_model"
"""The remark of an activity's first audit entry that holds what the model said."""
REST = 30.0
"""Seconds for which a model that failed is not asked: messages go on without it."""
SHORTEST, LONGEST = 6, 500
"""Code points of a message that is worth a call."""


class SecondReader:
    def __init__(self, model: Model, clock: Clock, monthly_cap: int) -> None:
        """``monthly_cap``: calls a calendar month, 0 for no limit."""
        self._model, self._clock, self._cap = model, clock, monthly_cap
        self._rests_until = 0.0

    async def asked(self, reading: Reading) -> Opinion | None:
        """What the model makes of the text; None where it need not or may not be asked, or could not answer."""
        if not leaves_room(reading) or monotonic() < self._rests_until or not await self._affordable():
            return None
        try:
            opinion = await self._model.opinion(reading.text)
        except SendError as fault:
            wait = getattr(fault, "wait", None)
            self._rests_until = monotonic() + max(REST, wait or 0.0)
            metrics.models.labels(fault.code).inc()
            log.warning("model.failed", code=fault.code, message=fault.message)
            return None
        metrics.models.labels("ok").inc()
        return opinion

    async def _affordable(self) -> bool:
        """Counts the call of this month; across replicas and restarts, because the count is a row."""
        name = f"llm.calls:{self._clock.now():%Y-%m}"
        if self._cap and int(await marks.get(name) or 0) >= self._cap:
            metrics.models.labels("capped").inc()
            return False
        return await marks.count(name) <= self._cap or not self._cap


def leaves_room(reading: Reading) -> bool:
    """The message is about one known customer, and our own reader found no stage or no promise in it."""
    if not SHORTEST <= len(reading.text) <= LONGEST or len(reading.deals) != 1:
        return False
    deal = reading.deals[0]
    named = bool(deal.customer_id) and (deal.mention is not None or bool(deal.contacts))
    return named and (deal.stage is None or not deal.commitments)


def added(reading: Reading, opinion: Opinion) -> Reading:
    """The reading with what only the model found, as findings of no confidence."""
    if not leaves_room(reading):
        return reading
    deal = reading.deals[0]
    stage = deal.stage or next((_stage(one) for one in opinion.suggestions if one.kind == "stage"), None)
    fresh = () if deal.commitments else _promises(reading, opinion)
    first = len(reading.commitments)
    numbers = tuple(range(first, first + len(fresh)))
    fuller = replace(deal, stage=stage, commitments=(*deal.commitments, *numbers))
    return replace(reading, stage=reading.stage or stage, commitments=(*reading.commitments, *fresh), deals=(fuller,))


def _stage(one: Suggestion) -> StageFound:
    value: Stage = one.value  # type: ignore[assignment]  # a suggestion of kind stage holds one
    return StageFound(one.words, _span(one), f"{RULE}stage", NOT_SURE, value)


def _promises(reading: Reading, opinion: Opinion) -> tuple[Commitment, ...]:
    found = (one for one in opinion.suggestions if one.kind == "commitment")
    return tuple(_promise(one, _when(one, reading)) for one in found)


def _promise(one: Suggestion, when: When | None) -> Commitment:
    by: Side = "us" if one.value == "us" else "customer"
    return Commitment(one.words, _span(one), f"{RULE}commitment", NOT_SURE, by, one.what, _due(when), when)


def _when(one: Suggestion, reading: Reading) -> When | None:
    """The day of a promise is the one that our own reader found within its words."""
    start, end = _span(one)
    return next((when for when in reading.dates if start <= when.span[0] and when.span[1] <= end), None)


def _due(when: When | None) -> Due | None:
    if when is None:
        return None
    return when.due or (when.start if when.clock else when.last_day)


def _span(one: Suggestion) -> tuple[int, int]:
    return one.start, one.start + len(one.words)


def without(deal: Deal, reading: Reading) -> Deal:
    """The deal as our own reader has it."""
    stage = None if deal.stage is not None and deal.stage.rule.startswith(RULE) else deal.stage
    ours = tuple(n for n in deal.commitments if not reading.commitments[n].rule.startswith(RULE))
    return replace(deal, stage=stage, commitments=ours)


# -- kept with the record ---------------------------------------------------------------------------------------------


def noted(change: Change, opinion: Opinion | None) -> Change:
    """The change that makes an activity, with what the model said of its words."""
    return change if opinion is None else replace(change, after={**change.after, REMARK: opinion.as_dict()})


async def kept(event: str) -> Opinion | None:
    """What the model said when the event was first read; None where it was not asked."""
    for entry in await audit.by_event(event):
        if entry.change is not None and REMARK in entry.change.after:
            return from_dict(entry.change.after[REMARK])
    return None
