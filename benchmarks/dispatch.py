"""What it costs to bring one event to a trivial handler: CPU, beside Slack Bolt and NoneBot2 in the same run.

``python benchmarks/dispatch.py``; with ``pip install -e '.[compare]'`` the two others are measured, too. Each is given the
opened event as its platform sends it, finds its one handler, calls it, and takes its answer; no signature is checked,
nothing is stored, and no network is asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
import statistics
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.events import InboundEvent
from adapters.messages import Text
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import CardTap
from adapters.wecom.parse import parse
from bot.routing import Reply, Router, Tap

TIMES, ROUNDS = 2000, 5
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
One = Callable[[], Awaitable[object]]
"""Brings one event to its handler; what it gives back is true when the handler was reached."""


def of_genjin() -> One:
    """A tapped button of WeCom: its XML, the router of the bot, an answer in words."""
    router, plain = (
        Router(),
        CardTap("confirm", "crd_1", "button_interaction", "code").message(WecomApp(), "zhang.wei", NOW),
    )
    said = Reply(push=Text("done", "记下了"))

    @router.tap("confirm")
    async def confirm(tap: Tap) -> Reply:
        return said

    async def one() -> object:
        event = parse(plain, "wecom")
        assert isinstance(event, InboundEvent)
        handler = router.tap_handler(event.button, "reading.clear")
        assert handler is not None
        tap: Any = Tap(None, None, event.button, NOW, event.key, None, None, event.selected)  # type: ignore[arg-type]
        return (await handler(tap)).push

    return one


def of_bolt() -> One:
    """A tapped button of Slack: its payload as a form, an acknowledgement."""
    from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
    from slack_bolt.authorization import AuthorizeResult

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-none", bot_id="B1", bot_user_id="U0")

    app = AsyncApp(
        signing_secret="made-up",
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
    )

    @app.action("confirm")
    async def acted(ack: Any) -> None:
        await ack()

    body = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "api_app_id": "A1",
        "token": "t",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
        "trigger_id": "1.1",
        "channel": {"id": "C1", "name": "general"},
        "actions": [{"type": "button", "block_id": "b", "action_id": "confirm", "value": "crd_1", "action_ts": "1.1"}],
    }
    form = urlencode({"payload": json.dumps(body)})

    async def one() -> object:
        request = AsyncBoltRequest(body=form, headers={"content-type": "application/x-www-form-urlencoded"})
        return (await app.async_dispatch(request)).status == 200

    return one


def of_nonebot() -> One:
    """A message of a platform of our own making, matched by its full text."""
    import nonebot
    from nonebot import on_fullmatch
    from nonebot.adapters import Adapter, Bot, Event, Message, MessageSegment
    from nonebot.message import handle_event

    class Piece(MessageSegment["Words"]):
        @classmethod
        def get_message_class(cls) -> type[Words]:
            return Words

        def __str__(self) -> str:
            return str(self.data["text"])

        def is_text(self) -> bool:
            return True

    class Words(Message[Piece]):
        @classmethod
        def get_segment_class(cls) -> type[Piece]:
            return Piece

        @staticmethod
        def _construct(msg: str) -> Any:
            yield Piece("text", {"text": msg})

    class Said(Event):
        text: str

        def get_type(self) -> str:
            return "message"

        def get_event_name(self) -> str:
            return "message"

        def get_event_description(self) -> str:
            return "said"

        def get_user_id(self) -> str:
            return "zhang.wei"

        def get_session_id(self) -> str:
            return "zhang.wei"

        def is_tome(self) -> bool:
            return True

        def get_message(self) -> Any:
            return Words(self.text)

    class Chat(Adapter):
        @classmethod
        def get_name(cls) -> str:
            return "chat"

        async def _call_api(self, bot: Bot, api: str, **data: Any) -> Any:
            return None

    class Speaker(Bot):
        async def send(self, event: Event, message: Any, **kwargs: Any) -> Any:
            return None

    nonebot.init(driver="~none", log_level="ERROR")
    heard: list[int] = []

    @on_fullmatch("confirm").handle()
    async def confirm() -> None:
        heard.append(1)

    bot = Speaker(Chat(nonebot.get_driver()), "bot")

    async def one() -> object:
        before = len(heard)
        await handle_event(bot, Said.model_validate_json(b'{"text": "confirm"}'))
        return len(heard) > before

    return one


async def milliseconds(one: One, times: int) -> float:
    """CPU of one event; the median of a few rounds."""
    assert await one(), "the handler was not reached"
    found = []
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(times // ROUNDS):
            await one()
        found.append((process_time() - began) / (times // ROUNDS) * 1e3)
    return statistics.median(found)


async def main() -> int:
    logging.disable(logging.CRITICAL)
    ours = await milliseconds(of_genjin(), TIMES * 5)
    print(f"{'genjin':<12} {ours:.3f} ms")
    over = False
    for name, module, of, must in (
        ("Slack Bolt", "slack_bolt", of_bolt, "goal: below"),
        ("NoneBot2", "nonebot", of_nonebot, "must: below"),
    ):
        if find_spec(module) is None:
            print(f"{name:<12} not installed: pip install -e '.[compare]'")
            continue
        theirs = await milliseconds(of(), TIMES)
        print(f"{name:<12} {theirs:.3f} ms   genjin / {name} {ours / theirs:.2f} ({must} 1)")
        over = over or (must.startswith("must") and ours >= theirs)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
