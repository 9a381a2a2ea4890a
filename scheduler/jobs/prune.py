"""Retention: old payloads and texts of messages are forgotten, and so are files whose day is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.exchange import bring_files, hand_out, privacy
from scheduler.effect import Around, Effect
from storage import chatfiles, chatlines, chattaken, inbox, nonces, rulerun, threads, webhooks

PAYLOAD_DAYS = 30
TEXT_DAYS = 730
RUN_DAYS = 30
NONCES = timedelta(hours=1)
"""What they came with is taken for ten minutes, from five before its own time to five after."""


async def old(around: Around) -> Effect:
    """Nothing to say: what is older than its days is gone afterwards."""
    await inbox.prune(
        payload_before=around.now - timedelta(days=PAYLOAD_DAYS), text_before=around.now - timedelta(days=TEXT_DAYS)
    )
    await webhooks.prune(around.now - timedelta(days=RUN_DAYS))
    live = await around.house.live(None)
    await chatlines.prune(
        strangers_before=around.now - timedelta(days=live.playbook.silent.forget_days),
        before=around.now - timedelta(days=TEXT_DAYS),
    )
    waited = await chatfiles.prune(around.now - timedelta(days=PAYLOAD_DAYS))
    await privacy.forget_later(waited, "chat", around.now)
    await chattaken.prune(around.now - timedelta(days=PAYLOAD_DAYS))
    await nonces.prune(around.now - NONCES)
    await threads.prune(around.now - timedelta(days=TEXT_DAYS))
    await rulerun.prune(around.now - timedelta(days=RUN_DAYS))
    await asyncio.to_thread(bring_files.sweep, around.house.data, around.now)
    await asyncio.to_thread(hand_out.sweep, around.house.data, around.now)
    return Effect()
