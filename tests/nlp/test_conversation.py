"""A pasted chat read as one: by whom, to whom, since when, and what still stands at its end."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import shipped
from nlp.read import Context, read
from nlp.reading import Reading, Speaker
from nlp.scoring import likeness
from nlp.transcripts import merge, parse, read_chat
from nlp.workdays import Calendar
from tests.fixtures.effort import within

DATA = Path(__file__).parent.parent / "reading" / "transcripts-dev.jsonl"
NOW = datetime.fromisoformat("2026-03-10T19:00:00+08:00")  # a Tuesday
NAMES = NameIndex(
    [
        NameEntry("east", "华东医疗器械有限公司", ("华东医械",), ("王总", "周建国", "Kevin")),
        NameEntry("ruihe", "瑞禾医疗科技有限公司", ("瑞禾医疗",), ("周主任",)),
        NameEntry("songtao", "松涛教育科技有限公司", ("松涛教育",), ("何校长",)),
    ]
)


def of(text: str, at: datetime, speaker: Speaker) -> Reading:
    talk = Context("", "")
    return read(text, at, names=NAMES, lexicon=shipped(), calendar=Calendar.national(), speaker=speaker, context=talk)


def chat(text: str, us: tuple[str, ...] = ("张伟",), now: datetime = NOW) -> Reading:
    found = parse(text, now, us)
    assert found is not None
    return merge(found, of, now)


def promises(reading: Reading) -> list[tuple[str, str, str | None]]:
    return [(p.by, p.what, p.due.isoformat() if p.due else None) for p in reading.commitments]


def test_whose_promise_and_counted_from_its_own_day() -> None:
    found = chat(
        "王总 2026/3/5 10:23\n报价单什么时候能发我\n张伟 2026/3/5 10:25\n王总，我明天把报价单发您\n"
        "王总 2026/3/9 10:00\n图纸我周五前发你"
    )
    assert promises(found) == [("us", "发报价单", "2026-03-06"), ("customer", "发图纸", "2026-03-13")]


def test_the_customer_is_found_through_the_speaker() -> None:
    found = chat("王总 10:23\n预算批了\n张伟 10:25\n收到，我周五前把报价单发您")
    [deal] = found.deals
    assert (deal.customer, deal.customer_id, deal.mention) == ("华东医疗器械有限公司", "east", None)
    assert [found.contacts[n].text for n in deal.contacts] == ["王总"]
    assert [signal.value for signal in deal.signals] == ["budget_approved"]
    assert deal.commitments == (0,)


@pytest.mark.parametrize(
    "speaker", ["周建国", "Kevin", "王总-华东医械", "华东医械王总", "王总@华东医械", "王总(采购部)"]
)
def test_speakers_as_address_books_write_them(speaker: str) -> None:
    [deal] = chat(f"{speaker} 10:23\n预算批了\n张伟 10:25\n收到，我周五前把报价单发您").deals
    assert deal.customer_id == "east"


def test_a_heading_and_a_word_before_the_chat_name_the_customer() -> None:
    for above in ("华东医械项目群的聊天记录", "刚跟华东医械聊的"):
        found = chat(f"{above}\n\n老李 10:23\n预算批了\n张伟 10:25\n我周五前把报价单发您")
        assert [deal.customer_id for deal in found.deals] == ["east"]


def test_another_customer_named_as_an_example_gets_nothing() -> None:
    found = chat("王总 10:23\n有同行用过吗\n张伟 10:25\n松涛教育上周签了合同，案例我明天发您")
    assert [deal.customer_id for deal in found.deals] == ["east"]
    assert found.stage is None
    assert promises(found) == [("us", "发案例", "2026-03-11")]


def test_two_customers_in_one_chat_are_told_apart() -> None:
    found = chat("王总 10:23\n预算批了\n周主任 10:24\n我们这边法务过了\n张伟 10:25\n好的")
    assert [(deal.customer_id, [s.value for s in deal.signals]) for deal in found.deals] == [
        ("east", ["budget_approved"]),
        ("ruihe", ["legal_passed"]),
    ]


def test_our_own_people_are_no_contacts() -> None:
    found = chat("王总 10:23\n小张，预算批了\n张伟 10:25\n好的王总\n王总 10:26\n张经理，合同发我")
    assert [contact.text for contact in found.contacts] == ["王总"]
    swapped = parse("王总 10:23\n预算批了\n张伟 10:25\n好", NOW, ("张伟",))
    assert swapped is not None
    assert [contact.text for contact in merge(swapped.swapped(), of, NOW).contacts] == ["王总"]


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        ("周五前能把报价单发我吗", "好的", [("us", "发报价单", "2026-03-13")]),
        ("周五前能把报价单发我吗", "可能来不及，我尽量", []),
        ("周五前能把报价单发我吗", "不行", []),
        ("合同发我一份", "好的", [("us", "发合同", None)]),
        ("样品寄一份过来", "好的，明天寄出", [("us", "寄出样品", "2026-03-11")]),
        ("今天能给我个底价吗", "今天给不了，明天上午给您", [("us", "给底价", "2026-03-11")]),
        ("周四下午吧", "好的，周四下午两点到您公司", [("us", "到公司", "2026-03-12T14:00:00+08:00")]),
        ("您看周三前能定吗", "尽量吧", []),
        ("天气不错，出来喝茶吧", "好的", []),
        ("你们有学校案例吗", "有的，我今晚发您", [("us", "发案例", "2026-03-10")]),
        ("合同呢", "我明天下班前给您", [("us", "给合同", "2026-03-11")]),
        ("价格就这样吧", "可以王总，那我把合同发您", [("us", "发合同", None)]),
        ("明天能过来吗", "好，明天十点到", [("us", "到", "2026-03-11T10:00:00+08:00")]),
        ("方案看了", "辛苦王总，下周一我再联系您", [("us", "联系王总", "2026-03-16")]),
        ("少十万", "我跟公司申请一下，明天中午前回您", [("us", "回复", "2026-03-11")]),
        ("周五前能把报价单发我吗", "周四下午发您", [("us", "发报价单", "2026-03-12")]),
    ],
)
def test_what_a_request_and_its_answer_promise(
    asked: str, answered: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert promises(chat(f"王总 10:23\n{asked}\n张伟 10:25\n{answered}")) == expected


def test_our_request_and_the_customers_yes() -> None:
    found = chat("张伟 10:23\n王总，周五前能把图纸发我吗\n王总 10:25\n没问题")
    assert promises(found) == [("customer", "发图纸", "2026-03-13")]


def test_a_proposal_with_a_yes_is_arranged() -> None:
    yes = chat("王总 10:23\n演示能不能安排在周四下午两点\n张伟 10:25\n可以的，没问题")
    assert (yes.stage and yes.stage.value, yes.action and yes.action.arranged) == ("solution_demo", True)
    no = chat("王总 10:23\n演示能不能安排在周四下午两点\n张伟 10:25\n我问下同事")
    assert no.stage is None


def test_an_echo_and_a_new_day_make_one_promise() -> None:
    echoed = chat("张伟 10:23\n我周五前把报价单发您\n王总 10:24\n好，周五前发我报价单")
    assert promises(echoed) == [("us", "发报价单", "2026-03-13")]
    moved = chat("张伟 10:23\n我周五前把报价单发您\n王总 10:24\n早点\n张伟 10:25\n那我周四把报价单发您")
    assert promises(moved) == [("us", "发报价单", "2026-03-12")]


@pytest.mark.parametrize("later", ["先不签了，老板又变卦了", "合同取消吧", "项目暂停了"])
def test_a_later_word_takes_the_stage_away(later: str) -> None:
    signing = "王总 10:23\n合同法务过了，在走盖章流程\n张伟 10:24\n好的"
    assert (stage := chat(signing).stage) is not None
    assert stage.value == "contract_signing"
    assert chat(f"{signing}\n王总 10:40\n{later}").stage is None


def test_what_the_other_side_no_longer_wants_is_no_promise() -> None:
    assert promises(chat("张伟 10:23\n周五给您报价单\n王总 10:24\n不用发了，我们不做了")) == []
    off = chat("张伟 10:23\n王总，演示定在周四下午两点可以吗\n王总 10:24\n可以\n王总 10:40\n周四有会，演示先取消吧")
    assert (off.stage, off.action) == (None, None)


def test_a_department_speaks_for_its_own_side() -> None:
    found = chat("张伟 10:23\n王总，首付什么时候能打\n王总 10:24\n财务这周五之前付首付")
    assert {promise.by for promise in found.commitments} <= {"customer"}


def test_a_word_taken_back_is_as_if_not_said() -> None:
    found = chat("王总 10:23\n预算批了\n张伟 10:24\n我周五前发报价单\n张伟 10:24\n发错了\n张伟 10:25\n稍等")
    assert promises(found) == []
    assert [signal.value for signal in found.signals] == ["budget_approved"]


def test_why_names_every_finding_at_its_place() -> None:
    text = "刚聊完\n王总 10:23\n预算批了\n\n[微笑]下周三签合同\n张伟 10:25\n好的王总，我周五前把报价单发您"
    found = chat(text)
    fields = {why.field: why for why in found.why}
    assert {"signals[0]", "commitments[0]", "contacts[0]", "dates[0]"} <= set(fields)
    for why in found.why:
        assert text[slice(*why.span)]
    for finding in (*found.dates, *found.contacts, *found.signals, *found.commitments, *found.customers):
        assert text[slice(*finding.span)] == finding.text


def test_what_is_no_chat_is_left_to_the_reader() -> None:
    assert read_chat("王总说预算批了\n我周五前发报价单", NOW, ("张伟",), of) is None
    assert read_chat("王总 10:23\n预算批了", NOW, ("张伟",), of) is None


def test_the_labelled_chats() -> None:
    """Not below what was reached."""
    right, found_, missed, dues, stages = 0, 0, 0, [0, 0], [0, 0]
    for case in map(json.loads, DATA.read_text("utf-8").splitlines()):
        parsed = parse(case["text"], datetime.fromisoformat(case["now"]), case["us"])
        if parsed is None:
            continue
        reading = merge(parsed, of, datetime.fromisoformat(case["now"]))
        if "stage" in case["expect"]:
            stages[0] += (reading.stage.value if reading.stage else None) == case["expect"]["stage"]
            stages[1] += 1
        for wanted, got in _pairs(case["expect"].get("commitments", ()), reading):
            right, missed = right + (got is not None), missed + (got is None)
            dues[0] += got is not None and got[2] == wanted["due"]
            dues[1] += got is not None
        found_ += len(reading.commitments) if "commitments" in case["expect"] else 0
    assert right / (right + missed) >= 0.88
    assert found_ - right <= 1
    assert dues[0] == dues[1]
    assert stages[0] / stages[1] >= 0.7


def _pairs(wanted: Any, reading: Reading) -> list[tuple[Any, tuple[str, str, str | None] | None]]:
    left = promises(reading)
    pairs = []
    for one in wanted:
        fitting = [p for p in left if p[0] == one["by"] and likeness(p[1], one["what"]) >= 0.5]
        pairs.append((one, fitting[0] if fitting else None))
        if fitting:
            left.remove(fitting[0])
    return pairs


def test_a_long_chat_is_read_in_a_few_seconds() -> None:
    said = "这一批设备的预算我们内部还要再过一下"
    text = "\n".join(f"{'王总' if n % 2 else '张伟'} {n % 24:02d}:{n % 60:02d}\n{said}\n" for n in range(600))
    start = time.process_time()
    chat(text)
    assert within(time.process_time() - start, 3)


def test_who_is_one_of_ours_makes_a_chat_of_names_that_are_words() -> None:
    text = "苗总：付款要走流程\n云朵：那您这边提了吗\n苗总：提了，二十号之前能付"
    found = read_chat(text, NOW, ["云朵"], of)
    assert found is not None
    assert [(one.by, one.what, str(one.due)) for one in found.commitments] == [("customer", "付款", "2026-03-20")]


def test_what_is_asked_about_first_is_promised_to_be_answered() -> None:
    found = chat("王总：能不能再送我们两年质保\n张伟：这个我做不了主\n王总：那你问问\n张伟：行，我问了回复您")
    assert [(one.by, one.what) for one in found.commitments] == [("us", "回复")]
