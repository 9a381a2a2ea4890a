"""The manual names every slash command that there is, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from bot import commands
from bot.commands.member import ACTS as MEMBER
from bot.commands.team import ACTS as TEAM
from bot.handlers import undoing

MANUAL = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")


def test_every_command_has_its_heading() -> None:
    there = {command.name for command in commands.build(undoing.by_word)}
    assert set(re.findall(r"^### /(\w+)$", MANUAL, re.MULTILINE)) == there


def test_every_verb_is_told_of() -> None:
    told = set(re.findall(r"`/(?:member|team) (\w+)", MANUAL))
    assert {verb for verb in (*MEMBER, *TEAM) if verb != "back"} <= told
