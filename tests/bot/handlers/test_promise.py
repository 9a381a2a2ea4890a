"""What a rep and a manager can do with a promise, by tap and by word. Tuesday 2026-03-10, 10:00."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from bot.clock import SHANGHAI
from bot.handlers import router
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.outbox.service import on_card, put
from bot.routing import Reply, Tap
from storage import audit, cards, commitments, due, members, outbox
from storage.connect import transaction
from storage.records import CardRow, Evidence
from tests.scheduler.conftest import Company, at, company  # noqa: F401 - a fixture


@dataclass
class Chat:
    """Taps and words of one member on the cards he has, written as the worker writes them."""

    company: Company
    n: int = 0

    async def card(self, member: str, kind: str) -> CardRow:
        rows = [row for row in await cards.recent_open(member, 50) if row.kind == kind]
        return rows[0]

    async def does(self, member: str, kind: str, button: str, *selected: str, words: str = "") -> Reply:
        row = await self.card(member, kind)
        handler = router.tap_handler(button, kind) if button else router.answer_handler(row.awaits)
        assert handler is not None, f"nobody answers {button or row.awaits} on {kind}"
        if button and not words:
            assert button in [id for id, _ in row.data["buttons"]], row.data["buttons"]
        reply = await handler(await self._tap(member, row, button, selected, words))
        if reply is not None:
            await self._write(reply, member, row)
        return reply

    async def says(self, member: str, kind: str, words: str) -> Reply:
        return await self.does(member, kind, "", words=words)

    async def _tap(self, member: str, row: CardRow, button: str, selected: tuple[str, ...], words: str) -> Tap:
        self.n += 1
        who = await members.get(member)
        live = await self.company.house.live(who)
        return Tap(
            member=who, card=row, button=button, now=self.company.clock.now(), event=f"msg_{self.n}",
            playbook=live.playbook, calendar=live.calendar, selected=selected, words=words,
        )  # fmt: skip

    async def _write(self, reply: Reply, member: str, row: CardRow) -> None:
        now = self.company.clock.now()
        async with transaction():
            await self.company.apply(reply, member, f"msg_{self.n}")
            if reply.push is not None and hasattr(reply.push, "title"):
                await cards.update(
                    row.id, kind=reply.push.kind, state=reply.card_state, awaits=reply.awaits,
                    awaits_until=reply.awaits_until, data=on_card(reply.push, {**row.data, **reply.about}),
                )  # fmt: skip
            elif reply.push is not None:
                answer = Letter(
                    reply.push, to=member, once=f"msg_{self.n}:answer", about=reply.about,
                    awaits=reply.awaits, awaits_until=reply.awaits_until,
                )  # fmt: skip
                await put(answer, now)
                await cards.update(row.id, state=reply.card_state)
            for other in reply.more:
                await put(other, now)
            await cards.fold(list(reply.fold))


@pytest.fixture
async def chat(company) -> Chat:  # noqa: F811
    return Chat(company)


async def state(id: str) -> tuple[str, str]:
    one = await commitments.get(id)
    spoken = one.due.astimezone(SHANGHAI).isoformat()[5:16] if isinstance(one.due, datetime) else f"{one.due:%m-%d}"
    return one.state, spoken


async def test_done_asks_for_the_file_and_closes_without_one(chat):
    promise = await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-12T17:41")
    reply = await chat.does("mem_zhang", "promise.ahead", "done")
    assert (reply.push.title, reply.push.status) == (
        "发报价单：文件给我", "点〔补材料〕上传，没有文件就回“无文件”",
    )  # fmt: skip
    reply = await chat.says("mem_zhang", "promise.file", "无文件")
    assert (reply.push.title, reply.push.status) == ("闭环：发报价单", "周四 3月12日 17:41，提前 1 天")
    assert await state(promise.id) == ("kept", "03-13")
    assert await due.waiting(promise.id) == []
    await chat.does("mem_zhang", "promise.closed", "not_this")
    assert await state(promise.id) == ("open", "03-13")
    assert [moment.kind for moment in await due.waiting(promise.id)][:1] == ["promise.now"]


async def test_a_call_is_closed_at_once(chat):
    promise = await chat.company.promise("打电话", "03-13")
    await chat.company.until("03-12T17:41")
    reply = await chat.does("mem_zhang", "promise.ahead", "done")
    assert reply.push.kind == "promise.closed"
    assert await state(promise.id) == ("kept", "03-13")


async def test_moved_by_a_ready_date(chat):
    promise = await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-12T17:41")
    reply = await chat.does("mem_zhang", "promise.ahead", "move")
    assert [button.label for button in reply.push.buttons] == [
        "周五 3月13日",
        "周一 3月16日",
        "周二 3月17日",
        "周三 3月18日",
    ]
    reply = await chat.does("mem_zhang", "promise.move", "pick:2")
    assert (reply.push.title, reply.push.status, reply.push.footer) == (
        "改期：发报价单", "改到 周一 3月16日", "要我写句话告诉周主任吗？",
    )  # fmt: skip
    assert await state(promise.id) == ("open", "03-16")
    reply = await chat.does("mem_zhang", "promise.moved", "send_script")
    assert reply.push.text == "周主任，报价单改到周一 3月16日给您，先跟您说一声。"


@pytest.mark.parametrize(
    ("words", "expected"), [("下周三", "03-18"), ("周五下午3点", "03-13T15:00"), ("改到3月20日", "03-20")]
)
async def test_moved_by_words(chat, words, expected):
    promise = await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-12T17:41")
    await chat.does("mem_zhang", "promise.ahead", "move")
    await chat.says("mem_zhang", "promise.move", words)
    assert await state(promise.id) == ("open", expected)


async def test_other_talk_is_no_answer(chat):
    await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-12T17:41")
    assert await chat.says("mem_zhang", "promise.ahead", "今天天气不错") is None
    await chat.does("mem_zhang", "promise.ahead", "move")
    assert await chat.says("mem_zhang", "promise.move", "启明的郑总想看案例") is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("发了", "promise.file"),
        ("报价单已经发了", "promise.closed"),
        ("改周一", "promise.moved"),
        ("不用了", "promise.why"),
    ],
)
async def test_said_instead_of_tapped(chat, words, kind):
    await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-12T17:41")
    assert (await chat.says("mem_zhang", "promise.ahead", words)).push.kind == kind


async def test_given_up_for_a_reason(chat):
    promise = await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-12T17:41")
    await chat.does("mem_zhang", "promise.ahead", "not_needed")
    reply = await chat.does("mem_zhang", "promise.why", "pick:1")
    assert reply.push.status == "已取消，不再提醒：客户不要了"
    assert (await commitments.get(promise.id)).state == "withdrawn"
    assert await due.waiting(promise.id) == []


async def test_late_and_moved_to_monday_is_open_again(chat):
    promise = await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-13T18:11")
    row = await chat.card("mem_zhang", "promise.late")
    assert dict(row.data["buttons"])["move_monday"] == "改到周一"
    await chat.does("mem_zhang", "promise.late", "move_monday")
    assert await state(promise.id) == ("open", "03-16")
    await chat.company.until("03-13T19:00")
    assert [row.kind for row in await outbox.of_member("mem_wang", at("03-01T00:00")) if "promise" in row.kind] == []


async def test_of_several_one_is_chosen_or_named(chat):
    for what in ("发报价单", "发排期", "打电话"):
        await chat.company.promise(what, "03-13")
    await chat.company.until("03-12T17:41")
    reply = await chat.does("mem_zhang", "promise.ahead", "done")
    [asked] = reply.more
    assert (asked.push.title, asked.push.status) == ("哪一件？", "点一件，或说名字，比如：报价单")
    reply = await chat.does("mem_zhang", "promise.which_one", "pick:2")
    assert reply.push.title == "发排期：文件给我"
    reply = await chat.does("mem_zhang", "promise.ahead", "done", "pro_0002")
    assert [other.push.title for other in reply.more] == ["发排期：文件给我"]
    reply = await chat.says("mem_zhang", "promise.ahead", "报价单发了")
    assert [other.push.title for other in reply.more] == ["闭环：发报价单"]
    reply = await chat.does("mem_zhang", "promise.ahead", "done", "pro_0003")
    assert [other.push.title for other in reply.more] == ["闭环：打电话"]
    assert (await commitments.get("pro_0003")).state == "kept"


async def test_the_customers_word(chat):
    promise = await chat.company.promise("回复", "03-13", by="customer")
    await chat.company.until("03-13T14:11")
    row = await outbox.get((await chat.card("mem_zhang", "promise.customer")).id)
    card = unpack(row.body)
    assert (card.title, card.facts[0].value) == ("周主任说今天回复", "“周主任，方便时回我一句，我好安排。”")
    reply = await chat.does("mem_zhang", "promise.customer", "wait_more")
    assert reply.push.status == "改到 周二 3月17日"
    assert await state(promise.id) == ("open", "03-17")
    assert [moment.kind for moment in await due.waiting(promise.id)] == ["promise.customer"]


async def test_the_manager_asks_and_reads_the_answer_on_the_same_card(chat):
    await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-13T18:41")
    reply = await chat.does("mem_wang", "promise.late.manager", "nudge")
    assert reply.push.status == "已问 张伟 18:41"
    assert [button.id for button in reply.push.buttons] == ["extend_day", "reassign", "ack"]
    assert reply.more[0].push.text == "王芳问：瑞禾医疗的报价单卡在哪？"
    reply = await chat.says("mem_zhang", "promise.asked", "折扣还在批，周一发")
    assert reply.push.text.startswith("带给王芳了：“折扣还在批，周一发”。")
    assert reply.more[0].changes == (await chat.card("mem_wang", "promise.late.manager")).id
    assert [(fact.label, fact.value) for fact in reply.more[0].push.facts] == [
        ("承诺", "发报价单，周五 3月13日"), ("张伟说", "“折扣还在批，周一发”"),
    ]  # fmt: skip


async def test_the_manager_gives_a_day_more(chat):
    promise = await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-13T18:41")
    reply = await chat.does("mem_wang", "promise.late.manager", "extend_day")
    assert (reply.push.status, reply.card_state) == ("改到 周一 3月16日", "done")
    assert reply.more[0].push.text == "王芳把发报价单（瑞禾医疗）延到 周一 3月16日，到时我再提醒。"
    assert await state(promise.id) == ("open", "03-16")
    entry = (await audit.of_record(promise.id))[-1]
    assert (entry.kind, entry.actor) == ("commitment.moved", "mem_wang")


async def test_the_manager_knows(chat):
    await chat.company.promise("发报价单", "03-13")
    await chat.company.until("03-13T18:41")
    reply = await chat.does("mem_wang", "promise.late.manager", "ack")
    assert (reply.push.status, reply.push.buttons, reply.card_state) == ("知道了", (), "done")


async def test_a_file_that_may_be_for_either(chat):
    first = await chat.company.promise("发报价单", "03-13")
    second = await chat.company.promise("发安装排期", "03-13")
    proof = Evidence(
        id="evi_1", kind="document_sent", file="瑞禾.pdf", customer_id="cus_ruihe", member_id="mem_zhang",
        at=chat.company.clock.now(),
    )  # fmt: skip
    await chat.company.keep(proof)
    from bot.followup.view import matters
    from bot.replies import followup as say

    card = say.which(await matters([first, second]), chat.company.clock.now(), file="瑞禾.pdf")
    assert [(fact.label, fact.value) for fact in card.facts] == [
        ("一", "发报价单 · 瑞禾医疗 · 周五 3月13日"), ("二", "发安装排期 · 瑞禾医疗 · 周五 3月13日"),
    ]  # fmt: skip
    about = {"options": [first.id, second.id], "evidence": proof.id}
    await put(Letter(card, to="mem_zhang", once="which", question=True, about=about), chat.company.clock.now())
    reply = await chat.does("mem_zhang", "promise.which", "pick:2")
    assert [(fact.label, fact.value) for fact in reply.push.facts] == [
        ("客户", "瑞禾医疗 周主任"), ("材料", "瑞禾.pdf（你发的）"),
    ]  # fmt: skip
    kept = await commitments.get(second.id)
    assert (kept.state, kept.evidence_id) == ("kept", "evi_1")
    assert (await commitments.get(first.id)).state == "open"


async def test_the_mornings_first_is_done_and_the_list_stays(chat):
    promise = await chat.company.promise("打电话", "03-11")
    await chat.company.until("03-11T08:45")
    reply = await chat.does("mem_zhang", "digest.rep", "first_done")
    assert reply.card_state == "open"
    assert (await commitments.get(promise.id)).state == "kept"


async def test_leave_today_moves_what_is_planned(chat):
    promise = await chat.company.promise("发报价单", "03-11")
    await chat.company.until("03-11T08:45")
    await chat.does("mem_zhang", "digest.rep", "leave_today")
    zone = chat.company.clock.now().tzinfo
    assert [f"{m.kind} {m.at.astimezone(zone):%m-%d %H:%M}" for m in await due.waiting(promise.id)] == [
        "promise.overdue 03-11 18:10", "promise.late.manager 03-11 18:40", "promise.late 03-12 08:40",
    ]  # fmt: skip


async def test_a_question_asked_again_takes_the_old_ones_place(chat):
    from bot.replies import words

    now = chat.company.clock.now()
    question = words.text("reading.full_name")
    asked = Letter(question, to="mem_zhang", once="q", question=True, about={"message": "m1"}, event="m1")
    id = await put(asked, now)
    await chat.company.until("03-11T08:45")
    row = await chat.card("mem_zhang", "digest.rep")
    assert row.data["title"] == "早，张伟，今天 1 件"
    reply = await chat.does("mem_zhang", "digest.rep", "see_waiting")
    assert [(other.push, other.event, other.about["message"]) for other in reply.more] == [(question, "m1", "m1")]
    assert (await cards.get(id)).state == "folded"
    await chat.company.until("03-12T08:45")  # once more, not every morning (LOOP-0)
    assert len([line for line in await chat.company.heard("mem_zhang") if "digest.rep" in line]) == 1
