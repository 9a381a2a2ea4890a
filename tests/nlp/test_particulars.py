"""Who is meant, what he is, how he is reached and whose doing it is, put right in a short sentence."""

from __future__ import annotations

import pytest

from nlp.particulars import Particular, Person, parse
from tests.nlp.reader import reading

WANG, LI = Person("王", "总"), Person("李", "总")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("不是王总，是李总", Particular("contact", WANG, LI)),
        ("是李总，不是王总", Particular("contact", WANG, LI)),
        ("李总，不是王总", Particular("contact", WANG, LI)),
        ("不对，是李主任", Particular("contact", None, Person("李", "主任"))),
        ("说错了，李主任", Particular("contact", None, Person("李", "主任"))),
        ("联系人是信息科马工", Particular("contact", None, Person("马", "工", "信息科"))),
        ("王总是采购总监", Particular("title", WANG, Person("王", "采购总监"))),
        ("他的职务是采购经理", Particular("title", None, Person("", "采购经理"))),
        ("不对，他是采购经理", Particular("title", None, Person("", "采购经理"))),
        ("王总叫王建国", Particular("name", WANG, Person("王建国", "总"))),
        ("电话是13912345678", Particular("phone", phone="+8613912345678")),
        ("王总的手机号是139 1234 5678", Particular("phone", WANG, phone="+8613912345678")),
        ("电话错了，是13912345678", Particular("phone", phone="+8613912345678")),
        (
            "不是13812345678，是13912345678",
            Particular("phone", phone="+8613912345678", old_phone="+8613812345678"),
        ),
        ("是他们发，不是我们", Particular("by", by="customer")),
        ("不是我们发，是他们发", Particular("by", by="customer")),
        ("是我们发，不是客户发", Particular("by", by="us")),
        ("不对，是客户寄", Particular("by", by="customer")),
        ("错了，应该是我发", Particular("by", by="us")),
    ],
)
def test_what_is_put_right(said: str, found: Particular) -> None:
    assert parse(said, reading) == found
    assert parse(f" {said}。", reading) == found


@pytest.mark.parametrize(
    "said",
    [
        "王总说预算已批",
        "王总是不是换了？",
        "是王总吗",
        "不是华东，是华南",
        "是下周四",
        "金额是38万",
        "王总电话没打通",
        "他是老客户了",
        "王总是个爽快人",
        "是我们发的方案，他们看了",
        "今天和王总通了电话，不是李总",
        "不是王总说的价格，是李总报的",
        "联系不上王总，换李总",
        "13912345678",
        "客户叫我们去",
    ],
)
def test_plain_talk_stays_talk(said: str) -> None:
    assert parse(said, reading) is None
