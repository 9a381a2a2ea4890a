"""Phones to E.164, e-mail addresses, and the numbers that are neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import phones


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王工13811112026", ["+8613811112026"]),
        ("打 +86 138 1111 2026", ["+8613811112026"]),
        ("138-1111-2026或13911112026", ["+8613811112026", "+8613911112026"]),
        ("１３８１１１１２０２６", ["+8613811112026"]),
        ("幺三八零零一三八零零零", ["+8613800138000"]),
        ("010-65551234转802", ["+861065551234"]),
        ("(021)6555 1234", ["+862165551234"]),
        ("电话：0512—65551234", ["+8651265551234"]),
        ("0571-88123456-802", ["+8657188123456"]),
        ("400-820-8820", ["+864008208820"]),
        ("+852 9123 4567", ["+85291234567"]),
        ("852-91234567", ["+85291234567"]),
        ("+853 6612 3456", ["+85366123456"]),
        ("+886 912 345 678", ["+886912345678"]),
        ("+1 (415) 555-2671", ["+14155552671"]),
        ("+44 20 7946 0958", ["+442079460958"]),
        ("00852 2345 6789", ["+85223456789"]),
        ("订单号13811112026", []),
        ("加我QQ 13811112026", []),
        ("工号13811112026", []),
        ("税号91310000MA1K31234X", []),
        ("身份证310101198001011234", []),
        ("卡号6222021234567890123", []),
        ("会议号 123-456-789", []),
        ("预算13811112026元", []),
        ("SF1381111202611", []),
        ("2026-03-15 14:00", []),
    ],
)
def test_find(text, expected):
    found = phones.find(text)
    assert [p.value for p in found] == expected
    assert all(text[p.span[0] : p.span[1]] == p.text for p in found)


def test_the_extension_is_not_part_of_the_number():
    assert phones.find("010-65551234转802")[0].text == "010-65551234"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("邮箱zhang.san@ex-a.com.cn，抄送 li_na@b.io。", ["zhang.san@ex-a.com.cn", "li_na@b.io"]),
        ("ＡＢ＠ｃ．com", ["AB@c.com"]),
        ("@小周 看下", []),
        ("a@b 和 x@@y.com", []),
    ],
)
def test_emails(text, expected):
    found = phones.emails(text)
    assert [e.value for e in found] == expected
    assert all(text[e.span[0] : e.span[1]] == e.text for e in found)


@given(st.text(alphabet="0123456789+-() 转幺一三八零号电话@a.b，", max_size=60))
def test_spans_hold_for_any_text(text):
    for finding in (*phones.find(text), *phones.emails(text)):
        start, end = finding.span
        assert 0 <= start < end <= len(text) and text[start:end] == finding.text


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_found_in_every_spacing(number):
    for written in (number, f"{number[:3]} {number[3:7]} {number[7:]}", f"{number[:3]}-{number[3:7]}-{number[7:]}"):
        assert [p.value for p in phones.find(f"电话{written}，谢谢")] == ["+86" + number]
