from __future__ import annotations

import json
from datetime import UTC
from hashlib import sha256

import pytest

from storage import audit, customers, sql
from storage.records import changed
from tests.storage.samples import NOW, activity, house, keep

pytestmark = pytest.mark.usefixtures("db")


async def test_the_chain_is_what_the_manual_says_it_is():
    """Recomputed here from the rows alone, in other lines than the product's."""
    await house()
    prev = "0" * 64
    for entry in await audit.entries(limit=100):
        row = await sql.one("SELECT salt, payload FROM audit_payload WHERE n = ?", entry.n)
        assert row is not None
        assert sha256(bytes(row[0]) + bytes(row[1])).hexdigest() == entry.digest
        body = {
            "n": entry.n, "at": entry.at.astimezone(UTC).isoformat(), "actor": entry.actor, "event": entry.event,
            "kind": entry.kind, "record": entry.record, "digest": entry.digest,
        }  # fmt: skip
        canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert entry.prev == prev
        prev = sha256((prev + canonical).encode()).hexdigest()
        assert entry.hash == prev
    assert (await audit.verify()).head == prev


async def test_no_name_and_no_text_stands_in_the_chain():
    home = await house()
    await keep(activity(home.customer, text="王总说预算已批"))
    for row in await sql.fetch("SELECT * FROM audit"):
        assert all("华东" not in str(value) and "王总" not in str(value) for value in row)


@pytest.mark.parametrize(
    ("statement", "broken", "reason"),
    [
        ("UPDATE audit SET actor = 'mem_other' WHERE n = 3", 3, "条目被改动"),
        ("UPDATE audit SET at = at + 1 WHERE n = 4", 4, "条目被改动"),
        ("UPDATE audit SET prev = hash WHERE n = 2", 2, "与前一条接不上"),
        ("DELETE FROM audit WHERE n = 5", 5, "缺少条目"),
        ("UPDATE audit_payload SET salt = payload WHERE n = 6", 6, "内容被改动"),
        ("UPDATE audit SET n = 100 WHERE n = 7", 7, "缺少条目"),
    ],
)
async def test_tampering_is_found_where_it_was_done(statement: str, broken: int, reason: str):
    await house()
    assert (await audit.verify()).broken is None
    await sql.run(statement)
    verdict = await audit.verify()
    assert (verdict.broken, verdict.reason) == (broken, reason)


async def test_a_payload_put_in_place_of_another_is_found():
    await house()
    await sql.run(
        "UPDATE audit_payload SET payload = (SELECT p.payload FROM audit_payload p WHERE p.n = 4) WHERE n = 5"
    )
    assert (await audit.verify()).broken == 5


async def test_erased_is_erased_and_not_broken():
    home = await house()
    await audit.apply([changed(home.customer, "customer.renamed", name="某公司")], actor="r", event="e", at=NOW)
    assert await audit.erase([home.customer.id, home.contact.id]) == 3
    verdict = await audit.verify()
    assert (verdict.entries, verdict.erased, verdict.broken) == (8, 3, None)
    assert [entry.change for entry in await audit.of_record(home.customer.id)] == [None, None]
    assert await audit.erase([home.customer.id]) == 0
    assert (await customers.get(home.customer.id)) is not None  # the record itself is another question
