"""Somebody's phone: the chat app's client, in which pages of the bot are opened and tapped on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx

from bot.cli.demo import Demo

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
REFRESH = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


class Phone:
    """``opens`` follows what a browser would follow: redirects, and the refresh of a page that asks for a login."""

    def __init__(self, demo: Demo, user: str, platform: str = "wecom") -> None:
        self.demo, self.user, self.platform = demo, user, platform
        self.web = httpx.AsyncClient(timeout=20, trust_env=False, verify=False, follow_redirects=True)
        self.csrf = ""

    async def __aenter__(self) -> Phone:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.web.aclose()

    async def opens(self, path: str = "/sidebar/", **headers: str) -> httpx.Response:
        base = self.demo.platforms.standin(self.platform).base
        client = {"as": self.user, "to": self.demo.url + path}
        answer = await self.web.get(f"{base}/client/open", params=client, headers=headers)
        if answer.status_code == 401 and (again := REFRESH.search(answer.text)):
            answer = await self.web.get(urljoin(str(answer.url), unescape(again[1])))
        self._note(answer)
        return answer

    async def gets(self, path: str, **headers: str) -> httpx.Response:
        """As it is answered, nothing followed."""
        return await self.web.get(urljoin(self.demo.url, path), headers=headers, follow_redirects=False)

    async def posts(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """A form of the page that was opened last, with its token; ``csrf=None`` leaves it out."""
        data = {"csrf": self.csrf} | (fields or {})
        data = {name: value for name, value in data.items() if value is not None}
        follow = more.pop("follow", True)
        answer = await self.web.post(urljoin(self.demo.url, path), data=data, follow_redirects=follow, **more)
        self._note(answer)
        await self.demo.desk.quiet(20)
        return answer

    def cookie(self, name: str = "genjin") -> str:
        return next((one.value or "" for one in self.web.cookies.jar if one.name == name), "")

    def _note(self, answer: httpx.Response) -> None:
        if found := CSRF.search(answer.text):
            self.csrf = found[1]
