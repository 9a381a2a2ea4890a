"""/lexicon add, remove, pack, list, test, learnt, forget: the words that the team reads by, kept in its playbook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.capture.teach import preview
from bot.commands import find, learnt
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.taps import not_now, said
from bot.playbook import rewrite, store
from bot.playbook.model import Playbook, Words
from bot.playbook.store import Live
from bot.replies import commands as brief
from bot.replies import lexicon as say
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp import teaching
from nlp.lexicon import normalise, shipped
from nlp.teaching import Meaning
from storage.records import Change
from storage.rows import fold

own = Registry()
router = Router()
CARDS = ("cmd.lexicon.preview", "cmd.lexicon.preview.none")
EXAMPLE = "budget_approved"
OFF = frozenset({"off", "关", "关掉", "不用", "去掉"})
EDGES = "“”\"'「」《》，,。 "


@own.command("lexicon", roles=("admin",))
async def lexicon(turn: Turn, call: Call) -> Reply:
    if not call.words:
        return await listed(turn, call)
    verb = VERBS.get(fold(call.words[0]))
    if verb is not None:
        rest = call.rest[len(call.words[0]) :].strip()
        return await ACTS[verb](turn, Call(f"lexicon {verb}", call.words[1:], rest, call.sure))
    if teaching.meaning(call.words[0]) is not None and len(call.words) == 1:
        return await listed(turn, Call("lexicon list", call.words, call.rest))
    near = find.nearest(call.words[0], ACTS)
    nearest = f"/lexicon {near} {' '.join(call.words[1:])}".strip() if near else ""
    raise Wrong("lexicon.how", verb=brief.short(call.words[0]), nearest=nearest)


@router.tap("take_effect", cards=CARDS)
async def take_effect(tap: Tap) -> Reply:
    """〔生效〕: the call runs as it was shown, with the rights of whoever taps."""
    assert tap.turn is not None
    return await own.answer(said(tap.turn, str(tap.card.data["command"])), sure=True)


router.tap("leave_it", cards=CARDS)(not_now)


# -- words that change the playbook ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """A change of the words: the call that makes it, the one that takes it back, and what to say of it."""

    words: Words
    line: str
    back: str
    label: str
    what: str
    title: str


async def add(turn: Turn, call: Call) -> Reply:
    """预算已批 钱到位了, in either order."""
    one, phrase = _meaning_and_phrase(turn.playbook, call, "add")
    if not learnt.PHRASE[0] <= len(phrase) <= learnt.PHRASE[1]:
        raise Wrong("lexicon.length", few=learnt.PHRASE[0], most=learnt.PHRASE[1], name=one.name)
    taught = turn.playbook.lexicon
    mine = [word for word in _of(taught, one) if normalise(word) != normalise(phrase)]
    if len(mine) < len(_of(taught, one)):
        raise Wrong("lexicon.there", phrase=brief.short(phrase), name=one.name)
    freed = tuple(word for word in taught.without if normalise(word) != normalise(phrase))
    words = _with(taught, one, (*mine, phrase)).model_copy(update={"without": freed})
    return await _change(turn, call, Plan(
        words=words, line=f"/lexicon add {one.name} {phrase}", back=f"/lexicon remove {one.name} {phrase}",
        label=one.name, what=brief.piece("adds", phrase=phrase),
        title=brief.piece("added_word", phrase=phrase, name=one.name),
    ))  # fmt: skip


async def remove(turn: Turn, call: Call) -> Reply:
    """One of the team's own words, or a shipped word that means something else here."""
    taught = turn.playbook.lexicon
    phrase, one = _phrase_to_remove(taught, call)
    if one is not None:
        kept = tuple(word for word in _of(taught, one) if normalise(word) != normalise(phrase))
        words, back, label = _with(taught, one, kept), f"/lexicon add {one.name} {phrase}", one.name
    elif teaching.shipped_for(phrase):
        words = taught.model_copy(update={"without": (*taught.without, phrase)})
        known = _shipped_meaning(phrase)
        back, label = f"/lexicon add {known.name} {phrase}", known.name
    else:
        raise Wrong("lexicon.unknown", phrase=brief.short(phrase))
    return await _change(turn, call, Plan(
        words=words, line=f"/lexicon remove {phrase}" if one is None else f"/lexicon remove {one.name} {phrase}",
        back=back, label=label, what=brief.piece("removes", phrase=phrase),
        title=brief.piece("removed_word", phrase=phrase, name=label),
    ))  # fmt: skip


