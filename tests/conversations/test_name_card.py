"""D5: the photo of a card comes, is read beside, looked over and kept by a tap; what is unclear is said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.ocr import FakeOcr, Line, installed
from bot.replies import png
from tests.conversations.chat import Chat, Seen

LINES = (
    ("恒川物流有限公司", 36), ("江雪", 61), ("采购经理", 35), ("手机：139 1234 5678", 33), ("电话：021-55551234", 32),
    ("邮箱：jiangxue@hengchuan.cn", 32), ("地址：上海市浦东新区世纪大道 100 号 8 楼", 30),
)  # fmt: skip


def drawn(lines: Sequence[tuple[str, int]] = LINES) -> bytes:
    """A picture of the lines, one beneath the other."""
    rows, y = [], 30
    for text, height in lines:
        y += height + 26
        rows.append(f'<text x="60" y="{y}" font-size="{height - 6}">{text}</text>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{y + 40}">{"".join(rows)}</svg>'
    picture = png.drawn(svg)
    if picture is None:
        pytest.skip("no Chinese font on this machine")
    return picture


def seen(lines: Sequence[tuple[str, int]] = LINES, unclear: str = "", at: int = 0) -> list[Line]:
    """What a reader says of it; the ``at``-th digit of the line with ``unclear`` was not seen clearly."""
    found = []
    for n, (text, height) in enumerate(lines):
        sure = [0.99] * len(text)
        if unclear and unclear in text:
            digits = [place for place, c in enumerate(text) if c.isdigit()]
            sure[digits[at - 1]] = 0.3
        found.append(Line(text, tuple(sure), 60, 60.0 * n, height))
    return found


async def sends(chat: Chat, picture: bytes, who: str = "zhang.wei") -> Seen:
    return (await chat.sends(who, "名片.png", picture))[-1]


@pytest.fixture
def card(chat: Chat) -> bytes:
    picture = drawn()
    chat.demo.app.house.ocr = FakeOcr({picture: seen(unclear="139", at=7)})
    return picture


async def test_it_is_read_and_shown_before_anything_is_kept(chat: Chat, card: bytes) -> None:
    shown = await sends(chat, card)
    assert (shown.title, shown.text.splitlines()[2]) == ("名片读好了，核对一下", "还没存，等你点")
    assert (shown.line("姓名"), shown.line("职务")) == ("江雪", "采购经理")
    assert shown.line("公司") == "恒川物流有限公司（新客户）"
    assert shown.line("手机") == "139****5678（第 7 位没看清）"
    assert "jiangxue@" not in shown.text, "masked as everywhere"
    assert not await chat.records("lead")
    assert not [one for one in await chat.records("contact") if one["name"] == "江雪"]


async def test_kept_as_a_lead_that_is_the_senders(chat: Chat, card: bytes) -> None:
    shown = await sends(chat, card)
    saved = await chat.taps("zhang.wei", shown, "card_lead")
    assert saved.title == "存为线索：恒川物流有限公司 江雪"
    [lead] = await chat.records("lead")
    names = {one["id"]: one["name"] for one in await chat.records("member")}
    assert (lead["channel"], names[lead["owner_id"]]) == ("card", "张伟")
    again = await sends(chat, card)
    repeat = await chat.taps("zhang.wei", again, "card_lead")
    assert repeat.kind == "card.saved.repeat"
    assert len(await chat.records("lead")) == 1


async def test_kept_as_a_contact_of_a_new_customer_and_undone(chat: Chat, card: bytes) -> None:
    shown = await sends(chat, card)
    saved = await chat.taps("zhang.wei", shown, "card_contact")
    assert saved.kind == "card.saved.contact"
    [person] = [one for one in await chat.records("contact") if one["name"] == "江雪"]
    assert person["phones"] == ["+8613912345678", "+862155551234"]
    assert [one for one in await chat.records("customer") if one["name"] == "恒川物流有限公司"]
    undone = await chat.taps("zhang.wei", saved, "undo")
    assert undone.kind == "reading.undone"
    assert not [one for one in await chat.records("contact") if one["name"] == "江雪"]


async def test_put_right_in_a_sentence_before_it_is_kept(chat: Chat, card: bytes) -> None:
    shown = await sends(chat, card)
    await chat.taps("zhang.wei", shown, "edit")
    right = await chat.says("zhang.wei", "姓名是江雨，手机是 13912345679")
    assert (right.line("姓名"), right.line("手机")) == ("江雨", "139****5679")
    await chat.taps("zhang.wei", right, "card_contact")
    [person] = [one for one in await chat.records("contact") if one["name"] == "江雨"]
    assert person["phones"][0] == "+8613912345679"


async def test_not_kept_the_photo_is_gone(chat: Chat, card: bytes) -> None:
    shown = await sends(chat, card)
    folder = chat.demo.app.config.data / "evidence"
    assert len(list(folder.iterdir())) == 1
    await chat.taps("zhang.wei", shown, "card_drop")
    await chat.until("2026-03-10 10:01")
    assert list(folder.iterdir()) == []
    assert not await chat.records("lead")


async def test_a_colleagues_customer_gets_no_contact_from_here(chat: Chat) -> None:
    """松涛教育 is 李娜's (SEC-2)."""
    lines = [("松涛教育科技有限公司", 36), *LINES[1:]]
    picture = drawn(lines)
    chat.demo.app.house.ocr = FakeOcr({picture: seen(lines)})
    shown = await sends(chat, picture)
    assert (await chat.taps("zhang.wei", shown, "card_contact")).kind == "card.foreign"
    assert not [one for one in await chat.records("contact") if one["name"] == "江雪"]
    await chat.taps("zhang.wei", shown, "card_lead")
    [lead] = await chat.records("lead")
    names = {one["id"]: one["name"] for one in await chat.records("member")}
    assert names[lead["owner_id"]] == "李娜"


