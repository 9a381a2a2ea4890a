"""What is asked for every message and every second costs the same among a thousand rows and among a million:
no such question reads a table from end to end or sorts it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from storage import (
    activities,
    audit,
    cards,
    commitments,
    customers,
    due,
    evidence,
    inbox,
    members,
    opportunities,
    outbox,
    sql,
    tasks,
)
from storage.chain import CHAINED
from storage.connect import Database, transaction
from storage.records import made
from storage.sqlite import SqliteLine
from tests.storage.samples import NOW, activity, house
from tests.storage.test_outbox import push

QUESTIONS: dict[str, Callable[[], Awaitable[Any]]] = {
    "inbox.claim": lambda: inbox.claim(now=NOW, owner="me"),
    "inbox.newest_handled": lambda: inbox.newest_handled("c"),
    "inbox.by_key": lambda: inbox.by_key("wecom", "k"),
    "inbox.of_sender": lambda: inbox.of_sender("wecom", "s", ("refused",)),
    "inbox.next_ready": inbox.next_ready,
    "outbox.put": lambda: outbox.put([push("a")]),
    "outbox.claim": lambda: outbox.claim(now=NOW, owner="me"),
    "outbox.free": lambda: outbox.free(),
    "outbox.sent": lambda: outbox.sent(1, "me", at=NOW),
    "outbox.next_due": outbox.next_due,
    "outbox.of_member": lambda: outbox.of_member("m", NOW),
    "outbox.by_reference": lambda: outbox.by_reference("wecom", "r"),
    "due.claim_due": lambda: due.claim_due(NOW, 10, "me", 60),
    "due.next_at": due.next_at,
    "due.cancel": lambda: due.cancel("pro_1"),
    "due.fire_slot": lambda: due.fire_slot("job", "slot"),
    "cards.newest_open": lambda: cards.newest_open("m"),
    "cards.recent_of_kind": lambda: cards.recent_of_kind("m", "k", 10),
    "cards.awaiting": lambda: cards.awaiting("m", NOW),
    "cards.questions": lambda: cards.questions("m"),
    "cards.overdue_questions": lambda: cards.overdue_questions(NOW),
    "members.by_identity": lambda: members.by_identity("wecom", "u"),
    "members.named": lambda: members.named("u"),
    "customers.named": lambda: customers.named("x"),
    "customers.page": lambda: customers.page("cus_1"),
    "customers.recent_of": lambda: customers.recent_of("m"),
    "opportunities.open_of": lambda: opportunities.open_of("c"),
    "opportunities.of_owner": lambda: opportunities.of_owner(["m"]),
    "activities.latest_of_member": lambda: activities.latest_of_member("m", NOW),
    "activities.of_customer": lambda: activities.of_customer("c"),
    "activities.of_message": lambda: activities.of_message("m"),
    "commitments.open_of": lambda: commitments.open_of("c"),
    "commitments.of_owner": lambda: commitments.of_owner("m"),
    "commitments.of_message": lambda: commitments.of_message("m"),
    "evidence.counts": lambda: evidence.counts("o"),
    "evidence.of_sha": lambda: evidence.of_sha("s"),
    "tasks.of_owner": lambda: tasks.of_owner("m"),
    "audit.head": audit.head,
    "audit.by_event": lambda: audit.by_event("e"),
    "audit.of_record": lambda: audit.of_record("r"),
    "audit.since": lambda: audit.since(7, ("customer.",)),
    "audit.events_of": lambda: audit.events_of("m"),
    "audit.latest_event_of": lambda: audit.latest_event_of("m"),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[Any]]]:
    """Every statement with its arguments, as it goes to SQLite."""
    statements: list[tuple[str, Sequence[Any]]] = []
    fetch, run = SqliteLine.fetch, SqliteLine.run

    async def heard_fetch(self: SqliteLine, sql: str, args: Sequence[Any]) -> Any:
        statements.append((sql, args))
        return await fetch(self, sql, args)

    async def heard_run(self: SqliteLine, sql: str, args: Sequence[Any]) -> Any:
        statements.append((sql, args))
        return await run(self, sql, args)

    monkeypatch.setattr(SqliteLine, "fetch", heard_fetch)
    monkeypatch.setattr(SqliteLine, "run", heard_run)
    return statements


def plan(db: Database, sql: str, args: Sequence[Any]) -> list[str]:
    connection = db.engine.reader.connection  # type: ignore[attr-defined]
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", args)]


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_question_reads_a_whole_table(sqlite_db: Database, asked: list[tuple[str, Sequence[Any]]], name: str):
    await QUESTIONS[name]()
    assert asked
    for statement, args in asked:
        steps = plan(sqlite_db, statement, args)
        assert not [step for step in steps if step.startswith("SCAN") and "USING" not in step], statement


async def test_a_change_reads_no_whole_table(sqlite_db: Database, asked: list[tuple[str, Sequence[Any]]]):
    home = await house()
    asked.clear()
    await audit.apply([made(activity(home.customer))], actor="r", event="e", at=NOW)
    assert len(asked) == 4  # the record, the head, the entry, its payload
    for statement, args in asked:
        assert not [
            step for step in plan(sqlite_db, statement, args) if step.startswith("SCAN") and "USING" not in step
        ], statement


async def test_looking_for_what_is_due_needs_no_sorting(sqlite_db: Database, asked: list[tuple[str, Sequence[Any]]]):
    for name in ("inbox.claim", "outbox.claim", "due.claim_due"):
        await QUESTIONS[name]()
    assert len(asked) == 3
    for statement, args in asked:
        assert not [step for step in plan(sqlite_db, statement, args) if "TEMP B-TREE FOR ORDER BY" in step], statement


async def test_the_latest_doings_of_a_rep_cost_the_same_after_ten_years(sqlite_db: Database):
    def count() -> None:
        nonlocal counted
        counted += 1

    async def live(entries: int) -> None:
        async with transaction():
            rows = [(first + n, 0, "mem_1", f"msg_{(first + n) // 3:06}", "k", "r", "", "", "") for n in range(entries)]
            await sql.insert("audit", CHAINED, rows)

    counted, first = 0, 1
    db = sqlite_db.engine.reader.connection  # type: ignore[attr-defined]
    await live(3 * audit.LOOKED_BACK)
    db.set_progress_handler(count, 100)
    assert (await audit.events_of("mem_1", 3)) == ["msg_000500", "msg_000499", "msg_000498"]
    before = counted
    first += 3 * audit.LOOKED_BACK
    await live(60_000)
    counted = 0
    assert (await audit.events_of("mem_1", 3))[0] == "msg_020500"
    assert before > 0 and counted <= before * 1.2
