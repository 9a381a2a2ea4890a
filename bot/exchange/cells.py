"""Values as cells of a sheet and back: what a spreadsheet would take for a formula is opened as text.

A text that begins with = + - @, their full-width forms, TAB, CR or LF gets a ' before it; so does one that begins
with ' and goes on like that. Reading takes that one ' away again: every text comes back as it was.
"""

from __future__ import annotations

import json
import re
from typing import Any

_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_QUOTED = re.compile(r"''*[=+\-@＝＋－＠\t\r\n]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL_MOST = 32_767
"""Characters that a cell of a workbook holds; a longer text is cut there, and only there."""


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet calculates."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that :func:`guarded` made the cell of."""
    return cell[1:] if _QUOTED.match(cell) else cell


def csv_cell(key: str, value: Any) -> str:
    """A value of a record as CSV: nothing is empty, lists are JSON, money stays a plain number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) or key == "amount":
        return str(value)
    return guarded(str(value))


def sheet_cell(key: str, value: Any) -> str | int | float | bool | None:
    """A value of a record as a workbook's cell; what XML cannot hold is written as workbooks do, ``_x000D_``."""
    if value is None or isinstance(value, bool | int):
        return value
    if key == "amount":
        return float(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else guarded(str(value))
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:_CELL_MOST])[:_CELL_MOST]


def sheet_text(cell: str) -> str:
    """The text that :func:`sheet_cell` made the cell of, up to the length that a cell holds."""
    return unguarded(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell))
