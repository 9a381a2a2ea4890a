"""``genjin eval --corrections``: the reader scored on what the team itself put right."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.capture.examples import JUDGES, OwnScore, scored
from bot.capture.names import NameBook
from bot.cli.common import DONE, Failed, opened, read_config, say, say_json
from bot.cli.measure import SETS
from bot.clock import SHANGHAI, SystemClock
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.replies import words
from nlp import lexicon
from storage import members
from storage.connect import transaction

COLUMNS = "{:<12}{:>8}{:>10}"


def instead(config: Path) -> bool:
    """No labelled sets lie here, but a configured bot does: then its own corrections are meant."""
    return config.exists() and not SETS.exists()


def evaluate(config: Path, data: Path | None, *, team: str = "", as_json: bool = False, misses: bool = False) -> int:
    """0 after printing the score; Failed where there is no database or no such team."""

    async def work() -> OwnScore:
        async with opened(read_config(config, data)):
            return await _scored(team)

    total = asyncio.run(work())
    if as_json:
        say_json(figures(total))
        return DONE
    say(table(total))
    if misses:
        for one in (example.correction for example in total.misses):
            say(f"{one.message_id} {_name(one.field)}：{one.old or '—'} → {one.new}")
    return DONE


async def _scored(team: str) -> OwnScore:
    async with transaction():
        await ensure_shipped(SystemClock().now())
    found = await members.team_named(team) if team else []
    if team and len(found) != 1:
        known = "、".join(one.name for one in await members.teams()) or "还没有团队"
        raise Failed(f"没有叫“{team}”的团队（{known}）")
    names = NameBook(lexicon.shipped())
    await names.load()
    return await scored(names, PlaybookStore(), SHANGHAI, found[0].id if found else None)


def figures(total: OwnScore) -> dict[str, object]:
    """The score as plain numbers, for programs."""
    fields = {name: {"corrected": total.given[name], "right_now": total.right[name]} for name in JUDGES}
    return {
        "corrected": total.given.total(), "right_now": total.right.total(), "share": round(total.share, 4),
        "fields": fields, "gone": total.gone, "recorded": total.recorded, "untouched": round(total.untouched, 4),
    }  # fmt: skip


def table(total: OwnScore) -> str:
    """The score as lines for a terminal."""
    lines = [f"记下 {total.recorded} 句，没人改的 {total.recorded - total.touched}（{total.untouched:.1%}）"]
    if not total.given:
        lines.append("还没有人改过；改一次就多一个例子")
    else:
        lines.append(f"改过 {total.given.total()} 处，照现在的读法对 {total.right.total()}（{total.share:.1%}）")
        lines.append(f"{'字段':<10}{'改过':>8}{'现在对':>8}")
        lines += [COLUMNS.format(_name(name), total.given[name], total.right[name]) for name in JUDGES]
    if total.gone:
        lines.append(f"原话已清、没法再读的 {total.gone} 处")
    return "\n".join(lines)


def _name(field: str) -> str:
    return words.label(f"field_{field}")
