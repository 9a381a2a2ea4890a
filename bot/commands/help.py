"""/help: what there is for the one who asks."""

from __future__ import annotations

from bot.commands.registry import Call, Registry, Wrong
from bot.routing import Reply
from bot.turn import Turn


def on(registry: Registry) -> None:
    """Registers /help beside the commands that it tells of."""

    @registry.command("help")
    async def show(turn: Turn, call: Call) -> Reply:
        if not call.words:
            return registry.help(turn.member)
        name = call.words[0].lstrip("/／").casefold()
        if name in registry.commands:
            return registry.help_of(name)
        near = registry.nearest(name, turn.member)
        raise Wrong("command", name=name[:12], nearest=f"/help {near}" if near else "")
