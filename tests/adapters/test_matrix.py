"""What goes wrong on the way, platform by platform: every cell of the table has its test, or its reason why there is
nothing to test."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Retryable, Unseen
from adapters.http import Http
from adapters.messages import Text
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.wecom_robot import RobotApp
from adapters.sandbox.world import CannotDo
from adapters.wecom import robot_line
from tests.adapters.scene import CARD, ROWS, Scene, staged

Stage = Callable[..., AbstractAsyncContextManager[Scene]]
TABLE = {
    **ROWS,
    "wecom, robot by address": lambda world: WecomPeople(world, [WecomApp(robot=RobotApp("http"))]),
}
LINES = ("wecom, robot", "dingtalk, stream", "feishu, long connection")
ROBOTS = ("wecom, robot", "wecom, robot by address")
NEW_TOKEN, NEW_KEY, NEW_SECRET = "newToken0001", b64encode(b"n" * 32).decode()[:43], "new-secret-000001"
PATIENCE = 10.0


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    http = Http(seconds=1.5, connect_seconds=4.0)
    yield http
    await http.close()


async def speaks(scene: Scene, row: str, text: str) -> str:
    """To the bot of this row, also where its line is still being opened."""
    people: Any = scene.people
    say = people.to_robot if row in ROBOTS else people.say
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return str(await say("zhang.wei", text))
            except (CannotDo, Refusal):
                await asyncio.sleep(0.05)


# -- out: what the platform's answers do to what we say ----------------------------------------------------------------


async def token_expired(stage: Stage, row: str) -> None:
    """One renewal, and everything arrives."""
    async with stage() as scene:
        await scene.adapter.send(scene.address(), Text("t", "之前"), key="psh_0")
        scene.fault("token_expired", 1)
        people = ("zhang.wei", "li.na", "chen.jie")
        sendings = [scene.adapter.send(scene.address(one), CARD, key=f"psh_{n}") for n, one in enumerate(people, 1)]
        assert len(await asyncio.gather(*sendings)) == len(people)
        assert [len(scene.chat(one)) for one in people] == [2, 1, 1]


async def refused(mode: str, stage: Stage, row: str) -> None:
    """Said later, once."""
    async with stage() as scene:
        await scene.adapter.send(scene.address(), Text("t", "之前"), key="psh_0")
        scene.fault(mode)
        with pytest.raises(Retryable):
            await scene.adapter.send(scene.address(), CARD, key="psh_1")
        scene.fault("none")
        scene.clock.advance(seconds=301)
        await scene.adapter.send(scene.address(), CARD, key="psh_1")
        assert [one.title or one.body for one in scene.chat()] == ["之前", CARD.title]


async def slow(stage: Stage, row: str) -> None:
    """Nobody waits for it: it is unseen, the repeat shows nothing twice, and meanwhile words are taken at once."""
    async with stage() as scene:
        await speaks(scene, row, "先连上")
        await scene.adapter.send(scene.address("li.na"), Text("t", "之前"), key="psh_0")
        scene.fault("slow")
        sending = asyncio.create_task(scene.adapter.send(scene.address("li.na"), CARD, key="psh_1"))
        await asyncio.sleep(0.1)
        async with asyncio.timeout(1):
            await speaks(scene, row, "还听得见吗")
        with pytest.raises(Unseen):
            await sending
        scene.fault("none")
        scene.clock.advance(seconds=90)
        await scene.adapter.send(scene.address("li.na"), CARD, key="psh_1")
        assert [one.title or one.body for one in scene.chat("li.na")].count(CARD.title) == 1
        assert len(scene.shelf.kept) == 2


# -- in: what comes, and how ---------------------------------------------------------------------------------------


async def twice(stage: Stage, row: str) -> None:
    """The same event again, as it was, and again: kept once, acknowledged each time."""
    async with stage() as scene:
        again = repeater(scene, row)
        await speaks(scene, row, "一")
        for _ in range(2):
            await again()
        await speaks(scene, row, "二")
        assert [scene.heard(n).text for n in range(len(scene.shelf.kept))] == ["一", "二"]


async def backwards(stage: Stage, row: str) -> None:
    """What was said first comes last: both are kept, each with its own moment."""
    async with stage() as scene:
        await speaks(scene, row, "后说的")
        scene.clock.advance(seconds=-60)
        await speaks(scene, row, "先说的")
        late, early = scene.shelf.kept
        assert late.sent_at is not None and early.sent_at is not None
        assert (late.sent_at - early.sent_at).total_seconds() == 60
        assert [scene.heard(n).at for n in (0, 1)] == [late.sent_at, early.sent_at]
        assert late.conversation == early.conversation != ""


async def half_open(stage: Stage, row: str) -> None:
    """The line stays open and nothing comes: it is given up, and on the next one everything is heard."""
    async with stage() as scene:
        adapter: Any = scene.adapter
        server: Any = scene.people.server  # type: ignore[attr-defined]
        hurried(adapter, server, row)
        await speaks(scene, row, "一")
        opened, dead = silencer(server, row)
        before = opened()
        await reopened(server, row)
        async with asyncio.timeout(PATIENCE):
            while opened() == before:
                await asyncio.sleep(0.02)
        await asyncio.sleep(1.2 if row.startswith("feishu") else 0.1)
        now = opened()
        dead(True)
        async with asyncio.timeout(PATIENCE):
            while opened() == now:
                await asyncio.sleep(0.02)
                if row in ROBOTS and not adapter._robot.line.up:
                    dead(False)
        dead(False)
        await speaks(scene, row, "二")
        assert scene.heard().text == "二"


async def skewed(stage: Stage, row: str) -> None:
    """Older or younger than the platform's window by our clock it is refused, and keeps nothing; in it, it is taken."""
    async with stage() as scene:
        adapter: Any = scene.adapter
        window = adapter._config.window_seconds
        scene.shelf.broken = True
        with pytest.raises((CannotDo, Refusal)):
            people: Any = scene.people
            await (people.to_robot if row in ROBOTS else people.say)("zhang.wei", "一")
        scene.shelf.broken = False
        for seconds in (window + 60, -2 * (window + 60)):
            scene.clock.advance(seconds=seconds)
            assert 400 <= await scene.again() < 500
            assert (scene.shelf.kept, scene.shelf.codes[-1]) == ([], "stale")
        scene.clock.advance(seconds=window + 90)  # half a minute off
        assert await scene.again() == 200
        assert scene.heard().text == "一"


