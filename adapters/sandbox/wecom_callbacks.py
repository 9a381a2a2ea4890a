"""What leaves the stand-in WeCom for the bot: plaintexts, sealed and posted with the platform's own stubbornness."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from ipaddress import ip_address
from typing import Any
from xml.etree.ElementTree import Element  # the type alone; parsing is defusedxml's

import aiohttp
from defusedxml import ElementTree
from yarl import URL

from adapters.sandbox.seal import BadSeal
from adapters.sandbox.wecom_app import WecomApp

PATIENCE = 5.0  # seconds of the machine's clock, then the line is cut and the request sent again
TRIES = 3
LISTS = frozenset({"horizontal_content_list", "vertical_content_list", "jump_list", "button_list", "select_list",
                   "option_list", "action_list"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """How the bot took a callback: ``tries`` it needed (``ok`` False: all failed), and its passive reply, opened."""

    ok: bool
    tries: int
    reply: dict[str, Any] | None = None
    trouble: str = ""


def text_message(app: WecomApp, user: str, text: str, msgid: int, at: datetime) -> bytes:
    tail = f"<MsgType>{cdata('text')}</MsgType><Content>{cdata(text)}</Content><MsgId>{msgid}</MsgId>"
    return _message(app, user, at, tail)


def image_message(app: WecomApp, user: str, media: str, msgid: int, at: datetime) -> bytes:
    tail = f"<MsgType>{cdata('image')}</MsgType><PicUrl>{cdata('')}</PicUrl><MediaId>{cdata(media)}</MediaId>"
    return _message(app, user, at, f"{tail}<MsgId>{msgid}</MsgId>")


def enter_agent(app: WecomApp, user: str, at: datetime) -> bytes:
    tail = f"<MsgType>{cdata('event')}</MsgType><Event>{cdata('enter_agent')}</Event><EventKey>{cdata('')}</EventKey>"
    return _message(app, user, at, tail)


@dataclass(frozen=True, slots=True)
class CardTap:
    """A tap on a card: ``menu`` for one in its corner menu; ``question`` and ``options`` for what was chosen."""

    button: str
    task: str
    form: str
    code: str
    question: str = ""
    options: Sequence[str] = ()
    menu: bool = False

    def message(self, app: WecomApp, user: str, at: datetime) -> bytes:
        event = "template_card_menu_event" if self.menu else "template_card_event"
        tail = (
            f"<MsgType>{cdata('event')}</MsgType><Event>{cdata(event)}</Event>"
            f"<EventKey>{cdata(self.button)}</EventKey><TaskId>{cdata(self.task)}</TaskId>"
            f"<CardType>{cdata(self.form)}</CardType><ResponseCode>{cdata(self.code)}</ResponseCode>"
        )
        return _message(app, user, at, tail + ("" if self.menu else self._selected()))

    def _selected(self) -> str:
        if not self.question:
            return ""
        ids = "".join(f"<OptionId>{cdata(one)}</OptionId>" for one in self.options)
        item = f"<QuestionKey>{cdata(self.question)}</QuestionKey><OptionIds>{ids}</OptionIds>"
        return f"<SelectedItems><SelectedItem>{item}</SelectedItem></SelectedItems>"


def event_key(plain: bytes) -> str:
    """What an event without a MsgId goes by: the sha1 of its plaintext."""
    return sha1(plain, usedforsecurity=False).hexdigest()


def sealed(app: WecomApp, plain: bytes, at: datetime) -> tuple[dict[str, str], bytes]:
    """(query, body) of the request that carries ``plain``."""
    text, nonce, timestamp = app.seal.close(plain), str(secrets.randbelow(10**9)), str(int(at.timestamp()))
    query = {"msg_signature": app.seal.sign(timestamp, nonce, text), "timestamp": timestamp, "nonce": nonce}
    body = (
        f"<xml><ToUserName>{cdata(app.corp_id)}</ToUserName><AgentID>{cdata(str(app.agent_id))}</AgentID>"
        f"<Encrypt>{cdata(text)}</Encrypt></xml>"
    )
    return query, body.encode()


class Callbacks:
    """Posts to the bot, and only on loopback. It uses another HTTP library than the bot's own sending does, for the
    same reason as the seal: no mistake is made twice."""

    def __init__(self, pause: float = 0.2) -> None:
        self._pause = pause
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        patience = aiohttp.ClientTimeout(total=PATIENCE)
        self._session = aiohttp.ClientSession(timeout=patience, connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def check_url(self, app: WecomApp, at: datetime) -> bool:
        """The GET that the platform makes when an admin saves the callback settings: True when the echo came back."""
        word = str(secrets.randbits(62)).encode()
        text, nonce, timestamp = app.seal.close(word), str(secrets.randbelow(10**9)), str(int(at.timestamp()))
        query = {"msg_signature": app.seal.sign(timestamp, nonce, text), "timestamp": timestamp, "nonce": nonce,
                 "echostr": text}  # fmt: skip
        async with self._open().get(_loopback(app.callback_url), params=query, allow_redirects=False) as answer:
            return answer.status == 200 and await answer.read() == word

    async def post(self, app: WecomApp, plain: bytes, at: datetime) -> Heard:
        """Sends the callback, three times in all while it is not answered with 200 within 5 s."""
        query, body = sealed(app, plain, at)
        trouble = ""
        for attempt in range(1, TRIES + 1):
            if attempt > 1:
                await asyncio.sleep(self._pause)
            try:
                status, answer = await self._post_once(app, query, body)
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble = type(error).__name__
                continue
            if status == 200:
                return Heard(True, attempt, opened_reply(app, answer))
            trouble = f"HTTP {status}"
        return Heard(False, TRIES, trouble=trouble)

    async def _post_once(self, app: WecomApp, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        head = {"Content-Type": "text/xml"}
        url = _loopback(app.callback_url)
        async with self._open().post(url, params=query, data=body, headers=head, allow_redirects=False) as answer:
            return answer.status, await answer.read()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("start() comes first")
        return self._session


def opened_reply(app: WecomApp, answer: bytes) -> dict[str, Any] | None:
    """The passive reply in lower-case names; None for an empty answer, ``success``, or one that is not rightly sealed
    (the platform shows nothing then)."""
    if answer.strip() in (b"", b"success"):
        return None
    try:
        outer = {child.tag: child.text or "" for child in ElementTree.fromstring(answer)}
        app.seal.check(outer["TimeStamp"], outer["Nonce"], outer["Encrypt"], outer["MsgSignature"])
        reply = _tree(ElementTree.fromstring(app.seal.open(outer["Encrypt"])))
    except (BadSeal, KeyError, ElementTree.ParseError):
        return None
    return reply if isinstance(reply, dict) else None


def _tree(element: Element) -> Any:
    if not len(element):
        return element.text or ""
    tree: dict[str, Any] = {}
    for child in element:
        name = _name(child.tag)
        if name in LISTS:
            tree.setdefault(name, []).append(_tree(child))
        else:
            tree[name] = _tree(child)
    return tree


def _name(tag: str) -> str:
    """MainTitle → main_title; the two that the platform writes its own way: KeyName → keyname, CheckBox → checkbox."""
    plain = {"KeyName": "keyname", "CheckBox": "checkbox", "Checkbox": "checkbox"}.get(tag)
    return plain or "".join(f"_{c.lower()}" if c.isupper() else c for c in tag).lstrip("_")


def _message(app: WecomApp, user: str, at: datetime, tail: str) -> bytes:
    head = (
        f"<ToUserName>{cdata(app.corp_id)}</ToUserName><FromUserName>{cdata(user)}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime>"
    )
    return f"<xml>{head}{tail}<AgentID>{app.agent_id}</AgentID></xml>".encode()


def cdata(text: str) -> str:
    """Text as XML can carry it: control characters, which it cannot, are left out as the client does."""
    kept = "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    return f"<![CDATA[{kept.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _loopback(url: str) -> URL:
    place = URL(url)
    if place.host != "localhost" and not ip_address(place.host or "0.0.0.0").is_loopback:  # noqa: S104
        raise ValueError(f"the sandbox calls back on loopback only, not {place.host}")
    return place
