"""Pages inside the chat app: where a browser logs in, who it was, and what a page's JS-SDK wants."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from adapters.base import TokenStore
from adapters.dingtalk.client import Client
from adapters.dingtalk.config import Config
from adapters.dingtalk.signature import page_signature
from adapters.dingtalk.tree import below, text
from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, Unseen
from adapters.tokens import Tokens
from bot.clock import Clock

FRAMES = ("https://*.dingtalk.com", "https://*.dingtalk.io")
_OUTSIDE = 1  # contact_type of somebody who is no member


class Door:
    """One account's side of its pages."""

    def __init__(self, config: Config, clock: Clock, client: Client, store: TokenStore) -> None:
        self._config, self._clock, self._client = config, clock, client
        self._tickets = Tokens(f"{client.app}:ticket", store, clock, self._new_ticket)

    def login_url(self, back: str, state: str) -> str:
        """Where the browser goes; it comes back to ``back`` with ``state`` and a code, called ``authCode``. A page
        inside the app may get one without a word by ``dd.requestAuthCode``: ``whose`` knows both."""
        asked = {
            "redirect_uri": back,
            "response_type": "code",
            "client_id": self._config.client_id,
            "scope": "openid",
            "state": state,
            "prompt": "consent",
        }
        return f"{self._config.login_base.rstrip('/')}/oauth2/auth?{urlencode(asked)}"

    async def whose(self, code: str) -> str:
        """The member who brought ``code``. Raises SendError; NotDeliverable for somebody outside of the company."""
        try:
            answer = await self._client.old("topapi/v2/user/getuserinfo", {"code": code})
        except (PlatformRefused, NotDeliverable):
            return await self._by_login(code)
        if user := text(answer, "result", "userid"):
            return user
        raise Unseen("the answer names nobody")

    async def page_keys(self, url: str) -> dict[str, Any]:
        """What ``dd.config`` wants for the page at ``url``, its signature included. Raises SendError."""
        if not self._config.corp_id or not self._config.agent_id:
            words = "页面要 corp_id 和 agent_id：在开发者后台应用的「凭证与基础信息」里复制"
            raise Misconfigured("corp_id or agent_id is missing", words)
        nonce, stamp = secrets.token_hex(8), str(int(self._clock.now().timestamp()))
        ticket = (await self._tickets.get()).text
        return {
            "agentId": self._config.agent_id,
            "corpId": self._config.corp_id,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "signature": page_signature(ticket, nonce, stamp, url),
        }

    async def _by_login(self, code: str) -> str:
        """The code of a browser's login: good for the person's own token, which tells who they are."""
        asked = {
            "clientId": self._config.client_id,
            "clientSecret": self._config.client_secret,
            "code": code,
            "grantType": "authorization_code",
        }
        token = text(await self._client.plain("oauth2/userAccessToken", asked), "accessToken")
        union = text(await self._client.plain("contact/users/me", {}, token), "unionId") if token else ""
        if not union:
            raise PlatformRefused("the login tells nobody", "登录已过期，请重新打开页面")
        found = below(await self._client.old("topapi/user/getbyunionid", {"unionid": union}), "result")
        user = text(found, "userid")
        if not user or below(found, "contact_type") == _OUTSIDE:
            raise NotDeliverable("no member of the company", "这个人不在公司的通讯录里")
        return user

    async def _new_ticket(self) -> tuple[str, float]:
        answer = await self._client.call("POST", "oauth2/jsapiTickets", {})
        ticket, seconds = text(answer, "jsapiTicket"), answer.get("expireIn")
        if not ticket or not isinstance(seconds, int | float):
            raise Unseen("the answer holds no ticket")
        return ticket, float(seconds)
