"""Who is speaking, and which handler answers: every event comes through here, and leaves as one Reply."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog

from adapters.base import Adapter
from adapters.errors import NotDeliverable, PlatformRefused
from adapters.events import InboundEvent
from adapters.messages import Text
from bot.handlers import strangers, text
from bot.house import House
from bot.outbox.service import put
from bot.replies import words
from bot.replies.wording import clock_of
from bot.routing import Reply, Router, Tap
from bot.turn import Fetched, Turn
from storage import cards, inbox, members
from storage.records import CardRow, Member, Message

log = structlog.get_logger(__name__)


class Conversation:
    def __init__(self, house: House, command: text.Command, routes: Router) -> None:
        self.house, self._command, self._routes = house, command, routes

    async def prepare(self, event: InboundEvent, adapter: Adapter) -> tuple[Fetched, ...]:
        """The files that came with the event: fetched before any transaction, because it goes over the network."""
        fetched = []
        for file in event.files:
            try:
                name, body = await adapter.fetch(file)
                fetched.append(Fetched(file.name or name, body))
            except (NotDeliverable, PlatformRefused) as gone:
                log.warning("file.gone", code=gone.code)
                fetched.append(Fetched(file.name, None))
        return tuple(fetched)

    async def answer(self, event: InboundEvent, row: Message, files: tuple[Fetched, ...]) -> Reply:
        """What the event comes to. Runs inside the transaction that will hold it."""
        member = await members.by_identity(row.account, event.sender.user)
        if member is None or not member.active:
            return await strangers.answer(event, row, self.house)
        turn = await self._turn(event, row, member, files)
        reply = await self._tap(turn) if event.kind == "tap" else await self._said(turn)
        return replace(reply, member=member)

    async def _turn(self, event: InboundEvent, row: Message, member: Member, files: tuple[Fetched, ...]) -> Turn:
        zone = await self.house.zone(member)
        live = await self.house.live(member)
        newest = await inbox.newest_handled(row.conversation)
        return Turn(
            event=event,
            row=row,
            member=member,
            house=self.house,
            playbook=live.playbook,
            calendar=live.calendar,
            scope=await self.house.scope(member),
            now=self.house.clock.now().astimezone(zone),
            at=event.at.astimezone(zone),
            late=newest is not None and event.at < newest,
            files=files,
        )

    # -- taps, and words that mean one -----------------------------------------------------------------------------

    async def _tap(self, turn: Turn) -> Reply:
        event = turn.event
        card = await cards.get(event.card)
        if card is None or card.member_id != turn.member.id:
            return Reply(push=words.text("reading.no_card"))
        if not _stands_on(card, event.button):
            return Reply(push=await self._spent(turn, card))
        return await self._run_tap(turn, card, event.button, event.selected, "")

    async def _run_tap(self, turn: Turn, card: CardRow, button: str, selected: tuple[str, ...], said: str) -> Reply:
        handler = self._routes.tap_handler(button, card.kind)
        if handler is None:
            log.warning("tap.unknown", button=button, card=card.kind)
            return Reply(push=words.text("reading.no_card"))
        reply = await handler(self._as_tap(turn, card, button, selected, said))
        return replace(reply, card=card)

    def _as_tap(self, turn: Turn, card: CardRow, button: str, selected: tuple[str, ...], said: str) -> Tap:
        return Tap(
            member=turn.member,
            card=card,
            button=button,
            now=turn.now,
            event=turn.row.id,
            playbook=turn.playbook,
            calendar=turn.calendar,
            selected=selected,
            words=said,
            turn=turn,
        )

    async def _spent(self, turn: Turn, card: CardRow) -> Text:
        """What is true now of a card whose button has been used: it never acts twice."""
        return words.text("reading.spent", what=str(card.data.get("now") or words.bit("already_done")))

    # -- words -----------------------------------------------------------------------------------------------------

    async def _said(self, turn: Turn) -> Reply:
        if turn.event.kind == "presence":
            return await strangers.hello(turn)
        reply = await self._as_word(turn) or await self._as_answer(turn) or await text.answer(turn, self._command)
        if turn.member.greeted_at is None:
            reply = strangers.greeted(reply, turn)
        return reply

    async def _as_word(self, turn: Turn) -> Reply | None:
        """A typed label or number does what the tap does, on the newest card that offers it."""
        if not turn.text or turn.event.files or len(turn.text) > 12:
            return None
        for card in await cards.recent_open(turn.member.id, 5):
            button = _button_called(card.data, turn.text)
            if button is not None:
                return await self._run_tap(turn, card, button, (), turn.text)
            if turn.text.isdigit():
                return None
        return None

    async def _as_answer(self, turn: Turn) -> Reply | None:
        """The next sentence after a question is its answer, unless it is plainly other business."""
        if not turn.text or turn.text.startswith(("/", "／")):
            return None
        card = await cards.awaiting(turn.member.id, turn.now)
        handler = self._routes.answer_handler(card.awaits) if card else None
        if card is None or handler is None or await text.is_other_business(turn, card):
            return None
        reply = await handler(self._as_tap(turn, card, "", (), turn.text))
        return replace(reply, card=card) if reply is not None else None

    # -- an event that could not be handled ------------------------------------------------------------------------

    async def tell_set_aside(self, row: Message, reason: str) -> None:
        """The sender hears that the words are safe; each admin that something must be looked at."""
        now = self.house.clock.now()
        member = await members.by_identity(row.account, row.sender or row.conversation)
        if member is not None:
            await put(words.text("set_aside"), to=member.id, once=f"{row.id}:aside", now=now, answer=True, event=row.id)
        card = words.card(
            "bot.set_aside", count=1, clock=clock_of(now), facts=[(words.bit("reason_label"), reason[:26])]
        )
        for admin in await members.with_role("admin"):
            await put(
                card,
                to=admin.id,
                once=f"aside:{admin.id}:{now:%Y%m%d%H}",
                now=now,
                answer=True,
                event=row.id,
                about={"message": row.id},
            )


def _stands_on(card: CardRow, button: str) -> bool:
    """The card as it now stands offers this button (or takes a choice)."""
    offered = {id for id, _ in card.data.get("buttons", [])}
    return button in offered or (card.state == "open" and bool(card.data.get("choice")) and not offered)


def _button_called(data: Any, said: str) -> str | None:
    buttons = data.get("buttons", [])
    if said.isdigit():
        n = int(said)
        return str(buttons[n - 1][0]) if 0 < n <= len(buttons) else None
    return next((str(id) for id, label in buttons if label == said), None)
