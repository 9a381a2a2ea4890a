"""The bot's own times of day: E1 the rep's morning, G5 what fell due while it was down, G1 the day's seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adapters.messages import Button, Card, Text
from bot.followup.morning import Morning
from bot.followup.view import Matter
from bot.followup.worth import Worth
from bot.replies import words
from bot.replies.followup import MOST, NUMBERS, VALUE_MOST, wants_file
from bot.replies.wording import clock_of, cut, day_of, money, short_day, weekday
from storage.records import Opportunity, Task

EVENING = 18


def rep(morning: Morning, who: str, now: datetime) -> Card:
    """E1."""
    lines = [_today(one, now) for one in morning.today]
    lines += [_late(one, now) for one in morning.late]
    lines += [_task(one, name, now) for one, name in morning.tasks]
    lines += [(words.bit("theirs_label"), _line("day_line", one, now)) for one in morning.theirs]
    lines += [(words.bit("ask_again_label"), _revived(customer, deal, now)) for customer, deal in morning.revived]
    lines += [(words.bit("ask_again_label"), cut(brief, VALUE_MOST)) for brief in morning.questions]
    room = MOST - (1 if morning.waiting else 0)
    if len(lines) > room:
        lines = [*lines[: room - 1], ("…", words.bit("more_facts", count=len(lines) - room + 1))]
    lines += [_worth(n, one, name, now) for n, (one, name) in enumerate(morning.worth)][: room - len(lines)]
    if morning.waiting:
        lines.append((words.bit("waiting_label"), words.bit("cards_waiting", count=morning.waiting)))
    buttons: list[str | Button] = ["see_waiting"] if morning.waiting else []
    buttons += ["first_done"] if morning.today or morning.late or morning.tasks else []
    return words.card(
        "digest.rep",
        facts=lines,
        buttons=[*buttons, "leave_today"],
        who=cut(who, 8),
        count=morning.count,
        day=day_of(now.date(), now.date()),
        done=_done(morning, now),
    )


def _done(morning: Morning, now: datetime) -> str:
    """· 昨天完成 86%; of a Monday 周五. Nothing where nothing was due."""
    if not morning.was_due or morning.due_day is None:
        return ""
    near = (now.date() - morning.due_day).days == 1
    share = round(100 * morning.was_done / morning.was_due)
    return words.bit("done_share", day="昨天" if near else weekday(morning.due_day), share=share)


def _task(task: Task, customer: str, now: datetime) -> tuple[str, str]:
    clock = _task_when(task, now)
    if not customer:
        return clock, cut(task.what, VALUE_MOST)
    what = cut(task.what, VALUE_MOST - 1 - min(len(customer), 6))
    return clock, words.bit("day_line", customer=cut(customer, VALUE_MOST - 1 - len(what)), what=what)


def _task_when(task: Task, now: datetime) -> str:
    if not isinstance(task.due, datetime):
        return words.bit("today_label" if task.due == now.date() else "late_label_act")
    local = task.due.astimezone(now.tzinfo)
    return clock_of(local) if local.date() == now.date() else words.bit("late_label_act")


def _worth(n: int, one: Worth, customer: str, now: datetime) -> tuple[str, str]:
    """值得一｜瑞禾医疗 ¥86 万：昨晚问工期"""
    amount = f" {money(one.deal.amount, one.deal.currency)}" if one.deal.amount else ""
    why = _why(one, now)
    fixed = len(words.bit("worth_line", customer="", amount=amount, why=""))
    why = cut(why, VALUE_MOST - fixed - min(len(customer), 5))
    name = cut(customer, VALUE_MOST - fixed - len(why))
    return words.bit("worth_label", place=NUMBERS[n]), words.bit("worth_line", customer=name, amount=amount, why=why)


def _why(one: Worth, now: datetime) -> str:
    if one.why == "asked":
        at = one.at.astimezone(now.tzinfo) if isinstance(one.at, datetime) else now
        return words.bit("worth_asked", when=_lately(at, now), what=words.named("signals", one.what))
    day = one.at.date() if isinstance(one.at, datetime) else one.at
    if one.why == "meets":
        what = words.named("actions", one.what) if one.what else words.bit("worth_arranged")
        return f"{day_of(day, now.date())} {what}"
    if one.why == "signs":
        return words.bit("worth_signs", day=day_of(day, now.date()))
    if one.why == "said":
        return words.bit("worth_said", day=weekday(day), what=one.what)
    return f"{day_of(day, now.date())} {one.what}"


def _lately(at: datetime, now: datetime) -> str:
    """昨晚, 昨天, 今天; before that the weekday."""
    days = (now.date() - at.date()).days
    if days == 1:
        return "昨晚" if at.hour >= EVENING else "昨天"
    return weekday(at.date()) if days else "今天"


def _revived(customer: str, deal: Opportunity, now: datetime) -> str:
    """博远仪器：去年因预算没批停下，可以再问"""
    reason = deal.lost_reason or ""
    known = reason in words.entry("lost_reasons") and reason != "other"
    why = words.bit("revived_why", why=words.named("lost_reasons", reason)) if known else ""
    when = _long_ago(deal.closed_at.astimezone(now.tzinfo).date(), now.date()) if deal.closed_at else ""
    room = VALUE_MOST - len(words.bit("revived", customer="", when=when, why=why))
    return words.bit("revived", customer=cut(customer, room), when=when, why=why)


def _long_ago(day: date, today: date) -> str:
    """去年, 3月, 2024年"""
    if day.year == today.year:
        return f"{day.month}月"
    return "去年" if day.year == today.year - 1 else f"{day.year}年"


def _today(matter: Matter, now: datetime) -> tuple[str, str]:
    due = matter.promise.due
    clock = clock_of(due.astimezone(now.tzinfo)) if isinstance(due, datetime) else words.bit("today_label")
    return clock, _line("day_line", matter, now)


def _late(matter: Matter, now: datetime) -> tuple[str, str]:
    label = words.bit("late_label" if wants_file(matter.promise) else "late_label_act")
    return label, _line("day_line_late", matter, now)


def _day(matter: Matter, now: datetime) -> str:
    due = matter.promise.due
    day = due.astimezone(now.tzinfo).date() if isinstance(due, datetime) else due
    return day_of(day, now.date()) if day else words.bit("no_due")


def _line(key: str, matter: Matter, now: datetime) -> str:
    due = _day(matter, now)
    fixed = len(words.bit(key, customer="", what="", due=due))
    what = cut(matter.promise.what, max(4, VALUE_MOST - fixed - min(len(matter.customer), 5)))
    room = VALUE_MOST - fixed - len(what)
    return words.bit(key, customer=cut(matter.customer, max(3, room)), what=what, due=due)


@dataclass(frozen=True, slots=True)
class Missed:
    """What one person missed while the bot was down, ``start`` to ``end``."""

    start: datetime
    end: datetime
    due: tuple[Matter, ...]
    gone: tuple[Matter, ...] = ()
    """What no longer matters."""
    heard: int = 0
    """Messages of this person that came meanwhile, all read now."""


def late_digest(missed: Missed) -> Card:
    """G5."""
    facts = []
    if missed.heard:
        facts.append((words.bit("your_words_label"), words.bit("your_words", count=missed.heard)))
    if missed.due:
        facts.append((words.bit("fell_due_label"), _counted("fell_due", missed.due)))
    if missed.gone:
        facts.append((words.bit("not_made_up_label"), _counted("not_made_up", missed.gone)))
    see = words.button("see_late", words.bit("see_count", count=len(missed.due)))
    return words.card(
        "late.digest",
        facts=facts,
        buttons=[see] if missed.due else [],
        when=_when(missed.start, missed.end),
        start=f"{short_day(missed.start.date(), missed.start.date())} {clock_of(missed.start)}",
        end=f"{short_day(missed.end.date(), missed.end.date())} {clock_of(missed.end)}",
    )


def _counted(key: str, matters: Sequence[Matter]) -> str:
    """2 件：松涛议程、瑞禾回电; as many names as have room."""
    names: list[str] = []
    for one in matters:
        about = one.thing if wants_file(one.promise) else one.promise.what
        more = [*names, f"{cut(one.customer, 4)}{cut(about, 5)}"]
        if len(words.bit(key, count=len(matters), what="、".join(more))) > VALUE_MOST - 1:
            break
        names = more
    rest = "等" if len(names) < len(matters) else ""
    return words.bit(key, count=len(matters), what="、".join(names) + rest)


def _when(start: datetime, end: datetime) -> str:
    """刚才, 昨晚, 周末 or 这几天."""
    days = (end.date() - start.date()).days
    if days == 0:
        return "刚才"
    if days == 1:
        return "昨晚" if start.hour >= 17 and end.hour < 12 else "昨天"
    nights = {(start.date() + timedelta(days=n)).weekday() for n in range(1, days)}
    return "周末" if {5, 6} <= nights and days <= 4 else "这几天"


def late_by(planned: datetime, now: datetime) -> str:
    """The footer of a single push that comes late."""
    seconds = (now - planned).total_seconds()
    day = f"{short_day(planned.date(), now.date())} " if planned.date() != now.date() else ""
    return words.bit("late_push", clock=f"{day}{clock_of(planned)}", delay=_delay(int(seconds // 60)))


def _delay(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // (24 * 60)} 天"


def seal(now: datetime, count: int, before: datetime | None, hash_: str) -> Text:
    """G1."""
    day = short_day(now.date(), now.date())
    joint = words.bit("joined_to", day=short_day(before.date(), now.date())) if before else words.bit("joined_start")
    return words.text("seal.day", day=day, clock=clock_of(now), count=f"{count:,}", joint=joint, hash=hash_)


def broken(n: int) -> Card:
    return words.card("seal.broken", n=f"{n:,}")
