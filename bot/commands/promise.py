"""/promise: what one owes customers, numbered; 1 好了, 2 改周一, 1 不用了 behind it or as the next sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from adapters.messages import Push
from bot.commands.registry import Call, Registry, Wrong, wrong_call
from bot.errors import WrongCall
from bot.followup import service as followup
from bot.followup.fit import named, tells_done
from bot.followup.view import Matter, by_ids, matters
from bot.playbook.model import Playbook
from bot.replies import commands as say
from bot.replies import followup as shown
from bot.replies import turned, words
from bot.replies.wording import day_of
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp import dates
from nlp.workdays import Calendar
from storage import cards, commitments
from storage.records import Change

own = Registry()
router = Router()

NUMBERED = re.compile(
    r"^第?\s*(?P<n>\d{1,2})\s*[件条.、，,:：)）]?\s*(?P<what>\D.*)$|^(?P<before>\D+?)\s*(?P<m>\d{1,2})$"
)
DONE = re.compile(r"^(?:都|已经?)?(?:好|完成|搞定|[办做搞]好|办[完妥]|做完|发|回|done|ok)了?[。.]?$", re.IGNORECASE)
DROP = re.compile(r"^(?:不用了?|取消|不发了|不做了|算了|不要了)[，, ]*(?P<why>.*)$")
MOVE = re.compile(r"改[到成为]?|推迟[到]?|延[到后期]*|挪[到]?|换到|放到")
LISTED = "promise.listed"
SHORT = 24
"""Code points of a sentence that may be nothing but the answer to the list."""


@dataclass(frozen=True, slots=True)
class Around:
    """What judging an answer needs beside its words."""

    now: datetime
    calendar: Calendar
    playbook: Playbook


@own.command("promise")
async def promise(turn: Turn, call: Call) -> Reply:
    standing = await matters([one for one in await commitments.of_owner(turn.member.id) if one.by == "us"])
    if not standing:
        return Reply(push=words.text("cmd.promise.none"))
    fitting = [one for one in standing if call.rest in one.customer] if call.words else standing
    if fitting:
        return _listed(fitting, turn)
    around = Around(turn.now, turn.calendar, turn.playbook)
    return done_or_moved(call.rest, await _as_listed(standing, turn), around)


async def _as_listed(standing: Sequence[Matter], turn: Turn) -> Sequence[Matter]:
    """Numbered as on the list that was shown last, while that may still be answered."""
    card = await cards.awaiting(turn.member.id, turn.now)
    if card is None or card.awaits != LISTED:
        return standing
    return await by_ids(str(id) for id in card.data.get("listed", ()))


def _listed(standing: Sequence[Matter], turn: Turn) -> Reply:
    """The list; the next sentence may say what became of one."""
    until = turn.now + timedelta(minutes=turn.playbook.context.answer_minutes)
    about = {"listed": [one.promise.id for one in standing]}
    return Reply(push=say.promise_list(standing, turn.now), about=about, awaits=LISTED, awaits_until=until)


@router.answer(LISTED)
async def said_of_the_list(tap: Tap) -> Reply | None:
    """“1 好了” on the list, which goes on awaiting what becomes of the others; None for talk of something else."""
    if NUMBERED.match(tap.words.strip()) is None or len(tap.words) > SHORT:
        return None
    listed = [str(id) for id in tap.card.data.get("listed", ())]
    try:
        reply = done_or_moved(tap.words, await by_ids(listed), Around(tap.now, tap.calendar, tap.playbook))
    except WrongCall as wrong:
        reply = wrong_call(wrong, "promise")
    about = {**reply.about, "listed": listed}
    return replace(reply, about=about, awaits=LISTED, awaits_until=tap.card.awaits_until)


def done_or_moved(said: str, standing: Sequence[Matter], around: Around) -> Reply:
    """What became of the promise that the words name, by its number in the list or by its words. Raises Wrong."""
    one, what, n = _meant(said.strip(), standing, around.playbook)
    if one.promise.state not in followup.OPEN:
        return Reply(push=turned.gone(one, around.now))
    if dropped := DROP.match(what):
        why = dropped["why"].strip() or dropped[0]
        return _reply(one, followup.withdraw(one.promise, around.now, why), turned.withdrawn(one, why))
    if DONE.match(what) or tells_done(what):
        changes = followup.keep(one.promise, around.now, one.proof)
        return _reply(one, changes, shown.closed(_after(one, changes), around.now, around.calendar))
    return _moved(one, what, n, around)


def _meant(said: str, standing: Sequence[Matter], playbook: Playbook) -> tuple[Matter, str, int]:
    """The promise, what is said of it, and its number in the list. Raises Wrong where none is meant."""
    found = NUMBERED.match(said)
    if found is not None:
        n = int(found["n"] or found["m"])
        if not 1 <= n <= len(standing):
            raise Wrong("promise.number", count=len(standing))
        return standing[n - 1], (found["what"] or found["before"]).strip(), n
    fits = {one.id for one in named(said, [one.promise for one in standing], playbook.synonyms)}
    numbered = [(n, one) for n, one in enumerate(standing, 1) if one.promise.id in fits]
    if len(numbered) == 1:
        return numbered[0][1], said, numbered[0][0]
    if len(standing) != 1:
        raise Wrong("promise.what")
    return standing[0], said, 1


def _moved(one: Matter, what: str, n: int, around: Around) -> Reply:
    found = dates.find(MOVE.sub(" ", what, count=1), around.now, around.calendar)
    if not found:
        raise Wrong("promise.day" if MOVE.search(what) else "promise.what", n=n)
    when = found[0]
    due: date | datetime = when.due or (when.start if when.clock else when.last_day)
    if due <= around.now if isinstance(due, datetime) else due < around.now.date():
        raise Wrong("promise.past", day=day_of(when.last_day, around.now.date()), n=n)
    changes = tuple(c for c in followup.move(one.promise, due, evening=when.evening) if c.after)
    return _reply(one, changes, turned.moved(_after(one, changes), around.now))


def _after(one: Matter, changes: Sequence[Change]) -> Matter:
    fields = {k: v for change in changes if change.record == one.promise.id for k, v in change.after.items()}
    return replace(one, promise=one.promise.with_(**fields))


def _reply(one: Matter, changes: tuple[Change, ...], push: Push) -> Reply:
    about = {"commitment": one.promise.id, "commitments": [one.promise.id]}
    return Reply(push=push, changes=changes, about=about)
