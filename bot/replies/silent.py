"""What makes itself out of kept chats (VOICE.md D1, D2): shown with its very words, recorded by a tap alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.messages import Card
from bot.replies import words
from bot.replies.facts import shorten
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, cut, day_of, local, mask_phone, money, quote, short_day
from nlp.reading import Reading
from storage.chatlines import Line

VALUE_MOST = 26
NUMERALS = ("one", "two", "three")


@dataclass(frozen=True, slots=True)
class Summed:
    """What is summed up of one opportunity: the telling lines, oldest first, and what they come to."""

    name: str
    lines: tuple[Line, ...]
    readings: tuple[Reading, ...]
    them: str
    hours: int
    """Hours without an update; 0 where a keyword is why."""

    def title(self) -> str:
        return words.bit("silent_title", customer=title_name(self.name), count=len(self.lines))


def summary(one: Summed, now: datetime) -> Card:
    """D1"""
    days = [line.at.astimezone(now.tzinfo).date() for line in one.lines]
    first, last = short_day(min(days), now.date()), short_day(max(days), now.date())
    span = first if first == last else f"{first}–{last}"
    key = "silent_since" if one.hours else "silent_words"
    lines = [
        (words.bit(NUMERALS[n]), _said(line, one.them)) for n, line in enumerate(one.lines)
    ]  # fmt: skip
    if told := _to_record(one.readings, now):
        lines.append((words.bit("to_record"), cut(told, VALUE_MOST)))
    return words.card(
        "silent.summary", facts=lines, title=one.title(), status=words.bit(key, hours=one.hours, days=span)
    )


def _said(line: Line, them: str) -> str:
    """“16 号上会”（高总）"""
    who = words.bit("silent_you") if line.side == "us" else them
    return f"{quote(line.text, VALUE_MOST - len(who) - 4)}（{who}）"


def _to_record(readings: Sequence[Reading], now: datetime) -> str:
    amounts = [money(found.value, found.currency) for reading in readings for found in reading.amounts]
    days = [
        day_of(found.start.astimezone(now.tzinfo).date(), now.date()) for reading in readings for found in reading.dates
    ]
    return "；".join(dict.fromkeys((*amounts, *days)))


def lead(line: Line, called: str, phone: str, now: datetime) -> Card:
    """D2"""
    at = line.at.astimezone(now.tzinfo)
    person = f"{called} {mask_phone(local(phone))}".strip() if phone else called
    facts = [(words.bit("contact_label"), cut(person, VALUE_MOST)), (words.bit("raw_words"), _at(line, at))]
    return words.card("silent.lead", facts=facts)


def _at(line: Line, at: datetime) -> str:
    return f"{quote(line.text, VALUE_MOST - 9)}（{clock_of(at)}）"


def review(line: Line, group: str, word: str, rep: str, customer: str, now: datetime) -> Card:
    """Of a group of words, to who looks at them."""
    at = line.at.astimezone(now.tzinfo)
    facts = [(words.bit("raw_words"), _at(line, at)), (words.bit("keyword_label"), cut(word, VALUE_MOST))]
    who = " · ".join(part for part in (cut(rep, 8), cut(customer, 8)) if part)
    return words.card(
        "silent.review", group=cut(group, 12), who=who, day=short_day(at.date(), now.date()), facts=facts
    )  # fmt: skip


def files(customer: str, theirs: Sequence[tuple[str, str]], now: datetime) -> Card:
    """Of a customer's chat the files that wait: (who sent it, its name)."""
    lines = [(cut(who, 4), cut(name, VALUE_MOST)) for who, name in theirs]
    return words.card(
        "silent.files", customer=title_name(customer), count=len(lines), day=short_day(now.date(), now.date()),
        facts=shorten(lines),
    )  # fmt: skip


def files_kept(customer: str, who: str, names: Sequence[str], now: datetime) -> Card:
    lines = [(words.named("chat_files", "file"), cut(name, VALUE_MOST)) for name in names]
    return words.card(
        "silent.files.kept", customer=customer, who=cut(who, 8), clock=clock_of(now), facts=shorten(lines)
    )  # fmt: skip


def saved(missing: int, example: str) -> Card:
    return words.card("silent.lead.saved", status=words.bit("silent_missing", count=missing, example=example))
