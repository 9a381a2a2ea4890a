"""The ``if`` of a rule: an expression of the Common Expression Language, compiled once, over names that are listed.

It can read what it is given and nothing else: no name outside :data:`NAMES`, no call that changes or reaches anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import cel

BOUND = re.compile(r"\.\s*(?:exists|exists_one|all|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
"""A name that a macro binds: files.exists(f, …)."""

NAMES: Mapping[str, Any] = {
    "event": {
        "kind": "activity", "from": "", "to": "", "evidence": "", "file": "", "promise": "", "approval": "",
        "state": "", "behaviour": "",
    },
    "customer": {"name": "", "tags": [""], "custom": {}},
    "opportunity": {
        "id": "", "name": "", "stage": "", "pipeline": "", "state": "open", "amount": 0.0, "missing": [""],
        "custom": {}, "steps": {}, "blocked": "",
    },
    "activity": {"action": "", "done": True, "arranged": False, "text": "", "hours_ahead": 0.0},
    "last": {"action": "", "hours": 0.0},
    "signals": [""],
    "behaviours": [""],
    "evidence": {},
    "files": [""],
    "owner": {"name": "", "roles": [""], "team": ""},
    "hours": {"in_stage": 0.0, "silent": 0.0, "since_created": 0.0},
    "open_tasks": 0,
    "called": {},
}  # fmt: skip
"""What an expression may speak of, each with a value of its kind."""


class Unclear(Exception):
    """An expression that does not hold; its words are the mend."""


class Expression:
    """A compiled condition. ``names`` are those that it speaks of."""

    __slots__ = ("_program", "names", "source")

    def __init__(self, source: str) -> None:
        """Raises Unclear."""
        self.source = source
        try:
            self._program = cel.compile(source)
        except ValueError as error:
            raise Unclear(f"这句条件读不懂：{_first_line(error)}") from error
        self.names = frozenset(self._program.variables()) - set(BOUND.findall(source))
        if unknown := sorted(self.names - NAMES.keys()):
            raise Unclear(f"没有 {'、'.join(unknown)} 这个名字，有的是 {'、'.join(NAMES)}")

    def tried(self, evidence: Iterable[str] = ()) -> None:
        """Once over sample values (``evidence``: the kinds there are), so that a misspelt field or a comparison of
        unlike kinds is told when the playbook is read. Raises Unclear."""
        try:
            self.holds(prepared({**NAMES, "evidence": dict.fromkeys(evidence, 0)}))
        except KeyError as error:
            raise Unclear(f"没有 {error.args[0]} 这一项；自己的字段先写 has(…)") from error
        except (TypeError, ValueError, RuntimeError) as error:
            raise Unclear(f"这句条件算不出来：{_first_line(error)}") from error

    def holds(self, context: cel.Context) -> bool:
        """Whether it holds. Raises KeyError, TypeError, ValueError or RuntimeError where it cannot be told."""
        value = self._program.execute(context)
        if not isinstance(value, bool):
            raise TypeError("要得出是或不是（true 或 false）")
        return value


@lru_cache(maxsize=2048)
def compiled(source: str) -> Expression:
    """The expression, compiled once. Raises Unclear."""
    return Expression(source)


def prepared(values: Mapping[str, Any]) -> cel.Context:
    """The values in the form in which many expressions read them, converted once."""
    return cel.Context(variables=dict(values))


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
