"""A playbook's text: what holds becomes values, what does not is told all at once."""

import asyncio

import pytest

from bot.playbook import describe
from bot.playbook.load import PlaybookFaults, parse, shipped
from bot.playbook.store import PlaybookStore, add, calendar_of, ensure_shipped
from storage import playbooks
from tests.scheduler.conftest import START, at

MINIMAL = """
name = "小店"
[[pipeline]]
id = "shop"
name = "小店"
[[pipeline.stage]]
id = "talk"
name = "聊"
[[pipeline.stage]]
id = "won"
name = "成了"
ends = "won"
[[pipeline.stage]]
id = "lost"
name = "没成"
ends = "lost"
"""


def test_the_shipped_one_is_the_five_stages():
    playbook = parse(shipped())
    assert [stage.name for stage in playbook.main.stages] == [
        "初步接触", "需求确认", "方案演示", "价格谈判", "合同签署", "赢单", "输单",
    ]  # fmt: skip
    assert describe.pipeline(playbook.main, playbook).splitlines()[1:] == [
        "进「方案演示」要：会议记录 1 份、已发文档 1 份；缺了先走、材料待补",
        "进「价格谈判」要：见过的决策人 2 位、预算范围 1 项、演示纪要 1 份；缺了先走、材料待补",
        "进「合同签署」要：采购流程图 1 份、预算证明 1 份；缺了先不动，主管可放行",
        "进「赢单」要：说清合同金额、说清签约主体、说清付款方式、合同金额、签约主体、付款方式和之前记的一致；"
        "缺了先不动，主管可放行，而且要你点头",
    ]
    kinds = "meeting_record document_sent decision_maker budget_range demo_minutes purchase_flow_chart budget_proof"
    kinds += " tailored_case itemised_quote"
    assert set(f"{kinds} contract location photo other".split()) == set(playbook.evidence)


def test_a_small_one_takes_the_usual_values():
    playbook = parse(MINIMAL)
    assert playbook.reminders.late.isoformat() == "18:10:00"
    assert playbook.asks_below("stage") == parse(shipped()).asks_below("stage")
    assert playbook.pipeline("gone") is playbook.main


FAULTY = {
    "no toml": ("name = [", ["不是合格的 TOML：Invalid value"]),
    "nothing in it": ("", ["pipeline：这一项必须写"]),
    "several at once": (
        MINIMAL + '[reminders]\nlate = "25:00"\nmanger = "18:40"\n[caps]\nrep = 0\n[ask]\nstage = 2\n',
        [
            "ask.stage：不能大于 1",
            "reminders.late：时刻写成 17:40 这样",
            "reminders.manger：没有这一项，看看是不是拼错了",
            "caps.rep：不能小于 1",
        ],
    ),
    "evidence nobody named": (
        MINIMAL.replace('name = "聊"', 'name = "聊"\nentry = { secret = 1 }'),
        ["pipeline[0].stage[0].entry.secret：[evidence] 里没有这种材料，先在那里起个名字"],
    ),
    "two stages of one id": (
        MINIMAL.replace('id = "lost"', 'id = "won"'),
        ["pipeline[0].stage：id “won”写了 2 次，只能有一个"],
    ),
    "no way to lose": (
        MINIMAL.replace('ends = "lost"', 'ends = "won"'),
        [
            'pipeline[0].stage：要有一步、也只能有一步写 ends = "won"（现在 2 步）',
            'pipeline[0].stage：要有一步、也只能有一步写 ends = "lost"（现在 0 步）',
        ],
    ),
    "a reminder in the quiet hours": (
        MINIMAL + '[reminders]\nahead = "12:30"\n',
        ["reminders.ahead：落在安静时间里，换个时刻"],
    ),
    "the manager before the rep": (
        MINIMAL + '[reminders]\nmanager = "18:05"\n',
        ["reminders：先后要是 day_end ≤ late ≤ manager：先收工，再告诉本人，再告诉主管"],
    ),
    "a day both off and on": (
        MINIMAL + '[calendar.off]\n"2026-03-20" = "年会"\n[calendar.work]\n"2026-03-20" = "补班"\n',
        ["calendar.work.2026-03-20：同一天不能又休又上班，留一个"],
    ),
    "an objection nobody reads, twice": (
        MINIMAL + 2 * '[[objection]]\nsignal = "dear"\nname = "贵"\nask = "？"\ngive = "图"\nthen = "约 {day}"\n',
        [
            "objection：signal “dear”写了 2 次，只能有一个",
            *(f"objection[{n}].signal：没有“dear”这种信号，有的是 budget_approved、" for n in (0, 1)),
            *(f"objection[{n}].then：没有 {{day}}，能填的只有 {{when}}" for n in (0, 1)),
        ],
    ),
    "a script for an objection that is none": (
        MINIMAL + '[[script]]\nid = "a"\ntitle = "很长的小标题"\nsays = "您看"\nobjection = "price_objection"\n',
        [
            "script[0].title：是卡片上的小标题，最多 5 个字",
            "script[0].objection：[[objection]] 里没有 price_objection，先在那里写好",
        ],
    ),
    "a misspelt threshold": (
        MINIMAL + "[ask]\nstages = 0.5\n",
        ["ask.stages：没有这一项，有的是 customer、"],
    ),
}


