"""The page beside a chat in a real browser, as wide as a phone; with and without a script, light and dark."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from hashlib import sha1
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.bot.web.test_care import BAD, told
from tests.bot.web.test_visit import picture
from tests.browser.accessible import faults
from tests.conversations.chat import Chat
from tests.conversations.test_approvals import a_second_deal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
JPEG = picture()
SAID = "王总说预算已批，等我们下周三签合同，我周五前把报价单发过去"
PHONE = {"viewport": {"width": 375, "height": 812}, "device_scale_factor": 2, "has_touch": True, "locale": "zh-CN"}
QUIET = ("status of 4", "status of 5")
"""Answers that a test asks for; every other word of the console fails it."""


class Hand:
    """Somebody's phone with the chat app on it."""

    def __init__(self, context: BrowserContext, page: Page, chat: Chat, user: str) -> None:
        self.context, self.page, self.chat, self.user = context, page, chat, user
        self.troubles: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self.troubles.append(f"dialog: {dialog.message}"))

    async def opens(self, path: str) -> None:
        base = self.chat.demo.platforms.standin("wecom").base
        await self.page.goto(f"{base}/client/open?as={self.user}&to={self.chat.demo.url}{path}")
        await self.page.wait_for_url(lambda url: "/sidebar/" in url and "/login" not in url and "/back/" not in url)
        await self.page.wait_for_load_state("load")
        await expect(self.page.locator("main.page")).to_be_visible()

    def told(self) -> list[str]:
        return [one for one in self.troubles if not any(word in one for word in QUIET)]


async def taken(browser: Browser, chat: Chat, user: str = "zhang.wei", **more: Any) -> Hand:
    context = await browser.new_context(**{**PHONE, **more})
    page = await context.new_page()
    page.set_default_timeout(8000)
    return Hand(context, page, chat, user)


@pytest_asyncio.fixture(loop_scope="session")
async def hand(browser: Browser, chat: Chat) -> AsyncIterator[Hand]:
    one = await taken(browser, chat)
    yield one
    await one.context.close()
    assert one.told() == []


async def customer(chat: Chat, name: str) -> str:
    return next(str(one["id"]) for one in await chat.records("customer") if name in (one["name"], *one["aliases"]))


async def lively(chat: Chat) -> str:
    """华东医械 after a good talk: promises, an objection, more than one piece of what passed."""
    for n in range(14):
        await chat.says("zhang.wei", f"给华东医械王总打了电话，聊第{n + 10}台的维保")
    await chat.says("zhang.wei", "华东医械王总说价格太高，比另一家贵了一截，领导那边不好说")
    await chat.says("zhang.wei", SAID)
    return await customer(chat, "华东医械")


async def test_two_taps_from_the_chat_to_a_visit(hand: Hand, chat: Chat) -> None:
    id = await customer(chat, "启明制造")
    await chat.until("2026-03-10 10:05")
    await hand.opens(f"/sidebar/customer/{id}")
    await hand.page.get_by_role("button", name="生成拜访记录").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("拜访记录生成好了")
    await expect(hand.page.locator(".line > li").first).to_contain_text("面访 到访郑总")
    await hand.page.get_by_role("button", name="撤销").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("撤掉了")
    await expect(hand.page.locator(".line")).not_to_contain_text("到访郑总")


async def test_more_of_the_line_comes_to_its_end(hand: Hand, chat: Chat) -> None:
    id = await lively(chat)
    await hand.opens(f"/sidebar/customer/{id}")
    line = hand.page.locator(".line > li")
    before = await line.count()
    await hand.page.get_by_role("link", name="再看更早的").tap()
    await expect(hand.page.locator(".line")).to_contain_text("聊第10台的维保")
    assert await line.count() > before
    assert f"/sidebar/customer/{id}" in hand.page.url and "timeline" not in hand.page.url


async def test_without_a_script_everything_is_there(browser: Browser, chat: Chat) -> None:
    id = await lively(chat)
    hand = await taken(browser, chat, java_script_enabled=False)
    await hand.opens(f"/sidebar/customer/{id}")
    await hand.page.get_by_role("link", name="再看更早的").tap()
    await expect(hand.page.locator("h1")).to_have_text("华东医械的来往")
    await hand.page.get_by_role("link", name="回到客户").tap()
    await hand.page.get_by_role("button", name="已做：发报价单").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("这件闭环了")
    await hand.page.get_by_role("link", name="存为线索").tap()
    await hand.page.get_by_label("姓名").fill("韩工")
    await hand.page.get_by_role("button", name="存为线索").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("已存为线索")
    await hand.context.close()


