"""Taking back is a move like any other: into no gate that is shut, and nothing out from under one that was passed."""

from __future__ import annotations

from bot.letter import Letter
from bot.outbox import service as outbox
from bot.replies import words
from bot.routing import Reply
from storage import audit, evidence
from storage.records import changed, made, new_id
from tests.commands.conftest import Desk, Heard, desk
from tests.process.test_any_path import FILES, TERMS, handed_in

__all__ = ["desk"]
FULL = "华东医疗器械有限公司"
STANDS = "「合同签署」是凭 采购流程图 进的，撤了就站不住。先补上对的再撤，或先退回「价格谈判」。"


async def card_of(desk: Desk, event: str) -> Heard:
    """A card about an event that came by a page, as the page's own letter is."""
    member = await desk.member("zhang.wei")
    push = words.card("reading.clear", customer="华东医械", facts=[("材料", "采购流程图.png")], buttons=["undo"])
    letter = Letter(push, to=member.id, once=event, about={"events": [event]}, event=event)
    id = await outbox.put(letter, desk.clock.now())
    assert id is not None
    return Heard(push, Reply(), id)


async def chart(desk: Desk) -> str:
    """The purchase-flow chart comes in, and the deal goes to 合同签署 by it; the event of it."""
    await handed_in(desk, FILES[0])
    deal = await desk.deal("华东医械")
    assert deal.stage == "contract_signing"
    [entry] = [one for one in await audit.of_record(deal.id) if one.kind == "opportunity.stage"]
    return entry.event


async def take_out(desk: Desk) -> None:
    deal = await desk.deal(FULL)
    proof = next(one for one in await evidence.of_opportunity(deal.id) if one.kind == "purchase_flow_chart")
    await desk.keep(changed(proof, "evidence.withdrawn", undone_at=desk.clock.now()))


async def test_what_a_gate_was_passed_with_is_not_pulled_out_from_under_it(desk: Desk) -> None:
    event = await chart(desk)
    desk.clock.advance(minutes=1)
    await desk.taps("zhang.wei", await desk.says("zhang.wei", "/stage 华东医械 价格谈判"), "go_back")
    desk.clock.advance(minutes=1)
    await desk.says("zhang.wei", "/stage 华东医械 合同签署")
    asked = await desk.taps("zhang.wei", await card_of(desk, event), "undo")
    assert "undo_only" in asked.buttons
    told = await desk.taps("zhang.wei", asked, "undo_only")
    assert told.text == STANDS
    deal = await desk.deal("华东医械")
    assert deal.stage == "contract_signing"
    [first] = [one for one in await evidence.of_opportunity(deal.id) if one.kind == "purchase_flow_chart"]
    await desk.keep(made(first.with_(id=new_id("evi", desk.clock.now()))))
    assert (await desk.taps("zhang.wei", asked, "undo_only")).title.startswith("撤销了")
    [left] = [one for one in await evidence.of_opportunity(deal.id) if one.kind == "purchase_flow_chart"]
    assert left.id != first.id
    assert (await desk.deal("华东医械")).stage == "contract_signing"


async def test_only_this_never_takes_half_a_move_back(desk: Desk) -> None:
    """The stage that was moved on from later stays with all that the move set: what it owes, since when."""
    first = await desk.says("zhang.wei", "/stage 启明制造 价格谈判")
    deal = await desk.deal("启明制造")
    desk.clock.advance(minutes=1)
    await desk.keep(changed(deal, "opportunity.stage", stage_since=desk.clock.now()))
    moved = await desk.deal("启明制造")
    assert moved.evidence_missing
    asked = await desk.taps("zhang.wei", first, "undo")
    await desk.taps("zhang.wei", asked, "undo_only")
    assert await desk.deal("启明制造") == moved


async def test_the_undo_of_a_correction_passes_the_gate(desk: Desk) -> None:
    await handed_in(desk, FILES[0])
    await desk.taps("zhang.wei", await desk.says("zhang.wei", "/stage 华东医械 价格谈判"), "go_back")
    desk.clock.advance(minutes=5)
    await desk.says("zhang.wei", "华东医械合同进法务了")
    assert (await desk.deal("华东医械")).stage == "contract_signing"
    desk.clock.advance(minutes=1)
    corrected = await desk.says("zhang.wei", "不是华东医械，是启明制造")
    assert (await desk.deal(FULL)).stage == "negotiation"
    await take_out(desk)
    told = await desk.taps("zhang.wei", corrected, "undo")
    assert told.text == "进「合同签署」现在还差 采购流程图，这一步回不去。先补上再点。"
    assert (await desk.deal(FULL)).stage == "negotiation"


async def test_what_a_warning_gate_had_is_owed_once_it_is_taken_back(desk: Desk) -> None:
    visit = await desk.says("zhang.wei", "今天拜访了启明制造的郑总，聊了方案")
    desk.clock.advance(minutes=1)
    await desk.says("zhang.wei", "/stage 启明制造 价格谈判")
    before = await desk.deal("启明制造")
    assert "meeting_record" not in before.evidence_missing
    undone = await desk.taps("zhang.wei", visit, "undo")
    assert "meeting_record" in (await desk.deal("启明制造")).evidence_missing
    await desk.taps("zhang.wei", undone, "restore")
    assert (await desk.deal("启明制造")).evidence_missing == before.evidence_missing


async def test_a_win_is_not_restored_over_terms_that_differ_by_now(desk: Desk) -> None:
    await chart(desk)
    asked = await desk.says("zhang.wei", "华东医械合同昨天签回来了")
    await desk.taps("zhang.wei", asked, "win")
    await desk.says("zhang.wei", TERMS)
    assert (await desk.deal("华东医械")).state == "won"
    undone = await desk.says("zhang.wei", "撤销")
    assert (await desk.deal("华东医械")).state == "open"
    desk.clock.advance(minutes=1)
    await desk.says("zhang.wei", "华东医械合同金额改成 200 万")
    told = await desk.taps("zhang.wei", undone, "restore")
    assert told.text == "现在回不到「赢单」：合同金额和之前不一致。先改对再点。"
    assert (await desk.deal("华东医械")).state == "open"


async def test_a_win_is_restored_as_it_was(desk: Desk) -> None:
    await chart(desk)
    await desk.taps("zhang.wei", await desk.says("zhang.wei", "华东医械合同昨天签回来了"), "win")
    await desk.says("zhang.wei", TERMS)
    won = await desk.deal("华东医械")
    undone = await desk.says("zhang.wei", "撤销")
    await desk.taps("zhang.wei", undone, "restore")
    assert await desk.deal("华东医械") == won
