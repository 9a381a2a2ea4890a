"""A phone on a poor line: a tap is answered at once, sent once, and may be sent again where the line broke."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Page, Route, expect

from tests.bot.web.test_visit import picture
from tests.browser.test_sidebar import Hand, customer, taken
from tests.conversations.chat import Chat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PDF = b"%PDF-1.4 " + bytes(60_000)
TABLE = "名称,电话\n青禾学校,13900002222\n".encode()
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""As Chromium's own tools set it; bytes a second and milliseconds."""
CPU = 4
AT_ONCE = 300
"""Milliseconds within which a tap is answered on the screen."""
SIDEBAR_MOST, UPLOAD_MOST = 40, 12
"""KB that come over the line when a page is opened for the first time."""


@pytest_asyncio.fixture(loop_scope="session")
async def hand(browser: Browser, chat: Chat) -> AsyncIterator[Hand]:
    one = await taken(browser, chat)
    one.page.set_default_timeout(30_000)
    yield one
    await one.context.close()
    harmless = ("ERR_FAILED", "the form is not connected")  # the line that the test cuts; a tap on a form already gone
    assert [word for word in one.told() if not any(part in word for part in harmless)] == []


async def slow(page: Page) -> CDPSession:
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW_3G)
    await line.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    return line


Opened = Callable[[Hand, Chat], Awaitable[tuple[str, str, str]]]


async def a_visit(hand: Hand, chat: Chat) -> tuple[str, str, str]:
    await hand.opens(f"/sidebar/customer/{await customer(chat, '启明制造')}")
    return "生成拜访记录", "拜访记录生成好了", "activity"


async def a_lead(hand: Hand, chat: Chat) -> tuple[str, str, str]:
    await hand.opens("/sidebar/lead")
    await hand.page.get_by_label("姓名").fill("韩工")
    return "存为线索", "已存为线索", "lead"


async def a_quotation(hand: Hand, chat: Chat) -> tuple[str, str, str]:
    await hand.opens(f"/sidebar/customer/{await customer(chat, '启明制造')}/file?for=quote")
    await hand.page.get_by_label("选文件").set_input_files(file("报价单.pdf"))
    return "上传", "收到了", "evidence"


async def on_site(hand: Hand, chat: Chat) -> tuple[str, str, str]:
    await hand.opens(f"/sidebar/customer/{await customer(chat, '启明制造')}/there")
    await hand.page.get_by_label("位置不准的原因").fill("在地下室")
    await hand.page.get_by_label("拍照").set_input_files(file("门牌.jpg", picture(), "image/jpeg"))
    return "存下", "取证好了", "visit"


async def a_file(hand: Hand, chat: Chat) -> tuple[str, str, str]:
    """The page behind 〔补材料〕, where a file settles a promise."""
    card = await chat.says("zhang.wei", "我周五前给启明制造发报价单")
    await hand.page.goto(card.urls["add_evidence"])
    await hand.page.get_by_label("选文件").set_input_files(file("报价单.pdf"))
    return "上传", "收到了", "evidence"


async def a_table(hand: Hand, chat: Chat) -> tuple[str, str, str]:
    await hand.page.goto((await chat.says("admin", "/import customers")).urls["upload_table"])
    await hand.page.get_by_label("选表格").set_input_files(file("客户.csv", TABLE, "text/csv"))
    return "上传", "收到了", "import"


def file(name: str, body: bytes = PDF, kind: str = "application/pdf") -> Any:
    return {"name": name, "mimeType": kind, "buffer": body}


async def count(chat: Chat, kind: str) -> int:
    """What came of it: records, or for a table its card in the chat."""
    if kind == "import":
        return len([seen for seen in await chat.heard("admin") if "可进" in seen.text + seen.title])
    return len(await chat.records(kind))


FORMS = [a_visit, a_lead, a_quotation, on_site, a_file, a_table]


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
async def test_a_tap_is_answered_at_once_and_sent_once(hand: Hand, chat: Chat, form: Opened) -> None:
    name, then, kind = await form(hand, chat)
    before, sent = await count(chat, kind), list[str]()
    await slow(hand.page)
    hand.page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    button = hand.page.get_by_role("button", name=name, exact=True)
    handle = await button.element_handle()
    assert handle is not None
    waited, disabled, words = await handle.evaluate(
        """button => new Promise(done => {
          const start = performance.now();
          new MutationObserver(() => done([performance.now() - start, button.getAttribute("aria-disabled"),
            button.innerText])).observe(button, {characterData: true, attributes: true, subtree: true});
          button.click();
        })"""
    )  # asked afterwards, the page may have gone on
    assert waited < AT_ONCE
    assert disabled == "true"
    assert words.strip()[:2] in ("在存", "在传")
    await handle.evaluate("button => { button.click(); button.form.requestSubmit(); }")
    await expect(hand.page.locator("main")).to_contain_text(then, timeout=30_000)
    await chat.demo.desk.quiet(20)
    assert len(sent) == 1
    assert await count(chat, kind) == before + 1


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
async def test_where_the_line_breaks_it_is_sent_again_and_counts_once(hand: Hand, chat: Chat, form: Opened) -> None:
    """The worst case: all came in, and the answer was lost."""
    name, then, kind = await form(hand, chat)
    before = await count(chat, kind)

    async def lost(route: Route) -> None:
        if route.request.method == "POST":
            await route.fetch()
        await route.abort()

    await hand.page.route("**/*", lost)
    button = hand.page.get_by_role("button", name=name, exact=True)
    await button.tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("没送出去")
    await expect(hand.page.get_by_role("alert")).to_contain_text("不会记两遍")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    await hand.page.unroute("**/*")
    await button.tap()
    await expect(hand.page.locator("main")).to_contain_text(then, timeout=30_000)
    await chat.demo.desk.quiet(20)
    assert await count(chat, kind) == before + 1