async def test_a_lead_is_filled_from_a_pasted_line(hand: Hand) -> None:
    await hand.opens("/sidebar/lead")
    await hand.page.get_by_text("贴一段聊天，我来填").tap()
    await hand.page.get_by_label("聊天", exact=True).fill("我是明和体检中心的韩建军，电话13812345678，展会扫码加的")
    await hand.page.get_by_role("button", name="帮我填").tap()
    await expect(hand.page.get_by_label("电话")).to_have_value("13812345678")
    await expect(hand.page.get_by_label("公司")).to_have_value("明和体检中心")
    await hand.page.get_by_role("button", name="存为线索").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("已存为线索")


async def test_the_position_is_taken_when_it_is_tapped_for(browser: Browser, chat: Chat) -> None:
    id = await customer(chat, "启明制造")
    poor = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 120}
    hand = await taken(browser, chat, permissions=["geolocation"], geolocation=poor)
    await hand.opens(f"/sidebar/customer/{id}")
    await hand.page.get_by_role("link", name="到访取证").tap()
    assert await hand.page.locator("[name=lat]").input_value() == ""
    await hand.page.get_by_role("button", name="取位置").tap()
    await expect(hand.page.locator("#where")).to_have_text("定位误差 120 米，要 50 米内。到窗边再试，或拍门牌。")
    await hand.page.get_by_role("button", name="存下").tap()
    await expect(hand.page.get_by_role("alert")).to_contain_text("要 50 米内")
    await hand.context.set_geolocation({**poor, "accuracy": 18})
    await hand.page.get_by_role("button", name="再取一次").tap()
    await expect(hand.page.locator("#where")).to_have_text("✓ 误差 18 米")
    await hand.page.get_by_role("button", name="存下").tap()
    await expect(hand.page.locator(".toast")).to_contain_text("取证好了")
    [visit] = await chat.records("visit")
    assert visit["position"]["accuracy"] == 18 and visit["network"]
    await hand.context.close()
    assert hand.told() == []


