"""An objection brings what helps at once (B6), and the cases by themselves where they were passed over (B5)."""

from __future__ import annotations

from tests.conversations.chat import Chat, Seen

DEAR = "启明制造吴经理说比上家贵 12%"
PDF = b"%PDF-1.4\n%%EOF\n"


async def uses(chat: Chat, how: str) -> list[str]:
    return [one["script"] for one in await chat.records("scriptuse") if one["how"] == how]


async def helped(chat: Chat, who: str, text: str, kind: str = "objection.card") -> list[Seen]:
    return [seen for seen in await chat.says_all(who, text) if seen.kind == kind]


async def test_too_dear_brings_what_to_ask_give_and_do_next(chat: Chat) -> None:
    heard = await chat.says_all("zhang.wei", DEAR)
    assert [seen.kind for seen in heard] == ["reading.clear", "objection.card"]
    card = heard[1]
    assert card.title == "“太贵”：成本构成分解图"
    assert card.text.splitlines()[2] == "启明制造 吴经理 10:00：“比上家贵 12%”"
    assert card.line("先问") == "“您是比总价，还是比三年的总花费？”"
    assert card.line("再给") == "成本构成，一项一项写明"
    assert card.line("接着") == "约 20 分钟过图：周四 3月12日 15:00"
    assert card.buttons == {"take_file": "要这张图", "similar_cases": "相似案例", "not_helpful": "没帮上"}
    assert await uses(chat, "shown") == ["objection.price_objection"]
    assert not await helped(chat, "zhang.wei", "启明制造郑总还是嫌太贵")
    [again] = await helped(chat, "zhang.wei", "启明制造郑总担心交期来不及")
    assert again.title == "“等不及”：到货排期表"
    await chat.until("2026-03-11 10:00")
    assert len(await helped(chat, "zhang.wei", "启明制造郑总还是嫌太贵")) == 1


async def test_the_file_comes_where_there_is_one(chat: Chat) -> None:
    [card] = await helped(chat, "zhang.wei", DEAR)
    asked = await chat.taps("zhang.wei", card, "take_file")
    assert asked.text == "还没有成本构成分解图。文件名带上“成本构成分解图”传一份，下次就能要。"
    promised = await chat.says("zhang.wei", "我周五前给华东医械王总发成本构成分解图")
    await chat.uploads(promised.urls["add_evidence"], "成本构成分解图_制造.pdf", PDF)
    came = await chat.taps("zhang.wei", card, "take_file")
    assert came.kind == "objection.file" and came.text == "[file] 成本构成分解图_制造.pdf"
    assert await uses(chat, "taken") == ["objection.price_objection"]
    [other] = await helped(chat, "zhang.wei", "华东医械王总嫌价格太高")
    assert other.line("再给") == "成本构成分解图（PDF，3月10日版）"
    [hers] = await helped(chat, "li.na", "松涛何校长嫌价格太高")
    assert hers.line("再给") == "成本构成，一项一项写明"
    thanks = await chat.taps("zhang.wei", other, "not_helpful")
    assert "记下了，谢谢" in thanks.text and not thanks.buttons
    assert await uses(chat, "unhelpful") == ["objection.price_objection"]


async def test_what_was_taken_back_was_not_met(chat: Chat) -> None:
    await chat.says("zhang.wei", DEAR)
    await chat.says("zhang.wei", "撤销")
    assert not await chat.records("scriptuse")


async def test_less_is_less(chat: Chat) -> None:
    await chat.says("zhang.wei", "少发点")
    await chat.says("zhang.wei", "少一点")
    assert not await helped(chat, "zhang.wei", DEAR)


async def test_considering_is_taken_apart(chat: Chat) -> None:
    card = await chat.says("zhang.wei", "启明制造郑总说再考虑一下")
    assert card.line("考虑") == "5 项中 0 项，先问卡在哪"
    await chat.until("2026-03-10 10:05")
    await chat.says("zhang.wei", "启明制造郑总要竞品对比表")
    await chat.says("zhang.wei", "启明制造郑总问实施周期多久")
    await chat.says("zhang.wei", "启明制造郑总让他们信息科马工跟我们对接技术")
    await chat.until("2026-03-10 10:20")
    card = await chat.says("zhang.wei", "启明制造郑总说再考虑一下")
    assert card.line("考虑") == "5 项中 3 项：对比表、问周期、指定技术（意向高）"
    await chat.until("2026-05-10 10:20")
    card = await chat.says("zhang.wei", "启明制造郑总说再考虑一下")
    assert card.line("考虑") == "5 项中 0 项，先问卡在哪"


async def met_three_times(chat: Chat) -> list[Seen]:
    """Three objections of one kind in a row, on two deals and two days; what the third brought."""
    await chat.says("zhang.wei", DEAR)
    await chat.says("zhang.wei", "华东医械王总嫌价格太高")
    await chat.until("2026-03-11 10:00")
    return await chat.says_all("zhang.wei", "启明制造郑总还是嫌太贵")


