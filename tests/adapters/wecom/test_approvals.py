"""An approval form as the platform tells it: each control in words, and a state of four."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.errors import Unseen
from adapters.wecom.approvals import told, told_of_own
from adapters.wecom.parse import parse

NOW = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)
EMPTY: dict[str, Any] = {"tips": [], "members": [], "departments": [], "files": [], "children": [], "stat_field": []}


def form(*contents: dict[str, Any], **info: Any) -> dict[str, Any]:
    base = {"sp_no": "1", "sp_name": "合同审批", "sp_status": 2, "template_id": "T", "apply_time": 1789990000,
            "applyer": {"userid": "zhangsan", "partyid": "2"}}  # fmt: skip
    return {"errcode": 0, "info": {**base, **info, "apply_data": {"contents": list(contents)}}}


def control(kind: str, value: dict[str, Any], label: str = "标签") -> dict[str, Any]:
    title = [{"text": "Label", "lang": "en"}, {"text": label, "lang": "zh_CN"}]
    return {"control": kind, "id": f"{kind}-1", "title": title, "value": {**EMPTY, **value}}


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("Text", {"text": " 华东医疗 "}, "华东医疗"),
        ("Textarea", {"text": "首付 30%\n验收 70%"}, "首付 30%\n验收 70%"),
        ("Number", {"new_number": "12"}, "12"),
        ("Money", {"new_money": "2150000.00"}, "2150000.00"),
        ("Date", {"date": {"type": "day", "s_timestamp": "1790000000"}}, "2026-09-21"),
        ("Date", {"date": {"type": "hour", "s_timestamp": "1790000000"}}, "2026-09-21 22:13"),
        ("Date", {"date": {"type": "day", "s_timestamp": ""}}, ""),
        ("DateRange", {"date_range": {"type": "day", "new_begin": 1790000000, "new_end": 1790086400}},
         "2026-09-21 – 2026-09-22"),
        ("Selector", {"selector": {"type": "multi", "options": [
            {"key": "o1", "value": [{"text": "分期", "lang": "zh_CN"}]}, {"key": "o2", "value": [{"text": "现款"}]}]}},
         "分期、现款"),
        ("Contact", {"members": [{"userid": "lisi", "name": "李四"}]}, "李四"),
        ("Contact", {"departments": [{"openapi_id": "2", "name": "销售一部"}]}, "销售一部"),
        ("Location", {"location": {"title": "苏州", "address": "…"}}, "苏州"),
        ("RelatedApproval", {"related_approval": [{"sp_no": "202609200001"}]}, "202609200001"),
        ("File", {"files": [{"file_id": "f1"}]}, ""),
        ("SomethingNew", {"text": "x"}, "x"),
    ],
)  # fmt: skip
def test_each_control_in_words(kind: str, value: dict[str, Any], words: str) -> None:
    [cell] = told("1", form(control(kind, value)), NOW).form
    assert (cell.id, cell.label, cell.value) == (f"{kind}-1", "标签", words)


def test_a_table_is_flattened() -> None:
    rows = [{"list": [control("Text", {"text": f"第 {n} 行"}, "型号")]} for n in (1, 2)]
    found = told("1", form(control("Table", {"children": rows})), NOW).form
    assert [cell.value for cell in found] == ["第 1 行", "第 2 行"]


@pytest.mark.parametrize(
    ("status", "state"),
    [(1, "running"), (2, "agreed"), (3, "refused"), (4, "withdrawn"), (6, "withdrawn"), (7, "withdrawn"),
     (10, "agreed"), (11, "running")],
)  # fmt: skip
def test_the_states(status: int, state: str) -> None:
    assert told("1", form(sp_status=status), NOW).state == state


def test_when_it_was_decided_in_either_form() -> None:
    older = told("1", form(sp_record=[{"details": [{"sptime": 1790000000}, {"sptime": 0}]}]), NOW)
    newer = told("1", form(process_list={"node_list": [{"sub_node_list": [{"sptime": 1790000000}]}]}), NOW)
    assert older.at == newer.at == datetime.fromtimestamp(1790000000, UTC)
    assert (older.applicant, older.title, older.template) == ("zhangsan", "合同审批", "T")


@pytest.mark.parametrize("answer", [{}, {"info": None}, {"info": {}}, {"info": {"sp_status": "many"}}])
def test_what_is_no_form_is_unseen(answer: dict[str, Any]) -> None:
    with pytest.raises(Unseen):
        told("1", answer, NOW)


def test_a_form_of_our_own_app_in_whatever_case_its_fields_are_written() -> None:
    data = {"ThirdNo": "gj-7", "OpenTemplateId": "o1", "OpenSpName": "报价审批", "OpenSpstatus": 2, "ApplyUserid": "li"}
    found = told_of_own("own:gj-7", {"data": data}, NOW)
    assert (found.id, found.state, found.applicant, found.title) == ("own:gj-7", "agreed", "li", "报价审批")
    with pytest.raises(Unseen):
        told_of_own("own:gj-7", {"data": {}}, NOW)


def test_a_thousand_cells_are_cut() -> None:
    assert len(told("1", form(*[control("Text", {"text": "x"})] * 1000), NOW).form) == 400


def test_the_two_systems_never_share_a_number() -> None:
    plain = (
        "<xml><FromUserName>sys</FromUserName><CreateTime>1790000000</CreateTime><MsgType>event</MsgType>"
        "<Event>open_approval_change</Event><ApprovalInfo><ThirdNo>7</ThirdNo><OpenSpStatus>2</OpenSpStatus>"
        "</ApprovalInfo></xml>"
    )
    event = parse(plain.encode(), "main")
    assert event.data["approval"] == "own:7"  # type: ignore[union-attr]
