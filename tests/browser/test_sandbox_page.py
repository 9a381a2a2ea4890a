"""The sandbox's page in a real browser, and the same forms without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Stage
from tests.fixtures.web import web_at

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
STORY = "王总说预算已批，等我们下周三签合同，我周五前把报价单发过去"


async def told(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/sandbox")
    await page.fill("#say", STORY)
    await page.keyboard.press("Enter")
    await expect(page.locator(".card")).to_contain_text("华东医械 · 记下了")


async def test_a_sentence_a_card_a_record_and_its_proof(page: Page, stage: Stage) -> None:
    await told(page, stage)
    await expect(page.locator("#say")).to_have_value("")
    await expect(page.locator(".bubble.mine mark")).to_have_text(
        ["王总1", "预算已批2", "下周三3", "签合同4", "我周五前把报价单发过去5"]
    )
    await expect(page.locator(".facts > div").nth(4)).to_contain_text("5承诺我方发报价单，周五 3月13日前")
    await expect(page.locator(".promises > li").first).to_contain_text("发报价单 5我方 · 周五 3月13日前")
    await expect(page.locator(".chain > li").first).to_contain_text("记下承诺 新")
    await expect(page.locator(".need .miss")).to_contain_text("采购流程图")
    assert page.url == f"{stage.url}/sandbox"


async def test_a_tap_changes_the_card_in_place(page: Page, stage: Stage) -> None:
    await told(page, stage)
    link = page.locator(".acts a", has_text="补材料")
    await expect(link).to_have_attribute("href", stage.story.upload)
    await expect(link).to_have_attribute("rel", "noopener")
    await page.get_by_role("button", name="确认").click()
    await expect(page.locator(".card .status")).to_have_text("张伟 10:00 确认")
    await expect(page.locator(".card")).to_have_count(1)
    await expect(page.locator(".card .acts button")).to_have_text(["撤销"])


async def test_the_clock_goes_to_a_coming_moment(page: Page, stage: Stage) -> None:
    await told(page, stage)
    await page.locator(".moments button", has_text="提醒张伟：明天到期").click()
    await expect(page.locator(".card.remind")).to_contain_text("明天到期：发报价单")
    await expect(page.locator(".clock .now")).to_contain_text("17:40")
    await expect(page.locator(".moments .here")).to_have_attribute("aria-current", "time")


async def test_the_manager_hears_and_is_counted_until_looked_at(page: Page, stage: Stage) -> None:
    await told(page, stage)
    for day in ("11", "12", "13", "14"):
        await page.get_by_role("button", name="到明早").click()
        await expect(page.locator(".clock .now")).to_contain_text(f"3月{day}日")
    await expect(page.locator(".people .un")).to_have_text("1 条未读")
    await page.get_by_role("link", name="王芳").click()
    await expect(page.locator(".card.alarm")).to_contain_text("1 件答应客户的事没闭环")
    await expect(page.locator(".people .un")).to_have_count(0)
    await expect(page.locator(".promises .left").first).to_have_text("▲ 过期")


async def test_what_comes_later_shows_by_itself_and_keeps_what_is_typed(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/sandbox")
    await page.locator("#say").press_sequentially("打到一半")
    stage.story.send("zhang.wei", "promise.now", {"msgtype": "text", "text": {"content": "今天到期：发报价单"}})
    await expect(page.locator(".bubble.theirs")).to_contain_text("今天到期")
    await expect(page.locator("#say")).to_have_value("打到一半")
    await expect(page.locator("#say")).to_be_focused()


async def test_a_choice_is_made_in_the_chat(page: Page, stage: Stage) -> None:
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": "没听准是哪家，点一下"},
        "button_selection": {
            "question_key": "choice",
            "option_list": [{"id": "a", "text": "瑞禾医疗"}, {"id": "b", "text": "瑞和药房"}],
        },
        "button_list": [{"text": "就这个", "style": 1, "key": "choose"}],
        "task_id": "t-choice",
    }
    stage.story.send("zhang.wei", "reading.which_customer", {"msgtype": "template_card", "template_card": card})
    await page.goto(f"{stage.url}/sandbox")
    await page.select_option(".pick", "b")
    await page.get_by_role("button", name="就这个").click()
    await expect(page.locator(".pick option[selected]")).to_have_attribute("value", "b")
    item = stage.world.item("zhang.wei", 1)
    assert item is not None
    assert item.shown.picked == ("b",)


async def test_trouble_is_said_and_the_words_are_kept(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/sandbox")
    stage.platforms.point("wecom", "")
    await page.fill("#say", "这句发不出去")
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("这一步没做成")
    await expect(page.locator("#say")).to_have_value("这句发不出去")


async def test_faults_are_shown_until_they_end(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/sandbox")
    await page.get_by_text("弄坏点什么试试").click()
    await page.get_by_role("button", name="平台断线").click()
    await expect(page.locator(".faults .notice")).to_have_text("平台断线，到 周二 10:10 恢复")
    await page.get_by_role("button", name="恢复").click()
    await expect(page.locator(".faults .notice")).to_have_count(0)


async def test_a_broken_chain_is_found_by_asking(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/sandbox")
    await expect(page.locator(".proof")).to_contain_text("链条完整")
    stage.desk.broken = 1041
    await page.get_by_role("button", name="核对").click()
    await expect(page.locator(".proof")).to_contain_text("第 1041 条对不上")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024, 768, 375, 320])
async def test_it_fits_every_width_with_room_for_fingers(
    browser: Browser, stage: Stage, width: int, scheme: Any
) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = await context.new_page()
    await told(page, stage)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    small = await page.evaluate(
        """() => [...document.querySelectorAll('button, .btn, select, input:not([type=hidden]), .people a, summary')]
             .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
             .filter(([_, r]) => r.width && r.height < 43.5).map(([name, r]) => `${name} ${r.height}`)"""
    )
    assert small == []
    await context.close()


async def test_text_is_readable_in_both_schemes(browser: Browser, stage: Stage) -> None:
    script = """() => {
      const value = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const light = hex => { const c = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * c[0] + .7152 * c[1] + .0722 * c[2]; };
      const ratio = (a, b) => { const [x, y] = [light(value(a)), light(value(b))].sort((p, q) => q - p);
        return (x + .05) / (y + .05); };
      return [['--ink', '--paper', 4.5], ['--ink-2', '--paper', 4.5], ['--ink-3', '--sheet', 4.5],
        ['--pine', '--sheet', 4.5],
        ['--pine-ink', '--pine', 4.5], ['--marker-ink', '--marker', 4.5], ['--cinnabar', '--sheet', 4.5],
        ['--cinnabar-ink', '--cinnabar', 4.5], ['--amber', '--amber-soft', 4.5],
        ['--edge', '--sheet', 3], ['--focus', '--paper', 3]]
        .filter(([a, b, least]) => ratio(a, b) < least).map(([a, b]) => `${a} on ${b}: ${ratio(a, b)}`); }"""
    for scheme in ("light", "dark"):
        context = await browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{stage.url}/sandbox")
        assert await page.evaluate(script) == []
        await context.close()


async def test_the_keyboard_goes_everywhere(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/sandbox")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    seen = set()
    for _ in range(40):
        await page.keyboard.press("Tab")
        seen.add(
            await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 6)")
        )
    assert {"say", "others", "+2 小时", "到明早", "发送", "核对", "which"} <= seen
    assert await page.locator("h1").count() == 1
    unnamed = await page.evaluate(
        """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), select')]
            .filter(e => !(e.textContent.trim() || e.labels?.length || e.getAttribute('aria-label')))
            .map(e => e.outerHTML)"""
    )
    assert unnamed == []


async def test_every_form_works_without_a_script(browser: Browser, stage: Stage) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{stage.url}/sandbox")
    await page.fill("#say", STORY)
    await page.click(".compose button")
    assert "记下了" in await page.inner_text(".card")
    await page.click("text=确认")
    assert "10:00 确认" in await page.inner_text(".card .status")
    await page.click(".moments button >> nth=0")
    assert "明天到期" in await page.inner_text(".card.remind")
    await page.click(".proof ~ form button")
    assert "链条完整" in await page.inner_text(".proof")
    assert "as=zhang.wei" in page.url
    await context.close()


# without a browser


async def test_nothing_inline_and_nothing_from_outside(stage: Stage) -> None:
    async with web_at(stage.url) as http:
        await http.post("/sandbox/say", data={"as": "zhang.wei", "text": STORY})
        answer = await http.get("/sandbox")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'"
    )
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", answer.text)
    assert set(re.findall(r"(?:src|href)=\"(https?://[^\"]+)", answer.text)) == {stage.story.upload}


async def test_what_people_write_stays_text(stage: Stage) -> None:
    wild = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    stage.story.send("zhang.wei", "x", {"msgtype": "text", "text": {"content": wild}})
    stage.desk.rows["activity"][0]["text"] = wild
    async with web_at(stage.url) as http:
        await http.post("/sandbox/say", data={"as": "zhang.wei", "text": wild})
        text = (await http.get("/sandbox", params={"customer": wild, "as": "zhang.wei"})).text
        assert (await http.get("/sandbox", params={"as": wild})).status_code == 200
    assert "<img" not in text
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


async def test_a_link_that_is_no_page_is_not_shown(stage: Stage) -> None:
    body = {"title": "题", "description": "述", "url": "javascript:alert(1)"}
    stage.story.send("zhang.wei", "x", {"msgtype": "textcard", "textcard": body})
    async with web_at(stage.url) as http:
        assert "javascript:alert" not in (await http.get("/sandbox")).text


async def test_nothing_new_is_not_sent_again(stage: Stage) -> None:
    async with web_at(stage.url) as http:
        seen = re.search(r"seen=(\w+)", (await http.get("/sandbox")).text)
        assert seen
        query = {"as": "zhang.wei", "customer": "", "seen": seen[1]}
        assert (await http.get("/sandbox/live", params=query)).status_code == 204
        stage.story.send("zhang.wei", "x", {"msgtype": "text", "text": {"content": "新的"}})
        assert "新的" in (await http.get("/sandbox/live", params=query)).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("say", {"text": ""}),
        ("tap", {"n": "x"}),
        ("tap", {"n": "9"}),
        ("clock", {"to": "morgen"}),
        ("fault", {"mode": "fire"}),
    ],
)
async def test_a_wrong_form_gets_a_page_that_says_so(stage: Stage, path: str, form: dict[str, str]) -> None:
    async with web_at(stage.url) as http:
        answer = await http.post(f"/sandbox/{path}", data={"as": "zhang.wei", **form})
        assert answer.status_code in (400, 404)
        assert "这一步没做成" in answer.text
        assert "<h1>" in answer.text
        piece = await http.post(f"/sandbox/{path}", data={"as": "zhang.wei", **form}, headers={"HX-Request": "true"})
        assert (piece.headers["hx-retarget"], "<h1>" in piece.text) == ("#notice", False)


async def test_another_sites_form_does_nothing(stage: Stage) -> None:
    async with web_at(stage.url) as http:
        head = {"Origin": "https://elsewhere.example"}
        answer = await http.post("/sandbox/say", data={"as": "zhang.wei", "text": STORY}, headers=head)
    assert answer.status_code == 403
    assert stage.world.talk("zhang.wei") == []


async def test_only_our_own_files_are_served(stage: Stage) -> None:
    async with web_at(stage.url) as http:
        assert (await http.get("/sandbox/static/sandbox.css")).headers["content-type"].startswith("text/css")
        for name in ("page.py", "../page.py", "%2e%2e/page.py"):
            assert (await http.get(f"/sandbox/static/{name}")).status_code == 404
