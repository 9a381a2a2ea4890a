"""A trial brings its own facts along (CAP-8): from when to when, and who on the customer's side. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.numerals import integer
from nlp.reading import Contact, Deal, Reading

PERIOD, PERSON = "trial_period", "trial_contact"
LASTS = re.compile(r"(?P<n>\d{1,3}|[一二两三四五六七八九十半]{1,3})个?(?P<unit>周|星期|礼拜|天|日(?!\d)|月)")
DAYS = {"周": 7, "星期": 7, "礼拜": 7, "天": 1, "日": 1, "月": 30}


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of a trial; None where nothing was."""

    first: date | None = None
    last: date | None = None
    person: Contact | None = None

    def fields(self) -> dict[str, str]:
        """As an opportunity keeps it."""
        kept: dict[str, str] = {}
        if self.first and self.last:
            kept |= {"trial_from": self.first.isoformat(), "trial_until": self.last.isoformat()}
        if self.person is not None:
            kept[PERSON] = f"{self.person.department or ''}{self.person.name}{self.person.title or ''}"
        return kept


def is_trial(deal: Deal) -> bool:
    """The customer wants one, or one is agreed."""
    agreed = deal.stage is not None and deal.stage.rule.startswith("demo.trial")
    return agreed or any(signal.value == "asks_trial" for signal in deal.signals)


def told(reading: Reading, contacts: tuple[int, ...] | None = None) -> Told:
    """What the words say of it; ``contacts`` are those of the customer's part of a longer message."""
    people = [reading.contacts[n] for n in contacts] if contacts is not None else list(reading.contacts)
    titled = [one for one in people if one.title]
    first, last = _period(reading)
    return Told(first, last, titled[-1] if titled else None)


def _period(reading: Reading) -> tuple[date | None, date | None]:
    """A range as it was said; else the first day and how long it lasts."""
    for found in reading.dates:
        first, last = found.start.date(), found.end.date() - timedelta(days=1)
        if found.grain == "day" and last > first:
            return first, last
    lasts = LASTS.search(reading.text)
    starts = [one for one in reading.dates if one.grain == "day"]
    if lasts is None or not starts:
        return None, None
    days = _days(lasts)
    return (starts[0].start.date(), starts[0].start.date() + timedelta(days=days - 1)) if days else (None, None)


def _days(lasts: re.Match[str]) -> int:
    if lasts["n"] == "半":
        return DAYS[lasts["unit"]] // 2
    count = integer(lasts["n"])
    return count * DAYS[lasts["unit"]] if count else 0
