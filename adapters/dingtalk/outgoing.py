"""What goes out: texts and files by the robot, cards by the card platform, and the one group with a webhook."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.base import TokenStore
from adapters.dingtalk import plaintext, render
from adapters.dingtalk.client import Client
from adapters.dingtalk.codes import QPS, refused
from adapters.dingtalk.config import WEBHOOK, Config
from adapters.dingtalk.taps import linked
from adapters.dingtalk.tree import Tree, below, first, many, text, unfolded
from adapters.errors import NotDeliverable, PlatformRefused, Retryable
from adapters.messages import Address, Card, Push, Sent, Text

_USER = re.compile(r"[A-Za-z0-9_.@$:-]{1,64}")
_CHAT = re.compile(r"[A-Za-z0-9_+/=-]{1,128}")
_THERE = re.compile(r"outTrackId\W*(?!not)\w*(?:exist|duplicat|repeat)", re.I)
"""How the platform may say that a card of this key is there; no page names the code."""
_IN_USE = re.compile(r"\bForbidden\.(?!AccessDenied)|\b403\b|concurren", re.I)
"""A card with two writers gives 403; no page names the code. What may not be done at all is ``AccessDenied``."""
_MEDIA_SECONDS = 3 * 86400.0
_ROUTE_SECONDS = 86400.0
_FILE_MOST = 20 * 1024 * 1024
_HELD_UP = 10.0  # seconds that one member is left alone after the platform held a message back
_MISSED_PAGES = 20


class Outgoing:
    """One account's sendings."""

    def __init__(self, config: Config, client: Client, store: TokenStore) -> None:
        self._config, self._client, self._store = config, client, store

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        """Raises SendError; NotDeliverable where the platform says that this member or group cannot be reached."""
        if to.chat:
            return await self._to_group(to.chat, push, key)
        if not _USER.fullmatch(to.user):
            raise NotDeliverable("not the id of one member")
        if isinstance(push, Card) and self._config.card_template_id:
            return await self._card(to.user, push, key)
        return await self._to_person(to.user, await self._form(push, user=to.user, key=key), key)

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        """A card can be changed for as long as it stands. Raises NotDeliverable where it is none of the platform's,
        Retryable where somebody else is just changing it or its tap is not answered yet."""
        if not change_code:
            raise NotDeliverable("what was sent is no card that can be changed")
        try:
            await self._client.call("PUT", "card/instances", render.changed_card(push, key))
        except PlatformRefused as no:
            if not _IN_USE.search(no.message):
                raise
            raise Retryable(no.message, "卡片正在变，稍后自动再改", QPS) from no
        return Sent(change_code=change_code)

    async def try_template(self, key: str) -> None:
        """Makes a card of the configured template, seen by nobody. Raises SendError where it cannot be made."""
        await self._client.call("POST", "card/instances", render.tried_card(key, self._config))

    async def missed(self, keep: Callable[[bytes], Awaitable[object]]) -> int:
        """How many events were kept that the platform could not deliver, oldest first. Raises SendError."""
        kept = 0
        for _ in range(_MISSED_PAGES):
            answer = await self._client.call("GET", "event/callbacks/failedResults")
            for plain in filter(None, map(_event_of, many(answer, "failedList"))):
                kept += await keep(plain) is not None
            if below(answer, "hasMore") is not True:
                break
        return kept

    async def _to_person(self, user: str, form: tuple[str, dict[str, Any]], key: str) -> Sent:
        """A good answer may still name the member among those who were not reached."""
        body = render.to_person(user, self._config.robot, form)

        async def ask() -> dict[str, Any]:
            answer = await self._client.call("POST", "robot/oToMessages/batchSend", body)
            _reached(answer, user)
            return answer

        return Sent(text(await self._client.once(key, ask), "processQueryKey"), change_uses=0)

    async def _to_group(self, chat: str, push: Push, key: str) -> Sent:
        if chat == WEBHOOK:
            return await self._to_webhook(push, key)
        if not _CHAT.fullmatch(chat):
            raise NotDeliverable("not the id of a group")
        body = render.to_group(chat, self._config.robot, push)
        answer = await self._client.once(key, lambda: self._client.call("POST", "robot/groupMessages/send", body))
        return Sent(text(answer, "processQueryKey"), change_uses=0)

    async def _to_webhook(self, push: Push, key: str) -> Sent:
        url, secret, body = self._config.webhook, self._config.webhook_secret, render.to_webhook(push)
        if not url:
            raise NotDeliverable("no webhook is configured", "在 [[dingtalk]] 里写上 webhook")
        await self._client.once(key, lambda: self._client.webhook(url, body, secret=secret))
        return Sent(change_uses=0)

    async def _card(self, user: str, card: Card, key: str) -> Sent:
        """Its ``outTrackId`` is the push's key, which makes a repeat the same card and lets it be changed later."""
        body = render.new_card(user, card, key, self._config, await self._route())

        async def ask() -> dict[str, Any]:
            answer = await self._client.call("POST", "card/instances/createAndDeliver", body)
            _delivered(answer)
            return answer

        try:
            await self._client.once(key, ask)
        except PlatformRefused as no:
            if not _THERE.search(no.message):
                raise
            return Sent(key, key, data={"repeat": True})  # it is there: an earlier sending had arrived
        return Sent(key, key)

    async def _form(self, push: Push, *, user: str, key: str) -> tuple[str, dict[str, Any]]:
        """The robot's form of the push: its file where it is one that the platform takes."""
        file = push.file if isinstance(push, Text) else None
        if file is None or not 0 < len(file.content) <= _FILE_MOST:
            return render.template(push, linked(push, user, key, self._config))
        mark = f"{self._client.app}:media:{key}"
        media = await self._store.get(mark)
        if media is None:
            media = await self._client.keep_file(render.form_of(file.content), file.name, file.content)
            await self._store.put(mark, media, _MEDIA_SECONDS)
        return render.file_template(file.name, file.content, media)

    async def _route(self) -> str:
        """The name under which the platform knows where taps go over HTTP, told to it once a day; "" in Stream mode."""
        if self._config.mode == "stream":
            return ""
        url, route = self._config.callback_url, f"genjin-{self._config.name}"
        mark = f"{self._client.app}:route"
        if await self._store.get(mark) != url:
            secret = self._config.card_secrets[0]
            body = {"callbackRouteKey": route, "callbackUrl": url, "apiSecret": secret, "forceUpdate": True}
            await self._client.call("POST", "card/callbacks/register", body)
            await self._store.put(mark, url, _ROUTE_SECONDS)
        return route


