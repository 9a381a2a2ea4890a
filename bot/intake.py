"""Where adapters put what came in: on disk first, then answered. Also where a tap's callback waits for its card."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from adapters.events import Kept, Received
from adapters.messages import Push
from bot import metrics
from storage import inbox, marks, nonces, outbox


class IntakeSink:
    """The adapters' Sink over the inbox."""

    def __init__(self, intake: inbox.Intake) -> None:
        self._intake = intake
        self._wake: Callable[[], None] = lambda: None
        self.accepting = False
        """Callbacks are taken: the intake can commit and the adapters hear."""
        self._waiting: dict[tuple[str, str], asyncio.Future[tuple[str, Push] | None]] = {}

    def close(self) -> None:
        self.accepting = False

    def on_new(self, wake: Callable[[], None]) -> None:
        """``wake`` is called when there is something new to handle."""
        self._wake = wake

    async def keep(self, received: Received) -> bool:
        new = await self._intake.keep(
            account=received.account,
            key=received.key,
            conversation=received.conversation,
            sent_at=received.sent_at,
            received_at=received.received_at,
            payload=received.payload,
            kind=received.kind,
            mark=received.mark,
            nonce=received.nonce,
        )
        metrics.received.labels(received.account, "new" if new else "repeat").inc()
        if new:
            if received.kind == "tap":
                self._waiting[received.account, received.key] = asyncio.get_running_loop().create_future()
            self._wake()
        return new

    async def kept(self, account: str, key: str, nonce: str = "") -> Kept | None:
        row = await inbox.by_key(account, key)
        if row is None and nonce and (first := await nonces.key_of(account, nonce)) is not None:
            row = await inbox.by_key(account, first)
        return None if row is None else Kept(row.id, row.event_key, row.received_at, row.payload or b"")

    async def mark(self, name: str) -> int | None:
        found = await marks.get(name)
        return None if found is None else int(found)

    async def outcome(self, received: Received, seconds: float) -> Push | None:
        """The card that the tapped one has become, handed over so that no update call is needed; None when it takes
        longer: then the update call brings it."""
        future = self._waiting.get((received.account, received.key))
        if future is None:
            return None
        try:
            said = await asyncio.wait_for(asyncio.shield(future), seconds)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop((received.account, received.key), None)
        if said is None:
            return None
        row, push = said
        return push if await outbox.carried(row) else None

    def awaited(self, account: str, key: str) -> bool:
        """A callback stands waiting for what becomes of this tap."""
        return (account, key) in self._waiting

    def settle(self, account: str, key: str, said: tuple[str, Push] | None) -> None:
        """The worker is done with the event: ``said`` is the outbox row and push of its answer."""
        future = self._waiting.get((account, key))
        if future is not None and not future.done():
            future.set_result(said)

    def refused(self, account: str, code: str) -> None:
        """Counts it; the adapter has logged it."""
        metrics.refused.labels(account, code).inc()