async def test_passed_over_three_times_the_cases_come_by_themselves(chat: Chat) -> None:
    heard = await met_three_times(chat)
    assert [seen.kind for seen in heard] == ["reading.clear", "objection.card", "guide.skipped"]
    card = heard[2]
    assert card.title == "太贵这关，3 段话术给你" and "最近 3 次都没用上案例" in card.text
    assert card.line("比三年").startswith("“您看的是总价，还是三年的总花费？")
    words = await chat.taps("zhang.wei", card, "see_scripts")
    assert words.kind == "guide.words" and "给您一版三年的账。" in words.text
    assert "price_three_years" in await uses(chat, "taken")
    more = await chat.taps("zhang.wei", card, "other_three")
    assert more.text == "“太贵”的都在这了。有好用的话，告诉管理员加进打法。"
    for day in ("2026-03-12", "2026-03-13", "2026-03-16"):
        await chat.until(f"{day} 10:00")
        heard = await chat.says_all("zhang.wei", "启明制造郑总还是嫌太贵")
        assert [seen.kind for seen in heard] == ["reading.clear", "objection.card"]


async def test_a_case_taken_begins_the_count_anew(chat: Chat) -> None:
    [card] = await helped(chat, "zhang.wei", DEAR)
    cases = await chat.taps("zhang.wei", card, "similar_cases")
    assert cases.kind == "guide.cases"
    assert (await uses(chat, "taken")) == ["case.price_objection"]
    assert not [seen for seen in await met_three_times(chat) if seen.kind == "guide.skipped"]


async def test_no_use_is_asked_why_once_and_kept(chat: Chat) -> None:
    heard = await met_three_times(chat)
    stopped = await chat.taps("zhang.wei", heard[2], "no_use")
    assert stopped.text.startswith("哪里用不上")
    assert "好，不再推这类" in (await chat.look("zhang.wei", heard[2])).text
    kept = await chat.says("zhang.wei", "都是小单，用不着算三年")
    assert kept.text.startswith("记下了：都是小单")
    assert [one["kind"] for one in await chat.records("audit") if one["kind"].startswith("guide")] == ["guide.useless"]
    for day in ("2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26"):
        await chat.until(f"{day} 10:00")
        assert not await helped(chat, "zhang.wei", "启明制造郑总还是嫌太贵", "guide.skipped")


async def test_what_was_won_is_the_case(chat: Chat) -> None:
    """Of one's own deals the customer is named, of a colleague's who won it."""
    [card] = await helped(chat, "zhang.wei", "华东医械王总嫌价格太高")
    asked = await chat.says("zhang.wei", "我周五前给华东医械王总发成本构成分解图")
    await chat.uploads(asked.urls["add_evidence"], "成本构成分解图.pdf", PDF)
    await chat.taps("zhang.wei", card, "take_file")
    await chat.until("2026-03-12 10:00")
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    await chat.uploads(card.urls["add_evidence"], "采购流程图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    asked = await chat.says("zhang.wei", "华东医械合同昨天签回来了")
    await chat.taps("zhang.wei", asked, "win")
    await chat.says("zhang.wei", "主体是华东医疗器械有限公司，首付30%，验收后付70%，合同金额 217 万")
    assert (await chat.opportunity("华东医械"))["state"] == "won"
    [mine] = await helped(chat, "zhang.wei", DEAR)
    cases = await chat.taps("zhang.wei", mine, "similar_cases")
    assert cases.title == "太贵这关，1 个案例、2 段话术给你"
    assert cases.line("华东医械") == "太贵，给成本构成分解图，2 天签"
    [hers] = await helped(chat, "li.na", "松涛何校长嫌价格太高")
    assert (await chat.taps("li.na", hers, "similar_cases")).line("张伟那单") == "太贵，给成本构成分解图，2 天签"


async def test_what_three_of_three_hear_within_the_hour_the_director_hears(chat: Chat) -> None:
    await chat.says("zhang.wei", DEAR)
    await chat.says("zhang.wei", "华东医械王总嫌价格太高")
    await chat.says("li.na", "松涛何校长嫌价格太高")
    assert not await chat.heard_of("wang.fang", "concern")
    await chat.says("chen.jie", "博远仪器秦经理说价格太高了")
    [told] = await chat.heard_of("wang.fang", "concern")
    assert told.text.splitlines()[0] == "这小时 3 人碰到“价格太高”。"
    said = await chat.says("wang.fang", "看原话")
    assert said.text.splitlines()[1] == "陈杰 · 博远仪器：“博远仪器秦经理说价格太高了”"
    assert len(said.text.splitlines()) == 5
    await chat.says("chen.jie", "安澜酒店高总也说价格太高了")
    for who, words in (("zhang.wei", "启明制造郑总"), ("li.na", "松涛何校长"), ("chen.jie", "安澜酒店高总")):
        await chat.says(who, f"{words}担心交期来不及")
    assert len(await chat.heard_of("wang.fang", "concern")) == 1
    await chat.until("2026-03-10 11:05")
    for who, words in (("zhang.wei", "启明制造郑总"), ("li.na", "松涛何校长"), ("chen.jie", "安澜酒店高总")):
        await chat.says(who, f"{words}还是担心交期来不及")
    assert (await chat.heard_of("wang.fang", "concern"))[-1].text.startswith("这小时 3 人碰到“等不及交货”。")


async def test_what_was_won_with_stands_beside_the_words(chat: Chat) -> None:
    heard = await met_three_times(chat)
    await chat.taps("zhang.wei", heard[2], "see_scripts")
    card = await chat.says("zhang.wei", "/customer 启明制造")
    said = await chat.taps("zhang.wei", card, "scripts")
    assert "比三年：“您看的是总价" in said.text and "（用过 1 单，签约 0 单）" in said.text
    assert "第一句：“这条线现在的节拍是多少" in said.text
