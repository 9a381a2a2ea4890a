"""B1 and what is owed: a blocked move asks by name, a warned one stays owed until the file is in."""

from __future__ import annotations

from datetime import UTC, datetime

from storage import figures
from tests.conversations.chat import Chat, Seen

PDF = b"%PDF-1.4\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


async def test_b1_says_what_is_there_and_what_is_not(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    assert card.title == "华东医械 · 进「合同签署」还差 1 样"
    assert card.line("有了") == "预算证明（3月2日 预算批复.png）"
    assert card.line("还差") == "采购流程图（客户内部谁签、几步）"
    assert "点〔补材料〕上传，一到我就推进。" in card.text
    script = await chat.taps("zhang.wei", card, "ask_customer")
    assert script.text == "王总，方便发一下贵司的采购流程图吗？我好提前备材料。"


async def test_later_keeps_its_word(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    assert "好，明早再提一次" in (await chat.taps("zhang.wei", card, "later")).text
    await chat.until("2026-03-11 08:45")
    [morning] = await chat.heard_of("zhang.wei", "digest.rep")
    assert morning.line("再问") == "华东医械 · 进「合同签署」还差 1 样"
    again = await chat.taps("zhang.wei", morning, "see_waiting")
    assert again.kind == "gate.missing"
    await chat.uploads(again.urls["add_evidence"], "采购流程图.png", PNG)
    assert (await chat.heard("zhang.wei"))[-1].title == "华东医械 · 进入「合同签署」"
    await chat.until("2026-03-12 09:00")
    assert len(await chat.heard_of("zhang.wei", "digest.rep")) == 1


async def test_what_came_in_meanwhile_is_not_asked_next_morning(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.taps("zhang.wei", card, "later")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    await chat.until("2026-03-11 09:00")
    assert not await chat.heard_of("zhang.wei", "digest.rep")
    told = await chat.taps("zhang.wei", await chat.look("zhang.wei", card), "ask_customer")
    assert told.text == "华东医械已在「合同签署」，不差材料了。"


async def test_what_is_owed_is_settled_file_by_file(chat: Chat) -> None:
    card = await chat.says("li.na", "松涛何校长定了周四下午两点看演示")
    assert card.line("阶段") == "需求确认 → 方案演示（材料待补 2 样）"
    await chat.uploads(card.urls["add_evidence"], "会议纪要.pdf", PDF)
    first = (await chat.heard("li.na"))[-1]
    assert (first.title, first.line("还差")) == ("收到会议记录 · 松涛教育", "已发文档")
    await chat.uploads(first.urls["add_evidence"], "松涛方案.pdf", PDF)
    second = (await chat.heard("li.na"))[-1]
    assert second.line("材料") == "待补的都齐了"
    assert (await chat.opportunity("松涛教育"))["evidence_missing"] == []


async def test_an_upload_taken_back_is_owed_again(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    passed = (await chat.heard("zhang.wei"))[-1]
    undone = await chat.taps("zhang.wei", passed, "undo")
    assert undone.line("阶段") == "合同签署 → 价格谈判（回到之前）"
    assert undone.line("材料") == "采购流程图.png 不算了，文件留底"
    assert (await chat.opportunity("华东医械"))["stage"] == "negotiation"


async def test_a_page_for_a_win_wants_the_contract(chat: Chat) -> None:
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    await chat.uploads(asked.urls["add_evidence"], "合同扫描件.pdf", PDF)
    [contract] = [one for one in await chat.records("evidence") if one["file"] == "合同扫描件.pdf"]
    assert contract["kind"] == "contract"
    assert (await chat.opportunity("华东医械"))["state"] == "open"


async def test_many_missing_are_counted(chat: Chat) -> None:
    card = await chat.says("chen.jie", "/stage 博远仪器 合同签署")
    assert card.title.startswith("博远仪器 · 进「合同签署」还差 ")
    assert [row for row in card.text.splitlines() if row.startswith("…｜还有 ")]


async def _asked(chat: Chat, who: str = "zhang.wei") -> Seen:
    card = await chat.says(who, "华东医械合同进法务了")
    assert (await chat.taps(who, card, "request_pass")).text == "一句话说明为什么现在要进「合同签署」，我转给王芳。"
    assert (await chat.says(who, "客户周三签，流程图下周才给")).text == "转给王芳了，点了我就告诉你。"
    [asked] = await chat.heard_of("wang.fang", "gate.override")
    return asked


async def test_a_manager_lets_pass_and_it_stays_owed(chat: Chat) -> None:
    asked = await _asked(chat)
    assert asked.title == "放行？华东医械 → 合同签署"
    assert asked.line("缺") == "采购流程图"
    assert asked.line("张伟说") == "“客户周三签，流程图下周才给”"
    assert asked.line("若放行") == "周二 3月17日前 补上"
    assert (await chat.taps("wang.fang", asked, "grant")).text.startswith("选一个理由再点〔放行〕")
    assert (await chat.opportunity("华东医械"))["stage"] == "negotiation"
    done = await chat.taps("wang.fang", asked, "grant", "0")
    assert "王芳 10:00 放行：材料在路上" in done.text
    told = (await chat.heard("zhang.wei"))[-1]
    assert told.text == "王芳放行了，华东医械进入「合同签署」。采购流程图 周二 3月17日前 补上就行。"
    deal = await chat.opportunity("华东医械")
    assert (deal["stage"], deal["evidence_missing"]) == ("contract_signing", ["purchase_flow_chart"])
    [waiver] = await chat.records("waiver")
    assert (waiver["state"], waiver["reason"], waiver["until"]) == ("granted", "材料在路上", "2026-03-17")
    undone = await chat.says("wang.fang", "撤销")
    assert (await chat.opportunity("华东医械"))["stage"] == "negotiation"
    await chat.taps("wang.fang", undone, "restore")
    assert await chat.opportunity("华东医械") == deal
    assert await chat.records("waiver") == [waiver]


async def test_fill_first_leaves_the_stage_and_offers_the_words(chat: Chat) -> None:
    asked = await _asked(chat)
    await chat.taps("wang.fang", asked, "fill_first")
    told = (await chat.heard("zhang.wei"))[-1]
    assert told.text.startswith("王芳说先补齐再进。要我写好向王总要的话吗？")
    script = await chat.says("zhang.wei", "问客户要")
    assert script.text == "王总，方便发一下贵司的采购流程图吗？我好提前备材料。"
    assert (await chat.opportunity("华东医械"))["stage"] == "negotiation"
    assert not (await chat.look("wang.fang", asked)).buttons
    assert [one["state"] for one in await chat.records("waiver")] == ["refused"]


async def test_a_win_that_is_not_what_was_recorded_is_accepted_by_the_manager(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    await chat.taps("zhang.wei", asked, "win")
    differs = await chat.says("zhang.wei", "主体是华东医疗器械有限公司，首付30%，验收后付70%，合同金额 215 万")
    assert differs.title == "华东医械：和之前记的不一样"
    assert differs.line("合同金额") == "¥215 万（之前 ¥217 万，差 ¥2 万）"
    await chat.taps("zhang.wei", differs, "explain")
    await chat.says("zhang.wei", "最后让了两万的培训费")
    [boss] = await chat.heard_of("wang.fang", "gate.override")
    await chat.taps("wang.fang", boss, "grant", "2")
    won = (await chat.heard("zhang.wei"))[-1]
    assert won.title == "赢单：华东医械 ¥215 万"
    assert won.line("核对") == "合同金额和之前不一致，王芳认可"
    assert (await chat.opportunity("华东医械"))["state"] == "won"
    since, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    assert await figures.won_taken_back(since, until) == 0
    await chat.says("wang.fang", "撤销")
    assert (await chat.opportunity("华东医械"))["state"] == "open"
    assert await figures.won_taken_back(since, until) == 1


TERMS = "主体是华东医疗器械有限公司，首付30%，验收后付70%"


async def test_an_amount_that_an_earlier_message_changed_is_seen_by_the_win(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    await chat.says("zhang.wei", "华东医械合同金额改成 200 万")
    assert (await chat.opportunity("华东医械"))["amount"] == "2000000.00"
    await chat.until("2026-03-11 10:00")
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    await chat.taps("zhang.wei", asked, "win")
    differs = await chat.says("zhang.wei", TERMS)
    assert differs.title == "华东医械：和之前记的不一样"
    assert differs.line("合同金额") == "¥200 万（之前 ¥217 万，差 ¥17 万）"
    assert (await chat.opportunity("华东医械"))["state"] == "open"


async def test_an_amount_put_back_agrees(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    await chat.says("zhang.wei", "华东医械合同金额改成 200 万")
    await chat.says("zhang.wei", "华东医械合同金额改成 217 万")
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    await chat.taps("zhang.wei", asked, "win")
    assert (await chat.says("zhang.wei", TERMS)).title == "赢单：华东医械 ¥217 万"


async def test_putting_the_stage_right_to_won_is_asked_for_like_every_win(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", PNG)
    await chat.says("zhang.wei", "华东医械合同金额改成 200 万")
    asked = await chat.says("zhang.wei", "不是合同签署，是赢单")
    assert asked.kind == "reading.waits.won"
    await chat.taps("zhang.wei", asked, "win")
    assert (await chat.opportunity("华东医械"))["state"] == "open"
    assert (await chat.says("zhang.wei", TERMS)).title == "华东医械：和之前记的不一样"
    assert (await chat.opportunity("华东医械"))["state"] == "open"
