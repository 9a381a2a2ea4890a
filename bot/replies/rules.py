"""What rules say: B9 a stage entered, B10 a rule that is off, and the words that rules hold themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.messages import Card, Text
from bot.playbook.model import Pipeline
from bot.playbook.rules import Rule
from bot.replies import words
from bot.replies.wording import cut, money, short_day
from storage.rulerun import Runs

VALUE_MOST = 26


def moved(stages: tuple[str, str], customer: str, pipeline: Pipeline) -> Text:
    """松涛教育：需求确认 → 方案演示，按规则推进。"""
    names = [found.name if (found := pipeline.stage(id)) else id for id in stages]
    return words.text("rule.moved", customer=customer, frm=names[0], to=names[1])


def told(say: str, fields: Mapping[str, Any]) -> Text:
    """The rule's own words, filled."""
    today, amount, day = fields["today"], fields["amount"], fields["sign_date"]
    filled = {
        **fields,
        "amount": money(amount, fields["currency"]) if amount else words.bit("amount_unknown"),
        "sign_date": short_day(day, today) if day else words.bit("day_unknown"),
        "files": fields["files"] or words.bit("no_files"),
        "words": cut(str(fields["words"]), 40),
    }
    return words.text("rule.push", say=say.format(**filled), customer=fields["customer"])


def switched_off(rule: Rule, found: Runs, reason: str) -> Card:
    """B10."""
    mean = found.micros // max(1, found.runs) // 1000
    facts = [
        (words.bit("rule_effect_label"), words.bit("rule_effect")),
        (words.bit("rule_last_label"), cut(reason, VALUE_MOST)),
    ]
    return words.card(
        "rule.off", facts=facts, name=rule.name, minutes=rule.failures_minutes, count=found.failures, mean=mean
    )  # fmt: skip
