"""A company of the size that a story needs: teams with a manager each, reps, and opportunities of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from storage import audit, connect
from storage.connect import transaction
from storage.records import Alias, Contact, Customer, Identity, Member, Opportunity, Record, Team, made

ACCOUNT = "wecom"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
GIVEN = "明静强敏磊洋艳勇杰娟涛超霞平刚"
PLACES = ("江苏", "浙江", "安徽", "福建", "山东", "广东", "湖南", "湖北", "四川", "陕西", "河南", "河北")
WORDS = ("远景", "恒达", "瑞祥", "百川", "通达", "启元", "正泰", "华宁", "博雅", "天和", "立新", "科诚", "宏图", "安泰",
         "金桥", "永丰", "汇智", "中兴", "东升", "嘉禾", "同创", "盛世", "凯旋", "鼎新", "卓越", "兴业", "长青", "广源",
         "四海", "新城", "国瑞", "信诚", "万华", "德康", "明远", "方正", "和美", "润丰", "海天", "晨光", "弘毅", "亿通",
         "佳美", "锦程", "顺达", "景泰", "铭远", "泰和", "宇航", "君安")  # fmt: skip
STAGES = {"initial_contact": "初步接触", "solution_demo": "方案演示"}


@dataclass
class Deal:
    n: int
    rep: str
    stage: str
    since: datetime
    closed: datetime | None = None

    @property
    def customer(self) -> str:
        return PLACES[self.n % 12] + WORDS[(self.n // 12 + 2 * (self.n % 12)) % len(WORDS)]

    @property
    def contact(self) -> str:
        return f"{SURNAMES[self.n % len(SURNAMES)]}总"

    @property
    def id(self) -> str:
        return f"opp_{self.n}"


@dataclass(frozen=True)
class Person:
    user: str
    name: str
    boss: str = ""
    team: str = ""


@dataclass
class Company:
    reps: list[Person] = field(default_factory=list)
    bosses: list[Person] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)

    @property
    def users(self) -> list[str]:
        return [*(one.user for one in (*self.bosses, *self.reps)), "admin"]

    def person(self, user: str) -> Person:
        return next(one for one in (*self.reps, *self.bosses) if one.user == user)

    def led(self, boss: str) -> list[Person]:
        return [one for one in self.reps if one.boss == boss]

    def of(self, rep: str) -> list[Deal]:
        return [one for one in self.deals if one.rep == rep]


def founded(reps: int, deals: int, start: datetime) -> Company:
    """``deals`` opportunities over ``reps`` reps in teams of three to six; they entered their stages over some days."""
    company = Company()
    size = 3 if reps < 12 else 6
    for n in range(reps // size):
        company.bosses.append(Person(f"boss.{n}", f"{SURNAMES[-1 - n]}主任", team=f"team_{n}"))
    for n in range(reps):
        boss = company.bosses[n // size]
        name = f"{SURNAMES[n % len(SURNAMES)]}{GIVEN[n % len(GIVEN)]}"
        company.reps.append(Person(f"rep.{n}", name, boss.user, boss.team))
    for n in range(deals):
        stage = tuple(STAGES)[n // reps % 2]
        company.deals.append(Deal(n, f"rep.{n % reps}", stage, start - timedelta(days=3 + n // reps // 4, hours=n % 7)))
    return company


def records(company: Company, start: datetime) -> Iterator[Record]:
    for n, boss in enumerate(company.bosses):
        yield Team(id=boss.team, name=f"第{n + 1}组", manager_id=f"mem_{boss.user}")
    people = [(one, "manager") for one in company.bosses] + [(one, "rep") for one in company.reps]
    people.append((Person("admin", "管理员", team=company.bosses[0].team), "admin"))
    for one, role in people:
        yield Member(id=f"mem_{one.user}", name=one.name, roles=(role,), team_id=one.team, greeted_at=start)
        yield Identity(id=f"idn_{one.user}", member_id=f"mem_{one.user}", account=ACCOUNT, user=one.user)
    for deal in company.deals:
        owner = f"mem_{deal.rep}"
        yield Customer(
            id=f"cus_{deal.n}", name=f"{deal.customer}科技有限公司", owner_id=owner, recorder_id=owner,
            created_at=deal.since,
        )  # fmt: skip
        yield Alias(id=f"ali_{deal.n}", customer_id=f"cus_{deal.n}", text=deal.customer)
        yield Contact(id=f"con_{deal.n}", customer_id=f"cus_{deal.n}", name=deal.contact[0], title="总")
        yield Opportunity(
            id=deal.id, customer_id=f"cus_{deal.n}", owner_id=owner, name="设备采购", pipeline="default",
            stage=deal.stage, stage_since=deal.since, created_at=deal.since, amount=Decimal(100_000 + 1000 * deal.n),
        )  # fmt: skip


async def plant(company: Company, url: str, folder: Path, start: datetime) -> None:
    """Puts the company into the empty database of that URL."""
    database = await connect.connect(url, directory=folder)
    try:
        async with transaction():
            changes = [made(one) for one in records(company, start)]
            await audit.apply(changes, actor="system", event="seed", at=start)
    finally:
        await connect.close(database)
