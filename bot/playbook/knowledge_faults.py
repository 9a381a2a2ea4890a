"""What does not hold in the objections and scripts of a playbook, each with its place and its mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from string import Formatter

from bot.playbook.fault import Fault
from bot.playbook.knowledge import WHEN
from bot.playbook.model import Playbook
from nlp.signals import SIGNALS

TITLE_MOST = 5
"""Code points of the small word before a line."""


def knowledge_faults(playbook: Playbook) -> Iterator[Fault]:
    for signal, times in Counter(one.signal for one in playbook.objections).items():
        if times > 1:
            yield Fault("objection", f"signal “{signal}”写了 {times} 次，只能有一个")
    for n, one in enumerate(playbook.objections):
        if one.signal not in SIGNALS:
            yield Fault(f"objection[{n}].signal", f"没有“{one.signal}”这种信号，有的是 {'、'.join(SIGNALS)}")
        yield from _then(f"objection[{n}].then", one.then)
    for id, times in Counter(one.id for one in playbook.scripts).items():
        if times > 1:
            yield Fault("script", f"id “{id}”写了 {times} 次，只能有一个")
    met = {one.signal for one in playbook.objections}
    for n, script in enumerate(playbook.scripts):
        if len(script.title) > TITLE_MOST:
            yield Fault(f"script[{n}].title", f"是卡片上的小标题，最多 {TITLE_MOST} 个字")
        if script.objection and script.objection not in met:
            yield Fault(f"script[{n}].objection", f"[[objection]] 里没有 {script.objection}，先在那里写好")


def _then(place: str, said: str) -> Iterator[Fault]:
    try:
        names = {name for _, name, _, _ in Formatter().parse(said) if name is not None}
    except ValueError:
        yield Fault(place, "花括号不成对")
        return
    for name in sorted(names - {WHEN}):
        yield Fault(place, f"没有 {{{name}}}，能填的只有 {{{WHEN}}}")
