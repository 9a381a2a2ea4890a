"""/calendar show, off, on, hours: the working days of the company, over the national ones (VOICE.md §4)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot import planning
from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.taps import not_now, said
from bot.planning import Shift
from bot.playbook import load, rewrite, store
from bot.playbook.model import CompanyDays, Playbook
from bot.playbook.settings import WorkingHours
from bot.playbook.store import Live
from bot.replies import calendar as say
from bot.replies import commands as brief
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp import dates
from nlp.workdays import Calendar
from storage.records import Change
from storage.rows import fold

own = Registry()
router = Router()
CARDS = ("cmd.calendar.preview",)
DAY = timedelta(days=1)
LONGEST = 31
"""Days of one call."""
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：点]([0-5]\d)?(?!\d)")
EDGES = "“”\"'「」《》，,。:： "


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call would do: in words, as a call, and the call that takes it back. ``change`` makes the new days of
    the old ones, for whichever playbook."""

    title: str
    line: str
    back: str
    change: Callable[[CompanyDays], CompanyDays]
    why: str = ""


@own.command("calendar", roles=("admin",))
async def calendar(turn: Turn, call: Call) -> Reply:
    if not call.words:
        return await shown(turn, call)
    verb = VERBS.get(fold(call.words[0]))
    if verb is not None:
        rest = call.rest[len(call.words[0]) :].strip()
        return await ACTS[verb](turn, Call(f"calendar {verb}", call.words[1:], rest, call.sure))
    near = find.nearest(call.words[0], ACTS)
    nearest = f"/calendar {near} {' '.join(call.words[1:])}".strip() if near else ""
    raise Wrong("calendar.how", verb=brief.short(call.words[0]), nearest=nearest)


@router.tap("execute", cards=CARDS)
async def execute(tap: Tap) -> Reply:
    """〔执行〕: the call runs as it was shown, with the rights of whoever taps."""
    assert tap.turn is not None
    return await own.answer(said(tap.turn, str(tap.card.data["command"])), sure=True)


router.tap("not_now", cards=CARDS)(not_now)


async def shown(turn: Turn, call: Call) -> Reply:
    """The years the tables cover, the hours, the company's days to come, the next holiday."""
    return Reply(push=say.overview(turn.playbook.calendar, turn.calendar, turn.today))


async def off(turn: Turn, call: Call) -> Reply:
    """2026-03-20 年会, or several days: 3月20日到22日."""
    first, last, why = _days(turn, call)
    name = why or brief.piece("calendar_off_reason")
    back = f"/calendar on {_spelled(first, last)}"
    return await _change(turn, call, Plan(
        say.days_off(first, last, turn.today), f"/calendar off {_spelled(first, last)} {why}".strip(), back,
        lambda days: _with(days, first, last, works=False, why=name), why,
    ))  # fmt: skip


async def on(turn: Turn, call: Call) -> Reply:
    """The day is worked: a day off of the company's is taken back, any other becomes one of work."""
    first, last, why = _days(turn, call)
    name = why or brief.piece("calendar_on_reason")
    back = f"/calendar off {_spelled(first, last)}"
    return await _change(turn, call, Plan(
        say.days_on(first, last, turn.today), f"/calendar on {_spelled(first, last)} {why}".strip(), back,
        lambda days: _with(days, first, last, works=True, why=name), why,
    ))  # fmt: skip


async def hours(turn: Turn, call: Call) -> Reply:
    """9:30 18:30"""
    clocks = [time(int(h), int(m or 0)) for h, m in CLOCK.findall(call.rest)]
    now = turn.playbook.calendar.hours
    if len(clocks) != 2 or not clocks[0] < clocks[1]:
        raise Wrong("calendar.hours", start=f"{now.start:%H:%M}", end=f"{now.end:%H:%M}")
    lunch = turn.calendar.lunch
    if lunch is not None and not (clocks[0] < lunch[0] and lunch[1] < clocks[1]):
        raise Wrong("calendar.lunch", start=f"{lunch[0]:%H:%M}", end=f"{lunch[1]:%H:%M}")
    new = WorkingHours(start=clocks[0], end=clocks[1])
    return await _change(turn, call, Plan(
        say.working_hours(new), f"/calendar hours {new.start:%H:%M} {new.end:%H:%M}",
        f"/calendar hours {now.start:%H:%M} {now.end:%H:%M}", lambda days: days.model_copy(update={"hours": new}),
    ))  # fmt: skip


