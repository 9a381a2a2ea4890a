"""Files whose time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.exchange import hand_out, privacy
from scheduler.effect import Around, Effect
from storage.records import Moment


async def over(moments: Sequence[Moment], around: Around) -> Effect:
    """What was handed out a day ago is gone."""
    for moment in moments:
        await asyncio.to_thread(hand_out.forget, around.house.data, str(moment.data.get("file", "")))
    return Effect()


async def erased(moments: Sequence[Moment], around: Around) -> Effect:
    """Files of what was erased go, unless something else rests on them."""
    for moment in moments:
        for sha in moment.data.get("sha256", ()):
            await privacy.forget(around.house.data, str(sha))
    return Effect()
