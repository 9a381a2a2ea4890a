"""Asks the outside addresses of rules: what was queued with the record is asked behind it, outside of any transaction,
and the answer wakes the rules that wait for it. Whatever an address does, nothing else waits for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

import structlog

from adapters.outside import NotAnswered, Outside
from bot import ruling
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.playbook.rules import Call, Rule
from bot.playbook.times import Times
from bot.process.acts import CALL
from bot.process.facts import gather
from bot.process.rules import HAND, Happening, Run
from bot.queued import Queued
from bot.slots import Work
from storage import due, members, opportunities
from storage.connect import transaction
from storage.errors import StorageError
from storage.records import Moment

log = structlog.get_logger(__name__)
WIDTH = 16
LEASE_SECONDS = 60
TOLD = ("event", "customer", "opportunity", "signals", "evidence", "owner", "hours", "open_tasks")
"""What an address is told: never what people wrote, no phone, no file."""


@dataclass(frozen=True, slots=True)
class Question:
    rule: Rule
    call: Call
    happening: Happening
    body: dict[str, Any]


class Caller(Queued):
    """``told`` is called after each commit, so that what must be said is said at once."""

    def __init__(self, house: House, outside: Outside, *, owner: str, told: Callable[[], None]) -> None:
        super().__init__("caller", WIDTH, house.clock)
        self._house, self._outside, self._owner, self._told = house, outside, owner, told

    async def claim(self, now: datetime, room: int) -> Sequence[Work]:
        found = await due.claim_due(now, room, self._owner, LEASE_SECONDS, only=CALL)
        return [self._one(moment) for moment in found]

    async def _one(self, moment: Moment) -> None:
        try:
            question = await self._question(moment)
            if question is None:
                await due.dropped([moment.id], self._owner)
                return
            started, answer, reason = perf_counter(), dict[str, Any](), ""
            try:
                seconds = question.rule.timeout_ms / 1000
                answer = await self._outside.ask(
                    question.call.url, question.body, inside=question.call.inside, seconds=seconds
                )
            except NotAnswered as fault:
                reason = str(fault)
            micros = int((perf_counter() - started) * 1_000_000)
            run = Run(question.rule, micros, "failed" if reason else "not", reason)
            await self._write(moment, question, run, answer)
        except StorageError as fault:  # the lease brings it again
            log.warning("rule.call_waits", code=fault.code)

    async def _question(self, moment: Moment) -> Question | None:
        """As the rule in force has it; None where it was switched off, changed or has nothing to ask about."""
        deal = await opportunities.get(moment.record)
        owner = await members.get(deal.owner_id) if deal is not None else None
        if deal is None or owner is None:
            return None
        live, zone, now = await self._house.live(owner), await self._house.zone(owner), self._house.clock.now()
        data = moment.data
        rule = next((one for one in live.playbook.rules if one.id == data["rule"] and one.id not in live.off), None)
        calls = [one for one in rule.then if isinstance(one, Call) and one.url == data["url"]] if rule else []
        times = Times.of(live.playbook, live.calendar, zone, owner)
        if rule is None or not calls:
            return None
        facts = await gather(deal, owner, times, now.astimezone(zone), TOLD, tuple(live.playbook.evidence))
        if facts.of is None:
            return None
        happening = Happening(data["kind"], deal.id, data["event"], str(data["record"]))
        return Question(rule, calls[0], happening, {"rule": rule.id, **facts.names(happening, TOLD)})

    async def _write(self, moment: Moment, question: Question, run: Run, answer: dict[str, Any]) -> None:
        """What the answer wakes, or that there was none: one transaction, which ends the moment."""
        now, event = self._house.clock.now(), str(moment.data["of"])
        async with transaction():
            if await due.fired([moment.id], now, self._owner) != 1:
                return
            self._house.tally.count(run, now)
            letters: list[Letter] = []
            if run.verdict == "failed":
                letters += await ruling.failed(run, self._house, now)
            else:
                happening = replace(question.happening, called={run.rule.id: answer})
                asked = ruling.Asked({(str(one), moment.record) for one in moment.data.get("asked", ())})
                changes, said = await ruling.answer(
                    happening, self._house, actor=HAND, event=event, at=now, asked=asked
                )  # fmt: skip
                letters += said
                letters += await ruling.follow(changes, self._house, actor=HAND, event=event, at=now, asked=asked)
            for letter in letters:
                await self._say(letter, event, now)
        self._told()

    async def _say(self, letter: Letter, event: str, now: datetime) -> None:
        live = await self._house.live(await members.get(letter.to))
        await put(replace(letter, answer=False), now, live, event)
