"""Taps and words on the cards of promises (VOICE.md C): done, moved, given up; and the customer's word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from adapters.messages import Push
from bot.followup import service as followup
from bot.followup.fit import named, tells_done
from bot.followup.view import Matter, by_ids, matter
from bot.handlers import day, upper
from bot.replies import followup as say
from bot.replies import words
from bot.routing import Outgoing, Reply, Router, Tap
from nlp import dates
from storage import commitments, evidence, uploads
from storage.records import Change, Commitment

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


# -- which promise is meant ----------------------------------------------------------------------------------------


async def meant(tap: Tap) -> Matter | Reply:
    """The promise that the tap or the words mean; a Reply that says why there is none."""
    ids = [str(id) for id in tap.card.data.get("commitments") or [tap.card.data.get("commitment", "")]]
    chosen = [id for id in ids if id in tap.selected]
    found = await by_ids(chosen or ids)
    standing = [one for one in found if one.promise.state in OPEN]
    if not standing:
        what = found[0].promise.what if found else ""
        return Reply(push=words.text("promise.gone", what=what), card_state="open")
    if len(standing) > 1 and tap.words:
        fits = {one.id for one in named(tap.words, [one.promise for one in standing], tap.playbook.synonyms)}
        standing = [one for one in standing if one.promise.id in fits] or standing
    if len(standing) > 1:
        return Reply(push=words.text("promise.which_one", example=standing[0].thing), card_state="open")
    return standing[0]


def shown(tap: Tap, card: Push, *, about: Mapping[str, Any], awaits: str = "", done: bool = False) -> Reply:
    """The tapped card becomes ``card``; a card that holds several promises stays, and ``card`` is a new one."""
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes) if awaits else None
    if len(tap.card.data.get("commitments") or ()) > 1:
        further = Outgoing(
            card, to=tap.member.id, once=f"{tap.event}:{awaits or card.kind}", about=about, awaits=awaits,
            awaits_until=until,
        )  # fmt: skip
        return Reply(more=(further,), card_state="open")
    state = "done" if done else "open"
    return Reply(push=card, about=about, awaits=awaits, awaits_until=until, card_state=state)  # type: ignore[arg-type]


def about(one: Matter) -> dict[str, Any]:
    return {"commitment": one.promise.id, "commitments": [one.promise.id]}


def after(one: Matter, changes: Iterable[Change]) -> Matter:
    """The matter as the changes leave its promise."""
    mine = [change for change in changes if change.record == one.promise.id]
    fields = {name: value for change in mine for name, value in change.after.items()}
    return replace(one, promise=one.promise.with_(**fields))


# -- done ----------------------------------------------------------------------------------------------------------


@router.tap("done", cards=REMINDERS)
async def done(tap: Tap) -> Reply:
    """已经发了: the file is asked for where there may be one; a call or a visit is closed at once."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    return await ask_for_file(tap, one) if say.wants_file(one.promise) else close(tap, one, "said")


async def ask_for_file(tap: Tap, one: Matter) -> Reply:
    hears = tap.turn is not None and tap.turn.hears_files
    send = words.bit("send_file_chat" if hears else "send_file_page")
    address = await upload_page(tap, one.promise)
    return shown(tap, say.file_wanted(one, send, address), about=about(one), awaits="promise.file")


async def upload_page(tap: Tap, promise: Commitment) -> str:
    """The address of a page for this promise's file; "" where no page can be reached."""
    url = tap.turn.house.public_url if tap.turn else ""
    if not url:
        return ""
    word = await uploads.put(
        uploads.Upload(
            member_id=tap.member.id,
            customer_id=promise.customer_id,
            expires_at=tap.now + uploads.LIVES,
            opportunity_id=promise.opportunity_id,
            commitment_id=promise.id,
            event=tap.event,
            card=tap.card.id,
        )
    )
    return f"{url}/upload/{word}"


def close(tap: Tap, one: Matter, why: str) -> Reply:
    """C5."""
    changes = followup.keep(one.promise, tap.now, one.proof, why)
    card = say.closed(after(one, changes), tap.now, tap.calendar)
    return replace(shown(tap, card, about=about(one)), changes=changes)


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
        return Reply(push=words.text("promise.gone", what=promise.what if promise else ""), card_state="open")
    proof = await evidence.get(promise.evidence_id) if promise.evidence_id else None
    changes = followup.reopen(promise, proof)
    one = after(await matter(promise), changes)
    return Reply(push=say.reopened(one, tap.now), changes=changes, about=about(one))


# -- which of several (C7) -----------------------------------------------------------------------------------------


@router.tap("pick", cards=("promise.which",))
async def this_one(tap: Tap) -> Reply:
    """The file or the sentence closes the chosen one."""
    id = str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1])
    promise = await commitments.get(id)
    if promise is None or promise.state not in OPEN:
        return Reply(push=words.text("promise.gone", what=promise.what if promise else ""), card_state="open")
    proof = await evidence.get(str(tap.card.data.get("evidence") or ""))
    changes = followup.keep(promise, tap.now, proof, "file" if proof else "said")
    one = replace(after(await matter(promise), changes), proof=proof)
    return Reply(push=say.closed(one, tap.now, tap.calendar), changes=changes, about=about(one), card_state="open")


@router.tap("none", cards=("promise.which",))
async def none_of_them(tap: Tap) -> Reply:
    key = "promise.which.filed" if tap.card.data.get("evidence") else "promise.which.nothing"
    return Reply(push=words.text(key))


# -- moved ---------------------------------------------------------------------------------------------------------


@router.tap("move", cards=REMINDERS)
async def move(tap: Tap) -> Reply:
    """改时间: four ready dates, or a word."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    days = followup.ready_dates(tap.now.date(), tap.calendar)
    card = say.move_to(one, days, tap.now.date())
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
    reply = shown(tap, say.moved(moved, tap.now), about=about(one))
    return replace(reply, changes=tuple(change for change in changes if change.after))


# -- given up ------------------------------------------------------------------------------------------------------


@router.tap("not_needed", cards=REMINDERS)
async def not_needed(tap: Tap) -> Reply:
    one = await meant(tap)
    return one if isinstance(one, Reply) else shown(tap, say.why_not(one), about=about(one), awaits="promise.why")


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
    return replace(shown(tap, say.withdrawn(one, why), about=about(one), done=True), changes=changes)


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
        return Reply(push=say.moved_script(one, tap.now), card_state="open")
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
    if DROP.search(tap.words):
        return await not_needed(tap)
    if MOVE.search(tap.words) and new_due(tap) is not None:
        return await to_what_was_said(tap)
    return await done(tap) if tells_done(tap.words) else None
