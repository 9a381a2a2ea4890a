"""A company for the fault tests: so many reps, each with a customer and an open opportunity of their own."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from storage import audit, connect
from storage.connect import transaction
from storage.migrate import migrate, sqlite_file
from storage.records import Contact, Customer, Identity, Member, Opportunity, Record, Team, made

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
PLACES = "江苏浙江安徽福建山东广东湖南湖北四川陕西河南河北"
WORDS = ("远景", "恒达", "瑞祥", "百川", "通达", "启元", "正泰", "华宁", "博雅", "天和")


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep and whom the rep sells to."""

    n: int
    user: str
    member: str
    customer: str
    company: str
    contact: str
    deal: str

    def report(self, version: int) -> str:
        """A sentence that makes exactly one activity."""
        return f"今天拜访了{self.company}的{self.contact}总，聊了第{version}版方案"


def reps(count: int) -> list[Rep]:
    return [
        Rep(
            n=n, user=f"rep.{n}", member=f"mem_rep{n}", customer=f"cus_{n}", contact=SURNAMES[n % len(SURNAMES)],
            company=f"{PLACES[n % 12 * 2:][:2]}{WORDS[n % 10]}{SURNAMES[n // 10 % 30]}科技有限公司", deal=f"opp_{n}",
        )
        for n in range(count)
    ]  # fmt: skip


def records(people: Iterable[Rep], account: str, at: datetime) -> Iterator[Record]:
    yield Team(id="team_east", name="华东一组", manager_id="mem_boss")
    for user, name, role in (("boss", "王芳", "manager"), ("admin", "管理员", "admin")):
        yield Member(id=f"mem_{user}", name=name, roles=(role,), team_id="team_east", greeted_at=at)
        yield Identity(id=f"idn_{user}", member_id=f"mem_{user}", account=account, user=user)
    since = at - timedelta(days=20)
    for rep in people:
        yield Member(id=rep.member, name=f"销售{rep.n}", team_id="team_east", greeted_at=at)
        yield Identity(id=f"idn_{rep.n}", member_id=rep.member, account=account, user=rep.user)
        yield Customer(id=rep.customer, name=rep.company, owner_id=rep.member, recorder_id=rep.member, created_at=since)
        yield Contact(id=f"con_{rep.n}", customer_id=rep.customer, name=rep.contact, title="总")
        yield Opportunity(
            id=rep.deal, customer_id=rep.customer, owner_id=rep.member, name="设备采购", pipeline="default",
            stage="needs_confirmed", stage_since=since, created_at=since,
        )  # fmt: skip


async def plant(people: Iterable[Rep], account: str, at: datetime) -> None:
    """Puts the company into the database that is open."""
    async with transaction():
        await audit.apply([made(one) for one in records(people, account, at)], actor="system", event="seed", at=at)


@cache
def _migrated() -> Path:
    """An empty SQLite database of the full schema, made once: each version anew takes two seconds."""
    folder = tempfile.TemporaryDirectory(prefix="genjin-empty-")
    atexit.register(folder.cleanup)
    file = Path(folder.name) / "genjin.db"
    asyncio.run(migrate(f"sqlite:{file}"))
    return file


async def plant_into(url: str, people: Iterable[Rep], account: str, at: datetime, directory: Path) -> None:
    """Migrates the database of that URL and puts the company in."""
    if url.startswith("sqlite:"):
        await asyncio.to_thread(lambda: shutil.copyfile(_migrated(), sqlite_file(url)))
    else:
        await migrate(url)
    database = await connect.connect(url, directory=directory)
    try:
        await plant(people, account, at)
    finally:
        await connect.close(database)
