"""What addresses outside are told: made of the changes, in their transaction; sent behind it (:mod:`bot.posting`)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.outside import reachable
from bot.errors import GenjinError
from storage import commitments, customers, leads, opportunities, sql, webhooks
from storage.records import Change, Delivery, Member, Webhook, changed, made, new_id

EVENTS: Mapping[str, tuple[str, ...]] = {
    "stage.changed": (
        "opportunity.stage",
        "opportunity.won",
        "opportunity.lost",
        "opportunity.won_back",
        "opportunity.pipeline",
    ),
    "lead.assigned": ("lead.assigned",),
    "commitment.kept": ("commitment.kept",),
    "commitment.overdue": ("commitment.overdue",),
}
"""What one may be told of, and the changes that it comes of; a stage that is taken back has changed as well."""
TEST = "test"
MOST = 20
"""Addresses at once."""
URL_MOST = 500
_OF = {kind: event for event, kinds in EVENTS.items() for kind in kinds}


class BadAddress(GenjinError):
    code = "bad_address"


def address(url: str, *, inside: bool) -> str:
    """The address as it is kept. Raises BadAddress for what is none, or leads where nobody may be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or len(url) > URL_MOST:
        raise BadAddress("地址要写成 https://域名/路径", "")
    if parts.username or parts.password or parts.fragment or any(ord(c) < 33 for c in url):
        raise BadAddress("地址里不带用户名、密码和 #", "")
    if port == 0 or not reachable(parts.hostname, inside=inside):
        hint = "这个地址谁都不能用" if inside else "这是本机或内网的地址，确实要用就在最后写 内网"
        raise BadAddress(hint, "")
    return url


def add(url: str, events: Sequence[str], *, inside: bool, by: Member, now: datetime) -> tuple[Webhook, str, Change]:
    """The webhook, what its calls are signed with (shown once), and the change. ``url`` as of :func:`address`."""
    one = Webhook(
        id=new_id("whk", now), url=url, events=tuple(events), inside=inside, by_id=by.id, created_at=now
    )  # fmt: skip
    return one, secrets.token_urlsafe(32), made(one)


def remove(one: Webhook, now: datetime) -> Change:
    return changed(one, "webhook.removed", ended_at=now)


async def follow(changes: Sequence[Change], *, event: str, at: datetime, wake: Callable[[], None]) -> None:
    """Queues what addresses want to hear of these changes, in the caller's transaction. Where nothing happened that one
    can be told of, nothing is asked of the database."""
    happened = [(name, change) for change in changes if (name := _event_of(change))]
    listening = await webhooks.standing() if happened else []
    found: list[Delivery] = []
    for name, change in happened:
        hearing = [one for one in listening if name in one.events]
        data = await _data(name, change) if hearing else None
        if data is not None:
            found += [delivery(one, name, data, event=event, at=at) for one in hearing]
    if found:
        await webhooks.put(found)
        sql.after_commit(wake)


def delivery(to: Webhook, name: str, data: Mapping[str, Any], *, event: str, at: datetime) -> Delivery:
    id = new_id("dlv", at)
    body = {"id": id, "event": name, "at": at.isoformat(), "data": dict(data)}
    return Delivery(id=id, webhook_id=to.id, kind=name, event=event, body=body, ready_at=at, created_at=at)


def _event_of(change: Change) -> str:
    """The event that the change is, undone or put back only where a stage is; "" for none."""
    kind = change.kind
    taken_back = kind.startswith(("undo.", "redo."))
    name = _OF.get(kind.removeprefix("undo.").removeprefix("redo."), "")
    return "" if taken_back and name != "stage.changed" else name


async def _data(name: str, change: Change) -> dict[str, Any] | None:
    """Ids and words of ours, the customer's name, no person's and no phone; None for what is gone already."""
    if name == "stage.changed":
        return await _stage(change)
    if name == "lead.assigned":
        lead = await leads.get(change.record)
        if lead is None:
            return None
        return {
            "lead_id": lead.id, "owner_id": lead.owner_id, "customer_id": lead.customer_id, "company": lead.company,
            "channel": lead.channel, "score": lead.score,
        }  # fmt: skip
    promise = await commitments.get(change.record)
    if promise is None:
        return None
    due = None if promise.due is None else promise.due.isoformat()
    return {
        "commitment_id": promise.id, "customer_id": promise.customer_id, "opportunity_id": promise.opportunity_id,
        "customer": await _name(promise.customer_id), "owner_id": promise.owner_id, "by": promise.by,
        "what": promise.what, "due": due, "state": promise.state, "evidence_id": promise.evidence_id,
    }  # fmt: skip


async def _stage(change: Change) -> dict[str, Any] | None:
    before = change.before or {}
    if not {"stage", "state"} & change.after.keys():
        return None
    deal = await opportunities.get(change.record)
    if deal is None:
        return None
    return {
        "opportunity_id": deal.id, "customer_id": deal.customer_id, "customer": await _name(deal.customer_id),
        "owner_id": deal.owner_id, "pipeline": deal.pipeline,
        "from": {"stage": before.get("stage", deal.stage), "state": before.get("state", deal.state)},
        "to": {"stage": deal.stage, "state": deal.state},
    }  # fmt: skip


async def _name(customer_id: str) -> str:
    customer = await customers.get(customer_id)
    return customer.name if customer else ""
