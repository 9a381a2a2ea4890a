"""The reader beside what can be installed: jionlp, dateparser, and what a product makes of jieba.posseg and keywords.

``python benchmarks/reading_compare.py [--json] [--part dev|held]`` with the extra ``compare``. The same labelled sets
and the same judge for all; each of the others is asked only for what it offers.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.cli.measure import answered, dated, lines_of
from nlp.customers import NameIndex
from nlp.reading import When
from nlp.scoring import FIELDS, Score, score
from nlp.scoring_when import DateScore, score_dates

SETS = Path(__file__).parents[1] / "tests" / "reading"
NOTHING: dict[str, Any] = {
    "dates": [], "customers": [], "contacts": [], "phones": [], "emails": [], "amounts": [], "action": None,
    "stage": None, "signals": [], "commitments": [],
}  # fmt: skip
Line = dict[str, Any]
Found = Callable[[Line], Line]


# -- jionlp -----------------------------------------------------------------------------------------------------------


def of_jionlp(labelled: Line) -> Line:
    import jionlp as jio

    text = labelled["text"]
    money = jio.ner.extract_money(text, with_parsing=True) or []
    return NOTHING | {
        "dates": [{"start": when.start.isoformat()} for when in jionlp_dates(labelled)],
        "phones": [_e164(phone) for phone in jio.extract_phone_number(text)],
        "emails": jio.extract_email(text),
        "amounts": [amount for one in money for amount in _amounts(one.get("detail") or {})],
    }


def _amounts(detail: Line) -> Iterator[Line]:
    """A range gives two entries, as the labels have it."""
    values = detail.get("num")
    for value in values if isinstance(values, list) else [values]:
        if value not in (None, "null"):
            currency = {"元": "CNY", "美元": "USD", "欧元": "EUR", "港元": "HKD", "日元": "JPY"}.get(
                detail["case"], "?"
            )
            yield {"value": f"{Decimal(str(value)):.2f}", "currency": currency}


def _e164(phone: str) -> str:
    """The number as the labels write it: its form is not what is compared."""
    digits = re.sub(r"\D", "", phone)
    return "+" + digits if digits.startswith("86") and len(digits) > 11 else "+86" + digits.removeprefix("0")


def jionlp_dates(labelled: Line) -> list[When]:
    import jionlp as jio

    now = datetime.fromisoformat(labelled["now"])
    base = {name: getattr(now, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    found = jio.ner.extract_time(labelled["text"], time_base=base, with_parsing=True) or []
    return [when for one in found if (when := _of_jionlp(_named(one, base), now)) is not None]


def _named(one: Line, base: dict[str, int]) -> Line:
    """X 前 and X 后 as X itself: the labels hold the day that is named, jionlp all time before or after it."""
    import jionlp as jio

    bare = re.sub(r"(?:之前|以前|之后|以后|前|后)$", "", one["text"])
    if bare == one["text"] or one["type"] != "time_span":
        return one
    try:
        detail = jio.parse_time(bare, time_base=base)
    except ValueError:
        return one
    return {**one, "type": detail["type"], "detail": detail}


def _of_jionlp(one: Line, now: datetime) -> When | None:
    """None for durations, periods, and ends that are open. 59 seconds of a day or an hour are its end."""
    detail = one["detail"]
    ends = detail.get("time")
    if one["type"] not in ("time_point", "time_span") or not isinstance(ends, list):
        return None
    try:
        start, last = (datetime.fromisoformat(end).replace(tzinfo=now.tzinfo) for end in ends)
    except ValueError:
        return None
    if _counted_from_now(one["text"], start, now):
        start = now
    clock = start.date() == last.date() and last - start <= timedelta(hours=1) and start != last
    words = one["text"]
    return When(words, tuple(one["offset"]), "jionlp", 1.0, start, last + timedelta(seconds=1),
                "minute" if clock or start == last else "day")  # fmt: skip


def _counted_from_now(words: str, start: datetime, now: datetime) -> bool:
    return words.endswith("内") and start < now


# -- dateparser -------------------------------------------------------------------------------------------------------


def dateparser_dates(labelled: Line) -> list[When]:
    from dateparser.search import search_dates

    now = datetime.fromisoformat(labelled["now"])
    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = search_dates(labelled["text"], languages=["zh", "en"], settings=settings) or []
    dates, at = [], 0
    for words, start in found:
        at = max(labelled["text"].find(words, at), 0)
        dates.append(_of_dateparser(words, at, start, now))
        at += len(words)
    return dates


def _of_dateparser(words: str, at: int, start: datetime, now: datetime) -> When:
    """A time of day where the words have one; else the whole day: it gives the present hour for a bare date."""
    clock = bool(re.search(r"[点點时時:：]|[ap]m\b", words))
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    begin, grain = (start, "minute") if clock else (day, "day")
    begin = begin.replace(tzinfo=now.tzinfo)
    end = begin + (timedelta(minutes=1) if clock else timedelta(days=1))
    return When(words, (at, at + len(words)), "dateparser", 1.0, begin, end, grain)  # type: ignore[arg-type]


def of_dateparser(labelled: Line) -> Line:
    return NOTHING | {"dates": [{"start": when.start.isoformat()} for when in dateparser_dates(labelled)]}


# -- jieba.posseg and keywords ----------------------------------------------------------------------------------------

TITLES = r"(?:董事长|总经理|副总|总监|经理|主任|科长|处长|院长|校长|厂长|部长|老师|总|工)"
COMPANY = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:有限公司|公司|集团|医院|大学|中学|小学|银行|科技|实业)")
STAGES = (
    ("won", "签了|已签|签约成功|下单了|款到|打款了|成交"),
    ("lost", "丢单|输单|选了别家|黄了|取消了|不做了"),
    ("contract_signing", "合同|签约|盖章|法务"),
    ("negotiation", "报价|价格|折扣|便宜"),
    ("solution_demo", "演示|方案|试用|demo"),
    ("needs_confirmed", "需求|预算|立项"),
    ("initial_contact", "初次|第一次|加了微信|认识了"),
)
SIGNALS = (
    ("price_objection", "太贵|贵了|价格高|便宜点"), ("considering", "考虑|再看看|再评估"),
    ("budget_approved", "预算批|预算已批"), ("budget_missing", "没预算|预算不够|预算砍"),
    ("legal_passed", "法务过|法务通过"), ("asks_quote", "报个价|报价单"), ("asks_trial", "试用"),
    ("asks_cases", "案例"), ("asks_timeline", "周期|多久"), ("asks_contract", "合同模板|合同发"),
    ("asks_comparison", "对比"), ("competitor_mentioned", "友商|竞品|对手"), ("payment_made", "打款|付款|款到"),
    ("delivery_concern", "物流|交期|几天到"), ("decision_maker_met", "见到.{0,3}总|见了.{0,3}总"),
    ("names_tech_contact", "技术对接|对接人"), ("proposes_demo_time", "演示一下|来演示"),
    ("internally_approved", "内部通过|审批通过"), ("silent_customer", "没回|不回|联系不上"),
)  # fmt: skip
ACTIONS = (
    ("visit", "拜访|面谈|见面|上门"),
    ("phone", "电话|打了"),
    ("demo", "演示"),
    ("email", "邮件|邮箱"),
    ("wechat", "微信"),
)
PROMISE = re.compile(r"(?:我|我们|客户|他|她)[^，。,.!！?？]{0,8}(?:发|给|提供|回复|确认|寄|安排)[^，。,.!！?？]{1,10}")


def of_keywords(labelled: Line) -> Line:
    """What a keyword product does: nouns by part of speech, customers by full name or suffix, stages by word lists."""
    text = labelled["text"]
    known = [one if isinstance(one, str) else one["name"] for one in labelled.get("customers", [])]
    names = [name for name in known if name in text] or COMPANY.findall(text)
    return NOTHING | {
        "customers": [{"name": name} for name in names],
        "contacts": list(_people(text)),
        "stage": _first(STAGES, text),
        "action": _first(ACTIONS, text),
        "signals": [name for name, words in SIGNALS if re.search(words, text)],
        "commitments": [
            {"by": "us" if found[0] == "我" else "customer", "what": found.lstrip("我们客户他她"), "due": None}
            for found in PROMISE.findall(text)
        ],
    }


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, words in table if re.search(words, text)), None)


def _people(text: str) -> Iterator[Line]:
    """A surname with a title, and what jieba tags as a person's name."""
    import jieba.posseg

    for found in re.finditer(
        rf"([王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕])({TITLES})", text
    ):
        yield {"name": found[1], "title": found[2]}
    for word in jieba.posseg.cut(text):
        if word.flag == "nr" and len(word.word) > 2:
            yield {"name": word.word, "title": None}


