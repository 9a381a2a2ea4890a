"""What /calendar answers: the days to come, and what a change of them puts off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from adapters.messages import Card, Text
from bot.playbook.model import CompanyDays
from bot.playbook.settings import WorkingHours
from bot.replies import words
from bot.replies.commands import STATUS_MOST, TITLE_MOST, VALUE_MOST, WHY_MOST, listed, piece
from bot.replies.wording import cut, short_day
from bot.replies.wording import day_of as day_of
from nlp.holidays import NOTICES
from nlp.workdays import Calendar

REASON_MOST = 20
WARNS_BEFORE = 60
"""Days before the end of the tables from which on it is said."""


def overview(days: CompanyDays, calendar: Calendar, today: date) -> Text:
    """国家节假日和调休表：2023–2026 年 …"""
    ahead = calendar.next_holiday(today)
    lines = [
        *_listed("calendar_off_line", days.off, today),
        *_listed("calendar_work_line", days.work, today),
    ]
    left = (calendar.table_ends - today).days
    return words.text(
        "cmd.calendar.show", years=f"{min(NOTICES)}–{max(NOTICES)}", until=short_day(calendar.table_ends, today),
        left=piece("calendar_ends", left=left) if 0 <= left <= WARNS_BEFORE
        else piece("calendar_over") if left < 0 else "",
        holiday=ahead.name, first=day_of(ahead.first, today), last=day_of(ahead.last, today),
        hours=_hours(days.hours), lines=listed(lines) if lines else piece("calendar_none"),
    )  # fmt: skip


def _listed(key: str, found: Mapping[date, str], today: date) -> Iterable[str]:
    return (piece(key, day=day_of(day, today), why=found[day]) for day in sorted(found) if day >= today)


def _hours(hours: WorkingHours) -> str:
    return f"{hours.start:%H:%M}–{hours.end:%H:%M}"


def _from_to(first: date, last: date, today: date) -> str:
    if first == last:
        return day_of(first, today)
    return f"{short_day(first, today)}–{short_day(last, today)}"


def days_off(first: date, last: date, today: date) -> str:
    """周五 3月20日 全员休息"""
    return piece("calendar_off_title", day=_from_to(first, last, today))


def days_on(first: date, last: date, today: date) -> str:
    return piece("calendar_on_title", day=_from_to(first, last, today))


def working_hours(hours: WorkingHours) -> str:
    return piece("calendar_hours_title", hours=_hours(hours))


def preview(title: str, reminders: int, why: str) -> Card:
    """周五 3月20日 全员休息 / 顺延提醒 9 件。"""
    shown = [(words.bit("reason_label"), cut(why, VALUE_MOST))] if why else []
    return words.card("cmd.calendar.preview", title=cut(title, TITLE_MOST), moved=_moved(reminders), facts=shown)


def done(title: str, n: int, reminders: int, back: str) -> Card:
    return words.card(
        "cmd.calendar.done", title=cut(title, TITLE_MOST), n=n, moved=cut(_moved(reminders), STATUS_MOST),
        why=cut(piece("take_back", call=back), WHY_MOST),
    )  # fmt: skip


def _moved(reminders: int) -> str:
    return piece("calendar_moved", count=reminders) if reminders else piece("calendar_moves_none")