@pytest.mark.parametrize("form", [a_file, a_table], ids=lambda one: one.__name__)
async def test_where_only_the_answer_was_lost_the_page_finds_out(hand: Hand, chat: Chat, form: Opened) -> None:
    """Nothing is sent a second time: by the form's key the page is told that all came in."""
    name, then, kind = await form(hand, chat)
    before, sent = await count(chat, kind), list[str]()

    async def lost(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await hand.page.route("**/*", lost)
    await hand.page.get_by_role("button", name=name, exact=True).tap()
    await expect(hand.page.locator("h1")).to_have_text(then)
    await chat.demo.desk.quiet(20)
    assert len(sent) == 1 and await count(chat, kind) == before + 1


async def test_what_was_filled_in_stays_where_something_is_wrong(hand: Hand, chat: Chat) -> None:
    """Also a photo, which no server could put back into a form."""
    await on_site(hand, chat)
    await hand.page.get_by_label("位置不准的原因").fill("")
    await hand.page.get_by_role("button", name="存下").tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("还没有位置")
    assert await hand.page.locator("#photo").evaluate("one => one.files[0].name") == "门牌.jpg"
    await hand.page.get_by_label("位置不准的原因").fill("在地下室")
    await hand.page.get_by_role("button", name="存下").tap()
    await expect(hand.page.locator("main")).to_contain_text("取证好了")


async def test_a_slow_answer_is_said_to_be_one(hand: Hand, chat: Chat) -> None:
    await a_visit(hand, chat)

    async def late(route: Route) -> None:
        await hand.page.wait_for_timeout(7000)
        await route.continue_()

    await hand.page.route("**/visit", late)
    await hand.page.get_by_role("button", name="生成拜访记录").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("网有点慢", timeout=10_000)
    await expect(hand.page.get_by_role("status")).to_contain_text("拜访记录生成好了", timeout=30_000)


async def test_a_file_that_was_hung_up_on_is_told_why(hand: Hand, chat: Chat) -> None:
    """A server that wants no file does not read it to its end: on a slow line nothing but a broken one is seen."""
    await on_site(hand, chat)
    await hand.context.clear_cookies(name="genjin")
    await hand.page.route("**/there", lambda r: r.abort() if r.request.method == "POST" else r.continue_())
    await hand.page.get_by_role("button", name="存下").tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("离开太久了")
    await expect(hand.page.get_by_role("alert").get_by_role("link", name="再登录")).to_be_visible()
    assert await hand.page.locator("#photo").evaluate("one => one.files[0].name") == "门牌.jpg"


async def test_a_file_that_is_too_large_is_said_before_it_is_sent(hand: Hand, chat: Chat) -> None:
    await on_site(hand, chat)
    sent: list[str] = []
    hand.page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    await hand.page.locator("#photo").evaluate("one => { one.dataset.most = '0.0001'; }")
    await hand.page.get_by_role("button", name="存下").tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("文件太大，还没传")
    assert sent == []


async def test_a_page_that_is_closed_says_so(hand: Hand, chat: Chat) -> None:
    await a_file(hand, chat)
    before = await count(chat, "evidence")
    second = await hand.context.new_page()
    await second.goto(hand.page.url)
    await second.get_by_label("选文件").set_input_files(file("报价单.pdf"))
    for page, said in ((hand.page, "收到了"), (second, "这个上传页已经关了")):
        await page.get_by_role("button", name="上传").tap()
        await expect(page.locator("main")).to_contain_text(said)
        await chat.demo.desk.quiet(20)
    assert await count(chat, "evidence") == before + 1


async def test_the_pages_are_light(hand: Hand, chat: Chat) -> None:
    """The first time; the second time only the page itself comes."""
    card = await chat.says("zhang.wei", "我周五前给启明制造发报价单")
    await hand.opens("/sidebar/lead")
    id = await customer(chat, "启明制造")
    sizes: dict[str, list[int]] = {}
    for path, most in ((f"/sidebar/customer/{id}", SIDEBAR_MOST), (card.urls["add_evidence"], UPLOAD_MOST)):
        address = path if path.startswith("http") else chat.demo.url + path
        for cold in (True, False):
            page = await hand.context.new_page()
            line, got = await page.context.new_cdp_session(page), list[int]()
            await line.send("Network.enable")
            if cold:
                await line.send("Network.clearBrowserCache")
            line.on("Network.loadingFinished", lambda one, got=got: got.append(one["encodedDataLength"]))
            await page.goto(address, wait_until="load")
            sizes.setdefault(path, []).append(sum(got))
            await page.close()
        assert sizes[path][0] < most * 1000, sizes
        assert sizes[path][1] < sizes[path][0] / 2, sizes
