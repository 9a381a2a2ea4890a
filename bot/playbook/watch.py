"""Where the lines are drawn beyond which an opportunity is looked at, and the reasons people may give."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from bot.playbook.value import Days, Hours, Name, Value

Percent = Annotated[int, Field(ge=1, le=1000)]
Times = Annotated[int, Field(ge=1, le=99)]


class Watch(Value):
    """Hours of silence and stall stop on rest days and leave (SPEC TIME-2, TIME-3, TIME-5, PROC-7 to PROC-9)."""

    silent_hours: Hours = 72
    early_hours: Hours = 2
    """How long before a risk matures the rep hears of it."""
    early_most: Times = 2
    """Early words to one rep a day."""
    copy_manager: Literal["matured", "early"] = "matured"
    regressions: Times = 2
    case_hours: Hours = 72
    """After the need was confirmed, without a tailored case."""
    case_stage: str = "needs_confirmed"
    case_kind: str = "tailored_case"
    quote_talks: Times = 3
    """Talks in the stage ``quote_stage`` without an itemised quote."""
    quote_stage: str = "negotiation"
    quote_kind: str = "itemised_quote"
    step_hours: Hours = 72
    """In one step of a track; then the reason is asked."""
    list_most: Times = 3
    quiet_days: Days = 3
    """Working days that 知道了 keeps an opportunity off the list, unless it changes."""
    exempt_days: Days = 14
    """Calendar days after which a customer out of reach is tried again."""
    skipped_guides: Times = 3
    """Objections of one kind in a row, handled without a case, after which the cases come by themselves."""
    concern_people: Times = 3
    """So many people who met one objection within an hour are told to the director, where they are also at least
    ``concern_percent`` of the people."""
    concern_percent: Percent = 10
    considering_days: Days = 30
    considering_enough: Times = 3
    """Of the five behaviours of a customer who considers, within ``considering_days``: so many mean that he is keen."""
    area_days: Days = 14
    """Mean days from first contact to signing above which a region is shown."""
    area_most: Times = 3
    swing_percent: Percent = 25
    """A region's signed amount of the day off its mean of ``swing_days``."""
    swing_days: Days = 7
    swing_from: time = time(16, 0)
    swing_most: Times = 3
    returnable_hours: Hours = 24
    """How long a reassignment can be given back."""
    heat_days: Days = 5
    """Calendar days in a stage beyond which a cell of the week's heat map is red."""
    fake_won_days: Days = 45
    """A win taken back within so many days is shown as what it is."""


class Reasons(Value):
    """The choices of the cards that ask for one."""

    blocked: tuple[Name, ...] = ("医生出国参会", "采购流程变更", "系统故障", "等客户签字", "其他")
    override: tuple[Name, ...] = ("材料在路上", "客户无此流程", "其他")
