"""A table as somebody saved it (CSV in UTF-8 or GB18030, XLSX, or an export's JSON lines) → rows by our own keys."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from bot.errors import GenjinError
from bot.exchange.cells import sheet_text, unguarded

MOST_BYTES = 100 * 1024 * 1024
MOST_UNPACKED = 1024**3


class BadTable(GenjinError):
    code = "bad_table"


@dataclass(frozen=True, slots=True)
class Row:
    """``number``: the line as a person counts them, the heading being 1."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True, slots=True)
class Table:
    """``said`` is how it was read: UTF-8, GB18030, XLSX or JSONL; ``left_out`` the columns that mean nothing here."""

    rows: tuple[Row, ...]
    said: str
    left_out: tuple[str, ...] = ()


def read(path: Path, columns: Mapping[str, Iterable[str]], *, heading_alone: bool = False) -> Table:
    """The table in the file; ``columns``: our key → what a heading may call it. ``heading_alone``: its heading as the
    one row. Raises BadTable, OSError."""
    raw = path.read_bytes()
    if len(raw) > MOST_BYTES:
        raise BadTable(f"{path} 超过 100 MB", "分成几个文件")
    kind = path.suffix.lower()
    if kind == ".xlsx":
        lines, said = _workbook(raw, path), "XLSX"
    elif kind == ".jsonl":
        lines, said = _json_lines(raw, path), "JSONL"
    else:
        text, said = _text(raw, path)
        lines = (
            [unguarded(cell) for cell in line] for line in csv.reader(io.StringIO(text, newline=""), _dialect(text))
        )
    if heading_alone:
        return _table([line for head in islice(lines, 1) for line in (head, head)], said, columns, path)
    return _table(list(lines), said, columns, path)


def _table(lines: list[list[str]], said: str, columns: Mapping[str, Iterable[str]], path: Path) -> Table:
    if not lines:
        raise BadTable(f"{path} 是空的", "第一行写列名，下面一行一条")
    known = {_bare(word): key for key, words in columns.items() for word in (key, *words)}
    heads = [known.get(_bare(cell)) for cell in lines[0]]
    if not any(heads):
        names = "、".join(next(iter(words), key) for key, words in columns.items())
        raise BadTable(f"{path} 的第一行不是列名", f"可以写：{names}")
    left_out = tuple(cell for cell, key in zip(lines[0], heads, strict=True) if key is None and cell.strip())
    rows = (
        Row(number, {key: cell.strip() for key, cell in zip(heads, line, strict=False) if key})
        for number, line in enumerate(lines[1:], 2)
    )
    return Table(tuple(row for row in rows if any(row.cells.values())), said, left_out)


def _bare(word: str) -> str:
    return "".join(word.split()).strip("*＊").casefold()


def _text(raw: bytes, path: Path) -> tuple[str, str]:
    for encoding, said in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return raw.decode(encoding), said
        except UnicodeDecodeError:
            continue
    raise BadTable(f"{path} 的编码认不出", "另存为 UTF-8 的 CSV")


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, semicolon or tab, whichever the heading has most of; a heading of one column has none."""
    head = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=head.count)

    return Found


def _workbook(raw: bytes, path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(raw, path)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        yield from ([_cell(value) for value in line] for line in book.worksheets[0].values)
    except (InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise BadTable(f"{path} 不是能读的 XLSX", "用 Excel 另存一份再试") from error


def _refuse_bomb(raw: bytes, path: Path) -> None:
    """A workbook is a zip: what it would unpack to is looked at before. Raises BadTable."""
    try:
        with ZipFile(io.BytesIO(raw)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except BadZipFile as error:
        raise BadTable(f"{path} 不是能读的 XLSX", "用 Excel 另存一份再试") from error
    if size > MOST_UNPACKED:
        raise BadTable(f"{path} 解开后超过 1 GB", "分成几个文件，或另存为 CSV")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():  # a phone number typed as a number
        return str(int(value))
    return sheet_text(str(value))


def _json_lines(raw: bytes, path: Path) -> Iterator[list[str]]:
    """As an export wrote them; the heading is made of the keys of the first."""
    heads: list[str] = []
    for number, line in enumerate(raw.decode("utf-8-sig", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            raise BadTable(f"{path} 第 {number} 行不是 JSON", "一行一个 JSON 对象") from error
        if not isinstance(item, dict):
            raise BadTable(f"{path} 第 {number} 行不是 JSON 对象", "一行一个 JSON 对象")
        if not heads:
            heads = list(item)
            yield heads
        yield [value if isinstance(value := item.get(key), str) else _json_cell(value) for key in heads]


def _json_cell(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
