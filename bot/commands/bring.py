"""/import KIND: the chat or a page takes the table, it is read and shown, and a tap brings it in."""

from __future__ import annotations

from dataclasses import asdict, replace

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.taps import not_now
from bot.exchange import bring, bring_files, bring_job, bring_kind
from bot.exchange.bring_columns import NOT_YET
from bot.exchange.bring_files import ASKED
from bot.exchange.bring_job import Job
from bot.replies import bring as say
from bot.replies.commands import short
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import due, sql, uploads
from storage.rows import fold

own = Registry()
router = Router()
CARDS = ("cmd.import.preview", "cmd.import.stopped")


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
    """The table goes in behind the answer, part by part; one that stopped goes on where it stands."""
    turn, data = tap.turn, tap.card.data
    assert turn is not None
    kind, name = str(data["import"]), str(data["file"])
    if bring_files.path_of(turn.house.data, name) is None:
        return Reply(push=say.gone(kind))
    if data.get("job"):
        job = replace(Job.of(data["job"]), event=tap.event, told_at=tap.now.isoformat())
    else:
        job = bring_job.begun(
            kind, name, int(data.get("rows", 0)), member=tap.member.id, account=turn.row.account, event=tap.event,
            now=tap.now,
        )  # fmt: skip
    sql.after_commit(turn.house.bring)
    return Reply(
        push=say.running(job, live=turn.row.account in turn.house.redraws), moments=(job.moment(tap.now),),
        about={"job": asdict(job)}, card_state="open",
    )  # fmt: skip


@router.tap("see_progress", cards=("cmd.import.running",))
async def see_progress(tap: Tap) -> Reply:
    """How far it is now."""
    assert tap.turn is not None
    job = Job.of(tap.card.data["job"])
    waiting = await due.waiting(record=job.id, limit=1)
    job = Job.of(waiting[0].data) if waiting else job
    return Reply(push=say.running(job, live=False, at=tap.now), about={"job": asdict(job)}, card_state="open")


router.tap("not_now", cards=CARDS)(not_now)
