"""What passed between us and a customer, newest first: words, files, steps. Read in pieces, so that the cost of a page
does not grow with the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.wording import clock_of, cut, moment_of, near_day, short_day
from storage import activities, evidence, history, members, opportunities
from storage.records import Activity, AuditEntry, Evidence, Opportunity

PIECE = 12
"""Entries of a piece."""
TEXT_MOST = 60
"""Words of a line; the rest is one tap further."""
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One knot of the line. ``whole``: the words in full, where the line shows a part; ``file``: id of its evidence."""

    at: datetime
    when: str
    title: str
    detail: str = ""
    whole: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """``before`` is what the next piece is asked for by; "" where this is the last."""

    entries: tuple[Entry, ...]
    before: str = ""


async def piece(customer_id: str, playbook: Playbook, now: datetime, before: datetime | None = None) -> Piece:
    """The latest entries before ``before``. What happened in one moment stays together."""
    most = PIECE + 1
    talk = await activities.of_customer(customer_id, most, before)
    proofs = [one for one in await evidence.of_customer(customer_id, most * 2, before) if one.file]
    deals = {deal.id: deal for deal in await opportunities.of_customer(customer_id)}
    moves = await history.moves_of(list(deals), most, before)
    names = await _names([one.recorder_id for one in talk] + [one.member_id for one in proofs])
    found = [_talk(one, names, now) for one in talk]
    found += [_file(one, names, playbook, now) for one in proofs]
    found += [entry for move in moves if (entry := _move(move, deals, playbook, now)) is not None]
    found.sort(key=lambda entry: entry.at, reverse=True)
    shown = found[:PIECE]
    shown += [entry for entry in found[PIECE:] if shown and entry.at == shown[-1].at]
    more = len(found) > len(shown)
    return Piece(tuple(shown), _mark(shown[-1].at) if more else "")


def piece_of(key: str, **fields: object) -> str:
    """A small piece of a page's wording, filled."""
    return words.named("pages", key).format(**fields)


def moment_of_mark(mark: str) -> datetime | None:
    """What a piece's ``before`` stands for; None for anything else."""
    try:
        found = datetime.fromisoformat(mark)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1970 < found.year < 9999 else None


def _mark(at: datetime) -> str:
    return at.isoformat()


def when_of(at: datetime, now: datetime) -> str:
    """今天 11:05, 周二 10:02 of this week, 3月5日"""
    local = at.astimezone(now.tzinfo)
    day: date = local.date()
    if now.date() - WEEK <= day <= now.date():
        return f"{near_day(day, now.date())} {clock_of(local)}"
    return short_day(day, now.date())


async def _names(ids: Sequence[str]) -> Mapping[str, str]:
    found = {id: await members.get(id) for id in dict.fromkeys(ids)}
    return {id: member.name for id, member in found.items() if member is not None}


def _talk(one: Activity, names: Mapping[str, str], now: datetime) -> Entry:
    action = words.named("actions", one.action) if one.action else piece_of("note")
    flat = " ".join(one.text.split())
    who = names.get(one.recorder_id, "")
    planned = _planned(one.planned_for, now) if one.planned_for else ""
    detail = " · ".join(filter(None, [planned, piece_of("noted_by", who=who) if who else ""]))
    title = f"{action}：{cut(flat, TEXT_MOST)}" if flat else action
    return Entry(one.occurred_at, when_of(one.occurred_at, now), title, detail, flat if len(flat) > TEXT_MOST else "")


def _planned(at: datetime, now: datetime) -> str:
    return piece_of("planned", when=moment_of(at.astimezone(now.tzinfo), now.date()))


def _file(one: Evidence, names: Mapping[str, str], playbook: Playbook, now: datetime) -> Entry:
    who = names.get(one.member_id, "")
    detail = " · ".join(
        filter(None, [playbook.called(one.kind), piece_of("given_by", who=who) if who else "", version_of(one)])
    )
    file = one.id if one.sha256 else ""
    return Entry(one.at, when_of(one.at, now), cut(one.file or "", TEXT_MOST), detail, "", file)


def version_of(one: Evidence) -> str:
    """指纹 9c1f0b7a: the first of the hash, by which two versions of a file are told apart."""
    return piece_of("version", hash=one.sha256[:8]) if one.sha256 else ""


def _move(entry: AuditEntry, deals: Mapping[str, Opportunity], playbook: Playbook, now: datetime) -> Entry | None:
    change, deal = entry.change, deals.get(entry.record)
    if change is None or deal is None:
        return None
    pipeline = playbook.pipeline(deal.pipeline)

    def called(id: object) -> str:
        stage = pipeline.stage(str(id))
        return stage.name if stage else str(id)

    before = change.before or {}
    if "stage" in change.after and "stage" in before:
        title = f"{called(before['stage'])} → {called(change.after['stage'])}"
    elif change.before is None:
        title = piece_of("new_deal", name=cut(deal.name, 20))
    else:
        title = words.named("kinds", entry.kind)
    return Entry(entry.at, when_of(entry.at, now), title, cut(deal.name, 20) if change.before is not None else "")