# -- the table --------------------------------------------------------------------------------------------------------

OTHERS: dict[str, tuple[str, Found, Callable[[Line], list[When]] | None]] = {
    "jionlp": ("jionlp", of_jionlp, jionlp_dates),
    "dateparser": ("dateparser", of_dateparser, dateparser_dates),
    "jieba.posseg + keywords": ("jieba", of_keywords, None),
}
"""Name → (module, what it makes of a message, what dates it finds in a sentence)."""
OFFERS = {
    "jionlp": ("dates", "phones", "emails", "amounts"),
    "dateparser": ("dates",),
    "jieba.posseg + keywords": ("customers", "contacts", "action", "stage", "signals", "commitments"),
}


def compared(part: str) -> Iterator[tuple[str, Score, DateScore | None]]:
    messages, times = lines_of(SETS / f"messages-{part}.jsonl"), lines_of(SETS / f"time-{part}.jsonl")
    index = NameIndex()
    yield "Genjin", score((str(m["id"]), m["expect"], answered(m, index)) for m in messages), dated(times)
    for name, (_, of, dates) in OTHERS.items():
        total = score((str(m["id"]), m["expect"], of(m)) for m in messages)
        yield name, total, score_dates((t, dates(t)) for t in times) if dates else None


def rows(part: str) -> list[list[str]]:
    """The table's lines: figure, then a cell for each reader; · where it does not offer the field."""
    readers = list(compared(part))
    table = [["F1"] + [name for name, _, _ in readers]]
    for field in FIELDS:
        cells = [f"{s.fields[field].f1:.3f}" if field in OFFERS.get(n, FIELDS) else "·" for n, s, _ in readers]
        table.append([field, *cells])
    staged = [n for n, _, _ in readers if "stage" in OFFERS.get(n, FIELDS)]
    table.append(["false advance"] + [f"{s.false_advance_rate:.1%}" if n in staged else "·" for n, s, _ in readers])
    table.append(["false won/lost"] + [str(s.false_closings) if n in staged else "·" for n, s, _ in readers])
    table.append(["time set: F1"] + [f"{d.dates.f1:.3f}" if d else "·" for _, _, d in readers])
    table.append(["time set: all right"] + [_clean(d) if d else "·" for _, _, d in readers])
    table.append(["time set: left alone"] + [f"{d.silent / d.empty:.1%}" if d else "·" for _, _, d in readers])
    return table


def _clean(total: DateScore) -> str:
    return f"{total.clean / total.sentences:.1%}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("dev", "held"), help="one part only")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    lacking = [name for name, (module, _, _) in OTHERS.items() if find_spec(module) is None]
    if lacking:
        print(f"{', '.join(lacking)} not installed: pip install 'genjin[compare]'", file=sys.stderr)
        return 2
    for part in [args.part] if args.part else ["dev", "held"]:
        table = rows(part)
        if args.json:
            print(json.dumps({part: table}, ensure_ascii=False))
            continue
        print(f"== {part}")
        for line in table:
            print(f"| {' | '.join(line)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
