"""Where a customer has more than one open opportunity, a page asks which by one tap, and puts nothing anywhere else."""

from __future__ import annotations

import re

from tests.bot.web.phone import Phone
from tests.bot.web.test_sidebar import PDF, page_of
from tests.bot.web.test_visit import GOOD
from tests.conversations.chat import Chat
from tests.conversations.test_approvals import a_second_deal

BUTTON = re.compile(r'name="deal" value="(opp_\w+)">([^<]+)<')
RADIO = re.compile(r'type="radio" name="deal" value="(opp_\w+)" required> ([^<]+)<')
KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')


async def visits(chat: Chat) -> list[str]:
    """The opportunities of the visits that stand in the record."""
    return [one["opportunity_id"] for one in await chat.records("activity") if one["action"] == "visit"]


async def test_with_one_a_visit_is_one_tap(phone: Phone, chat: Chat) -> None:
    id, _ = await page_of(phone, chat)
    answer = await phone.posts(f"/sidebar/customer/{id}/visit")
    assert "拜访记录生成好了" in answer.text and len(await visits(chat)) == 1


async def test_with_two_a_visit_is_two_taps_and_goes_where_the_second_says(phone: Phone, chat: Chat) -> None:
    await a_second_deal(chat)
    id, page = await page_of(phone, chat, "启明制造")
    asked = await phone.posts(f"/sidebar/customer/{id}/visit", {"key": KEY.findall(page)[0]})
    ways = BUTTON.findall(asked.text)
    assert asked.status_code == 200 and len(ways) == 2 and "哪个商机" in asked.text
    assert await visits(chat) == []
    older = ways[-1][0]
    chosen = {"deal": older, "key": KEY.findall(asked.text)[0]}
    done = await phone.posts(f"/sidebar/customer/{id}/visit", chosen)
    assert "拜访记录生成好了" in done.text and await visits(chat) == [older]
    await phone.posts(f"/sidebar/customer/{id}/visit", chosen)  # the same tap once more
    assert await visits(chat) == [older]


async def test_a_quotation_says_whose_it_is_with_the_file(phone: Phone, chat: Chat) -> None:
    await a_second_deal(chat)
    id, _ = await page_of(phone, chat, "启明制造")
    form = await phone.opens(f"/sidebar/customer/{id}/file?for=quote")
    ways = RADIO.findall(form.text)
    assert len(ways) == 2
    path = f"/sidebar/customer/{id}/file"
    unsaid = await phone.posts(path, {"for": "quote"}, files={"file": ("报价.pdf", PDF)})
    assert unsaid.status_code == 400 and "选一下是哪个商机" in unsaid.text
    older = ways[-1][0]
    before = len(await chat.records("evidence"))
    taken = await phone.posts(path, {"for": "quote", "deal": older}, files={"file": ("报价.pdf", PDF)})
    assert "收到了" in taken.text
    kept = await chat.records("evidence")
    assert len(kept) == before + 1 and kept[-1]["opportunity_id"] == older


async def test_a_gates_own_button_need_not_be_asked(phone: Phone, chat: Chat) -> None:
    await a_second_deal(chat)
    id, page = await page_of(phone, chat, "启明制造")
    way = re.search(rf'href="(/sidebar/customer/{id}/file\?for=[^"]+&amp;deal=[^"]+)"', page)
    assert way is not None
    form = await phone.opens(way[1].replace("&amp;", "&"))
    assert not RADIO.findall(form.text) and 'name="deal" value="opp_' in form.text


async def test_on_site_it_is_asked_and_what_was_taken_stays(phone: Phone, chat: Chat) -> None:
    await a_second_deal(chat)
    id, _ = await page_of(phone, chat, "启明制造")
    path = f"/sidebar/customer/{id}/there"
    form = await phone.opens(path)
    ways = RADIO.findall(form.text)
    nothing = {"none": ("", b"")}
    unsaid = await phone.posts(path, GOOD, files=nothing)
    assert unsaid.status_code == 400 and "选一下是哪个商机" in unsaid.text
    assert 'name="lat" value="31.2304"' in unsaid.text and "位置还在，不用再取" in unsaid.text
    done = await phone.posts(path, GOOD | {"deal": ways[-1][0]}, files=nothing)
    assert "取证好了" in done.text and await visits(chat) == [ways[-1][0]]


async def test_anothers_opportunity_is_not_there(phone: Phone, chat: Chat) -> None:
    other = (await chat.opportunity("松涛教育"))["id"]
    id, _ = await page_of(phone, chat, "启明制造")
    answer = await phone.posts(f"/sidebar/customer/{id}/visit", {"deal": other})
    assert answer.status_code == 404 and await visits(chat) == []
