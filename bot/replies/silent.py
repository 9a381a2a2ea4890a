"""What makes itself out of kept chats (VOICE.md D1, D2): shown with its very words, recorded by a tap alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.messages import Card
from bot.replies import words
from bot.replies.chat_files import spoke
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
    reader: str = ""
    """Who is told of it; words of a colleague's carry the colleague's name."""
    ours: Mapping[str, str] = field(default_factory=dict)
    """Members by id."""

    def title(self) -> str:
        return words.bit("silent_title", customer=title_name(self.name), count=len(self.lines))


def summary(one: Summed, now: datetime) -> Card:
    """D1"""
    days = [line.at.astimezone(now.tzinfo).date() for line in one.lines]
    first, last = short_day(min(days), now.date()), short_day(max(days), now.date())
    span = first if first == last else f"{first}–{last}"
    key = "silent_since" if one.hours else "silent_words"
    lines = [
        (words.bit(NUMERALS[n]), _said(line, one)) for n, line in enumerate(one.lines)
    ]  # fmt: skip
    if told := _to_record(one.readings, now):
        lines.append((words.bit("to_record"), cut(told, VALUE_MOST)))
    return words.card(
        "silent.summary", facts=lines, title=one.title(), status=words.bit(key, hours=one.hours, days=span)
    )


def _said(line: Line, one: Summed) -> str:
    """“16 号上会”（高总）"""
    who = who_said(line, one.them, one.reader, one.ours)
    return f"{quote(line.text, VALUE_MOST - len(who) - 4)}（{who}）"


def who_said(line: Line, them: str, reader: str, ours: Mapping[str, str]) -> str:
    return (spoke(line.member_id, reader, ours) or words.bit("silent_you")) if line.side == "us" else them


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


def lead_unsaid(name: str, now: datetime) -> Card:
    """D2, of which the words were recalled."""
    facts = [
        (words.bit("contact_label"), cut(name or words.bit("somebody"), VALUE_MOST)),
        (words.bit("raw_words"), words.bit("silent_unsaid", clock=clock_of(now))),
    ]
    return words.card("silent.lead", facts=facts)


def recalled(customer: str, who: str, said_at: datetime, now: datetime) -> Card:
    """Of words that stand in the record."""
    said = words.bit("silent_said_at", day=short_day(said_at.date(), now.date()), clock=clock_of(said_at))
    return words.card(
        "silent.recalled", customer=title_name(customer), clock=clock_of(now), facts=[(cut(who, 4), said)]
    )  # fmt: skip


def saved(missing: int, example: str) -> Card:
    return words.card("silent.lead.saved", status=words.bit("silent_missing", count=missing, example=example))
