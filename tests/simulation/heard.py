"""What reached people, as the stand-in platform shows it, and what of it nobody had asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from adapters.sandbox.world import Item, World
from bot.cli.demo import Demo
from tests.simulation.days import ZONE, Leave, loud

PROMISES = ("promise.ahead", "promise.now", "promise.late", "promise.late.manager", "promise.customer")
DAILY = ("digest.rep", "risk.list", "digest.manager", "heat.week", "pipeline.month", "seal.day")
DAYS_OWN = ("digest.rep", "risk.list", "digest.manager")
WATCH = ("stage.stall", "risk.early")
PICTURES = ("heat.week.picture", "heat.day.picture")
UNASKED = frozenset((*PROMISES, *DAILY, *WATCH, *PICTURES, "late.digest", "bot.health", "quiet.still"))
UNCOUNTED = frozenset(("seal.day", *PICTURES, "late.digest", "bot.health"))
CAP = {"rep": 6, "boss": 4, "admin": 5}


@dataclass(frozen=True)
class Heard:
    at: datetime
    to: str
    kind: str
    words: str
    task: str

    @property
    def unasked(self) -> bool:
        return self.kind in UNASKED

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.to} {self.kind}: {self.words[:60]!r}"


def listened(world: World) -> list[Item]:
    """Fills with every message as it first stood in a chat: a tapped card changes its words."""
    found: list[Item] = []
    put = world.put

    def kept(*args: Any, **named: Any) -> Item:
        found.append(put(*args, **named))
        return found[-1]

    world.put = kept  # type: ignore[method-assign]
    return found


async def all_of(demo: Demo, items: Iterable[Item]) -> list[Heard]:
    """The messages with their kinds, oldest first."""
    return [
        Heard(
            item.at.astimezone(ZONE), item.to,
            await demo.desk.kind_of(item.account, item.reference) if item.reference else "",
            item.shown.words(), item.task or item.reference,
        )
        for item in items
    ]  # fmt: skip


def twice(heard: Iterable[Heard]) -> list[str]:
    """Messages that reached somebody more than once, by the id that the bot or the platform gave them."""
    counts = Counter((one.to, one.task) for one in heard if one.task)
    return [f"{to} {task}: {count}" for (to, task), count in counts.items() if count > 1]


def too_loud(heard: Iterable[Heard], leaves: dict[str, Leave], named: set[tuple[str, datetime]]) -> list[str]:
    """What came unasked in quiet time, though nobody had named that moment himself."""
    return [
        str(one) for one in heard
        if one.unasked and one.kind != "bot.health" and not loud(one.at, leaves.get(one.to))
        and not (one.kind == "promise.now" and (one.to, one.at.replace(second=0, microsecond=0)) in named)
    ]  # fmt: skip


def over_the_cap(heard: Iterable[Heard]) -> list[str]:
    """What came though the person's day was full. Promises come in any case, and so do the day's own cards; both count
    for the others."""
    counts: Counter[tuple[str, date]] = Counter()
    found = []
    for one in heard:
        if one.unasked and one.kind not in UNCOUNTED:
            if counts[one.to, one.at.date()] >= cap_of(one.to) and one.kind not in (*PROMISES, *DAYS_OWN):
                found.append(str(one))
            counts[one.to, one.at.date()] += 1
    return found


def cap_of(user: str) -> int:
    return CAP[user.split(".")[0]]
