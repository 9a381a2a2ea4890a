"""Cards of promises: the words of VOICE.md, and its budgets whatever the names."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from adapters.messages import Card
from bot.clock import SHANGHAI
from bot.followup.morning import Morning
from bot.followup.view import Matter
from bot.replies import digest, turned
from bot.replies import followup as say
from nlp.workdays import Calendar
from storage.records import Commitment, Evidence, Opportunity

CALENDAR = Calendar.national()
NOW = datetime(2026, 3, 12, 17, 40, tzinfo=SHANGHAI)


def promise(what: str = "发报价单", due: date | datetime | None = date(2026, 3, 13), **more) -> Commitment:
    return Commitment(
        id=f"pro_{what}", customer_id="cus_1", by="us", what=what, due=due, owner_id="m", author_id="m",
        recorder_id="m", said_at=datetime(2026, 3, 10, 10, tzinfo=SHANGHAI), **more,
    )  # fmt: skip


def matter(one: Commitment, **more) -> Matter:
    return Matter(one, **{"customer": "瑞禾医疗", "contact": "周主任", "owner": "张伟", **more})


def facts(card: Card) -> list[tuple[str, str]]:
    return [(fact.label, fact.value) for fact in card.facts]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def test_ahead():
    card = say.ahead([matter(promise(quote="我周五前把报价单发过去"))], NOW)
    assert (card.title, card.status) == ("明天到期：发报价单", "周五 3月13日前 · 瑞禾医疗 周主任")
    assert facts(card) == [("原话", "“我周五前把报价单发过去”（3月10日）")]
    assert [button.label for button in card.buttons] == ["已经发了", "改时间", "不用了"]
    assert say.ahead([matter(promise(due=date(2026, 3, 16)))], NOW).title == "周一到期：发报价单"
    clock = promise("打电话", at("03-12T19:40"))
    assert say.ahead([matter(clock)], NOW).title == "今天 19:40 到期：打电话"
    assert say.ahead([matter(clock)], NOW).status == "周四 3月12日 19:40 前 · 瑞禾医疗 周主任"


def test_on_the_day():
    at_hand = Evidence(id="evi_1", kind="document_sent", file="瑞禾报价_v2.pdf", member_id="m", at=NOW)
    card = say.on_the_day([matter(promise())], at("03-13T14:10"), at_hand)
    assert (card.title, card.status) == ("今天到期：发报价单", "周五 3月13日 · 瑞禾医疗 周主任")
    assert facts(card) == [("现成", "瑞禾报价_v2.pdf（3月12日 存的）")]


def test_late():
    card = say.late([matter(promise())], at("03-13T18:10"), CALENDAR)
    assert (card.title, card.status) == ("报价单还没见到", "瑞禾医疗 周主任 · 原定 周五 3月13日")
    assert facts(card) == [("可以发", "“周主任，报价单周一给您。”")]
    assert [button.label for button in card.buttons] == ["已经发了", "改到周一", "改时间", "请人帮忙"]
    assert say.late([matter(promise("打电话"))], NOW, CALENDAR).title == "打电话：办了吗？"


def test_late_to_the_manager():
    deal = Opportunity(
        id="opp_1", customer_id="cus_1", owner_id="m", name="首单", pipeline="default", stage="negotiation",
        stage_since=NOW, created_at=NOW, amount=Decimal(860_000),
    )  # fmt: skip
    card = say.late_manager([matter(promise(), opportunity=deal)], at("03-13T18:40"))
    assert (card.title, card.status) == ("1 件答应客户的事没闭环", "张伟 · 瑞禾医疗 · ¥86 万")
    assert facts(card) == [("承诺", "发报价单，周五 3月13日"), ("张伟说", "（还没回）")]
    assert [button.label for button in card.buttons] == ["问问他", "延一天", "改派", "知道了"]
    two = say.late_manager([matter(promise()), matter(promise("发排期"), owner="李娜")], at("03-13T18:40"))
    assert (two.title, two.status) == ("2 件答应客户的事没闭环", "张伟 1 件，李娜 1 件")
    assert facts(two)[1] == ("②李娜", "发排期 · 瑞禾医疗 · 周五 3月13日")
    assert [option.label for option in two.choice.options] == ["① 发报价单", "② 发排期"]


def test_closed():
    proof = Evidence(id="evi_1", kind="document_sent", file="瑞禾报价_0312.pdf", member_id="m", at=NOW)
    done = promise(state="kept", closed_at=at("03-12T16:20"))
    card = say.closed(matter(done, proof=proof), NOW, CALENDAR)
    assert (card.title, card.status) == ("闭环：发报价单", "周四 3月12日 16:20，提前 1 天")
    assert facts(card) == [("客户", "瑞禾医疗 周主任"), ("材料", "瑞禾报价_0312.pdf（你发的）")]
    late = promise(state="kept", closed_at=at("03-16T09:20"))
    assert say.closed(matter(late), NOW, CALENDAR).status == "周一 3月16日 09:20"


def test_the_customers_word():
    card = say.customers_word(matter(promise("回复")), at("03-13T14:10"))
    assert (card.title, card.status) == ("周主任说今天回复", "周五 3月13日 · 瑞禾医疗")
    assert say.customers_word(matter(promise("回复")), at("03-16T08:40")).title == "周主任说周五回复"


def test_the_morning():
    clock = promise("发演示议程", at("03-13T14:00"))
    morning = Morning(
        today=(matter(clock, customer="松涛教育"),), late=(matter(promise("发排期", date(2026, 3, 12))),), waiting=2
    )
    card = digest.rep(morning, "张伟", at("03-13T08:40"))
    assert (card.title, card.status) == ("早，张伟，今天 2 件", "周五 3月13日")
    assert facts(card) == [
        ("14:00", "松涛教育：发演示议程"), ("还没见到", "瑞禾医疗：发排期，原定 周四 3月12日"), ("等你点", "2 张卡"),
    ]  # fmt: skip
    assert [button.label for button in card.buttons] == ["看等点的", "第一件好了", "今天请假"]


def test_what_was_missed():
    missed = digest.Missed(
        at("03-06T17:05"), at("03-09T08:52"),
        due=(matter(promise("发演示议程"), customer="松涛教育"), matter(promise("回电话"))),
        gone=(matter(promise("参加例会")),), heard=6,
    )  # fmt: skip
    card = digest.late_digest(missed)
    assert (card.title, card.status) == ("补一下：我周末没在线", "3月6日 17:05 – 3月9日 08:52")
    assert facts(card) == [
        ("你发的", "6 句都在，已读完"), ("过点的", "2 件：松涛教育演示议程、瑞禾医疗回电话"),
        ("不补的", "1 件已过期（瑞禾医疗参加例会）"),
    ]  # fmt: skip
    assert [button.label for button in card.buttons] == ["看 2 件"]


def test_the_seal():
    text = digest.seal(at("03-10T18:45"), 1284, at("03-09T18:45"), "9c1f").text
    assert text == "【封账】3月10日 18:45，记录 1,284 条，接上 3月9日，核对通过。指纹 9c1f"
    assert digest.broken(8412).title == "封账对不上：第 8,412 条"


NAMES = st.text("华东医疗器械有限公司甲乙 ABc", min_size=2, max_size=40)
WHATS = st.text("发回打报价单合同安装排期方案", min_size=2, max_size=40)
DUES = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.just(at("03-13T15:00")))
MATTERS = st.builds(
    lambda what, due, customer, contact, owner, quote: matter(
        promise(what, due, quote=quote), customer=customer, contact=contact, owner=owner[:6]
    ),
    WHATS, DUES, NAMES, st.one_of(st.just(""), NAMES), NAMES, st.text(max_size=80),
)  # fmt: skip


def within_budget(card: Card) -> None:
    assert 0 < len(card.title) <= 26, card.title
    assert len(card.status) <= 30, card.status
    assert len(card.facts) <= 6
    for fact in card.facts:
        assert len(fact.label) <= 5, fact
        assert len(fact.value) <= 26, fact
    assert len(card.why + card.footer) <= 112
    assert len(card.buttons) <= 5
    assert all(len(button.label) <= 12 for button in card.buttons)
    if card.choice:
        assert len(card.choice.options) <= 10
        assert all(len(option.label) <= 12 for option in card.choice.options)


@given(st.lists(MATTERS, min_size=1, max_size=6), st.integers(-200, 200))
def test_every_card_keeps_its_budget(matters, days):
    now = NOW + timedelta(days=days)
    one = matters[0]
    file = Evidence(id="evi_1", kind="other", file="很长的名字" * 12 + ".pdf", member_id="m", at=now)
    cards = [
        say.ahead(matters, now), say.on_the_day(matters, now, file), say.late(matters, now, CALENDAR),
        say.late_manager(matters, now), say.late_manager(matters, now, {one.promise.id: "说" * 200}),
        say.customers_word(one, now), say.which(matters, now, file=file.file or ""),
        say.which(matters, now, said="发" * 99),
        say.closed(Matter(one.promise, one.customer, one.contact, proof=file), now, CALENDAR),
        turned.file_wanted(one, "点〔补材料〕上传", "https://x"), turned.moved(one, now), turned.why_not(one),
        turned.withdrawn(one, "理由" * 20), turned.reopened(one, now),
        turned.move_to(one, [now.date() + timedelta(n) for n in range(4)], now.date()),
        digest.rep(Morning(tuple(matters), tuple(matters), tuple(matters), ("问题" * 20,), 3), "名字" * 9, now),
        digest.late_digest(digest.Missed(now - timedelta(days=40), now, tuple(matters), tuple(matters), 3)),
    ]  # fmt: skip
    for card in cards:
        within_budget(card)
