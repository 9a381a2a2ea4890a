from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage import rows
from storage.archive import MODELS
from storage.models.fields import from_micros, to_micros
from storage.records import RECORDS

MOMENTS = some.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=some.timezones() | some.just(UTC))


@given(MOMENTS)
def test_a_moment_is_the_same_to_the_microsecond(moment: datetime):
    assert from_micros(to_micros(moment)) == moment.astimezone(UTC)


@given(some.integers(-(10**15), 10**15), some.sampled_from(["CNY", "JPY", "KWD", "USD"]))
def test_money_is_the_same_to_the_last_unit(minor: int, currency: str):
    assert rows.to_minor(rows.from_minor(minor, currency), currency) == minor


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "CNY"), ("1.5", "JPY"), ("0.0001", "KWD")])
def test_money_is_never_rounded(amount: str, currency: str):
    with pytest.raises(ValueError, match="more places"):
        rows.to_minor(Decimal(amount), currency)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        to_micros(datetime(2026, 3, 10))


@given(some.text() | some.text(some.characters(categories=["Cs", "Cc"])))
def test_any_text_becomes_one_that_both_databases_keep(text: str):
    clean = rows.clean(text)
    assert "\x00" not in clean and clean.encode().decode() == clean
    assert rows.clean(clean) == clean


@given(some.dictionaries(some.text(), some.integers() | some.text() | some.none() | some.booleans()))
def test_json_is_canonical(value: dict[str, object]):
    shuffled = dict(reversed(value.items()))
    assert rows.to_json(value) == rows.to_json(shuffled)


def test_json_says_moments_in_utc():
    there = datetime(2026, 3, 10, 10, tzinfo=timezone(timedelta(hours=8)))
    assert rows.to_json({"at": there, "sum": Decimal("217.00")}) == '{"at":"2026-03-10T02:00:00+00:00","sum":"217.00"}'


BESIDE = {"idn": {"in_use"}}
"""Columns that are no part of a record: from which account somebody spoke last changes without a trace."""


@pytest.mark.parametrize("prefix", RECORDS)
def test_every_field_of_a_record_has_its_column_and_every_column_its_field(prefix: str):
    table = rows.TABLES[prefix]
    assert set(table.written) == set(MODELS[table.name]._meta.fields_map) - BESIDE.get(prefix, set())
    assert {field.name for field in dataclasses.fields(RECORDS[prefix])} == set(table.kinds)


@pytest.mark.parametrize(
    ("one", "other"), [("Zhang.Wei", " zhang.wei"), ("ＡＢＣ公司", "abc公司"), ("Straße", "STRASSE")]
)
def test_names_are_compared_folded(one: str, other: str):
    assert rows.fold(one) == rows.fold(other)
