"""Group robots by webhook (platform page 99110): a text into one group, nothing back. The key is the credential."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from adapters.base import Limits
from adapters.errors import PlatformRefused, Retryable
from adapters.http import Http
from adapters.messages import Push
from adapters.wecom.client import as_bytes
from adapters.wecom.codes import raise_for
from adapters.wecom.config import WEBHOOK as PATH
from adapters.wecom.config import key_of
from adapters.wecom.render import words_of

_A_MINUTE, _MOST = 60.0, 20


class Webhooks:
    """The account's groups by the names that the configuration gives them."""

    def __init__(self, keys: Mapping[str, str], api: str, http: Http, limits: Limits) -> None:
        self._keys, self._api, self._http, self._limits = keys, api, http, limits

    def __contains__(self, chat: str) -> bool:
        return chat in self._keys

    async def say(self, chat: str, push: Push) -> None:
        """Raises SendError: Retryable with the wait where the group has had its 20 of this minute."""
        key = self._keys[chat]
        mark = hashlib.sha256(key.encode()).hexdigest()[:16]
        wait = await self._limits.take(f"wecom:webhook:{mark}:60", _A_MINUTE, _MOST)
        if wait > 0:
            raise Retryable("over 20 in a minute to one group", "群消息发得太密，稍后自动再发", wait)
        body = {"msgtype": "text", "text": {"content": words_of(push)}}
        answer = await self._http.post(f"{self._api}{PATH}", {"key": key}, content=as_bytes(body))
        try:
            raise_for(answer.json(), PATH)
        except Retryable as busy:
            raise Retryable(busy.message, busy.hint, busy.wait or _A_MINUTE) from busy


def known(keys: Mapping[str, str], api: str) -> Mapping[str, str]:
    """The webhooks with their keys alone. Raises PlatformRefused for one that is none of the platform's."""
    found = {name: key_of(written, api) for name, written in keys.items()}
    wrong = [name for name, key in found.items() if not key]
    if wrong:
        raise PlatformRefused(f"not a webhook of the platform: {', '.join(wrong)}")
    return found
