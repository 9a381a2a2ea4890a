"""Newer robots are told members by an id of their own (open_userid): whose it is, the app asks (page 101521)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.base import TokenStore
from adapters.wecom.client import as_bytes
from adapters.wecom.tree import many, text

Post = Callable[[str, bytes], Awaitable[dict[str, Any]]]
_KEPT_SECONDS, _HEARD_SECONDS = 7 * 86_400.0, 86_400.0
_CALL = "batch/openuserid_to_userid"


class Aliases:
    """``post`` makes a call of the app's. Shared between replicas; losing it asks again."""

    def __init__(self, store: TokenStore, name: str, post: Post) -> None:
        self._store, self._name, self._post = store, name, post

    async def user_of(self, alias: str) -> str:
        """The member's own id; "" for what is none of the robot's ids, such as an own id. Raises SendError."""
        mark = f"{self._name}:alias:{alias}"
        user = await self._store.get(mark)
        if user is None:
            user = await self._asked(alias)
            if user:
                await self._store.put(mark, user, _KEPT_SECONDS)
        if user:
            await self._store.put(self._heard(user.casefold()), alias.casefold(), _HEARD_SECONDS)
        return user

    async def heard_as(self, user: str) -> str:
        """What the robot calls the member, as far as it spoke lately; else ``user``. Both folded."""
        return await self._store.get(self._heard(user)) or user

    async def _asked(self, alias: str) -> str:
        said = await self._post(_CALL, as_bytes({"open_userid_list": [alias]}))
        for one in many(said, "userid_list"):
            if text(one, "open_userid") == alias:
                return text(one, "userid")
        return ""

    def _heard(self, user: str) -> str:
        return f"{self._name}:heard:{user}"
