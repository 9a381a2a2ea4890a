"""Import: rows of a table → changes, all or none; each row that cannot be taken is named with what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.access import EVERYONE
from bot.errors import GenjinError
from bot.exchange import table
from bot.exchange.table import Row, Table
from bot.leads.arrival import BadLead, arrival
from bot.leads.service import follow, intake
from nlp import phones
from storage import audit, customers, members
from storage.connect import transaction
from storage.records import Alias, Change, Contact, Customer, Identity, Lead, Member, Team, changed, made, new_id
from storage.rows import fold

COLUMNS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "members": {
        "name": ("姓名", "名字"),
        "user": ("帐号", "账号", "userid", "用户名"),
        "account": ("平台", "平台帐号"),
        "roles": ("角色", "岗位"),
        "team": ("团队", "组", "部门"),
    },
    "customers": {
        "name": ("客户", "客户名称", "公司", "公司名称", "单位"),
        "aliases": ("简称", "别名", "又名"),
        "owner": ("负责人", "销售", "跟进人"),
        "note": ("备注", "说明"),
        "contact": ("联系人",),
        "title": ("称呼", "职务"),
        "department": ("科室", "联系人部门"),
        "phone": ("电话", "手机", "联系电话"),
        "email": ("邮箱", "邮件", "email"),
    },
    "leads": {
        "name": ("姓名", "联系人", "名字"),
        "title": ("称呼", "职务"),
        "company": ("公司", "公司名称", "单位", "客户"),
        "credit_code": ("统一社会信用代码", "信用代码", "税号"),
        "phone": ("电话", "手机", "联系电话", "phones"),
        "email": ("邮箱", "邮件", "emails"),
        "wanted": ("需求", "想要", "产品", "意向产品"),
        "tags": ("标签", "需求标签"),
        "channel": ("渠道",),
        "source": ("来源", "来源渠道", "线索来源"),
        "note": ("备注", "说明"),
        "owner": ("负责人", "销售", "跟进人"),
    },
}
"""By kind: our key, and what a heading may call it."""
ROLES = {
    "销售": "rep", "主管": "manager", "经理": "manager", "总监": "director", "管理员": "admin", "法务": "legal",
    "财务": "finance", "客服": "service", "产品": "product",
}  # fmt: skip
_MANY = re.compile(r"[、,，;；|\n]+")
_NAME_MOST = 100


class Refused(GenjinError):
    """Some rows cannot be taken, so none was."""

    code = "import_refused"


@dataclass(slots=True)
class Plan:
    """What an import would do. ``faults``: (line, what is wrong); ``known``: lines of what stands there already."""

    kind: str
    said: str
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    taken: int = 0
    known: list[int] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    left_out: tuple[str, ...] = ()

    def summary(self) -> str:
        return f"{self.rows:,} 行：可进 {self.taken:,}，重复 {len(self.known):,}，有误 {len(self.faults):,}"


async def plan(kind: str, path: Path, *, now: datetime, recorder: str, account: str = "") -> Plan:
    """What importing the file would do; nothing is written. ``account``: the platform account of members whose row
    names none; ``recorder``: the id of who imports. Raises BadTable, KeyError for a kind that cannot be imported."""
    found = table.read(path, COLUMNS[kind])
    planned = Plan(kind, found.said, rows=len(found.rows), left_out=found.left_out)
    await _PLANNERS[kind](found, planned, _Hand(now, recorder, account))
    return planned


async def carry_out(planned: Plan, *, now: datetime, actor: str, skip_bad: bool = False) -> int:
    """How many rows were taken, in one transaction. Raises Refused while a row is faulty, unless ``skip_bad``."""
    if planned.faults and not skip_bad:
        raise Refused(f"{len(planned.faults)} 行有误，一行也没导入", "改好再来，或加 --skip-bad 跳过这几行")
    async with transaction():
        await audit.apply(planned.changes, actor=actor, event=f"import.{planned.kind}", at=now)
        await audit.apply(await follow(planned.changes), actor=actor, event=f"import.{planned.kind}", at=now)
    return planned.taken


@dataclass(frozen=True, slots=True)
class _Hand:
    now: datetime
    recorder: str
    account: str


async def _members(found: Table, planned: Plan, hand: _Hand) -> None:
    """Teams that a row is the first to name are made; a manager leads the team he is in, where nobody does yet."""
    teams = {fold(team.name): team for team in await members.teams()}
    new = dict[str, Team]()
    leads = dict[str, str]()
    taken = {(one.account, fold(one.user)) for one in await members.all_identities()}
    people: list[Change] = []
    for row in found.rows:
        account = row["account"] or hand.account
        roles = [ROLES.get(word, word) for word in _many(row["roles"])] or ["rep"]
        fault, team = _member_fault(row, account, roles), fold(row["team"])
        if fault:
            planned.faults.append((row.number, fault))
        elif (account, fold(row["user"])) in taken:
            planned.known.append(row.number)
        else:
            taken.add((account, fold(row["user"])))
            if team and team not in teams:
                teams[team] = new[team] = Team(id=new_id("team", hand.now), name=row["team"])
            member = _member(row, roles, teams.get(team), hand)
            identity = Identity(id=new_id("idn", hand.now), member_id=member.id, account=account, user=row["user"])
            people += made(member), made(identity)
            if "manager" in roles and team and not teams[team].manager_id:
                leads.setdefault(team, member.id)
            planned.taken += 1
    led = {name: team.with_(manager_id=leads.get(name)) for name, team in new.items()}
    planned.changes += [*map(made, led.values()), *people]
    planned.changes += [
        changed(teams[name], "team.manager", manager_id=leader) for name, leader in leads.items() if name not in new
    ]


def _member_fault(row: Row, account: str, roles: list[str]) -> str:
    if not row["name"] or len(row["name"]) > _NAME_MOST:
        return "缺姓名" if not row["name"] else "姓名太长"
    if not row["user"]:
        return "缺平台帐号"
    if not account:
        return "不知道是哪个平台帐号，加一列「平台」，写配置里的 name"
    if strange := [role for role in roles if role not in EVERYONE]:
        return f"没有“{strange[0]}”这个角色，可写：{'、'.join(ROLES)}"
    return ""


def _member(row: Row, roles: list[str], team: Team | None, hand: _Hand) -> Member:
    return Member(id=new_id("mem", hand.now), name=row["name"], roles=tuple(roles), team_id=team.id if team else None)


async def _customers(found: Table, planned: Plan, hand: _Hand) -> None:
    """A row whose customer stands there already adds nothing; rows of one new customer add its contacts."""
    owners: dict[str, list[Member]] = {}
    new: dict[str, str] = {}
    for row in found.rows:
        if row["owner"] not in owners:
            owners[row["owner"]] = await members.named(row["owner"]) if row["owner"] else []
        name, (numbers, fault) = fold(row["name"]), _numbers(row["phone"])
        fault = _customer_fault(row, owners[row["owner"]]) or fault
        if fault:
            planned.faults.append((row.number, fault))
            continue
        if name not in new and await customers.named(row["name"]):
            planned.known.append(row.number)
            continue
        if name not in new:
            made_now = _customer(row, owners[row["owner"]][0], hand)
            new[name] = made_now[0].record
            planned.changes += made_now
        elif not row["contact"]:
            planned.known.append(row.number)
            continue
        planned.changes += _contact(row, new[name], numbers, hand)
        planned.taken += 1


def _customer_fault(row: Row, owners: Sequence[Member]) -> str:
    if not row["name"] or len(row["name"]) > _NAME_MOST:
        return "缺客户名称" if not row["name"] else "客户名称太长"
    if not row["owner"]:
        return "缺负责人"
    if len(owners) != 1:
        return f"{'没有' if not owners else '有几个'}叫“{row['owner']}”的成员，写平台帐号"
    return ""


def _numbers(text: str) -> tuple[tuple[str, ...], str]:
    """The numbers in E.164, and what is wrong with them."""
    found, given = tuple(phone.value for phone in phones.find(text)), _many(text)
    if len(found) < len(given):
        return (), f"电话“{_masked(given[0])}”不像一个号码，看看是不是少了或多了一位"
    return found, ""


def _masked(number: str) -> str:
    return f"{number[:3]}****{number[-2:]}" if len(number) > 6 else "…"


def _customer(row: Row, owner: Member, hand: _Hand) -> list[Change]:
    customer = Customer(
        id=new_id("cus", hand.now), name=row["name"], owner_id=owner.id, recorder_id=hand.recorder,
        created_at=hand.now, note=row["note"],
    )  # fmt: skip
    words = dict.fromkeys(word for word in _many(row["aliases"]) if fold(word) != fold(row["name"]))
    aliases = [Alias(id=new_id("ali", hand.now), customer_id=customer.id, text=word) for word in words]
    return [made(customer), *map(made, aliases)]


def _contact(row: Row, customer_id: str, numbers: tuple[str, ...], hand: _Hand) -> list[Change]:
    if not row["contact"]:
        return []
    contact = Contact(
        id=new_id("con", hand.now), customer_id=customer_id, name=row["contact"], title=row["title"] or None,
        department=row["department"] or None, phones=numbers, emails=tuple(_many(row["email"])),
    )  # fmt: skip
    return [made(contact)]


async def _leads(found: Table, planned: Plan, hand: _Hand) -> None:
    """A row that repeats a lead, of before or of a row above, becomes part of it; who imports is nobody's author."""
    owners: dict[str, list[Member]] = {}
    above: dict[str, Lead] = {}
    for row in found.rows:
        if row["owner"] not in owners:
            owners[row["owner"]] = await members.named(row["owner"]) if row["owner"] else []
        whose, fault = owners[row["owner"]], ""
        if row["owner"] and len(whose) != 1:
            fault = f"{'没有' if not whose else '有几个'}叫“{row['owner']}”的成员，写平台帐号"
        try:
            given = {**row.cells, **{name: _many(row[name]) for name in ("phone", "email", "tags")}}
            came = arrival(
                given, at=hand.now, via="import", recorder_id=hand.recorder, owner_id=whose[0].id if whose else None
            )
        except BadLead as bad:
            fault = fault or bad.hint
        if fault:
            planned.faults.append((row.number, fault))
            continue
        event = f"import.leads:{row.number}"
        taken = await intake(came, event=event, above=above)
        planned.changes += taken.changes
        planned.taken += taken.outcome == "new"
        if taken.outcome == "merged":
            planned.known.append(row.number)


def _many(text: str) -> list[str]:
    """The words of a cell that may hold several: a list of an export, or separated as people do."""
    if text.startswith("["):
        with suppress(ValueError):
            return [str(word) for word in json.loads(text)]
    return [word for part in _MANY.split(text) if (word := part.strip())]


_PLANNERS: Mapping[str, Callable[[Table, Plan, _Hand], Awaitable[None]]] = {
    "members": _members,
    "customers": _customers,
    "leads": _leads,
}
KINDS = tuple(_PLANNERS)
