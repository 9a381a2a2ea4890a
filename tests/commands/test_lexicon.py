"""/lexicon: the words of the team, kept in its playbook and in force with the next message."""

from __future__ import annotations

import pytest

from bot.playbook import load
from storage import audit, customers, playbooks
from storage.records import Alias, made, new_id
from tests.commands.conftest import Desk

PHRASE = "粮草到了"


async def test_a_phrase_is_shown_first_and_holds_with_the_next_message(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造的郑总说粮草到了，让我们准备")
    before = await playbooks.live(None)
    heard = await desk.says("admin", f"/lexicon add 预算已批 {PHRASE}")
    assert heard.title == "过去 30 天有 1 句会读得不同"
    assert heard.status == "例：“启明制造的郑总说粮草到了，让我们准备”。"
    assert heard.line("预算已批") == "加“粮草到了”"
    assert heard.buttons == ["take_effect", "leave_it"]
    assert await playbooks.live(None) == before
    heard = await desk.taps("admin", heard, "take_effect")
    assert (heard.title, heard.status) == ("“粮草到了”读成预算已批了", "打法第 2 版，下一句就算。")
    assert "要还原：/lexicon remove 预算已批 粮草到了" in heard.text
    said = await desk.says("zhang.wei", "启明制造郑总说粮草到了")
    assert "预算已批" in said.text
    live = await playbooks.live(None)
    assert live is not None
    assert load.parse(live.text).lexicon.words == {"预算已批": (PHRASE,)}
    assert before is not None
    assert live.text.startswith(before.text.rstrip())


async def test_left_alone_nothing_changes(desk: Desk) -> None:
    heard = await desk.says("admin", f"/lexicon add 预算已批 {PHRASE}")
    assert (heard.title, heard.status) == ("过去 30 天没有句子会读得不同", "以后说到就按新的读。")
    assert (await desk.taps("admin", heard, "leave_it")).status == "好，没动。"
    live = await playbooks.live(None)
    assert live is not None
    assert live.n == 1
    assert "预算已批" not in (await desk.says("zhang.wei", "启明制造郑总说粮草到了")).text


async def test_the_buttons_are_words_too(desk: Desk) -> None:
    await desk.says("admin", f"/lexicon add 预算已批 {PHRASE}")
    assert (await desk.says("admin", "生效")).title == "“粮草到了”读成预算已批了"


async def test_what_a_question_or_a_condition_says_stays_out(desk: Desk) -> None:
    await taught(desk, "预算已批", PHRASE)
    for said in ("启明制造郑总那边粮草到了吗", "要是启明制造粮草到了就签", "启明制造等粮草到了再说"):
        assert "预算已批" not in (await desk.says("admin", f"/lexicon test {said}")).text
    assert "信号 预算已批：“粮草到了”" in (await desk.says("admin", "/lexicon test 启明制造郑总说粮草到了")).text


async def taught(desk: Desk, meaning: str, phrase: str) -> None:
    heard = await desk.says("admin", f"/lexicon add {meaning} {phrase}")
    await desk.taps("admin", heard, "take_effect")


async def test_the_order_and_other_names_do_not_matter(desk: Desk) -> None:
    for call in ("add 粮草到了 预算已批", "add 预算批了 “粮草到了”", "加 预算已批 粮草到了"):
        assert (await desk.says("admin", f"/lexicon {call}")).line("预算已批") == "加“粮草到了”"


async def test_removed_it_reads_as_before(desk: Desk) -> None:
    await taught(desk, "预算已批", PHRASE)
    heard = await desk.says("admin", f"/lexicon remove {PHRASE}")
    assert heard.line("预算已批") == "去掉“粮草到了”"
    heard = await desk.taps("admin", heard, "take_effect")
    assert heard.title == "“粮草到了”不再读成预算已批"
    assert "要还原：/lexicon add 预算已批 粮草到了" in heard.text
    live, first = await playbooks.live(None), await playbooks.get(1)
    assert live is not None
    assert first is not None
    assert load.parse(live.text) == load.parse(first.text)


async def test_a_shipped_word_can_be_taken_out_and_put_back(desk: Desk) -> None:
    assert "价格" in (await desk.says("admin", "/lexicon test 启明制造郑总嫌太贵")).text
    heard = await desk.says("admin", "/lexicon remove 太贵")
    await desk.taps("admin", heard, "take_effect")
    live = await playbooks.live(None)
    assert live is not None
    assert load.parse(live.text).lexicon.without == ("太贵",)
    await taught(desk, "嫌价格高", "太贵")
    live = await playbooks.live(None)
    assert live is not None
    assert load.parse(live.text).lexicon.without == ()


@pytest.mark.parametrize(
    ("call", "what", "nearest"),
    [
        ("add 钱到位了", "归到哪类？", "/lexicon add 预算已批 钱到位了"),
        ("add 预算批复了 钱到位了", "没有「预算批复了」这一类", "/lexicon add 预算已批 钱到位了"),
        ("ad 预算已批 钱到位了", "/lexicon 没有“ad”", "/lexicon add 预算已批 钱到位了"),
        ("list 价格异意", "没有「价格异意」这一类", "/lexicon list 嫌价格高"),
        ("pack 医疗器械", "没有“医疗器械”这个行业包", "/lexicon pack 医疗"),
    ],
)
async def test_a_wrong_call_gets_the_nearest_right_one(desk: Desk, call: str, what: str, nearest: str) -> None:
    heard = await desk.says("admin", f"/lexicon {call}")
    assert heard.title == what
    assert nearest in heard.text
    assert heard.reply.about["nearest"] == nearest


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("add", "要写哪句话，比如：/lexicon add 预算已批 钱到位了"),
        ("add 价格异议", "要写哪句话，比如：/lexicon add 价格异议 钱到位了"),
        ("add 预算已批 钱", "一句 2 到 20 个字，比如：/lexicon add 预算已批 钱到位了"),
        ("remove", "要写去掉哪句，比如：/lexicon remove 钱到位了"),
        ("remove 没有这句", "词库里没有“没有这句”。看全部：/lexicon list"),
        ("test", "要写一句话，比如：/lexicon test 何校长说钱到位了"),
        ("forget 没学过的", "没学过“没学过的”。看学到的：/lexicon learnt"),
    ],
)
async def test_half_a_call_shows_a_whole_one(desk: Desk, call: str, says: str) -> None:
    assert (await desk.says("admin", f"/lexicon {call}")).text == says


