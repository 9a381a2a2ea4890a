"""The moments of promises: those of one moment and one person become one card, six to a card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.messages import Push
from bot.followup import due
from bot.followup.escalate import superior
from bot.followup.fit import of_file
from bot.followup.service import still_means, turn_overdue
from bot.followup.view import Matter, matter, matters
from bot.letter import Letter
from bot.outbox.diet import turned_off
from bot.playbook.model import Playbook
from bot.replies import followup as say
from nlp.workdays import Calendar
from scheduler.effect import Around, Effect
from scheduler.jobs.late_offer import offered_later
from storage import commitments, evidence, members
from storage.records import Commitment, Evidence, Member, Moment

T = TypeVar("T")
Standing = tuple[Moment, Commitment]
TURNING = (due.OVERDUE, due.LATE, due.MANAGER)
"""Kinds that find the promise late."""
ANSWERED_WITHIN = timedelta(hours=12)
"""How long a plain “发了” or “改周一” is taken for the answer to the card."""


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """What the moments of one kind and time come to: cards by person, and promises that turn overdue."""
    kind, event = moments[0].kind, moments[0].id
    found = [(moment, await commitments.get(moment.record)) for moment in moments]
    standing = [(moment, one) for moment, one in found if one is not None and still_means(moment, one)]
    changes = tuple(c for _, one in standing for c in turn_overdue(one)) if kind in TURNING else ()
    says = await _says(kind, standing, around)
    later = await _later(says, standing, around) if kind == due.MANAGER else ()
    return Effect(changes=changes, says=tuple(says), moments=later, event=event)


async def _later(says: Sequence[Letter], standing: Sequence[Standing], around: Around) -> tuple[Moment, ...]:
    """Another moment for each promise that a manager hears of now."""
    promises = {one.id: one for _, one in standing}
    found: list[Moment] = []
    for letter in says:
        found += await offered_later(letter.to, [promises[id] for id in letter.about["commitments"]], around)
    return tuple(found)


async def _says(kind: str, standing: Sequence[Standing], around: Around) -> list[Letter]:
    if kind == due.OVERDUE or not standing:
        return []
    if kind == due.MANAGER:
        return await to_managers(standing, around)
    says: list[Letter] = []
    for owner, theirs in by(standing, lambda one: one[1].owner_id):
        member = await members.get(owner)
        if member is not None and member.active:
            says += await to_owner(kind, theirs, member, around)
    return says


async def to_owner(kind: str, standing: Sequence[Standing], member: Member, around: Around) -> list[Letter]:
    """The owner's cards of one kind."""
    live = await around.house.live(member)
    standing = [one for one in standing if not turned_off(kind, member.prefs, one[1].customer_id)]
    return [
        Letter(
            await card(kind, [one for _, one in part], around.now, live.playbook, live.calendar),
            to=member.id, once=f"{kind}:{part[0][0].id}", about={"commitments": [one.id for _, one in part]},
            awaits="promise.said", awaits_until=around.now + ANSWERED_WITHIN,
            named=all(moment.data.get("named") for moment, _ in part),
        )
        for part in _parts(standing, kind)
    ]  # fmt: skip


def _parts(standing: Sequence[Standing], kind: str) -> Iterator[Sequence[Standing]]:
    """What goes on one card; a customer's word has one of its own."""
    size = 1 if kind == due.CUSTOMER else say.MOST
    for start in range(0, len(standing), size):
        yield standing[start : start + size]


async def card(
    kind: str, promises: Sequence[Commitment], now: datetime, playbook: Playbook, calendar: Calendar
) -> Push:
    """The card of that kind for these promises."""
    shown = await matters(promises)
    if kind == due.AHEAD:
        return say.ahead(shown, now)
    if kind == due.NOW:
        return say.on_the_day(shown, now, await _at_hand(promises[0], playbook) if len(shown) == 1 else None)
    if kind == due.LATE:
        return say.late(shown, now, calendar)
    return say.customers_word(shown[0], now)


async def _at_hand(promise: Commitment, playbook: Playbook) -> Evidence | None:
    """The youngest file of the customer whose name fits the promise."""
    files = [one for one in await evidence.of_customer(promise.customer_id) if one.file]
    fits = [one for one in files if of_file(one.file or "", [promise], playbook.synonyms)]
    return max(fits, key=lambda one: one.at, default=None)


async def to_managers(standing: Sequence[Standing], around: Around) -> list[Letter]:
    """Each promise goes up to whoever is there for its owner's team."""
    teams, everyone = await members.teams(), await members.everyone()
    by_id = {one.id: one for one in everyone}
    today = around.now.date()
    up: list[tuple[str, Standing]] = []
    for one in standing:
        owner = by_id.get(one[1].owner_id)
        boss = superior(owner, teams, everyone, today) if owner else None
        if boss is not None:
            up.append((boss, one))
    says: list[Letter] = []
    for boss, theirs in by(up, lambda pair: pair[0]):
        for part in _parts([one for _, one in theirs], due.MANAGER):
            says.append(await to_manager(boss, part, around))
    return says


async def to_manager(boss: str, part: Sequence[Standing], around: Around) -> Letter:
    """C4."""
    promises = [one for _, one in part]
    shown: list[Matter] = [await matter(one) for one in promises]
    return Letter(
        say.late_manager(shown, around.now), to=boss, once=f"{due.MANAGER}:{part[0][0].id}",
        about={"commitments": [one.id for one in promises], "said": {}},
    )  # fmt: skip


def by(items: Iterable[T], key: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """Items by key, in the order in which the keys first come."""
    groups: dict[str, list[T]] = {}
    for one in items:
        groups.setdefault(key(one), []).append(one)
    return list(groups.items())
