"""The first ten minutes of a new rep (TIME-7): hello, then a first useful card for five names or one pasted chat."""

from __future__ import annotations

from tests.conversations.chat import Chat, Seen

PASTED = """周主任 10:23
月底前要装两台，你们什么时候能来？
我 10:25
周五前我把安装排期发您，报价单今天晚上给您
周主任 10:26
好，那我下周一给你答复"""


async def newcomer(chat: Chat) -> Seen:
    await chat.says("admin", "/member add zhao.min 销售 华东一组")
    [hello] = await chat.heard("zhao.min")
    return hello


async def names(chat: Chat) -> set[str]:
    return {one["name"] for one in await chat.records("customer")}


async def test_the_hello_is_followed_by_what_it_offers(chat: Chat) -> None:
    hello = await newcomer(chat)
    assert hello.kind == "hello.rep" and "1 试一句  2 我的客户  3 谁能看到" in hello.text
    assert (await chat.says("zhao.min", "试一句")).text.startswith("照着说一句就行")
    assert (await chat.says("zhao.min", "我的客户")).text.startswith("你名下还没有客户")
    assert (await chat.says("zhao.min", "3")).text.startswith("你的客户：你和王芳")


async def test_five_names_bring_three_to_do_a_sentence_and_the_day(chat: Chat) -> None:
    await newcomer(chat)
    card = await chat.says("zhao.min", "恒川物流、鼎盛包装、永泰机械、金禾机电、恒达仪器")
    assert card.title == "5 家记下了，先约这 3 家"
    assert card.line("一") == "问近况 · 恒川物流 · 周二 3月10日"
    assert card.line("三") == "问近况 · 永泰机械 · 周四 3月12日"
    assert card.line("现在发").startswith("“您好，我是 zhao.min，")
    assert card.line("今天") == "1 件：问近况"
    assert {"恒川物流", "恒达仪器"} <= await names(chat)
    assert not await chat.records("commitment"), "nothing is promised without a tap"
    script = await chat.taps("zhao.min", card, "send_script")
    assert script.text == "您好，我是 zhao.min，这周哪天方便聊十分钟？我把进展跟您对一下。"
    done = await chat.taps("zhao.min", card, "settle_it")
    assert done.title == "排好了：3 件" and done.line("二") == "问近况 · 鼎盛包装 · 周三 3月11日"
    assert [p["due"] for p in await chat.records("commitment")] == ["2026-03-10", "2026-03-11", "2026-03-12"]
    await chat.until("2026-03-11 08:45")
    [morning] = await chat.heard_of("zhao.min", "digest.rep")
    assert morning.line("今天") == "鼎盛包装：问近况"


async def test_names_on_the_books_show_what_is_promised(chat: Chat) -> None:
    await chat.says("zhang.wei", "周五前把排期发给启明制造郑总")
    await newcomer(chat)
    card = await chat.says("zhang.wei", "我的客户：\n1. 启明制造\n2. 华东医械\n3. 松涛教育\n4. 恒川物流")
    assert card.title == "3 家记下了，先约这 3 家"
    assert card.line("一") == "发排期 · 启明制造 · 周五 3月13日"
    assert card.line("现在发") == "“郑总，排期周五 3月13日给您。”"
    assert card.line("没记") == "松涛教育：已请主管定"
    assert len(await chat.heard_of("wang.fang", "claim")) == 1
    await chat.says("zhang.wei", "撤销")
    assert "恒川物流" not in await names(chat)


async def test_a_first_chat_brings_what_was_promised_in_it(chat: Chat) -> None:
    await newcomer(chat)
    asked = await chat.says("zhao.min", PASTED)
    assert asked.kind == "reading.who_is_it"
    found = await chat.says_all("zhao.min", "瑞康医院")
    assert [one.kind for one in found] == ["reading.clear", "hello.first"]
    card = found[-1]
    assert card.title == "先办这 2 件"
    assert card.line("一") == "给报价单 · 瑞康医院 · 周二 3月10日 晚上"
    assert card.line("二") == "发安装排期 · 瑞康医院 · 周五 3月13日"
    assert card.line("今天") == "1 件：给报价单"
    again = await chat.says_all("zhao.min", "我周五前把合同和图纸发给瑞康医院，周四给他们打电话")
    assert "hello.first" not in [one.kind for one in again]


async def test_what_is_no_list_of_customers_is_read_as_ever(chat: Chat) -> None:
    for text in (
        "报价单、合同、排期",
        "苹果、香蕉、橙子",
        "松涛教育、启明制造、瑞禾医疗都在催报价单",
        "张三、李四、王五",
    ):
        assert (await chat.says("zhang.wei", text)).kind != "hello.first", text
