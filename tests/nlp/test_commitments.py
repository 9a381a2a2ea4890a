"""Who undertakes what, by when."""

from __future__ import annotations

import pytest

from tests.nlp.reader import promises, reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我周五前把报价单发给王总", [("us", "发报价单", "2026-03-13")]),
        ("方案我今晚发给何校长", [("us", "发方案", "2026-03-10")]),
        ("明天给胡总把检测报告发过去", [("us", "发检测报告", "2026-03-11")]),
        ("王总答应下周五之前给答复", [("customer", "给答复", "2026-03-20")]),
        ("财务说下周三打款，李总那边", [("customer", "打款", "2026-03-18")]),
        ("答应了赵厂长周五下班前给备件清单", [("us", "给备件清单", "2026-03-13")]),
        ("刘工让我先报个总价，我说明天", [("us", "报总价", "2026-03-11")]),
        ("我明天下午3点前把CAD图发给李工", [("us", "发CAD图", "2026-03-11T15:00:00+08:00")]),
        ("甘经理说13号之前把用户名单给我们", [("customer", "给用户名单", "2026-03-13")]),
        ("资料我稍后发您", [("us", "发资料", None)]),
        ("王总要一份点位的明细，我明早发", [("us", "发明细", "2026-03-11")]),
        ("何校长让我们先寄两套课桌椅的色板过去，我明天寄", [("us", "寄色板", "2026-03-11")]),
        ("王总要体检套餐的明细，我明早发他", [("us", "发明细", "2026-03-11")]),
        ("我跟王总约定周四给他样板，别到时候掉链子", [("us", "给样板", "2026-03-12")]),
    ],
)
def test_a_promise_has_its_side_its_words_and_its_day(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert promises(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("郝姐，图我画好了，晚上八点前传您", [("us", "传图", "2026-03-10T20:00:00+08:00")]),
        ("我跟邢总说好，价格保留到8月10号", [("us", "保留价格", "2026-08-10")]),
        ("老庞说周五打五万，我信他一回", [("customer", "打五万", "2026-03-13")]),
        ("苗木死了的我们包换，月底前补种完", [("us", "补种完", "2026-03-31")]),
        ("押金我让会计下午退您微信", [("us", "退押金", "2026-03-10")]),
        ("尾数不够的那八百册我们补印，周一送", [("us", "补印", "2026-03-16")]),
        ("质检的老柴让我们出8D，我应下来了，三个工作日内", [("us", "出8D", "2026-03-13")]),
        ("授权书原件我今天寄，您留意查收", [("us", "寄授权书原件", "2026-03-10")]),
        ("客户昨天答应周五打款", [("customer", "打款", "2026-03-13")]),
        ("客户那边说好由他们报关行今天给我们放行条", [("customer", "给放行条", "2026-03-10")]),
        ("咱们周四交复核意见，对方认了", [("us", "交复核意见", "2026-03-12")]),
        ("批文扫描件我下午让我同事发您QQ", [("us", "发批文扫描件", "2026-03-10")]),
        ("和客户IT确认过，VPN账号他们今天开好", [("customer", "开好VPN账号", "2026-03-10")]),
    ],
)
def test_words_tell_whether_and_whose_the_build_of_clauses_what_and_when(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert promises(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("她约我们下周二过去给他们团队讲一下产品", []),
        ("约死了,下周二上午九点半到力驰现场焊一根样梁给他们总工看", []),
        ("跟王总约好周四把样册发他看看", [("us", "发样册", "2026-03-12")]),
    ],
)
def test_a_visit_or_a_demo_that_is_arranged_is_no_promise_what_is_handed_over_is(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert promises(text) == expected


def test_of_two_sides_each_has_its_promise() -> None:
    assert promises("说好了，我明天出清单，他们后天回意见") == [
        ("us", "出清单", "2026-03-11"),
        ("customer", "回意见", "2026-03-12"),
    ]


@pytest.mark.parametrize(
    "text", ["办完了告诉我", "别忘了周五给贺主任发邀请函", "我哪敢给他打包票", "监理例会要求各单位周四前上报安全台账"]
)
def test_words_of_a_promise_do_not_make_one_of_a_request_or_a_doubt(text: str) -> None:
    assert promises(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "王总让我们发报价单",
        "报价单昨天发给王总了",
        "我尽量周五前发报价单",
        "周五前能发报价单吗？王总问",
        "我周五前发不了报价单",
        "如果王总同意，我周五前发报价单",
        "王总说下周三签合同",
        "我明天回家",
        "你周五前把报价单发给王总",
        "打算周五给王总发方案",
        "王总说打款要等财务科长回来签字，出差到周四",
        "周五前把客户分级表交给内勤",
        "今晚给客户庆生，送了个蛋糕",
        "客户：下周一之前把资质发我，我要存档",
    ],
)
def test_what_nobody_undertakes_is_no_promise(text: str) -> None:
    assert promises(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "友商承诺一周内给客户交货",
        "请贵司于周五前提供营业执照副本",
        "答应王总的样品到现在也没寄",
        "我没答应王总周三发报价单",
        "小武，王总的样品明天一定寄出去",
        "小周你跟一下，明天给王总出个报价",
        "一般报价当天就给客户，这是规矩",
        "领导，明天我请假，报价单晚点补",
    ],
)
def test_whose_word_counts_for_nothing_promises_nothing(text: str) -> None:
    assert promises(text) == []


def test_more_that_speaks_for_a_promise_makes_it_surer() -> None:
    note, promise, vow = (
        reading(text).commitments[0].confidence
        for text in ("合同明天发", "我明天把合同发给王总", "我答应王总明天把合同发给他")
    )
    assert note < promise < vow


def test_the_customer_s_own_we_is_the_customer() -> None:
    assert promises("我们周五前付款", speaker="customer") == [("customer", "付款", "2026-03-13")]


def test_one_promise_spoken_of_twice_is_one() -> None:
    assert promises("答应给王总寄两盒样品，今天下午就寄") == [("us", "寄样品", "2026-03-10")]
