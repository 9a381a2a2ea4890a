"""``genjin replay FILE``: messages of an export once more, by the rules of now or of a file. Prints what differs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.capture.names import NameBook
from bot.capture.teach import essence
from bot.cli.admin import house_of
from bot.cli.common import DONE, Failed, opened, read_config, say, say_json
from bot.cli.playbook import team_named, text_of
from bot.clock import SystemClock
from bot.commands.rule_change import ground_of
from bot.errors import PlaybookError
from bot.house import House
from bot.playbook import load
from bot.playbook.model import Playbook
from bot.playbook.store import Live
from bot.process import replay as again
from bot.process.replay import Replay
from bot.replies import rule_command as words
from nlp import teaching
from nlp.reading import Reading
from storage import activities

QUOTED = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the file."""

    id: str
    at: datetime
    text: str


@dataclass(slots=True)
class Found:
    """``read``: messages that are read otherwise, with what was and what would be."""

    messages: int = 0
    read: list[tuple[Line, str, str]] = field(default_factory=list)
    rules: Replay = field(default_factory=Replay)


def replay(file: Path, playbook: Path | None, team: str, config: Path, data: Path | None, *, as_json: bool) -> int:
    lines = list(lines_of(file))
    try:
        new = load.parse(text_of(playbook)) if playbook is not None else None
    except PlaybookError as bad:
        raise Failed(f"{playbook}：{bad.message}", 1) from bad

    async def work() -> tuple[Found, Playbook, datetime]:
        async with opened(read_config(config, data)):
            house = await house_of(read_config(config, data), SystemClock())
            live = await house.playbooks.current((await team_named(team)).id if team else None)
            return await found_in(lines, new, live, house), live.playbook, house.clock.now()

    found, live, now = asyncio.run(work())
    if as_json:
        say_json(_figures(found))
        return DONE
    for line, was, would in found.read:
        say(f"读法｜{line.at:%Y-%m-%d} “{_short(line.text)}” {was or '—'} → {would or '—'}")
    for said in words.difference_lines(found.rules, now, live, most=None):
        say(f"规则｜{said}")
    say(f"看了 {found.messages} 句，{len(found.read)} 句读得不同；规则{words.differs(found.rules)}")
    return DONE


def lines_of(file: Path) -> Iterator[Line]:
    """Raises Failed with the line that is no message."""
    for n, raw in enumerate(text_of(file).splitlines(), 1):
        if not raw.strip():
            continue
        try:
            item: dict[str, Any] = json.loads(raw)
            at = datetime.fromisoformat(item["sent_at"])
            line = Line(str(item["id"]), at, str(item.get("text") or ""))
        except (ValueError, KeyError, TypeError) as bad:
            raise Failed(f"{file} 第 {n} 行：不是导出的 message.jsonl（{type(bad).__name__}）") from bad
        if line.text:
            yield line


async def found_in(lines: Sequence[Line], new: Playbook | None, live: Live, house: House) -> Found:
    found, other = Found(len(lines)), None
    if new is not None:
        other = house.names.in_words_of(await asyncio.to_thread(teaching.lexicon_of, new.lexicon.taught))
    for line in lines:
        was, would = await _read(line, live, house, other)
        if was != would:
            found.read.append((line, was, would))
    before = live.playbook.rules if new is not None else None
    after = new.rules if new is not None else [one for one in live.playbook.rules if one.id not in live.off]
    ground = await ground_of(live, before, after, frozenset(line.id for line in lines))
    now = house.clock.now()
    oldest = min((line.at for line in lines), default=now)
    found.rules = await again.over(ground, now, days=(now - oldest).days + 2)
    return found


async def _read(line: Line, live: Live, house: House, other: NameBook | None) -> tuple[str, str]:
    """Contact and signals: as recorded (or as read by the words in force) and as they would be read."""
    reading = await house.reading_as(live).names.reading(line.text, line.at, live.calendar)
    if other is not None:
        would = await other.reading(line.text, line.at, live.calendar)
        return ("", "") if essence(reading) == essence(would) else (_said(reading), f"{_said(would)} ")
    made = await activities.of_message(line.id)
    if not made:
        return "", ""
    actions = {one.action for one in made if one.action}
    signals = {signal for one in made for signal in one.signals}
    now = {reading.action.value} if reading.action else set[str]()
    return _words(actions, signals), _words(now, {one.value for one in reading.signals})


def _said(reading: Reading) -> str:
    found = [one.value for one in (reading.stage, reading.action) if one is not None]
    return _words(set(found), {one.value for one in reading.signals})


def _words(actions: Collection[object], signals: Collection[object]) -> str:
    return "、".join([*sorted(map(str, actions)), *sorted(map(str, signals))])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…"


def _figures(found: Found) -> dict[str, Any]:
    rules = [
        {"sign": sign, "at": one.at.isoformat(), "opportunity": one.deal, "rule": one.rule, "kind": one.kind,
         "what": one.what, "message": one.event}
        for sign, one in found.rules.differences()
    ]  # fmt: skip
    read = [{"id": line.id, "was": was, "now": would.strip()} for line, was, would in found.read]
    return {"messages": found.messages, "read": read, "rules": rules}
