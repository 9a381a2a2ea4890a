"""Whether two leads are one, and what one becomes by the other: pure.

One credit code, one phone or one company's name make one lead, in this order; two different credit codes are two
companies whatever else is alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.leads.arrival import CORE, Arrival, firm
from storage.records import Change, Lead, changed

Reason = Literal["credit_code", "phone", "external_id", "company"]
MOST_ARRIVALS = 50
"""So many comings are kept with the lead (the first and the latest); all of them stand in the record's history."""
PREFIXES: Mapping[str, Reason] = {"code": "credit_code", "tel": "phone", "ext": "external_id", "firm": "company"}


def keys(one: Arrival | Lead) -> tuple[str, ...]:
    """By what it is known again, the surest first."""
    found = [f"code:{one.credit_code}"] if one.credit_code else []
    found += [f"tel:{phone}" for phone in one.phones]
    found += [f"ext:{system}:{id}" for system, id in sorted(one.external_ids.items())]
    return (*found, *([f"firm:{name}"] if (name := firm(one.company)) else []))


def same(new: Arrival, known: Lead) -> Reason | None:
    """Why the two are one; None where they are not."""
    if new.credit_code and known.credit_code and new.credit_code != known.credit_code:
        return None
    theirs = set(keys(known))
    shared = next((key for key in keys(new) if key in theirs), "")
    return PREFIXES[shared.partition(":")[0]] if shared else None


def merged(known: Lead, new: Arrival, event: str) -> Change:
    """The lead with what came again: nothing known is overwritten but the wish, and each coming is kept. One that was
    invalid is looked at anew, since somebody turned to us once more."""
    fields: dict[str, Any] = {
        name: getattr(known, name) or getattr(new, name)
        for name in ("name", "title", "company", "credit_code", "source", "recorder_id", "customer_id")
    }
    for name in ("phones", "emails", "tags"):
        fields[name] = tuple(dict.fromkeys((*getattr(known, name), *getattr(new, name))))
    for name in ("external_ids", "utm"):
        fields[name] = {**getattr(new, name), **getattr(known, name)}
    fields |= {"wanted": new.wanted or known.wanted, "note": _notes(known.note, new.note)}
    fields |= {"last_at": max(known.last_at, new.at), "arrivals": _arrivals(known.arrivals, new, event)}
    if known.channel == "other":
        fields["channel"] = new.channel
    if known.state == "invalid":
        fields |= {"state": "assigned" if known.owner_id else "new", "reason": ""}
    return changed(known, "lead.merged", **fields)


def came(new: Arrival, event: str) -> dict[str, Any]:
    """One coming, as it is kept with the lead."""
    told = {
        "at": new.at.isoformat(), "via": new.via, "event": event, "channel": new.channel, "source": new.source,
        "name": new.name, "company": new.company, "phones": list(new.phones), "wanted": new.wanted,
        "note": new.note, "utm": dict(new.utm), "recorder_id": new.recorder_id,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def first_arrival(new: Arrival, event: str) -> dict[str, Any]:
    return {"001": came(new, event)}


def lacks(lead: Lead) -> tuple[str, ...]:
    """Which of the five core fields are not known yet."""
    known = {"source"} if lead.channel != "other" else set()
    return tuple(name for name in CORE if name not in known and not getattr(lead, name))


def _arrivals(known: Mapping[str, Any], new: Arrival, event: str) -> dict[str, Any]:
    count = max(map(int, known), default=0) + 1
    every = {**known, f"{count:03}": came(new, event)}
    names = sorted(every, key=int)
    kept = names if len(names) <= MOST_ARRIVALS else [names[0], *names[1 - MOST_ARRIVALS :]]
    return {name: every[name] for name in kept}


def _notes(known: str, new: str) -> str:
    return known if not new or new in known else "\n".join(filter(None, (known, new)))
