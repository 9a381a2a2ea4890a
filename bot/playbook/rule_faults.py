"""What does not hold in the rules of a playbook, each with its place and its mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address
from string import Formatter
from urllib.parse import urlsplit

from bot.playbook.expression import Unclear
from bot.playbook.fault import Fault
from bot.playbook.model import Playbook
from bot.playbook.rules import Advance, Call, Remind, Rule, Tell, Then

FILLED = ("customer", "opportunity", "stage", "owner", "amount", "sign_date", "files", "words")
"""What a text of a rule may be filled with."""
ACTIONS = ("wechat", "phone", "visit", "demo", "email", "other")
CALL_MOST_MS = 10_000
"""A call may take no longer: what waits behind it in the same line waits as long."""


def rule_faults(playbook: Playbook) -> Iterator[Fault]:
    for id, times in Counter(rule.id for rule in playbook.rules).items():
        if times > 1:
            yield Fault("rule", f"id “{id}”写了 {times} 次，只能有一个")
    for name, times in Counter(rule.name for rule in playbook.rules).items():
        if times > 1:
            yield Fault("rule", f"name “{name}”写了 {times} 次，换个名字")
    for n, rule in enumerate(playbook.rules):
        yield from _rule(f"rule[{n}]", rule, playbook)


def _rule(place: str, rule: Rule, playbook: Playbook) -> Iterator[Fault]:
    try:
        rule.expression.tried(playbook.evidence)
    except Unclear as unclear:
        yield Fault(f"{place}.if", str(unclear))
    stages = {stage.id for pipeline in playbook.pipelines for stage in pipeline.stages}
    if not rule.when:
        yield Fault(f"{place}.when", "至少写一种触发，比如 activity")
    if not rule.then:
        yield Fault(f"{place}.then", "至少写一件要做的事")
    for stage in rule.stages:
        if stage not in stages:
            yield Fault(f"{place}.stages", f"流程里没有 {stage} 这一步")
    if {"absence", "timer"} & set(rule.when) and rule.after_hours is None:
        yield Fault(f"{place}.after_hours", "absence 和 timer 要写等几个小时")
    if "absence" in rule.when and not rule.without:
        yield Fault(f"{place}.without", "absence 要写等的是什么：材料种类或动作")
    for word in rule.without:
        if word not in playbook.evidence and word not in ACTIONS:
            yield Fault(f"{place}.without", f"没有 {word} 这种材料或动作")
    for n, then in enumerate(rule.then):
        yield from _then(f"{place}.then[{n}]", then, rule, stages)


def _then(place: str, then: Then, rule: Rule, stages: set[str]) -> Iterator[Fault]:
    if isinstance(then, Advance) and then.stage not in stages:
        yield Fault(f"{place}.stage", f"流程里没有 {then.stage} 这一步")
    if isinstance(then, Tell | Remind):
        yield from _text(f"{place}.say", then.say)
    if isinstance(then, Call):
        if here(then.url) and not then.inside:
            yield Fault(f"{place}.url", "这是本机或内网的地址，确实要用就写 inside = true")
        if rule.timeout_ms > CALL_MOST_MS:
            yield Fault(f"{place}", f"要问外部地址的规则，timeout_ms 最多 {CALL_MOST_MS}")


def _text(place: str, say: str) -> Iterator[Fault]:
    try:
        names = {name for _, name, _, _ in Formatter().parse(say) if name is not None}
    except ValueError:
        yield Fault(place, "花括号不成对")
        return
    for name in sorted(names - set(FILLED)):
        yield Fault(place, f"没有 {{{name}}}，能填的是 {'、'.join(FILLED)}")


def here(url: str) -> bool:
    """The address lies on this machine or its own link, by what is written; also in the private networks."""
    host = (urlsplit(url).hostname or "").rstrip(".").casefold()
    if host in ("", "localhost") or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
