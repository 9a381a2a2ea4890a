"""Where a message puts a deal; above all, where it must not put it."""

from __future__ import annotations

import pytest

from nlp.read import Context
from tests.nlp.reader import reading, stage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("首次上门，凤凰岭林场，鲁场长接待", "initial_contact"),
        ("昨天刚加上李总微信", "initial_contact"),
        ("陈主任那边需求确认了，型号数量都定好了", "needs_confirmed"),
        ("岳科长说预算45万以内", "needs_confirmed"),
        ("今天给刘院长演示完了，效果不错", "solution_demo"),
        ("松涛何校长定了周四下午两点看演示", "solution_demo"),
        ("方案昨天发给周主任了", "solution_demo"),
        ("报价单发给郑总了，217万", "negotiation"),
        ("郑总嫌贵，让再降五个点", "negotiation"),
        ("王总说下周三签合同", "contract_signing"),
        ("法务过了，合同走用印", "contract_signing"),
        ("条款都谈妥了，合同在走审批", "contract_signing"),
        ("中标公告出来了，项目是我们中的", "contract_signing"),
        ("合同昨天签回来了", "won"),
        ("王总上周已经签了合同", "won"),
        ("金穗粮油首付款今天到账了", "won"),
        ("恒川的采购订单下了", "won"),
        ("瑞禾那边选了别家", "lost"),
        ("李总通知项目取消了", "lost"),
        ("没入围，技术分差了2分", "lost"),
    ],
)
def test_a_fact_puts_the_deal_on_its_stage(text: str, expected: str) -> None:
    assert stage(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "合同还没签呢",
        "王总那边合同能签吗？",
        "合同什么时候签",
        "法务过了就签合同",
        "只要价格再降点，王总就签合同",
        "等法务过了再签合同",
        "如果预算批了，王总下周签合同",
        "王总应该下周签合同",
        "估计合同已经签了",
        "希望王总这周签合同",
        "王总说先不签合同",
        "合同签不了",
        "合同签了没",
        "签没签合同？王总",
        "什么叫赢单？就是合同签了、款到了",
        "比如客户把合同签了，系统里才算赢单",
        "销售培训第三课：合同签了之后怎么跟进",
        "开玩笑的，王总合同签了",
        "说错了，王总没签合同，是签到",
        "快递我签收了",
        "签证下来了，周三出发",
        "隔壁组的单子签了",
        "王总没批预算",
        "记得让王总签合同",
        "考虑考虑再说吧，王总说的",
        "项目没取消",
        "王总问合同签了没有",
    ],
)
def test_what_is_no_fact_puts_it_nowhere(text: str) -> None:
    assert stage(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王总还没签", None),
        ("王总能签吗？", None),
        ("法务过了王总就签", None),
        ("王总上周已经签了", "won"),
        ("王总说下周签", "contract_signing"),
    ],
)
def test_five_ways_of_signing_are_five_things(text: str, expected: str | None) -> None:
    assert stage(text) == expected


def test_the_furthest_of_several_is_the_message_s() -> None:
    assert stage("王总报价单昨天收到了，法务过了，合同走用印") == "contract_signing"


def test_a_future_signing_carries_its_day() -> None:
    found = reading("王总说下周三签合同").stage
    assert found is not None and found.when is not None
    assert found.when.start.date().isoformat() == "2026-03-18"


def test_bare_words_count_when_a_customer_was_spoken_of_just_before() -> None:
    assert stage("签了") is None
    assert stage("签了", context=Context("华东医疗器械有限公司", "east")) == "won"
