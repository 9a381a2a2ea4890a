"""The same page behind each of the three chat apps: who looks is named by the app one comes from."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.demo import running
from tests.bot.web.phone import Phone
from tests.conversations.chat import TUESDAY, Chat
from tests.fixtures.web import web_at

ALL = ("wecom", "dingtalk", "feishu")


@pytest.fixture
async def chat(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=ALL) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web)


@pytest.mark.parametrize("platform", ALL)
async def test_a_member_gets_in_by_his_own_app(chat: Chat, platform: str) -> None:
    account = chat.demo.platforms.standin(platform).accounts[0]
    async with Phone(chat.demo, "zhang.wei", platform) as phone:
        page = await phone.opens(f"/sidebar/?in={account}")
        assert page.status_code == 200 and "张伟的客户" in page.text and "华东医械" in page.text
        assert (await phone.opens("/sidebar/lead")).status_code == 200
        saved = await phone.posts("/sidebar/lead", {"name": "韩工", "phone": "13812345678"})
        assert "已存为线索" in saved.text
        page = f"{chat.demo.url}/sidebar/?in={account}"
        keys = await phone.web.get(f"{chat.demo.url}/sidebar/keys", params={"url": page})
        assert keys.status_code == 200 and "signature" in keys.text


@pytest.mark.parametrize("platform", ALL)
async def test_a_stranger_does_not(chat: Chat, platform: str) -> None:
    account = chat.demo.platforms.standin(platform).accounts[0]
    async with Phone(chat.demo, "zhao.min", platform) as phone:
        page = await phone.opens(f"/sidebar/?in={account}")
        assert page.status_code == 403 and not phone.cookie()


async def test_where_no_app_is_named_it_is_asked_which(chat: Chat) -> None:
    async with Phone(chat.demo, "zhang.wei") as phone:
        page = await phone.opens("/sidebar/")
        assert page.status_code == 200 and "你在哪里用小跟" in page.text
        assert all(label in page.text for label in ("企业微信", "钉钉", "飞书"))
        policy = page.headers["content-security-policy"]
        assert all(host in policy for host in ("work.weixin.qq.com", "dingtalk.com", "feishu.cn"))


async def test_a_code_of_one_app_opens_nothing_at_another(chat: Chat) -> None:
    async with Phone(chat.demo, "zhang.wei") as phone:
        away = await phone.gets("/sidebar/login?in=wecom")
        state = away.headers["location"].split("state=")[1].split("&")[0].split("#")[0]
        for other in ("dingtalk", "feishu"):
            answer = await phone.gets(f"/sidebar/back/{other}?code=x&state={state}")
            assert answer.status_code == 403


@pytest.mark.parametrize("platform", ALL)
async def test_the_demos_own_link_opens_it_as_whose_phone_it_is(chat: Chat, platform: str) -> None:
    async with Phone(chat.demo, "li.na") as phone:
        for user, name in (("li.na", "李娜"), ("zhang.wei", "张伟")):
            page = await phone.web.get(f"{chat.demo.url}/sandbox/client", params={"as": user, "on": platform})
            assert page.status_code == 200 and f"{name}的客户" in page.text


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
async def test_what_bind_says_in_a_group_opens_at_its_customer(chat: Chat, platform: str) -> None:
    """From a tab of the group, by whoever may see the customer."""
    await chat.says("zhang.wei", "/bind 启明制造", on=platform, chat="east")
    shown = await chat.says("zhang.wei", "/bind", on=platform, chat="east")
    found = re.search(r"http\S+(/sidebar/chat\S+)", shown.text)
    address = found[1] if found else next(iter(shown.urls.values())).removeprefix(chat.demo.url)
    async with Phone(chat.demo, "zhang.wei", platform) as phone:
        page = await phone.opens(address)
        assert page.status_code == 200 and page.url.path.startswith("/sidebar/customer/") and "启明制造" in page.text
    async with Phone(chat.demo, "li.na", platform) as phone:
        page = await phone.opens(address)
        assert page.status_code == 200 and "启明制造" not in page.text
