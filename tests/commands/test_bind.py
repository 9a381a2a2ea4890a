"""/bind, and what is said in a group: bound or not, to the customer's record and to nobody's annoyance."""

from __future__ import annotations

import pytest

from storage import activities, bindings, outbox, sql
from storage.records import OutboxRow
from tests.commands.conftest import Desk

CHAT = "wrGROUP1"


@pytest.fixture
async def group(desk: Desk) -> Desk:
    return desk.group(CHAT)


async def in_the_group() -> list[OutboxRow]:
    found = await sql.fetch("SELECT id FROM outbox WHERE address LIKE '%#%' ORDER BY seq")
    return [row for (id,) in found if (row := await outbox.get(id)) is not None]


async def heard() -> list[str]:
    """What the group was told, in order."""
    return [str(row.body["text"]) for row in await in_the_group()]


# -- the command ---------------------------------------------------------------------------------------------------


async def test_bound_shown_moved_and_let_go(group: Desk) -> None:
    assert (await group.says("zhang.wei", "/bind")).text == "本群没绑客户。绑一家：/bind 客户名"
    bound = await group.says("zhang.wei", "/bind 启明制造")
    assert bound.text == "本群绑到启明制造。群里 @我 的话记到这家，其他话我听不到。"
    [row] = [row for row in await in_the_group() if row.kind == "cmd.bind"]
    assert (row.account, row.address) == ("wecom", f"wecom:#{CHAT}")
    assert not bound.id  # said in the group alone
    assert (await group.says("zhang.wei", "/bind 启明制造")).text.startswith("本群绑着启明制造。")
    await group.says("zhang.wei", "/bind 华东医械")
    found = await bindings.of_chat("wecom", CHAT)
    assert found is not None
    assert found.customer_id == (await group.customer("华东医械")).id
    assert (await group.says("zhang.wei", "/bind 解绑")).text == "本群不再绑华东医械，记过的都在。"
    assert await bindings.of_chat("wecom", CHAT) is None


async def test_it_is_taken_back_by_undo(group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    undone = await group.says("zhang.wei", "/undo")
    assert undone.line("本群") == "不再绑这家"
    assert await bindings.of_chat("wecom", CHAT) is None
    await group.taps("zhang.wei", undone, "restore")
    assert await bindings.of_chat("wecom", CHAT) is not None


async def test_a_group_is_one_of_one_account(group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    assert await bindings.of_chat("other", CHAT) is None
    assert await bindings.of_chat("wecom", "wrOTHER") is None


async def test_wrong_calls(desk: Desk, group: Desk) -> None:
    assert (await desk.says("zhang.wei", "/bind 启明制造")).text == "/bind 要在群里发：先拉我进群，再发 /bind 启明制造"
    assert (await group.says("zhang.wei", "/bind 启明制早")).text.startswith("【没找到“启明制早”，或不在你名下")
    assert (await group.says("zhang.wei", "/bind 松涛教育")).text.startswith("没找到“松涛教育”，或不在你名下")
    assert await heard() == ["私聊回你了。", "私聊回你了。"]
    desk.house.deaf = frozenset({"wecom"})
    assert (await desk.says("zhang.wei", "/bind 启明制造")).text.startswith("这边的群我进不去，听不到。")


async def test_who_does_not_see_the_customer_does_not_take_the_group(group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    for call in ("/bind 松涛教育", "/bind 解绑"):
        assert (await group.says("li.na", call)).text == "本群绑着一家不在你名下的客户，换绑请找张伟"
    assert (await group.says("wang.fang", "/bind 松涛教育")).text.startswith("本群绑到松涛教育。")


# -- what is said there --------------------------------------------------------------------------------------------


async def test_what_is_said_belongs_to_the_customer_of_the_group(desk: Desk, group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    await desk.says("zhang.wei", "华东医械王总说样机收到了")  # spoken of last, and not meant
    card = await group.says("zhang.wei", "预算批了，我周五前发报价单")
    assert card.line("客户") == "启明制造（本群绑的客户）"
    assert (await heard())[-1] == "启明制造记下了，细节私聊发你。"
    private = await outbox.get(card.id)
    assert private is not None
    assert private.address == "wecom:zhang.wei"
    [act] = [
        one for one in await activities.of_customer((await group.customer("启明制造")).id) if "预算批了" in one.text
    ]
    assert act.author_id == (await group.member("zhang.wei")).id


async def test_another_customer_named_outright_is_that_one(group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    card = await group.says("zhang.wei", "华东医械预算批了")
    assert card.line("客户") == "华东医械"


async def test_a_person_of_the_group_is_the_customers(group: Desk) -> None:
    """王总 is known elsewhere; in this group he is this customer's."""
    await group.says("zhang.wei", "/bind 启明制造")
    card = await group.says("zhang.wei", "王总说预算批了")
    assert card.line("客户").startswith("启明制造")


async def test_talk_without_business_is_silence(group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    before = len(await in_the_group())
    for line in ("中午吃什么", "哈哈哈", "收到", "好的"):
        assert await group.silent("zhang.wei", line)
    assert len(await in_the_group()) == before


async def test_who_does_not_see_it_is_asked_and_told_nothing(group: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    card = await group.says("li.na", "预算批了，我周五前发报价单")
    assert "启明" not in card.text
    assert not [
        one for one in await activities.of_customer((await group.customer("启明制造")).id) if "报价单" in one.text
    ]
    assert (await heard())[-1] == "私聊回你了。"


async def test_a_question_answered_later_still_knows_the_group(group: Desk, desk: Desk) -> None:
    await group.says("zhang.wei", "/bind 启明制造")
    card = await group.says("zhang.wei", "预算批了")
    corrected = await desk.says("zhang.wei", "不是启明制造，是华东医械")
    assert corrected.line("客户").startswith("启明制造 → 华东医械")
    assert card.line("客户").startswith("启明制造")


async def test_no_command_comes_from_within_a_text(group: Desk) -> None:
    """FAULTS 34: only one's own top-level text is a command."""
    await group.says("zhang.wei", "/bind 启明制造")
    await group.says("zhang.wei", "他们群里发的：/bind 华东医械")
    found = await bindings.of_chat("wecom", CHAT)
    assert found is not None
    assert found.customer_id == (await group.customer("启明制造")).id


async def test_a_list_of_figures_is_for_one_persons_eyes(group: Desk) -> None:
    mine = await group.says("zhang.wei", "/my")
    row = await outbox.get(mine.id)
    assert row is not None
    assert row.address == "wecom:zhang.wei"
    assert await heard() == ["私聊回你了。"]
