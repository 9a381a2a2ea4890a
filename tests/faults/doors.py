"""The callback addresses of DingTalk and Feishu as the platform, and as somebody else, knocks at them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_pushes import mac
from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_callbacks import dumped, event, milliseconds, sender
from adapters.sandbox.feishu_callbacks import sealed as sealed_by_feishu
from tests.conversations.chat import Chat

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Knock:
    """A request as it would travel; headers and query may hold a name twice."""

    url: str
    body: bytes
    head: Pairs
    query: Pairs

    def with_(self, place: str, name: str, value: str) -> Knock:
        return replace(self, **{place: [(n, value if n == name else v) for n, v in getattr(self, place)]})

    def without(self, place: str, name: str) -> Knock:
        return replace(self, **{place: [(n, v) for n, v in getattr(self, place) if n != name]})

    def doubled(self, place: str, name: str) -> Knock:
        pairs: Pairs = getattr(self, place)
        return replace(self, **{place: [*pairs, *((n, v) for n, v in pairs if n == name)]})


async def knocked(chat: Chat, knock: Knock) -> httpx.Response:
    return await chat.web.post(knock.url, params=knock.query, headers=knock.head, content=knock.body)


# -- what is said, and how it is sealed --------------------------------------------------------------------------------


def app_of(chat: Chat) -> Any:
    people: Any = chat.demo.platforms.standins[chat.platform]
    return people.server.apps[0]


def now(chat: Chat) -> datetime:
    return chat.demo.app.clock.now()


def message(
    chat: Chat, text: str, id: str, user: str = "zhang.wei", more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A text message in private; ``more`` stands in it beside, or instead of, what it has."""
    app, at = app_of(chat), now(chat)
    if isinstance(app, DingtalkApp):
        said = {
            "conversationId": "cid1", "conversationType": "1", "msgId": id, "msgtype": "text",
            "text": {"content": text}, "senderStaffId": user, "senderNick": "张伟", "chatbotCorpId": app.corp_id,
            "robotCode": app.client_id, "createAt": int(at.timestamp() * 1000),
        }  # fmt: skip
        return {**said, **(more or {})}
    inner = {
        "message_id": id, "create_time": milliseconds(at), "chat_id": app.private_chat(user), "chat_type": "p2p",
        "message_type": "text", "content": dumped({"text": text}), **(more or {}),
    }  # fmt: skip
    return event(app, "im.message.receive_v1", {"sender": sender(app, user), "message": inner}, at)


def robot(app: DingtalkApp, plain: bytes, at: datetime) -> Knock:
    """A message over HTTP."""
    stamp = milliseconds(at)
    sign = mac(app.client_secret, f"{stamp}\n{app.client_secret}")
    return Knock(app.callback_url, plain, [("timestamp", stamp), ("sign", sign)], [])


def subscription(app: DingtalkApp, plain: bytes, at: datetime) -> Knock:
    """An event, sealed."""
    stamp, nonce, closed = milliseconds(at), secrets.token_hex(4), app.seal.close(plain)
    query = [("msg_signature", app.seal.sign(stamp, nonce, closed)), ("timestamp", stamp), ("nonce", nonce)]
    return Knock(app.callback_url, json.dumps({"encrypt": closed}).encode(), [], query)


def tapped(app: DingtalkApp, plain: bytes, at: datetime) -> Knock:
    """A tap, signed as a card is whose address was never registered: with another's secret."""
    stamp = milliseconds(at)
    head = [("x-ddpaas-signature-timestamp", stamp), ("x-ddpaas-signature", mac("nobody's", stamp))]
    return Knock(app.callback_url, plain, head, [])


def feishu(app: FeishuApp, plain: bytes, at: datetime) -> Knock:
    body, head = sealed_by_feishu(app, plain, at)
    return Knock(app.callback_url, body, list(head.items()), [])


SEALS: Mapping[str, Callable[[Any, bytes, datetime], Knock]] = {"dingtalk": robot, "feishu": feishu}


def honest(chat: Chat, plain: bytes, at: datetime | None = None) -> Knock:
    """As the platform of the chat sends a message."""
    return SEALS[chat.platform](app_of(chat), plain, at or now(chat))


# -- what is not the platform's ----------------------------------------------------------------------------------------


def forged(chat: Chat, plain: bytes) -> Iterable[tuple[str, Knock]]:
    """(what is wrong with it, the request), each right in every other way."""
    app, at = app_of(chat), now(chat)
    yield from (_of_dingtalk if isinstance(app, DingtalkApp) else _of_feishu)(app, plain, at)


def _of_dingtalk(app: DingtalkApp, plain: bytes, at: datetime) -> Iterable[tuple[str, Knock]]:
    good = robot(app, plain, at)
    yield "a sign of zeros", good.with_("head", "sign", mac("0", "0"))
    yield "no sign", good.without("head", "sign")
    yield "no timestamp", good.without("head", "timestamp")
    yield "sign doubled", good.doubled("head", "sign")
    yield "timestamp doubled", good.doubled("head", "timestamp")
    yield "another app's secret", robot(replace(app, client_secret="another"), plain, at)
    yield "another moment than signed", good.with_("head", "timestamp", milliseconds(at)[:-1] + "9")
    yield "another robot", replace(good, body=plain.replace(app.client_id.encode(), b"dingother"))
    yield "another company", replace(good, body=plain.replace(app.corp_id.encode(), b"dingothercorp"))
    yield "nothing at all", replace(good, head=[])
    yield "a tap of another's", tapped(app, plain, at)
    yield "a tap without its time", tapped(app, plain, at).without("head", "x-ddpaas-signature-timestamp")
    sealed = subscription(app, b'{"EventType":"user_leave_org","UserId":["zhang.wei"],"eventId":"e1"}', at)
    yield "an event signed otherwise", sealed.with_("query", "msg_signature", "0" * 40)
    yield "an event without nonce", sealed.without("query", "nonce")
    yield "an event, its signature doubled", sealed.doubled("query", "msg_signature")
    yield "an event of another token", subscription(replace(app, token="anotherToken"), plain, at)
    yield "an event for another app", subscription(replace(app, client_id="dingother"), plain, at)
    yield "an event under another key", subscription(replace(app, aes_key="A" * 43), plain, at)


def _of_feishu(app: FeishuApp, plain: bytes, at: datetime) -> Iterable[tuple[str, Knock]]:
    good = feishu(app, plain, at)
    stamp, sign = "X-Lark-Request-Timestamp", "X-Lark-Signature"
    yield "a signature of zeros", good.with_("head", sign, "0" * 64)
    yield "no signature", good.without("head", sign)
    yield "no timestamp", good.without("head", stamp)
    yield "no nonce", good.without("head", "X-Lark-Request-Nonce")
    yield "signature doubled", good.doubled("head", sign)
    yield "timestamp doubled", good.doubled("head", stamp)
    yield "another moment than signed", good.with_("head", stamp, str(int(at.timestamp()) + 1))
    yield "another app's key", feishu(replace(app, encrypt_key="another"), plain, at)
    yield "another app's token", feishu(app, plain.replace(app.token.encode(), b"another"), at)
    yield "no token", feishu(app, plain.replace(app.token.encode(), b""), at)
    yield "plain while a key is set", replace(good, body=plain)
    yield "written anew", replace(good, body=good.body.replace(b": ", b":"))
    yield "nothing at all", replace(good, head=[], body=b"")
    yield "sealed and unsigned", replace(good, head=[])
