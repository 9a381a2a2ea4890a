"""Each moment fires once, at its own time, whatever the clock does."""

import asyncio
import random
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.followup.due import OFFER
from bot.followup.service import keep, move
from scheduler.effect import Effect
from scheduler.engine import Engine
from scheduler.jobs import heat
from scheduler.timetable import Daily, Timetable, shipped
from storage import audit, commitments, due, leases, outbox
from storage.errors import Down
from storage.records import Member, Moment, changed
from tests.scheduler.conftest import START, at

STORY = [
    "03-12 17:40 promise.ahead 明天到期：发报价单",
    "03-13 14:10 promise.now 今天到期：发报价单",
    "03-13 18:10 promise.late 报价单还没见到",
]


async def test_a_promise_that_nothing_comes_of(company):
    promise = await company.promise("发报价单", "03-13")
    await company.until("03-13T19:00")
    zhang = [line for line in await company.heard("mem_zhang") if " promise." in line]
    assert zhang == STORY
    wang = [line for line in await company.heard("mem_wang") if " promise." in line]
    assert wang == ["03-13 18:40 promise.late.manager 1 件答应客户的事没闭环"]
    assert (await commitments.get(promise.id)).state == "overdue"
    turned = [entry for entry in await audit.of_record(promise.id) if entry.kind == "commitment.overdue"]
    assert [(entry.actor, entry.at) for entry in turned] == [("clock", at("03-13T18:10"))]


async def test_many_of_one_moment_go_in_parts_and_a_members_stay_together(company, monkeypatch):
    monkeypatch.setattr("scheduler.engine.AT_ONCE", 1)
    fired, once = [], Engine._once

    async def watched(self, ids, comes_to, around):
        fired.append(len(ids))
        return await once(self, ids, comes_to, around)

    monkeypatch.setattr(Engine, "_once", watched)
    for n, owner in enumerate(("mem_zhang", "mem_wang", "mem_zhang")):
        await company.promise(f"发报价单{n}", "03-13", owner=owner)
    await company.until("03-13T14:15")
    assert [one for one in await company.heard("mem_zhang") if "promise.now" in one] == [
        "03-13 14:10 promise.now 今天到期 2 件"
    ]
    assert len([one for one in await company.heard("mem_wang") if "promise.now" in one]) == 1
    assert sorted(fired[-2:]) == [1, 2]


async def test_a_kept_promise_is_not_spoken_of_again(company):
    promise = await company.promise("发报价单", "03-13")
    await company.until("03-12T17:40")
    await company.change(*keep(promise, company.clock.now()))
    await company.until("03-16T12:00")
    assert [line for line in await company.heard("mem_zhang") if " promise." in line] == STORY[:1]
    assert await company.heard("mem_wang") == [
        line for line in await company.heard("mem_wang") if " promise." not in line
    ]


async def test_a_moved_promise_is_spoken_of_on_its_new_day_only(company):
    from bot.followup.service import reschedule

    promise = await company.promise("发报价单", "03-13")
    await company.change(*move(promise, at("03-18T00:00").date()))
    await reschedule(promise.id, company.house.playbooks, company.clock.now())
    await company.until("03-18T15:00")
    lines = [line for line in await company.heard("mem_zhang") if " promise." in line]
    assert lines == ["03-17 17:40 promise.ahead 明天到期：发报价单", "03-18 14:10 promise.now 今天到期：发报价单"]


async def test_promises_of_one_moment_share_a_card(company):
    for what in ("发报价单", "发排期", "寄样机"):
        await company.promise(what, "03-13")
    await company.until("03-12T18:00")
    ahead = [row for row in await outbox.of_member("mem_zhang", START) if row.kind == "promise.ahead"]
    assert [row.body["title"] for row in ahead] == ["明天到期 3 件"]
    assert [fact["value"] for fact in ahead[0].body["facts"]] == [
        "发报价单 · 瑞禾医疗 · 周五 3月13日", "发排期 · 瑞禾医疗 · 周五 3月13日", "寄样机 · 瑞禾医疗 · 周五 3月13日",
    ]  # fmt: skip


async def test_twenty_promises_are_all_named(company):
    for n in range(20):
        await company.promise(f"发报价单{n:02d}", "03-13")
    await company.until("03-13T19:00")
    for kind in ("promise.ahead", "promise.now", "promise.late"):
        rows = [row for row in await outbox.of_member("mem_zhang", START) if row.kind == kind]
        named = [fact["value"] for row in rows for fact in row.body["facts"]]
        assert len(rows) == 4
        assert all(any(f"报价单{n:02d}" in value for value in named) for n in range(20))


