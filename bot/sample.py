"""The sample company of the demo: 华东一组, its people, six customers, one deal that is nearly signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from storage import audit, members
from storage.connect import transaction
from storage.records import (
    Alias,
    Change,
    Contact,
    Customer,
    Evidence,
    Identity,
    Member,
    Opportunity,
    Record,
    Team,
    made,
    new_id,
)

PEOPLE = (
    ("wang.fang", "王芳", ("manager",)),
    ("zhang.wei", "张伟", ("rep",)),
    ("li.na", "李娜", ("rep",)),
    ("chen.jie", "陈杰", ("rep",)),
    ("admin", "管理员", ("admin",)),
    ("liu.yang", "刘洋", ("legal",)),
)

Line = tuple[str, str, str, tuple[str, str, str], str, str, str]
CUSTOMERS: tuple[Line, ...] = (
    ("华东医疗器械有限公司", "华东医械", "zhang.wei", ("王", "总", ""), "影像工作站采购", "negotiation", "2170000"),
    ("启明制造有限公司", "启明制造", "zhang.wei", ("郑", "总", ""), "二期产线", "needs_confirmed", "860000"),
    ("松涛教育科技有限公司", "松涛教育", "li.na", ("何", "校长", ""), "智慧课堂", "needs_confirmed", "460000"),
    ("瑞禾医疗科技有限公司", "瑞禾医疗", "li.na", ("周", "主任", "装备科"), "病理扫描", "solution_demo", "860000"),
    ("博远仪器股份有限公司", "博远仪器", "chen.jie", ("秦", "经理", "采购部"), "备件年单", "initial_contact", "640000"),
    ("安澜酒店管理有限公司", "安澜酒店", "chen.jie", ("高", "总", ""), "三店门锁", "needs_confirmed", "460000"),
)
"""(full name, alias, owner, (name, title, department), opportunity, stage, amount in yuan)"""

READY = (
    ("meeting_record", "会议纪要_0226.pdf"),
    ("document_sent", "方案书_v2.pdf"),
    ("decision_maker", ""),
    ("decision_maker", ""),
    ("budget_range", ""),
    ("demo_minutes", "演示纪要_0305.pdf"),
    ("budget_proof", "预算批复.png"),
)
"""What 华东医械 has handed in: all up to and for 合同签署, except the purchase-flow chart."""


Accounts = Callable[[str], Sequence[tuple[str, str]]]
"""Of a person of PEOPLE: (account, what the platform calls him), first where he is spoken to."""


def only(account: str) -> Accounts:
    """Everybody on this account alone, under the own name."""
    return lambda user: [(account, user)]


async def plant(now: datetime, accounts: Accounts) -> None:
    """Puts the sample company into an empty database; nothing where there is a member already."""
    async with transaction():
        if await members.first():
            return
        await audit.apply(tuple(_changes(now, accounts)), actor="system", event="sample", at=now)


def _changes(now: datetime, accounts: Accounts) -> Iterator[Change]:
    team = Team(id=new_id("team", now), name="华东一组", region="华东")
    people = {user: _member(user, name, roles, team, now) for user, name, roles in PEOPLE}
    lead = team.with_(manager_id=people["wang.fang"].id)
    yield made(lead)
    for user, member in people.items():
        yield made(member)
        for account, name in accounts(user):
            yield made(Identity(id=new_id("idn", now), member_id=member.id, account=account, user=name))
    for line in CUSTOMERS:
        for record in _customer(line, people, now):
            yield made(record)


def _member(user: str, name: str, roles: tuple[str, ...], team: Team, now: datetime) -> Member:
    return Member(id=new_id("mem", now), name=name, roles=roles, team_id=team.id, greeted_at=now)


def _customer(line: Line, people: dict[str, Member], now: datetime) -> Iterator[Record]:
    name, alias, user, (surname, title, department), deal_name, stage, yuan = line
    owner = people[user].id
    since = now - timedelta(days=20)
    customer = Customer(id=new_id("cus", now), name=name, owner_id=owner, recorder_id=owner, created_at=since)
    yield customer
    yield Alias(id=new_id("ali", now), customer_id=customer.id, text=alias)
    yield Contact(
        id=new_id("con", now), customer_id=customer.id, name=surname, title=title, department=department or None
    )
    deal = Opportunity(
        id=new_id("opp", now),
        customer_id=customer.id,
        owner_id=owner,
        name=deal_name,
        pipeline="default",
        stage=stage,
        stage_since=now - timedelta(days=1),
        created_at=since,
        amount=Decimal(yuan),
    )
    yield deal
    if stage == "needs_confirmed":
        yield Evidence(
            id=new_id("evi", now), kind="tailored_case", customer_id=customer.id, opportunity_id=deal.id,
            member_id=owner, at=now - timedelta(hours=20), note="同行的案例讲过一遍",
        )  # fmt: skip
    if alias == "华东医械":
        yield from _evidence(deal, owner, now)


def _evidence(deal: Opportunity, owner: str, now: datetime) -> Iterator[Evidence]:
    for n, (kind, file) in enumerate(READY):
        yield Evidence(
            id=new_id("evi", now),
            kind=kind,
            file=file or None,
            customer_id=deal.customer_id,
            opportunity_id=deal.id,
            member_id=owner,
            at=now - timedelta(days=14 - n),
            note="" if file else "王总" if n % 2 else "李工",
        )
