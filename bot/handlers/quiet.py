"""少发点 and 今天别吵: how much a member wants to hear (VOICE.md §5). Nobody else sees it."""

from __future__ import annotations

from dataclasses import replace

from bot.outbox.diet import HALVED, HALVES
from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import cards
from storage.records import Change, Member, changed

router = Router()

LESS = frozenset({"少发点", "少发一点", "提醒太多", "太吵了"})
THIS_LESS = frozenset({"这类少发", "这类少发点", "这种少发点"})
THIS_NOT = frozenset({"这类不要", "这类不要了", "这类别发", "这类别发了"})
HUSH = frozenset({"今天别吵", "今天别发了", "今天安静点"})
LEVELS = {"hear_all": "all", "hear_less": "less", "hear_promises": "promises"}


async def answer(turn: Turn, word: str) -> Reply | None:
    """The reply to one of the wishes; None for any other word."""
    if word in LESS:
        return Reply(push=words.card("quiet.level"))
    if word in HUSH:
        change = _prefer(turn.member, quiet_on=turn.today.isoformat())
        return Reply(push=words.text("quiet.today"), changes=(change,))
    if word in THIS_LESS | THIS_NOT and not turn.event.chat:
        return await _of_this_kind(turn, off=word in THIS_NOT)
    return None


async def _of_this_kind(turn: Turn, *, off: bool) -> Reply:
    """The kind of the youngest push that can be turned down by kind; how much at all is asked where there is none."""
    found = next((one for one in await cards.recent_open(turn.member.id) if one.kind in HALVES), None)
    if found is None:
        return Reply(push=words.card("quiet.level"))
    return _kind(turn.member, found.kind, "off" if off else HALVED)


def _kind(member: Member, kind: str, wish: str) -> Reply:
    """The kind is off, comes every second time, or ("") comes as ever."""
    sets = {name: set(member.prefs.get(name, ())) - {kind} for name in ("off", HALVED)}
    if wish:
        sets[wish].add(kind)
    change = changed(
        member, "member.prefs", prefs={**member.prefs, **{name: sorted(kinds) for name, kinds in sets.items()}}
    )
    said = words.bit(f"kind_{wish or 'on'}", kind=words.named("push_kinds", kind))
    return Reply(push=words.card("quiet.set", level=said), changes=(change,) if change.after else ())


@router.tap("want_kind", "drop_kind", cards=("quiet.still",))
async def still(tap: Tap) -> Reply:
    """这类还要吗？: 要 brings it as ever, 不要 no more."""
    reply = _kind(tap.member, str(tap.card.data["kind"]), "off" if tap.button == "drop_kind" else "")
    return replace(reply, event=tap.event)


@router.tap(*LEVELS, cards=("quiet.level",))
async def level(tap: Tap) -> Reply:
    wishes: dict[str, object] = {"level": LEVELS[tap.button]}
    if tap.button == "hear_all":
        wishes |= {"off": [], HALVED: []}
    change = _prefer(tap.member, **wishes)
    return Reply(push=words.card("quiet.set", level=words.label(tap.button)), changes=(change,), event=tap.event)


def _prefer(member: Member, **wishes: object) -> Change:
    return changed(member, "member.prefs", prefs={**member.prefs, **wishes})
