"""An export holds everything, one file a kind, whole or not at all."""

from __future__ import annotations

import csv
import json
import tracemalloc
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.exchange import export, hand_out, records
from bot.exchange.cells import sheet_text, unguarded
from storage import audit, sql
from storage.connect import Database
from storage.models.fields import to_micros
from storage.records import Customer, made
from tests.bot.exchange.test_records import NOW, keep

NAME = '=cmd|"/c calc"!A1,\r\n二'


async def keep_with_a_formula(database: Database) -> None:
    await keep(database)
    bad = Customer(id="cus_2", name=NAME, owner_id="mem_2", recorder_id="mem_2", created_at=NOW, note="+1")
    await audit.apply([made(bad)], actor="system", event="test", at=NOW)


async def test_jsonl_is_the_records_themselves(db: Database, tmp_path: Path) -> None:
    await keep_with_a_formula(db)
    counts = await export.export(tmp_path / "out", "jsonl")
    assert counts["customer"] == 2
    for kind in records.KINDS:
        lines = (tmp_path / "out" / f"{kind}.jsonl").read_text("utf-8").splitlines()
        assert [json.loads(line) for line in lines] == [item async for item in records.items(kind)]
        assert len(lines) == counts[kind]


async def test_csv_opens_in_excel_and_reads_back(sqlite_db: Database, tmp_path: Path) -> None:
    await keep_with_a_formula(sqlite_db)
    await export.export(tmp_path, "csv")
    raw = (tmp_path / "customer.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,name,")
    with (tmp_path / "customer.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1]["name"].startswith("'=")
    assert (unguarded(rows[1]["name"]), unguarded(rows[1]["note"])) == (NAME, "+1")
    assert json.loads(rows[0]["aliases"]) == ["华东医械"]


async def test_a_workbook_calculates_nothing(sqlite_db: Database, tmp_path: Path) -> None:
    await keep_with_a_formula(sqlite_db)
    await export.export(tmp_path, "xlsx")
    sheet = load_workbook(tmp_path / "customer.xlsx")["customer"]
    cells = [cell for row in sheet.rows for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [sheet_text(str(row[1].value)) for row in sheet.rows] == ["name", "华东医疗器械有限公司", NAME]


async def test_what_one_sheet_does_not_hold_goes_on_in_the_next(
    sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.exchange.export.SHEET_MOST", 4)
    await many(7)
    assert await export.one(tmp_path / "customer.xlsx", "customer", "xlsx") == 7
    book = load_workbook(tmp_path / "customer.xlsx")
    assert book.sheetnames == ["customer", "customer 2", "customer 3"]
    told = [[str(row[1].value) for row in sheet.rows] for sheet in book.worksheets]
    assert [one[0] for one in told] == ["name"] * 3
    assert [name for one in told for name in one[1:]] == [f"客户{n}" for n in range(7)]


async def test_more_than_a_chat_hands_out_is_written_at_the_server_part_by_part(
    sqlite_db: Database, tmp_path: Path
) -> None:
    count = hand_out.MOST + 1_000
    await many(count)
    tracemalloc.start()
    assert await export.one(tmp_path / "customer.jsonl", "customer", "jsonl") == count
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with (tmp_path / "customer.jsonl").open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == count
    assert highest < 8 * 1024 * 1024, f"{highest >> 10} KB for {count} records"


async def many(count: int) -> None:
    """So many customers of one rep, written as a whole."""
    now = to_micros(NOW)
    await sql.run(
        "INSERT INTO customer (id, name, owner_id, recorder_id, created_at, note, tags, custom, folded) "
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
        "SELECT printf('cus_%07d', i), '客户' || i, 'mem_1', 'mem_1', ?, '', '[]', '{}', '客户' || i FROM n",
        count, now,
    )  # fmt: skip


async def test_what_stood_there_stays_when_writing_fails(
    sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep_with_a_formula(sqlite_db)
    (tmp_path / "member.jsonl").write_text("earlier")

    def broken(*_: object, **__: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(json, "dumps", broken)
    with pytest.raises(OSError, match="disk full"):
        await export.export(tmp_path, "jsonl")
    assert (tmp_path / "member.jsonl").read_text() == "earlier"
