"""Taps and words on the cards of promises (VOICE.md C): done, moved, given up; and the customer's word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.followup import service as followup
from bot.followup.fit import named, tells_done
from bot.followup.view import Matter, matter
from bot.handlers import day, upper
from bot.handlers.matters import about, after, ask_for_file, close, gone, meant, shown
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import turned, words
from bot.routing import Reply, Router, Tap
from nlp import dates
from storage import commitments, evidence
from storage.records import Commitment

router = Router()
router.include(upper.router)
router.include(day.router)

REMINDERS = ("promise.ahead", "promise.now", "promise.late")
OPEN = followup.OPEN
NO_FILE = re.compile(r"没有?(?:文件|附件|材料)|无(?:文件|附件)|不用文件|^(?:没有?|无)$|口头|当面[给说交]")
MOVE = re.compile(r"改[到成为]?|推迟|延[到后期]?|挪|放到|换到|晚点|往后")
DROP = re.compile(r"^(?:不用了|取消|不发了|不做了|算了)")
REPLIED = re.compile(r"^(?:已经?)?回(?:复|我|信)?了")
SHORT = 24
"""Code points of a sentence that may be nothing but the answer to a card."""
REASON_MOST = 12


# -- done ----------------------------------------------------------------------------------------------------------


@router.tap("done", cards=REMINDERS)
async def done(tap: Tap) -> Reply:
    """已经发了: the file is asked for where there may be one; a call or a visit is closed at once."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    return await ask_for_file(tap, one) if say.wants_file(one.promise) else close(tap, one, "said")


@router.tap("no_file", cards=("promise.file",))
async def no_file(tap: Tap) -> Reply:
    one = await meant(tap)
    return one if isinstance(one, Reply) else close(tap, one, "no_file")


@router.answer("promise.file")
async def file_or_not(tap: Tap) -> Reply | None:
    """“无文件” closes it; anything else is read as usual."""
    return await no_file(tap) if len(tap.words) <= SHORT and NO_FILE.search(tap.words) else None


@router.tap("not_this", cards=("promise.closed",))
async def not_this(tap: Tap) -> Reply:
    """不是这件: open again; the file stays with the customer."""
    promise = await commitments.get(str(tap.card.data.get("commitment", "")))
    if promise is None or promise.state != "kept":
        return await gone(tap, [str(tap.card.data.get("commitment", ""))])
    proof = await evidence.get(promise.evidence_id) if promise.evidence_id else None
    changes = followup.reopen(promise, proof)
    one = after(await matter(promise), changes)
    return Reply(push=turned.reopened(one, tap.now), changes=changes, about=about(one))


# -- moved ---------------------------------------------------------------------------------------------------------


