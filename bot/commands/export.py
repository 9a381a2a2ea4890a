"""/export KIND [csv|jsonl]: the company's records as a sealed file on the server, written down (VOICE.md §4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.exchange import hand_out
from bot.exchange.export import Format
from bot.exchange.hand_out import AT_ONCE, KINDS, MOST
from bot.replies import exchange as say
from bot.routing import Reply
from bot.turn import Turn
from storage.rows import fold

own = Registry()
ALL = frozenset({"all", "全部", "所有"})
FORMATS: Sequence[Format] = get_args(Format)
USUAL: Format = "xlsx"


@own.command("export", roles=("admin",))
async def export(turn: Turn, call: Call) -> Reply:
    form: Format = next((one for one in FORMATS if one in map(fold, call.words)), USUAL)
    said = " ".join(word for word in call.words if fold(word) != form)
    kinds = _kinds(said)
    count = await hand_out.count(kinds)
    if count > MOST:
        return Reply(push=say.too_many(MOST, form))
    meanwhile = say.making(count) if count > AT_ONCE else None
    done = turn.ahead("export", lambda: hand_out.records(turn.house.data, kinds, form, turn.now), meanwhile)
    what = say.counted(kinds[0], done.count) if len(kinds) == 1 else say.counted("all", done.count)
    return Reply(push=say.handed_out(what, form, done, turn.pages), changes=done.changes, moments=done.moments)


def _kinds(said: str) -> list[str]:
    """The kinds that the words mean. Raises Wrong with what there is, or the nearest."""
    wanted = fold(said)
    if wanted in ALL:
        return list(KINDS)
    names = {**{kind: kind for kind in KINDS}, **{one: kind for kind, one in say.kinds().items()}}
    if wanted in names:
        return [names[wanted]]
    if wanted and f"{wanted}s" in names:
        return [f"{wanted}s"]
    near = find.nearest(said, names) if said else ""
    there = "、".join(KINDS)
    raise Wrong("export.kind", there=there, nearest=f"/export {names[near]}" if near else "")