def _reached(answer: Tree, user: str) -> None:
    """Raises where the platform took the call but not the member."""
    if _named(answer, "invalidStaffIdList", user):
        raise NotDeliverable("the platform lists the member as invalid", "没有这个成员，可能已离职：/member 里停用")
    if _named(answer, "flowControlledStaffIdList", user):
        raise Retryable("the platform held it back", "发得太密，稍后自动再发", _HELD_UP)


def _named(answer: Tree, name: str, user: str) -> bool:
    return user.casefold() in {str(one).casefold() for one in many(answer, name)}


def _delivered(answer: Tree) -> None:
    """Raises for the first receiver that the card did not reach: the call itself is answered well all the same."""
    for one in many(answer, "result", "deliverResults"):
        if below(one, "success") is not True:
            raise refused(text(one, "errorMsg")[:80] or "notDelivered", "", "card/instances/createAndDeliver")


def _event_of(failed: object) -> bytes | None:
    """A missed event as it is kept; its type stands beside its body."""
    body = unfolded(below(failed, "callBackData"))
    kind = first(failed, "callBackTag", "eventType")
    if not isinstance(body, dict) or not (kind or text(body, "EventType")):
        return None
    born = below(failed, "eventTime")
    head = {"EventType": kind or text(body, "EventType")} | ({"TimeStamp": str(born)} if born else {})
    return plaintext.kept({**head, **body})
