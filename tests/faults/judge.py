"""What must hold after a fault, asked from outside: of the command line and of the database file."""

from __future__ import annotations

from tests.faults.bot_process import BotProcess
from tests.faults.scene import Scene


async def lost(scene: Scene) -> set[str]:
    """Keys that were acknowledged and are not stored, by ``genjin inbox ids``."""
    return scene.post.acknowledged - set(await stored(scene))


async def stored(scene: Scene) -> list[str]:
    code, said = await scene.bot.genjin("inbox", "ids")
    assert code == 0
    return said.split()


async def holds(scene: Scene, *, quietly: bool = True) -> None:
    """Nothing lost, nothing twice, the chain and the file whole, and ``quietly``: no error was logged. The bot is
    drained."""
    keys = await stored(scene)
    assert len(keys) == len(set(keys)), "an event is stored twice"
    assert not scene.post.acknowledged - set(keys), "an acknowledged event is lost"
    twice(scene)
    code, said = await scene.bot.genjin("audit", "verify")
    assert code == 0, said
    if scene.bot.database.startswith("sqlite"):
        assert scene.bot.ask("PRAGMA integrity_check") == [("ok",)]
    assert not quietly or not errors(scene.bot), "\n".join(errors(scene.bot))


def errors(bot: BotProcess) -> list[str]:
    """The lines that it logged as errors."""
    return [line for line in bot.logs().splitlines() if '"level": "error"' in line]


def twice(scene: Scene) -> None:
    """Raises where an event had its effect or its answer twice, or none of it."""
    effects = scene.bot.ask(
        "SELECT message.id, COUNT(activity.id) FROM message LEFT JOIN activity ON activity.message_id = message.id "
        "WHERE message.state = 'handled' GROUP BY message.id HAVING COUNT(activity.id) <> 1"
    )
    assert not effects, f"not one activity a message: {effects[:5]}"
    answers = scene.bot.ask(
        "SELECT event, COUNT(*) FROM outbox WHERE answer AND changes IS NULL GROUP BY event HAVING COUNT(*) <> 1"
    )
    assert not answers, f"not one answer a message: {answers[:5]}"
    shown = {task: count for task, count in scene.cards().items() if count != 1}
    assert not shown, f"shown twice: {list(shown.items())[:5]}"
    assert not scene.world.dropped, "over the platform's silent limit"