async def pack(turn: Turn, call: Call) -> Reply:
    """医疗 switches the words of a trade on, 医疗 off switches them off."""
    off = bool(call.words) and fold(call.words[-1]) in OFF
    name = " ".join(call.words[:-1] if off else call.words)
    packs = teaching.packs()
    one = teaching.pack(name)
    if one is None:
        near = find.nearest(name, [found.name for found in packs.values()]) if name else ""
        names = "、".join(found.name for found in packs.values())
        raise Wrong(
            "lexicon.pack", name=brief.short(name), names=names, nearest=f"/lexicon pack {near}" if near else ""
        )
    taught = turn.playbook.lexicon
    others = tuple(id for id in taught.packs if teaching.pack(id) != one)
    if off is (len(others) == len(taught.packs)):
        raise Wrong("lexicon.pack.same", name=one.name, state=brief.piece("pack_off" if off else "pack_on"))
    verb, other = ("off", "") if off else ("", "off")
    return await _change(turn, call, Plan(
        words=taught.model_copy(update={"packs": others if off else (*others, one.id)}),
        line=f"/lexicon pack {one.name} {verb}".strip(), back=f"/lexicon pack {one.name} {other}".strip(),
        label=brief.piece("pack_label"), what=brief.piece("pack_does_off" if off else "pack_does_on", name=one.name),
        title=brief.piece("pack_done_off" if off else "pack_done_on", name=one.name),
    ))  # fmt: skip


async def _change(turn: Turn, call: Call, plan: Plan) -> Reply:
    """Shown first with what would read differently; done by 〔生效〕."""
    if call.sure:
        return await _live(turn, plan)
    found = turn.ahead("lexicon.preview", lambda: preview(
        turn.playbook.lexicon.taught, plan.words.taught, names=turn.house.names, calendar=turn.calendar, now=turn.now,
        minutes=turn.playbook.context.minutes,
    ))  # fmt: skip
    card = say.preview(found.count, found.example, found.more, plan.what, plan.label)
    return Reply(push=card, about={"command": plan.line, "title": plan.what}, question=True)


async def _live(turn: Turn, plan: Plan) -> Reply:
    """The next version of the playbook that holds for the admin's team; in force with the next message."""
    live: Live = await turn.house.live(turn.member)
    text = rewrite.with_words(live.version.text, plan.words)
    version = await store.add(text, author=turn.member.id, now=turn.now, team_id=live.version.team_id)
    said_of_it = {"_n": version.n, "_hash": version.hash, "_team": version.team_id, "_why": plan.line}
    changes = (Change("playbook.live", version.id, said_of_it),)
    return Reply(push=say.done(plan.title, version.n, plan.back), changes=changes)


# -- what a call names ----------------------------------------------------------------------------------------------


def _meaning_and_phrase(playbook: Playbook, call: Call, verb: str) -> tuple[Meaning, str]:
    """Raises Wrong with the nearest right call where one of the two is missing or misspelt."""
    words = call.words
    for n in (0, -1):
        one = _named(playbook, words[n]) if len(words) > 1 else None
        if one is not None:
            return one, " ".join(words[1:] if n == 0 else words[:-1]).strip(EDGES)
    if not words or (len(words) == 1 and _named(playbook, words[0]) is not None):
        name = teaching.meanings()[EXAMPLE].name if not words else words[0]
        raise Wrong("lexicon.phrase", name=name, verb=verb)
    near = teaching.nearest(words[0]) if len(words) > 1 else None
    phrase = " ".join(words[1:] if near else words).strip(EDGES)
    if near is not None:
        raise Wrong("lexicon.meaning", name=brief.short(words[0]), nearest=f"/lexicon {verb} {near.name} {phrase}")
    guessed = teaching.guess(phrase) or teaching.meanings()[EXAMPLE]
    raise Wrong("lexicon.which", nearest=f"/lexicon {verb} {guessed.name} {phrase}")


def _named(playbook: Playbook, name: str) -> Meaning | None:
    """A meaning by its name, or by what the team calls the stage."""
    stage = playbook.main.named(name)
    if stage is not None and stage.reads:
        return teaching.meaning(stage.reads[0])
    return teaching.meaning(name)


