"""Pasted chats: every shape a chat program copies, whose words are whose, and what looks like a chat but is none."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.transcripts import Transcript, looks_pasted, parse
from tests.fixtures.effort import within

DATA = Path(__file__).parent.parent / "reading" / "transcripts-dev.jsonl"
NOW = datetime.fromisoformat("2026-03-10T19:00:00+08:00")  # a Tuesday
US = ("张伟",)


def chat(text: str, us: tuple[str, ...] = US) -> Transcript:
    found = parse(text, NOW, us)
    assert found is not None
    return found


def told(text: str) -> list[tuple[str, str, str, str]]:
    """(side, speaker, time, words) of each turn."""
    return [
        (turn.side, turn.speaker, turn.at.strftime("%m-%d %H:%M") if turn.at else "", turn.text)
        for turn in chat(text).turns
    ]


def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", labelled(), ids=lambda case: str(case["id"]))
def test_labelled_chats_fall_into_their_turns(case: dict[str, Any]) -> None:
    found = parse(case["text"], datetime.fromisoformat(case["now"]), case["us"])
    turns = found.turns if found else ()
    assert [
        {"speaker": turn.speaker, "at": turn.at.isoformat() if turn.at else None, "text": turn.text} for turn in turns
    ] == case["expect"]["turns"]
    assert [turn.side == "us" for turn in turns] == [turn.speaker in case["us"] for turn in turns]
    assert looks_pasted(case["text"]) == bool(turns)
    if "system" in case["expect"]:
        assert (found.system if found else 0) == case["expect"]["system"]


THEIRS = ("customer", "王总", "03-09 10:23", "预算批了")
OURS = ("us", "张伟", "03-09 10:25", "收到，周五前发报价")


@pytest.mark.parametrize(
    "text",
    [
        "王总 2026/3/9 10:23:05\n预算批了\n张伟 2026/3/9 10:25:41\n收到，周五前发报价",
        "王总 昨天 10:23\n预算批了\n\n张伟 昨天 10:25\n收到，周五前发报价\n",
        "王总 星期一 10:23\r\n预算批了\r\n\r\n张伟 星期一 10:25\r\n收到，周五前发报价\r\n",
        "王总 3月9日 上午10:23\n预算批了\n张伟 3月9日 上午10:25\n收到，周五前发报价",
        "—————  2026-03-09  —————\n\n王总  10:23\n\n预算批了\n\n张伟  10:25\n\n收到，周五前发报价",
        "王总@微信 3/9 10:23:11\n预算批了\n张伟 3/9 10:25:02\n收到，周五前发报价",
        "王总(采购部) 03-09 10:23\n预算批了\n2人已读\n张伟 03-09 10:25\n收到，周五前发报价\n已读",
        "王总\n3月9日 10:23\n预算批了\n张伟\n3月9日 10:25\n收到，周五前发报价",
        "2026年3月9日 10:23\n王总\n预算批了\n2026年3月9日 10:25\n张伟\n收到，周五前发报价",
        "[2026-03-09 10:23] 王总：预算批了\n[2026-03-09 10:25] 张伟：收到，周五前发报价",
        "[2026/3/9 上午10:23:05] 王总: 预算批了\n[2026/3/9 上午10:25:00] 张伟: 收到，周五前发报价",
        "2026/3/9 10:23 - 王总: 预算批了\n2026/3/9 10:25 - 张伟: 收到，周五前发报价",
        "2026-03-09 10:23:05 王总(123456789)\n预算批了\n\n2026-03-09 10:25:00 张伟(987654)\n收到，周五前发报价",
        "王总, [2026/3/9 10:23]\n预算批了\n\n张伟, [2026/3/9 10:25]\n收到，周五前发报价",
        "王总 昨天 10:23：预算批了\n张伟 昨天 10:25：收到，周五前发报价",
        "王总（昨天 10:23）：预算批了\n张伟（昨天 10:25）：收到，周五前发报价",
        "【王总】昨天 10:23\n预算批了\n【张伟】昨天 10:25\n收到，周五前发报价",
        "王总 · 昨天 10:23\n预算批了\n张伟 · 昨天 10:25 (已编辑)\n收到，周五前发报价",
        "王总 3.9 10:23\n预算批了\n张伟 3.9 10:25\n收到，周五前发报价",
        "王总 周一 3月9日 10:23\n预算批了\n张伟 周一 3月9日 10:25\n收到，周五前发报价",
        "王总 3月9日 10点23分\n预算批了\n张伟 3月9日 10点25分\n收到，周五前发报价",
        "王总 Mar 9, 2026 10:23 AM\n预算批了\n张伟 Mar 9, 2026 10:25 AM\n收到，周五前发报价",
        "[9 Mar 10:23] 王总: 预算批了\n[9 Mar 10:25] 张伟: 收到，周五前发报价",
        "3月9日 星期一\n王总 10:23\n预算批了\n张伟 10:25\n收到，周五前发报价",
        "王总: 昨天 10:23\n预算批了\n张伟: 昨天 10:25\n收到，周五前发报价",
        "王总\t2026-03-09 10:23\t预算批了\n张伟\t2026-03-09 10:25\t收到，周五前发报价",
        "昨天 10:23\n王总：预算批了\n昨天 10:25\n张伟：收到，周五前发报价",
        "王总　２０２６／３／９　１０：２３\n预算批了\n张伟　２０２６／３／９　１０：２５\n收到，周五前发报价",
    ],
)  # fmt: skip
def test_every_shape_says_the_same(text: str) -> None:
    assert told(text) == [THEIRS, OURS]
    assert looks_pasted(text)


@pytest.mark.parametrize(
    "text",
    [
        "王总：预算批了\n张伟：收到，周五前发报价",
        "王总:\n预算批了\n张伟:\n收到，周五前发报价",
        "王总和张伟的聊天记录\n\n王总: 预算批了\n张伟: 收到，周五前发报价",
        "> 王总：预算批了\n> 张伟：收到，周五前发报价",
    ],
)
def test_shapes_without_times(text: str) -> None:
    assert told(text) == [("customer", "王总", "", "预算批了"), ("us", "张伟", "", "收到，周五前发报价")]


def test_what_is_in_a_message_is_no_head_of_one() -> None:
    text = (
        "王总 10:23\n发到这里\n地址：金桥路866号\n收件人：李工\n那天安排：\n10:00 现场看货\n14:00 开会\n"
        "张伟 10:25\n您看哪天签\n王总 10:26\n签约 3月18日 14:00\n张伟 10:27\n好的"
    )
    assert [(turn.speaker, turn.text.count("\n") + 1) for turn in chat(text).turns] == [
        ("王总", 6),
        ("张伟", 1),
        ("王总", 1),
        ("张伟", 1),
    ]


def test_a_day_or_a_call_in_a_message_is_no_head() -> None:
    text = "王总 10:23\n时间定了\n周三\n张伟 10:25\n今晚 8:30\n王总 10:26\n通话时长 05:12\n会议 10:30"
    assert [turn.text for turn in chat(text).turns] == ["时间定了\n周三", "今晚 8:30", "通话时长 05:12\n会议 10:30"]


def test_times_that_count_back() -> None:
    turns = chat("王总 5分钟前\n预算批了\n张伟 刚刚\n好的").turns
    assert [turn.at.strftime("%H:%M") for turn in turns if turn.at] == ["18:55", "19:00"]


def test_what_a_new_contact_is_made_to_say_is_his() -> None:
    said = "我通过了你的朋友验证请求，现在我们可以开始聊天了"
    found = chat(f"王总 10:23\n{said}\n张伟 10:25\n王总好\n以上是打招呼的内容")
    assert (found.turns[0].text, len(found.turns), found.system) == (said, 2, 1)
    found = chat(f"王总 10:23\n在的\n{said}\n张伟 10:25\n王总好")
    assert (found.turns[0].text, found.system) == ("在的", 1)


def test_a_date_may_be_the_whole_answer() -> None:
    turns = chat("张伟 10:23\n您看哪天方便\n王总 10:25\n3月18日\n张伟 10:26\n好的").turns
    assert turns[1].text == "3月18日"
    assert {turn.at.date().isoformat() for turn in turns if turn.at} == {"2026-03-10"}


def test_quoted_messages_are_not_said_again() -> None:
    quoted = "王总 10:23\n「张伟：合同发您了」\n- - - - - - - - - - - - - - -\n法务在看\n张伟 10:25\n好的"
    assert chat(quoted).turns[0].text == "法务在看"
    inline = "王总：「张伟：合同发您了」\n- - - - - -\n法务在看\n张伟：好的"
    assert chat(inline).turns[0].text == "法务在看"
    below = "王总 10:23\n法务在看\n引用：张伟：合同发您了\n张伟 10:25\n好的"
    assert chat(below).turns[0].text == "法务在看"
    replied = "王总 10:23\n回复 张伟: 合同发您了\n法务在看\n张伟 10:25\n好的"
    assert chat(replied).turns[0].text == "法务在看"


def test_lines_that_nobody_says_are_counted() -> None:
    found = chat(
        '王总 10:23\n预算批了\n"王总" 撤回了一条消息\n王总 拍了拍我\n张伟 10:25\n好的\n'
        "李工加入了群聊\n以上是打招呼的内容\n"
        "系统消息：丁力 已退出群聊"
    )
    assert (len(found.turns), found.system) == (2, 5)
    assert found.turns[0].text == "预算批了"


def test_spans_lie_in_the_text_as_pasted() -> None:
    text = "刚聊完：\n王总 10:23\n预算批了\n\n下周三签\n张伟 10:25\n好的"
    first = chat(text).turns[0]
    assert [text[start:end] for start, end in first.lines] == ["预算批了", "下周三签"]
    assert first.text == "预算批了\n下周三签"
    assert text[slice(*first.span)] == "预算批了\n\n下周三签"
    assert text[slice(*first.label)] == "王总"


@pytest.mark.parametrize(
    ("text", "us", "ours"),
    [
        ("王总 10:23\n便宜点\n张伟 10:25\n好的", ("张伟",), {"张伟"}),
        ("王总 10:23\n便宜点\n张伟(安澜项目) 10:25\n好的", ("张伟",), {"张伟"}),
        ("王总：便宜点吧\n我：我问下公司", (), {"我"}),
        ("客户：便宜点吧\n我：我问下公司", (), {"我"}),
        ("王总 10:23\n便宜点\n小马 10:25\n好的", ("张伟",), {"小马"}),
        ("小刘 10:23\n便宜点\n阿强 10:25\n给您申请一下", (), {"阿强"}),
        ("小刘 10:23\n便宜点\n阿强 10:25\n申请一下", (), {"阿强"}),
        ("王总：预算批了\n李工：参数我下午发你\n张伟：谢谢李工", ("张伟",), {"张伟"}),
        ("张伟 10:23\n配置看下\n李娜 10:25\n哪个版本", ("张伟", "李娜"), {"张伟", "李娜"}),
    ],
)
def test_sides(text: str, us: tuple[str, ...], ours: set[str]) -> None:
    found = chat(text, us)
    assert set(found.speakers("us")) == ours
    assert set(found.swapped().speakers("customer")) == ours
    assert found.swapped().swapped() == found


@pytest.mark.parametrize(
    "words", ["好的", "收到王总！", "[图片]", '[语音] 12"', "👌", "早上好", "谢谢，辛苦了", "[OK][OK]"]
)
def test_idle(words: str) -> None:
    assert chat(f"王总 10:23\n预算批了\n张伟 10:25\n{words}").turns[1].idle


@pytest.mark.parametrize("words", ["3月18日", "[文件]报价.pdf", "好的，周五前发", "217万", "可以签", "不行"])
def test_not_idle(words: str) -> None:
    assert not chat(f"王总 10:23\n预算批了\n张伟 10:25\n{words}").turns[1].idle


@pytest.mark.parametrize(
    "text",
    [
        "张伟：发报价\n李娜：约演示",
        "今天\n9:00 晨会\n带电脑\n10:30 王总来访\n看现场",
        "王总：采购负责人\n李工：技术负责人",
        "2026-03-09 10:23:05 INFO: started\n2026-03-09 10:23:06 ERROR: failed?",
        "明天安排：\n王总 10:00 看现场\n李总 14:00 谈价\n陈主任 16:00 演示",
        "报价单：\n监护仪：12台\n单价：3万\n合计：36万吧",
        "甲方：华东医械\n乙方：我司\n金额：20万",
        "客户：太贵了\n销售：您看我们的服务\n客户：再想想",
        "周一 10:00\n王总来公司\n周二 14:00\n去启明",
        "13:00-14:00 午休\n14:00-15:00 培训：新产品\n15:00 演练",
        "王芳 9:00 到岗\n李娜 9:05 到岗\n王芳 18:00 离岗",
        "主题：合同\n发件人：王总\n您好：\n合同已收到",
        "王总您好：\n合同已寄出，请查收。\n张伟",
        "王总说预算批了，10:23 打的电话",
        "",
        "\n\n",
    ],
)
def test_what_only_looks_like_a_chat(text: str) -> None:
    assert parse(text, NOW, US) is None


def test_a_hundred_kilobytes_take_less_than_a_second() -> None:
    said = "这一批设备的预算我们内部还要再过一下，你把报价单周五前发我"
    text = "\n".join(f"{'王总' if n % 2 else '张伟'} {n % 24:02d}:{n % 60:02d}\n{said}\n" for n in range(1000))
    assert len(text.encode()) > 100_000
    start = time.process_time()
    assert looks_pasted(text)
    assert len(chat(text).turns) == 1000
    assert within(time.process_time() - start, 1)


@pytest.mark.parametrize(
    "text",
    [
        "王总 10:23\n" + "哈" * 5000 + "x\n张伟 10:24\n" + "a:" * 5000,
        ("王" * 100 + "\n") * 300,
        ("- " * 60 + "\n") * 300,
        "12:34 " * 5000 + "\n12:30",
        (" " * 50 + ":" + " " * 50 + "\n") * 200,
        "「" * 500 + "\n" + "」\n" * 500,
        "99:99 王总\n13月45日 10:00\n王总 25:61\n好",
        "\x00\n\u2028王总 10:23\u2028好",
    ],
)
def test_any_text_is_survived_quickly(text: str) -> None:
    start = time.process_time()
    looks_pasted(text)
    parse(text, NOW, US)
    assert within(time.process_time() - start, 1)