async def test_twice_the_same_is_said(desk: Desk) -> None:
    await taught(desk, "预算已批", PHRASE)
    heard = await desk.says("admin", f"/lexicon add 预算已批 {PHRASE}")
    assert heard.text == "“粮草到了”已经在「预算已批」里了。看全部：/lexicon list 预算已批"


async def test_only_an_admin_changes_words(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", f"/lexicon add 预算已批 {PHRASE}")).title == "/lexicon 由管理员用"


async def test_the_list(desk: Desk) -> None:
    assert (await desk.says("admin", "/lexicon")).text.startswith("还没加过词。行业包：无（还有 ")
    await taught(desk, "预算已批", PHRASE)
    await taught(desk, "职务", "掌柜的")
    assert (await desk.says("admin", "/lexicon list")).text.startswith(
        "团队加的：\n预算已批：粮草到了\n职务：掌柜的\n行业包：无"
    )
    assert (await desk.says("admin", "/lexicon list 预算批了")).text == "「预算已批」团队加的：粮草到了"
    assert (await desk.says("admin", "/lexicon 预算已批")).text == "「预算已批」团队加的：粮草到了"
    assert (await desk.says("admin", "/lexicon list 全部")).text.startswith("信号：预算已批、预算没批、")


async def test_a_pack_brings_the_words_of_a_trade(desk: Desk) -> None:
    said = "启明制造刘工说节拍定了"
    assert "需求确认" not in (await desk.says("admin", f"/lexicon test {said}")).text
    heard = await desk.says("admin", "/lexicon pack 制造")
    assert heard.line("行业包") == "打开「制造」"
    assert (await desk.taps("admin", heard, "take_effect")).title == "「制造」的词打开了"
    assert "阶段 需求确认：“节拍定了” · 很有把握（词库）" in (await desk.says("admin", f"/lexicon test {said}")).text
    assert (await desk.says("admin", "/lexicon pack 制造")).text == "「制造」已经开着。看全部：/lexicon list"
    heard = await desk.says("admin", "/lexicon pack 制造 off")
    await desk.taps("admin", heard, "take_effect")
    assert "需求确认" not in (await desk.says("admin", f"/lexicon test {said}")).text


async def test_a_team_of_its_own_has_its_own_words(desk: Desk) -> None:
    admin = await desk.member("admin")
    live = await playbooks.live(None)
    assert live is not None
    from bot.playbook import store
    from storage.connect import transaction

    async with transaction():
        await store.add(live.text, author="system", now=desk.clock.now(), team_id=admin.team_id)
    await taught(desk, "预算已批", PHRASE)
    company, own = await playbooks.live(None), await playbooks.live(admin.team_id)
    assert company is not None
    assert own is not None
    assert (company.n, PHRASE in company.text, own.team_id, PHRASE in own.text) == (1, False, admin.team_id, True)


async def test_the_change_is_written_down(desk: Desk) -> None:
    await taught(desk, "预算已批", PHRASE)
    live = await playbooks.live(None)
    assert live is not None
    [entry] = await audit.of_record(live.id)
    assert entry.change is not None
    assert (entry.kind, entry.change.after["_why"]) == ("playbook.live", "/lexicon add 预算已批 粮草到了")


async def test_only_the_last_thirty_days_are_looked_at(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造的郑总说粮草到了")
    desk.clock.advance(days=31)
    assert (await desk.says("admin", f"/lexicon add 预算已批 {PHRASE}")).title == "过去 30 天没有句子会读得不同"


# -- learnt --------------------------------------------------------------------------------------------------------


async def test_what_was_learnt_is_listed_and_forgotten(desk: Desk) -> None:
    assert (await desk.says("admin", "/lexicon learnt")).text.startswith("还没学到什么。")
    member, customer = await desk.member("zhang.wei"), await desk.customer("启明制造")
    alias = Alias(
        id=new_id("ali", desk.clock.now()), customer_id=customer.id, text="老启", team_id=member.team_id, learnt=True
    )
    await desk.keep(made(alias, "alias.learnt"))
    short = await customers.short_name(customer.id)
    heard = await desk.says("admin", "/lexicon learnt")
    assert heard.text == f"学到 1 样：\n叫法 “老启”是{short}\n不对的就忘掉：/lexicon forget 老启"
    heard = await desk.says("admin", "/lexicon forget 老启")
    assert (heard.title, heard.status) == ("忘掉“老启”了", f"不再当成{short}，记过的不动。")
    assert "老启" not in [one.text for one in await customers.aliases(customer.id)]
    assert (await desk.says("admin", "/lexicon learnt")).text.startswith("还没学到什么。")


async def test_a_person_read_in_talk_can_be_forgotten(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造的庄总监今天说预算批了")
    heard = await desk.says("admin", "/lexicon learnt")
    assert "联系人 庄总监（" in heard.text
    heard = await desk.says("admin", "/lexicon forget 庄总监")
    assert heard.title == "忘掉“庄总监”了"
    customer = await desk.customer("启明制造")
    assert "庄" not in [one.name for one in await customers.contacts(customer.id)]
    await desk.taps("admin", heard, "undo")
    assert "庄" in [one.name for one in await customers.contacts(customer.id)]


async def test_a_taught_word_is_not_forgotten_but_removed(desk: Desk) -> None:
    await taught(desk, "预算已批", PHRASE)
    heard = await desk.says("admin", f"/lexicon forget {PHRASE}")
    assert heard.reply.about["nearest"] == "/lexicon remove 预算已批 粮草到了"
