"""Evidence: the file or statement that shows a thing was done."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from storage import rows, sql
from storage.records import Evidence
from storage.rows import Table

EVIDENCE: Table[Evidence] = rows.TABLES["evi"]


async def get(id: str, *, undone: bool = False) -> Evidence | None:
    """The evidence; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(EVIDENCE, id, undone=undone)


async def of_opportunity(opportunity_id: str) -> list[Evidence]:
    """The opportunity's evidence, oldest first."""
    return await rows.select(EVIDENCE, "opportunity_id = ? AND undone_at IS NULL ORDER BY at, id", opportunity_id)


async def counts(opportunity_id: str) -> Counter[str]:
    """How many pieces of each kind the opportunity has; and ``custom.FIELD``, once, for each field of the trade's own
    that is known of its customer."""
    return (await counts_of([opportunity_id]))[opportunity_id]


async def counts_of(
    opportunity_ids: Sequence[str], custom: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Counter[str]]:
    """The :func:`counts` of each of these opportunities; ``custom``: what is known of their customers, by opportunity,
    where the caller has it at hand."""
    counted: dict[str, Counter[str]] = {id: Counter() for id in opportunity_ids}
    if not counted:
        return counted
    found = await sql.fetch(
        f"SELECT opportunity_id, kind, COUNT(*) FROM evidence WHERE opportunity_id IN ({sql.marks(opportunity_ids)}) "
        "AND undone_at IS NULL GROUP BY opportunity_id, kind",
        *opportunity_ids,
    )
    for id, kind, count in found:
        counted[id][kind] = count
    for id, known in (custom if custom is not None else await _custom_of(opportunity_ids)).items():
        counted[id] |= {f"custom.{name}": 1 for name, value in known.items() if value not in ("", [])}
    return counted


async def _custom_of(opportunity_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    found = await sql.fetch(
        "SELECT o.id, c.custom FROM opportunity o JOIN customer c ON c.id = o.customer_id "
        f"WHERE o.id IN ({sql.marks(opportunity_ids)}) AND c.undone_at IS NULL AND c.custom <> '{{}}'",
        *opportunity_ids,
    )
    return {id: json.loads(custom) for id, custom in found}


async def of_sha(sha256: str) -> list[Evidence]:
    """Every piece that is this very file, oldest first."""
    return await rows.select(EVIDENCE, "sha256 = ? AND undone_at IS NULL ORDER BY at, id", sha256)


async def of_commitment(commitment_id: str) -> list[Evidence]:
    """What was handed in for a commitment, oldest first."""
    return await rows.select(EVIDENCE, "commitment_id = ? AND undone_at IS NULL ORDER BY at, id", commitment_id)


async def of_customer(customer_id: str, limit: int = 20) -> list[Evidence]:
    """The customer's evidence, newest first."""
    where = "customer_id = ? AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?"
    return await rows.select(EVIDENCE, where, customer_id, limit)
