"""Pages inside Feishu: who looks at one (OAuth), and the signature by which it may call the client."""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import urlencode

from adapters.base import TokenStore
from adapters.errors import NotDeliverable, PlatformRefused, Retryable, SendError, TokenRejected
from adapters.feishu.client import Client
from adapters.feishu.config import Config
from adapters.feishu.plaintext import text
from adapters.feishu.signature import page_signature
from adapters.tokens import Tokens
from bot.clock import Clock

FRAMES = ("https://*.feishu.cn", "https://*.larksuite.com")
_CODE_MOST = 512
_STATE = re.compile(r"[A-Za-z0-9]{1,128}")
_TENANT_SECONDS = 30 * 86_400.0


class Door:
    """``tenant`` is the company's own key: an app may be shared beyond it, a page of ours may not."""

    def __init__(self, config: Config, clock: Clock, client: Client, tokens: TokenStore) -> None:
        self._config, self._clock, self._client, self._tokens = config, clock, client, tokens
        self._tenant = f"feishu:{config.app_id}:tenant"
        self._tickets = Tokens(f"feishu:{config.app_id}:ticket", tokens, clock, self._ticket)

    def login_url(self, back: str, state: str) -> str:
        """Raises ValueError for a state that would not come back whole."""
        if not _STATE.fullmatch(state):
            raise ValueError("state: 1 to 128 letters and digits")
        query = urlencode({"client_id": self._config.app_id, "redirect_uri": back, "state": state})
        return f"{self._config.accounts_base.rstrip('/')}/open-apis/authen/v1/authorize?{query}"

    async def whose(self, code: str) -> str:
        """The open id of whoever brought the code. Raises NotDeliverable for one of another company."""
        if not code or len(code) > _CODE_MOST:
            raise PlatformRefused("no code that the platform gives")
        body = {
            "grant_type": "authorization_code",
            "client_id": self._config.app_id,
            "client_secret": self._config.app_secret,
            "code": code,
        }
        said = await self._client.openly(f"{self._config.api}authen/v2/oauth/token", body)
        try:
            told = await self._client.as_user("authen/v1/user_info", text(said, "access_token"))
        except TokenRejected as odd:
            raise PlatformRefused(odd.message, odd.hint) from odd
        user, tenant = text(told, "data", "open_id"), text(told, "data", "tenant_key")
        if not user:
            raise Retryable("the platform named nobody")
        ours = await self._our_tenant()
        if ours and tenant != ours:
            raise NotDeliverable("the code is of somebody outside the company")
        return user

    async def page_keys(self, url: str) -> dict[str, Any]:
        at, nonce = int(self._clock.now().timestamp() * 1000), secrets.token_hex(8)
        ticket = (await self._tickets.get()).text
        signed = page_signature(ticket, nonce, at, url)
        return {"appId": self._config.app_id, "timestamp": at, "nonceStr": nonce, "signature": signed}

    async def _our_tenant(self) -> str:
        """The company's key; "" where the app may not ask for it: then only the company's own people can log in at
        all, as it is the app of one company."""
        known = await self._tokens.get(self._tenant)
        if known is not None:
            return known
        try:
            told = await self._client.get("tenant/v2/tenant/query")
        except SendError:
            return ""
        key = text(told, "data", "tenant", "tenant_key")
        if key:
            await self._tokens.put(self._tenant, key, _TENANT_SECONDS)
        return key

    async def _ticket(self) -> tuple[str, float]:
        said = await self._client.post("jssdk/ticket/get", {})
        data = said.get("data") or {}
        ticket, seconds = data.get("ticket"), data.get("expire_in")
        if not isinstance(ticket, str) or not ticket or not isinstance(seconds, int | float):
            raise Retryable("the platform gave no ticket")
        return ticket, float(seconds)