async def keys_changed(stage: Stage, row: str) -> None:
    """Old and new beside each other while they are changed; afterwards the old one is nobody's."""
    async with stage(partial(rotated, row, True)) as scene:
        await speaks(scene, row, "还用旧的")
        with_new_keys(scene, row)
        await speaks(scene, row, "已用新的")
        assert [scene.heard(n).text for n in (0, 1)] == ["还用旧的", "已用新的"]
    async with stage(partial(rotated, row, False)) as scene:
        with pytest.raises((CannotDo, Refusal)):
            people: Any = scene.people
            await (people.to_robot if row in ROBOTS else people.say)("zhang.wei", "还用旧的")
        assert scene.shelf.kept == [] and scene.shelf.codes
        with_new_keys(scene, row)
        await speaks(scene, row, "已用新的")
        assert scene.heard().text == "已用新的"


CELLS: Mapping[str, Callable[[Stage, str], Awaitable[None]]] = {
    "token expired": token_expired,
    "429": partial(refused, "429"),
    "5xx": partial(refused, "5xx"),
    "down": partial(refused, "down"),
    "slow": slow,
    "duplicate": twice,
    "out of order": backwards,
    "half-open line": half_open,
    "clock skew": skewed,
    "keys changed": keys_changed,
}
_NO_LINE = "events come by callback: there is no line to be half open"
_UNSIGNED = "the line is proven when it is opened; no frame on it is signed or stamped"
NOTHING_THERE: Mapping[tuple[str, str], str] = {
    **{("half-open line", row): _NO_LINE for row in TABLE if row not in LINES},
    **{(fault, row): _UNSIGNED for fault in ("clock skew", "keys changed") for row in LINES},
}


