"""What the people of the story know of it: what was promised, moved, kept, whom they spoke with, who was away."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.simulation.company import Deal
from tests.simulation.days import Leave

THINGS = ("产品手册", "样品清单", "安装手册", "操作手册", "合格证书", "技术参数", "服务手册", "授权书", "备件清单",
          "配件清单", "维保清单", "人员名单", "检测证书", "现场照片", "用户名单", "安装图纸")  # fmt: skip
"""No owner owes two of a name at a time, so that a card's words say which promise it means."""


@dataclass
class Promise:
    """``spans``: from when on it was due when; a move begins another. ``closed``: kept or not needed any more."""

    owner: str
    deal: Deal
    thing: str
    spans: list[tuple[datetime, date | datetime]]
    evening: bool = False
    theirs: bool = False
    closed: datetime | None = None
    state: str = ""

    @property
    def due(self) -> date | datetime:
        return self.spans[-1][1]

    def ends(self, span: int, story_ends: datetime) -> datetime:
        """Until when the span counts."""
        if span + 1 < len(self.spans):
            return self.spans[span + 1][0]
        return self.closed or story_ends

    def stands(self, moment: datetime) -> tuple[datetime, date | datetime] | None:
        """The span that counts at the moment, None where the promise is not made yet or closed."""
        if self.closed is not None and self.closed <= moment:
            return None
        return next((span for span in reversed(self.spans) if span[0] <= moment), None)


@dataclass
class Ledger:
    promises: list[Promise] = field(default_factory=list)
    contacts: dict[int, list[datetime]] = field(default_factory=dict)
    """By opportunity: when somebody spoke with the customer."""
    entered: dict[int, list[datetime]] = field(default_factory=dict)
    """By opportunity: when it entered another stage."""
    leaves: dict[str, Leave] = field(default_factory=dict)
    acked: list[tuple[str, datetime, datetime, str, str]] = field(default_factory=list)
    """知道了: by whom, on the card of when, when, of whose which thing."""
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    _of: dict[str, list[Promise]] = field(default_factory=lambda: defaultdict(list))
    said: int = 0
    """Sentences and taps that were sent."""
    business: Counter[str] = field(default_factory=Counter)
    """The sentences that are an activity each."""

    def add(self, promise: Promise) -> None:
        self.promises.append(promise)
        self._of[promise.owner].append(promise)

    def of(self, user: str) -> list[Promise]:
        return self._of[user]

    def open_of(self, user: str, now: datetime) -> list[Promise]:
        return [one for one in self._of[user] if not one.theirs and one.stands(now)]
