"""The reps and managers of the story: what each says and taps at a moment of the day, drawn by the seed."""

from __future__ import annotations

import asyncio
import random
from datetime import date, datetime, timedelta

from adapters.sandbox.world import Item
from bot.cli.demo import Demo
from tests.simulation.company import STAGES, Company, Deal, Person
from tests.simulation.days import ZONE, at, day_on, silent_until, works
from tests.simulation.ledger import THINGS, Ledger, Promise
from tests.simulation.town import Town


class Players:
    def __init__(
        self, demo: Demo | Town, company: Company, ledger: Ledger, chance: random.Random, eager: float
    ) -> None:
        """``eager``: how likely a rep says something at a moment."""
        self.demo, self.company, self.ledger, self.chance, self.eager = demo, company, ledger, chance, eager
        self._seen: dict[str, int] = {}
        self._asked: list[tuple[str, int, Promise]] = []

    @property
    def now(self) -> datetime:
        return self.demo.desk.clock.now().astimezone(ZONE)

    async def speak(self) -> None:
        """Whoever is here says a sentence, all at the same moment."""
        now, lines = self.now, []
        for rep in self._present():
            if self.chance.random() < self.eager and (line := self._line(rep, now)):
                lines.append((rep.user, line))
        await asyncio.gather(*[self.demo.platforms.say(user, line) for user, line in lines])
        assert await self.demo.desk.quiet(120)
        self.ledger.said += len(lines)

    async def answer(self) -> None:
        """Some of those who were reminded tap, or say what they did."""
        for rep in self._present():
            for item in self._new(rep.user):
                if {"done", "move"} <= _knobs(item) and (promise := self._meant(rep.user, item)) is not None:
                    await self._answer(rep.user, item, promise)
        for boss in self.company.bosses:
            for item in self._new(boss.user):
                if "ack" in _knobs(item) and item.shown.words().count("没闭环") and self.chance.random() < 0.4:
                    await self.tap(boss.user, item, "ack")
                    self._acked(boss.user, item)

    def _acked(self, boss: str, item: Item) -> None:
        """Which promises stand on the card: one a line, or one alone on all of them."""
        words = item.shown.words()
        lines = [words] if "1 件" in words.split("没闭环")[0] else words.splitlines()
        for promise, name in [(one, rep.name) for rep in self.company.led(boss) for one in self.ledger.of(rep.user)]:
            if not promise.theirs and any(promise.thing in line and name in line for line in lines):
                self.ledger.acked.append((boss, item.at.astimezone(ZONE), self.now, promise.owner, promise.thing))

    async def lose(self, user: str) -> Deal:
        """The rep's last customer, to whom nothing is owed, has chosen another."""
        deal = self.company.of(user)[-1]
        await self.say(user, self._counted(f"{deal.customer}的{deal.contact}选了别家，这单输了"))
        card = self.newest(user, "lose")
        await self.tap(user, card, "lose", card.shown.options[-1][0])
        deal.closed = self.now
        return deal

    async def say(self, user: str, text: str) -> None:
        self.ledger.said += 1
        await self.demo.turns.say(user, text)

    async def tap(self, user: str, item: Item, button: str, *select: str) -> None:
        self.ledger.said += 1
        await self.demo.turns.tap(user, item.n, button, select)

    def newest(self, user: str, knob: str) -> Item:
        """The youngest card with that button."""
        found = [one for one in self.demo.platforms.world.inbox(user) if knob in _knobs(one)]
        assert found, f"{user} has no {knob}"
        return found[-1]

    # -- sentences -------------------------------------------------------------------------------------------------

    def _line(self, rep: Person, now: datetime) -> str:
        deals = [one for one in self.company.of(rep.user) if one.closed is None]
        if not deals:
            return ""
        deal, draw = self.chance.choice(deals), self.chance.random()
        if draw < 0.40:
            return self._call(deal, now)
        if draw < 0.80:
            return self._promise(rep, deal, now)
        if draw < 0.88:
            return self._word_of_theirs(rep, deal, now)
        if draw < 0.93:
            return self._stage(deal, now)
        return self._kept(rep, now) or self._call(deal, now)

    def _call(self, deal: Deal, now: datetime) -> str:
        leave = self.ledger.leaves.get(deal.rep)
        last = self.ledger.contacts.get(deal.n, [])[:]
        self.ledger.contacts.setdefault(deal.n, []).append(now)
        if deal.stage == "solution_demo" and last and now <= silent_until(last[-1], 48, leave):
            deal.stage = "negotiation"  # PROC-3: 演示后来电谈价
            self.ledger.entered.setdefault(deal.n, []).append(now)
        return self._counted(f"今天给{deal.customer}的{deal.contact}打了电话，聊了聊近况")

    def _counted(self, line: str) -> str:
        self.ledger.business[line] += 1
        return line

    def _promise(self, rep: Person, deal: Deal, now: datetime) -> str:
        if self._spared(deal):
            return self._call(deal, now)
        owed = {one.thing for one in self.ledger.open_of(rep.user, now)}
        free = [thing for thing in THINGS if thing not in owed]
        if not free:
            return self._call(deal, now)
        thing, kind = self.chance.choice(free), self.chance.random()
        day = now.date() + timedelta(days=self.chance.randint(1, 9))
        due: date | datetime = day
        words, evening = f"{day.month}月{day.day}日前", False
        if kind < 0.12:
            due, words, evening = now.date(), "今晚", True
        elif kind < 0.3 and works(day):
            hour = self.chance.choice((10, 15, 17))
            due = at(day, hour)
            words = f"{day.month}月{day.day}日{'上午' if hour < 12 else '下午'}{hour if hour < 12 else hour - 12}点前"
        self.ledger.add(Promise(rep.user, deal, thing, [(now, due)], evening))
        return self._counted(f"我{words}把{thing}发给{deal.customer}的{deal.contact}")

    def _spared(self, deal: Deal) -> bool:
        """To the rep's last customer nothing is promised, nor by it: that one may be lost without owing anything."""
        return deal is self.company.of(deal.rep)[-1]

    def _word_of_theirs(self, rep: Person, deal: Deal, now: datetime) -> str:
        if self._spared(deal) or any(one.theirs and one.deal is deal for one in self.ledger.of(rep.user)):
            return self._call(deal, now)
        day = now.date() + timedelta(days=self.chance.randint(1, 9))
        self.ledger.add(Promise(rep.user, deal, "答复", [(now, day)], theirs=True))
        return self._counted(f"{deal.customer}的{deal.contact}说{day.month}月{day.day}日给我答复")

    def _stage(self, deal: Deal, now: datetime) -> str:
        if deal.stage != "initial_contact":
            return self._call(deal, now)
        deal.stage = "solution_demo"
        self.ledger.entered.setdefault(deal.n, []).append(now)
        return f"/stage {deal.customer} {STAGES[deal.stage]}"

    def _kept(self, rep: Person, now: datetime) -> str:
        open_ones = [one for one in self.ledger.open_of(rep.user, now) if one.spans[-1][0] < now]
        if not open_ones:
            return ""
        promise = self.chance.choice(open_ones)
        promise.closed, promise.state = now, "kept"
        return f"{promise.deal.customer}的{promise.thing}已经发给{promise.deal.contact}了"

    # -- taps ------------------------------------------------------------------------------------------------------

    async def _answer(self, user: str, item: Item, promise: Promise) -> None:
        draw, now = self.chance.random(), self.now
        option = [id for id, label in item.shown.options if promise.thing in label][:1]
        if draw < 0.3:
            await self.tap(user, item, "done", *option)
            await self.say(user, "无文件")
            promise.closed, promise.state = now, "kept"
        elif draw < 0.45:
            await self.tap(user, item, "move", *option)
            card, day = self.newest(user, "pick:2"), day_on(now.date(), 2)
            label = next(knob.label for knob in card.shown.buttons if knob.id == "pick:2")
            assert label.endswith(f"{day.month}月{day.day}日"), f"{label} is not {day}"
            await self.tap(user, card, "pick:2")
            promise.spans.append((now, day))
        elif draw < 0.5 and "not_needed" in _knobs(item):
            await self.tap(user, item, "not_needed", *option)
            await self.tap(user, self.newest(user, "pick:1"), "pick:1")
            promise.closed, promise.state = now, "withdrawn"

    def _meant(self, user: str, item: Item) -> Promise | None:
        """One of the promises on the card that are still open."""
        words = item.shown.words()
        return next((one for one in self.ledger.open_of(user, self.now) if one.thing in words), None)

    # -- who is here -----------------------------------------------------------------------------------------------

    def _present(self) -> list[Person]:
        today = self.now.date()
        return [one for one in self.company.reps if works(today, self.ledger.leaves.get(one.user))]

    def _new(self, user: str) -> list[Item]:
        found = self.demo.platforms.world.inbox(user, self._seen.get(user, 0))
        if found:
            self._seen[user] = found[-1].n
        return found


def _knobs(item: Item) -> set[str]:
    return {knob.id for knob in item.shown.buttons if not knob.url}
