"""Everything the bot keeps, in open formats: one file a kind."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, Protocol

from bot.exchange import records
from bot.exchange.cells import csv_cell, sheet_cell
from bot.exchange.told.book import Item

Format = Literal["jsonl", "csv", "xlsx"]
_BATCH = 500
SHEET_MOST = 1_048_576
"""Rows that a sheet of a workbook holds, its heading among them; more go on in a further sheet."""


class Writer(Protocol):
    def __call__(self, items: list[Item]) -> None: ...


async def export(folder: Path, form: Format = "jsonl") -> dict[str, int]:
    """How many records of each kind were written to ``<kind>.<form>`` in ``folder``.

    A file appears whole or not at all; one of an earlier export is replaced. Raises OSError where it cannot be written.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    return {kind: await one(folder / f"{kind}.{form}", kind, form) for kind in records.KINDS}


async def one(path: Path, kind: str, form: Format) -> int:
    """How many records of the kind were written to the file, which appears whole or not at all."""
    half, count = path.with_name(path.name + ".part"), 0
    with WRITERS[form](half, kind) as write:
        async for batch in _batches(records.items(kind)):
            await asyncio.to_thread(write, batch)
            count += len(batch)
    await asyncio.to_thread(half.replace, path)
    return count


async def _batches(found: AsyncIterator[Item]) -> AsyncIterator[list[Item]]:
    batch: list[Item] = []
    async for item in found:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def _jsonl(path: Path, kind: str) -> Iterator[Writer]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda items: file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


@contextmanager
def _csv(path: Path, kind: str) -> Iterator[Writer]:
    """RFC 4180, UTF-8 with BOM; the first line names the keys."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)

        def write(items: list[Item]) -> None:
            if not file.tell():
                lines.writerow(items[0])
            lines.writerows([csv_cell(key, value) for key, value in item.items()] for item in items)

        yield write


@contextmanager
def _xlsx(path: Path, kind: str) -> Iterator[Writer]:
    """One sheet, named like the kind (``activity``, ``activity 2`` … where one does not hold all); the first row names
    the keys. Every text is a text, none a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet, rows = book.create_sheet(kind), 0

    def text(value: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell

    def write(items: list[Item]) -> None:
        nonlocal sheet, rows
        for item in items:
            if rows == SHEET_MOST:
                sheet, rows = book.create_sheet(f"{kind} {len(book.worksheets) + 1}"), 0
            if not rows:
                sheet.append(list(item))
            cells = (sheet_cell(key, value) for key, value in item.items())
            sheet.append([text(cell) if isinstance(cell, str) else cell for cell in cells])
            rows += 2 if not rows else 1

    try:
        yield write
        book.save(path)
    finally:
        book.close()


WRITERS: Mapping[Format, Callable[[Path, str], AbstractContextManager[Writer]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "xlsx": _xlsx,
}