async def test_a_file_is_handed_in_by_hand(hand: Hand, chat: Chat) -> None:
    id = await lively(chat)
    await chat.until("2026-03-10 10:05")
    await hand.opens(f"/sidebar/customer/{id}")
    await hand.page.get_by_role("link", name="提交报价单").tap()
    await hand.page.get_by_label("选文件").set_input_files(
        {"name": "报价单 v3.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    await hand.page.get_by_role("button", name="上传").tap()
    await expect(hand.page.get_by_role("status")).to_contain_text("收到了")
    await expect(hand.page.locator(".line > li").first).to_contain_text("指纹")


PAGES = ("/sidebar/", "/sidebar/customer/{id}", "/sidebar/customer/{id}/file?for=quote", "/sidebar/lead",
         "/sidebar/customer/{id}/timeline", "/sidebar/customer/{id}/there")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(browser: Browser, chat: Chat, scheme: str) -> None:
    id = await lively(chat)
    hand = await taken(browser, chat, color_scheme=scheme)
    for path in PAGES:
        await hand.opens(path.format(id=id))
        assert await faults(hand.page) == [], path
    await hand.context.close()
    assert hand.told() == []


@pytest.mark.parametrize("width", [320, 375, 768])
async def test_nothing_is_wider_than_the_screen_and_every_control_is_a_thumb_high(
    browser: Browser, chat: Chat, width: int
) -> None:
    id = await lively(chat)
    hand = await taken(browser, chat, viewport={"width": width, "height": 800})
    for path in PAGES:
        await hand.opens(path.format(id=id))
        assert await hand.page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = await hand.page.evaluate(
            "() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]), textarea')]"
            ".filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 43.5)"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        assert small == [], path
    await hand.context.close()


EVIL = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "javascript:alert(3)", "{{7*7}}${7*7}",
    "\"><svg onload=alert(4)>", "' onmouseover=alert(5) x='",
)  # fmt: skip


async def test_what_people_wrote_is_text_everywhere(hand: Hand, chat: Chat) -> None:
    id = await customer(chat, "华东医械")
    for n, evil in enumerate(EVIL):
        await chat.says("zhang.wei", f"给华东医械王总打了电话，他说{evil}价格太高")
        await hand.opens("/sidebar/lead")
        await hand.page.get_by_label("姓名").fill(evil)
        await hand.page.get_by_label("公司").fill(evil)
        await hand.page.get_by_label("电话").fill(f"1381234{n:04}")
        await hand.page.get_by_label("需求标签").fill(evil)
        await hand.page.get_by_role("button", name="存为线索").tap()
        await expect(hand.page.get_by_role("status")).to_be_visible()
        await hand.opens(f"/sidebar/customer/{id}/file?for={'x' + str(n)}")
        await hand.page.get_by_label("选文件").set_input_files(
            {"name": f"{evil}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
        )
        await hand.page.get_by_role("button", name="上传").tap()
        await expect(hand.page.get_by_role("status")).to_be_visible()
    await chat.says("zhang.wei", "给华东医械王总打了电话，他介绍了新客户<img src=x onerror=alert(6)>科技有限公司")
    for path in PAGES:
        await hand.opens(path.format(id=id))
        assert (
            await hand.page.locator("main img, main script, main [onerror], main [onload], main [onmouseover]").count()
            == 0
        )
        assert "49$49" not in await hand.page.content()
    await hand.opens(f"/sidebar/customer/{id}")
    await expect(hand.page.locator(".line")).to_contain_text('"><svg onload=alert(4)>')
    await expect(hand.page.locator(".line")).to_contain_text("新客户<img src=x onerror=alert(6)>")
    await hand.opens("/sidebar/?q=" + "<script>alert(7)</script>")
    await expect(hand.page.locator(".names")).to_contain_text("<script>alert(7)</script>")


async def test_a_foreign_frame_shows_nothing(hand: Hand, chat: Chat) -> None:
    await hand.opens("/sidebar/")
    foreign = chat.demo.platforms.standin("wecom").base.replace("127.0.0.1", "localhost")
    body = f'<iframe id="f" src="{chat.demo.url}/sidebar/" width="300" height="300"></iframe>'
    await hand.page.route(f"{foreign}/frame", lambda route: route.fulfill(content_type="text/html", body=body))
    await hand.page.goto(f"{foreign}/frame")
    frame = await (await hand.page.wait_for_selector("#f")).content_frame()  # type: ignore[union-attr]
    assert frame is not None
    await hand.page.wait_for_timeout(500)
    seen = await frame.content()
    assert "客户" not in seen and "登录" not in seen and "跟进" not in seen


async def test_another_sites_form_does_nothing(hand: Hand, chat: Chat) -> None:
    id = await customer(chat, "启明制造")
    await hand.opens(f"/sidebar/customer/{id}")
    foreign = chat.demo.platforms.standin("wecom").base.replace("127.0.0.1", "localhost")
    body = f'<form method="post" action="{chat.demo.url}/sidebar/customer/{id}/visit"><button>go</button></form>'
    await hand.page.route(f"{foreign}/form", lambda route: route.fulfill(content_type="text/html", body=body))
    await hand.page.goto(f"{foreign}/form")
    await hand.page.get_by_role("button", name="go").tap()
    await hand.page.wait_for_load_state()
    await expect(hand.page.locator("h1")).to_contain_text(re.compile("离开太久了|没做成"))
    assert [one for one in await chat.records("activity") if one["customer_id"] == id] == []


BRIDGE = """
window.WeixinJSBridge = {
  on() {},
  invoke(name, params, done) {
    window.called(name, JSON.stringify(params)).then(said => setTimeout(() => done(JSON.parse(said)), 0));
  }
};
"""
"""The client's side of the page, as far as the page's library knows it: calls are answered by the test."""
CLIENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 wxwork/4.1.20"


async def test_inside_a_chat_the_page_goes_to_its_customer(browser: Browser, chat: Chat) -> None:
    id = await customer(chat, "华东医械")
    hand = await taken(browser, chat, user_agent=CLIENT)
    called: list[tuple[str, dict[str, Any]]] = []
    wecom = chat.demo.platforms.wecom
    tickets = dict(zip(("config", "agentConfig"), wecom.pages.signs(wecom.apps[0]), strict=True))

    async def bridge(_: Any, name: str, params: str) -> str:
        given = json.loads(params)
        called.append((name, given))
        if name == "getCurExternalContact":
            return json.dumps({"err_msg": "getCurExternalContact:ok", "userId": "wmTEST09"})
        return json.dumps({"err_msg": f"{name}:ok"})

    await hand.page.expose_binding("called", bridge)
    await hand.page.add_init_script(BRIDGE)
    door = f"{chat.demo.platforms.standin('wecom').base}/client/open?as=zhang.wei&to={chat.demo.url}/sidebar/"
    await hand.page.goto(door, wait_until="commit")  # the page goes on by itself before it is whole
    await expect(hand.page).to_have_url(re.compile(r"/sidebar/lead\?external=wmTEST09$"), timeout=15_000)
    await hand.page.goto(f"{chat.demo.url}/sidebar/lead?customer={id}&external=wmTEST09")
    await hand.page.get_by_role("button", name="存为线索").tap()
    await expect(hand.page.get_by_role("status")).to_be_visible()
    await hand.page.goto(door, wait_until="commit")
    await expect(hand.page).to_have_url(re.compile(rf"/sidebar/customer/{id}$"), timeout=15_000)
    signed = [given for name, given in called if "onfig" in name]
    assert signed and {name for name, _ in called} >= {"getCurExternalContact"}
    for given in signed:
        kind = "agentConfig" if "agentid" in given or "agentId" in given else "config"
        text = f"jsapi_ticket={tickets[kind]}&noncestr={given['nonceStr']}&timestamp={given['timestamp']}"
        whole = f"{text}&url={chat.demo.url}/sidebar/"
        assert given["signature"] == sha1(whole.encode()).hexdigest(), given
    await hand.context.close()
    assert hand.told() == []


async def test_a_photo_as_iphones_make_it_is_a_jpeg_before_it_leaves(hand: Hand, chat: Chat) -> None:
    """Where the browser can read it; this one reads no HEIC, so a JPEG stands behind the name and the type of one."""
    id = await customer(chat, "华东医械")
    await hand.opens(f"/sidebar/customer/{id}/there")
    photo = hand.page.locator("#photo")
    await photo.set_input_files({"name": "IMG_7.HEIC", "mimeType": "image/heic", "buffer": JPEG})
    async with asyncio.timeout(8):
        while await photo.evaluate("one => one.files[0].type") != "image/jpeg":
            await asyncio.sleep(0.05)
    assert await photo.evaluate("one => one.files[0].name") == "IMG_7.jpg"
    await hand.page.fill("#reason", "在地下室")
    await hand.page.get_by_role("button", name="存下").click()
    await expect(hand.page.get_by_text("取证好了")).to_be_visible()
    [kept] = [one for one in await chat.records("evidence") if one["kind"] == "photo"]
    assert kept["file"].endswith(".jpg")


async def test_one_that_it_cannot_read_is_said_at_once(hand: Hand, chat: Chat) -> None:
    id = await customer(chat, "华东医械")
    await hand.opens(f"/sidebar/customer/{id}/there")
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(64)
    await hand.page.locator("#photo").set_input_files({"name": "IMG_8.heic", "mimeType": "", "buffer": heic})
    await expect(hand.page.get_by_text("现拍一张就行")).to_be_visible()
    assert await hand.page.locator("#photo").evaluate("one => one.files.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_red_bar_and_a_question_can_be_used_by_everybody(browser: Browser, chat: Chat, scheme: str) -> None:
    """At the width of a small phone, and with letters twice as large."""
    await told(chat, "启明制造", *BAD)
    await a_second_deal(chat)
    hand = await taken(browser, chat, color_scheme=scheme, viewport={"width": 320, "height": 800})
    await hand.opens(f"/sidebar/customer/{await customer(chat, '启明制造')}")
    await expect(hand.page.get_by_role("alert")).to_contain_text("连续 2 次超时")
    steps = {"健康干预": "健康干预安排好了", "生成拜访记录": "这次拜访是哪个商机？", "备件年单": "拜访记录生成好了"}
    for tapped, then in steps.items():
        assert await faults(hand.page) == [], tapped
        assert await hand.page.evaluate("document.documentElement.scrollWidth") <= 320
        await hand.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await hand.page.evaluate("document.documentElement.scrollWidth") <= 320
        await hand.page.get_by_role("button", name=tapped).tap()
        await expect(hand.page.get_by_text(then)).to_be_visible()
        await hand.page.wait_for_load_state("load")
    await hand.context.close()
    assert hand.told() == []