@pytest.mark.parametrize("row", list(TABLE))
@pytest.mark.parametrize("fault", list(CELLS))
async def test_cell(fault: str, row: str, tmp_path: Path, http: Http, aiohttp_server: Any, monkeypatch: Any) -> None:
    if (fault, row) in NOTHING_THERE:
        assert NOTHING_THERE[fault, row]
        return
    monkeypatch.setattr(robot_line, "ACK", 0.1)

    def stage(alter: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> AbstractAsyncContextManager[Scene]:
        return staged(TABLE[row], tmp_path, http, aiohttp_server, alter)

    await CELLS[fault](stage, row)


# -- what differs from platform to platform ----------------------------------------------------------------------------


def repeater(scene: Scene, row: str) -> Callable[[], Awaitable[Any]]:
    """Sends the latest event once more: the callback as it was, or the frame on the line."""
    if row not in LINES:
        return partial(accepted, scene)
    server: Any = scene.people.server  # type: ignore[attr-defined]
    holder, name, line = {
        "wecom": lambda: (server.robots["wecom"], "_frame", lambda: server.robots["wecom"].line),
        "dingtalk": lambda: (server.gateway, "push", lambda: server.gateway.line_of(server.apps[0])),
        "feishu": lambda: (server.lines, "push", lambda: server.apps[0]),
    }[scene.people.platform]()
    push, calls = getattr(holder, name), list[tuple[Any, Any]]()

    async def noted(first: Any, *args: Any, **more: Any) -> Any:
        calls.append((args, more))
        return await push(first, *args, **more)

    setattr(holder, name, noted)
    return lambda: push(line(), *calls[-1][0], **calls[-1][1])


async def accepted(scene: Scene) -> None:
    assert await scene.again() == 200


def hurried(adapter: Any, server: Any, row: str) -> None:
    """Pings and pauses of a moment, so that nobody waits for minutes."""
    if row.startswith("feishu"):
        server.lines.terms["PingInterval"] = 1
    elif row.startswith("dingtalk"):
        adapter._stream.ping, adapter._stream.first_pause = 0.2, 0.05
    else:
        adapter._robot.line.ping = adapter._robot.line.first_pause = 0.05


def silencer(server: Any, row: str) -> tuple[Callable[[], int], Callable[[bool], None]]:
    """(how often a line was opened, what makes the present one deaf and dumb)."""
    if row.startswith("feishu"):
        return lambda: server.lines.opened, lambda on: setattr(server.lines, "mute", on)
    if row.startswith("dingtalk"):
        gateway = server.gateway
        return lambda: len(
            gateway.opened
        ), lambda on: [setattr(line, "dead", on) for line in gateway.lines[:1]] and None
    robot = server.robots["wecom"]
    return lambda: len(robot.subscribed), lambda on: setattr(robot, "silent", on)


async def reopened(server: Any, row: str) -> None:
    """The line ends, and the one that follows has the new pings."""
    if row.startswith("feishu"):
        await server.lines.drop(server.apps[0])
        await server.lines.wait_up(server.apps[0])
        server.lines.terms = {**server.lines.terms, "PingInterval": 0.1}
    elif row.startswith("dingtalk"):
        await server.gateway.lines[0].socket.close()
    else:
        await server.robots["wecom"].line.close()


def rotated(row: str, beside: bool, raw: dict[str, Any]) -> dict[str, Any]:
    """The settings with new keys, the old ones ``beside`` them or not there any more."""
    if row.startswith("feishu"):
        old = (raw["encrypt_key"], raw["verification_token"]) if beside else ()
        keys, tokens = [NEW_KEY, *old[:1]], [NEW_TOKEN, *old[1:]]
        return {**raw, "encrypt_key": keys, "verification_token": tokens}
    if row.startswith("dingtalk"):
        return {**raw, "client_secret": NEW_SECRET} | ({"old_client_secret": raw["client_secret"]} if beside else {})
    head = "robot_" if row in ROBOTS else ""
    old = {f"{head}old_{name}": raw[f"{head}{name}"] for name in ("token", "aes_key")} if beside else {}
    return {**raw, f"{head}token": NEW_TOKEN, f"{head}aes_key": NEW_KEY, **old}


def with_new_keys(scene: Scene, row: str) -> None:
    """The platform's console has the new ones, too."""
    server: Any = scene.people.server  # type: ignore[attr-defined]
    if row in ROBOTS:
        robot = server.robots["wecom"]
        robot.robot = replace(robot.robot, token=NEW_TOKEN, aes_key=NEW_KEY)
        return
    new = {
        "feishu": {"encrypt_key": NEW_KEY, "token": NEW_TOKEN},
        "dingtalk": {"client_secret": NEW_SECRET},
        "wecom": {"token": NEW_TOKEN, "aes_key": NEW_KEY},
    }[scene.people.platform]
    server.apps = [replace(server.apps[0], **new)]
