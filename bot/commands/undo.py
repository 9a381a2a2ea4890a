"""/undo: what the word 撤销 does. The conversation knows how; the application hands it in, because handlers and
commands do not know one another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.commands.registry import Call, Registry, Wrong
from bot.routing import Reply
from bot.turn import Turn

TakeBack = Callable[[Turn], Awaitable[Reply]]
"""The answer to 撤销: the sender's latest message of which something still stands is taken back."""


def on(registry: Registry, take_back: TakeBack) -> None:
    """Registers /undo; ``take_back`` is ``bot.handlers.undoing.by_word``."""

    @registry.command("undo")
    async def undo(turn: Turn, call: Call) -> Reply:
        if call.words:
            raise Wrong("undo.other", nearest="/undo")
        return await take_back(turn)
