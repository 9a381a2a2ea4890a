"""A8: a trial without its days or its person asks for both in one sentence, and one sentence answers."""

from __future__ import annotations

from tests.conversations.chat import Chat, Seen

TRIAL = "瑞禾医疗想先试用"


async def asked(chat: Chat, said: str = TRIAL) -> Seen:
    heard = await chat.says_all("li.na", said)
    assert heard[0].kind == "reading.clear"
    [card] = [one for one in heard if one.kind == "reading.fields"]
    return card


async def trial_of(chat: Chat, customer: str = "瑞禾医疗") -> dict[str, str]:
    [id] = [one["id"] for one in await chat.records("customer") if customer in (one["name"], *one["aliases"])]
    [deal] = [one for one in await chat.records("opportunity") if one["customer_id"] == id]
    return dict(deal["custom"])


async def test_one_sentence_gives_the_days_and_the_person(chat: Chat) -> None:
    card = await asked(chat)
    assert (card.title, card.text.splitlines()[1]) == ("瑞禾医疗要试用，还差 2 样", "试用已记下")
    assert (card.line("时间"), card.line("对接")) == ("哪天到哪天？", "谁、什么职务？")
    assert "一句话就行，如：3月16日到27日，信息科马工" in card.text
    done = await chat.says("li.na", "3月16日到27日，信息科马工")
    assert done.title == "瑞禾医疗要试用，记好了"
    assert (done.line("时间"), done.line("对接")) == ("3月16日–3月27日", "信息科马工")
    kept = {"trial_from": "2026-03-16", "trial_until": "2026-03-27", "trial_contact": "信息科马工"}
    assert await trial_of(chat) == kept
    assert any((one["name"], one["department"]) == ("马", "信息科") for one in await chat.records("contact"))
    back = await chat.taps("li.na", done, "undo")
    assert back.kind == "reading.undone"
    assert await trial_of(chat) == {}


async def test_what_is_said_at_once_is_not_asked(chat: Chat) -> None:
    heard = await chat.says_all("li.na", "瑞禾医疗申请试用，3月16日到27日，信息科马工对接")
    assert [one.kind for one in heard] == ["reading.clear"]
    assert (await trial_of(chat))["trial_until"] == "2026-03-27"


async def test_half_of_it_leaves_the_other_half(chat: Chat) -> None:
    await asked(chat)
    card = await chat.says("li.na", "下周一开始，两周")
    assert card.title == "瑞禾医疗要试用，还差 1 样"
    assert not card.has("时间")
    assert (await chat.says("li.na", "信息科马工")).line("时间") == "3月16日–3月29日"


async def test_put_off_it_is_asked_once_more_and_never_again(chat: Chat) -> None:
    card = await asked(chat)
    later = await chat.taps("li.na", card, "fill_later")
    assert "明早再问一次" in later.text
    await chat.until("2026-03-11 08:45")
    [morning] = await chat.heard_of("li.na", "digest.rep")
    assert morning.line("等你点") == "1 张卡"
    again = await chat.taps("li.na", morning, "see_waiting")
    assert again.title == "瑞禾医疗要试用，还差 2 样"
    assert (await chat.says("li.na", "3月16日到27日，信息科马工")).kind == "reading.fields.done"
    await chat.until("2026-03-12 08:45")
    assert len(await chat.heard_of("li.na", "digest.rep")) == 1


async def test_other_business_is_no_answer(chat: Chat) -> None:
    await asked(chat)
    card = await chat.says("li.na", "松涛教育何校长要报价，我周五前发")
    assert card.line("客户").startswith("松涛教育")
    assert await trial_of(chat) == {}