@router.tap("move", cards=REMINDERS)
async def move(tap: Tap) -> Reply:
    """改时间: four ready dates, or a word."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    days = followup.ready_dates(tap.now.date(), tap.calendar)
    card = turned.move_to(one, days, tap.now.date())
    return shown(tap, card, about={**about(one), "days": [day.isoformat() for day in days]}, awaits="promise.move")


@router.tap("pick", cards=("promise.move",))
async def to_this_day(tap: Tap) -> Reply:
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    day = date.fromisoformat(str(tap.card.data["days"][int(tap.button.partition(":")[2]) - 1]))
    return to(tap, one, day)


@router.tap("move_monday", cards=("promise.late",))
async def to_next_workday(tap: Tap) -> Reply:
    one = await meant(tap)
    return one if isinstance(one, Reply) else to(tap, one, tap.calendar.workday_after(tap.now.date()))


@router.answer("promise.move")
async def to_what_was_said(tap: Tap) -> Reply | None:
    """The new time in words; other talk is read as usual."""
    if len(tap.words) > SHORT:
        return None
    found = new_due(tap)
    if found is None:
        return None
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    day, evening = found
    if _past(day, tap.now):
        unclear = words.text("promise.move.unclear")
        return shown(tap, unclear, about=dict(tap.card.data), awaits="promise.move")
    return to(tap, one, day, evening)


def new_due(tap: Tap) -> tuple[date | datetime, bool] | None:
    """The day or moment that the words name, and whether it is an evening; None where they name none."""
    found = dates.find(tap.words, tap.now, tap.calendar)
    if not found:
        return None
    when = found[0]
    return when.due or (when.start if when.clock else when.last_day), when.evening


def _past(due: date | datetime, now: datetime) -> bool:
    return due <= now if isinstance(due, datetime) else due < now.date()


def to(tap: Tap, one: Matter, due: date | datetime, evening: bool = False) -> Reply:
    """The card says the new due, and offers words for whoever was told the old one."""
    changes = followup.move(one.promise, due, evening=evening)
    moved = after(one, changes)
    reply = shown(tap, turned.moved(moved, tap.now), about=about(one))
    return replace(reply, changes=tuple(change for change in changes if change.after))


# -- given up ------------------------------------------------------------------------------------------------------


@router.tap("not_needed", cards=REMINDERS)
async def not_needed(tap: Tap) -> Reply:
    one = await meant(tap)
    return one if isinstance(one, Reply) else shown(tap, turned.why_not(one), about=about(one), awaits="promise.why")


@router.tap("pick", cards=("promise.why",))
async def for_this_reason(tap: Tap) -> Reply:
    return await give_up(tap, words.bit(f"not_needed_{tap.button.partition(':')[2]}"))


@router.answer("promise.why")
async def in_a_word(tap: Tap) -> Reply | None:
    return await give_up(tap, tap.words) if len(tap.words) <= REASON_MOST else None


async def give_up(tap: Tap, why: str) -> Reply:
    one = await meant(replace(tap, words=""))
    if isinstance(one, Reply):
        return one
    changes = followup.withdraw(one.promise, tap.now, why)
    return replace(shown(tap, turned.withdrawn(one, why), about=about(one), done=True), changes=changes)


# -- the customer's word (C6) --------------------------------------------------------------------------------------


@router.tap("replied", cards=("promise.customer",))
async def replied(tap: Tap) -> Reply:
    one = await meant(tap)
    return one if isinstance(one, Reply) else close(tap, one, "replied")


@router.tap("wait_more", cards=("promise.customer",))
async def wait_more(tap: Tap) -> Reply:
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    return to(tap, one, tap.calendar.workday_after(tap.now.date(), tap.playbook.reminders.wait_more_days))


@router.tap("send_script", cards=("promise.customer", "promise.moved"))
async def send_script(tap: Tap) -> Reply:
    """The words alone, to be sent by the rep himself: nothing reaches a customer without that."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    if tap.card.kind == "promise.moved":
        return Reply(push=turned.moved_script(one, tap.now), card_state="open")
    return Reply(push=words.text("promise.script", script=say.customer_script(one)), card_state="open")


# -- what is said instead of tapped --------------------------------------------------------------------------------


@router.answer("promise.said")
async def said(tap: Tap) -> Reply | None:
    """发了, 改周一, 不用了 in answer to a reminder; None for talk that means something else."""
    if len(tap.words) > SHORT:
        return None
    if tap.card.kind == "promise.customer":
        return await replied(tap) if REPLIED.search(tap.words) else None
    if tap.card.kind not in (*REMINDERS, "digest.rep"):
        return None
    other = await _named_beside(tap)
    return await _of_another(tap, other) if other else await _told(tap)


async def _named_beside(tap: Tap) -> tuple[Commitment, ...]:
    """The open promises that the words name, where none of them stands on the card."""
    on_card = {str(id) for id in tap.card.data.get("commitments") or ()}
    fits = named(tap.words, await commitments.of_owner(tap.member.id), tap.playbook.synonyms)
    return () if any(one.id in on_card for one in fits) else fits


async def _of_another(tap: Tap, fits: Sequence[Commitment]) -> Reply | None:
    """The words are about another promise than the card's: that one is meant, and the card stays as it is."""
    meant_card = replace(tap.card, data={**tap.card.data, "commitments": [one.id for one in fits]})
    reply = await _told(replace(tap, card=meant_card))
    if reply is None or reply.push is None:
        return reply
    letter = Letter(
        reply.push, to=tap.member.id, once=f"{tap.event}:other", about=reply.about, awaits=reply.awaits,
        awaits_until=reply.awaits_until,
    )  # fmt: skip
    return Reply(changes=reply.changes, more=(letter, *reply.more), card_state="open")


async def _told(tap: Tap) -> Reply | None:
    if DROP.search(tap.words):
        return await not_needed(tap)
    if MOVE.search(tap.words) and new_due(tap) is not None:
        return await to_what_was_said(tap)
    return await _told_done(tap) if tells_done(tap.words) else None


async def _told_done(tap: Tap) -> Reply:
    """A sentence that names the promise closes it (LOOP-6); a bare “发了” is asked for the file, as the button is."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    by_name = named(tap.words, [one.promise], tap.playbook.synonyms)
    return close(tap, one, "said") if by_name else await done(tap)