async def test_the_word_at_a_named_moment_breaks_quiet(company):
    await company.promise("打给何校长", "03-14T10:00")
    await company.until("03-14T10:00")
    assert (await company.heard("mem_zhang"))[-1] == "03-14 10:00 promise.now 今天到期：打给何校长"


async def test_the_manager_on_leave_is_stood_in_for(company):
    wang = Member(id="mem_wang", name="王芳", roles=("manager",), team_id="team_east")
    leave = changed(
        wang, "member.leave", leave_from=START.date(), leave_until=at("03-20T00:00").date(), deputy_id="mem_li"
    )
    await company.change(leave)
    await company.promise("发报价单", "03-11")
    await company.until("03-11T19:00")
    assert [line for line in await company.heard("mem_li") if "manager" in line] == [
        "03-11 18:40 promise.late.manager 1 件答应客户的事没闭环"
    ]


async def test_the_clock_set_back_fires_nothing_twice(company):
    await company.promise("发报价单", "03-13")
    await company.until("03-13T18:30")
    before = await company.heard("mem_zhang")
    company.clock.set(at("03-12T10:00"))
    for hour in range(10, 22):
        company.clock.set(at(f"03-12T{hour}:05"))
        await company.engine.beat()
    assert await company.heard("mem_zhang") == before


