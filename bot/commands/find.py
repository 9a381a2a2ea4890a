"""What a word of a call means: a customer, a colleague, a team. Every character means itself (no pattern, no wildcard);
whom the member may not see does not exist, in the same words and by the same way (SEC-2)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.commands.registry import Call, Wrong
from bot.playbook.model import Pipeline, Stage
from bot.replies import commands as say
from bot.turn import Turn
from storage import commitments, customers, figures, members, opportunities
from storage.records import Customer, Member, Team
from storage.rows import fold

SEVERAL = 3
"""How many right calls are shown where a word fits more than one."""
NAMES_COMPARED = 500
LONGEST_NAME = 4
"""Words of a name that is written with blanks."""
QUOTES = "“”\"'「」《》，,。"
Calls = Callable[[str], str]
"""From a name to the call as it would be right with it."""


# -- customers -----------------------------------------------------------------------------------------------------


async def customer(turn: Turn, said: str, call: Calls) -> Customer:
    """The customer of the member's that is called so, or whose name alone holds the words. Raises Wrong."""
    said = said.strip(QUOTES + " ")
    if not said:
        raise Wrong("customer.name", example=call(await a_customer(turn)))
    found = await exactly(turn, said) or await customers.search(said, turn.scope.ids(), SEVERAL + 1, turn.scope.beside)
    if len(found) == 1:
        return found[0]
    name = say.short(said)
    if found:
        calls = " 或 ".join(call(one.name) for one in found[:SEVERAL])
        key = "customer.which" if len(found) <= SEVERAL else "customer.many"
        raise Wrong(key, name=name, count=len(found), calls=calls)
    near = await nearest_customer(turn, said)
    raise Wrong("customer.none", name=name, nearest=call(near) if near else "")


async def leading(turn: Turn, said: Sequence[str], call: Calls) -> tuple[Customer, str]:
    """The customer that the first words name, and the words behind it. Raises Wrong."""
    for n in range(min(LONGEST_NAME, len(said)), 0, -1):
        found = await exactly(turn, " ".join(said[:n]).strip(QUOTES))
        if len(found) == 1:
            return found[0], " ".join(said[n:])
    if len(said) == 1:
        return await customer(turn, said[0], call), ""
    rest = " ".join(said[1:])
    return await customer(turn, said[0], lambda name: call(f"{name} {rest}")), rest


async def exactly(turn: Turn, said: str) -> list[Customer]:
    """Customers of the member's scope with exactly this name or alias."""
    return [one for one in await customers.named(said) if turn.scope.sees(one)]


async def nearest_customer(turn: Turn, said: str) -> str:
    """What the customer that the words may have meant is called; "" where none of the member's is near."""
    alike = [one.id for one in turn.house.names.alike(said)]
    known = await customers.many(alike)
    own = [known[id] for id in alike if id in known and turn.scope.sees(known[id])]
    written = nearest(said, (await customers.short_names(await _of_scope(turn))).values())
    return await customers.short_name(own[0].id) if own else written


async def _of_scope(turn: Turn) -> list[Customer]:
    """The youngest customers of the member's scope."""
    owners = turn.scope.ids()
    if owners is None:
        owners = [one.id for one in await members.everyone(active=False)]
    return await customers.of_owner(owners, NAMES_COMPARED)


async def a_customer(turn: Turn) -> str:
    """A customer of the member's for an example: the one last spoken of, else the youngest; a made-up one for none."""
    recent = await customers.recent_of(turn.member.id, 1)
    recent = recent or [one.id for one in await customers.of_owner([turn.member.id], 1)]
    return await customers.short_name(recent[0]) if recent else "松涛教育"


def nearest(said: str, names: Iterable[str]) -> str:
    """The name that is written most like the words, or begins most like them; "" where none comes near."""
    folded = {fold(name): name for name in names if name}
    wanted = fold(said)
    scores = {name: _likeness(wanted, name) for name in folded}
    best = max(scores, key=lambda name: scores[name], default="")
    return folded[best] if best and scores[best] >= 0.5 else ""


def _likeness(wanted: str, name: str) -> float:
    whole = difflib.SequenceMatcher(None, wanted, name).ratio()
    head = difflib.SequenceMatcher(None, wanted, name[: len(wanted)]).ratio() if len(wanted) > 1 else 0.0
    return max(whole, head * 0.99)


# -- stages --------------------------------------------------------------------------------------------------------


def stage_of(pipelines: Iterable[Pipeline], said: str) -> Stage | None:
    """The stage that a person calls so, in the first of the pipelines that has it."""
    return next((stage for line in pipelines if (stage := line.named(said.strip(QUOTES))) is not None), None)


def nearest_stage(pipeline: Pipeline, said: str) -> str:
    return nearest(said.strip(QUOTES), [stage.name for stage in pipeline.stages])


# -- colleagues and teams ------------------------------------------------------------------------------------------


async def member(turn: Turn, said: str, call: Calls, *, gone: bool = False) -> Member:
    """The colleague of that name or account; one who has left only with ``gone``. Raises Wrong."""
    said = said.strip(QUOTES)
    found = await members.named(said)
    everyone = await members.everyone(active=not gone)
    if not found and gone:
        found = [one for one in everyone if fold(one.name) == fold(said)]
    if len(found) == 1:
        return found[0]
    if found:
        users = [identity.user for one in found for identity in (await members.identities(one.id))[:1]]
        raise Wrong("member.which", count=len(found), name=say.short(said), calls=" 或 ".join(map(call, users)))
    near = nearest(said, [one.name for one in everyone])
    raise Wrong("member.none", name=say.short(said), nearest=call(near) if near else "")


async def colleague(
    turn: Turn, call: Call, said: Sequence[str], *, gone: bool = False
) -> tuple[Member, tuple[str, ...]]:
    """The member whom one of the words names (the first that does), and the other words. Raises Wrong."""
    if not said:
        raise Wrong("member.name", verb=call.name.partition(" ")[2], example=turn.member.name)
    for n, word in enumerate(said):
        found = await members.named(word)
        if len(found) == 1:
            return found[0], (*said[:n], *said[n + 1 :])
    rest = " ".join(said[1:])
    who = await member(turn, said[0], lambda name: f"/{call.name} {name} {rest}".strip(), gone=gone)
    return who, tuple(said[1:])


async def in_hand(who: Member) -> bool:
    """The member owns something: a customer, an open deal or promise."""
    return bool(
        await figures.customers_of([who.id])
        or await opportunities.of_owner(who.id)
        or await commitments.of_owner(who.id)
    )


async def team(said: str, call: Calls) -> Team:
    """The team of that name, or the only one whose name holds the words. Raises Wrong."""
    said = said.strip(QUOTES)
    teams = await members.teams()
    found = [one for one in teams if fold(one.name) == fold(said)]
    found = found or [one for one in teams if said and fold(said) in fold(one.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Wrong("team.which", count=len(found), calls=" 或 ".join(call(one.name) for one in found[:SEVERAL]))
    near = nearest(said, [one.name for one in teams])
    raise Wrong("team.none", name=say.short(said), nearest=call(near) if near else "")


def roles_in(said: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """The roles among the words, by name or id, each once; ``names`` from id to name."""
    by_name = {**{fold(name): id for id, name in names.items()}, **{id: id for id in names}}
    pieces = [piece for word in said for piece in word.replace("，", ",").replace("、", ",").split(",")]
    return tuple(dict.fromkeys(by_name[fold(one)] for one in pieces if fold(one) in by_name))
