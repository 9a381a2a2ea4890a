"""What passed between us and a customer, newest first: words, files, steps. Read in pieces, so that the cost of a page
does not grow with the years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.wording import clock_of, cut, moment_of, near_day, short_day
from storage import members, opportunities, passed
from storage.passed import Place
from storage.records import Activity, AuditEntry, Evidence, Opportunity

PIECE = 12
"""Entries of a piece."""
TEXT_MOST = 60
"""Words of a line; the rest is one tap further."""
ID = re.compile(r"[a-z]{3,4}_[0-9a-f]{1,32}")
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One knot of the line. ``said``: the words of a talk. ``whole``: the words in full, where the line shows a part;
    ``file``: id of its evidence, ``photo`` where that is a picture taken on site."""

    place: Place
    when: str
    title: str
    said: str = ""
    detail: str = ""
    whole: str = ""
    file: str = ""
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """``before`` is what the next piece is asked for by; "" where this is the last."""

    entries: tuple[Entry, ...]
    before: str = ""


async def piece(customer_id: str, playbook: Playbook, now: datetime, behind: Place | None = None) -> Piece:
    """The latest entries, or those behind a place."""
    most = PIECE + 1
    talk = await passed.talk(customer_id, most, behind)
    proofs = await passed.files(customer_id, most, behind)
    deals = {deal.id: deal for deal in await opportunities.of_customer(customer_id)}
    moves = await passed.moves(list(deals), most, behind)
    names = await _names([one.recorder_id for one in talk] + [one.member_id for one in proofs])
    found = [_talk(one, names, now) for one in talk]
    found += [_file(one, names, playbook, now) for one in proofs]
    found += [entry for move in moves if (entry := _move(move, deals, playbook, now)) is not None]
    found.sort(key=lambda entry: entry.place, reverse=True)
    shown = found[:PIECE]
    return Piece(tuple(shown), _mark(shown[-1].place) if len(found) > len(shown) else "")


def piece_of(key: str, **fields: object) -> str:
    """A small piece of a page's wording, filled."""
    return words.named("pages", key).format(**fields)


def place_of(mark: str) -> Place | None:
    """What a piece's ``before`` stands for; None for anything else."""
    at, _, id = mark.partition("~")
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    sound = found.tzinfo is not None and 1970 < found.year < 9999 and ID.fullmatch(id)
    return Place(found, id) if sound else None


def _mark(place: Place) -> str:
    return f"{place.at.isoformat()}~{place.id}"


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
    whole = flat if len(flat) > TEXT_MOST else ""
    return Entry(
        Place(one.occurred_at, one.id), when_of(one.occurred_at, now), action, cut(flat, TEXT_MOST), detail, whole
    )


def _planned(at: datetime, now: datetime) -> str:
    return piece_of("planned", when=moment_of(at.astimezone(now.tzinfo), now.date()))


def _file(one: Evidence, names: Mapping[str, str], playbook: Playbook, now: datetime) -> Entry:
    who = names.get(one.member_id, "")
    detail = " · ".join(
        filter(None, [playbook.called(one.kind), piece_of("given_by", who=who) if who else "", version_of(one)])
    )
    file = one.id if one.sha256 else ""
    return Entry(
        Place(one.at, one.id),
        when_of(one.at, now),
        cut(one.file or "", TEXT_MOST),
        "",
        detail,
        "",
        file,
        one.kind == "photo",
    )


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
    detail = cut(deal.name, 20) if change.before is not None else ""
    return Entry(passed.place_of_move(entry), when_of(entry.at, now), title, detail=detail)
