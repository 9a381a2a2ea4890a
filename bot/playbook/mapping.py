"""Another playbook for a team: which stage of the new one an opportunity of the old one stands at. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from bot.playbook import rewrite
from bot.playbook.model import Pipeline, Playbook, Stage
from bot.playbook.words import Words

OPERATES = ("ask", "reminders", "quiet", "windows", "caps", "calendar", "context", "questions", "lexicon")
"""Sections that tell how the bot works for the team, not how the team sells: they stay."""
HEADER = re.compile(r"^\s*\[{1,2}\s*([A-Za-z0-9_\-]+)")


@dataclass(frozen=True, slots=True)
class Landing:
    """``exact``: the stage means the same, or goes by the same name; else it is the nearest before."""

    stage: Stage
    exact: bool


def landing(old: Pipeline, stage_id: str, new: Pipeline) -> Landing:
    """Where an opportunity at that stage goes on: by what is read as the stage, by its name, else at the last stage of
    the new pipeline that corresponds to an earlier one; never further on than that."""
    place = old.place(stage_id)
    for n in range(place, -1, -1):
        found = _same(old.stages[n], new)
        if found is not None:
            return Landing(found, n == place)
    return Landing(new.first, False)


def _same(stage: Stage, new: Pipeline) -> Stage | None:
    codes = [code for code in stage.reads if code.isascii()]
    found = next((one for one in new.open_stages if set(codes) & set(one.reads)), None)
    return found or next((one for one in new.open_stages if one.name == stage.name), None)


def with_own(template: str, live: str, words: Words) -> str:
    """The template's way of selling with the team's own hours, reminders, limits and words."""
    mine = {key for key in tomllib.loads(live) if key in OPERATES and key != "lexicon"}
    kept = _sections(template, lambda key: key not in {*mine, "lexicon"})
    text = f"{kept.rstrip()}\n\n{_sections(live, lambda key: key in mine, head=False)}"
    return rewrite.with_words(text, words) if words != Words() else text


def _sections(text: str, wanted, head: bool = True) -> str:  # type: ignore[no-untyped-def]
    lines, keeps = [], head
    for line in text.splitlines():
        header = HEADER.match(line)
        if header:
            keeps = wanted(header[1])
        if keeps and not (line.startswith("#") and not head):
            lines.append(line)
    return "\n".join(lines) + "\n"


def affected(old: Playbook, new: Playbook, stages: dict[tuple[str, str], int]) -> tuple[int, list[Stage]]:
    """How many opportunities go on elsewhere, and the old stages that have no counterpart, by (pipeline, stage)."""
    without = []
    for pipeline_id, stage_id in stages:
        pipeline = old.pipeline(pipeline_id)
        stage = pipeline.stage(stage_id)
        if stage is not None and not landing(pipeline, stage_id, new.main).exact:
            without.append(stage)
    return sum(stages.values()), without
