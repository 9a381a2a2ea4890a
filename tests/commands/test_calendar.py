"""/calendar: the company's days over the national ones, and what they put off."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot import planning
from bot.playbook import store
from bot.process import watch, watching
from storage import audit, due, members, playbooks
from storage.connect import transaction
from storage.records import Team, made, new_id
from storage.watching import WATCH
from tests.commands.conftest import TUESDAY, Desk


async def _waiting(desk: Desk, promise: str) -> dict[str, datetime]:
    return {one.kind: one.at.astimezone(TUESDAY.tzinfo) for one in await due.waiting(promise)}


async def _said(desk: Desk, due_day: date) -> str:
    """A promise with its reminders planned; its id."""
    one = await desk.promise("zhang.wei", "启明制造", "发方案", date(2026, 3, 30))
    await desk.says("zhang.wei", f"/promise 1 改{due_day.month}月{due_day.day}日")
    return one.id


async def test_a_day_off_is_shown_with_what_it_puts_off_and_then_holds(desk: Desk) -> None:
    promise = await _said(desk, date(2026, 3, 20))
    before = await _waiting(desk, promise)
    assert before["promise.now"].date() == date(2026, 3, 20)
    heard = await desk.says("admin", "/calendar off 2026-03-20 年会")
    assert (heard.title, heard.status) == ("周五 3月20日 全员休息", "顺延提醒 3 件。还没改，等你点")
    assert (heard.line("原因"), heard.buttons) == ("年会", ["execute", "not_now"])
    assert await _waiting(desk, promise) == before
    heard = await desk.taps("admin", heard, "execute")
    assert (heard.title, heard.status) == ("周五 3月20日 全员休息", "顺延提醒 3 件。打法第 2 版")
    assert "要还原：/calendar on 2026-03-20" in heard.text
    after = await _waiting(desk, promise)
    assert "promise.now" not in after
    assert after["promise.late"].date() == after["promise.late.manager"].date() == date(2026, 3, 23)
    live = await desk.house.playbooks.current()
    assert live.playbook.calendar.off == {date(2026, 3, 20): "年会"}
    assert not live.calendar.is_workday(date(2026, 3, 20))
    [entry] = await audit.since(0, ("playbook.calendar",))
    assert entry.change is not None
    assert entry.change.after["_why"] == "/calendar off 2026-03-20 年会"


async def test_silence_stops_on_the_day_too(desk: Desk) -> None:
    """What an opportunity waits for is planned anew: a day that nobody works counts no hours."""
    await desk.says("zhang.wei", "启明制造郑总说预算批了")
    deal = (await desk.deal("启明制造")).id
    [before] = [one.at for one in await due.waiting(deal) if one.kind == WATCH]
    heard = await desk.says("admin", f"/calendar off {before.astimezone(TUESDAY.tzinfo):%Y-%m-%d} 年会")
    await desk.taps("admin", heard, "execute")
    [one] = await watching.look([deal], desk.house.playbooks, desk.house.clock.now())
    after = watch.next_at(one.lines, desk.house.clock.now())
    assert after is not None and after > before


async def test_and_back(desk: Desk) -> None:
    promise = await _said(desk, date(2026, 3, 20))
    before = await _waiting(desk, promise)
    await desk.taps("admin", await desk.says("admin", "/calendar off 2026-03-20 年会"), "execute")
    heard = await desk.says("admin", "/calendar on 2026-03-20")
    assert heard.title == "周五 3月20日 全员上班"
    await desk.taps("admin", heard, "execute")
    assert await _waiting(desk, promise) == before
    live = await desk.house.playbooks.current()
    assert not live.playbook.calendar.off
    assert not live.playbook.calendar.work


async def test_left_alone_nothing_changes(desk: Desk) -> None:
    heard = await desk.says("admin", "/calendar off 2026-03-20 年会")
    assert heard.status == "没有要顺延的提醒。还没改，等你点"
    assert (await desk.taps("admin", heard, "not_now")).status == "好，没动。"
    live = await playbooks.live(None)
    assert live is not None
    assert live.n == 1


async def test_several_days_a_weekend_worked_and_what_is_so_anyway(desk: Desk) -> None:
    heard = await desk.says("admin", "/calendar off 3月19日到3月22日 团建")
    assert heard.title == "3月19日–3月22日 全员休息"
    await desk.taps("admin", heard, "execute")
    heard = await desk.says("admin", "/calendar on 3月28日 补班")
    assert heard.title == "周六 3月28日 全员上班"
    await desk.taps("admin", heard, "execute")
    days = (await desk.house.playbooks.current()).playbook.calendar
    assert days.off == {date(2026, 3, 19): "团建", date(2026, 3, 20): "团建"}
    assert days.work == {date(2026, 3, 28): "补班"}
    assert (await desk.says("admin", "/calendar off 3月21日")).text == (
        "本来就是：周六 3月21日 全员休息。看日历：/calendar"
    )


async def test_the_company_rests_as_one(desk: Desk) -> None:
    """A team with a playbook of its own has the day too, one without an own reads the company's."""
    team = Team(id=new_id("team", TUESDAY), name="华东二组")
    await desk.keep(made(team))
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text, author="admin", now=TUESDAY, team_id=team.id)
    await desk.taps("admin", await desk.says("admin", "/calendar off 2026-03-20 年会"), "execute")
    [first] = await members.team_named("华东一组")
    for one in (None, first.id, team.id):
        assert not (await desk.house.playbooks.current(one)).calendar.is_workday(date(2026, 3, 20))


