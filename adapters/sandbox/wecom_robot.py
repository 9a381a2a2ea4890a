"""The smart robot of the stand-in WeCom: what it hears leaves sealed in JSON, or as a frame on the long connection; the
address of an answer is good once and for an hour, and files lie sealed at an address of ours."""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64decode
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from yarl import URL

from adapters.sandbox.seal import BLOCK, Seal
from adapters.sandbox.wecom_cards import Refusal, draw, judge
from adapters.sandbox.wecom_robot_files import Uploads
from adapters.sandbox.world import Item, Shown, World

WAY_LIFE, REQUEST_LIFE = timedelta(hours=1), timedelta(hours=24)
UPDATE_WITHIN = timedelta(seconds=5)
LIMITS = ((30, timedelta(minutes=1)), (1000, timedelta(hours=1)))
MARKDOWN_MOST = 20_480
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class RobotApp:
    """A smart robot as it stands in the console; made-up secrets unless given. ``mode``: http or ws."""

    mode: str = "http"
    name: str = "跟进"
    id: str = "aibSANDBOX01"
    secret: str = field(default="sandbox-robot-secret", repr=False)
    token: str = field(default="sandboxRobotToken01", repr=False)
    aes_key: str = field(default="cm9ib3RhZXNrZXlyb2JvdGFlc2tleXJvYm90YWVza2V", repr=False)

    sealed_ids: bool = False
    """It is told members by ids of its own, as newer robots are."""

    @property
    def seal(self) -> Seal:
        return Seal(self.token, self.aes_key, "")

    def id_of(self, user: str) -> str:
        """What the robot is told of ``user``."""
        if not self.sealed_ids:
            return user
        return f"wo{sha256(f'{self.id}:{user.casefold()}'.encode()).hexdigest()[:30]}"


@dataclass(slots=True)
class Way:
    """Where an answer may go: to whom in which chat, until when."""

    to: str
    chat: str
    until: datetime
    item: Item | None = None
    asked: datetime | None = None


