"""The page behind a button where no card template is configured: the platform's plain cards open addresses and call
nothing back, so the page asks once more, and what it is told is a tap like any other."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from adapters.dingtalk import plaintext
from adapters.dingtalk.config import Config
from adapters.dingtalk.plaintext import PLAIN
from adapters.events import Received
from adapters.messages import Card, Push
from bot.clock import Clock

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
SIGNED = ("user", "card", "button", "label")
ONCE = 32
"""Hexadecimal digits that name one showing of the page: sent twice it is one tap."""
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/static/genjin.css"></head>
<body><main class="upload"><section class="sheet"><h1>{title}</h1><p>{words}</p>{form}</section></main></body></html>
"""
FORM = """<form method="post"><input type="hidden" name="once" value="{once}">
<p><button class="btn go">{label}</button></p></form>"""


GONE = "这个按钮打不开了", "回聊天里点最新那张卡，或直接回按钮上的字。"


class Taps:
    """One account's addresses. ``keep`` stores a tap's plaintext and answers None where it could not."""

    def __init__(self, config: Config, clock: Clock, keep: Callable[[bytes], Awaitable[Received | None]]) -> None:
        self._config, self._clock, self._keep = config, clock, keep

    def routes(self) -> list[web.RouteDef]:
        path = f"/callback/dingtalk/{self._config.name}/tap"
        return [web.get(path, self._show), web.post(path, self._take)]

    async def _show(self, request: web.Request) -> web.Response:
        """Opening it changes nothing."""
        if not self._ours(request.query):
            return _page(*GONE, 404)
        label = request.query["label"]
        form = FORM.format(once=secrets.token_hex(ONCE // 2), label=escape(label))
        return _page(f"要「{label}」吗？", "点下面的按钮就办，结果在聊天里。", form=form)

    async def _take(self, request: web.Request) -> web.Response:
        query, once = request.query, str((await request.post()).get("once", ""))
        if not self._ours(query) or len(once) != ONCE:
            return _page(*GONE, 404)
        action = {"actionIds": [query["button"]], "params": {"action": query["button"]}}
        body = {"outTrackId": query["card"], "userId": query["user"], "content": {"cardPrivateData": action}, PLAIN: 1}
        stamp = str(int(self._clock.now().timestamp() * 1000))
        plain = plaintext.tap(body, plaintext.digest(f"{query['sign']}{once}".encode()), stamp)
        if await self._keep(plain) is None:
            return _page("没存上", "稍等一会儿再点一次，不会记两遍。", 503)
        return _page("收到了", "回聊天里看就行。")

    def _ours(self, query: MultiMapping[str]) -> bool:
        signs = (_sign(secret, *(query.get(name, "") for name in SIGNED)) for secret in self._config.secrets)
        given = query.get("sign", "")
        return any(hmac.compare_digest(given.encode("utf-8", "replace"), sign.encode()) for sign in signs)


def linked(push: Push, user: str, key: str, config: Config) -> Push:
    """The push with an address behind each of its buttons; as it is where the account cannot be reached from outside,
    or where something is to be chosen, which is typed. The same push, user and key give the same addresses."""
    chosen = isinstance(push, Card) and push.choice is not None
    if chosen or not config.callback_url.startswith(("https://", "http://")):
        return push

    def address(button: str, label: str) -> str:
        told = dict(zip(SIGNED, (user, key, button, label), strict=True))
        sign = _sign(config.client_secret, *told.values())
        return f"{config.callback_url}/tap?{urlencode({**told, 'sign': sign})}"

    return replace(
        push, buttons=tuple(one if one.url else replace(one, url=address(one.id, one.label)) for one in push.buttons)
    )


def _sign(secret: str, *parts: str) -> str:
    """HMAC-SHA256 over what the address says, each part with its length before it."""
    message = "".join(f"{len(part)}:{part}" for part in ("genjin-tap", *parts))
    return hmac.new(secret.encode(), message.encode("utf-8", "replace"), "sha256").hexdigest()


def _page(title: str, words: str, status: int = 200, form: str = "") -> web.Response:
    html = PAGE.format(title=escape(title), words=escape(words), form=form)
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
