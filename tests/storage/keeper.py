"""A process that keeps messages and says each key once it was acknowledged, until it is killed.

``python keeper.py URL [--too-early]``: with ``--too-early`` it acknowledges before it stores, as it must not.
"""

# ruff: noqa: T201 (its printing is the acknowledgement)
from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from storage import connect
from storage.inbox import Intake

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


async def main(url: str, too_early: bool) -> None:
    database = await connect.connect(url)
    intake = Intake(database)
    await intake.start()

    async def caller(n: int) -> None:
        for message in range(100_000):
            key = f"{n}-{message}"
            if too_early:
                print(key, flush=True)
                await asyncio.sleep(0.01)  # a build that answers first stores when it comes to it
            for _ in range(2):  # every callback comes twice
                await intake.keep(
                    account="wecom", key=key, conversation=f"c{n}", sent_at=NOW, received_at=NOW, payload=b"x" * 500,
                    kind="message",
                )  # fmt: skip
            if not too_early:
                print(key, flush=True)

    await asyncio.gather(*(caller(n) for n in range(20)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], "--too-early" in sys.argv))