def _phrase_to_remove(taught: Words, call: Call) -> tuple[str, Meaning | None]:
    """The phrase, and under which of the team's meanings it stands; None for no such. Raises Wrong where it is under
    several and none is named."""
    if not call.words:
        example = next((word for found in taught.words.values() for word in found), "")
        raise Wrong("lexicon.remove", example=example or brief.piece("a_phrase"))
    one = teaching.meaning(call.words[0]) if len(call.words) > 1 else None
    phrase = " ".join(call.words[1:] if one else call.words).strip(EDGES)
    under = teaching.taught_words(taught.taught, phrase)
    if one is not None:
        if one not in under and not teaching.shipped_for(phrase):
            raise Wrong("lexicon.unknown", phrase=brief.short(phrase))
        return phrase, one if one in under else None
    if len(under) > 1:
        raise Wrong("lexicon.several", phrase=brief.short(phrase), names=say.names(under),
                    nearest=f"/lexicon remove {under[0].name} {phrase}")  # fmt: skip
    return phrase, under[0] if under else None


def _shipped_meaning(phrase: str) -> Meaning:
    """What a shipped word stands for, as far as one can name it."""
    plain = normalise(phrase)
    lists = (one for one in teaching.meanings().values() for c in one.concepts if plain in shipped().words(c))
    packs = (teaching.meanings()[id] for p in teaching.packs().values() for id, w in p.words.items() if phrase in w)
    return next(lists, None) or next(packs, None) or teaching.guess(phrase) or teaching.meanings()[EXAMPLE]


def _of(taught: Words, one: Meaning) -> tuple[str, ...]:
    return tuple(word for name, found in taught.words.items() if teaching.meaning(name) == one for word in found)


def _with(taught: Words, one: Meaning, words: tuple[str, ...]) -> Words:
    """The words with those of one meaning set anew, under its own name."""
    others = {name: found for name, found in taught.words.items() if teaching.meaning(name) != one}
    return taught.model_copy(update={"words": {**others, **({one.name: words} if words else {})}})


# -- looking --------------------------------------------------------------------------------------------------------


async def listed(turn: Turn, call: Call) -> Reply:
    """Everything the team taught, or what stands for one meaning."""
    taught, packs = turn.playbook.lexicon, teaching.packs()
    if not call.words:
        by_name = {one.name: _of(taught, one) for one in teaching.meanings().values() if _of(taught, one)}
        if taught.without:
            by_name[brief.piece("without_label")] = taught.without
        on = [one for one in packs.values() if one.id in taught.taught.packs]
        return Reply(push=say.overview(by_name, on, [one for one in packs.values() if one not in on]))
    if fold(call.rest) in ("全部", "all"):
        return Reply(push=say.every(teaching.meanings().values()))
    one = _named(turn.playbook, call.rest)
    if one is None:
        near = teaching.nearest(call.rest)
        nearest = f"/lexicon list {near.name}" if near else "/lexicon list 全部"
        raise Wrong("lexicon.meaning", name=brief.short(call.rest), nearest=nearest)
    of_packs = [word for id in taught.taught.packs for word in packs[id].words.get(one.id, ())]
    known = len({word for concept in one.concepts for word in shipped().words(concept)})
    return Reply(push=say.of_meaning(one, _of(taught, one), of_packs, known))


async def test(turn: Turn, call: Call) -> Reply:
    """What a sentence would be read as: each field with its words, its rule and how sure."""
    if not call.rest:
        raise Wrong("lexicon.test")
    reading = await turn.house.names.reading(call.rest.strip('“”" '), turn.now, turn.calendar)
    return Reply(push=say.tried(call.rest, reading, turn.playbook))


Act = Callable[[Turn, Call], Awaitable[Reply]]
ACTS: Mapping[str, Act] = {
    "list": listed,
    "add": add,
    "remove": remove,
    "pack": pack,
    "test": test,
    "learnt": learnt.listed,
    "forget": learnt.forget,
}
VERBS = {
    **{verb: verb for verb in ACTS},
    **{"ls": "list", "rm": "remove", "delete": "remove", "packs": "pack", "learned": "learnt", "try": "test"},
    **{"加": "add", "去掉": "remove", "删": "remove", "行业": "pack", "试": "test", "学到": "learnt", "忘": "forget"},
}
