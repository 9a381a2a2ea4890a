"""What the page beside a chat costs: 100,000 activities of 2,000 customers, one customer with 2,000 of them; the whole
answer of the server (session, rights, page) by a client on loopback, beside an aiohttp page that says nothing.

``python benchmarks/sidebar.py``
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

import aiohttp
import structlog
from aiohttp import web

from bot.cli.demo import Demo, running
from bot.web.sessions import LIVES
from storage import audit, members, sessions
from storage.connect import transaction
from storage.records import Activity, Commitment, Customer, Evidence, Member, Opportunity, Record, made
from storage.sessions import Session, hashed
from tests.conversations.chat import TUESDAY

MUST_MS = 300.0
CUSTOMERS, ACTIVITIES, BUSY = 2_000, 100_000, 2_000
ROUNDS, AT_ONCE = 300, 4
TOKEN = "benchmark-token"


def rows(owner: Member) -> Iterator[list[Record]]:
    """Customers with what belongs to them, a batch at a time."""
    for n in range(CUSTOMERS):
        at, id = TUESDAY - timedelta(days=30), f"{n:06}"
        batch: list[Record] = [
            Customer(id=f"cus_{id}", name=f"第{n}家器械有限公司", owner_id=owner.id, recorder_id=owner.id, created_at=at),
            Opportunity(id=f"opp_{id}", customer_id=f"cus_{id}", owner_id=owner.id, name="设备采购", pipeline="default",
                        stage="negotiation", stage_since=at, created_at=at),
            Commitment(id=f"pro_{id}", customer_id=f"cus_{id}", opportunity_id=f"opp_{id}", by="us", what="发报价单",
                       due=TUESDAY.date(), owner_id=owner.id, author_id=owner.id, recorder_id=owner.id, said_at=at),
            Evidence(id=f"evi_{id}", kind="document_sent", file="方案.pdf", sha256="0" * 64, customer_id=f"cus_{id}",
                     opportunity_id=f"opp_{id}", member_id=owner.id, at=at),
        ]  # fmt: skip
        for k in range(BUSY if n == 0 else (ACTIVITIES - BUSY) // (CUSTOMERS - 1)):
            batch.append(Activity(
                id=f"act_{id}{k:06}", customer_id=f"cus_{id}", opportunity_id=f"opp_{id}", action="phone",
                author_id=owner.id, recorder_id=owner.id, occurred_at=TUESDAY - timedelta(minutes=k * 7 + 1),
                text="聊了维保年限和交付时间，他说价格还要再看看", signals=("price_objection",) if k == 3 else (),
            ))  # fmt: skip
        yield batch


async def plant(demo: Demo) -> None:
    owner = (await members.named("张伟"))[0]
    batch: list[Record] = []
    for more in rows(owner):
        batch += more
        if len(batch) > 5_000:
            await write(batch)
            batch = []
    await write(batch)
    now = demo.app.clock.now()
    async with transaction():
        await sessions.begin(Session(
            id=hashed(TOKEN), login="x", member_id=owner.id, account="wecom", user="zhang.wei", roles=owner.roles,
            created_at=now, expires_at=now + LIVES,
        ))  # fmt: skip


async def write(batch: list[Record]) -> None:
    async with transaction():
        await audit.apply([made(one) for one in batch], actor="system", event="benchmark", at=TUESDAY)


async def empty(port: list[int]) -> web.AppRunner:
    async def nothing(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>x</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", nothing)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port.append(runner.addresses[0][1])
    return runner


async def measured(client: aiohttp.ClientSession, urls: list[str], wanted: int) -> tuple[float, float]:
    """(median, p95) in milliseconds, ``AT_ONCE`` asking at a time."""
    found: list[float] = []
    left = iter(range(ROUNDS))

    async def ask() -> None:
        for n in left:
            began = perf_counter()
            async with client.get(urls[n % len(urls)]) as answer:
                body = await answer.read()
            found.append((perf_counter() - began) * 1000)
            assert answer.status == 200 and len(body) > wanted, (answer.status, body[:200])

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    cuts = quantiles(found, n=20)
    return cuts[9], cuts[18]


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder), TUESDAY, rate=0.0) as demo:
            await plant(demo)
            port: list[int] = []
            runner = await empty(port)
            cookies = {"genjin": TOKEN}
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(
                cookies=cookies, cookie_jar=jar, headers={"Accept": "text/html"}
            ) as client:
                some = [f"{demo.url}/sidebar/customer/cus_{n * 37 % CUSTOMERS:06}" for n in range(50)]
                pages = {
                    "empty aiohttp page": ([f"http://127.0.0.1:{port[0]}/"], 10),
                    "customer, 49 activities": (some, 3_000),
                    "customer, 2,000 activities": ([f"{demo.url}/sidebar/customer/cus_000000"], 3_000),
                    "its line, next piece": (
                        [f"{demo.url}/sidebar/customer/cus_000000/timeline?before=2026-03-08T10:00:00%2B08:00~act_0"],
                        1_000,
                    ),
                    "list of customers": ([f"{demo.url}/sidebar/?pick=1"], 1_000),
                    "search among 2,000 names": ([f"{demo.url}/sidebar/?q=%E7%AC%AC19&pick=1"], 1_000),
                }
                base, worst = 0.0, 0.0
                for name, (urls, wanted) in pages.items():
                    await measured(client, urls, wanted)
                    median, p95 = await measured(client, urls, wanted)
                    base = base or median
                    worst = max(worst, p95)
                    print(
                        f"{name:28} median {median:7.2f} ms  p95 {p95:7.2f} ms  {median / base:6.1f} × empty",
                        flush=True,
                    )
            await runner.cleanup()
    print(
        f"worst p95 {worst:.1f} ms, must be under {MUST_MS:.0f} ms, {AT_ONCE} asking at once, {ACTIVITIES:,} activities"
    )
    return 0 if worst < MUST_MS else 1


if __name__ == "__main__":
    logging.disable(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    raise SystemExit(asyncio.run(main()))
