"""What names a person is found and wiped, on both databases, sealed or not; the chain still holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage import audit, crypto, inbox, personal
from storage.connect import Database, at_last, transaction
from storage.crypto import Ring
from storage.personal import MARK, Wanted
from storage.records import Activity, Customer, made

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
SHARP = Wanted(sharp=("江雪",))
BLUNT = Wanted(sharp=(), blunt=("王总",), customers=("cus_1",), called=("启明制造",))


async def keep() -> None:
    fields = {"owner_id": "mem_1", "recorder_id": "mem_1", "created_at": NOW}
    first = Customer(id="cus_1", name="启明制造", note="江雪下午在，王总也在", **fields)  # type: ignore[arg-type]
    other = Customer(id="cus_2", name="瑞禾医疗", note="王总常在", **fields)  # type: ignore[arg-type]
    said = Activity(id="act_1", customer_id="cus_1", author_id="mem_1", recorder_id="mem_1", occurred_at=NOW,
                    text="王总和江雪都同意", message_id="msg_1")  # fmt: skip
    async with transaction():
        await audit.apply([made(first), made(other), made(said)], actor="mem_1", event="e", at=NOW)
        for key, text in (("a", "江雪说下周签"), ("b", "王总说不急"), ("c", "启明制造王总来电"), ("d", "没有谁")):
            row = await inbox.enter(account="w", key=key, conversation="c", at=NOW, payload=text.encode(), owner="me")
            await inbox.done(row.seq, "me", text=text)


async def _said() -> list[str]:
    return [one.text for one in await inbox.messages()]


async def _wipe(wanted: Wanted) -> int:
    async with transaction():
        found = await personal.traces(wanted, NOW)
        await audit.apply(found.changes, actor="admin", event="x", at=NOW)
        return await personal.wipe(wanted, found, ())


@pytest.mark.parametrize("key", [None, b"k" * 32])
async def test_sharp_words_go_everywhere(db: Database, key: bytes | None) -> None:
    before = crypto.use(Ring([key] if key else []))
    try:
        await keep()
        assert await _wipe(SHARP) == 4
        assert await _said() == ["", "王总说不急", "启明制造王总来电", "没有谁"]
        assert (await inbox.messages())[0].payload is None
        found = await personal.traces(SHARP, NOW)
        assert (found.messages, found.changes) == ((), ())
        verdict = await audit.verify()
        assert (verdict.broken, verdict.erased) == (None, 4)
    finally:
        crypto.use(before)


async def test_blunt_words_go_with_their_customer_alone(db: Database) -> None:
    await keep()
    await _wipe(BLUNT)
    assert await _said() == ["江雪说下周签", "王总说不急", "", "没有谁"]
    found = await personal.traces(Wanted(sharp=("江雪", "王总")), NOW)
    notes = {one.record: one.before and one.before.get("note") for one in found.changes}
    assert notes == {"cus_1": f"江雪下午在，{MARK}也在", "cus_2": "王总常在"}


async def test_the_last_of_a_transaction_may_write_and_ask_for_another(db: Database) -> None:
    done = []

    async def second() -> None:
        done.append("second")

    async def first() -> None:
        await audit.apply([made(Customer(id="cus_9", name="后来", owner_id="m", recorder_id="m", created_at=NOW))],
                          actor="a", event="e", at=NOW)  # fmt: skip
        at_last("second", second)
        done.append("first")

    async with transaction():
        at_last("first", first)
    assert done == ["first", "second"]
    assert (await audit.head())[0] == 1
