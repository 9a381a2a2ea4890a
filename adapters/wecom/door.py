"""Pages inside WeCom: who looks at one (silent OAuth), and the signatures by which it may call the client.

Platform pages 91022, 91023 (login), 90506 (signatures).
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from adapters.base import TokenStore
from adapters.errors import NotDeliverable, PlatformRefused, Retryable
from adapters.tokens import Tokens
from adapters.wecom.client import Client
from adapters.wecom.config import Config
from adapters.wecom.jsapi import page_signature
from bot.clock import Clock

FRAMES = ("https://work.weixin.qq.com", "https://*.work.weixin.qq.com")
SCRIPTS = tuple(Path(__file__).parent / "static" / name for name in ("wecom-jssdk.min.js", "door.js"))
_CODE_MOST = 512
_STATE = re.compile(r"[A-Za-z0-9]{1,128}")


class Door:
    """The app's two tickets are fetched once and kept apart: the company's signs ``config``, the app's
    ``agentConfig``."""

    def __init__(self, config: Config, clock: Clock, client: Client, tokens: TokenStore) -> None:
        self._config, self._clock, self._client = config, clock, client
        app = f"wecom:{config.corp_id}:{config.agent_id}"
        self._company = Tokens(f"{app}:ticket:company", tokens, clock, lambda: self._ticket("get_jsapi_ticket"))
        self._app = Tokens(f"{app}:ticket:app", tokens, clock, lambda: self._ticket("ticket/get", type="agent_config"))

    def login_url(self, back: str, state: str) -> str:
        """Silent: the member sees nothing of it. Raises ValueError for a state that the platform would not bring
        back."""
        if not _STATE.fullmatch(state):
            raise ValueError("state: 1 to 128 letters and digits")
        query = urlencode(
            {
                "appid": self._config.corp_id,
                "redirect_uri": back,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
                "agentid": self._config.agent_id,
            }
        )
        return f"{self._config.oauth_base.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"

    async def whose(self, code: str) -> str:
        if not code or len(code) > _CODE_MOST:
            raise PlatformRefused("no code that the platform gives")
        said = await self._client.get("auth/getuserinfo", code=code)
        user = said.get("userid")
        if not isinstance(user, str) or not user:
            raise NotDeliverable("the code is of somebody outside the company")
        return user

    async def page_keys(self, url: str) -> dict[str, Any]:
        at = int(self._clock.now().timestamp())
        company, app = (await self._company.get()).text, (await self._app.get()).text
        return {
            "corpId": self._config.corp_id,
            "agentId": self._config.agent_id,
            "config": _signed(company, at, url),
            "agentConfig": _signed(app, at, url),
        }

    async def _ticket(self, path: str, **query: str) -> tuple[str, float]:
        said = await self._client.get(path, **query)
        ticket, seconds = said.get("ticket"), said.get("expires_in")
        if not isinstance(ticket, str) or not ticket or not isinstance(seconds, int | float):
            raise Retryable("the platform gave no ticket")
        return ticket, float(seconds)


def _signed(ticket: str, at: int, url: str) -> dict[str, Any]:
    nonce = secrets.token_hex(8)
    return {"timestamp": at, "nonceStr": nonce, "signature": page_signature(ticket, nonce, at, url)}
