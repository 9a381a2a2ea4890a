"""People on the customer's side, and people who are not."""

from __future__ import annotations

import pytest

from nlp.customers import NameIndex
from tests.nlp.reader import people, reading


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("王总说预算已批", ("王", "总")),
        ("给陈建国总经理发了方案", ("陈建国", "总经理")),
        ("设备科陈科长要案例", ("陈", "科长")),
        ("刚跟采购总监方敏通了电话", ("方敏", "采购总监")),
        ("技术对接找信息科马骏", ("马骏", None)),
        ("欧阳经理把合同发来了", ("欧阳", "经理")),
        ("老韩说他们不急，年底再签", ("老韩", None)),
        ("理事长老魏今天来了", ("老魏", "理事长")),
        ("国际部主任Tracy要看案例", ("Tracy", "主任")),
        ("Jason Tan说价格太高", ("Jason Tan", None)),
        ("联系人 高媛 教学总监 13800138000", ("高媛", "教学总监")),
        ("王總話預算批咗", ("王", "總")),
        ("客户那边对接人换成了丁磊", ("丁磊", None)),
        ("品牌总监戴琳要看打样", ("戴琳", "品牌总监")),
        ("电商运营总监欧文看了样册", ("欧文", "电商运营总监")),
        ("俞矿长让我们先装一台", ("俞", "矿长")),
        ("李厂来电，图纸可以走了", ("李", "厂")),
        ("王总公司那边还要再谈", ("王", "总")),
        ("刘总会亲自来看样机", ("刘", "总")),
        ("IT经理 Sandeep", ("Sandeep", "IT经理")),
        ("对方财务叫小雪，让我把对账单发她", ("小雪", None)),
        ("涛总好久没下单了", ("涛", "总")),
        ("巴特尔场长要三台割草机", ("巴特尔", "场长")),
        ("负责采购的是赵海燕", ("赵海燕", None)),
        ("我听老冼的口气还有戏", ("老冼", None)),
        ("跟谭副县长当面聊了", ("谭", "副县长")),
        ("鲁总这单还没给我", ("鲁", "总")),
        ("老总尹志刚面对面谈的", ("尹志刚", "老总")),
        ("我叫才让卓玛，想了解一下", ("才让卓玛", None)),
        ("理事长包巴特尔下的定", ("包巴特尔", "理事长")),
        ("阮氏香要报价", ("阮氏香", None)),
        ("验收单上签字的是侯海涛", ("侯海涛", None)),
        ("約咗陳生，佢話要傾下先", ("陳", "生")),
        ("趁广交会约Cathy聊聊", ("Cathy", None)),
    ],
)
def test_a_person_is_found_with_the_title(text: str, person: tuple[str, str | None]) -> None:
    assert people(text) == [person]


@pytest.mark.parametrize(
    "text",
    [
        "财务总监还没批",
        "@小周 下班前把周报交一下",
        "跟我们王总汇报过了",
        "老张的单子被法务卡住了",
        "每周经理例会改到周三",
        "总共三台，总价再谈",
        "施工队说工期45天",
        "违约金写多少你跟法务商量",
        "老方案不行，得换",
        "谢谢师傅",
        "周总结写完了",
        "我们华北大区的王总监下周来",
        "宋姐烘焙的面粉一袋195",
        "昨晚那局麻将亏大了",
        "他们分管副局长没空",
        "尺寸我让木工量完",
        "养老金涨了八十",
        "客户电话都让小郑替我接",
        "房东李姐又涨房租",
        "友商那边的刘总监跳槽了",
        "高工证书考下来了",
        "春播的包衣剂要12吨",
        "咱组老丁的孩子满月",
    ],
)
def test_nobody_on_the_other_side_is_named(text: str) -> None:
    assert people(text) == []


def test_the_words_of_a_person_stand_in_the_text() -> None:
    contact = reading("今天见了装备科的刘主任").contacts[0]
    assert (contact.text, contact.department) == ("刘主任", None)
    assert reading("王总来电").contacts[0].customers[0].id == "east"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("瑞盈纺织财务小丁说汇款单号对不上，你查查", [("小丁", None)]),
        ("洪达印务的小梁离职了，新来的还没对接", [("小梁", None)]),
        ("皖南宣纸坊曹师傅要一台打浆机，说声音要小", [("曹", "师傅")]),
        ("他们家王海涛经理，还有徐工、小骆，明天一起来厂里", [("王海涛", "经理"), ("徐", "工"), ("小骆", None)]),
        ("小丁说报销单号对不上，你查查", []),
    ],
)
def test_the_young_people_of_a_house_that_is_new_are_theirs(said: str, found: list[tuple[str, str | None]]) -> None:
    assert people(said, names=NameIndex()) == found