@pytest.mark.parametrize("case", FAULTY.values(), ids=FAULTY.keys())
def test_every_fault_is_told_with_its_place_and_mend(case):
    text, expected = case
    with pytest.raises(PlaybookFaults) as caught:
        parse(text)
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == len(expected)
    assert all(any(fault.startswith(line) for fault in told) for line in expected), told


def test_the_companys_days_stand_over_the_national_ones():
    text = MINIMAL + '[calendar.off]\n"2026-03-20" = "年会"\n[calendar.work]\n"2026-03-21" = "补班"\n'
    calendar = calendar_of(parse(text))
    assert [calendar.is_workday(at(f"03-{day}T00:00").date()) for day in (19, 20, 21, 22)] == [True, False, True, False]


async def test_the_shipped_one_is_put_in_once(db):
    first = await ensure_shipped(START)
    assert (first.n, first.state, first.author) == (1, "live", "genjin")
    assert (await ensure_shipped(START)).id == first.id
    assert len(await playbooks.all()) == 1


async def test_of_two_that_start_together_one_puts_it_in(db):
    first, second = await asyncio.gather(ensure_shipped(START), ensure_shipped(START))
    assert first.id == second.id and len(await playbooks.all()) == 1


async def test_versions_made_together_are_numbered_one_after_the_other(db):
    store = PlaybookStore()
    await ensure_shipped(START)
    before = await playbooks.stamp()
    made = await asyncio.gather(*(add(MINIMAL, author="mem_admin", now=START) for _ in range(4)))
    assert sorted(one.n for one in made) == [2, 3, 4, 5]
    assert [one.n for one in await playbooks.all() if one.state == "live"] == [5]
    assert int(await playbooks.stamp()) == int(before) + 4
    assert (await store.current()).version.n == 5


async def test_a_new_version_is_seen_at_once_and_the_old_one_is_past(db):
    store = PlaybookStore()
    await ensure_shipped(START)
    assert (await store.current()).playbook.name == "默认五阶段"
    await add(MINIMAL, author="mem_admin", now=START)
    live = await store.current("team_east")
    assert (live.playbook.name, live.version.n) == ("小店", 2)
    assert [version.state for version in await playbooks.all()] == ["past", "live"]
    assert (await store.current("team_east")) is live


async def test_a_team_may_have_its_own(db):
    store = PlaybookStore()
    await ensure_shipped(START)
    await add(MINIMAL, author="mem_admin", now=START, team_id="team_east")
    assert (await store.current("team_east")).playbook.name == "小店"
    assert (await store.current(None)).playbook.name == "默认五阶段"


async def test_what_does_not_hold_is_not_kept(db):
    await ensure_shipped(START)
    with pytest.raises(PlaybookFaults):
        await add("name = 3", author="mem_admin", now=START)
    assert len(await playbooks.all()) == 1


async def test_without_any_version_it_says_so(db):
    with pytest.raises(LookupError):
        await PlaybookStore().current()
