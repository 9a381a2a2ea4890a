"""Files of a customer's kept chat: which wait for the rep's tap, which were kept, which could not be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.messages import Card
from bot.replies import words
from bot.replies.facts import shorten
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, cut, short_day

VALUE_MOST, WHO_MOST = 26, 4
Waits = Mapping[str, Any]
"""As storage.chatfiles holds it."""


def who_of(one: Waits, reader: str, names: Mapping[str, str]) -> str:
    """Who sent it, to ``reader``; ``names`` of members by id."""
    return spoke(str(one.get("speaker", "")), reader, names) or str(one["who"])


def spoke(speaker: str, reader: str, names: Mapping[str, str]) -> str:
    """A colleague by name, 你 for the reader; "" where nobody of ours spoke."""
    return words.bit("silent_you") if speaker and speaker == reader else names.get(speaker, "")


def files(customer: str, theirs: Iterable[Waits], reader: str, names: Mapping[str, str], now: datetime) -> Card:
    """Those that wait, oldest first; of what could not be had that it is missing."""
    waits = list(theirs)
    lines = [(cut(who_of(one, reader, names), WHO_MOST), _named(one)) for one in waits]
    missing = sum(not one["sha256"] for one in waits)
    key = "silent.files" if missing < len(waits) else "silent.files.missing"
    card = words.card(
        key, customer=title_name(customer), count=len(lines), day=short_day(now.date(), now.date()),
        facts=shorten(lines),
    )  # fmt: skip
    return replace(card, footer=words.bit("chat_file_by_hand")) if 0 < missing < len(waits) else card


def _named(one: Waits) -> str:
    mark = "" if one["sha256"] else words.bit("chat_file_missing")
    return cut(str(one["file"]), VALUE_MOST - len(mark)) + mark


def kept(customer: str, who: str, names: Sequence[str], now: datetime) -> Card:
    lines = [(words.named("chat_files", "file"), cut(name, VALUE_MOST)) for name in names]
    return words.card(
        "silent.files.kept", customer=customer, who=cut(who, 8), clock=clock_of(now), facts=shorten(lines)
    )  # fmt: skip


def recalled(customer: str, who: str, name: str, now: datetime) -> Card:
    """Of one that had been kept."""
    facts = [(cut(who, WHO_MOST), cut(name, VALUE_MOST))]
    return words.card("silent.recalled.file", customer=title_name(customer), clock=clock_of(now), facts=facts)
