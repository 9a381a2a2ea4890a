"""Which promise a tap means, and the two ways in which one ends: closed, or waiting for its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.messages import Push
from bot.followup import service as followup
from bot.followup.fit import named
from bot.followup.view import Matter, by_ids
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import turned, words
from bot.routing import Reply, Tap
from storage import uploads
from storage.records import Change, Commitment


async def meant(tap: Tap) -> Matter | Reply:
    """The promise that the tap or the words mean; a Reply that asks which, or says what became of it."""
    ids = [str(id) for id in tap.card.data.get("commitments") or [tap.card.data.get("commitment", "")]]
    chosen = [id for id in ids if id in tap.selected] or ids
    standing = [one for one in await by_ids(chosen) if one.promise.state in followup.OPEN]
    standing = [one for one in standing if one.promise.owner_id == tap.member.id]
    if not standing:
        return await gone(tap, chosen)
    if len(standing) > 1 and tap.words:
        fits = {one.id for one in named(tap.words, [one.promise for one in standing], tap.playbook.synonyms)}
        standing = [one for one in standing if one.promise.id in fits] or standing
    return standing[0] if len(standing) == 1 else _which_one(tap, standing)


async def gone(tap: Tap, ids: Sequence[str]) -> Reply:
    """What is true now of a promise that is closed, given up or taken back: nothing is done a second time. A card that
    held nothing else ends with it."""
    found = await by_ids(ids, undone=True)
    if not found or len(tap.card.data.get("commitments") or ()) > 1 or "title" not in tap.card.data:
        return Reply(push=turned.gone(found[0] if found else None, tap.now), card_state="open")
    truth = turned.truth(found[0], tap.now, tap.member.id)
    return Reply(push=turned.settled(tap.card.data["title"], truth, found[0]), about={"now": truth})


def _which_one(tap: Tap, standing: Sequence[Matter]) -> Reply:
    """Which of the promises on the card: by a tap or by name; the card that was tapped stays."""
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    ask = Letter(
        turned.which_one(standing, tap.now), to=tap.member.id, once=f"{tap.event}:which_one",
        about={
            "options": [one.promise.id for one in standing], "commitments": [one.promise.id for one in standing],
            "button": tap.button, "words": tap.words, "of": tap.card.kind,
        },
        awaits="promise.which_one", awaits_until=until,
    )  # fmt: skip
    return Reply(more=(ask,), card_state="open")


def shown(tap: Tap, card: Push, *, about: Mapping[str, Any], awaits: str = "", done: bool = False) -> Reply:
    """The tapped card becomes ``card``; a card that holds several promises stays, and ``card`` is a new one."""
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes) if awaits else None
    if len(tap.card.data.get("commitments") or ()) > 1:
        further = Letter(
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


async def ask_for_file(tap: Tap, one: Matter) -> Reply:
    hears = tap.turn is not None and tap.turn.hears_files
    send = words.bit("send_file_chat" if hears else "send_file_page")
    address = await upload_page(tap, one.promise)
    return shown(tap, turned.file_wanted(one, send, address), about=about(one), awaits="promise.file")


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
