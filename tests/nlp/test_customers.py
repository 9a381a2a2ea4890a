"""Known customers by every way of saying them, misspelt ones, new ones, and words that only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.customers import NameEntry, NameIndex
from nlp.names import forms, parts
from tests.nlp.reader import KNOWN, customers, index, reading


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("华东医疗器械有限公司今天来电话了", "华东医疗器械有限公司", "华东医疗器械有限公司"),
        ("华东医械王总说预算已批", "华东医械", "华东医疗器械有限公司"),
        ("上午去了恒川精密", "恒川精密", "上海恒川精密机械股份有限公司"),
        ("上海恒川那边要报价", "上海恒川", "上海恒川精密机械股份有限公司"),
        ("恒川的李工要案例", "恒川", "上海恒川精密机械股份有限公司"),
        ("瑞和医疗要试用", "瑞和医疗", "瑞禾医疗科技有限公司"),
        ("旭辉轴城的裴工要两套密封", "旭辉轴城", "旭辉轴承有限公司"),
        ("宁波三院的彭主任要案例", "宁波三院", "宁波市第三人民医院"),
        ("松涛何校长定了周四看演示", "松涛", "松涛教育集团有限公司"),
    ],
)
def test_a_known_customer_is_found_however_it_is_said(text: str, said: str, name: str) -> None:
    assert (said, name) in customers(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("刚从远洋物流出来，他们要三台叉车", "远洋物流"),
        ("苏州科瑞精密的刘工回电话了", "苏州科瑞精密"),
        ("星海职业学院装备处周处长要方案", "星海职业学院"),
        ("南港码头的龚主任没回消息", "南港码头"),
        ("给诚达齿轮的样件寄了", "诚达齿轮"),
        ("合同发给玉龙山庄酒店管理有限公司了", "玉龙山庄酒店管理有限公司"),
        ("客户是做冻干水果的乐鲜谷", "乐鲜谷"),
        ("跟Bright Dental签合同的事下周定", "Bright Dental"),
    ],
)
def test_a_new_company_is_proposed_under_its_own_name(text: str, name: str) -> None:
    found = reading(text).customers
    assert [(c.name, c.known) for c in found] == [(name, False)]


@pytest.mark.parametrize(
    "text",
    [
        "东方红那个电影你们看过没",
        "楼下超市鸡蛋又涨价了",
        "德邦今天揽件慢得要死",
        "西安分公司的团建定在下周五",
        "客户要20套气体传感器的价格",
        "他们要换实木地板，周五要报价",
        "谁知道哪家牙科诊所便宜",
        "友商江南换热报得最狠",
    ],
)
def test_what_only_looks_like_a_customer_is_none(text: str) -> None:
    assert customers(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("马上到，堵在高架上", "马上到汽车救援有限公司"),
        ("精诚所至金石为开", "精诚律师事务所"),
        ("大禹治水三过家门不入", "大禹节水灌溉有限公司"),
        ("梦见自己签了个大单，笑醒了", "大单文化传播工作室"),
        ("老地方见，我开车接你们", "老地方火锅餐饮管理有限公司"),
        ("方便的话回我一下", "方便面馆"),
    ],
)
def test_a_short_name_in_a_saying_or_of_every_day_is_no_customer(text: str, name: str) -> None:
    assert customers(text, names=NameIndex([NameEntry("one", name)])) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("跟马上到约了周四看车", "马上到汽车救援有限公司"),
        ("振兴轴承要再订两千套", "临清市振兴轴承有限公司"),
        ("荣城水务老关没回我", "荣成市水务集团有限公司"),
        ("农商行后勤的小鄢说招标挂网了", "宿松农村商业银行股份有限公司"),
        ("石化二厂的检修计划出来了", "庆化石化第二炼油厂"),
        ("佰草园药店总部来电", "荆门佰草园大药房连锁有限公司"),
    ],
)
def test_a_house_is_known_by_what_its_town_calls_it(text: str, name: str) -> None:
    assert [found for _, found in customers(text, names=NameIndex([NameEntry("one", name)]))] == [name]


def test_two_like_names_stay_in_question() -> None:
    names = NameIndex([NameEntry("1", "启明制造有限公司"), NameEntry("2", "启明新材有限公司")])
    mention = reading("启明那边预算批了", names).customers[0]
    assert {candidate.id for candidate in mention.candidates} == {"1", "2"}
    assert mention.confidence < 0.7


def test_a_contact_settles_which_of_two_is_meant() -> None:
    names = NameIndex([NameEntry("1", "启明制造有限公司"), NameEntry("2", "启明新材有限公司", contacts=("郑总",))])
    assert reading("启明郑总说预算批了", names).customers[0].id == "2"


def test_the_heavier_of_two_comes_first() -> None:
    names = NameIndex([NameEntry("1", "启明制造有限公司"), NameEntry("2", "启明新材有限公司", weight=1.0)])
    assert names.candidates("启明")[0].id == "2"


def test_a_contact_leads_to_the_known_customer() -> None:
    deal = reading("王总说预算已批").deals[0]
    assert (deal.customer, deal.customer_id, deal.mention) == ("华东医疗器械有限公司", "east", None)


def test_a_name_can_be_taken_out_and_put_back() -> None:
    names = index()
    names.remove("east")
    assert names.find("华东医械") == [] and names.of_contact("王总") == () and names.get("east") is None
    names.add(KNOWN[0])
    assert names.find("华东医械")[0].id == "east" and len(names) == len(KNOWN)


def test_adding_again_replaces() -> None:
    names = NameIndex([NameEntry("1", "恒川物流有限公司")])
    names.add(NameEntry("1", "瑞丰包装有限公司"))
    assert names.find("恒川物流") == [] and names.find("瑞丰包装")[0].name == "瑞丰包装有限公司"


def test_taking_one_of_two_with_the_same_form_leaves_the_other() -> None:
    names = NameIndex([NameEntry("1", "恒川物流有限公司"), NameEntry("2", "恒川电子有限公司")])
    names.remove("1")
    assert [c.id for c in names.candidates("恒川")] == ["2"]


def test_a_strange_character_in_the_proper_part_makes_another_company() -> None:
    names = NameIndex([NameEntry("1", "科达物流有限公司")])
    assert names.alike("科瑞物流") == ()
    assert [c.id for c in names.alike("科打物流")] == ["1"]
    assert [c.id for c in names.alike("达科物流")] == ["1"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("恒川瑞禾启明松涛物流医疗科技教育", min_size=3, max_size=8), min_size=1, max_size=8, unique=True)
)
def test_every_name_is_found_under_itself_whatever_stands_beside_it(given_names: list[str]) -> None:
    names = NameIndex(NameEntry(str(n), name) for n, name in enumerate(given_names))
    for n, name in enumerate(given_names):
        assert str(n) in {candidate.id for candidate in names.candidates(name)}
    for n in range(len(given_names)):
        names.remove(str(n))
    assert len(names) == 0 and all(not names.candidates(name) for name in given_names)


def test_a_name_is_taken_apart() -> None:
    assert tuple(parts("上海恒川精密机械股份有限公司")) == ("上海", "恒川", ("精密机械",), "股份有限公司")
    assert tuple(parts("启辰汽修服务有限公司"))[:2] == ("", "启辰")


def test_the_forms_of_a_name_hold_the_common_short_ones() -> None:
    said = {form.text for form in forms("华东医疗器械有限公司")}
    assert {"华东医疗器械", "华东医械", "华东医疗"} <= said and "华东" not in said
