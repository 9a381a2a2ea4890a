"""/import KIND: the chat or a page takes the table, it is read and shown, and a tap brings it in."""

from __future__ import annotations

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.taps import not_now
from bot.exchange import bring, bring_files, bring_kind
from bot.exchange.bring_columns import NOT_YET
from bot.exchange.bring_files import ASKED
from bot.replies import bring as say
from bot.replies.commands import short
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import uploads
from storage.records import new_id
from storage.rows import fold

own = Registry()
router = Router()
CARDS = ("cmd.import.preview",)


@own.command("import", roles=("admin",))
async def ask(turn: Turn, call: Call) -> Reply:
    """The page for the table; where there is none the call for the server."""
    kind = _kind(call.rest)
    here = turn.hears_files and not turn.event.chat
    if here:
        await bring_kind.asked(turn.member.id, kind, turn.now)
    if not turn.house.public_url:
        return Reply(push=say.on_server(kind, here=here))
    page = uploads.Upload(
        member_id=turn.member.id, customer_id="", expires_at=turn.now + uploads.LIVES, kinds=(f"{ASKED}{kind}",),
        event=turn.row.id,
    )  # fmt: skip
    return Reply(push=say.asked(kind, f"{turn.house.public_url}/import/{await uploads.put(page)}", here=here))


def _kind(said: str) -> str:
    """Raises Wrong."""
    wanted = fold(said)
    names = {**{kind: kind for kind in (*bring.KINDS, *NOT_YET)}, **{name: kind for kind, name in say.kinds().items()}}
    kind = names.get(wanted) or names.get(f"{wanted}s")
    if kind is not None and kind in NOT_YET:
        raise Wrong("import.no_home", what=NOT_YET[kind])
    if kind is None:
        near = find.nearest(said, names) if said else ""
        raise Wrong("import.kind", what=short(said), there="、".join(say.kinds().values()),
                    nearest=f"/import {names[near]}" if near else "")  # fmt: skip
    return kind


@router.tap("execute", cards=CARDS)
async def execute(tap: Tap) -> Reply:
    """Brings in what was shown, outside of this transaction, so that nobody waits for it."""
    turn, data = tap.turn, tap.card.data
    assert turn is not None
    kind, name = str(data["import"]), str(data["file"])
    path = bring_files.path_of(turn.house.data, name)
    if path is None:
        return Reply(push=say.gone(kind))
    store, me = turn.house.playbooks, tap.member.id

    async def run() -> tuple[int, int, int]:
        planned = await bring.plan(kind, path, now=tap.now, recorder=me, account=turn.row.account, playbooks=store)
        taken = await bring.carry_out(planned, now=tap.now, actor=me, skip_bad=True, playbooks=store)
        return taken, len(planned.known), len(planned.faults)

    rows = int(data.get("rows", 0))
    meanwhile = say.running(rows) if rows > bring.ONE_GO else None
    taken, known, faults = turn.ahead(f"import:{name}", run, meanwhile)
    done = say.noted(kind, taken, new_id("job", tap.now))
    return Reply(push=say.done(kind, taken, known, faults), changes=(done,))


router.tap("not_now", cards=CARDS)(not_now)
