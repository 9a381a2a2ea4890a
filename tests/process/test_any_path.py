"""Whichever way a move comes, by a sentence, a tap, a command, a file or a rule, it passes no blocking gate that is not
met. Judged from the audit trail and the playbook's file, by no line of the bot's own judging."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

import bot.playbook
from adapters.messages import Card
from bot import record
from bot.capture.evidence import File, Wanted, hand_in
from bot.errors import TryLater
from bot.playbook import store
from storage import evidence, opportunities, playbooks
from storage.records import Evidence, Opportunity, Record, changed, new_id
from tests.commands.conftest import Desk, Heard, desk
from tests.fixtures.replaying import walked
from tests.process.test_record_again import holds

__all__ = ["desk"]

PIPELINE = tomllib.loads((Path(bot.playbook.__file__).parent / "shipped/default.toml").read_text("utf-8"))["pipeline"][
    0
]
STAGES: list[dict[str, Any]] = PIPELINE["stage"]
PLACE = {stage["id"]: n for n, stage in enumerate(STAGES)}
RULE = """
[[rule]]
id = "push_on"
name = "一有动作就推"
when = ["activity", "signal", "evidence", "stage"]
then = [{ do = "advance", stage = "contract_signing" }, { do = "advance", stage = "won" }]
"""
SAID = (
    "华东医械合同进法务了", "华东医械合同昨天签回来了", "启明制造合同进法务了", "启明制造合同昨天签回来了",
    "今天拜访了华东医械的王总，聊了合同", "不对，阶段是合同签署", "不对，阶段是赢单",
    "/stage 华东医械 合同签署", "/stage 华东医械 赢单", "/stage 启明制造 合同签署",
    "/stage 华东医械 需求确认", "/stage 启明制造 赢单", "华东医械这单输了，选了别家",
    "主体是华东医疗器械有限公司，首付30%，验收后付70%", "客户周三签，流程图下周才给", "撤销",
    "不是华东医械，是启明制造", "华东医械又谈起来了，合同进法务了",
)  # fmt: skip
TERMS = SAID[13]
FILES = ("采购流程图.png", "预算批复.pdf", "采购合同.pdf")
ACT = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(SAID)),
    st.tuples(st.just("tap"), st.tuples(st.integers(0, 2), st.integers(0, 5))),
    st.tuples(st.just("file"), st.sampled_from(FILES)),
)


async def does(desk: Desk, how: str, what: Any, cards: list[Heard]) -> None:
    desk.clock.advance(minutes=1)
    if how == "file":
        await handed_in(desk, what)
        return
    with suppress(TryLater):
        if how == "say":
            cards.append(await desk.says("zhang.wei", what))
        elif tappable := [one for one in cards if isinstance(one.push, Card) and one.buttons]:
            card, button = tappable[-1 - what[0] % len(tappable)], what[1]
            chosen = [one.id for one in card.push.choice.options[-1:]] if card.push.choice else []
            cards.append(await desk.taps("zhang.wei", card, card.buttons[button % len(card.buttons)], *chosen))


async def handed_in(desk: Desk, name: str) -> None:
    """As the upload page of a refused move to 合同签署 takes it."""
    deals = await opportunities.of_customer((await desk.customer("华东医疗器械有限公司")).id)
    deal, member, now = deals[-1], await desk.member("zhang.wei"), desk.clock.now()
    live = await desk.house.live(member)
    counts = await evidence.counts(deal.id)
    kinds = tuple(kind for kind in ("purchase_flow_chart", "budget_proof", "contract") if not counts.get(kind))
    wanted = Wanted(deal.customer_id, (), deal, counts, kinds, "contract_signing", "gate")
    event = new_id("upl", now)
    found = hand_in(File(name, "0" * 64, 9, "image/png"), member, now, wanted, live.playbook, event)
    await record.keep(found.changes, desk.house, actor=member.id, event=event, at=now)


def place(deal: Opportunity) -> int:
    return PLACE["won"] if deal.state == "won" else PLACE[deal.stage]


def lacks(stage: Mapping[str, Any], deal: Opportunity, records: Mapping[str, Record]) -> list[str]:
    have = Counter(
        one.kind for one in records.values()
        if isinstance(one, Evidence) and one.opportunity_id == deal.id and one.undone_at is None
    )  # fmt: skip
    kinds = [kind for kind, n in stage.get("entry", {}).items() if have[kind] < n]
    return kinds + [name for name in stage.get("fields", ()) if getattr(deal, name) in (None, "")]


def silent(deal: Opportunity, was: Opportunity | None, records: Mapping[str, Record], kind: str) -> list[str]:
    """Gates that only warn, passed just now without what they want and without its being owed."""
    passed = STAGES[place(was) + 1 : place(deal) + 1] if was is not None and deal.state == "open" else ()
    owed = set(deal.evidence_missing)
    return [
        f"{kind} into {one['id']} without a word of {gone - owed}" for one in passed
        if one.get("missing", "warn") == "warn" and (gone := set(lacks(one, deal, records))) - owed
    ]  # fmt: skip


async def trespasses() -> list[str]:
    """Each move through a blocking gate that was not met when its event was over, and each event that left a passed one
    without what it had."""
    found, before = [], dict[str, tuple[Opportunity, dict[str, list[str]]]]()
    async for entries, records in walked():
        touched = {entry.record for entry in entries} | {
            str(one.opportunity_id) for entry in entries if isinstance(one := records.get(entry.record), Evidence)
        }
        for id in touched & {one for one in records if one.startswith("opp_")}:
            deal = records[id]
            assert isinstance(deal, Opportunity)
            found += silent(deal, before.get(id, (None,))[0], records, entries[-1].kind)
            gone = {one["id"]: lacks(one, deal, records) for one in STAGES if one.get("missing") == "block"}
            was, lacked = before.get(id, (None, {}))
            for stage in gone if was is not None else ():
                if not gone[stage] or place(deal) < PLACE[stage]:
                    continue
                if place(was) < PLACE[stage]:
                    found.append(f"{entries[-1].kind} by {entries[-1].actor} into {stage} without {gone[stage]}")
                elif not lacked[stage]:
                    found.append(f"{entries[-1].kind} by {entries[-1].actor} leaves {stage} without {gone[stage]}")
            before[id] = (deal, gone)
    return found


async def test_nothing_is_restored_through_a_gate_that_has_closed_since(desk: Desk) -> None:
    await handed_in(desk, FILES[0])
    await desk.taps("zhang.wei", await desk.says("zhang.wei", "/stage 华东医械 价格谈判"), "go_back")
    desk.clock.advance(minutes=5)
    again = await desk.says("zhang.wei", "/stage 华东医械 合同签署")
    undone = await desk.taps("zhang.wei", again, "undo")
    deal = await desk.deal("华东医械")
    chart = next(one for one in await evidence.of_opportunity(deal.id) if one.kind == "purchase_flow_chart")
    await desk.keep(changed(chart, "undo.evidence.created", undone_at=desk.clock.now()))
    told = await desk.taps("zhang.wei", undone, "restore")
    assert told.text == "进「合同签署」现在还差 采购流程图，这一步回不去。先补上再点。"
    assert (await desk.deal("华东医械")).stage == "negotiation"


async def no_way_round(desk: Desk, examples: int) -> None:
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text + RULE, author="test", now=desk.clock.now())
    entered = Counter[str]()

    async def check(acts: list[tuple[str, Any]]) -> None:
        cards: list[Heard] = []
        for how, what in acts:
            await does(desk, how, what, cards)
        assert not await trespasses()
        entered.update(
            deal.stage for deal in await opportunities.of_customer((await desk.customer("华东医疗器械有限公司")).id)
        )

    fair = [("say", SAID[0]), ("file", FILES[0]), ("say", SAID[1]), ("tap", (0, 0)), ("say", TERMS)]
    taken_back = [("file", FILES[0]), ("say", SAID[7]), ("say", "撤销"), ("say", "撤销"), ("say", "撤销")]
    await holds(desk, examples, st.lists(ACT, min_size=2, max_size=12), check, fair, taken_back)
    assert entered["contract_signing"], "no example came so far"


async def test_no_path_passes_a_blocking_gate(desk: Desk) -> None:
    await no_way_round(desk, 60)


@pytest.mark.torture
async def test_nor_does_one_of_many_more(desk: Desk) -> None:
    await no_way_round(desk, 2500)
