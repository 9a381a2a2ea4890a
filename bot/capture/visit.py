"""A visit that was made, by one tap: the same record that the words 刚拜访了王总 make; and what shows it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.capture.evidence import File, wanted_next
from bot.playbook.model import Playbook
from bot.process import service as process
from bot.process.gates import lacking
from storage.records import (
    Activity,
    Change,
    Contact,
    Customer,
    Evidence,
    Member,
    Opportunity,
    Visit,
    changed,
    made,
    new_id,
)

ACTION = "visit"


@dataclass(frozen=True, slots=True)
class Visited:
    activity: Activity
    proofs: tuple[Evidence, ...]
    changes: tuple[Change, ...]


def visited(
    customer: Customer,
    deal: Opportunity | None,
    counts: Mapping[str, int],
    member: Member,
    words: str,
    playbook: Playbook,
    now: datetime,
    event: str,
    person: Contact | None = None,
) -> Visited:
    """The visit, the evidence that a visit is by itself (as the playbook's kinds say), and what that settles. The stage
    is left alone: no tap moves an opportunity by the way."""
    activity = Activity(
        id=new_id("act", now), customer_id=customer.id, opportunity_id=deal.id if deal else None, action=ACTION,
        author_id=member.id, recorder_id=member.id, occurred_at=now, text=words, confirmed=True, message_id=event,
    )  # fmt: skip
    if deal is None:
        return Visited(activity, (), (made(activity),))
    whom = f"{person.name}{person.title or ''}" if person else ""
    proofs = tuple(
        Evidence(
            id=new_id("evi", now), kind=kind, customer_id=customer.id, opportunity_id=deal.id, member_id=member.id,
            at=now, note=whom or words[:80], message_id=event,
        )
        for kind, meaning in playbook.evidence.items()
        if ACTION in meaning.from_actions
    )  # fmt: skip
    found = Counter(counts)
    found.update(proof.kind for proof in proofs)
    _, settled = process.evidence_came(deal, found, playbook, now)
    return Visited(activity, proofs, (made(activity), *(made(proof) for proof in proofs), *settled))


@dataclass(frozen=True, slots=True)
class Spot:
    """A position as the phone told it: degrees (WGS 84), and metres within which it lies."""

    lat: float
    lon: float
    accuracy: float

    @property
    def kept(self) -> dict[str, Any]:
        return {"lat": f"{self.lat:.5f}", "lon": f"{self.lon:.5f}", "accuracy": round(self.accuracy)}


def spot_of(lat: str, lon: str, accuracy: str) -> Spot | None:
    """None for what is no place on earth."""
    try:
        found = Spot(float(lat), float(lon), float(accuracy))
    except ValueError:
        return None
    sound = -90 <= found.lat <= 90 and -180 <= found.lon <= 180 and 0 < found.accuracy <= 1_000_000
    return found if sound else None


@dataclass(frozen=True, slots=True)
class Brought:
    """What was taken on site. ``picture`` and ``paper`` are files that are kept already."""

    spot: Spot | None = None
    reason: str = ""
    picture: File | None = None
    paper: File | None = None
    device: str = ""
    network: str = ""


def good_enough(spot: Spot | None, playbook: Playbook) -> bool:
    return spot is not None and spot.accuracy <= playbook.visits.accuracy


def was_there(
    found: Visited, brought: Brought, planned: Visit | None, customer: Customer, deal: Opportunity | None,
    counts: Mapping[str, int], member: Member, playbook: Playbook, now: datetime, event: str,
) -> tuple[Visit, tuple[Evidence, ...], tuple[Change, ...]]:  # fmt: skip
    """The visit ``found`` with what shows it: each piece evidence of its kind for the opportunity's gate, which opens
    where it waited for that. A position that is not good enough is kept with its reason and counts for nothing."""
    place = brought.spot.kept if brought.spot else {}
    shown: dict[str, Any] = {
        "opportunity_id": deal.id if deal else None, "activity_id": found.activity.id, "state": "there", "at": now,
        "position": place, "reason": brought.reason, "device": brought.device, "network": brought.network,
    }  # fmt: skip
    if planned is None:
        visit = Visit(id=new_id("vis", now), customer_id=customer.id, member_id=member.id, created_at=now, **shown)
        first = made(visit, "visit.there")
    else:
        visit = planned.with_(**shown)
        first = changed(planned, "visit.there", **shown)
    wanted, stage = wanted_next(deal, counts, playbook) if deal is not None else ((), "")
    proofs = tuple(_proofs(brought, customer, deal, member, wanted, playbook, now, event))
    moved: tuple[Change, ...] = ()
    if deal is not None:
        kinds = Counter(counts)
        kinds.update(one.kind for one in (*found.proofs, *proofs))
        asked = bool({one.kind for one in proofs} & set(wanted))
        aims = stage if asked and _is_open(deal, stage, kinds, playbook) else None
        _, moved = process.evidence_came(deal, kinds, playbook, now, aims)
    own = tuple(change for change in found.changes if not change.record.startswith("opp_"))
    return visit, proofs, (*own, first, *(made(one) for one in proofs), *moved)


def _is_open(deal: Opportunity, stage_id: str, counts: Mapping[str, int], playbook: Playbook) -> bool:
    """The gate lacks nothing any more: a visit moves no opportunity on while something is owed."""
    pipeline = playbook.pipeline(deal.pipeline)
    stage = pipeline.stage(stage_id)
    return stage is not None and not lacking(stage, deal, counts, pipeline)


def _proofs(
    brought: Brought, customer: Customer, deal: Opportunity | None, member: Member, wanted: Iterable[str],
    playbook: Playbook, now: datetime, event: str,
) -> Iterator[Evidence]:  # fmt: skip
    def proof(kind: str, file: File | None, note: str) -> Evidence:
        kept: dict[str, Any] = {}
        if file is not None:
            kept = {"file": file.name, "sha256": file.sha256, "size": file.size, "mime": file.mime}
        return Evidence(
            id=new_id("evi", now), kind=kind, customer_id=customer.id, opportunity_id=deal.id if deal else None,
            member_id=member.id, at=now, note=note, message_id=event, **kept,
        )  # fmt: skip

    place = words_of(brought.spot) if brought.spot else ""
    if good_enough(brought.spot, playbook):
        yield proof("location", None, place)
    if brought.picture is not None:
        yield proof("photo", brought.picture, place)
    if brought.paper is not None:
        yield proof(process.kind_of(brought.paper.name, playbook, wanted), brought.paper, "")


def words_of(spot: Spot) -> str:
    """31.23040,121.47370 ±18m"""
    return f"{spot.lat:.5f},{spot.lon:.5f} ±{round(spot.accuracy)}m"
