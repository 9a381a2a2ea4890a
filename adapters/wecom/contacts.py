"""People outside as the platform tells of them, and handing them over (platform pages 92114, 94096, 94097,
94100, 94101)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from adapters.errors import NotDeliverable, PlatformRefused, Unseen
from adapters.events import Follower, Outsider
from adapters.wecom.client import Client, as_bytes
from adapters.wecom.codes import error_for
from adapters.wecom.tree import Tree, many, text

EXTERNAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PAGES = 20
"""Of 500 followers each: more have not one person among their contacts."""
_WORDS_MOST = 200
_IN_SERVICE, _LEFT = "externalcontact", "externalcontact/resigned"
"""Where hand-overs lie of who is with the company, and of who has left it (pages 94096, 94100)."""
State = Literal["done", "waiting", "refused", "full", "unknown"]
_STATES: dict[int, State] = {1: "done", 2: "waiting", 3: "refused", 4: "full"}


class Outside:
    """The calls about people outside, by the app's own token."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def contact(self, external: str) -> Outsider:
        """Who that is, with all who follow. Raises SendError."""
        followers: list[Follower] = []
        said: dict[str, Any] = {}
        cursor = ""
        for _ in range(_PAGES):
            more = {"cursor": cursor} if cursor else {}
            said = await self._client.get("externalcontact/get", external_userid=_id(external), **more)
            followers += _followers(said)
            cursor = text(said, "next_cursor")
            if not cursor:
                break
        person = said.get("external_contact")
        if not isinstance(person, dict) or not text(person, "external_userid"):
            raise Unseen("the answer tells of nobody")
        return Outsider(
            id=text(person, "external_userid"), name=text(person, "name"), company=text(person, "corp_name"),
            followers=tuple(followers),
        )  # fmt: skip

    async def hand_over(self, external: str, giver: str, taker: str, words: str = "") -> None:
        """Asks the platform to hand the person over; that it began is no proof that it will be done. Who left the
        company hands over by a way of his own, on which nobody is told any ``words``. Raises SendError:
        PlatformRefused where this person cannot be (now)."""
        path = _LEFT if await self._has_left(giver) else _IN_SERVICE
        body = {"handover_userid": giver, "takeover_userid": taker, "external_userid": [_id(external)]}
        told = {"transfer_success_msg": words[:_WORDS_MOST]} if words and path == _IN_SERVICE else {}
        said = await self._client.post(f"{path}/transfer_customer", as_bytes(body | told))
        for one in many(said, "customer"):
            code = one.get("errcode", 0) if isinstance(one, dict) else 0
            if code:
                raise error_for(int(code), "", f"{path}/transfer_customer")

    async def handed_over(self, external: str, giver: str, taker: str) -> State:
        """How far the hand-over has come, also one that was begun before the giver left; "unknown" where the platform
        has no record of it (yet). Raises SendError."""
        state: State = "unknown"
        for path in (_LEFT, _IN_SERVICE) if await self._has_left(giver) else (_IN_SERVICE,):
            state = await self._result(path, external, giver, taker)
            if state != "unknown":
                break
        return state

    async def _result(self, path: str, external: str, giver: str, taker: str) -> State:
        cursor = ""
        for _ in range(_PAGES):
            body = {"handover_userid": giver, "takeover_userid": taker, "cursor": cursor}
            try:
                said = await self._client.post(f"{path}/transfer_result", as_bytes(body))
            except NotDeliverable:  # in service nobody goes by that name any more
                return "unknown"
            for one in many(said, "customer"):
                if isinstance(one, dict) and one.get("external_userid") == external:
                    return _STATES.get(one.get("status", 0), "unknown")
            cursor = text(said, "next_cursor")
            if not cursor:
                break
        return "unknown"

    async def _has_left(self, user: str) -> bool:
        """The directory does not know the member any more. Raises SendError."""
        try:
            await self._client.get("user/get", userid=user)
        except NotDeliverable:
            return True
        except PlatformRefused:  # out of our sight is not out of the company
            return False
        return False


def _id(external: str) -> str:
    if not EXTERNAL.fullmatch(external):
        raise PlatformRefused("not the id of somebody outside")
    return external


def _followers(said: Tree) -> Iterator[Follower]:
    for one in many(said, "follow_user"):
        if not isinstance(one, dict) or not text(one, "userid"):
            continue
        phones = [number for number in many(one, "remark_mobiles") if isinstance(number, str)]
        tags = [text(tag, "tag_name") for tag in many(one, "tags")]
        yield Follower(
            text(one, "userid"), text(one, "remark"), text(one, "remark_corp_name"), tuple(phones),
            tuple(tag for tag in tags if tag),
        )  # fmt: skip
