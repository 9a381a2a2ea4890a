"""TOML text → Playbook. What does not hold is told all at once, each fault with its place and its mend."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from bot.errors import PlaybookError
from bot.playbook import holds
from bot.playbook.fault import Fault
from bot.playbook.forms import form_faults
from bot.playbook.knowledge_faults import knowledge_faults
from bot.playbook.model import ASK, Pipeline, Playbook, Quiet, Reminders, Words
from bot.playbook.nodes import node_faults
from bot.playbook.rule_faults import rule_faults
from nlp import teaching

MENDS = {
    "missing": "这一项必须写",
    "extra_forbidden": "没有这一项，看看是不是拼错了",
    "string_too_short": "不能空着",
    "string_too_long": "太长了，缩短些",
    "string_type": "要写成带引号的文字",
    "string_pattern_mismatch": "只用小写字母、数字和下划线，字母开头",
    "time_parsing": "时刻写成 17:40 这样",
    "time_type": "时刻写成 17:40 这样",
    "date_from_datetime_parsing": "日期写成 2026-03-20 这样",
    "date_parsing": "日期写成 2026-03-20 这样",
    "int_type": "要写整数",
    "int_parsing": "要写整数",
    "float_type": "要写 0 到 1 之间的数",
    "float_parsing": "要写 0 到 1 之间的数",
    "mapping_type": "要写成一组“名字 = 值”",
    "dict_type": "要写成一组“名字 = 值”",
    "tuple_type": "要写成列表",
}


class PlaybookFaults(PlaybookError):
    """Every fault of one text."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("；".join(map(str, faults)), hint="改好这几处再读一次")
        self.faults = tuple(faults)


def shipped(name: str = "default") -> str:
    """The text of a playbook that comes with the program."""
    return resources.files("bot.playbook").joinpath("shipped", f"{name}.toml").read_text("utf-8")


@lru_cache(maxsize=8)  # the same few texts come again: a version, its trial, what ships
def parse(text: str) -> Playbook:
    """The playbook that ``text`` describes. Raises PlaybookFaults with every fault."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookFaults([Fault("", f"不是合格的 TOML：{error}")]) from error
    try:
        playbook = Playbook.model_validate(raw)
    except ValidationError as error:
        raise PlaybookFaults([_fault(dict(one)) for one in error.errors(include_url=False)]) from None
    if faults := list(_contradictions(playbook)):
        raise PlaybookFaults(faults)
    return playbook


def _fault(error: dict[str, Any]) -> Fault:
    limits = error.get("ctx", {})
    mend = MENDS.get(error["type"])
    if error["type"] == "literal_error":
        mend = f"只能写 {limits.get('expected', '')}".replace(" or ", " 或 ")
    elif error["type"] in ("greater_than_equal", "less_than_equal"):
        bound = limits.get("ge", limits.get("le"))
        mend = f"不能{'小于' if 'ge' in limits else '大于'} {bound}"
    return Fault(_place(error["loc"]), mend or str(error["msg"]))


def _place(path: tuple[int | str, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _contradictions(playbook: Playbook) -> Iterator[Fault]:
    if not playbook.pipelines:
        yield Fault("pipeline", "至少要写一条 [[pipeline]]")
    yield from _repeated("pipeline", [p.id for p in playbook.pipelines])
    for n, pipeline in enumerate(playbook.pipelines):
        yield from _pipeline(f"pipeline[{n}]", pipeline, playbook)
    for where, mend in holds.fields(playbook):
        yield Fault(where, mend)
    for field in playbook.ask:
        if field not in ASK:
            yield Fault(f"ask.{field}", f"没有这一项，有的是 {'、'.join(ASK)}")
    yield from _order_of_day(playbook.reminders, playbook.quiet)
    yield from _lexicon(playbook.lexicon)
    yield from rule_faults(playbook)
    yield from knowledge_faults(playbook)
    yield from form_faults(playbook)
    yield from node_faults(playbook)
    for day in sorted(playbook.calendar.off.keys() & playbook.calendar.work.keys()):
        yield Fault(f"calendar.work.{day}", "同一天不能又休又上班，留一个")


def _lexicon(words: Words) -> Iterator[Fault]:
    for called in words.packs:
        if teaching.pack(called) is None:
            yield Fault("lexicon.packs", f"没有“{called}”这个行业包，有的是 {'、'.join(teaching.packs())}")
    for called in words.words:
        if teaching.meaning(called) is None:
            near = teaching.nearest(called)
            mend = f"是不是 {near.name}" if near else "看全部：/lexicon list"
            yield Fault(f'lexicon.words."{called}"', f"词库里没有这一类，{mend}")


def _pipeline(place: str, pipeline: Pipeline, playbook: Playbook) -> Iterator[Fault]:
    yield from _repeated(f"{place}.stage", [stage.id for stage in pipeline.stages])
    yield from _repeated(f"{place}.stage", [stage.name for stage in pipeline.stages], "name")
    yield from _repeated(
        f"{place}.stage", [code for stage in pipeline.stages for code in stage.reads if code.isascii()], "reads"
    )
    if not pipeline.open_stages:
        yield Fault(f"{place}.stage", "至少要有一步没写 ends")
    for ends in ("won", "lost"):
        found = [stage for stage in pipeline.stages if stage.ends == ends]
        if len(found) != 1:
            yield Fault(f"{place}.stage", f'要有一步、也只能有一步写 ends = "{ends}"（现在 {len(found)} 步）')
    closing = [stage.ends is not None for stage in pipeline.stages]
    if closing != sorted(closing):
        yield Fault(f"{place}.stage", "写了 ends 的步要放在最后")
    for where, mend in holds.pipeline(place, pipeline, playbook):
        yield Fault(where, mend)


def _repeated(place: str, words: list[str], what: str = "id") -> Iterator[Fault]:
    for word, times in Counter(words).items():
        if times > 1:
            yield Fault(place, f"{what} “{word}”写了 {times} 次，只能有一个")


def _order_of_day(reminders: Reminders, quiet: Quiet) -> Iterator[Fault]:
    if not reminders.day_end <= reminders.late <= reminders.manager:
        yield Fault("reminders", "先后要是 day_end ≤ late ≤ manager：先收工，再告诉本人，再告诉主管")
    if not reminders.day < reminders.day_end:
        yield Fault("reminders.day", "要早于 day_end，收工后就不算当天了")
    if not quiet.night_until < quiet.midday_from <= quiet.midday_until < quiet.night_from:
        yield Fault("quiet", "先后要是 night_until < midday_from ≤ midday_until < night_from")
        return
    for name in ("ahead", "day", "late", "manager", "customer"):
        at = getattr(reminders, name)
        if not quiet.night_until <= at < quiet.night_from or quiet.midday_from <= at < quiet.midday_until:
            yield Fault(f"reminders.{name}", "落在安静时间里，换个时刻")
