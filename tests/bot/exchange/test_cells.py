"""A name is a name, also in a spreadsheet: nothing is calculated, everything comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exchange.cells import csv_cell, guarded, sheet_cell, sheet_text, unguarded

FORMULAS = ["=cmd()", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1", "''=1", "'-"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_a_text(name: str) -> None:
    assert guarded(name) == f"'{name}"
    assert unguarded(guarded(name)) == name


@pytest.mark.parametrize("name", ["华东医械", "'引号'", "a=b", "1-2", "", "'"])
def test_a_plain_name_stays(name: str) -> None:
    assert guarded(name) == name == unguarded(name)


@given(st.text(alphabet="'=+-@＝\t\r\n\", a华"))
def test_every_text_comes_back(name: str) -> None:
    assert unguarded(guarded(name)) == name


@given(st.text(alphabet="'=+-@\t\r\n\",; a华", min_size=1))
def test_csv_reads_back(name: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow(["x", csv_cell("name", name)])
    (row,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert unguarded(row[1]) == name


def test_money_is_a_number_and_nothing_is_empty() -> None:
    assert (csv_cell("amount", "-5.00"), csv_cell("amount", None), csv_cell("name", "-5.00")) == ("-5.00", "", "'-5.00")
    assert (sheet_cell("amount", "217.00"), sheet_cell("name", "217.00")) == (217.0, "217.00")


@given(st.text(alphabet="'=-@\t\r\n\x07_x000D005Fa华\uffff"))
def test_a_workbook_reads_back(name: str) -> None:
    cell = str(sheet_cell("name", name))
    assert sheet_text(cell) == name
    assert not {"\r", "\x07", "\uffff"} & set(cell)


def test_a_cell_holds_so_much() -> None:
    assert len(str(sheet_cell("text", "字" * 40_000))) == 32_767
