from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.world import World
from bot.clock import MovableClock
from tests.adapters.sandbox.fake import START, FakeBot, listening
from tests.fixtures.web import web_at


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def world(clock: MovableClock) -> World:
    return World(clock)


@pytest.fixture
async def platforms(world: World) -> AsyncIterator[Platforms]:
    async with on_loopback(world) as running:
        yield running


@pytest.fixture
async def bot(platforms: Platforms) -> AsyncIterator[FakeBot]:
    async with listening(platforms) as listener:
        yield listener


class Wecom:
    """A plain client of the stand-in server."""

    def __init__(self, platforms: Platforms, http: httpx.AsyncClient) -> None:
        self.platforms, self.http, self.token = platforms, http, ""
        self.app = platforms.wecom.apps[0]

    async def login(self) -> str:
        query = {"corpid": self.app.corp_id, "corpsecret": self.app.secret}
        self.token = (await self.http.get("gettoken", params=query)).json()["access_token"]
        return self.token

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.http.post(path, params={"access_token": self.token}, json=body)
        return answer.json()

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        return (await self.http.get(path, params={"access_token": self.token, **query})).json()

    async def send(self, to: str = "zhang.wei", **parts: Any) -> dict[str, Any]:
        body = {"touser": to, "agentid": self.app.agent_id, "msgtype": "text", "text": {"content": "你好"}}
        return await self.post("message/send", body | parts)

    async def card(self, to: str = "zhang.wei", **parts: Any) -> dict[str, Any]:
        return await self.send(to, msgtype="template_card", template_card=a_card(**parts))


def a_card(**parts: Any) -> dict[str, Any]:
    card = {
        "card_type": "button_interaction",
        "source": {"desc": "跟进"},
        "main_title": {"title": "华东医械 · 记下了", "desc": "已记下，有错点改"},
        "horizontal_content_list": [{"keyname": "承诺", "value": "我方发报价单，周五 3月13日前"}],
        "sub_title_text": "依据：“我周五前把报价单发过去”",
        "button_list": [
            {"text": "确认", "style": 1, "key": "confirm"},
            {"text": "撤销", "key": "undo"},
            {"text": "补材料", "type": 1, "url": "http://127.0.0.1:1/upload/x", "key": "add_evidence"},
        ],
        "task_id": "task-1",
    }
    return card | parts


@pytest.fixture
async def wecom(platforms: Platforms) -> AsyncIterator[Wecom]:
    async with web_at(f"{platforms.wecom_people.base}/cgi-bin/") as http:
        client = Wecom(platforms, http)
        await client.login()
        yield client
