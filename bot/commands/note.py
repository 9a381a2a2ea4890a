"""/note NAME WORDS: a line beside the customer; it counts as no activity and moves no stage."""

from __future__ import annotations

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.replies import commands as say
from bot.routing import Reply
from bot.turn import Turn
from storage import customers
from storage.records import Change, Customer, changed

own = Registry()
LONGEST = 2000
"""Code points of one note."""


@own.command("note")
async def note(turn: Turn, call: Call) -> Reply:
    if len(call.words) < 2:
        name = call.rest or await find.a_customer(turn)
        raise Wrong("note.empty", example=f"/note {name} 何校长下午才看手机")
    one, line = await _taken_apart(turn, call)
    return await noted(one, line)


async def _taken_apart(turn: Turn, call: Call) -> tuple[Customer, str]:
    """The customer and the words: the name stands first, or last where the first word is none of the member's."""
    last = call.words[-1]
    if not await find.exactly(turn, call.words[0]) and await find.exactly(turn, last):
        return await find.customer(turn, last, str), call.rest[: -len(last)].strip()
    return await find.leading(turn, call.words, lambda name: f"/note {name}")


async def noted(one: Customer, words: str) -> Reply:
    """The note on the customer, with its 撤销."""
    return Reply(push=say.noted(await customers.short_name(one.id)), changes=added(one, words))


def added(one: Customer, words: str) -> tuple[Change, ...]:
    """One more line under what stands there."""
    line = " ".join(words.split())[:LONGEST]
    return (changed(one, "customer.note", note=f"{one.note}\n{line}".strip()),)
