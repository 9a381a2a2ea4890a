"""Signals, also in questions, and the contact that a message reports."""

from __future__ import annotations

import pytest

from nlp.signals import SIGNALS
from tests.nlp.reader import action, reading, signals


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("王总说预算已批", "budget_approved"),
        ("院长说今年没有预算", "budget_missing"),
        ("王总那边法务过了", "legal_passed"),
        ("今天见到了他们董事长", "decision_maker_met"),
        ("他们内部会上通过了", "internally_approved"),
        ("郑总说太贵了", "price_objection"),
        ("客户问能不能月底前交货，等不及", "delivery_concern"),
        ("周主任说再考虑考虑", "considering"),
        ("李总说友商也在谈", "competitor_mentioned"),
        ("王总问能不能先试用两周", "asks_trial"),
        ("刘工让我们先报个价", "asks_quote"),
        ("陈总催合同模板，让我们发一份", "asks_contract"),
        ("李科长找我要同行业的案例", "asks_cases"),
        ("夏总问实施周期要多久", "asks_timeline"),
        ("邵科长要一份三家的对比表", "asks_comparison"),
        ("客户那边技术对接人换成了丁磊", "names_tech_contact"),
        ("何校长提出周四下午来给他们演示", "proposes_demo_time"),
        ("首付款今天到账了", "payment_made"),
        ("郑总三天没回消息", "silent_customer"),
    ],
)
def test_a_signal_is_carried(text: str, signal: str) -> None:
    assert signal in signals(text) and signal in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "王总预算还没批",
        "客户不嫌贵，嫌的是颜色",
        "我明天给王总发报价单",
        "大家考虑一下周末去哪玩",
        "小周你跟一下，明天给客户出个报价",
        "法务还没过，王总在催",
    ],
)
def test_a_negated_one_or_our_own_deed_is_none(text: str) -> None:
    assert signals(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王总刚才来电话了", "phone"),
        ("微信上跟李总聊了聊", "wechat"),
        ("上午拜访了周主任", "visit"),
        ("刚从恒川出来", "visit"),
        ("今天给刘院长演示完了", "demo"),
        ("报价单已经发到李总邮箱了", "email"),
        ("样品顺丰寄给陈工了", "other"),
        ("跟周主任约好下周三上门拜访", "visit"),
        ("王总说预算已批", None),
        ("改天去拜访王总", None),
        ("王总电话打不通", None),
        ("谁去给王总演示？", None),
    ],
)
def test_the_contact_that_was_had(text: str, expected: str | None) -> None:
    assert action(text) == expected


def test_an_arranged_contact_has_its_day() -> None:
    found = reading("松涛何校长定了周四下午两点看演示").action
    assert found is not None and found.arranged and found.when is not None
    assert found.when.start.isoformat() == "2026-03-12T14:00:00+08:00"
