"""What a rule that fired does: changes, moments and words, from values alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.playbook.model import Playbook
from bot.playbook.rules import Advance, Assign, Call, MakeTask, Remind, Rule, Tag, Tell
from bot.process.facts import Facts
from bot.process.gates import decide
from bot.process.rules import Happening
from bot.process.service import advance
from nlp.tags import tags_of
from storage.records import Change, Moment, Task, changed, made, new_id

REMIND, CALL = "rule.remind", "rule.call"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Said:
    """Words for somebody, by what he is to the opportunity; ``fields`` fill them."""

    rule: Rule
    to: str
    say: str
    fields: dict[str, Any]
    once: str
    customer: str = ""


@dataclass(slots=True)
class Outcome:
    changes: list[Change] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    assign: list[tuple[Rule, str]] = field(default_factory=list)
    """Rules that give the opportunity to somebody, and to whom in words: resolved by who knows the members."""
    moved: tuple[str, str] | None = None
    """Stage ids, where a rule moved it."""

    def change(self, one: Change, rule: Rule) -> None:
        self.changes.append(Change(one.kind, one.record, {**one.after, "_rule": rule.id}, one.before))


def act(rule: Rule, facts: Facts, happening: Happening, playbook: Playbook, event: str, out: Outcome) -> None:
    """Adds to ``out`` what ``rule`` does, and brings ``facts`` in line with it, so that the next rule sees it."""
    for then in rule.then:
        if isinstance(then, Advance):
            _advance(then, rule, facts, playbook, out)
        elif isinstance(then, MakeTask):
            _tasks(then, rule, facts, event, out)
        elif isinstance(then, Tell):
            scope = facts.deal.stage_since.isoformat() if then.once == "stage" else f"{event}:{happening.record}"
            once = f"rule:{rule.id}:{facts.deal.id}:{scope}"
            out.said.append(
                Said(rule, then.to, then.say, filling(facts, playbook, then.files), once, facts.deal.customer_id)
            )
        elif isinstance(then, Remind):
            data: dict[str, Any] = {"rule": rule.id, "to": then.to, "say": then.say}
            at = facts.now + timedelta(hours=then.hours)
            out.moments.append(Moment(id=new_id("due", facts.now), at=at, kind=REMIND, record=facts.deal.id, data=data))
        elif isinstance(then, Tag) and then.tag not in facts.customer.tags:
            tags = (*tags_of(facts.customer.name, facts.customer.tags), then.tag)
            out.change(changed(facts.customer, "customer.tags", tags=tags), rule)
            facts.of = facts.customer.with_(tags=tags)
        elif isinstance(then, Assign):
            out.assign.append((rule, then.to))
        elif isinstance(then, Call):
            data = {
                "rule": rule.id, "url": then.url, "kind": happening.kind, "event": dict(happening.event),
                "record": happening.record, "of": event,
            }  # fmt: skip
            out.moments.append(
                Moment(id=new_id("due", facts.now), at=facts.now, kind=CALL, record=facts.deal.id, data=data)
            )


def _advance(then: Advance, rule: Rule, facts: Facts, playbook: Playbook, out: Outcome) -> None:
    """Forwards, through the gate that every path goes through."""
    counts = Counter(one.kind for one in facts.proofs or ())
    decision = decide(playbook.pipeline(facts.deal.pipeline), facts.deal, then.stage, counts)
    for change in advance(facts.deal, decision, facts.now):
        out.change(change, rule)
        out.moved = (out.moved[0] if out.moved else decision.frm, decision.to)
        facts.deal = facts.deal.with_(**change.after)


def _tasks(then: MakeTask, rule: Rule, facts: Facts, event: str, out: Outcome) -> None:
    """What is open already, of an earlier demonstration perhaps, is not asked for twice."""
    for what in then.items:
        if what in facts.todo:
            continue
        task = Task(
            id=new_id("tsk", facts.now), what=what, owner_id=facts.owner.id,
            due=facts.now + timedelta(minutes=then.minutes), customer_id=facts.deal.customer_id,
            opportunity_id=facts.deal.id, created_at=facts.now, rule=rule.id, event=event,
        )  # fmt: skip
        out.change(made(task), rule)
        out.tasks.append(task)
        facts.todo = [*facts.todo, what]


def filling(facts: Facts, playbook: Playbook, with_files: bool) -> dict[str, Any]:
    """What a text of a rule is filled with; its wording (money, days) is given by who says it."""
    stage = playbook.pipeline(facts.deal.pipeline).stage(facts.deal.stage)
    files = [one.file for one in facts.proofs or () if one.file][-3:] if with_files else []
    said = facts.past[0].text if facts.past else ""
    return {
        "customer": facts.short or facts.customer.name, "opportunity": facts.deal.name, "owner": facts.owner.name,
        "stage": stage.name if stage else facts.deal.stage, "amount": facts.deal.amount,
        "currency": facts.deal.currency, "sign_date": facts.deal.sign_date, "files": "、".join(files), "words": said,
        "today": facts.now.date(),
    }  # fmt: skip
