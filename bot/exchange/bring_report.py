"""What becomes of each line of a table, and why: kept beside the table as long as that, handed out as XLSX or CSV.

A report holds the lines as they were handed in, under our headings: what was faulty is mended in it, and it is itself a
table that can be brought in.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.exchange.bring_columns import COLUMNS
from bot.exchange.bring_files import FOLDER
from bot.exchange.bring_plan import Plan
from bot.exchange.cells import guarded, sheet_cell
from storage.files import write_whole

Form = Literal["xlsx", "csv"]
KEY = re.compile(r"\d{8}-\d{6}-[0-9a-f]{16}(?:-[0-9a-f]{8})?")
HEADS = ("行", "结果", "原因")
READY, TAKEN = "可进", "已导入"


@dataclass(frozen=True, slots=True)
class Line:
    """``number``: as a person counts them, the heading being 1; ``cells``: our key → what stood there."""

    number: int
    result: str
    why: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """``taken``: the lines are in the record; else this is what would become of them."""

    kind: str
    taken: bool
    lines: tuple[Line, ...]

    def count(self, *results: str) -> int:
        return sum(line.result in results for line in self.lines)

    @property
    def faults(self) -> list[Line]:
        return [line for line in self.lines if line.why]


def key_of(file: str, job: str = "") -> str:
    """The report's name: that of the table alone before anything was brought in, with the job's end behind it after."""
    return f"{file.partition('.')[0]}-{job[-8:]}" if job else file.partition(".")[0]


def keep(data: Path, key: str, planned: Plan, *, start: int = 0, taken: bool = False) -> None:
    """Writes down what becomes of these rows, the part that begins with the table's row ``start``; a part that is
    written once more is the same part. Raises Full, OSError."""
    body = json.dumps({"kind": planned.kind, "taken": taken, "lines": [
        [line.number, line.result, line.why, dict(line.cells)] for line in lines_of(planned, taken=taken)
    ]}, ensure_ascii=False)  # fmt: skip
    (data / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(data / FOLDER / f"{key}.{start:08d}.lines", body.encode())


def lines_of(planned: Plan, *, taken: bool) -> Iterator[Line]:
    """Every line, in order."""
    cells = {row.number: row.cells for row in planned.source}
    for n, result, why in planned.report():
        yield Line(n, TAKEN if taken and result == READY else result, why, cells.get(n, {}))


def read(data: Path, key: str) -> Report | None:
    """None where there is none of that name, or no more."""
    if not KEY.fullmatch(key):
        return None
    parts = [json.loads(one.read_bytes()) for one in sorted((data / FOLDER).glob(f"{key}.*.lines"))]
    if not parts:
        return None
    lines = tuple(Line(*line) for part in parts for line in part["lines"])
    return Report(parts[0]["kind"], bool(parts[0]["taken"]), lines)


def written(report: Report, form: Form) -> bytes:
    """The file: CSV with BOM, or a workbook; no cell of it is a formula."""
    return _sheet(report) if form == "xlsx" else _csv(report)


def _rows(report: Report) -> Iterator[list[str]]:
    columns = COLUMNS[report.kind]
    used = [key for key in columns if any(line.cells.get(key) for line in report.lines)]
    yield [*HEADS, *(next(iter(columns[key]), key) for key in used)]
    for line in report.lines:
        yield [str(line.number), line.result, line.why, *(line.cells.get(key, "") for key in used)]


def _csv(report: Report) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerows([guarded(cell) for cell in row] for row in _rows(report))
    return out.getvalue().encode("utf-8-sig")


def _sheet(report: Report) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(report.kind)

    def text(value: str) -> Any:
        cell = WriteOnlyCell(sheet, sheet_cell("", value))
        cell.data_type = "s"
        return cell

    for row in _rows(report):
        sheet.append([text(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
