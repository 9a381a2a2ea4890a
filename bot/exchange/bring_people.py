"""Rows of members, customers and their people → changes."""

from __future__ import annotations

from bot.access import EVERYONE
from bot.exchange.bring_cells import many, numbers
from bot.exchange.bring_plan import NAME_MOST, Hand, Plan
from bot.exchange.table import Row, Table
from storage import customers, members
from storage.records import Alias, Change, Contact, Customer, Identity, Member, Team, changed, made, new_id
from storage.rows import fold

ROLES = {
    "销售": "rep", "主管": "manager", "经理": "manager", "总监": "director", "管理员": "admin", "法务": "legal",
    "财务": "finance", "客服": "service", "产品": "product",
}  # fmt: skip


async def bring_members(found: Table, planned: Plan, hand: Hand) -> None:
    """Teams that a row is the first to name are made; a manager leads the team he is in, where nobody does yet."""
    teams = {fold(team.name): team for team in await members.teams()}
    new = dict[str, Team]()
    leads = dict[str, str]()
    taken = {(one.account, fold(one.user)) for one in await members.all_identities()}
    people: list[tuple[Row, tuple[Change, ...]]] = []
    for row in found.rows:
        account = row["account"] or hand.account
        roles = [ROLES.get(word, word) for word in many(row["roles"])] or ["rep"]
        fault, team = _member_fault(row, account, roles), fold(row["team"])
        if fault:
            planned.fault(row, fault)
        elif (account, fold(row["user"])) in taken:
            planned.same(row)
        else:
            taken.add((account, fold(row["user"])))
            if team and team not in teams:
                teams[team] = new[team] = Team(id=new_id("team", hand.now), name=row["team"])
            member = _member(row, roles, teams.get(team), hand)
            identity = Identity(id=new_id("idn", hand.now), member_id=member.id, account=account, user=row["user"])
            people.append((row, (made(member), made(identity))))
            if "manager" in roles and team and not teams[team].manager_id:
                leads.setdefault(team, member.id)
    if new:
        planned.steps.append((0, tuple(made(team) for team in new.values())))
    for row, changes in people:
        planned.take(row, changes)
    led = [changed(teams[name], "team.manager", manager_id=leader) for name, leader in leads.items()]
    if led:
        planned.steps.append((0, tuple(led)))


def _member_fault(row: Row, account: str, roles: list[str]) -> str:
    if not row["name"] or len(row["name"]) > NAME_MOST:
        return "缺姓名" if not row["name"] else "姓名太长"
    if not row["user"]:
        return "缺平台帐号"
    if not account:
        return "不知道是哪个平台帐号，加一列「平台」，写配置里的 name"
    if strange := [role for role in roles if role not in EVERYONE]:
        return f"没有“{strange[0]}”这个角色，可写：{'、'.join(ROLES)}"
    return ""


def _member(row: Row, roles: list[str], team: Team | None, hand: Hand) -> Member:
    return Member(id=new_id("mem", hand.now), name=row["name"], roles=tuple(roles), team_id=team.id if team else None)


async def bring_customers(found: Table, planned: Plan, hand: Hand) -> None:
    """A row whose customer stands there adds a contact that it does not have yet, else nothing; rows of one new
    customer add its contacts."""
    new: dict[str, Customer] = {}
    people: dict[str, list[Contact]] = {}
    for row in found.rows:
        owner, fault = await hand.member(row["owner"])
        numbers_, wrong = numbers(row["phone"])
        fault = _customer_fault(row, owner, fault) or wrong
        if fault:
            planned.fault(row, fault)
            continue
        name, changes = fold(row["name"]), list[Change]()
        known = [new[name]] if name in new else await customers.named(row["name"])
        if not known:
            assert owner is not None
            new[name], changes = _customer(row, owner, hand)
            known = [new[name]]
        if len(known) == 1 and row["contact"]:
            changes += await _person(row, row["contact"], known[0], numbers_, people, hand)
        planned.take(row, changes) if changes else planned.same(row)


def _customer_fault(row: Row, owner: Member | None, fault: str) -> str:
    if not row["name"] or len(row["name"]) > NAME_MOST:
        return "缺客户名称" if not row["name"] else "客户名称太长"
    if not row["owner"]:
        return "缺负责人"
    return fault


def _customer(row: Row, owner: Member, hand: Hand) -> tuple[Customer, list[Change]]:
    customer = Customer(
        id=new_id("cus", hand.now), name=row["name"], owner_id=owner.id, recorder_id=hand.recorder,
        created_at=hand.now, note=row["note"],
    )  # fmt: skip
    words = dict.fromkeys(word for word in many(row["aliases"]) if fold(word) != fold(row["name"]))
    aliases = [Alias(id=new_id("ali", hand.now), customer_id=customer.id, text=word) for word in words]
    return customer, [made(customer), *map(made, aliases)]


async def bring_contacts(found: Table, planned: Plan, hand: Hand) -> None:
    """People of customers that stand there; one whom the customer has (by a phone, or by name) is known."""
    people: dict[str, list[Contact]] = {}
    for row in found.rows:
        customer, fault = await hand.customer(row["customer"])
        found_numbers, wrong = numbers(row["phone"])
        fault = fault or wrong or ("" if 0 < len(row["name"]) <= NAME_MOST else "缺联系人姓名")
        if fault or customer is None:
            planned.fault(row, fault)
            continue
        changes = await _person(row, row["name"], customer, found_numbers, people, hand)
        planned.take(row, changes) if changes else planned.same(row)


async def _person(
    row: Row, name: str, customer: Customer, found: tuple[str, ...], people: dict[str, list[Contact]], hand: Hand
) -> list[Change]:
    """The contact, where the customer does not have it."""
    if customer.id not in people:
        people[customer.id] = await customers.contacts(customer.id)
    if any(set(one.phones) & set(found) or (one.name, one.title) == (name, row["title"] or None)
           for one in people[customer.id]):  # fmt: skip
        return []
    contact = Contact(
        id=new_id("con", hand.now), customer_id=customer.id, name=name, title=row["title"] or None,
        department=row["department"] or None, phones=found, emails=tuple(many(row["email"])), role=row["role"],
    )  # fmt: skip
    people[customer.id].append(contact)
    return [made(contact)]
