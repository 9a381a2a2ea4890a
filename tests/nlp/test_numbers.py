"""Money in all the ways Chinese writes it; shares, counts and numerals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.numbers import amounts
from nlp.numerals import decimal, integer
from nlp.quantities import percentages, quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预算217万,首付30%", [("217万", "2170000.00", "CNY")]),
        ("报价3.5w", [("3.5w", "35000.00", "CNY")]),
        ("¥12,800", [("¥12,800", "12800.00", "CNY")]),
        ("二十万", [("二十万", "200000.00", "CNY")]),
        ("三万五", [("三万五", "35000.00", "CNY")]),
        ("217万3千", [("217万3千", "2173000.00", "CNY")]),
        ("12万8千6", [("12万8千6", "128600.00", "CNY")]),
        ("1亿2000万", [("1亿2000万", "120000000.00", "CNY")]),
        ("一百二十万五千元", [("一百二十万五千元", "1205000.00", "CNY")]),
        ("壹拾贰万元整", [("壹拾贰万元整", "120000.00", "CNY")]),
        ("三点五万", [("三点五万", "35000.00", "CNY")]),
        ("两个亿", [("两个亿", "200000000.00", "CNY")]),
        ("首单可以付AED 45,000", [("AED 45,000", "45000.00", "AED")]),
        ("报价别低于三千八，这是底线", [("三千八", "3800.00", "CNY")]),
        ("还是一百三十五的老价", [("一百三十五", "135.00", "CNY")]),
        ("80-100万", [("80", "800000.00", "CNY"), ("100万", "1000000.00", "CNY")]),
        ("八十到一百万", [("八十", "800000.00", "CNY"), ("一百万", "1000000.00", "CNY")]),
        ("三五万", [("三", "30000.00", "CNY"), ("五万", "50000.00", "CNY")]),
        ("5000美金", [("5000美金", "5000.00", "USD")]),
        ("HK$5000", [("HK$5000", "5000.00", "HKD")]),
        ("USD 12,000.50", [("USD 12,000.50", "12000.50", "USD")]),
        ("5块5毛", [("5块5毛", "5.50", "CNY")]),
        ("3.15元/件", [("3.15元", "3.15", "CNY")]),
        ("报价12800", [("12800", "12800.00", "CNY")]),
        ("百来万的盘子", [("百来万", "1000000.00", "CNY")]),
        ("三百多块一套", [("三百多块", "300.00", "CNY")]),
        ("他想6w9拿", [("6w9", "69000.00", "CNY")]),
        ("从十二万一路谈到九万八", [("十二万", "120000.00", "CNY"), ("九万八", "98000.00", "CNY")]),
        ("价格从3.8谈到3.55", [("3.8", "3.80", "CNY"), ("3.55", "3.55", "CNY")]),
        ("一块一毛五一只", [("一块一毛五", "1.15", "CNY")]),
        ("￥１２，８００那套", [("￥１２，８００", "12800.00", "CNY")]),
        ("款到了，12,800整", [("12,800", "12800.00", "CNY")]),
        ("38600那笔到了没", [("38600", "38600.00", "CNY")]),
        ("二十万能签吗", [("二十万", "200000.00", "CNY")]),
        ("预算一百二到一百五十万", [("一百二", "1200000.00", "CNY"), ("一百五十万", "1500000.00", "CNY")]),
        (
            "主机1280，安装650，合计1930",
            [("1280", "1280.00", "CNY"), ("650", "650.00", "CNY"), ("1930", "1930.00", "CNY")],
        ),
        ("标间三百二 三人间两百八", [("三百二", "320.00", "CNY"), ("两百八", "280.00", "CNY")]),
        ("又加了两千，到四万二", [("四万二", "42000.00", "CNY")]),
        ("四千一晚", [("四千", "4000.00", "CNY")]),
        ("RM 45k", [("RM 45k", "45000.00", "MYR")]),
        ("給您報價二十萬", [("二十萬", "200000.00", "CNY")]),
    ],
)
def test_amounts(text, expected):
    found = amounts(text)
    assert [(a.text, str(a.value), a.currency) for a in found] == expected
    assert all(text[a.span[0] : a.span[1]] == a.text for a in found)


@pytest.mark.parametrize(
    "text",
    [
        "千万别忘了", "几十万", "十几万", "上百万", "百万级", "5万台", "2w粉丝", "500W电机", "4k屏",
        "九五折", "降两个点",
        "一万个理由", "十万八千里", "100万像素", "第5万", "首付30%", "DS-2CD3T46",
        "13811112026", "预算80到100", "1万年",
        "12w的灯和18w的灯各发五十个", "寿命是5万次，不是5万小时", "灯具能不能做5000K",
        "对手汇众报到了四十七万，低得离谱", "原厂报他们二十六万",
        "比我们低三万", "又砍了两万", "别家只要18万", "贵了五千块", "十几万件",
        "输给友商两万块钱", "税率从13改成9", "要三百块价签屏", "型号1280，编号650，合计两台",
    ],
)  # fmt: skip
def test_no_money(text):
    assert amounts(text) == ()


def test_shares_and_counts():
    assert [str(p.value) for p in percentages("首付30%，尾款三成，让两个点")] == ["0.3", "0.3", "0.02"]
    assert [(q.text, int(q.value), q.unit) for q in quantities("50台，每台8千，配件2万件，三个月")] == [
        ("50台", 50, "台"),
        ("2万件", 20000, "件"),
    ]


@pytest.mark.parametrize(
    ("words", "value"),
    [("二十六", 26), ("廿六", 26), ("二〇二六", 2026), ("两百五", 250), ("一百零五", 105), ("一亿两千万", 120000000)],
)
def test_integer(words, value):
    assert integer(words) == value


def test_no_number_is_none():
    assert integer("周五") is None and integer("") is None and decimal("两三") == Decimal(23)


@given(st.integers(1, 9999))
def test_figures_before_wan_are_exact(n):
    assert [a.value for a in amounts(f"总价{n}万元。")] == [Decimal(n) * 10000]


@given(st.text(alphabet="0123456789.,一二三两百千万亿元块w%-到多个台¥$ 价", max_size=40))
def test_spans_hold_for_any_text(text):
    for finding in (*amounts(text), *percentages(text), *quantities(text)):
        start, end = finding.span
        assert 0 <= start < end <= len(text) and text[start:end] == finding.text
