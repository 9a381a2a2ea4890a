"""Which of several promises is meant: by a tap, a number or its name (VOICE.md C7, and cards that hold several)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from adapters.messages import Push
from bot.followup import service as followup
from bot.followup.fit import named
from bot.followup.view import Matter, by_ids, matter
from bot.handlers import helping, promise
from bot.handlers.matters import about, after, gone
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from storage import commitments, evidence

router = Router()

ACTS: dict[str, Callable[[Tap], Awaitable[Reply]]] = {
    "done": promise.done,
    "move": promise.move,
    "move_monday": promise.to_next_workday,
    "not_needed": promise.not_needed,
    "ask_help": helping.ask,
}
"""What the button, tapped before it was clear which promise is meant, does once it is."""


# -- a file or a sentence that fits several (C7) -------------------------------------------------------------------


@router.tap("pick", cards=("promise.which",))
async def this_one(tap: Tap) -> Reply:
    """The file or the sentence closes the chosen one."""
    id = str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1])
    chosen = await commitments.get(id)
    if chosen is None or chosen.state not in followup.OPEN:
        return await gone(tap, [id])
    proof = await evidence.get(str(tap.card.data.get("evidence") or ""))
    changes = followup.keep(chosen, tap.now, proof, "file" if proof else "said")
    one = replace(after(await matter(chosen), changes), proof=proof)
    return Reply(push=say.closed(one, tap.now, tap.calendar), changes=changes, about=about(one), card_state="open")


@router.tap("none", cards=("promise.which",))
async def none_of_them(tap: Tap) -> Reply:
    key = "promise.which.filed" if tap.card.data.get("evidence") else "promise.which.nothing"
    return Reply(push=words.text(key))


# -- a button of a card of several ---------------------------------------------------------------------------------


@router.tap("chosen", cards=promise.REMINDERS)
async def by_number(tap: Tap) -> Reply:
    """2 on a card of several: the second one alone, with its buttons."""
    found = [one for one in await by_ids(tap.selected) if one.promise.state in followup.OPEN]
    if not found:
        return await gone(tap, list(tap.selected))
    alone = Letter(
        _alone(tap, found[0]), to=tap.member.id, once=f"{tap.event}:alone", about=about(found[0]),
        awaits="promise.said", awaits_until=tap.card.awaits_until,
    )  # fmt: skip
    return Reply(more=(alone,), card_state="open")


def _alone(tap: Tap, one: Matter) -> Push:
    if tap.card.kind == "promise.late":
        return say.late([one], tap.now, tap.calendar)
    return say.on_the_day([one], tap.now) if tap.card.kind == "promise.now" else say.ahead([one], tap.now)


@router.tap("pick", cards=("promise.which_one",))
async def picked(tap: Tap) -> Reply:
    return await _go_on(tap, str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))


@router.answer("promise.which_one")
async def by_name(tap: Tap) -> Reply | None:
    """The name of one of them; other talk is read as usual."""
    found = await by_ids(str(id) for id in tap.card.data["options"])
    fits = named(tap.words, [one.promise for one in found], tap.playbook.synonyms)
    return await _go_on(tap, fits[0].id) if len(fits) == 1 else None


async def _go_on(tap: Tap, id: str) -> Reply:
    """What was tapped, or said, before it was asked which."""
    card = replace(tap.card, kind=str(tap.card.data["of"]), data={**tap.card.data, "commitments": [id]})
    button, said = str(tap.card.data["button"]), str(tap.card.data["words"])
    before = replace(tap, card=card, button=button, words=said, selected=(id,))
    if button in ACTS:
        return await ACTS[button](replace(before, words=""))
    return await promise.said(before) or await gone(tap, [id])
