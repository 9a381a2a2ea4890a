"""The session archive through kill -9: read on where it was, each message kept once, nothing in between lost."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.scene import Scene, chance_of, scene

pytestmark = pytest.mark.xdist_group("faults")

LINES = 500
HANDLED = "SELECT COUNT(*) FROM message WHERE event_key LIKE 'archive:%' AND state = 'handled'"


def keep_chats(town: Scene, folder: Path) -> None:
    """So many messages lie in the archive that the bot's account reads."""
    folder.mkdir()
    now = town.world.clock.now() - timedelta(hours=1)
    lines = [
        {
            "seq": n, "msgid": f"m{n}_external", "action": "send", "from": f"wm{n % 7}", "roomid": "",
            "tolist": [town.people[n % len(town.people)].user], "msgtime": int(now.timestamp() * 1000) + n,
            "msgtype": "text", "text": {"content": f"第 {n} 句"},
        }
        for n in range(1, LINES + 1)
    ]  # fmt: skip
    (folder / "chats.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with town.bot.config.open("a", encoding="utf-8") as config:
        config.write(f"archive_dir = {json.dumps(str(folder))}\n")


async def killed_while_reading(town: Scene, chance: random.Random, kills: int) -> None:
    """The bot is killed so often between the first message and the last."""
    for at in sorted(chance.sample(range(1, LINES * 3 // 4), kills)):
        await town.bot.start()
        while town.bot.ask(HANDLED)[0][0] < at:
            await asyncio.sleep(0.01)
        await town.bot.kill()
    await town.bot.start()


async def test_killed_at_any_moment_each_message_is_kept_once(tmp_path: Path) -> None:
    async with scene(tmp_path, count=20) as town:
        keep_chats(town, tmp_path / "chats")
        await killed_while_reading(town, chance_of(20260310), 3)
        await town.bot.until(f"SELECT {LINES} - COUNT(*) FROM message WHERE event_key LIKE 'archive:%'")
        await town.bot.drained()
        assert town.bot.ask("SELECT value FROM mark WHERE name = 'archive:wecom'") == [(str(LINES),)]
        assert town.bot.ask(HANDLED) == [(LINES,)]
        assert town.bot.ask("SELECT COUNT(*), COUNT(DISTINCT id) FROM chatline") == [(LINES, LINES)]
        assert town.bot.ask(
            "SELECT COUNT(*) FROM message WHERE event_key LIKE 'archive:%' AND payload IS NOT NULL"
        ) == [(0,)]
        code, _ = await town.bot.stop()
        assert code == 0
