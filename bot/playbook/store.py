"""Playbook versions in the database: the shipped one first, then the team's own; the live one is cached by stamp."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from adapters.meter import Level
from bot.playbook import load
from bot.playbook.model import Playbook
from nlp import teaching
from nlp.frames import frames
from nlp.lexicon import Lexicon
from nlp.workdays import Calendar
from storage import marks, members, playbooks
from storage.connect import transaction
from storage.records import PlaybookVersion, new_id

SHIPPED_BY = "genjin"
RULE_OFF = "rule.off:"
"""The mark of a rule that is switched off; its value says why."""
TRIED = "rule.tried:"
"""The mark of a version on trial: the ids of the rules that its team tries, everything else being as it is live."""


@dataclass(frozen=True, slots=True)
class Live:
    """What holds now: the playbook, its version, the calendar it makes, and the words that the team reads by."""

    playbook: Playbook
    version: PlaybookVersion
    calendar: Calendar
    lexicon: Lexicon
    off: frozenset[str] = frozenset()
    """Rules that were switched off, by hand or because they kept failing."""
    tried: frozenset[str] = frozenset()
    """Rules that the team tries: they stand among the playbook's in place of the live ones."""
    calls: Mapping[str, Level] = field(default_factory=dict)
    """By account: how far the platform's calls of the month are used up; accounts with enough left out."""


class PlaybookStore:
    """The live playbook of each team, parsed once a version."""

    def __init__(self) -> None:
        self._stamp: Hashable = None
        self._live: dict[str | None, Live] = {}
        self._kinds: tuple[list[str], list[str]] | None = None

    async def current(self, team_id: str | None = None) -> Live:
        """What holds for the team: its own live version, else the company's. LookupError before ensure_shipped."""
        stamp = await playbooks.stamp()
        if stamp != self._stamp:
            self._stamp, self._live, self._kinds = stamp, {}, None
        if team_id not in self._live:
            version = await playbooks.live(team_id)
            if version is None:
                raise LookupError("no live playbook: ensure_shipped has not run")
            playbook, tried = await _with_trial(load.parse(version.text), team_id)
            words = await asyncio.to_thread(teaching.lexicon_of, playbook.lexicon.taught)
            await asyncio.to_thread(frames, words)  # or the first message in new words would hold the loop for it
            off = frozenset(name.removeprefix(RULE_OFF) for name in await marks.beginning(RULE_OFF))
            live = Live(playbook, version, calendar_of(playbook), words, off, tried)
            if stamp != self._stamp:  # another version came in between; the next look reads it
                return live
            self._live[team_id] = live
        return self._live[team_id]

    async def watched_kinds(self) -> tuple[list[str], list[str]]:
        """The kinds of evidence that count as a tailored case and as an itemised quote, over the playbooks of all
        teams; gone through once a version."""
        await self.current(None)
        if self._kinds is None:
            teams, stamp = [None, *(team.id for team in await members.teams())], self._stamp
            found = [(await self.current(id)).playbook.watch for id in teams]
            kinds = sorted({one.case_kind for one in found}), sorted({one.quote_kind for one in found})
            if stamp != self._stamp:
                return kinds
            self._kinds = kinds
        return self._kinds


async def _with_trial(playbook: Playbook, team_id: str | None) -> tuple[Playbook, frozenset[str]]:
    """The playbook with the rules that the team tries in place of its own, and which they are."""
    trial = await playbooks.latest("trial", team_id) if team_id else None
    if trial is None:
        return playbook, frozenset()
    tried = frozenset((await marks.get(TRIED + trial.id) or "").split())
    new = [rule for rule in load.parse(trial.text).rules if rule.id in tried]
    kept = [rule for rule in playbook.rules if rule.id not in tried]
    return playbook.model_copy(update={"rules": (*kept, *new)}), tried


def calendar_of(playbook: Playbook) -> Calendar:
    """The national calendar with the company's days and hours."""
    days, quiet = playbook.calendar, playbook.quiet
    return Calendar(
        off=frozenset(days.off),
        on=frozenset(days.work),
        start=days.hours.start,
        end=days.hours.end,
        lunch=(quiet.midday_from, quiet.midday_until),
    )


async def switch_off(rule: str, why: str) -> None:
    """From the next event on, in every process, whatever the version."""
    async with transaction():
        await marks.put(RULE_OFF + rule, why)
        await playbooks.touch()


async def switch_on(rule: str) -> bool:
    """False where it was not switched off."""
    async with transaction():
        was_off = await marks.forget(RULE_OFF + rule)
        await playbooks.touch()
    return was_off


async def ensure_shipped(now: datetime) -> PlaybookVersion:
    """The live version of the company; the shipped one is put in where there is none yet."""
    live = await playbooks.live(None)
    if live is not None:
        return live
    async with transaction():
        await playbooks.in_turn()  # of two that start together one puts it in
        live = await playbooks.live(None)
        return live if live is not None else await add(load.shipped(), author=SHIPPED_BY, now=now)


async def add(
    text: str, *, author: str, now: datetime, team_id: str | None = None, live: bool = True,
    tries: Iterable[str] = (),
) -> PlaybookVersion:  # fmt: skip
    """The new version, live (the one before becomes past), a draft, or where it ``tries`` rules on trial by its team.
    Raises PlaybookFaults before anything is kept."""
    load.parse(text)
    tried = " ".join(sorted(tries))
    async with transaction():
        await playbooks.in_turn()
        version = PlaybookVersion(
            id=new_id("pbk", now),
            n=await playbooks.next_n(),
            text=text,
            hash=sha256(text.encode()).hexdigest(),
            author=author,
            team_id=team_id,
            state="trial" if tried else "live" if live else "draft",
            created_at=now,
        )
        await playbooks.put(version)
        if tried:
            await marks.put(TRIED + version.id, tried)
    return version
