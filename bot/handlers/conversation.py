"""Who is speaking, and which handler answers: every event comes through here, and leaves as one Reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from adapters.base import Adapter
from adapters.errors import NotDeliverable, PlatformRefused
from adapters.events import InboundEvent
from adapters.messages import Push, Text
from bot import admins
from bot.burst import SETTLED, Burst
from bot.capture.service import latest_of
from bot.handlers import (
    ahead,
    app_state,
    approval,
    archived,
    chat_waits,
    colleagues,
    day,
    facts,
    first,
    mail,
    outsiders,
    strangers,
    text,
    typed,
    unassigned,
)
from bot.house import House
from bot.letter import Letter
from bot.outbox.diet import HALVES, TOUCHED
from bot.outbox.service import put
from bot.replies import words
from bot.replies.wording import clock_of
from bot.routing import Reply, Router, Tap
from bot.turn import Brought, Fetched, Turn
from storage import bindings, cards, inbox, members, outbox
from storage.records import CardRow, Member, Message

log = structlog.get_logger(__name__)

AROUND_A_WORD = '。.!！,， 〔〕[]“”"'
"""What people type around a label: 确认。 〔改时间〕"""
LONGEST_WORD = 16


async def _said_anew(key: str) -> CardRow | None:
    """The card of which a further copy was sent, because the platform lets the first be changed no more."""
    copy = await outbox.get(key) if key else None
    return await cards.get(copy.changes) if copy is not None and copy.changes else None


class Conversation:
    def __init__(self, house: House, command: text.Command, routes: Router) -> None:
        self.house, self._command, self._routes = house, command, routes
        self._manners = ahead.Manners()

    async def prepare(self, event: InboundEvent, adapter: Adapter, *, in_hand: int = 1, tries: int = 1) -> Brought:
        """The files that came with the event and what is made of its words ahead: what goes over the network or takes
        long is done before any transaction, and so are the names brought up to date. ``in_hand``: so many events are,
        with this one; ``tries``: which try this is."""
        await self.house.names.refresh()
        if event.kind == "archive":
            kept = await chat_waits.file_of(event, adapter, tries)
            outsider = await archived.fetched(event, adapter, self.house)
            return Brought((kept,) if kept is not None else (), outsider=outsider)
        if in_hand > 1:
            await self._manners.read(event, adapter.name, in_hand)
        fetched = []
        for file in event.files:
            try:
                name, body = await adapter.fetch(file)
                fetched.append(Fetched(file.name or name, body))
            except (NotDeliverable, PlatformRefused) as gone:
                log.warning("file.gone", code=gone.code)
                fetched.append(Fetched(file.name, None))
        form = await approval.fetched(event, adapter, self.house)
        opinion, who = await ahead.look(event, adapter.name, self.house), await outsiders.fetched(event, adapter)
        return Brought(tuple(fetched), opinion, form, outsider=who)

    async def answer(self, event: InboundEvent, row: Message, brought: Brought) -> Reply:
        """What the event comes to. Runs inside the transaction that will hold it."""
        if event.kind == "facts":
            return await facts.answer(event, row)
        if event.kind == "mail":
            return await mail.answer(event, row, self.house)
        if event.kind == "approval":
            return await approval.answer(row, brought.approval, self.house)
        if app_state.is_one(event):
            return await app_state.answer(event, row, self.house)
        if colleagues.is_one(event):
            return await colleagues.answer(event, row, self.house)
        if event.kind == "contact":
            return await outsiders.answer(event, row, brought.outsider, self.house)
        if event.kind == "archive":
            return await archived.heard(event, row, self.house, brought.outsider, next(iter(brought.files), None))
        member = await members.speaking(row.account, event.sender.user)
        if member is None or not member.active:
            return await strangers.answer(event, row, self.house, brought)
        turn = await self._turn(event, row, member, brought)
        self._manners.learn(turn)
        reply = await self._tap(turn) if event.kind == "tap" else await self._said(turn)
        return replace(await first.useful(reply, turn), member=member)

    async def _turn(self, event: InboundEvent, row: Message, member: Member, brought: Brought) -> Turn:
        zone = await self.house.zone(member)
        live = await self.house.live(member)
        newest = await inbox.newest_handled(row.conversation)
        return Turn(
            event=event,
            row=row,
            member=member,
            house=self.house.reading_as(live),
            playbook=live.playbook,
            calendar=live.calendar,
            scope=await self.house.scope(member),
            now=self.house.clock.now().astimezone(zone),
            at=event.at.astimezone(zone),
            late=newest is not None and event.at < newest,
            files=brought.files,
            opinion=brought.opinion,
            made=brought.made,
            group=await bindings.customer_of(row.account, event.chat),
        )

    # -- taps, and words that mean one -----------------------------------------------------------------------------

    async def _tap(self, turn: Turn) -> Reply:
        event = turn.event
        card = await cards.get(event.card) or await _said_anew(event.card)
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
        if card.kind in HALVES and not card.data.get(TOUCHED):
            card = replace(card, data={**card.data, TOUCHED: True})
            await cards.update(card.id, data=card.data)
        tap = self._as_tap(turn, card, button, selected, said)
        reply = await unassigned.then(await day.then(await handler(tap), tap), tap)
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
        said = turn.text.strip(AROUND_A_WORD)
        if not said or turn.event.files or len(said) > LONGEST_WORD:
            return None
        for card in await cards.recent_open(turn.member.id, 5):
            page = typed.page(card.data, said)
            if page is not None and said not in text.FILES:  # of those more is known: what is owed, page by page
                return Reply(push=words.text("reading.page", buttons=[page]))
            called = typed.called(card.data, said)
            if called is not None and not await self._undoes_older(called[0], card, turn):
                return await self._run_tap(turn, card, *called, turn.text)
            if typed.number(said) is not None and (card.awaits or typed.offers(card.data)):
                return None
        return None

    async def _undoes_older(self, button: str, card: CardRow, turn: Turn) -> bool:
        """撤销 as a word takes back the sender's latest message, which this card is not about (LOOP-1)."""
        if button != "undo":
            return False
        latest = await latest_of(turn.member.id, turn.row.id)
        return latest is not None and latest not in (card.event, *map(str, card.data.get("events", ())))

    async def _as_answer(self, turn: Turn) -> Reply | None:
        """The next sentence after a question is its answer, unless it is plainly other business."""
        if not turn.text or turn.text.startswith(("/", "／")):
            return None
        asked = timedelta(minutes=turn.playbook.context.answer_minutes)
        card = await cards.awaiting(turn.member.id, turn.now, asked)
        handler = self._routes.answer_handler(card.awaits) if card else None
        if card is None or handler is None or await text.is_other_business(turn, card):
            return None
        tap = self._as_tap(turn, card, "", (), turn.text)
        reply = await handler(tap)
        if reply is None:
            return None
        return replace(await unassigned.then(await day.then(reply, tap), tap), card=card)

    # -- a flood ----------------------------------------------------------------------------------------------------

    async def tell_busy(self, row: Message, minutes: int) -> None:
        """The sender of a flood hears once that all of it is safe."""
        await self._to_sender(row, words.text("busy", minutes=minutes), f"busy:{row.id}")

    async def tell_meanwhile(self, row: Message, push: Push) -> None:
        """The answer takes some seconds, which is said."""
        await self._to_sender(row, push, f"{row.id}:meanwhile")

    async def sum_up(self, row: Message, burst: Burst) -> None:
        """And what came of it, once the flood has settled, since not each message was answered."""
        if burst.summary is not None:
            await outbox.drop([burst.summary], "the flood goes on")
        push = words.text("busy.read", count=f"{burst.read:,}", n=f"{burst.recorded:,}")
        at = self.house.clock.now() + SETTLED
        burst.summary = await self._to_sender(row, push, f"busy.read:{row.id}", at)

    async def _to_sender(self, row: Message, push: Push, once: str, at: datetime | None = None) -> str | None:
        member = await members.by_identity(row.account, row.sender or row.conversation)
        if member is None or not member.active:
            return None
        letter = Letter(push, to=member.id, once=once, account=row.account, at=at)
        return await put(letter, self.house.clock.now(), event=row.id)

    # -- an event that could not be handled ------------------------------------------------------------------------

    async def tell_set_aside(self, row: Message, reason: str) -> None:
        """The sender hears that the words are safe; each admin that something must be looked at."""
        now = self.house.clock.now()
        member = await members.by_identity(row.account, row.sender or row.conversation)
        if member is not None:
            await put(Letter(words.text("set_aside"), to=member.id, once=f"{row.id}:aside"), now, event=row.id)
        card = words.card(
            "bot.set_aside", count=1, clock=clock_of(now), facts=[(words.bit("reason_label"), reason[:26])]
        )
        for letter in await admins.in_group(card, f"aside:{now:%Y%m%d%H}", self.house, now):
            await put(letter, now, event=row.id)
        for admin in await admins.on_duty(now):
            once = f"aside:{admin.id}:{now:%Y%m%d%H}"
            await put(Letter(card, to=admin.id, once=once, about={"message": row.id}), now, event=row.id)


def _stands_on(card: CardRow, button: str) -> bool:
    """The card as it now stands offers this button (or takes a choice)."""
    offered = {id for id, _ in card.data.get("buttons", [])}
    return button in offered or (card.state == "open" and bool(card.data.get("choice")) and not offered)