async def test_another_playbook_plans_anew_too(desk: Desk) -> None:
    """As ``genjin playbook load`` does: for the team alone, where it is one team's."""
    promise = await _said(desk, date(2026, 3, 20))
    before = await _waiting(desk, promise)
    live = await playbooks.live(None)
    assert live is not None
    text = live.text.replace("[calendar.off]", '[calendar.off]\n2026-03-20 = "年会"')
    other = Team(id=new_id("team", TUESDAY), name="华东二组")
    await desk.keep(made(other))
    for team, moved in ((other.id, False), (None, True)):
        async with transaction():
            await planning.put_in_force(
                text, author="t", now=TUESDAY, team_id=team, playbooks=desk.house.playbooks
            )  # fmt: skip
        assert (await _waiting(desk, promise) != before) is moved
    assert (await _waiting(desk, promise))["promise.late"].date() == date(2026, 3, 23)


async def test_hours(desk: Desk) -> None:
    heard = await desk.says("admin", "/calendar hours 9:30-18:30")
    assert heard.title == "上班 09:30–18:30"
    heard = await desk.taps("admin", heard, "execute")
    assert "要还原：/calendar hours 09:00 18:00" in heard.text
    calendar = (await desk.house.playbooks.current()).calendar
    assert (calendar.start.hour, calendar.start.minute, calendar.end.hour) == (9, 30, 18)


async def test_the_overview_says_which_years_are_covered(desk: Desk) -> None:
    await desk.taps("admin", await desk.says("admin", "/calendar off 2026-03-20 年会"), "execute")
    assert (await desk.says("admin", "/calendar")).text == (
        "国家节假日和调休表：2023–2026 年，到 12月31日\n下一个假期：清明，周六 4月4日 到 周一 4月6日\n"
        "上班：09:00–18:00\n周五 3月20日 休：年会\n加一天：/calendar off 2026-03-20 年会"
    )
    desk.clock.advance(days=250)
    assert "，还有 46 天，等新一年的放假通知" in (await desk.says("admin", "/calendar show")).text


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("/calendar off 3月32日", "没有这天。例：/calendar off 2026-03-20 年会"),
        ("/calendar off", "要写哪天，比如：/calendar off 2026-03-20 年会"),
        ("/calendar off 2026-03-02", "周一 3月2日 已经过了，改不了。看日历：/calendar"),
        ("/calendar off 3月20日到5月20日", "一次最多 31 天，分几次写。比如：/calendar off 2026-03-20 年会"),
        ("/calendar hours 9点", "要写几点到几点，现在是 09:00–18:00。比如：/calendar hours 9:30 18:30"),
        ("/calendar hours 13:00 18:00", "午休是 12:00–13:30，上班时间要包住它。比如：/calendar hours 9:30 18:30"),
    ],
)
async def test_wrong_calls(desk: Desk, call: str, answer: str) -> None:
    assert (await desk.says("admin", call)).text == answer


async def test_the_nearest_call_and_whose_it_is(desk: Desk) -> None:
    assert (await desk.says("admin", "/calendar of 2026-03-20")).status == "是不是：/calendar off 2026-03-20"
    assert (await desk.says("wang.fang", "/calendar off 2026-03-20")).title == "/calendar 由管理员用"
