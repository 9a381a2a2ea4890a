"""/lexicon learnt, forget: what corrections, answers and talk taught the reader, and how it is unlearnt."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture.examples import Example, scored
from bot.commands.registry import Call, Wrong
from bot.replies import commands as brief
from bot.replies import lexicon as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from nlp import teaching
from storage import corrections, customers, said
from storage.records import Alias, Change, Contact, Correction, changed
from storage.rows import fold

SHOWN = 8
"""Of each kind, the newest."""
READ_AGAIN = 200
"""Corrections read again for the score: some tenths of a second."""
PHRASE = (2, 20)
"""How short and how long what is taught may be, in code points."""
EDGES = "“”\"'「」《》，,。 "


async def listed(turn: Turn, call: Call) -> Reply:
    """Words that stand for a customer, people read in talk, fields put right: the newest of each."""
    aliases, people, put_right = await _of_team(turn)
    of = [*(one.customer_id for one in aliases), *(one.customer_id for one in people)]
    names = await customers.many(of)
    short = await customers.short_names(list(names.values()))
    zone, team = await turn.house.zone(turn.member), turn.member.team_id
    total = await scored(turn.house.names, turn.house.playbooks, zone, team, READ_AGAIN)
    return Reply(
        push=say.learnt(
            [(one.text, short.get(one.customer_id, "")) for one in aliases[:SHOWN]],
            [(called(one), short.get(one.customer_id, "")) for one in people[:SHOWN]],
            [(words.label(f"field_{one.field}"), one.old or "—", one.new) for one in put_right[:SHOWN]],
            total.right.total(),
            total.given.total(),
            next((_offer(one) for one in total.misses if PHRASE[0] <= len(one.phrase) <= PHRASE[1]), ""),
        )
    )


def _offer(example: Example) -> str:
    """The call by which words that misled are read as they were put right."""
    return f"/lexicon add {example.correction.new} {example.phrase}"


async def _of_team(turn: Turn) -> tuple[list[Alias], list[Contact], list[Correction]]:
    aliases = await said.learnt_aliases(turn.member.team_id)
    people = await said.learnt_contacts(turn.scope.ids())
    put_right = [one for one in await corrections.of_team(turn.member.team_id) if one.field != "customer"]
    return aliases, people, put_right


def called(one: Contact) -> str:
    title = one.title or ""
    return one.name if title and one.name.endswith(title) else f"{one.name}{title}"


async def forget(turn: Turn, call: Call) -> Reply:
    """A learnt word or person is taken out; what was recorded by it stays. Raises Wrong for what was not learnt."""
    word = call.rest.strip(EDGES)
    aliases, people, _ = await _of_team(turn)
    if not word:
        example = next((one.text for one in aliases), None) or next((called(one) for one in people), "")
        raise Wrong("lexicon.forget", example=example or brief.piece("a_phrase"))
    found: Sequence[Alias | Contact] = [one for one in aliases if fold(one.text) == fold(word)]
    found = found or [one for one in people if fold(word) in (fold(called(one)), fold(one.name))]
    if not found:
        under = teaching.taught_words(turn.playbook.lexicon.taught, word)
        nearest = f"/lexicon remove {under[0].name} {word}" if under else ""
        raise Wrong("lexicon.taught" if under else "lexicon.not_learnt", word=brief.short(word), nearest=nearest)
    names = [await customers.short_name(one.customer_id) for one in found]
    return Reply(
        push=say.forgotten(word, "、".join(dict.fromkeys(names))), changes=tuple(_gone(one, turn) for one in found)
    )


def _gone(one: Alias | Contact, turn: Turn) -> Change:
    return changed(one, "alias.forgotten" if isinstance(one, Alias) else "contact.forgotten", undone_at=turn.now)
