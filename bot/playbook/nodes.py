"""Nodes of a sale that bring information along (CAP-8): what each wants to know, asked there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, get_args

from pydantic import Field

from bot.playbook.fault import Fault
from bot.playbook.value import Name, Value, Word
from nlp import reading
from nlp.signals import SIGNALS

if TYPE_CHECKING:
    from bot.playbook.model import Playbook

TRIAL_FIELDS = ("trial_period", "trial_contact")
TERMS = ("amount", "sign_date", "signing_party", "payment_terms")
"""What every opportunity has."""
ACTIONS = frozenset(get_args(reading.Action))
On = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)?$", max_length=60)]


class Node(Value):
    """``name`` is how its card begins behind the customer (要试用, 合同审批). It is reached by any of ``on``: trial
    (one is wanted or agreed), a signal (asks_contract), ``action.demo`` (done), ``stage.negotiation`` (entered), or
    ``approval.contract`` (a form agreed). ``fields``: trial_period, trial_contact, amount, sign_date, signing_party,
    payment_terms, and the trade's own."""

    id: Word
    name: Name
    on: tuple[On, ...]
    fields: tuple[Word, ...]


TRIAL = Node(id="trial", name="要试用", on=("trial",), fields=TRIAL_FIELDS)
CONTRACT = Node(id="contract", name="合同审批", on=("approval.contract",), fields=("signing_party", "payment_terms"))


def node_faults(playbook: Playbook) -> Iterator[Fault]:
    """What does not hold in the ``[[node]]`` of a playbook."""
    if playbook.nodes == (CONTRACT,):
        return
    seen: set[str] = set()
    for n, node in enumerate(playbook.nodes):
        place = f"node[{n}]"
        if node.id in seen:
            yield Fault(place, f"id “{node.id}”写了不止一次，只能有一个")
        seen.add(node.id)
        if not node.on or not node.fields:
            yield Fault(place, "on 和 fields 都要写：走到哪里问，问什么")
        for on in node.on:
            if not _there(on, playbook):
                yield Fault(f"{place}.on", f"没有“{on}”，能写 trial、信号、action.动作、stage.阶段、approval.表单")
        for field in node.fields:
            if field not in (*TRIAL_FIELDS, *TERMS) and playbook.custom_field(field) is None:
                yield Fault(f"{place}.fields", f"没有 {field} 这一项，[[field]] 里也没有")


def _there(on: str, playbook: Playbook) -> bool:
    kind, dot, what = on.partition(".")
    if not dot:
        return kind == "trial" or kind in SIGNALS
    if kind == "action":
        return what in ACTIONS
    if kind == "stage":
        return any(line.stage(what) is not None for line in playbook.pipelines)
    return kind == "approval" and any(form.id == what for form in playbook.approvals)
