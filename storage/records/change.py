"""A change of a record, and its entry in the chain."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from storage.records.base import Record


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record: ``before`` and ``after`` hold the fields that differ, by name, as the record has them.
    ``before`` is None where the record is made; ``after`` then holds all of it."""

    kind: str
    """What happened, in field words: customer.created, opportunity.stage, commitment.kept …"""
    record: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


def made(record: Record, kind: str | None = None) -> Change:
    """The change that makes ``record``; its kind is ``<noun>.created`` unless given."""
    fields = {name: getattr(record, name) for name in _fields_of(type(record))}  # type: ignore[arg-type]
    return Change(kind or f"{type(record).__name__.lower()}.created", record.id, fields)


@cache
def _fields_of(kind: type[Record]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def changed(record: Record, kind: str, **fields: Any) -> Change:
    """The change of ``record`` to ``fields``; only what differs is in it."""
    moved = {name: value for name, value in fields.items() if getattr(record, name) != value}
    return Change(kind, record.id, moved, {name: getattr(record, name) for name in moved})


@dataclass(frozen=True, slots=True)
class AuditEntry:
    n: int
    at: datetime
    actor: str
    """A member's id, or a word for the bot's own hand: reader, clock, system."""
    event: str
    """The message's id or the moment's id that it came from."""
    kind: str
    record: str
    digest: str
    prev: str
    hash: str
    change: Change | None = None
    """None where the payload was erased."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What walking the chain found: how many entries hold, how many are erased, the first broken ``n`` if any."""

    entries: int
    erased: int
    head: str
    broken: int | None = None
    reason: str = ""
