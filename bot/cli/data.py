"""``genjin export`` and ``genjin import``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.bringing import teller
from bot.cli.common import DOES_NOT_HOLD, DONE, Failed, complain, opened, read_config, say, say_json
from bot.clock import SystemClock
from bot.exchange import bring as importing
from bot.exchange import bring_report, export_rest
from bot.exchange import export as exchange
from bot.exchange.bring_plan import Plan
from bot.exchange.export import Format
from bot.playbook.store import PlaybookStore, ensure_shipped
from storage import members
from storage.connect import transaction
from storage.files import write_whole


def export(folder: Path, form: Format, config: Path, data: Path | None, *, with_files: bool, as_json: bool) -> int:
    known = read_config(config, data)

    async def work() -> dict[str, int]:
        async with opened(known):
            counts = await exchange.export(folder, form)
            if with_files:
                counts["files"] = await export_rest.handed_in(folder, known.data)
            return counts | {"playbooks": await export_rest.ways(folder)}

    counts = asyncio.run(work())
    if as_json:
        say_json(counts)
    else:
        say(f"导出到 {folder}：" + "、".join(f"{kind} {n}" for kind, n in counts.items() if n))
    return DONE


def bring(
    kind: str, file: Path, config: Path, data: Path | None, *, dry: bool, skip_bad: bool, account: str,
    report: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """1 where rows are faulty and none was taken; the report names each of them."""
    known = read_config(config, data)
    now = SystemClock().now()

    async def work() -> tuple[Plan, int | None]:
        async with opened(known):
            admins = await members.with_role("admin")
            if not admins:
                raise Failed("还没有管理员，先运行 genjin init")
            async with transaction():
                await ensure_shipped(now)
            only = known.wecom[0].name if len(known.wecom) == 1 else ""
            store, me = PlaybookStore(), admins[0].id
            planned = await importing.plan(kind, file, now=now, recorder=me, account=account or only, playbooks=store)
            if dry or (planned.faults and not skip_bad):
                return planned, None
            return planned, await importing.carry_out(
                planned, now=now, actor=me, skip_bad=skip_bad, playbooks=store, progress=_progress,
                also=teller(kind, planned.rows, now),
            )  # fmt: skip

    planned, taken = asyncio.run(work())
    if report is not None:
        lines = tuple(bring_report.lines_of(planned, taken=taken is not None))
        form: bring_report.Form = "xlsx" if report.suffix.lower() == ".xlsx" else "csv"
        write_whole(report, bring_report.written(bring_report.Report(kind, taken is not None, lines), form))
    if as_json:
        faults = [{"line": line, "why": why} for line, why in planned.faults]
        counts = {"rows": planned.rows, "ready": planned.taken, "known": len(planned.known), "taken": taken}
        say_json({"kind": kind, **counts, "faults": faults, "left_out": list(planned.left_out)})
    else:
        _say(planned, taken, dry=dry)
    return DOES_NOT_HOLD if planned.faults and taken is None else DONE


def _say(planned: Plan, taken: int | None, *, dry: bool) -> None:
    for number, fault in planned.faults:
        say(f"第 {number} 行：{fault}")
    if planned.left_out:
        say(f"没用到的列：{'、'.join(planned.left_out)}")
    say(f"{planned.said}，{planned.summary()}。{'还没导入' if taken is None else f'导入了 {taken:,} 行'}")
    if planned.faults and taken is None and not dry:
        say("改好再来，或加 --skip-bad 跳过这几行")


def _progress(done: int, of: int) -> None:
    """A bar where somebody looks on, a line a part else; nothing for a file that goes at once."""
    if of <= importing.ONE_GO:
        return
    if not sys.stderr.isatty():
        complain(f"{done:,}/{of:,}")
        return
    full = done * 30 // of
    sys.stderr.write(f"\r[{'#' * full}{'.' * (30 - full)}] {done:,}/{of:,}" + ("\n" if done == of else ""))
    sys.stderr.flush()
