"""When one is spoken to, and how often: reminders, quiet time, windows, caps, the company's days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field

from bot.playbook.value import Days, Minutes, Value

Metres = Annotated[int, Field(ge=1, le=5000)]


class Reminders(Value):
    """When a promise is spoken of (SPEC TIME-1)."""

    ahead: time = time(17, 40)
    """On the last working day before a due day."""
    day: time = time(14, 10)
    late: time = time(18, 10)
    manager: time = time(18, 40)
    day_end: time = time(18, 0)
    last_before_quiet: Minutes = 10
    """A word ahead that would fall into quiet time comes so many minutes before the quiet begins (20:00: 19:50)."""
    clock_ahead: Minutes = 120
    clock_late: Minutes = 30
    customer: time = time(14, 10)
    wait_more_days: Days = 2
    listed_days: Days = 3
    """Working days that a late promise stays in the rep's morning list."""
    reassign_days: Days = 5
    """Working days after which the manager is offered another owner."""


class Visits(Value):
    """A visit on site (SPEC CAP-9)."""

    accuracy: Metres = 50
    """Metres: a position that may be farther off does not count."""
    ahead: Minutes = 15
    """So long before a visit its goals are asked for, where nothing tells earlier that the member has arrived."""


class Quiet(Value):
    """Time without unasked pushes: the night, the midday break, rest days, leave."""

    night_from: time = time(20, 0)
    night_until: time = time(8, 30)
    midday_from: time = time(12, 0)
    midday_until: time = time(13, 30)


class Windows(Value):
    """When gathered pushes go out."""

    morning: time = time(8, 40)
    manager_morning: time = time(8, 50)
    before_noon: time = time(11, 40)
    afternoon: time = time(16, 40)
    manager_evening: time = time(18, 40)
    seal: time = time(18, 45)
    week: time = time(9, 10)
    """On Mondays: the week's picture, the regions that are slow."""
    month: time = time(9, 20)
    """On the first working day of a month: how the funnel did."""


class Caps(Value):
    """Unasked pushes a working day; a member of several roles has the highest of theirs."""

    rep: int = Field(6, ge=1)
    manager: int = Field(4, ge=1)
    admin: int = Field(5, ge=1)
    director: int = Field(2, ge=1)
    partner: int = Field(2, ge=1)

    def of(self, roles: Iterable[str]) -> int:
        return max((getattr(self, role, self.partner) for role in roles), default=self.partner)


class WorkingHours(Value):
    start: time = time(9, 0)
    end: time = time(18, 0)


class CompanyDays(Value):
    """The company's own days, over the national calendar."""

    off: Mapping[date, str] = Field(default_factory=dict)
    work: Mapping[date, str] = Field(default_factory=dict)
    hours: WorkingHours = Field(default_factory=WorkingHours)


class Context(Value):
    minutes: Minutes = 30
    """How long a message without a customer still belongs to the one before."""
    fold_minutes: Minutes = 2
    """How long an untapped card folds into the next of the same opportunity."""
    answer_minutes: Minutes = 10
    """How long the next sentence is taken for the answer that was asked for."""


class Questions(Value):
    unassigned_days: Days = 7
    """Days after which a question nobody answered goes to the unassigned inbox."""
    alarm_hours: int = Field(24, ge=1)
    """Hours after which what is in the unassigned inbox is told to the manager (to the admins where it is nobody's),
    then every working morning."""


MailField = Literal["sign_date", "amount", "signing_party", "payment_terms"]
MAIL_FIELDS: Mapping[MailField, tuple[str, ...]] = {
    "sign_date": (
        "预计下单时间", "预计下单日期", "计划下单时间", "下单时间", "预计采购时间", "预计签约时间",
        "预计签约日期", "expected order date", "order date",
    ),
    "amount": ("订单金额", "合同金额", "采购金额", "采购预算", "预算金额"),
    "payment_terms": ("付款方式", "付款条件", "结算方式"),
    "signing_party": ("签约主体", "签约单位", "合同主体"),
}  # fmt: skip


class Mail(Value):
    """What a customer's mail tells by a label (预计下单时间：2026-03-15)."""

    fields: Mapping[MailField, tuple[str, ...]] = Field(default_factory=lambda: dict(MAIL_FIELDS))
    """Field of the opportunity → the labels."""
