"""Fields of the trade's own, as the medical pipeline has them and more: what is kept, and what is said back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.playbook.model import CustomField
from bot.process.fields import Bad, Told, check, tell

TODAY = date(2026, 3, 10)
LEVEL = CustomField(id="level", name="医院等级", of="customer", kind="choice", choices=("三甲", "三乙", "二甲"))
VOLUME = CustomField(id="volume", name="年手术量", of="customer", kind="number", above=0)
WARDS = CustomField(
    id="wards", name="合作科室", of="customer", kind="choices", choices=("脊柱", "关节", "创伤"), most=2
)
OPENED = CustomField(id="opened", name="开标日", kind="day")
NOTE = CustomField(id="note", name="院内流程", kind="text", most=6)
DOCTORS = CustomField.model_validate({
    "id": "doctors", "name": "接触医生", "of": "customer", "kind": "table", "most": 2,
    "column": [{"name": "姓名"}, {"name": "职务", "kind": "choice", "choices": ["主任", "主治"]},
               {"name": "上次交流", "kind": "day"}],
})  # fmt: skip
ALL = (LEVEL, VOLUME, WARDS, OPENED, NOTE, DOCTORS)
KEPT: dict[str, tuple[CustomField, str, Any]] = {
    "one of three": (LEVEL, "三甲", "三甲"),
    "a number with its measure": (VOLUME, "320 台", 320),
    "thousands": (VOLUME, "1,200", 1200),
    "ten thousands": (VOLUME, "1.2 万台", 12_000),
    "a broken one": (VOLUME, "0.5", 0.5),
    "several": (WARDS, "脊柱、关节", ["脊柱", "关节"]),
    "the same twice is once": (WARDS, "脊柱和脊柱", ["脊柱"]),
    "a day of this year": (OPENED, "4月2日", "2026-04-02"),
    "a day of another": (OPENED, "2027年1月5日", "2027-01-05"),
    "a row": (DOCTORS, "王一，主任，3月2日", {"姓名": "王一", "职务": "主任", "上次交流": "2026-03-02"}),
}
REFUSED: dict[str, tuple[CustomField, str, str]] = {
    "none of the three": (LEVEL, "一甲", "医院等级只能是三甲、三乙、二甲"),
    "nought": (VOLUME, "0", "年手术量要大于 0"),
    "below nought": (VOLUME, "-5", "年手术量要大于 0"),
    "no number": (VOLUME, "很多", "年手术量要一个数"),
    "one that is none of them": (WARDS, "脊柱、眼科", "合作科室可选脊柱、关节、创伤"),
    "too many": (WARDS, "脊柱、关节、创伤", "合作科室最多选 2 个"),
    "no day there is": (OPENED, "2月30日", "开标日要一个日子，比如 3月2日"),
    "too long": (NOTE, "先过伦理再过设备科", "院内流程最多 6 字，现在 9 字"),
    "half a row": (DOCTORS, "王一，主任", "接触医生要写姓名，职务，上次交流"),
    "a row with a wrong choice": (DOCTORS, "王一，院长，3月2日", "职务只能是主任、主治"),
    "nothing": (LEVEL, " ", "医院等级还没写"),
}


@pytest.mark.parametrize("case", KEPT.values(), ids=KEPT)
def test_what_is_kept(case: tuple[CustomField, str, Any]) -> None:
    field, said, value = case
    assert check(field, said, TODAY) == value


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_not_kept_says_what_would_be(case: tuple[CustomField, str, str]) -> None:
    field, said, mend = case
    assert check(field, said, TODAY) == Bad(field, mend)


def told(text: str, customer: dict[str, Any] | None = None) -> Told:
    return tell(text, ALL, customer or {}, {}, TODAY)


def test_one_sentence_may_tell_of_several() -> None:
    found = told("医院等级是三甲，年手术量 1,200，合作科室：脊柱、关节；开标日4月2日")
    assert found.customer == {"level": "三甲", "volume": 1200, "wards": ["脊柱", "关节"]}
    assert found.opportunity == {"opened": "2026-04-02"}
    assert not found.bad


def test_what_is_wrong_is_left_out_and_the_rest_is_kept() -> None:
    found = told("医院等级是一甲，年手术量 320", {"level": "二甲"})
    assert found.customer == {"level": "二甲", "volume": 320}
    assert [one.mend for one in found.bad] == ["医院等级只能是三甲、三乙、二甲"]


def test_a_table_grows_row_by_row_and_keeps_its_youngest() -> None:
    rows: dict[str, Any] = {}
    for said in ("王一，主任，3月2日", "李二，主治，3月3日", "王一，主任，3月2日", "赵三，主任，3月4日"):
        rows = dict(told(f"接触医生：{said}", rows).customer)
    assert [row["姓名"] for row in rows["doctors"]] == ["王一", "赵三"]