async def test_two_engines_on_one_database(company, tmp_path):
    other = Engine(company.house, shipped(), owner="two")
    for n in range(5):
        await company.promise(f"发报价单{n}", "03-11T11:00")
    await company.engine.beat()
    await other.beat()
    rng = random.Random(7)
    clock = company.clock
    for minute in range(0, 60 * 24 * 2, 7):
        clock.set(START.replace(hour=10) + (at("03-10T10:07") - at("03-10T10:00")) * (minute // 7))
        first, second = rng.sample([company.engine, other], 2)
        await first.beat()
        await second.beat()
    rows = await outbox.of_member("mem_zhang", START)
    kinds = [row.kind for row in rows if row.kind.startswith("promise.")]
    assert sorted(kinds) == ["promise.ahead", "promise.late", "promise.now"]
    assert sum(row.kind == "digest.rep" for row in rows) == 2
    assert [moment.kind for moment in await due.waiting()] == [OFFER] * 5


async def test_jumping_clocks_fire_each_moment_once(company):
    rng = random.Random(11)
    for n in range(12):
        await company.promise(f"发资料{n:02d}", f"03-{11 + n % 6:02d}")
    expected = {moment.id for moment in await due.waiting(limit=1000)}
    fired: dict[str, str] = {}
    twice: list[str] = []
    inner = shipped()

    def noting(job):
        async def fire(moments, around):
            twice.extend(moment.id for moment in moments if moment.id in fired)
            fired.update({moment.id: moment.kind for moment in moments})
            return await job(moments, around)

        return fire

    table = replace(inner, moments={kind: noting(job) for kind, job in inner.moments.items()})
    engine = Engine(company.house, table, owner="one")
    clock = company.clock
    for _ in range(400):
        minutes = rng.choice((-180, -30, -1, 0, 1, 5, 9, 14, 14, 14, 14))
        clock.advance(minutes=minutes)
        await engine.beat()
    while clock.now() < at("03-20T12:00"):
        clock.advance(minutes=14)
        await engine.beat()
    assert not twice
    assert {id for id, kind in fired.items() if kind not in (OFFER, heat.KIND)} == expected, (
        "others are planned on the way"
    )
    assert {moment.kind for moment in await due.waiting()} == {OFFER}


async def test_a_moment_that_fails_holds_up_no_other_and_leaves_nothing(company):
    promises = [await company.promise(f"发资料{n}", "03-11") for n in range(3)]
    inner = shipped()
    broken = {promises[1].id}

    async def fails(moments, around):
        effect = await inner.moments["promise.now"](moments, around)
        if any(moment.record in broken for moment in moments):
            raise RuntimeError("this one cannot be")
        return effect

    engine = Engine(company.house, Timetable(moments={**inner.moments, "promise.now": fails}), owner="one")
    company.engine = engine
    await company.until("03-11T14:11")
    heard = [row for row in await outbox.of_member("mem_zhang", START) if row.kind == "promise.now"]
    assert sorted(fact["value"][:4] for row in heard for fact in row.body["facts"] if fact["label"] != "现成") == []
    assert len(heard) == 2
    waiting = [moment for moment in await due.waiting() if moment.kind == "promise.now"]
    assert [moment.record for moment in waiting] == [promises[1].id]


async def test_a_moment_nobody_knows_is_dropped(company):
    await due.put([Moment(id="due_x", at=at("03-10T10:05"), kind="of.the.future", record="pro_x")])
    await company.until("03-10T10:06")
    assert await due.waiting() == []


async def test_the_morning_opens_with_today_and_what_is_late(company):
    await company.promise("发报价单", "03-11")
    await company.promise("回复", "03-12", by="customer")
    await company.until("03-12T09:00")
    rows = [row for row in await outbox.of_member("mem_zhang", START) if row.kind == "digest.rep"]
    assert [row.body["title"] for row in rows] == ["早，张伟，今天 1 件", "早，张伟，今天 2 件"]
    facts = [(fact["label"], fact["value"]) for fact in rows[1].body["facts"]]
    assert facts == [("还没见到", "瑞禾医疗：发报价单，原定 周三 3月11日"), ("客户说好", "瑞禾医疗：回复")]
    assert [button["id"] for button in rows[1].body["buttons"]] == ["first_done", "leave_today"]


async def test_a_late_promise_stays_three_working_days_in_the_morning(company):
    await company.promise("发报价单", "03-11")
    await company.until("03-20T09:00")
    days = [line[:5] for line in await company.heard("mem_zhang") if "digest.rep" in line]
    assert days == ["03-11", "03-12", "03-13", "03-16"]


async def test_no_morning_on_leave(company):
    zhang = Member(id="mem_zhang", name="张伟", roles=("rep",), team_id="team_east")
    await company.promise("发报价单", "03-11")
    await company.change(changed(zhang, "member.leave", leave_from=at("03-11T00:00").date()))
    await company.until("03-11T12:00")
    assert [line for line in await company.heard("mem_zhang") if "digest" in line] == []


async def test_the_seal_goes_to_the_manager_and_joins_the_one_before(company):
    await company.until("03-11T19:00")
    await company.promise("发报价单", "03-20")
    await company.until("03-12T19:00")
    seals = [row.body["text"] for row in await outbox.of_member("mem_wang", START) if row.kind == "seal.day"]
    assert [text.partition("指纹")[0] for text in seals] == [
        "【封账】3月10日 18:45，记录 11 条，从头算起，核对通过。",
        "【封账】3月11日 18:45，记录 0 条，接上 3月10日，核对通过。",
        "【封账】3月12日 18:45，记录 1 条，接上 3月11日，核对通过。",
    ]
    assert seals[0].endswith((await audit.entries(10, 1))[0].hash)


async def test_step_stops_at_each_moment_with_its_own_now(company):
    await company.promise("发报价单", "03-13")
    seen = []

    async def settle():
        seen.append(f"{company.clock.now():%m-%d %H:%M}")

    async def held():
        return at("03-12T09:17")

    await company.engine.step(company.clock, at("03-13T18:20"), settle, [held])
    assert {"03-12 09:17", "03-12 17:40", "03-13 14:10", "03-13 18:10"} <= set(seen)
    assert seen == sorted(seen)
    assert seen[-1] == "03-13 18:20"


@pytest.mark.parametrize("down", [("03-13T17:00", "03-16T09:00")])
async def test_down_over_the_weekend(company, down):
    """One digest a person, after the quiet hours, and nothing of it again."""
    start, end = down
    await company.promise("发报价单", "03-13")
    await company.promise("发排期", "03-14")
    await company.promise("打给周主任", "03-14T10:00")
    await company.promise("回复", "03-15", by="customer")
    await company.until(start)
    before = len(await company.heard("mem_zhang"))
    company.clock.set(at(end))
    restarted = Engine(company.house, shipped(), owner="three")
    await restarted.beat()
    await restarted.beat()
    heard = (await company.heard("mem_zhang"))[before:]
    assert heard == ["03-16 09:00 late.digest 补一下：我周末没在线"]
    row = (await outbox.of_member("mem_zhang", START))[-1]
    assert row.body["status"] == "3月13日 17:00 – 3月16日 09:00"
    assert [(fact["label"], fact["value"]) for fact in row.body["facts"]] == [
        ("过点的", "4 件：瑞禾医疗报价单、瑞禾医疗排期等")
    ]
    assert [line for line in await company.heard("mem_wang") if "late.digest" in line] == [
        "03-16 09:00 late.digest 补一下：我周末没在线"
    ]
    assert {one.state for one in await commitments.of_owner("mem_zhang")} == {"overdue", "open"}
    company.engine = restarted
    await company.until("03-16T18:30")
    assert [line for line in (await company.heard("mem_zhang"))[before:] if " promise." in line] == []


async def test_back_in_the_quiet_hours_speaks_when_they_are_over(company):
    await company.promise("发报价单", "03-10")
    await company.promise("发排期", "03-10")
    await company.until("03-10T17:00")
    company.clock.set(at("03-10T23:30"))
    await company.engine.beat()
    assert (await company.heard("mem_zhang"))[-1] == "03-11 08:31 late.digest 补一下：我刚才没在线"


async def test_a_single_late_word_says_how_late_it_is(company):
    await company.promise("打给周主任", "03-10T15:00")
    await company.until("03-10T14:50")
    company.clock.set(at("03-10T15:25"))
    await company.engine.beat()
    row = (await outbox.of_member("mem_zhang", START))[-1]
    assert (row.kind, row.body["footer"]) == ("promise.now", "原定 15:00，晚到 25 分钟，是我的问题。")


async def test_a_short_gap_is_no_downtime(company):
    await company.promise("打给周主任", "03-10T15:00")
    await company.until("03-10T14:50")
    company.clock.set(at("03-10T15:04"))
    await company.engine.beat()
    row = (await outbox.of_member("mem_zhang", START))[-1]
    assert (row.kind, row.body["footer"]) == ("promise.now", "")


async def test_a_clock_that_ran_ahead_and_a_restart_do_not_silence_the_mornings(company):
    await company.until("03-10T10:30")
    company.clock.set(at("04-19T10:00"))
    await company.engine.beat()
    company.clock.set(at("03-10T11:00"))
    company.engine = Engine(company.house, shipped(), owner="four")
    await company.engine.beat()
    await company.promise("发报价单", "03-11")
    await company.until("03-11T09:00")
    assert [line[:11] for line in await company.heard("mem_zhang") if "digest.rep" in line] == ["03-11 08:40"]


async def test_the_seal_goes_to_the_managers_group_where_there_is_one(company):
    company.house.managers_chat, company.house.hears_files = "wr_leaders", {"wecom-main": False}
    await company.until("03-10T18:46")
    rows = [row for row in await outbox.of_member("mem_wang", START) if row.kind == "seal.day"]
    assert [row.address for row in rows] == ["wecom-main:#wr_leaders"]


async def test_a_broken_chain_is_told_to_managers_and_admins_at_once(company):
    from storage import sql

    await sql.run("UPDATE audit SET actor = 'somebody' WHERE n = 3")
    await company.until("03-10T18:46")
    for member in ("mem_wang", "mem_admin"):
        titles = [row.body["title"] for row in await outbox.of_member(member, START) if row.kind == "seal.broken"]
        assert titles == ["封账对不上：第 3 条"]


async def test_a_job_apart_that_fails_is_tried_again_and_done_once(company):
    done: list[str] = []

    async def goes_through_everything(around):
        done.append(f"{around.now:%H:%M}")
        if len(done) == 1:
            raise Down("the database went away")
        return Effect()

    job = Daily("all", lambda _: time(11, 0), timedelta(hours=1), goes_through_everything, apart=True)
    company.engine = Engine(company.house, Timetable(daily=(job,)), owner="one")
    for minute in range(5):
        await company.until(f"03-10T11:0{minute}")
    assert done == ["11:00", "11:01"]


async def test_a_job_apart_that_a_crash_breaks_off_is_gone_on_with(company):
    done: list[str] = []
    begun = asyncio.Event()

    async def goes_through_everything(around):
        done.append(f"{around.now:%H:%M}")
        if len(done) == 1:
            begun.set()
            await asyncio.Event().wait()
        return Effect()

    job = Daily("all", lambda _: time(11, 0), timedelta(hours=1), goes_through_everything, apart=True)
    table = Timetable(daily=(job,))
    company.engine = Engine(company.house, table, owner="one")
    await company.until("03-10T10:59")
    company.clock.set(at("03-10T11:00"))
    beat = asyncio.create_task(company.engine.beat())
    await begun.wait()
    others = Engine(company.house, table, owner="two")
    await others.beat()
    assert done == ["11:00"], "it is in another's hand"
    beat.cancel()
    await asyncio.gather(beat, return_exceptions=True)
    await leases.free_all()  # as the next start does, or the lease's end
    company.clock.set(at("03-10T11:02"))
    for engine in (Engine(company.house, table, owner="three"), others):
        await engine.beat()
    assert done == ["11:00", "11:02"]


async def test_a_daily_job_waits_for_the_moments_that_another_has_in_hand(company):
    done: list[str] = []

    async def tells(around):
        done.append(f"{around.now:%H:%M}")
        return Effect()

    job = Daily("digest", lambda _: time(11, 0), timedelta(hours=1), tells)
    company.engine = Engine(company.house, Timetable(daily=(job,)), owner="one")
    await company.until("03-10T10:59")
    await due.put([Moment(id="due_x", at=at("03-10T11:00"), kind="of.another", record="pro_x")])
    assert await due.claim_due(at("03-10T11:00"), 10, "two", 60)
    await company.until("03-10T11:00")
    assert done == []
    assert await due.fired(["due_x"], at("03-10T11:00"), "two")
    await company.engine.beat()
    assert done == ["11:00"]