def _days(turn: Turn, call: Call) -> tuple[date, date, str]:
    """The days that the call names, and its other words. Raises Wrong."""
    found = [one for one in dates.find(call.rest, turn.now, turn.calendar) if one.grain in ("day", "week")]
    if not found:
        raise Wrong("calendar.day" if call.words else "calendar.which", verb=call.name.partition(" ")[2])
    first, last = found[0].start.date(), max(one.last_day for one in found)
    why = "".join(_outside(call.rest, [one.span for one in found])).strip(EDGES)
    if first < turn.today:
        raise Wrong("calendar.past", day=say.day_of(first, turn.today))
    if (last - first).days >= LONGEST:
        raise Wrong("calendar.long", most=LONGEST)
    return first, last, why[: say.REASON_MOST]


def _outside(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """What stands before the first of the spans, and behind the last."""
    return [text[: min(start for start, _ in spans)], text[max(end for _, end in spans) :]]


def _spelled(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}到{last.isoformat()}"


def _with(days: CompanyDays, first: date, last: date, *, works: bool, why: str) -> CompanyDays:
    """The company's days with these worked or not: what the national calendar says anyway is not written."""
    off, work = dict(days.off), dict(days.work)
    national = Calendar.national()
    day = first
    while day <= last:
        off.pop(day, None)
        work.pop(day, None)
        if national.is_workday(day) is not works:
            (work if works else off)[day] = why
        day += DAY
    return days.model_copy(update={"off": off, "work": work})


async def _change(turn: Turn, call: Call, plan: Plan) -> Reply:
    """Shown first with what is put off; then the next version of every playbook in force: the company rests as one."""
    playbooks = turn.house.playbooks
    texts: list[tuple[Live, str]] = []
    after: dict[str, Playbook] = {}
    for live in await planning.versions(playbooks):
        new = plan.change(live.playbook.calendar)
        if new != live.playbook.calendar:
            text = rewrite.with_days(live.version.text, new)
            texts.append((live, text))
            after[live.version.id] = load.parse(text)
    if not texts:
        raise Wrong("calendar.same", what=plan.title)
    shift = await planning.shifted(playbooks, lambda _, live: after.get(live.version.id), turn.now)
    if not call.sure:
        card = say.preview(plan.title, shift.reminders, plan.why)
        return Reply(push=card, about={"command": plan.line, "title": plan.title}, question=True)
    return await _live(turn, plan, texts, shift)


async def _live(turn: Turn, plan: Plan, texts: Sequence[tuple[Live, str]], shift: Shift) -> Reply:
    changes: list[Change] = []
    n = 0
    for live, text in texts:
        version = await store.add(text, author=turn.member.id, now=turn.now, team_id=live.version.team_id)
        note = {"_n": version.n, "_hash": version.hash, "_team": version.team_id, "_why": plan.line}
        changes.append(Change(planning.CALENDAR, version.id, note))
        n = version.n
    card = say.done(plan.title, n, shift.reminders, plan.back)
    return Reply(push=card, changes=tuple(changes), moments=shift.moments, cancel=shift.promises)


Act = Callable[[Turn, Call], Awaitable[Reply]]
ACTS: Mapping[str, Act] = {"show": shown, "off": off, "on": on, "hours": hours}
VERBS = {
    **{verb: verb for verb in ACTS},
    **{
        "看": "show",
        "list": "show",
        "休": "off",
        "休息": "off",
        "放假": "off",
        "上班": "on",
        "补班": "on",
        "work": "on",
    },
    **{"工时": "hours", "时间": "hours", "hour": "hours"},
}
