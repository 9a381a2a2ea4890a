"""What kind of import a table is, by its headings and its name; and what its sender has said that it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.exchange import table
from bot.exchange.bring import KINDS
from bot.exchange.bring_columns import COLUMNS
from bot.exchange.table import BadTable
from storage import marks

NEEDS: Mapping[str, Sequence[Sequence[str]]] = {
    "members": (("name", "user"),),
    "customers": (("name", "owner"),),
    "contacts": (("customer", "name"),),
    "leads": (("company", "phone"), ("name", "phone"), ("company", "source")),
    "opportunities": (("customer", "stage"), ("customer", "amount")),
    "history": (("customer", "text"),),
}
"""By kind: sets of columns of which one must be there; whatever another system tells needs whom and what."""
_FACT = (("company", "what"),)


def kinds_of(path: Path, name: str, called: Mapping[str, str]) -> list[str]:
    """The kinds that fit best, none for a table of something else. ``name``: what its sender calls the file;
    ``called``: by kind, what people call it. Raises BadTable for what cannot be read, OSError."""
    fits: dict[str, int] = {}
    for kind in KINDS:
        try:
            heads = table.read(path, COLUMNS[kind], heading_alone=True)
        except BadTable:
            if kind == KINDS[-1] and not fits:
                raise
            continue
        there = set(heads.rows[0].cells) if heads.rows else set[str]()
        if any(set(needed) <= there for needed in NEEDS.get(kind, _FACT)):
            fits[kind] = len(there) - len(heads.left_out)
    best = [kind for kind, fit in fits.items() if fit == max(fits.values())]
    named = [kind for kind in fits if kind in name.casefold() or called[kind] in name]
    return named[:1] or best


# -- what the sender said --------------------------------------------------------------------------------------------


async def asked(member_id: str, kind: str, at: datetime) -> None:
    """The member has asked to bring in this kind: the table he sends next is one."""
    await marks.put(_key(member_id), json.dumps({"kind": kind, "at": at.isoformat()}))


async def kind_asked(member_id: str, since: datetime) -> str:
    """What the member has asked to bring in since then; "" for nothing."""
    kept = await marks.get(_key(member_id))
    said = json.loads(kept) if kept else None
    return str(said["kind"]) if said and datetime.fromisoformat(said["at"]) >= since else ""


async def answered(member_id: str) -> None:
    await marks.forget(_key(member_id))


def _key(member_id: str) -> str:
    return f"import.asked:{member_id}"
