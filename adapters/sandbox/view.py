"""What the page shows, as plain values: the chat with its marks, the clock's rail, the customer's record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from adapters.sandbox import words
from adapters.sandbox.desk import Coming, Desk, Notes, Track
from adapters.sandbox.world import Item, Said, World

Row = dict[str, Any]
ACTIONS = {"wechat": "微信沟通", "phone": "电话", "visit": "面访", "demo": "方案演示", "email": "邮件", "other": "沟通"}
GAP = timedelta(minutes=5)
MOST_MARKS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message; ``n`` is the circle that ties it to a line of the card, 0 for none."""

    text: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a chat: ``stamp`` stands above it where time has passed."""

    item: Item | None = None
    pieces: tuple[Piece, ...] = ()
    stamp: str = ""
    kind: str = ""
    circles: dict[str, int] = field(default_factory=dict)
    new: bool = False


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


@dataclass(frozen=True, slots=True)
class Knot:
    """A moment on the clock's rail; ``iso`` set: one can go there."""

    when: str
    what: str
    state: str
    iso: str = ""


# the chat


def numbered(notes: Notes) -> dict[str, int]:
    """The circle of each label: 1 for what comes first in the sentence."""
    labels = dict.fromkeys(mark.label for mark in sorted(notes.marks, key=lambda mark: mark.span))
    return {label: n for n, label in enumerate(labels, 1) if n <= MOST_MARKS}


def pieces_of(text: str, notes: Notes, circles: dict[str, int]) -> tuple[Piece, ...]:
    """The message cut at its marks; of marks that overlap, the first."""
    pieces, at = list[Piece](), 0
    for mark in sorted(notes.marks, key=lambda mark: mark.span):
        start, end = mark.span
        if mark.label in circles and at <= start < end <= len(text):
            pieces += [Piece(text[at:start]), Piece(text[start:end], circles[mark.label])]
            at = end
    return tuple(piece for piece in [*pieces, Piece(text[at:])] if piece.text)


async def chat(desk: Desk, world: World, user: str) -> list[Line]:
    """``user``'s chat; what came after the last thing that anybody did is new."""
    lines, last, circles = list[Line](), None, dict[str, int]()
    for one in world.talk(user):
        stamp = _stamp(one.at, last)
        last = one.at
        if isinstance(one, Said):
            notes = await desk.notes(one.account, one.event)
            circles = numbered(notes)
            lines.append(Line(pieces=pieces_of(one.text, notes, circles), stamp=stamp))
        else:
            kind = await desk.kind_of(one.account, one.reference) if one.reference else ""
            ties = circles if kind.startswith("reading.") else {}
            lines.append(Line(one, stamp=stamp, kind=kind, circles=ties, new=one.turn > world.began))
    return lines


def _stamp(at: datetime, last: datetime | None) -> str:
    if last is not None and at - last < GAP and at.date() == last.date():
        return ""
    return f"{words.day(at.date())} {words.clock(at)}"


async def last_said(desk: Desk, world: World, user: str) -> tuple[str, Notes]:
    """The last message that ``user`` sent, and what was made of it."""
    said = next((one for one in reversed(world.talk(user)) if isinstance(one, Said)), None)
    return (said.text, await desk.notes(said.account, said.event)) if said else ("", Notes())


# the clock


def rail(world: World, coming: Sequence[Coming], now: datetime) -> list[Knot]:
    """What was last, now, and what will be."""
    past = last_deed(world, now)
    here = f"{words.WEEKDAYS[now.weekday()]} {words.clock(now)}"
    ahead = [Knot(words.near(one.at, now), one.what, "ahead", one.at.isoformat()) for one in coming[:3]]
    if past and past[0].when == here:
        return [Knot(here, past[0].what, "here"), *ahead]
    return [*past, Knot(here, "现在", "here"), *ahead]


def last_deed(world: World, now: datetime) -> list[Knot]:
    both = [one for person in world.people for one in world.talk(person.user, 1)]
    if not both:
        return []
    one = max(both, key=lambda one: one.turn)
    name = world.join(one.user if isinstance(one, Said) else one.to).name
    what = f"{name}说了一句话" if isinstance(one, Said) else f"{name}收到：{one.shown.title or '一条消息'}"
    return [Knot(words.near(one.at, now), what, "done")]


def next_morning(now: datetime) -> datetime:
    """The next 09:00."""
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return nine if nine > now else nine + timedelta(days=1)


# the record


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


def tied(circles: dict[str, int], *labels: str) -> int:
    """The circle of the first label that has one, 0 for none."""
    return next((circles[label] for label in labels if label in circles), 0)
