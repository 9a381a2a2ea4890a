"""When: the grammar of time, by cases, by the labelled set for development, and by properties of any text."""

import json
import time
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.dates import find
from nlp.workdays import Calendar

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
LABELS = Path(__file__).parents[1] / "reading" / "time-dev.jsonl"


def said(text, now=TUESDAY):
    """The findings, each as ``words=first..last`` (days) or ``words=moment``, with its deadline."""
    return "; ".join(map(_line, find(text, now)))


def _line(when):
    first = f"{when.start:%m-%d %H:%M}" if when.clock or when.grain == "halfday" else f"{when.start:%Y-%m-%d}"
    last = "" if when.clock or when.grain == "halfday" else f"..{when.last_day:%m-%d}"
    due = (
        f" due {when.due:%m-%d %H:%M}"
        if isinstance(when.due, datetime)
        else f" due {when.due:%m-%d}"
        if when.due
        else ""
    )
    return f"{when.text}={first}{last}{due}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下周三签合同,我周五前发报价单", "下周三=2026-03-18..03-18; 周五=2026-03-13..03-13 due 03-13"),
        ("这礼拜天值班", "这礼拜天=2026-03-15..03-15"),
        ("周末有空", "周末=2026-03-14..03-15"),
        ("下周一定签", "下周=2026-03-16..03-22"),
        ("从下周一起涨价", "下周一=2026-03-16..03-16"),
        ("这周三个客户要拜访", "这周=2026-03-09..03-15"),
        ("确认一下周三的时间", "周三=2026-03-11..03-11"),
        ("周五前往上海", "周五=2026-03-13..03-13"),
        (
            "周二或周三，26号27号",
            "周二=2026-03-10..03-10; 周三=2026-03-11..03-11; 26号=2026-03-26..03-26; 27号=2026-03-27..03-27",
        ),
        ("下周二、三、四都在", "下周二=2026-03-17..03-17; 三=2026-03-18..03-18; 四=2026-03-19..03-19"),
        ("28号周六补班", "28号周六=2026-03-28..03-28"),
        ("月底前", "月底=2026-03-21..03-31 due 03-31"),
        ("明年三月底之前", "明年三月底=2027-03-21..03-31 due 03-31"),
        ("下个季度初", "下个季度初=2026-04-01..04-30"),
        ("26年Q2，下半年", "26年Q2=2026-04-01..06-30; 下半年=2026-07-01..12-31"),
        ("一季度的事", "一季度=2026-01-01..03-31"),
        ("年内", "年内=2026-01-01..12-31 due 12-31"),
        ("下个月的今天", "下个月的今天=2026-04-10..04-10"),
        ("去年今天", "去年今天=2025-03-10..03-10"),
        ("上周的今天下午", "上周的今天下午=03-03 12:00"),
        ("六月的第三个星期天", "六月的第三个星期天=2026-06-21..06-21"),
        ("明年第二个季度", "明年第二个季度=2027-04-01..06-30"),
        ("今年前三季度", "今年前三季度=2026-01-01..09-30"),
        ("2024到2026年", "2024到2026年=2024-01-01..12-31"),
        ("上世纪九十年代", "上世纪九十年代=1990-01-01..12-31"),
        ("15/04/2026", "15/04/2026=2026-04-15..04-15"),
        ("谷雨前", "谷雨=2026-04-20..04-20 due 04-19"),
        ("二月十五号那批货早就到了", "二月十五号=2026-02-15..02-15"),
        ("end of next month", "end of next month=2026-04-21..04-30"),
        ("2 weeks ago", "2 weeks ago=2026-02-24..02-24"),
        ("before Christmas", "Christmas=2026-12-25..12-25 due 12-24"),
        ("can you ship before CNY?", "CNY=2027-02-06..02-06 due 02-05"),
        ("28-30号", "28-30号=2026-03-28..03-30"),
        ("周六(3月28日)", "周六=2026-03-28..03-28; 3月28日=2026-03-28..03-28"),
        ("是9号不是6号", "9号=2026-04-09..04-09"),
        ("26/3/28", "26/3/28=2026-03-28..03-28"),
        ("去年第40周", "去年第40周=2025-09-29..10-05"),
        ("三季度第二个月", "三季度第二个月=2026-08-01..08-31"),
        ("国庆前就说要签", "国庆=2025-10-01..10-01"),
        ("年前就签了", "年前=2026-02-15..02-23"),
        ("节后7个工作日内", "节后7个工作日=2026-04-15..04-15 due 04-15"),
        ("12月那单", "12月=2025-12-01..12-31"),
        ("琴日", "琴日=2026-03-09..03-09"),
        ("报价单昨天发了", "昨天=2026-03-09..03-09"),
        ("这单周五签", "周五=2026-03-13..03-13"),
        ("付钱国庆前付", "国庆=2026-10-01..10-01 due 09-30"),
        ("下个月活动方案", "下个月=2026-04-01..04-30"),
        ("15号门店培训", "15号=2026-03-15..03-15"),
    ],
)
def test_days_weeks_and_longer(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下周三下午三点", "下周三下午三点=03-18 15:00"),
        ("今晚8点", "今晚8点=03-10 20:00"),
        ("三点一刻见", "三点一刻=03-10 15:15"),
        ("差一刻九点", "差一刻九点=03-10 20:45"),
        ("下午5点前给我", "下午5点=03-10 17:00 due 03-10 17:00"),
        ("两小时内回复", "两小时内=03-10 10:00 due 03-10 12:00"),
        ("半小时后到", "半小时后=03-10 10:30"),
        ("明天凌晨两点", "明天凌晨两点=03-11 02:00"),
        ("12号上午十点开会，十一点走", "12号上午十点=03-12 10:00; 十一点=03-12 11:00"),
        ("周五下午两三点", "周五下午两三点=03-13 14:00"),
        ("next Wed 下午", "next Wed 下午=03-18 12:00"),
        ("3pm Friday", "3pm Friday=03-13 15:00"),
        ("下班前", "下班前=2026-03-10..03-10 due 03-10"),
        ("今晚零点", "今晚零点=03-11 00:00"),
        ("7点56分30秒", "7点56分30秒=03-10 19:56"),
        ("2026-03-12T18:30:00", "2026-03-12T18:30:00=03-12 18:30"),
        ("1小时20分钟后", "1小时20分钟后=03-10 11:20"),
        ("过了十二点就走", "十二点=03-10 12:00"),
        ("周五15点", "周五15点=03-13 15:00"),
        ("下午市场部开会", "下午=03-10 12:00"),
        ("今晚年会", "今晚=03-10 18:00"),
        ("周三四点见", "周三四点=03-11 16:00"),
        ("早上8点就到他们门口了", "早上8点=03-10 08:00"),
        ("听日下昼三点半", "听日下昼三点半=03-11 15:30"),
        ("tomorrow afternoon at 3", "tomorrow afternoon at 3=03-11 15:00"),
    ],
)
def test_hours(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("下周一到周三", "2026-03-16T00:00", "2026-03-19T00:00"),
        ("3到5号", "2026-04-03T00:00", "2026-04-06T00:00"),
        ("8到12号", "2026-03-08T00:00", "2026-03-13T00:00"),
        ("4月20-22号", "2026-04-20T00:00", "2026-04-23T00:00"),
        ("12月28日到1月3日", "2026-12-28T00:00", "2027-01-04T00:00"),
        ("上午11点到1点", "2026-03-10T11:00", "2026-03-10T13:00"),
        ("晚上10点到2点", "2026-03-10T22:00", "2026-03-11T02:00"),
        ("2026-03-15 14:00–16:00", "2026-03-15T14:00", "2026-03-15T16:00"),
        ("3月18日（周三）14:00-16:00", "2026-03-18T14:00", "2026-03-18T16:00"),
        ("周一至五", "2026-03-16T00:00", "2026-03-21T00:00"),
        ("1-3月", "2026-01-01T00:00", "2026-04-01T00:00"),
        ("下午5:00到6:00", "2026-03-10T17:00", "2026-03-10T18:00"),
    ],
)
def test_ranges_are_one_interval(text, first, last):
    (when,) = find(text, TUESDAY)
    assert (f"{when.start:%Y-%m-%dT%H:%M}", f"{when.end:%Y-%m-%dT%H:%M}") == (first, last)
    assert when.text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15号发货 打错 是16号", "16号=2026-03-16..03-16"),
        ("3号(应为5号)", "5号=2026-04-05..04-05"),
        ("下周一进场,周三浇筑", "下周一=2026-03-16..03-16; 周三=2026-03-18..03-18"),
        ("周五到货,下周一用,周四装车", "周五=2026-03-13..03-13; 下周一=2026-03-16..03-16; 周四=2026-03-12..03-12"),
        ("三年前的今天", "三年前的今天=2023-03-10..03-10"),
        ("两周后的周三", "两周后的周三=2026-03-25..03-25"),
        ("周三的演示取消了", "周三=2026-03-11..03-11"),
        ("上次的会改到26号", "26号=2026-03-26..03-26"),
        ("去年国庆说好的,拖到元旦", "去年国庆=2025-10-01..10-01; 元旦=2026-01-01..01-01"),
        ("2025年亏损收窄,拟于4月底披露年报", "2025年=2025-01-01..12-31; 4月底=2026-04-21..04-30"),
        ("中新社2月5日电", "2月5日=2026-02-05..02-05"),
        ("2月份的账单", "2月份=2026-02-01..02-28"),
        ("国庆前最后一个周五", "国庆前最后一个周五=2026-09-25..09-25"),
        ("国庆最后一天", "国庆最后一天=2026-10-07..10-07"),
        ("2026-04-01T08:30Z", "2026-04-01T08:30Z=04-01 16:30"),
        ("贰零贰陆年零叁月壹拾伍日", "贰零贰陆年零叁月壹拾伍日=2026-03-15..03-15"),
        ("下周武之前", "下周武=2026-03-20..03-20 due 03-20"),
        ("名天上午10点", "名天上午10点=03-11 10:00"),
        ("houtian去趟苏州", "houtian=2026-03-12..03-12"),
        ("half past 3 tomorrow", "half past 3 tomorrow=03-11 15:30"),
        ("first Monday of May", "first Monday of May=2026-05-04..05-04"),
    ],
)
def test_a_time_is_told_by_what_stands_around_it(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "每月5号、15号和25号结账", "每逢双周的周三", "一般周五发货", "1:50稀释,1:20那个不用", "要5号电池,7号的塞不进去",
        "早一点也行", "一季度一次", "谈判谈到半夜", "星期五餐厅", "《今日早报》", "新年第一单", "5名天津客户",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_time_is_none(text):
    assert said(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3个工作日内", "3个工作日内=2026-03-10..03-13 due 03-13"),
        ("国庆后第一个工作日", "国庆后第一个工作日=2026-10-08..10-08"),
        ("节后第一个工作日", "节后第一个工作日=2026-04-07..04-07"),
        ("国庆前", "国庆=2026-10-01..10-01 due 09-30"),
        ("国庆期间", "国庆期间=2026-10-01..10-07"),
        ("年后联系", "年后=2027-02-09..02-15"),
        ("双十一前", "双十一=2026-11-11..11-11 due 11-10"),
        ("大年初三", "大年初三=2027-02-08..02-08"),
        ("正月十五", "正月十五=2027-02-20..02-20"),
        ("本月最后一个工作日", "本月最后一个工作日=2026-03-31..03-31"),
    ],
)
def test_working_days_and_holidays(text, expected):
    assert said(text) == expected


