"""What the middle column shows, as plain values: one customer's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from adapters.sandbox import words
from adapters.sandbox.desk import Desk, Track

Row = dict[str, Any]
ACTIONS = {"wechat": "微信沟通", "phone": "电话", "visit": "面访", "demo": "方案演示", "email": "邮件", "other": "沟通"}


@dataclass(frozen=True, slots=True)
class Promise:
    what: str
    who: str
    state: str
    left: str
    share: int
    """How much of its time has gone, 0 to 100."""
    soon: bool = False
    just: bool = False
    """The last message made it."""


@dataclass(frozen=True, slots=True)
class Deal:
    name: str
    money: str
    state: str
    track: Track | None
    sign: str


@dataclass(frozen=True, slots=True)
class Deed:
    at: str
    iso: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """One customer's record."""

    id: str
    name: str
    full_name: str
    contacts: str
    owner: str
    tags: tuple[str, ...]
    deals: tuple[Deal, ...]
    promises: tuple[Promise, ...]
    deeds: tuple[Deed, ...]
    others: tuple[tuple[str, str], ...]


class Records:
    """The rows the page needs, read once a render."""

    def __init__(self, rows: dict[str, list[Row]], now: datetime) -> None:
        self.rows, self.now = rows, now
        self.names = {row["id"]: str(row["name"]) for row in rows["member"]}

    def of(self, kind: str, customer: str) -> list[Row]:
        return [row for row in self.rows[kind] if row.get("customer_id") == customer]

    def customer(self, wanted: str) -> Row | None:
        """The customer of that id, else the one something last happened with, else the first."""
        by_id = {row["id"]: row for row in self.rows["customer"]}
        touched = [*self.rows["activity"]]
        latest = max(touched, key=lambda row: str(row["occurred_at"]), default=None)
        chosen = by_id.get(wanted) or (by_id.get(str(latest["customer_id"])) if latest else None)
        return chosen or next(iter(by_id.values()), None)


async def read_records(desk: Desk) -> Records:
    kinds = ("member", "customer", "contact", "opportunity", "activity", "commitment", "evidence")
    return Records({kind: await desk.records(kind) for kind in kinds}, desk.clock.now())


async def dossier(desk: Desk, wanted: str, last: str = "") -> Dossier | None:
    """The record of the customer ``wanted``, with what the message ``last`` made marked; None without customers."""
    records = await read_records(desk)
    row = records.customer(wanted)
    if row is None:
        return None
    deals = [await _deal(desk, one, records) for one in _deals(records.of("opportunity", row["id"]))]
    activities = sorted(records.of("activity", row["id"]), key=lambda one: str(one["occurred_at"]), reverse=True)
    return Dossier(
        id=row["id"],
        name=_short_name(row),
        full_name=str(row["name"]),
        contacts="、".join(_contact(one) for one in records.of("contact", row["id"])),
        owner=records.names.get(str(row.get("owner_id")), ""),
        tags=_tags(activities, deals),
        deals=tuple(deals),
        promises=tuple(_promise(one, records, last) for one in _promises(records.of("commitment", row["id"]))),
        deeds=tuple(_deed(one, records) for one in activities[:8]),
        others=tuple((one["id"], _short_name(one)) for one in records.rows["customer"] if one["id"] != row["id"]),
    )


def _short_name(row: Row) -> str:
    aliases = row.get("aliases") or []
    return str(aliases[0] if aliases else row["name"])


def _contact(row: Row) -> str:
    parts = [row.get("department") or "", row["name"], row.get("title") or ""]
    return "".join(str(part) for part in parts)


def _tags(activities: list[Row], deals: list[Deal]) -> tuple[str, ...]:
    action = next((ACTIONS.get(str(one["action"]), "") for one in activities if one.get("action")), "")
    steps = [step.name for deal in deals if deal.track for step in deal.track.steps if step.state == "here"]
    return tuple(dict.fromkeys(tag for tag in [action, *steps] if tag))


def _deals(rows: list[Row]) -> list[Row]:
    """Open ones first; of closed ones only the last, when none is open."""
    opened = [row for row in rows if row["state"] == "open"]
    return opened or rows[-1:]


async def _deal(desk: Desk, row: Row, records: Records) -> Deal:
    sign = row.get("sign_date")
    return Deal(
        name=str(row.get("name") or "商机"),
        money=words.money(row.get("amount"), str(row.get("currency") or "CNY")),
        state={"won": "赢单", "lost": "输单"}.get(str(row["state"]), ""),
        track=await desk.track(str(row["id"])),
        sign=words.day(date.fromisoformat(str(sign))) if sign else "",
    )


def _promises(rows: list[Row]) -> list[Row]:
    order = {"overdue": 0, "open": 1, "kept": 2, "withdrawn": 3}
    return sorted(rows, key=lambda row: (order.get(str(row["state"]), 4), str(row.get("due") or "9")))[:6]


def _promise(row: Row, records: Records, last: str) -> Promise:
    now, state, due = records.now, str(row["state"]), words.due_of(row.get("due"), records.now)
    side = "我方" if row["by"] == "us" else "客户"
    when = f"{words.day(due)}{f' {words.clock(due)}' if isinstance(due, datetime) else ''}前" if due else "没说时间"
    proof = next((one for one in records.rows["evidence"] if one["id"] == row.get("evidence_id")), None)
    who = f"材料：{proof['file']}" if proof and proof.get("file") else f"{side} · {when}"
    left = words.left(due, now) if due and state == "open" else ""
    just = bool(row.get("quote")) and str(row["quote"]) in last
    return Promise(str(row["what"]), who, state, left, _gone(row, due, now), due is not None and _soon(due, now), just)


def _gone(row: Row, due: date | datetime | None, now: datetime) -> int:
    said = words.moment(row.get("said_at"), now)
    if due is None or said is None:
        return 0
    end = _end(due, now)
    return max(2, min(100, round(100 * (now - said) / max(end - said, timedelta(minutes=1)))))


def _soon(due: date | datetime | None, now: datetime) -> bool:
    return due is not None and _end(due, now) - now < timedelta(hours=36)


def _end(due: date | datetime, now: datetime) -> datetime:
    return due if isinstance(due, datetime) else datetime(due.year, due.month, due.day, 23, 59, tzinfo=now.tzinfo)


def _deed(row: Row, records: Records) -> Deed:
    at = words.moment(str(row["occurred_at"]), records.now) or records.now
    who = records.names.get(str(row.get("recorder_id") or row.get("author_id")), "")
    action = ACTIONS.get(str(row.get("action")), "记了一笔")
    sure = "，确认过" if row.get("confirmed") else ""
    return Deed(
        words.near(at, records.now),
        at.isoformat(),
        action,
        " · ".join(filter(None, [str(row.get("text") or ""), f"{who}记{sure}"])),
    )
