"""A table that an admin sends in private: read as what was asked for or what its headings say, shown with 〔导入〕."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from bot import access
from bot.errors import GenjinError
from bot.exchange import bring, bring_files, bring_kind, bring_report
from bot.exchange.bring_plan import Plan
from bot.exchange.table import BadTable
from bot.handlers import files
from bot.handlers.answers import turn_of
from bot.replies import bring as say
from bot.routing import Reply, Router, Tap
from bot.turn import Turn

router = Router()
WHICH = ("cmd.import.which",)
PREVIEW = ("cmd.import.preview",)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A table under the name by which it is kept ("" for none of ours): the kinds it may be; of one alone what
    bringing it in would do, or why it cannot be read."""

    name: str = ""
    kinds: tuple[str, ...] = ()
    planned: Plan | None = None
    fault: str = ""


async def answer(turn: Turn) -> Reply | None:
    """The preview; None for every other file, which goes its usual way."""
    if turn.event.chat or len(turn.files) != 1 or not access.may(turn.member, ("admin",)):
        return None
    file = turn.files[0]
    if file.body is None or PurePosixPath(file.name.casefold()).suffix not in bring_files.KINDS:
        return None
    kind = await bring_kind.kind_asked(
        turn.member.id, turn.now - timedelta(minutes=turn.playbook.context.answer_minutes)
    )
    if not kind and await _is_wanted(turn):
        return None
    body, name = file.body, file.name
    looked = turn.ahead(f"table:{turn.row.id}", lambda: _look(turn, name, body, kind))
    if not looked.name:
        return None
    await bring_kind.answered(turn.member.id)
    return _shown(looked, name, turn)


async def _is_wanted(turn: Turn) -> bool:
    """A promise, a gate or the customer last spoken of may be waiting for the file."""
    wanted = await files.standing(turn)
    return wanted.customer_id is not None or bool(wanted.promises)


async def _look(turn: Turn, name: str, body: bytes, kind: str) -> _Looked:
    kept = await bring_files.keep(turn.house.data, name, body, turn.now)
    path = bring_files.path_of(turn.house.data, kept) if kept else None
    if kept is None or path is None:
        return _Looked()
    try:
        kinds = [kind] if kind else await asyncio.to_thread(bring_kind.kinds_of, path, name, say.kinds())
    except BadTable:
        kinds = []
    if len(kinds) == 1:
        return await _planned(turn, kept, kinds[0])
    if not kinds:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return _Looked()
    return _Looked(kept, tuple(kinds))


async def _planned(turn: Turn, kept: str, kind: str) -> _Looked:
    path = bring_files.path_of(turn.house.data, kept)
    if path is None:
        return _Looked(kept, (kind,))
    try:
        planned = await bring.plan(
            kind, path, now=turn.now, recorder=turn.member.id, account=turn.row.account,
            playbooks=turn.house.playbooks,
        )  # fmt: skip
        await asyncio.to_thread(bring_report.keep, turn.house.data, bring_report.key_of(kept), planned)
    except GenjinError as no:
        return _Looked(kept, (kind,), fault=f"{bring_files.unnamed(no.message, kept)}。{no.hint}")
    return _Looked(kept, (kind,), planned)


def _shown(looked: _Looked, name: str, turn: Turn) -> Reply:
    if looked.planned is not None:
        page = say.report_page(turn.house.public_url, bring_report.key_of(looked.name))
        return Reply(
            push=say.preview(looked.planned, page), about=say.about(looked.planned, looked.name), question=True
        )
    if looked.fault:
        return Reply(push=say.unread(looked.fault))
    if len(looked.kinds) == 1:
        return Reply(push=say.gone(looked.kinds[0]))
    about = {"file": looked.name, "kinds": list(looked.kinds), "brief": name}
    return Reply(push=say.which(name, looked.kinds), about=about, question=True)


@router.tap("pick", cards=WHICH)
async def this_kind(tap: Tap) -> Reply:
    """One of the kinds that it may be."""
    turn, kinds, kept = turn_of(tap), list(tap.card.data["kinds"]), str(tap.card.data["file"])
    n = int(tap.button.partition(":")[2] or 0)
    kind = str(kinds[max(1, min(n, len(kinds))) - 1])
    looked = turn.ahead(f"table:{kept}:{kind}", lambda: _planned(turn, kept, kind))
    reply = _shown(looked, kept, turn)
    return Reply(push=reply.push, about=reply.about, card_state="open" if reply.about else "done")


@router.tap("report", cards=PREVIEW)
async def report(tap: Tap) -> Reply:
    """What is wrong with each line that cannot come in; the card stays as it is."""
    turn, kind, kept = turn_of(tap), str(tap.card.data["import"]), str(tap.card.data["file"])
    looked = turn.ahead(f"table:{kept}:{kind}", lambda: _planned(turn, kept, kind))
    if looked.planned is None:
        return Reply(push=say.gone(kind))
    return Reply(push=say.report(looked.planned), card_state="open")