def test_a_holiday_without_a_published_table_is_less_sure():
    assert find("国庆期间", TUESDAY)[0].confidence > 0.9
    assert find("国庆期间", datetime.fromisoformat("2027-03-10T10:00:00+08:00"))[0].confidence < 0.7


def test_company_days_move_the_count():
    calendar = Calendar(off=frozenset({date(2026, 3, 12)}))
    assert find("3个工作日内", TUESDAY, calendar)[0].due == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("周三去了客户现场", "2026-03-04"),
        ("周三签的合同", "2026-03-04"),
        ("上次周三见的", "2026-03-04"),
        ("周三约了王总", "2026-03-11"),
        ("已经定了周五签", "2026-03-13"),
        ("周五就到期了", "2026-03-13"),
        ("周三再说", "2026-03-11"),
        ("昨天下午开的会，5点前发纪要", "2026-03-10"),
    ],
)
def test_the_tense_of_the_clause_decides_which(text, day):
    assert f"{find(text, TUESDAY)[-1].start:%Y-%m-%d}" == day


def test_the_caller_may_know_the_tense_and_the_names_better():
    assert find("周三客户现场", TUESDAY, past=lambda span: True)[0].start.day == 4
    assert find("三月科技的王总", TUESDAY, names=[(0, 4)]) == ()


