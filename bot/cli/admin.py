"""``genjin admin "/command …"``: a slash command from the terminal, as the first admin, beside a running bot or not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adapters.events import InboundEvent, Person
from adapters.messages import Push, plain
from bot import commands, handlers, logs
from bot.capture.names import NameBook
from bot.cli.common import DONE, WRONG_USE, Failed, opened, read_config, say
from bot.clock import Clock, SystemClock
from bot.commands.registry import Registry
from bot.config import Config
from bot.handlers import undoing
from bot.house import House
from bot.outbox.service import on_card
from bot.outcome import apply
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.routing import Reply, Router, Tap
from bot.turn import Ahead, Turn
from nlp import lexicon
from storage import inbox, members
from storage.connect import transaction
from storage.records import CardRow, Member, Message, new_id

TERMINAL = "terminal"
"""The account under which the inbox keeps what was typed here; no push ever goes there."""
SURE = "执行"
"""Behind a command that would show first what it does: does it at once, for scripts."""
Ask = Callable[[], str]
Acts = Callable[[InboundEvent, Message], Awaitable[Reply]]


def admin(words: str, config: Path, data: Path | None) -> int:
    """0 when the command was answered, 2 when it was a wrong call. A card with buttons asks what to do where somebody
    sits at the terminal."""
    logs.configure(SystemClock(), level="warning")
    return asyncio.run(_run(words, read_config(config, data), _asked_here if sys.stdin.isatty() else None))


def _asked_here() -> str:
    return input("> ").strip()


async def _run(words: str, config: Config, ask: Ask | None) -> int:
    async with opened(config):
        house = await house_of(config, SystemClock())
        sure = words.rstrip().endswith(f" {SURE}")
        here = await Terminal.of(house)
        reply = await here.says(words.rstrip().removesuffix(SURE) if sure else words, sure=sure)
        say(plain(reply.push) if reply.push is not None else "")
        wrong = reply.push is not None and reply.push.kind == "cmd.wrong"
        while ask is not None and reply.push is not None and _live(reply.push):
            answer = ask()
            if not answer:
                break
            reply = await here.answers(reply, answer)
            say(plain(reply.push) if reply.push is not None else "")
    return WRONG_USE if wrong else DONE


def _live(push: Push) -> bool:
    return any(not button.url for button in push.buttons)


async def house_of(config: Config, clock: Clock) -> House:
    """What commands need at hand, on the open database, without any platform."""
    async with transaction():
        await ensure_shipped(clock.now())
    names = NameBook(await asyncio.to_thread(lexicon.shipped))
    await names.load()
    accounts = list(config.accounts) or [one.account for one in await members.all_identities()]
    return House(
        clock=clock, names=names, playbooks=PlaybookStore(), data=config.data, public_url=config.public_url,
        hears_files=dict.fromkeys(accounts, False), unknown=config.members.unknown,
    )  # fmt: skip


@dataclass(slots=True)
class Terminal:
    """A conversation with the first admin, each line one event of the inbox with its records in one transaction."""

    house: House
    member: Member
    registry: Registry
    routes: Router
    made: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def of(cls, house: House) -> Terminal:
        """Raises Failed where there is no admin yet."""
        admins = await members.with_role("admin")
        if not admins:
            raise Failed("还没有管理员，先运行 genjin init")
        registry, routes = commands.build(undoing.by_word), Router()
        for part in (handlers.router, commands.routes(registry)):
            routes.include(part)
        return cls(house, admins[0], registry, routes)

    async def says(self, line: str, *, sure: bool = False) -> Reply:
        """What the command comes to, written already."""
        typed = line if line.lstrip().startswith(("/", "／")) else f"/{line.strip()}"

        async def act(event: InboundEvent, row: Message) -> Reply:
            return await self.registry.answer(await self._turn(event, row), sure=sure, page=0)

        return await self._hears(typed, act)

    async def answers(self, before: Reply, word: str) -> Reply:
        """What a button of the last answer comes to, by its label or number."""
        push = before.push
        assert push is not None
        buttons = [button for button in push.buttons if not button.url]
        chosen = next((b for n, b in enumerate(buttons, 1) if word in (b.label, str(n))), None)
        handler = self.routes.tap_handler(chosen.id, push.kind) if chosen else None
        if chosen is None or handler is None:
            return before
        tapped, run = chosen.id, handler

        async def act(event: InboundEvent, row: Message) -> Reply:
            turn = await self._turn(event, row)
            card = self._card(push, before.about, row)
            return await run(Tap(
                member=turn.member, card=card, button=tapped, now=turn.now, event=row.id, playbook=turn.playbook,
                calendar=turn.calendar, words=word, turn=turn,
            ))  # fmt: skip

        return await self._hears(word, act)

    async def _hears(self, line: str, act: Acts) -> Reply:
        now, owner = self.house.clock.now(), new_id(TERMINAL, self.house.clock.now())
        event = InboundEvent(owner, "message", Person(TERMINAL, self.member.name), now, text=line)
        self.made.clear()
        while True:
            try:
                async with transaction():
                    row = await inbox.enter(
                        account=TERMINAL, key=owner, conversation=f"{TERMINAL}:{self.member.id}", at=now,
                        payload=line.encode(), owner=owner,
                    )  # fmt: skip
                    reply = replace(await act(event, row), member=self.member)
                    await apply(reply, event, row, owner=owner, now=now, house=self.house)
                return reply
            except Ahead as wanted:
                self.made[wanted.key] = await wanted.make()

    async def _turn(self, event: InboundEvent, row: Message) -> Turn:
        live, zone = await self.house.live(self.member), await self.house.zone(self.member)
        return Turn(
            event=event, row=row, member=self.member, scope=await self.house.scope(self.member),
            house=self.house.reading_as(live),
            playbook=live.playbook, calendar=live.calendar, now=self.house.clock.now().astimezone(zone),
            at=event.at.astimezone(zone), made=self.made,
        )  # fmt: skip

    def _card(self, push: Push, about: Mapping[str, Any], row: Message) -> CardRow:
        """The answer as the card that its tap needs: it lives only here."""
        return CardRow(
            id=new_id("psh", self.house.clock.now()), member_id=self.member.id, kind=push.kind, event=row.id,
            data=on_card(push, about), state="open", question=False, created_at=self.house.clock.now(),
        )  # fmt: skip