async def test_a_picture_that_is_no_card_goes_its_usual_way(chat: Chat) -> None:
    picture = drawn([("预算批复", 40), ("同意采购 40 台", 30)])
    chat.demo.app.house.ocr = FakeOcr({picture: seen([("预算批复", 40), ("同意采购 40 台", 30)])})
    await chat.says("zhang.wei", "华东医械王总今天来电话了")
    answer = await sends(chat, picture)
    assert answer.kind != "card.photo"
    assert [one for one in await chat.records("evidence") if one["sha256"]]


async def test_what_looks_like_a_card_may_be_something_handed_in(chat: Chat, card: bytes) -> None:
    await chat.says("zhang.wei", "华东医械王总今天来电话了")
    shown = await sends(chat, card)
    await chat.taps("zhang.wei", shown, "card_is_file")
    assert [one for one in await chat.records("evidence") if one["sha256"] and one["opportunity_id"]]


async def test_without_the_extra_it_says_what_to_install(chat: Chat) -> None:
    chat.demo.app.house.ocr = None
    answer = await sends(chat, drawn())
    assert "pip install 'genjin[ocr]'" in answer.text


async def test_while_the_reader_starts_it_says_so(chat: Chat, card: bytes) -> None:
    reader = chat.demo.app.house.ocr
    assert isinstance(reader, FakeOcr)
    reader.ready = False  # type: ignore[misc]
    await sends(chat, card)
    [said] = await chat.heard_of("zhang.wei", "card.looking")
    assert said.text == "在看这张图，约 10 秒。"


@pytest.mark.skipif(not installed(), reason="the extra ocr is not installed")
async def test_the_real_reader_reads_a_drawn_card(chat: Chat) -> None:
    from adapters.ocr import LocalOcr

    chat.demo.app.house.ocr = LocalOcr()
    try:
        shown = await sends(chat, drawn())
    finally:
        await chat.demo.app.house.ocr.close()
    assert (shown.line("姓名"), shown.line("职务")) == ("江雪", "采购经理")
    assert shown.line("手机").startswith("139****5678")