@pytest.mark.parametrize(
    "text", ["周三,不对,周四", "周三不对周四", "不是周三，是周四", "周三见，说错了，周四", "周三，哦不，周四"]
)
def test_a_correction_leaves_the_corrected_one(text):
    (when,) = find(text, TUESDAY)
    assert (when.text, when.start.day) == ("周四", 12)


@pytest.mark.parametrize(
    "text",
    [
        "3.0版本", "V2.11升到V3.1", "24/7在线", "1/2英寸", "16:9的屏", "比分3:15", "预算217万", "3.15元", "13811112026",
        "房间1203",
        "3号楼", "6号会议室", "1号店", "三日游", "2026款", "DS-2CD3T46",
        "五一路88号", "十一中学",
        "王五一来了",
        "三月集团", "7天酒店", "早上好", "周末愉快", "国庆快乐", "每周一上午例会", "每月15号对账",
        "三个小时", "为期两周",
        "便宜一点", "两点意见", "我说三点", "过两天", "这几天", "近期", "改天", "尽快", "尽早上线",
        "忙了一下午", "25岁",
        "周一到周五早九晚六", "订单20260315001", "初一学生", "千万别", "两周一次",
    ],
)  # fmt: skip
def test_no_date(text):
    assert said(text) == ""


def test_folded_characters_keep_the_words_as_given():
    assert said("下週三下午三點") == "下週三下午三點=03-18 15:00"
    assert said("５月２５日上午１０点") == "５月２５日上午１０点=05-25 10:00"