class RobotServer:
    """The server's side of one account's robot. ``line`` is the long connection, where one is up."""

    def __init__(self, world: World, account: str, robot: RobotApp) -> None:
        self.world, self.account, self.robot = world, account, robot
        self.base = ""
        self.line: web.WebSocketResponse | None = None
        self.subscribed: list[str] = []
        self.silent = False
        """The line is half there: nothing on it is answered."""
        self.uploads = Uploads(world)
        self.chats: set[str] = set()
        """Groups in which somebody wrote to the robot."""
        self._pongs: dict[bytes, asyncio.Event] = {}
        self.sent: list[Mapping[str, Any]] = []
        self._ways: dict[str, Way] = {}
        self._media: dict[str, tuple[str, bytes]] = {}
        self._counted: dict[str, deque[datetime]] = {}
        self._session: aiohttp.ClientSession | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/cgi-bin/aibot/response", self._by_address),
            web.get(f"/robot-media/{self.account}/{{id}}", self._file),
            web.get(f"/robot-line/{self.account}", self._connect),
        ]

    @property
    def ws_base(self) -> str:
        return f"{self.base.replace('http', 'ws', 1)}/robot-line/{self.account}"

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self.line is not None:
            await self.line.close()

    # what people do

    async def hear(self, url: str, user: str, chat: str, content: Mapping[str, Any]) -> str:
        """``user`` says it to the robot, in a single chat or a group; the platform's id of it."""
        msgid = f"CAIQ{self.world.serial():x}"
        body = {**self._message(msgid, user, chat), **content}
        self.chats |= {chat} - {""}
        await self._out(url, "aibot_msg_callback", body, Way(user, chat, self.world.clock.now()))
        return msgid

    async def enter(self, url: str, user: str) -> str:
        msgid = f"CAIQ{self.world.serial():x}"
        body = self._message(msgid, user, "") | {"msgtype": "event", "event": {"eventtype": "enter_chat"}}
        await self._out(url, "aibot_event_callback", body, Way(user, "", self.world.clock.now()))
        return msgid

    async def tap(self, url: str, item: Item, button: str, question: str, chosen: Sequence[str]) -> str:
        """Sent once, never again; the card changes as the bot answers."""
        msgid = f"CAIQ{self.world.serial():x}"
        picked = [{"question_key": question, "option_ids": {"option_id": list(chosen)}}] if question else []
        tap = {"card_type": item.shown.form, "event_key": button, "task_id": item.task,
               "selected_items": {"selected_item": picked}}  # fmt: skip
        event = {"eventtype": "template_card_event", "template_card_event": tap}
        body = self._message(msgid, item.to, "") | {"msgtype": "event", "event": event}
        body["create_time"] = int(self.world.clock.now().timestamp())
        await self._out(url, "aibot_event_callback", body, Way(item.to, "", self.world.clock.now(), item))
        return msgid

    def keep_file(self, name: str, data: bytes) -> dict[str, Any]:
        """What the message says of the file: where it lies sealed, and its key on the long connection."""
        id, key = secrets.token_hex(8), self.robot.aes_key
        if self.robot.mode == "ws":
            key = secrets.token_urlsafe(32).replace("-", "A").replace("_", "B")
            key = f"{key[:42]}A"
        self._media[id] = (name, _sealed(data, key))
        told = {"url": f"{self.base}/robot-media/{self.account}/{id}"}
        return told | ({"aeskey": key} if self.robot.mode == "ws" else {})

    def _message(self, msgid: str, user: str, chat: str) -> dict[str, Any]:
        where = {"chatid": chat, "chattype": "group"} if chat else {"chattype": "single"}
        return {"msgid": msgid, "aibotid": self.robot.id, **where, "from": {"userid": self.robot.id_of(user)}}

    # out: by callback or on the line

    async def _out(self, url: str, command: str, body: dict[str, Any], way: Way) -> None:
        now, code = self.world.clock.now(), secrets.token_hex(12)
        if self.robot.mode == "ws":
            way.until, way.asked = now + REQUEST_LIFE, now
            self._ways[code] = way
            if self.line is None:
                raise Refusal(846601, "the robot is not connected")
            await self._frame(self.line, {"cmd": command, "headers": {"req_id": code}, "body": body})
            return
        if body.get("event", {}).get("eventtype") != "enter_chat":
            way.until = now + WAY_LIFE
            self._ways[code] = way
            body["response_url"] = f"{self.base}/cgi-bin/aibot/response?response_code={code}"
        await self._post(url, body, way)

    async def _frame(self, line: web.WebSocketResponse, frame: Mapping[str, Any]) -> None:
        """Sent, and read by the other side: what it does not answer on the line itself, its pong tells."""
        word = secrets.token_bytes(4)
        read = self._pongs[word] = asyncio.Event()
        await line.send_str(json.dumps(frame))
        await line.ping(word)
        try:
            await asyncio.wait_for(read.wait(), PATIENCE)
        finally:
            del self._pongs[word]

    async def _post(self, url: str, body: Mapping[str, Any], way: Way) -> None:
        seal, nonce = self.robot.seal, str(secrets.randbelow(10**9))
        stamp = str(int(self.world.clock.now().timestamp()))
        encrypt = seal.close(json.dumps(body, ensure_ascii=False).encode())
        query = {"msg_signature": seal.sign(stamp, nonce, encrypt), "timestamp": stamp, "nonce": nonce}
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        data = json.dumps({"encrypt": encrypt}).encode()
        async with self._session.post(URL(url), params=query, data=data, allow_redirects=False) as answer:
            said = await answer.read()
            if answer.status != 200:
                raise Refusal(-1, f"HTTP {answer.status}")
        if said.strip():
            self._take(json.loads(said), way)

    def _take(self, envelope: Mapping[str, Any], way: Way) -> None:
        """A passive answer: it changes the tapped card, for whom it names."""
        seal = self.robot.seal
        stamp, nonce, sealed = str(envelope["timestamp"]), envelope["nonce"], envelope["encrypt"]
        seal.check(stamp, nonce, sealed, envelope["msgsignature"])
        body = json.loads(seal.open(sealed))
        if (
            body.get("response_type") == "update_template_card"
            and way.item
            and self.robot.id_of(way.to) in body.get("userids", [])
        ):
            self._change(way.item, body["template_card"])

    # in: by the address, or on the line

    async def _by_address(self, request: web.Request) -> web.Response:
        mode = self.world.faults.for_call("wecom")
        if mode == "5xx":
            return web.Response(status=502)
        way = self._ways.pop(request.query.get("response_code", ""), None)
        try:
            if way is None or self.world.clock.now() > way.until or self.robot.mode == "ws":
                raise Refusal(60140, "invalid response_code")
            self._show(json.loads(await request.read()), way.to, way.chat, cards=not way.chat)
        except Refusal as no:
            return web.json_response({"errcode": no.code, "errmsg": no.message})
        if mode == "cut" and request.transport is not None:
            request.transport.abort()
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _connect(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse(max_msg_size=4 * 1024 * 1024, autoping=False)
        await line.prepare(request)
        mine = False
        async for message in line:
            if message.type is aiohttp.WSMsgType.PONG and bytes(message.data) in self._pongs:
                self._pongs[bytes(message.data)].set()
            if self.silent or message.type is not aiohttp.WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            command, headers, body = frame.get("cmd"), frame.get("headers", {}), frame.get("body") or {}
            try:
                more: dict[str, Any] | None = None
                if command == "aibot_subscribe":
                    await self._subscribe(line, body)
                    mine = True
                elif not mine or self.line is not line:
                    raise Refusal(846606, "not subscribed")
                else:
                    more = self._command(str(command), str(headers.get("req_id", "")), body)
                answer = {"headers": headers, "errcode": 0, "errmsg": "ok"} | ({"body": more} if more else {})
            except Refusal as no:
                answer = {"headers": headers, "errcode": no.code, "errmsg": no.message}
            await line.send_str(json.dumps(answer))
        if self.line is line:
            self.line = None
        return line

    async def _subscribe(self, line: web.WebSocketResponse, body: Mapping[str, Any]) -> None:
        """One connection a robot: the old one is told and closed."""
        if (body.get("bot_id"), body.get("secret")) != (self.robot.id, self.robot.secret):
            raise Refusal(40001, "invalid credential")
        old, self.line = self.line, line
        self.subscribed.append(str(body["bot_id"]))
        if old is not None and not old.closed:
            event = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
            gone = {"cmd": "aibot_event_callback", "headers": {"req_id": secrets.token_hex(8)}, "body": event}
            await old.send_str(json.dumps(gone))
            await old.close()

    def _command(self, command: str, request: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer's body, where it has one."""
        if command.startswith("aibot_upload_media_"):
            return self.uploads.answer(command, body)
        self._act(command, request, body)
        return None

    def _act(self, command: str, request: str, body: Mapping[str, Any]) -> None:
        if command == "ping":
            return
        if command == "aibot_send_msg":
            if body.get("chat_type") != 2 or body.get("chatid") not in self.chats:
                raise Refusal(93006, "invalid chatid")
            self._show(body, "", str(body["chatid"]), cards=False)
            return
        way, now = self._ways.get(request), self.world.clock.now()
        if way is None or now > way.until:
            raise Refusal(846605, "invalid req_id")
        if command == "aibot_respond_update_msg":
            if way.item is None or way.asked is None or now - way.asked > UPDATE_WITHIN:
                raise Refusal(846605, "invalid req_id")
            self._change(way.item, body["template_card"])
        elif command == "aibot_respond_msg":
            self._show(body, way.to, way.chat, cards=not way.chat)
        else:
            raise Refusal(40008, "invalid command")

    # what people see

    def _show(self, body: Mapping[str, Any], to: str, chat: str, *, cards: bool) -> None:
        kind = body.get("msgtype")
        self._count(f"#{chat}" if chat else to)
        self.sent.append(body)
        if kind == "markdown":
            content = body.get("markdown", {}).get("content", "")
            if not content or len(content.encode()) > MARKDOWN_MOST:
                raise Refusal(45002, "content size out of limit")
            shown, task = Shown(body=content), ""
        elif kind == "template_card" and cards:
            judge(body["template_card"], callback=True)
            shown, task = draw(body["template_card"]).shown, str(body["template_card"].get("task_id", ""))
        elif kind in ("file", "image") and self.robot.mode == "ws":
            thing = self.world.shelf.get(f"media:{body.get(kind, {}).get('media_id')}")
            if thing is None or thing["kind"] != kind:
                raise Refusal(40007, "invalid media_id")
            shown, task = Shown(body=f"[{'图片' if kind == 'image' else '文件'}] {thing['name']}"), ""
        else:
            raise Refusal(40008, "invalid message type")
        for one in self.world.group(chat) if chat else [to]:
            reference = f"robot{self.world.serial():x}"
            self.world.put(one, "wecom", self.account, reference, shown, task, chat=chat)

    def _change(self, item: Item, card: Mapping[str, Any]) -> None:
        now = self.world.item(item.to, item.n)
        if card.get("task_id") != item.task:
            raise Refusal(40058, "invalid task_id")
        if now is not None:
            self.world.change(now, draw(card).shown)

    def _count(self, where: str) -> None:
        now, sent = self.world.clock.now(), self._counted.setdefault(where, deque())
        for most, per in LIMITS:
            if sum(now - one < per for one in sent) >= most:
                raise Refusal(45009, "api freq out of limit")
        sent.append(now)

    async def _file(self, request: web.Request) -> web.Response:
        found = self._media.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        name, data = found
        await asyncio.sleep(0)
        head = {"Content-Disposition": f"attachment; filename*=UTF-8''{URL.build(path='/' + name).raw_name}"}
        return web.Response(body=data, headers=head, content_type="application/octet-stream")


def _sealed(data: bytes, key: str) -> bytes:
    raw = b64decode(key + "=" * (-len(key) % 4))
    missing = BLOCK - len(data) % BLOCK
    lock = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return lock.update(data + bytes([missing]) * missing) + lock.finalize()
