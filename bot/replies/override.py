"""Cards of a gate that a manager may let pass (VOICE.md B2), and of a win that is not what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from adapters.messages import Card, Choice
from bot.playbook.model import Playbook
from bot.process.gates import AGREE, Decision
from bot.replies import facts, words
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, cut, day_of, money, quote
from storage.records import Activity, Member, Opportunity, Waiver


def names(missing: Iterable[str], playbook: Playbook) -> str:
    return "、".join(playbook.called(one) for one in missing)


def day(until: date, now: datetime) -> str:
    return day_of(until, now.date())


def stage_name(deal: Opportunity, decision: Decision, playbook: Playbook) -> str:
    stage = playbook.pipeline(deal.pipeline).reached(decision.target)
    return stage.name if stage is not None else decision.to


def asked(
    deal: Opportunity, name: str, decision: Decision, waiver: Waiver, who: Member, last: Activity | None,
    playbook: Playbook, now: datetime, before: Mapping[str, Any],
) -> Card:  # fmt: skip
    """B2: what lacks, in the rep's words why, and until when it would be owed."""
    lacks = [one for one in decision.blocking if not one.startswith(AGREE)]
    lines = [(words.bit("lacks"), names(lacks, playbook))] if lacks else []
    lines += differences(deal, decision, playbook, before)
    lines.append((words.bit("says", who=cut(who.name, 4)), quote(waiver.why, 24)))
    if last is not None and last.text:
        lines.append((words.bit("said_label"), quote(last.text, 24)))
    if lacks and waiver.until:
        lines.append((words.bit("if_granted"), words.bit("comes_in_by", day=day(waiver.until, now))))
    amount = f" · {money(deal.amount, deal.currency)}" if deal.amount is not None else ""
    reasons = words.options((str(n), one) for n, one in enumerate(playbook.reasons.override))
    return words.card(
        "gate.override", customer=title_name(name), stage=stage_name(deal, decision, playbook), who=cut(who.name, 8),
        clock=clock_of(now), amount=amount, facts=facts.shorten(lines),
        choice=Choice(words.bit("reason_label"), reasons),
    )  # fmt: skip


def differs(deal: Opportunity, name: str, decision: Decision, playbook: Playbook, before: Mapping[str, Any]) -> Card:
    """What the contract says, beside what was recorded before."""
    lines = differences(deal, decision, playbook, before)
    return words.card("gate.differs", customer=title_name(name), facts=facts.shorten(lines))


def differences(
    deal: Opportunity, decision: Decision, playbook: Playbook, before: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """金额｜¥215 万（之前 ¥217 万，差 ¥2 万）"""
    lines = []
    for one in decision.missing:
        field = one.removeprefix(AGREE)
        if not one.startswith(AGREE) or field not in before:
            continue
        new, old = getattr(deal, field), before[field]
        if field == "amount":
            less = money(abs(new - old), deal.currency)
            said = words.bit("was_amount", new=money(new, deal.currency), old=money(old, deal.currency), less=less)
        else:
            said = words.bit("was_words", new=cut(str(new), 12), old=cut(str(old), 8))
        lines.append((cut(playbook.called(field)[-4:], 4), said))
    return lines


def accepted(decision: Decision, playbook: Playbook, who: str) -> str:
    """合同金额和之前不一致，王芳认可; "" where all agrees."""
    found = [one for one in decision.missing if one.startswith(AGREE)]
    return words.bit("accepted_by", what=names(found, playbook), who=who) if found else ""


def decided(key: str, name: str, stage: str, who: Member, now: datetime, reason: str) -> Card:
    return words.card(
        key, customer=title_name(name), stage=stage, who=cut(who.name, 6), clock=clock_of(now), reason=cut(reason, 10)
    )
