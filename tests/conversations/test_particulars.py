"""After a card, one short sentence puts a person, a phone or the side of a promise right; and it is remembered."""

from __future__ import annotations

from tests.conversations.chat import Chat

SENTENCE = "华东医械李主任说预算已批，我周五前把报价单发过去"


async def people(chat: Chat) -> dict[str, tuple[str | None, list[str]]]:
    """By name: title and phones of 华东医械's contacts."""
    [east] = [one["id"] for one in await chat.records("customer") if "华东医械" in one["aliases"]]
    return {
        one["name"]: (one["title"], one["phones"])
        for one in await chat.records("contact") if one["customer_id"] == east
    }  # fmt: skip


async def test_the_wrong_person_becomes_the_right_one(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    assert set(await people(chat)) == {"王", "李"}
    card = await chat.says("zhang.wei", "不是李主任，是黎主任")
    assert (card.kind, card.title) == ("reading.corrected", "改好了：华东医械")
    assert card.line("联系人") == "李主任 → 黎主任"
    assert card.line("记住") == "“黎主任”是华东医械的联系人"
    assert set(await people(chat)) == {"王", "黎"}
    later = await chat.says("zhang.wei", "黎主任要个案例")
    assert later.line("客户").startswith("华东医械")
    assert len(await chat.records("activity")) == 2


async def test_one_who_was_known_stays_and_the_promise_goes_over(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说预算已批，我周五前把报价单发给王总")
    card = await chat.says("zhang.wei", "是李总，不是王总")
    assert card.line("联系人") == "王总 → 李总"
    assert set(await people(chat)) == {"王", "李"}
    await chat.until("2026-03-12 17:45")
    [ahead] = await chat.heard_of("zhang.wei", "promise.ahead")
    assert "李总" in ahead.text
    back = await chat.says("zhang.wei", "撤销")
    assert back.kind == "reading.undone"
    assert set(await people(chat)) == {"王"}


async def test_a_title_and_a_full_name(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说预算已批")
    card = await chat.says("zhang.wei", "王总是采购总监")
    assert card.line("联系人") == "王总 → 王采购总监"
    assert (await people(chat))["王"][0] == "采购总监"
    card = await chat.says("zhang.wei", "王总叫王建国")
    assert card.line("联系人") == "王采购总监 → 王建国采购总监"
    again = await chat.says("zhang.wei", "王建国要个案例")
    assert again.line("客户").startswith("华东医械")


async def test_a_phone_by_itself_is_the_persons_of_the_card(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    card = await chat.says("zhang.wei", "电话是13912345678")
    assert (card.line("联系人"), card.line("电话")) == ("李主任", "— → 139****5678")
    card = await chat.says("zhang.wei", "不是13912345678，是13912345679")
    assert card.line("电话") == "139****5678 → 139****5679"
    assert (await people(chat))["李"] == ("主任", ["+8613912345679"])
    await chat.taps("zhang.wei", card, "undo")
    assert (await people(chat))["李"] == ("主任", ["+8613912345678"])


async def test_whose_doing_it_is(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械，我们周五前发样品清单")
    card = await chat.says("zhang.wei", "是他们发，不是我们")
    assert card.line("承诺") == "我方发样品清单 → 客户发样品清单"
    [promise] = await chat.records("commitment")
    assert promise["by"] == "customer"
    await chat.until("2026-03-13 18:45")
    assert await chat.heard_of("wang.fang", "promise.late.manager") == []
    assert [one.kind for one in await chat.heard("zhang.wei") if one.kind.startswith("promise")] == ["promise.customer"]


async def test_the_other_fields_in_one_sentence_each(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说预算已批，我周五前把报价单发过去")
    assert (await chat.says("zhang.wei", "金额是38万")).line("金额") == "¥217 万 → ¥38 万"
    assert (await chat.says("zhang.wei", "是下周四")).line("日期") == "周五 3月13日前 → 周四 3月19日前"
    assert (await chat.says("zhang.wei", "不是发报价单，是发方案")).line("承诺") == "发报价单 → 发方案"
    assert (await chat.says("zhang.wei", "阶段是需求确认")).kind == "reading.waits.back"


async def test_the_day_of_a_visit_that_was_arranged_and_its_hour_stays(chat: Chat) -> None:
    await chat.says("zhang.wei", "跟华东医械的李工约好周四下午3点去看现场")
    card = await chat.says("zhang.wei", "不对，是下周四")
    assert (card.line("日期"), card.line("原定")) == ("周四 3月19日 15:00", "周四 3月12日 15:00")
    [activity] = await chat.records("activity")
    assert activity["planned_for"] == "2026-03-19T15:00:00+08:00"
    await chat.until("2026-03-12 15:30")
    assert "visit.arrival" not in [one.kind for one in await chat.heard("zhang.wei")]
    await chat.until("2026-03-19 15:00")
    assert "visit.arrival" in [one.kind for one in await chat.heard("zhang.wei")]


async def test_an_arranged_day_without_an_hour_is_put_right_and_taken_back(chat: Chat) -> None:
    await chat.says("zhang.wei", "跟华东医械的李工约好周四去看现场")
    card = await chat.says("zhang.wei", "应该是周五上午10点")
    assert card.line("日期") == "周四 3月12日 → 周五 3月13日 10:00"
    await chat.taps("zhang.wei", card, "undo")
    [activity] = await chat.records("activity")
    assert activity["planned_for"] == "2026-03-12T00:00:00+08:00"


async def test_with_nothing_to_correct_it_is_asked(chat: Chat) -> None:
    assert await chat.says_all("zhang.wei", "不是王总，是李总") == []
    await chat.until("2026-03-10 10:02")
    [asked] = await chat.heard("zhang.wei")
    assert asked.kind == "correct.nothing"
    assert await chat.records("activity") == []
