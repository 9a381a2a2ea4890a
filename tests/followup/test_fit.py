"""Which promise a sentence or a file speaks of."""

from datetime import datetime
from time import perf_counter

import pytest

from bot.clock import SHANGHAI
from bot.followup.fit import done_things, fitting, named, of_file, of_file_things, same_deed, tells_done, thing
from bot.playbook.load import parse, shipped
from storage.records import Commitment

SYNONYMS = parse(shipped()).synonyms


def promise(what: str, by: str = "us", state: str = "open") -> Commitment:
    return Commitment(
        id=f"pro_{what}", customer_id="cus_1", by=by, what=what, owner_id="m", author_id="m", recorder_id="m",
        said_at=datetime(2026, 3, 10, tzinfo=SHANGHAI), state=state,
    )  # fmt: skip


OPEN = [promise("发报价单"), promise("发安装排期"), promise("寄样机"), promise("回复", by="customer")]


def test_the_thing_of_a_promise():
    assert [thing(w) for w in ("发报价单", "发送报价单", "给王总打电话", "回电话", "安排演示", "发方案")] == [
        "报价单", "报价单", "王总打电话", "电话", "演示", "方案",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("报价单已经发了", ["发报价单"]),
        ("报价单发过去了", ["发报价单"]),
        ("已经把报价单发给王总了", ["发报价单"]),
        ("刚把报价表给他们发过去", ["发报价单"]),
        ("报价单搞定", ["发报价单"]),
        ("报价已发，周五等他们回复", ["发报价单"]),
        ("样机寄出了", ["寄样机"]),
        ("安装排期发给李工了", ["发安装排期"]),
        ("报价单还没发", []),
        ("报价单没来得及发", []),
        ("报价单发了吗", []),
        ("报价单发了没", []),
        ("报价单明天发", []),
        ("如果报价单发了就好", []),
        ("客户说报价单发了", []),
        ("已经发了", []),
        ("合同发过去了", []),
        ("我忘了发报价单了", []),
    ],
)
def test_a_sentence_closes_only_what_it_says_is_done(text, fits):
    assert [one.what for one in fitting(text, OPEN, SYNONYMS)] == fits


@pytest.mark.parametrize(
    ("file", "fits"),
    [
        ("瑞禾报价_0312.pdf", ["发报价单"]),
        ("Quotation-v2.PDF", ["发报价单"]),
        ("排期表.xlsx", ["发安装排期"]),
        ("IMG_2031.jpg", []),
        ("合同.pdf", []),
        ("样机照片.png", ["寄样机"]),
    ],
)
def test_a_file_fits_by_its_name(file, fits):
    assert [one.what for one in of_file(file, OPEN, SYNONYMS)] == fits


def test_alike_fits_are_all_told_so_that_one_can_ask():
    two = [promise("发报价单"), promise("改报价单"), promise("发方案", state="kept")]
    assert of_file("报价单.pdf", two) == (two[0], two[1])
    assert of_file("方案.pdf", two) == ()


def test_naming_needs_no_doing():
    assert [one.what for one in named("报价单改周一", OPEN)] == ["发报价单"]


def test_the_customers_promise_is_never_closed_by_us():
    assert fitting("已经回复了", [promise("回复方案", by="customer")]) == ()


def test_long_texts_stay_quick():
    assert not tells_done("没发" * 20_000)


def test_the_thing_of_a_promise_is_whole() -> None:
    things = {
        "给报价单": "报价单",
        "发发票": "发票",
        "给交期表": "交期表",
        "签合同": "合同",
        "提交补充协议": "补充协议",
    }
    assert {what: thing(what) for what in things} == things


def test_handing_over_is_one_deed_whatever_its_verb() -> None:
    assert same_deed("发报价单", "给报价单")
    assert not same_deed("发合同", "签合同")
    assert not same_deed("发报价单", "发方案")


def test_what_need_not_be_done_is_not_done() -> None:
    assert not tells_done("报价单不用发了，王总说不需要")
    assert tells_done("报价单发了，不用再催")


@pytest.mark.parametrize(
    "text", ["给" * 30_000 + "呢", "发给" * 15_000, "备好" * 15_000 + "吗", "已经发，" * 15_000, "给他" * 40]
)
def test_words_without_end_are_read_at_once(text: str) -> None:
    began = perf_counter()
    tells_done(text)
    done_things(text, ["发定制方案", "准备行业案例包"])
    assert perf_counter() - began < 2


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("案例包准备好了", [1]),
        ("账号开好了", [2]),
        ("案例包和试用账号都弄好了", [1, 2]),
        ("方案发过去了", [0]),
        ("方案演示做完了", []),
        ("案例包还没做好", []),
        ("案例包好了吗", []),
        ("等案例包做好再说", []),
    ],
)
def test_which_tasks_a_sentence_says_are_done(said: str, done: list[int]) -> None:
    assert done_things(said, ["发定制方案", "准备行业案例包", "设置试用账号"]) == done


def test_which_tasks_a_file_is() -> None:
    things = ["发定制方案", "准备行业案例包"]
    assert of_file_things("松涛定制方案.pdf", things) == [0]
    assert of_file_things("教育案例包.zip", things) == [1]
    assert of_file_things("合同.pdf", things) == []
