"""/privacy find, export, erase: what is kept of somebody on the customers' side (VOICE.md §4)."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.taps import not_now, said
from bot.exchange import privacy as service
from bot.exchange.privacy import Found, Person
from bot.replies import commands as brief
from bot.replies import exchange as say
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import customers, members
from storage.records import Contact, Customer
from storage.rows import fold

own = Registry()
router = Router()
FOUND = ("cmd.privacy.found",)
PREVIEW = ("cmd.privacy.preview",)
VERBS = {
    "find": "find", "查": "find", "export": "export", "导出": "export", "erase": "erase", "删除": "erase",
    "delete": "erase", "删": "erase",
}  # fmt: skip


@own.command("privacy", roles=("admin",))
async def privacy(turn: Turn, call: Call) -> Reply:
    if not call.words:
        raise Wrong("privacy.how")
    verb = VERBS.get(fold(call.words[0]))
    if verb is None:
        near = find.nearest(call.words[0], VERBS) if call.words[0].isascii() and len(call.words) > 1 else ""
        rest = " ".join(call.words[1:]) if near else call.rest
        raise Wrong("privacy.find", nearest=f"/privacy {VERBS[near] if near else 'find'} {rest}".strip())
    if len(call.words) < 2:
        raise Wrong("privacy.name", verb=verb)
    who = await _whom(turn, verb, call.words[1:])
    found = await service.look(who, turn.now)
    if not found.counts:
        return Reply(push=say.nobody(who.said))
    line = f"/privacy {{}} {' '.join(call.words[1:])}"
    about = {verb: line.format(verb) for verb in ("find", "export", "erase")}
    if verb == "find":
        return Reply(push=say.found(found), about=about)
    if verb == "export":
        return await _taken_along(turn, found)
    return _erased(turn, found) if call.sure else Reply(push=say.preview(found), about=about, question=True)


@router.tap("take_along", cards=FOUND)
async def take_along(tap: Tap) -> Reply:
    assert tap.turn is not None
    reply = await own.answer(said(tap.turn, str(tap.card.data["export"])))
    return replace(reply, card_state="open")


@router.tap("erase", cards=FOUND)
async def erase(tap: Tap) -> Reply:
    """〔删除〕 shows first what goes and what stays."""
    assert tap.turn is not None
    reply = await own.answer(said(tap.turn, str(tap.card.data["erase"])))
    return replace(reply, card_state="open")


@router.tap("execute", cards=PREVIEW)
async def execute(tap: Tap) -> Reply:
    assert tap.turn is not None
    return await own.answer(said(tap.turn, str(tap.card.data["erase"])), sure=True)


router.tap("not_now", cards=PREVIEW)(not_now)


async def _taken_along(turn: Turn, found: Found) -> Reply:
    done = await service.taken_along(found, turn.house.data, turn.now)
    changes = tuple(replace(change, kind="privacy.exported") for change in done.changes)
    return Reply(push=say.person_handed_out(done, turn.pages), changes=changes, moments=done.moments)


def _erased(turn: Turn, found: Found) -> Reply:
    """It goes when this answer and the words of the call are written: they name the person too."""
    service.erase_at_last(found.person, actor=turn.member.id, event=turn.row.id, now=turn.now)
    return Reply(push=say.erased(found))


# -- who is meant --------------------------------------------------------------------------------------------------


async def _whom(turn: Turn, verb: str, words: tuple[str, ...]) -> Person:
    """江雪, 王总 启明制造, a phone or an address. Raises Wrong."""
    name = " ".join(words).strip(find.QUOTES)
    found = await service.called(name)
    if not found and len(words) > 1:
        name, found = await _with_customer(turn, verb, words)
    if len(found) > 1:
        calls = [f"/privacy {verb} {name} {await customers.short_name(one.id)}" for one, _ in found[: find.SEVERAL]]
        raise Wrong("privacy.which", count=len(found), name=brief.short(name), calls=" 或 ".join(calls))
    if not found:
        await _somebody(name)
    return await service.person(name, found)


async def _with_customer(
    turn: Turn, verb: str, words: tuple[str, ...]
) -> tuple[str, list[tuple[Customer, list[Contact]]]]:
    """The last word names the customer, the others the person there."""
    name = " ".join(words[:-1]).strip(find.QUOTES)
    found = await service.called(name)
    if not found:
        return " ".join(words), []
    one = await find.customer(turn, words[-1], lambda customer: f"/privacy {verb} {name} {customer}")
    there = [(company, people) for company, people in found if company.id == one.id]
    return name, there


async def _somebody(name: str) -> None:
    """Somebody without an entry is looked for by a full name alone. Raises Wrong for a colleague and for any word."""
    ours = await members.named(name)
    if ours:
        raise Wrong("privacy.member", name=ours[0].name)
    if not service.may_be_found(name):
        raise Wrong("privacy.none", name=brief.short(name))
