"""What contradicts itself in a pipeline: words that name nothing, each with its place and its mend. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from bot.playbook.model import CustomField, Pipeline, Playbook, Stage
from nlp import reading

Told = tuple[str, str]
"""Place and mend."""
CODES = frozenset(get_args(reading.Stage))
RESERVED = ("agree", "custom")


def pipeline(place: str, one: Pipeline, playbook: Playbook) -> Iterator[Told]:
    for n, stage in enumerate(one.stages):
        yield from _stage(f"{place}.stage[{n}]", stage, one, playbook)
        if stage.ends is not None and stage.exit:
            yield f"{place}.stage[{n}].exit", "赢单、输单之后没有下一步，去掉 exit"
        if stage.ends == "lost" and (stage.entry or stage.fields or stage.custom or stage.tracks or stage.agree):
            yield f"{place}.stage[{n}]", "输单不设门槛，去掉这些"
    yield from _repeated(f"{place}.track", [track.id for track in one.tracks], "id")
    for n, track in enumerate(one.tracks):
        here = f"{place}.track[{n}]"
        if track.id in RESERVED:
            yield f"{here}.id", f"“{track.id}”是留用的，换一个"
        if not track.steps:
            yield f"{here}.step", "至少要写一步"
        yield from _repeated(f"{here}.step", [step.id for step in track.steps], "id")
        for m, step in enumerate(track.steps):
            yield from _stage(f"{here}.step[{m}]", step, one, playbook)
            if step.ends or step.exit or step.agree:
                yield f"{here}.step[{m}]", "线上的一步不能写 ends、exit、agree"
    spoken = [word for stage in one.stages for word in stage.spoken]
    spoken += [word for track in one.tracks for step in track.steps for word in step.spoken]
    yield from _repeated(place, spoken, "reads")


def _stage(place: str, stage: Stage, one: Pipeline, playbook: Playbook) -> Iterator[Told]:
    for part in ("entry", "exit"):
        for kind in getattr(stage, part):
            if kind not in playbook.evidence:
                yield f"{place}.{part}.{kind}", "[evidence] 里没有这种材料，先在那里起个名字"
    for field in (*stage.fields, *stage.agree):
        if field not in playbook.fields:
            yield f"{place}.fields", f"[fields] 里没写 {field} 叫什么"
    for id in stage.custom:
        if playbook.custom_field(id) is None:
            yield f"{place}.custom", f"[[field]] 里没有 {id}，先在那里写好"
    for track_id, step in stage.tracks.items():
        track = one.track(track_id)
        if track is None:
            yield f"{place}.tracks.{track_id}", f"没有这条线，有的是 {_list(t.id for t in one.tracks)}"
        elif track.step(step) is None:
            yield f"{place}.tracks.{track_id}", f"这条线没有“{step}”，有的是 {_list(s.id for s in track.steps)}"
    for code in stage.reads:
        if code.isascii() and code not in CODES:
            yield f"{place}.reads", f"没有“{code}”这种读法，有的是 {_list(sorted(CODES))}；也可以写中文原话"
        elif not code.isascii() and len(code) < 2:
            yield f"{place}.reads", f"“{code}”太短，写两个字以上"
    for action in stage.required:
        if action not in get_args(reading.Action):
            yield f"{place}.required", f"没有“{action}”这种动作，有的是 {_list(get_args(reading.Action))}"


def fields(playbook: Playbook) -> Iterator[Told]:
    """The trade's own fields, by themselves."""
    yield from _repeated("field", [one.id for one in playbook.custom], "id")
    yield from _repeated("field", [one.name for one in playbook.custom], "name")
    for n, one in enumerate(playbook.custom):
        yield from _field(f"field[{n}]", one)
        if one.id in playbook.evidence or one.id in playbook.fields:
            yield f"field[{n}].id", f"“{one.id}”已经是材料或字段的名字，换一个"


def _field(place: str, one: CustomField) -> Iterator[Told]:
    if one.kind in ("choice", "choices") and not one.choices:
        yield f"{place}.choices", "选择的字段要写出有哪些可选"
    if one.choices and one.kind not in ("choice", "choices"):
        yield f"{place}.choices", f"{one.kind} 的字段没有可选项，去掉或改 kind"
    if one.above is not None and one.kind != "number":
        yield f"{place}.above", "只有 number 才有下限"
    if (one.kind == "table") != bool(one.columns):
        yield f"{place}.column", "表格要写列（[[field.column]]），别的不写"
    for n, column in enumerate(one.columns):
        if (column.kind == "choice") != bool(column.choices):
            yield f"{place}.column[{n}].choices", "choice 的列要写可选项，别的不写"


def _repeated(place: str, words: Iterable[str], what: str) -> Iterator[Told]:
    for word, times in Counter(words).items():
        if times > 1:
            yield place, f"{what} “{word}”写了 {times} 次，只能有一个"


def _list(words: Iterable[str]) -> str:
    return "、".join(words) or "（还没有）"
