"""``genjin playbook check, load, explain, diff``: the team's way of selling, as TOML."""

from __future__ import annotations

import asyncio
from difflib import unified_diff
from pathlib import Path

from bot import planning
from bot.cli.common import DOES_NOT_HOLD, DONE, Failed, opened, read_config, say
from bot.clock import SystemClock
from bot.errors import PlaybookError
from bot.playbook import describe, store
from bot.playbook import load as reader
from bot.playbook.model import Playbook
from storage import audit, members, playbooks
from storage.connect import transaction
from storage.records import Change, PlaybookVersion, Team


def check(files: list[Path]) -> int:
    """Every fault of every file, one a line."""
    faulty = 0
    for file in files:
        try:
            known = reader.parse(text_of(file))
            say(f"ok    {file}：{_summary(known)}")
        except reader.PlaybookFaults as bad:
            faulty += 1
            for fault in bad.faults:
                say(f"fail  {file}  {fault}")
    return DOES_NOT_HOLD if faulty else DONE


def load(file: Path, team: str, draft: bool, config: Path, data: Path | None) -> int:
    text = text_of(file)
    try:
        reader.parse(text)
    except PlaybookError as bad:
        raise Failed(f"{file}：{bad.message}", DOES_NOT_HOLD) from bad

    async def work() -> PlaybookVersion:
        async with opened(read_config(config, data)):
            return await _kept(text, team, live=not draft)

    version = asyncio.run(work())
    say(f"第 {version.n} 版{'存成草稿' if draft else '生效了'}（{version.hash[:12]}）")
    return DONE


async def _kept(text: str, team: str, *, live: bool) -> PlaybookVersion:
    now = SystemClock().now()
    async with transaction():
        team_id = (await team_named(team)).id if team else None
        if live and await playbooks.live(None) is not None:
            version = await planning.put_in_force(
                text, author="terminal", now=now, team_id=team_id, playbooks=store.PlaybookStore()
            )
        else:
            version = await store.add(text, author="terminal", now=now, team_id=team_id, live=live)
        said = {"_n": version.n, "_hash": version.hash, "_team": team_id}
        change = Change("playbook.live" if live else "playbook.draft", version.id, said)
        await audit.apply([change], actor="system", event="terminal", at=now)
    return version


def explain(file: Path | None, team: str, config: Path, data: Path | None) -> int:
    known = reader.parse(text_of(file) if file else _live(team, config, data))
    say(known.name)
    say(describe.everything(known))
    return DONE


def diff(file: Path, other: Path | None, team: str, config: Path, data: Path | None) -> int:
    """The lines that differ, from what is in force (or the first file) to the file (or the second)."""
    before, name = (text_of(file), str(file)) if other else (_live(team, config, data), "正在用的")
    after, new = (text_of(other), str(other)) if other else (text_of(file), str(file))
    lines = list(unified_diff(before.splitlines(), after.splitlines(), name, new, lineterm=""))
    say("\n".join(lines) if lines else "没有不同")
    return DONE


def _live(team: str, config: Path, data: Path | None) -> str:
    async def work() -> str:
        async with opened(read_config(config, data)):
            version = await playbooks.live((await team_named(team)).id if team else None)
            return version.text if version else reader.shipped()

    return asyncio.run(work())


async def team_named(name: str) -> Team:
    teams = [team for team in await members.teams() if team.name == name]
    if len(teams) != 1:
        known = "、".join(team.name for team in await members.teams()) or "还没有团队"
        raise Failed(f"没有叫“{name}”的团队（{known}）")
    return teams[0]


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Failed(f"{file}：不是 UTF-8 文本，另存为 UTF-8") from None


def _summary(known: Playbook) -> str:
    stages = sum(len(pipeline.open_stages) for pipeline in known.pipelines)
    return f"{known.name}，{len(known.pipelines)} 条流程，{stages} 个阶段"
