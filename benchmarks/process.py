"""What rules cost an event: one reported contact made record, with 200 rules in force that must be asked, against the
same event with none. Both in one run, event by event in turn.

``python benchmarks/process.py [--full]`` (150 events each unless full: 1,000).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog

from bot import record, sample
from bot.capture.names import NameBook
from bot.clock import SHANGHAI, MovableClock
from bot.house import House
from bot.playbook.expression import prepared
from bot.playbook.rules import Rule
from bot.playbook.store import Live, PlaybookStore, ensure_shipped
from bot.playbook.times import Times
from bot.process.facts import gather
from bot.process.rules import Happening, judge
from nlp import lexicon
from storage import connect, customers, members, opportunities
from storage.connect import transaction
from storage.migrate import migrate
from storage.records import Activity, Member, Opportunity, made, new_id

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)
RULES = 200
RATIO = 5.0
"""So many times the event without rules; CAPABILITIES gives a rule 800 ms, 200 of them must not come near one."""
SHAPES = (
    "activity.action == 'visit' && opportunity.amount > {n}000.0",
    "'price_objection' in signals && hours.silent > {n}.0",
    "files.exists(f, f.endsWith('{n}.pdf'))",
    "opportunity.stage == 'contract_signing' && last.hours > {n}.0",
    "'标签{n}' in customer.tags || has(customer.custom.level_{n})",
    "activity.done && last.action == 'demo' && last.hours <= {n}.0",
    "evidence.budget_proof > {n} && open_tasks == 0",
    "owner.team == '第{n}组' && hours.in_stage > {n}.0",
)


class Fixed(PlaybookStore):
    def __init__(self, live: Live) -> None:
        super().__init__()
        self._one = live

    async def current(self, team_id: str | None = None) -> Live:
        return self._one


def rules(count: int, holding: int = 0) -> tuple[Rule, ...]:
    """So many that wait for a contact, each asking for something of its own; ``holding`` of them hold."""
    return tuple(
        Rule.model_validate({
            "id": f"r{n}", "name": f"规则{n}", "when": ["activity"], "priority": n,
            "if": "true" if n < holding else SHAPES[n % len(SHAPES)].format(n=n + 1000),
            "then": [{"do": "tag", "tag": f"甲{n}"}],
        })
        for n in range(count)
    )  # fmt: skip


async def event(house: House, deal: Opportunity, owner: Member, n: int) -> tuple[float, float]:
    """Seconds of the processor, and of the clock, that one contact takes to become record, all that follows included.
    The ratio is that of the processor's: others on the machine are no part of it."""
    at = NOW + timedelta(milliseconds=5 * n)
    activity = Activity(
        id=new_id("act", at), customer_id=deal.customer_id, opportunity_id=deal.id, action="phone",
        author_id=owner.id, recorder_id=owner.id, occurred_at=at, text="今天来电话了",
    )  # fmt: skip
    began, worked = perf_counter(), process_time()
    async with transaction():
        await record.keep([made(activity)], house, actor=owner.id, event=f"evt_{n}", at=at)
    return process_time() - worked, perf_counter() - began


async def asked(house: House, deal: Opportunity, owner: Member, count: int) -> float:
    """Seconds of asking alone: the facts made ready once, then each rule."""
    live = await house.playbooks.current(None)
    names = {name for rule in live.playbook.rules for name in rule.expression.names}
    times = Times.of(live.playbook, live.calendar, SHANGHAI, owner)
    facts = await gather(deal, owner, times, NOW, names, tuple(live.playbook.evidence))
    happening = Happening("activity", deal.id)
    began = process_time()
    for _ in range(count):
        context = prepared(facts.names(happening, names))
        for rule in live.playbook.rules:
            judge(rule, deal.stage, context, perf_counter)
    return (process_time() - began) / count


async def run(folder: Path, events: int) -> int:
    url = f"sqlite:{folder / 'bench.db'}"
    await migrate(url)
    database = await connect.connect(url)
    async with transaction():
        await ensure_shipped(NOW)
    await sample.plant(NOW, sample.only("wecom"))
    names = NameBook(lexicon.shipped())
    live = await PlaybookStore().current(None)
    house = House(clock=MovableClock(NOW), names=names, playbooks=PlaybookStore(), data=folder)
    [customer] = await customers.named("启明制造")
    [deal] = await opportunities.of_customer(customer.id)
    owner = await members.get(deal.owner_id)
    assert owner is not None

    def of(count: int, holding: int = 0) -> House:
        playbook = live.playbook.model_copy(update={"rules": rules(count, holding)})
        return replace(house, playbooks=Fixed(replace(live, playbook=playbook)))

    houses = {"none": of(0), "200": of(RULES), "200, one holds": of(RULES, 1)}
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in houses}
    for n in range(events + 5):
        for k, (name, one) in enumerate(houses.items()):
            took[name].append(await event(one, deal, owner, n * len(houses) + k))
    medians = {name: statistics.median(work for work, _ in found[5:]) for name, found in took.items()}
    waits = {name: statistics.median(waited for _, waited in found[5:]) for name, found in took.items()}
    alone = await asked(houses["200"], deal, owner, 50)
    await connect.close(database)
    for name, median in medians.items():
        print(
            f"{name:>15} rules: {median * 1e3:.2f} ms of the processor an event, {median / medians['none']:.2f} x; "
            f"{waits[name] * 1e3:.2f} ms by the clock"
        )
    print(f"asking {RULES} rules alone: {alone * 1e3:.2f} ms, {alone / RULES * 1e6:.1f} µs a rule")
    ratio = medians["200"] / medians["none"]
    print(f"ratio {ratio:.2f} (must be < {RATIO})")
    return 0 if ratio < RATIO else 1


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="1,000 events each")
    events = 1000 if words.parse_args().full else 150
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        return asyncio.run(run(Path(folder), events))


if __name__ == "__main__":
    sys.exit(main())
