"""A platform lets a card be changed once unless somebody taps it: what is later still true is said on a new card."""

from __future__ import annotations

from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import words
from storage import members, sql
from storage.connect import transaction
from tests.conversations.chat import TUESDAY, Chat, Seen


async def _says(chat: Chat, status: str, changes: str | None = None) -> str:
    """Puts a card of a hand-over, or what it has become; the id of the push."""
    member = await members.by_identity("wecom", "wang.fang")
    assert member is not None
    card = words.card("reassign.manager", status=status, customer="启明制造", name="李娜", clock="", until="")
    async with transaction():
        id = await put(Letter(card, to=member.id, once=status, changes=changes, about={"now": status}), TUESDAY)
    assert id is not None
    chat.demo.app.deliverer.wake()
    await chat.demo.desk.quiet(20)
    return id


async def test_the_third_state_of_a_card_is_a_card_of_its_own(chat: Chat) -> None:
    first = await _says(chat, "一")
    await _says(chat, "二", first)
    [card] = await chat.heard_of("wang.fang", "reassign.manager")
    assert "二" in card.text
    await _says(chat, "三", first)
    old, new = await chat.heard_of("wang.fang", "reassign.manager")
    assert ("二" in old.text, "三" in new.text) == (True, True)
    await _says(chat, "四", first)
    old, new = await chat.heard_of("wang.fang", "reassign.manager")
    assert ("二" in old.text, "四" in new.text) == (True, True)


async def _preview(chat: Chat) -> tuple[Seen, str]:
    """陈杰 is to be taken out: the card that asks, and the id of its push."""
    await chat.says("admin", "/member off 陈杰")
    [asked] = await chat.heard_of("admin", "cmd.member.off.preview")
    [(id,)] = await sql.fetch("SELECT id FROM outbox WHERE kind = 'cmd.member.off.preview'")
    return asked, str(id)


async def _becomes(chat: Chat, id: str, status: str) -> None:
    admin = await members.by_identity("wecom", "admin")
    assert admin is not None
    card = words.card("cmd.member.off.preview", status=status, name="陈杰")
    async with transaction():
        await put(Letter(card, to=admin.id, once=status, changes=id), TUESDAY)
    chat.demo.app.deliverer.wake()
    await chat.demo.desk.quiet(20)


async def test_the_buttons_of_the_new_card_work_and_change_it(chat: Chat) -> None:
    first, id = await _preview(chat)
    for status in ("再想想", "又想了想"):
        await _becomes(chat, id, status)
    old, new = await chat.heard_of("admin", "cmd.member.off.preview")
    assert (old.n, "再想想" in old.text, "又想了想" in new.text) == (first.n, True, True)
    after = await chat.taps("admin", new, "not_now")
    assert (after.n, after.title) == (new.n, "停用陈杰？")
    assert "好，没动。" in after.text


async def test_a_tap_gives_the_right_to_change_it_again(chat: Chat) -> None:
    first, id = await _preview(chat)
    await _becomes(chat, id, "再想想")
    assert (await chat.taps("admin", first, "not_now")).n == first.n
    await _becomes(chat, id, "又想了想")
    [card] = [seen for seen in await chat.heard("admin") if seen.n >= first.n]
    assert "又想了想" in card.text