def test_evening_is_remembered():
    assert find("今晚发你", TUESDAY)[0].evening and not find("下午发你", TUESDAY)[0].evening


def test_moments_come_back_in_the_offset_of_now():
    there = datetime.fromisoformat("2026-03-10T10:00:00-05:00")
    assert find("明天", there)[0].start.isoformat() == "2026-03-11T00:00:00-05:00"


def test_the_labelled_set_for_development_is_read():
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    right = sum(_agrees(row) for row in rows)
    assert right / len(rows) >= 0.98, f"{right} of {len(rows)}"


def _agrees(row):
    found = find(row["text"], datetime.fromisoformat(row["now"]))
    if len(found) != len(row["expect"]):
        return False
    for when, label in zip(found, row["expect"], strict=True):
        same_end = label["grain"] in ("hour", "minute") or when.end == datetime.fromisoformat(label["end"])
        if when.start != datetime.fromisoformat(label["start"]) or not same_end:
            return False
    return "due" not in row or row["due"] in [w.due.isoformat() for w in found if w.due]


WORDS = """
今天 明 后天 昨 下 上 这 本 周 星期 礼拜 一 二 三 五 十 日 天 末 号 月 年 季度 初 底 中旬 半 点 分 刻 上午 下午 晚
早 前 后 内 之前 到 至 - ~ / . : 个 工作日 第 最后一个 春节 国庆 节 过年 正月 初八 期间 3 15 2026 26 Q2 99 31 9999
不对 不是 是 每 了 去 的 ， 。 、 ( ) 签 fri next Wed EOD by Mar pm 30 0 00 两 百 小时 分钟 小 大 王 ¥ 万 差
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\u3000", " "])
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30)
NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2049, 12, 31)).map(lambda d: d.replace(tzinfo=TUESDAY.tzinfo))


@settings(max_examples=1500, deadline=None)
@given(TEXTS, NOWS)
def test_any_text_at_any_time_is_read_without_a_fault(text, now):
    found = find(text, now)
    for when in found:
        start, end = when.span
        assert 0 <= start < end <= len(text) and text[start:end] == when.text
        assert when.start < when.end and when.start.tzinfo is now.tzinfo
        assert 0 < when.confidence <= 1 and when.rule.startswith("date.")
    assert all(a.span[1] <= b.span[0] for a, b in pairwise(found))


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_what_was_read_before_does_not_matter(text, other):
    alone = find(text, TUESDAY)
    find(other, TUESDAY)
    assert find(text, TUESDAY) == alone


@pytest.mark.parametrize(
    "piece", ["周", "三", "3-", "十一点", "下周三签合同，", "每周一", "12:", "2026-", "(", "初八、", "第"]
)
def test_cost_grows_with_the_length_and_no_faster(piece):
    short, long = (piece * (n // len(piece)) for n in (10_000, 40_000))
    assert _cost(long) < 10 * max(_cost(short), 0.02), "four times the text; the square would be sixteen times"


def _cost(text):
    """CPU seconds of the quickest of three readings: other work on the machine does not count."""
    return min(_once(text) for _ in range(3))


def _once(text):
    begin = time.process_time()
    find(text, TUESDAY)
    return time.process_time() - begin


@pytest.mark.parametrize(
    "text",
    [
        "收货后十日内付清",
        "合同签订后,5个工作日内付首款",
        "中标通知书发出之日起三十天内签合同",
        "周一至周五 9:00-18:00 营业",
        "周一到周六上班,周日歇",
        "每天晚上八点开播",
        "单价从8.30降到8.15",
        "0.5到1.2之间都算合格",
        "便宜了一点两点",
        "一日三餐",
        "12/24期免息",
        "赶明儿我请你",
        "Merry Christmas",
        "CNY 1280000",
        "priced before CNY 3500",
    ],
)
def test_an_unknown_start_a_habit_and_a_figure_are_no_date(text):
    assert said(text) == ""
