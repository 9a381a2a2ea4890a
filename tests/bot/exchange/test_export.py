"""An export holds everything, one file a kind, whole or not at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.exchange import export, records
from bot.exchange.cells import sheet_text, unguarded
from storage import audit
from storage.connect import Database
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
