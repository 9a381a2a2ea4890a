"""Every page on a small phone, light and dark, with letters twice as large: usable by everybody, no dead ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from storage import audit, members
from storage.connect import transaction
from storage.records import Customer, made, new_id
from tests.browser.accessible import faults
from tests.browser.test_sidebar import Hand, customer, lively, taken
from tests.conversations.chat import Chat
from tests.conversations.test_approvals import a_second_deal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LONG = "内蒙古自治区呼和浩特市赛罕区伊泰华府世纪创新医疗器械进出口贸易有限责任公司第三分公司"
CONTROLS = "a, button, summary, select, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea"
SMALL = f"""() => [...document.querySelectorAll('{CONTROLS}')]
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 120))"""
WIDE = """() => [...document.querySelectorAll('main, main *')].filter(e => !e.closest('svg, .vh'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""
UNNAMED = """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea')]
  .filter(e => !(e.textContent.trim() || e.labels?.length || e.getAttribute('aria-label'))).map(e => e.outerHTML)"""


@pytest_asyncio.fixture(loop_scope="session")
async def hand(browser: Browser, chat: Chat) -> AsyncIterator[Hand]:
    one = await taken(browser, chat)
    yield one
    await one.context.close()
    assert [word for word in one.told() if "ERR_FAILED" not in word and "Failed to fetch" not in word] == []


async def fine(page: Page, where: str) -> None:
    """No fault that axe knows, nothing cut off, no control under a thumb; also with letters twice as large."""
    for size in ("100%", "200%"):
        await page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        assert await faults(page) == [], (where, size)
        assert await page.evaluate(SMALL) == [], (where, size)
        assert await page.evaluate(WIDE) == [], (where, size)
        assert await page.evaluate(UNNAMED) == [], where
        assert await page.locator("h1").count() == 1, where
    await page.evaluate("document.documentElement.style.fontSize = ''")


async def called_long(chat: Chat) -> str:
    now, me = chat.demo.app.clock.now(), await members.by_identity("wecom", "zhang.wei")
    assert me is not None
    one = Customer(
        id=new_id("cus", now), name=LONG, owner_id=me.id, recorder_id=me.id, created_at=now, tags=("A" * 60,)
    )
    async with transaction():
        await audit.apply([made(one)], actor="test", event="test", at=now)
    return one.id


def file(name: str, body: bytes = b"%PDF-1.4 x") -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


async def hands_in(page: Page, label: str, name: str, body: bytes = b"%PDF-1.4 x") -> None:
    await page.get_by_label(label).set_input_files(file(name, body))
    await page.get_by_role("button", name="上传").tap()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_behind_a_card(browser: Browser, chat: Chat, scheme: str) -> None:
    """Upload and import, from the form to what came of it and to the closed page."""
    card = await chat.says("zhang.wei", "我周五前把合同发给华东医械王总，方案也会补上")
    address = card.urls["add_evidence"]
    table = (await chat.says("admin", "/import customers")).urls["upload_table"]
    hand = await taken(browser, chat, color_scheme=scheme, viewport={"width": 320, "height": 700})
    page = hand.page
    for url, label, wrong, good in (
        (address, "选文件", ("x.exe", b"MZ" + bytes(64)), ("合同.pdf", b"%PDF-1.4 x")),
        (table, "选表格", ("x.csv", b"a,b\n1,2\n"), ("客户.csv", "名称,电话\n青禾学校,13900002222\n".encode())),
    ):
        await page.goto(url)
        await fine(page, url)
        await hands_in(page, label, *wrong)
        await expect(page.get_by_role("alert")).to_be_visible()
        await fine(page, f"{url}, refused")
        await hands_in(page, label, *good)
        await expect(page.locator("h1")).to_have_text("收到了")
        await expect(page.locator("h1")).to_be_focused()
        await fine(page, f"{url}, taken")
        await page.goto(f"{url}x")
        await fine(page, f"{url}, closed")
    await hand.context.close()
    assert hand.told() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_that_say_no(browser: Browser, chat: Chat, scheme: str) -> None:
    hand = await taken(browser, chat, color_scheme=scheme, viewport={"width": 320, "height": 700})
    page, url = hand.page, chat.demo.url
    await hand.opens("/sidebar/")
    await hand.context.clear_cookies(name="genjin")
    await page.goto(f"{url}/sidebar/back/wecom?state=x&code=y")
    await fine(page, "a login that was not begun")
    await page.get_by_role("link", name="再登录").tap()
    await expect(page.locator("main.page")).to_be_visible()
    for path, then in (
        ("/nowhere", None), ("/sidebar/nothing", None), ("/sidebar/customer/cus_1", "我的客户"),
        ("/sidebar/file/evi_1", "我的客户"), ("/sidebar/?pick=1&q=没有这家", "存为线索"),
    ):  # fmt: skip
        await page.goto(url + path)
        await fine(page, path)
        if then:
            await expect(page.get_by_role("link", name=then)).to_be_visible()
    await hand.context.close()
    assert hand.told() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_from_which_an_admin_takes_something_away(browser: Browser, chat: Chat, scheme: str) -> None:
    url = (await chat.says("admin", "/import customers")).urls["upload_table"]
    lines = "".join(f"{LONG}{n},没有这个人{n},139\n" for n in range(500))
    await chat.web.post(url, files={"file": ("表.csv", f"客户,负责人,电话\n{lines}".encode())})
    await chat.demo.desk.quiet(20)
    [report] = (await chat.heard_of("admin", "cmd.import.preview"))[-1].urls.values()
    [archive] = (await chat.says("admin", "/export customers")).urls.values()
    hand = await taken(browser, chat, "admin", color_scheme=scheme, viewport={"width": 320, "height": 700})
    await hand.opens("/sidebar/?pick=1")
    for address, then in ((report, "有误的行"), (archive, "导出的文件"), (f"{report}0", "没有这份报告")):
        await hand.page.goto(address)
        await expect(hand.page.locator("main")).to_contain_text(then)
        await fine(hand.page, address)
    await hand.context.close()
    assert hand.told() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_long_names_and_of_questions(browser: Browser, chat: Chat, scheme: str) -> None:
    await a_second_deal(chat)
    long, two = await called_long(chat), await customer(chat, "启明制造")
    hand = await taken(browser, chat, color_scheme=scheme, viewport={"width": 320, "height": 700})
    page = hand.page
    for path in (
        "/sidebar/?pick=1", f"/sidebar/customer/{long}", f"/sidebar/customer/{long}/file?for=meeting_record",
        f"/sidebar/lead?customer={long}", f"/sidebar/customer/{long}/timeline", f"/sidebar/customer/{two}/there",
        f"/sidebar/customer/{two}/file?for=quote",
    ):  # fmt: skip
        await hand.opens(path)
        await fine(page, path)
    await hand.opens(f"/sidebar/customer/{two}/there")
    await page.get_by_role("radio").first.check()
    await page.get_by_role("button", name="存下").tap()
    await expect(page.get_by_role("alert")).to_contain_text("还没有位置")
    await fine(page, "a visit without a position")
    await hand.opens("/sidebar/lead")
    await page.get_by_role("button", name="存为线索").tap()
    await expect(page.get_by_role("alert")).to_contain_text("写一样就行")
    await fine(page, "a lead of nothing")
    await hand.opens(f"/sidebar/customer/{two}")
    await page.get_by_role("button", name="生成拜访记录").tap()
    await expect(page.locator("h1")).to_have_text("这次拜访是哪个商机？")
    await fine(page, "which opportunity")
    await hand.context.close()
    assert hand.told() == []


async def test_without_a_script_a_refusal_leads_back_to_its_form(browser: Browser, chat: Chat) -> None:
    id = await customer(chat, "启明制造")
    hand = await taken(browser, chat, java_script_enabled=False)
    await hand.opens(f"/sidebar/customer/{id}/file?for=quote")
    await hands_in(hand.page, "选文件", "x.exe", b"MZ" + bytes(64))
    await expect(hand.page.locator("h1")).to_have_text("这种文件收不了")
    await hand.page.get_by_role("link", name="回去").tap()
    await expect(hand.page.locator("h1")).to_have_text("提交报价单")
    await hand.context.close()


async def test_the_keyboard_goes_everywhere_and_stays_where_it_is(hand: Hand, chat: Chat) -> None:
    id = await lively(chat)
    await hand.opens(f"/sidebar/customer/{id}")
    page, seen = hand.page, set[str]()
    for _ in range(40):
        await page.keyboard.press("Tab")
        name = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
        seen.add(await page.evaluate(name))
        if "再看更早的" in seen:
            break
    wanted = {"存为线索", "生成拜访记录", "提交报价单", "已做：发报价单", "改日期：发报价单", "再看更早的"}
    assert wanted <= seen
    count = await page.locator(".line > li").count()
    await page.keyboard.press("Enter")
    await expect(page.locator(".line > li").nth(count)).to_be_visible()
    await expect(page.locator(".line > li").nth(count - 1)).to_be_focused()
    await page.get_by_role("button", name="已做：发报价单").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("这件闭环了")


async def test_a_broken_line_is_said_where_more_was_asked_for(hand: Hand, chat: Chat) -> None:
    await hand.opens(f"/sidebar/customer/{await lively(chat)}")
    await hand.page.route("**/timeline?**", lambda route: route.abort())
    more = hand.page.get_by_role("link", name="再看更早的")
    await more.tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("网好了再点一次")
    await hand.page.unroute("**/timeline?**")
    count = await hand.page.locator(".line > li").count()
    await more.tap()
    await expect(hand.page.locator(".line > li").nth(count)).to_be_visible()
    await expect(hand.page.get_by_role("alert")).to_have_count(0)


async def test_a_session_that_is_over_keeps_the_words_and_leads_back(hand: Hand, chat: Chat) -> None:
    id = await customer(chat, "启明制造")
    await hand.opens(f"/sidebar/lead?customer={id}")
    await hand.page.get_by_label("姓名").fill("韩工")
    await hand.context.clear_cookies(name="genjin")
    await hand.page.get_by_role("button", name="存为线索").tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("离开太久了")
    await expect(hand.page.get_by_label("姓名")).to_have_value("韩工")
    await hand.page.get_by_role("link", name="再登录").tap()
    await expect(hand.page.get_by_label("公司")).to_have_value("启明制造有限公司")
    assert await chat.records("lead") == []


async def test_500_customers_are_found_by_name(hand: Hand, chat: Chat) -> None:
    now, me = chat.demo.app.clock.now(), await members.by_identity("wecom", "zhang.wei")
    assert me is not None
    many = [
        Customer(id=new_id("cus", now), name=f"第{n}号器械公司", owner_id=me.id, recorder_id=me.id, created_at=now)
        for n in range(500)
    ]
    async with transaction():
        await audit.apply([made(one) for one in many], actor="test", event="test", at=now)
    await hand.opens("/sidebar/?pick=1")
    await expect(hand.page.locator(".names li")).to_have_count(12)
    await expect(hand.page.get_by_text("先列最近的 12 家，别的写名字找。")).to_be_visible()
    await hand.page.get_by_label("找客户").fill("器械")
    await hand.page.keyboard.press("Enter")
    await expect(hand.page.get_by_text("还有更多，名字再写全一点。")).to_be_visible()
    await hand.page.get_by_label("找客户").fill("第432号")
    await hand.page.keyboard.press("Enter")
    await expect(hand.page.locator(".names li")).to_have_count(1)
    await expect(hand.page.get_by_text("还有更多")).to_have_count(0)


TAPS = {
    "存为线索": ["link 存为线索", "button 存为线索", "已存为线索"],
    "生成拜访记录": ["button 生成拜访记录", "拜访记录生成好了"],
    "提交报价单": ["link 提交报价单", "button 上传", "收到了"],
    "已做": ["button 已做：发报价单", "这件闭环了"],
    "改日期": ["text 改日期", "button 周一 3月16日", "日期改好了"],
    "传文件": ["link 传文件：发报价单", "button 上传", "收到了"],
    "补材料": ["link 补材料：采购流程图（客户内部谁签、几步）", "button 上传", "收到了"],
}
"""What is tapped on the page of a customer (the phone's own choice of a file beside it), and what it says then."""


@pytest.mark.parametrize("deed", TAPS)
async def test_no_deed_takes_more_than_two_taps_and_one_takes_it_back(hand: Hand, chat: Chat, deed: str) -> None:
    await chat.says("zhang.wei", "王总说预算已批，等我们下周三签合同，我周五前把报价单发过去")
    await chat.until("2026-03-10 10:05")
    await hand.opens(f"/sidebar/customer/{await customer(chat, '华东医械')}")
    *taps, then = TAPS[deed]
    assert len(taps) <= 2
    for tap in taps:
        kind, _, name = tap.partition(" ")
        if name == "上传":
            await hand.page.get_by_label("选文件").set_input_files(file(f"{deed}.pdf"))
        one = hand.page.get_by_role(kind, name=name, exact=True) if kind != "text" else hand.page.get_by_text(name)  # type: ignore[arg-type]
        await one.first.tap()
    await expect(hand.page.locator(".toast")).to_contain_text(then)
    await hand.page.get_by_role("button", name="撤销").tap()
    await expect(hand.page.locator(".toast")).to_contain_text("撤掉了，和没点过一样")
