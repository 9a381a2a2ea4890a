"""Every text that a person reads, held to VOICE.md: its budgets, its manner, and that what it names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest

from bot.process.watch import RISKS
from bot.replies import words
from bot.replies.wording import beside, cut, masked, quote

TITLE, TITLE_MOST, STATUS, STATUS_MOST, LABEL_MOST, BUTTONS_MOST, BUTTON_HAN = 20, 26, 26, 30, 5, 5, 6
UNDER_MOST = 112
"""Code points of why and footer together."""
TEXT_MOST = 680
"""Han characters that WeCom takes in one plain text."""

NUMBERS = {"count": "3", "n": "12", "customers": "11", "deals": "14", "promises": "2", "minutes": "2", "days": "3"}
SAMPLES: Mapping[str, str] = {
    **NUMBERS,
    "clock": "10:02", "when": "明天", "day": "周二 3月10日", "due": "周五 3月13日前", "start": "3月6日 17:05",
    "end": "3月9日 08:52", "customer": "松涛教育", "name": "赵敏", "who": "王芳", "whom": "瑞禾医疗 周主任",
    "what": "发报价单", "thing": "报价单", "stage": "合同签署", "kind": "会议记录", "reason": "预算没批",
    "amount": " ¥217 万", "account": "wecom", "user": "zhao.min", "role": "销售", "manager": "王芳", "suffix": ".html",
    "team": "华东一组", "url": "https://a.cn/u/x", "words": "博远", "said": "“在批”",
    "script": "周主任，报价单周一给您。",
    "send_file": "点〔补材料〕上传", "truth": "发报价单 周四 3月12日 16:20 已闭环", "title": "报价单还没见到",
    "example": "报价单", "label": "问问他", "early": "，提前 1 天", "asked": "这句说的是哪件？", "theirs": "7",
    "ours": "5",
    "lines": "1 发方案 · 松涛 · 周二 3月10日", "nearest": "/reassign 瑞禾医疗 李娜", "line": "/member add zhao.min",
    "status": "方案演示 · ¥46 万 · 张伟", "hash": "9c1f0b7a", "joint": "接上 3月9日", "level": "只要承诺",
}  # fmt: skip
"""What stands in a text for each of its fields; a field that is not named here is a word of two characters."""
WORST = {
    "customer": "恒川跨境供应链管理服务有", "name": "欧阳娜娜子", "who": "欧阳娜娜", "stage": "合同签署", "count": "12",
    "what": "发设备报价单和安装排期表", "title": "设备报价单和安装排期表格一式两份还没见到", "day": "周三 12月30日",
    "due": "周三 12月30日 15:00", "whom": "", "nearest": "/reassign 瑞禾医疗 李娜", "amount": " ¥1.2 亿",
}  # fmt: skip

SCRIPTS = frozenset({"promise.script", "gate.ask_customer", "bits.script_late", "bits.script_late_act",
                     "bits.script_customer", "bits.script_moved", "bits.first_nobody",
                     "bits.first_script", "bits.first_script_act", "bits.first_script_new",
                     *(f"watch_words.{kind}_script" for kind in RISKS)})  # fmt: skip
"""Words meant for a customer: they say 您."""
SAYS_NE = frozenset({"reading.nothing.hello"})
"""在呢 is what the colleague says when called."""

FORBIDDEN = (
    "未按时", "违规", "警告", "请重视", "建议加强", "务必", "提升", "可能", "疑似", "大概率", "无权", "禁止", "非法",
    "系统异常", "管控", "监控", "抓取", "考核", "异常行为", "逾期", "凭证", "尊敬", "亲爱",
)  # fmt: skip
MANNERS = "您亲哦呢啦"
EMOJI = re.compile("[\U0001f000-\U0001faff☀-➿⬀-⯿️]")
HAN = "[一-鿿]"
HALF_WIDTH = re.compile(f"{HAN}[,;:?!()]|[,;:?!()]{HAN}")
TOO_CLOSE = re.compile(f"{HAN}[A-Za-z0-9¥]|[A-Za-z0-9%]{HAN}")
DATE = re.compile(r"(?:\d+年)?\d+月(?:\d+日)?|\d+日|11月新预算")
CALL = re.compile(r"/[a-z]+(?: [^，。；）\n]*)?|genjin [a-z ]+|“[^”]*”")
"""What is typed or quoted is written as it is typed."""
NEXT_STEP = re.compile(r"[点回选说看发试改补等再叫找加写查存传]|/[a-z]+|？|比如|提醒")
"""Something that one can do, or that is done for one next."""
ACKNOWLEDGES = {
    "reading.nothing.again": "the long hint stood in the first answer of the day",
    "reading.spent": "says what is true now, whatever that is",
    "seal.day": "is kept, not acted on",
    "visit.evidence": "says what was taken on site a moment ago",
    "promise.script": "is the words alone, to be forwarded",
    "reading.why": "was asked for",
    "heat.week.picture": "is the picture in words",
    "heat.day.picture": "is the picture in words",
    "heat.week.red": "was asked for",
    "pipeline.month.all": "was asked for",
    "pipeline.month.formula": "was asked for",
    "report.text": "is the words alone, to be forwarded",
    "reading.cannot.type": "names the types that are taken",
    "claim.told": "says what was decided, to both",
    "undo.left": "answers the tap that left all as it was",
    "promise.which": "its buttons come with the promises",
    "concern.words": "was asked for",
    "customer.scripts.none": "says who writes them",
    "digest.manager": "its buttons come with the day",
    "digest.rep": "its buttons come with the day",
}
"""Texts that end where they end, and why. What a command was asked for (cmd.…) needs no further step either."""
COUNTS = {
    "reading.two_customers.title": {"count": "两"},
    "bits.point": {"n": "①"},
    "bits.n_customer": {"n": "①"},
    "said.accounts": {"count": "三"},
}
"""Numbers that are written in Han or in a circle."""

VOICE = {
    "A1": ("reading.clear", "reading.confirmed"),
    "A2": ("reading.which_customer", "reading.full_name", "reading.say_full_name"),
    "A3": ("reading.two_customers", "reading.undo_which"),
    "A4": ("reading.which_opportunity", "reading.new_opportunity"),
    "A5": ("reading.corrected", "reading.edit", "reading.say_it"),
    "A6": ("reading.undone", "reading.undo_chain"),
    "A7": ("reading.nothing", "reading.nothing.again", "reading.nothing.hello"),
    "A8": ("reading.fields", "reading.fields.later", "reading.fields.done"),
    "A9": ("reading.transcript",),
    "A10": tuple(f"reading.cannot.{what}" for what in ("voice", "file", "type", "long", "other")),
    "A11": ("reading.waits.won", "reading.waits.lost", "reading.waits.back", "reading.ask_again_on", "won"),
    "B1": ("gate.missing", "gate.later", "gate.ask_customer", "gate.passed"),
    "B5": ("guide.skipped", "guide.cases", "guide.words", "guide.stopped", "guide.why"),
    "B6": ("objection.card", "objection.thanks"),
    "B7": (
        "task.made", "task.due", "task.move", "task.moved", "task.closed", "task.late.manager", "task.asked",
        "task.answered", "task.extended", "task.whom", "task.handed", "task.helped", "task.cannot", "task.given_back",
    ),
    "C1": ("promise.ahead", "promise.file", "promise.move", "promise.moved", "promise.why", "promise.withdrawn"),
    "C2": ("promise.now",),
    "C3": ("promise.late",),
    "C4": ("promise.late.manager", "promise.asked", "promise.answered", "promise.extended"),
    "C5": ("promise.closed", "promise.reopened"),
    "C6": ("promise.customer",),
    "C7": ("promise.which", "promise.which.filed"),
    "G8": ("newcomer.scripts", "newcomer.thanks"),
    "E9": ("concern", "concern.words"),
    "E1": ("digest.rep", "digest.rep.leave", "digest.rep.cover", "digest.rep.covered"),
    "E4": ("digest.manager",),
    "E5": ("heat.week", "heat.week.picture", "heat.week.red", "heat.day.picture"),
    "E6": ("pipeline.month", "pipeline.month.all", "pipeline.month.formula"),
    "E11": ("report.draft", "report.text", "report.nothing", "report.edit"),
    "F1": ("lead.assigned", "lead.taken", "lead.why", "lead.none", "lead.gone", "lead.unowned"),
    "F10": ("claim", "claim.noted", "claim.decided", "claim.told", "claim.together", "claim.separate"),
    "G2": ("hello.rep", "hello.try", "hello.who_sees", "hello.first", "hello.first.settled"),
    "G3": ("hello.unknown", "hello.ask_admin", "hello.added", "hello.not_added"),
    "G4": ("cmd.wrong", "cmd.noright", "cmd.forwarded"),
    "G5": ("late.digest",),
    "G6": ("bot.health", "bot.set_aside"),
    "§4": ("cmd.help", "cmd.my", "cmd.customer", "cmd.promise", "cmd.note", "cmd.member.added", "cmd.team",
           "cmd.audit.verify", "cmd.health", "undo.nothing"),
}  # fmt: skip
LABELS = {
    "reading.clear": "确认 改 撤销 补材料",
    "reading.corrected": "对 撤销",
    "reading.edit": "客户 阶段 日期 承诺 金额",
    "reading.undone": "恢复",
    "reading.undo_chain": "一起撤 只撤这条 不撤",
    "reading.waits.won": "赢单 还没签 补材料",
    "reading.waits.lost": "输单 还在谈",
    "reading.ask_again_on": "三个月后 11月新预算 不问了",
    "gate.missing": "补材料 问客户要 晚点",
    "promise.ahead": "已经发了 改时间 不用了",
    "promise.now": "已经发了 改时间 不用了 请人帮忙",
    "promise.late": "已经发了 改到周一 改时间 请人帮忙",
    "promise.late.manager": "问问他 延一天 改派 知道了",
    "promise.customer": "已经回了 再等等 发我话术",
    "promise.asked": "回一句",
    "report.draft": "发我全文 换个写法 改",
    "promise.closed": "不是这件",
    "guide.skipped": "看话术 换一批 用不上",
    "objection.card": "要这张图 相似案例 没帮上",
    "newcomer.scripts": "看全部 没帮上",
    "hello.rep": "试一句 我的客户 谁能看到",
    "hello.ask_admin": "加为销售 加为主管 不加",
    "cmd.wrong": "就用它 看帮助",
    "cmd.noright": "转给他",
}
"""The buttons of a card in their order, as VOICE.md writes them."""

KEYS = words.keys()


def fields_of(template: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def filled(template: str, samples: Mapping[str, str] = SAMPLES) -> str:
    return template.format(**{name: samples.get(name, SAMPLES.get(name, "文字")) for name in fields_of(template)})


def strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every string under ``value`` with where it stands; button words are ids, not text."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in ("buttons", "tone"):
                yield from strings(inner, f"{path}.{name}" if path else name)


ALL = [(path, text) for key in sorted(words._shipped()) for path, text in strings(words.entry(key), key)]
SHOWN = [
    (path, filled(text, {**SAMPLES, **COUNTS.get(path, {})}))
    for path, text in ALL
    if not path.endswith((".example", ".usage"))
]


def labels(key: str) -> list[str]:
    return [words.label(word) for word in words.entry(key).get("buttons", ())]


# -- budgets (VOICE.md §2) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in KEYS if "title" in words.entry(key)])
def test_budgets_of_a_card(key: str) -> None:
    entry = words.entry(key)
    own = {part: len(filled(str(entry.get(part, "")), dict.fromkeys(SAMPLES, ""))) for part in ("title", "status")}
    assert own["title"] <= TITLE and own["status"] <= STATUS, f"{key}: {own}"
    assert len(str(entry.get("label", ""))) <= LABEL_MOST, key
    assert len(filled(str(entry.get("why", "")))) + len(filled(str(entry.get("footer", "")))) <= UNDER_MOST, key
    card = words.card(key, **{name: WORST.get(name, SAMPLES.get(name, "文字")) for name in fields_of(_all(entry))})
    assert 0 < len(card.title) <= TITLE_MOST, f"{key}: {card.title}"
    assert len(card.status) <= STATUS_MOST, f"{key}: {card.status}"


def _all(entry: Mapping[str, Any]) -> str:
    return "".join(str(entry.get(part, "")) for part in ("title", "status", "why", "footer"))


@pytest.mark.parametrize("key", KEYS)
def test_buttons_are_few_and_short(key: str) -> None:
    shown = labels(key)
    assert len(shown) <= BUTTONS_MOST, key
    assert len(set(shown)) == len(shown), f"{key}: a typed label must mean one button"


def test_a_label_is_at_most_six_characters() -> None:
    assert [label for label in words.labels().values() if not 0 < len(label) <= BUTTON_HAN] == []


def test_a_text_fits_a_message() -> None:
    texts = [key for key in KEYS if "text" in words.entry(key)]
    assert [key for key in texts if len(filled(str(words.entry(key)["text"]))) > TEXT_MOST] == []


# -- manner (VOICE.md §1) ------------------------------------------------------------------------------------------


OF_THE_COMPANY = {("claim.noted.text", "可能")}
"""VOICE.md F10 has the word: it is not said of a person, and who it may be is what is not told."""


def test_manner() -> None:
    assert [(path, fault) for path, text in ALL for fault in _faults(path, text)] == []


def _faults(path: str, text: str) -> Iterator[str]:
    if "!" in text or "！" in text:
        yield "an exclamation mark"
    if EMOJI.search(text):
        yield "an emoji"
    key = path.removesuffix(".text").removesuffix(".status")
    if key not in SCRIPTS | SAYS_NE:
        yield from sorted(set(MANNERS) & set(text))
    yield from (word for word in FORBIDDEN if word in text and (path, word) not in OF_THE_COMPANY)
    yield from (mark for mark in ("...", "~", "……") if mark in text)


def test_writing() -> None:
    """Full-width signs; Han apart from Latin and digits, dates closed up."""
    assert [(path, text) for path, text in SHOWN if not _well_written(text)] == []


def _well_written(text: str) -> bool:
    plain = DATE.sub("", CALL.sub("", text))
    return not (HALF_WIDTH.search(plain) or TOO_CLOSE.search(plain) or "  " in text.strip("\n "))


@pytest.mark.parametrize("key", KEYS)
def test_each_message_ends_in_something_one_can_do(key: str) -> None:
    entry = words.entry(key)
    if labels(key) or key in ACKNOWLEDGES or entry.get("tone") == "done" or key.startswith("cmd."):
        return
    said = "".join(str(entry.get(part, "")) for part in ("title", "status", "footer", "text"))
    assert NEXT_STEP.search(said), f"{key}: {said}"


def test_what_is_excused_exists() -> None:
    assert ACKNOWLEDGES.keys() <= set(KEYS)


# -- what VOICE.md names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("card", VOICE)
def test_every_card_of_the_voice_has_its_words(card: str) -> None:
    assert not [key for key in VOICE[card] if key not in KEYS]


@pytest.mark.parametrize("key", LABELS)
def test_a_card_offers_what_the_voice_says(key: str) -> None:
    assert labels(key) == LABELS[key].split()


def test_a_closed_loop_of_reasons() -> None:
    assert list(words.entry("lost_reasons").values()) == ["价格", "竞品", "预算没批", "需求变了", "其他"]


# -- how words are put together ------------------------------------------------------------------------------------


def test_a_title_keeps_its_budget_by_the_name_in_it() -> None:
    card = words.card(
        "gate.missing", customer="恒川跨境供应链管理服务有限公司", stage="合同签署", count=2, send_file="x"
    )
    assert len(card.title) == TITLE_MOST
    assert card.title.endswith("… · 进「合同签署」还差 2 样")


def test_phones_and_mail_are_masked_whole_or_cut() -> None:
    assert masked("郑总 13912345678，zheng@qiming.com") == "郑总 139****5678，z****@qiming.com"
    assert masked("邮箱li.na+a@qiming.com.cn。") == "邮箱l****@qiming.com.cn。"
    assert quote("启明制造郑总 13912345678 说下周", 16) == "“启明制造郑总 139****5…”"
    card = words.card("reading.corrected", customer="启明", clock="10:00", facts=[("找谁", "郑总 139 1234 5678")])
    assert card.facts[0].value == "郑总 139****5678"
    assert masked("指纹 9c1f0b7a13912345678d2") == "指纹 9c1f0b7a13912345678d2"


def test_a_clock_stands_apart_from_what_follows() -> None:
    assert beside("周三 3月18日 15:00") + "给您" == "周三 3月18日 15:00 给您"
    assert beside("周三 3月18日") + "给您" == "周三 3月18日给您"
    assert cut("很长的名字很长的名字", 5) == "很长的名…"
