"""A bot that is not there: it opens callbacks, remembers them and answers what it is told; and a desk beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from aiohttp import web

from adapters.sandbox.desk import Coming, Entry, Notes, Proof, Track
from adapters.sandbox.loopback import Platforms
from adapters.sandbox.seal import Seal
from bot.clock import SHANGHAI, MovableClock

START = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)


class FakeBot:
    """``answers`` are (status, plain reply or "") for the next callbacks; without any it says 200 and nothing."""

    def __init__(self, seal: Seal) -> None:
        self.seal = seal
        self.heard: list[dict[str, str]] = []
        self.answers: list[tuple[int, str]] = []
        self.on_event: Callable[[dict[str, str]], Any] | None = None

    async def callback(self, request: web.Request) -> web.Response:
        body = ElementTree.fromstring(await request.read())
        sealed, query = body.findtext("Encrypt") or "", request.query
        self.seal.check(query["timestamp"], query["nonce"], sealed, query["msg_signature"])
        plain = ElementTree.fromstring(self.seal.open(sealed))
        event = {child.tag: child.text or "" for child in plain}
        event |= {"options": ",".join(one.text or "" for one in plain.iter("OptionId"))}
        self.heard.append(event)
        status, reply = self.answers.pop(0) if self.answers else (200, "")
        if self.on_event and status == 200:
            reply = (await self.on_event(event)) or reply
        return web.Response(status=status, text=self.sealed(reply) if reply else "")

    def sealed(self, plain: str) -> str:
        text = self.seal.close(plain.encode())
        signature = self.seal.sign("1790000000", "42", text)
        return (
            f"<xml><Encrypt>{text}</Encrypt><MsgSignature>{signature}</MsgSignature>"
            "<TimeStamp>1790000000</TimeStamp><Nonce>42</Nonce></xml>"
        )


class FakeDesk:
    """Moves the clock, knows a handful of records; ``kinds`` maps a reference to its text key."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.steps: list[datetime] = []
        self.kinds: dict[str, str] = {}
        kinds = ("customer", "opportunity", "commitment", "activity", "contact", "member", "evidence")
        self.rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        self.tracks: dict[str, Track] = {}
        self.chain: list[Entry] = []
        self.next: list[Coming] = []
        self.read: dict[str, Notes] = {}
        self.broken: int | None = None
        self.settle: Callable[[], Any] | None = None

    async def quiet(self, within: float) -> bool:
        if self.settle:
            await self.settle()
        return True

    async def step(self, to: datetime) -> None:
        self.steps.append(to)
        self.clock.set(to)

    async def records(self, kind: str, undone: bool = False) -> list[dict[str, Any]]:
        return self.rows[kind]

    async def kind_of(self, account: str, reference: str) -> str:
        return self.kinds.get(reference, "")

    async def coming(self, most: int) -> Sequence[Coming]:
        return self.next[:most]

    async def track(self, opportunity_id: str) -> Track | None:
        return self.tracks.get(opportunity_id)

    async def notes(self, account: str, event_id: str) -> Notes:
        return self.read.get(event_id, Notes())

    async def entries(self, most: int) -> Sequence[Entry]:
        return self.chain[:most]

    async def verify(self) -> Proof:
        return Proof(len(self.chain), self.chain[0].hash if self.chain else "", broken=self.broken)


@asynccontextmanager
async def listening(platforms: Platforms) -> AsyncIterator[FakeBot]:
    """A fake bot on loopback, with the platforms' first app pointed at it."""
    app = platforms.wecom.apps[0]
    bot = FakeBot(app.seal)
    server = web.Application()
    server.router.add_post(f"/callback/wecom/{app.name}", bot.callback)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    platforms.point(app.name, f"http://127.0.0.1:{runner.addresses[0][1]}/callback/wecom/{app.name}")
    try:
        yield bot
    finally:
        await runner.cleanup()
