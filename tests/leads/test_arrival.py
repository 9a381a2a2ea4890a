"""What a lead is made of, whatever way it came, and when two are one: pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clock import SHANGHAI
from bot.leads import same
from bot.leads.arrival import Arrival, BadLead, arrival, channel_of, firm, is_credit_code
from storage.records import Lead

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
HUAWEI = "914403001922038216"
OTHER = "91110000600037341L"
"""Credit codes as the public register prints them."""


def came(**given: Any) -> Arrival:
    return arrival(given, at=NOW, via="hook:web")


def lead(**given: Any) -> Lead:
    one = came(**given)
    fields = {name: getattr(one, name) for name in ("name", "company", "credit_code", "phones", "external_ids")}
    return Lead(id="lead_1", received_at=NOW, last_at=NOW, arrivals=same.first_arrival(one, "msg_1"), **fields)


def test_phones_become_e164_and_what_is_none_is_kept() -> None:
    one = came(name=" 江雪\u200b ", phone="139-1234 5678、０１０－６６６６８８８８", phones=["12345"], email="A@B.com")
    assert (one.name, one.phones, one.emails) == ("江雪", ("+8613912345678", "+861066668888"), ("a@b.com",))
    assert (one.doubts, one.note) == (("phone",), "phone: 12345")


@pytest.mark.parametrize(
    ("said", "source", "known"),
    [
        ("官网表单", "", ("web_form", "官网表单")),
        ("web_form", "", ("web_form", "")),
        ("ＷＥＢ", "", ("web_form", "ＷＥＢ")),
        ("", "展会", ("fair", "展会")),
        ("", "朋友圈", ("other", "朋友圈")),
        ("抖音小店", "直播", ("campaign", "直播")),
        ("other", "", ("other", "")),
    ],
)
def test_channels_by_what_people_call_them(said: str, source: str, known: tuple[str, str]) -> None:
    assert channel_of(said, source) == known


def test_a_credit_code_checks_itself() -> None:
    assert is_credit_code(HUAWEI) and is_credit_code(OTHER)
    assert not is_credit_code(HUAWEI[:-1] + "7")
    assert not is_credit_code(HUAWEI.replace("9144", "9414"))
    assert not is_credit_code("91440300192203821I")
    assert came(company="华为", credit_code=HUAWEI[:-1] + "7").note == f"credit_code: {HUAWEI[:-1]}7"


@pytest.mark.parametrize("given", [{}, {"wanted": "40 台"}, {"name": "  "}, {"name": ["江雪"]}, {"phone": "没有"}])
def test_nobody_is_no_lead(given: dict[str, Any]) -> None:
    with pytest.raises(BadLead):
        came(**given)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("恒川物流有限公司", "恒川物流"),
        ("恒川（上海）物流股份有限公司", "恒川(上海)物流集团"),
        ("ＡＢＣ科技有限责任公司", "abc 科技"),
    ],
)
def test_a_company_under_its_names(one: str, other: str) -> None:
    assert firm(one) == firm(other) != ""


def test_too_short_a_name_is_nobodys() -> None:
    assert firm("李") == firm("。") == firm("") == ""
    assert firm("公司") == "公司"


@pytest.mark.parametrize(
    ("known", "new", "reason"),
    [
        ({"company": "甲", "phone": "13912345678"}, {"name": "江雪", "phone": "+86 139 1234 5678"}, "phone"),
        ({"company": "恒川物流有限公司"}, {"company": "恒川物流", "phone": "13912345678"}, "company"),
        ({"company": "华为", "credit_code": HUAWEI}, {"company": "华为技术", "credit_code": HUAWEI}, "credit_code"),
        ({"name": "江", "external_ids": {"crm": "7"}}, {"name": "雪", "external_ids": {"crm": "7"}}, "external_id"),
        ({"name": "江", "external_ids": {"crm": "7"}}, {"name": "雪", "external_ids": {"erp": "7"}}, None),
        ({"name": "江雪"}, {"name": "江雪"}, None),
        (
            {"company": "恒川", "phone": "13912345678", "credit_code": HUAWEI},
            {"company": "恒川", "phone": "13912345678", "credit_code": OTHER},
            None,
        ),
    ],
)
def test_when_two_are_one(known: dict[str, Any], new: dict[str, Any], reason: str | None) -> None:
    assert same.same(came(**new), lead(**known)) == reason


def test_nothing_known_is_lost_by_merging() -> None:
    known = lead(name="江雪", company="恒川物流", phone="13912345678")
    new = arrival(
        {
            "name": "江小雪",
            "company": "恒川",
            "phones": ["13912345678", "13800138000"],
            "wanted": "40 台",
            "utm": {"a": "1"},
        },
        at=NOW + timedelta(days=1),
        via="import",
    )
    now = known.with_(**same.merged(known, new, "msg_2").after)
    assert (now.name, now.company, now.phones) == ("江雪", "恒川物流", ("+8613912345678", "+8613800138000"))
    assert (now.wanted, now.utm, now.last_at) == ("40 台", {"a": "1"}, new.at)
    assert [now.arrivals[n]["name"] for n in ("001", "002")] == ["江雪", "江小雪"]
    assert now.arrivals["002"]["event"] == "msg_2"


def test_what_was_invalid_is_looked_at_anew() -> None:
    known = lead(name="江雪", phone="13912345678").with_(state="invalid", reason="预算不足")
    assert same.merged(known, came(phone="13912345678"), "m").after | {"arrivals": 0} == {
        "state": "new", "reason": "", "arrivals": 0,
    }  # fmt: skip


def test_of_very_many_comings_the_first_and_the_latest_are_kept() -> None:
    known = lead(name="江雪", phone="13912345678")
    for n in range(2, 120):
        known = known.with_(**same.merged(known, came(phone="13912345678", wanted=str(n)), f"m{n}").after)
    kept = sorted(known.arrivals, key=int)
    assert (len(kept), kept[0], kept[-1]) == (same.MOST_ARRIVALS, "001", "119")


def test_what_is_still_to_be_asked() -> None:
    assert same.lacks(lead(name="江雪", phone="13912345678")) == ("company", "tags", "source")
    assert same.lacks(lead(name="江雪").with_(channel="fair", tags=("标签机",))) == ("phones", "company")
