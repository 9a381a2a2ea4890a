"""What reading one message costs with 100,000 names loaded, as ratios in one run to ``jieba.lcut`` of the same text.

``python benchmarks/reading.py [--names N]``. With jionlp installed also against its time extraction alone.
The garbage collector is set as `genjin` sets it, for all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

import jieba

from bot import collector
from nlp.customers import NameEntry, NameIndex
from nlp.frames import compile_ahead
from nlp.lexicon import shipped
from nlp.read import read
from nlp.workdays import Calendar

SETS = Path(__file__).parents[1] / "tests" / "reading"
NOW = datetime(2026, 3, 10, 10, 0, tzinfo=timezone(timedelta(hours=8)))
PLACES = (
    "华东江南滨海长沙青岛苏州合肥佛山宁波温州泉州大连西安成都武汉郑州济南无锡东莞嘉兴北京上海广州深圳杭州南京重庆天津厦门福州南昌"
    "昆明贵阳兰州太原石家庄沈阳长春徐州常州南通扬州烟台潍坊临沂洛阳襄阳宜昌株洲湘潭珠海中山惠州汕头柳州桂林海口绵阳遵义"
)
"""Read two characters at a time."""
SYLLABLES = (
    "启松瑞天宏泰恒盛嘉远博雅凯隆鑫安达康源德信诚科润创联华明新志宇飞海峰光辉金银玉珠宝祥和顺昌荣茂森林川江湖洋"
    "泽睿哲卓越腾骏翔鹏锦绣云峻岳岭澜沧汇众智慧优佳美丽福禄寿喜吉庆百千万通广厚毅勤正大中立方圆"
)
TRADES = (
    "医疗器械精密机械教育科技信息技术食品饮料环保工程能源科技物流运输建筑材料生物医药电子元件包装印刷纺织服饰汽车配件"
    "化工材料模具制造家具制造文化传媒餐饮管理酒店用品农业开发水产养殖园林绿化装饰工程智能设备光电科技仪器仪表阀门管件"
    "电线电缆五金制品塑料制品橡胶密封轴承传动冷链仓储口腔医疗眼科医疗实验设备软件开发网络科技"
)
"""Four characters at a time."""
KINDS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
OFTEN = (
    *(72, 72, 68, 54, 45, 31, 23, 22, 20, 20, 17, 15, 13, 12, 12, 11, 11, 11),
    *(10, 9, 9, 8, 7, 7, 7, 6, 6, 6, 6, 6, 5, 5, 5, 4, 4, 4),
)
SURNAMES = dict(zip("王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭蔡潘袁沈", OFTEN, strict=True))
"""By how many of a thousand people bear them."""
TITLES = {"总": 35, "经理": 20, "主任": 15, "工": 10, "科长": 10, "老师": 10}
READY = (
    "from datetime import datetime, timezone\nfrom time import perf_counter\nstart = perf_counter()\n"
    "from bot.collector import collect_seldom\ncollect_seldom()\n"
    "from nlp.customers import NameIndex\nfrom nlp.lexicon import shipped\nfrom nlp.read import read\n"
    "from nlp.workdays import Calendar\n"
    "read('王总说下周三签合同', datetime(2026, 3, 10, tzinfo=timezone.utc), names=NameIndex(), lexicon=shipped(),"
    " calendar=Calendar.national())\nprint(perf_counter() - start)"
)
JIEBA_READY = (
    "from time import perf_counter\nstart = perf_counter()\nimport jieba\njieba.lcut('王总说')\n"
    "print(perf_counter() - start)"
)
MEMORY = (
    "import sys\nfrom pathlib import Path\nsys.path.insert(0, 'benchmarks')\n{what}\n"
    "print(next(int(line.split()[1]) / 1024 for line in Path('/proc/self/status').read_text().splitlines()"
    " if line.startswith('VmRSS')))"
)


def companies(count: int) -> Iterator[NameEntry]:
    """Distinct company names as they are registered, each with one contact; the same ones every time."""
    chance, seen = random.Random(7), set[str]()
    while len(seen) < count:
        core = "".join(chance.sample(SYLLABLES, chance.choice((2, 2, 2, 3))))
        name = _piece(chance, PLACES, 2) + core + _piece(chance, TRADES, 4) + chance.choice(KINDS)
        who = "".join(chance.choices(list(of), list(of.values()))[0] for of in (SURNAMES, TITLES))
        if name not in seen:
            seen.add(name)
            yield NameEntry(f"cus_{len(seen)}", name, contacts=(who,))


def _piece(chance: random.Random, of: str, size: int) -> str:
    at = chance.randrange(len(of) // size) * size
    return of[at : at + size]


def messages() -> dict[str, bool]:
    """The labelled messages, and whether a date is in each."""
    lines = [
        json.loads(line)
        for part in ("dev", "held")
        for line in (SETS / f"messages-{part}.jsonl").read_text("utf-8").splitlines()
    ]
    return {line["text"]: bool(line["expect"]["dates"]) for line in lines}


def mistyped(names: Sequence[NameEntry], count: int) -> list[str]:
    """Talk of known companies of which one character is wrong."""
    chance = random.Random(11)
    found = []
    for entry in chance.sample(list(names), count):
        at = 2 + chance.randrange(2)
        wrong = entry.name[:at] + chance.choice(SYLLABLES) + entry.name[at + 1 :]
        found.append(f"今天去了{wrong}，预算批了，下周三签合同")
    return found


def seconds(work: Callable[[str], object], text: str, times: int = 3) -> float:
    """The quickest of a few tries."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        work(text)
        best = min(best, perf_counter() - start)
    return best


class Reader:
    def __init__(self, names: NameIndex) -> None:
        self._names, self._lexicon, self._calendar = names, shipped(), Calendar.national()

    def __call__(self, text: str) -> object:
        return read(text, NOW, names=self._names, lexicon=self._lexicon, calendar=self._calendar)


def line(what: str, ratio: float, must: str, beside: str) -> None:
    print(f"{what:<52} {ratio:>7.2f} ×   {must:<14} {beside}")


def beside_jieba(what: str, must: str, reader: Reader, texts: Sequence[str], times: int = 3) -> None:
    """Prints the ratio of the medians, and beside it the median of the ratios; of each text the quickest of some tries
    in a row, for which both find warm what they touch. Messages come one after another: read once, neither does."""
    pairs = [(seconds(reader, text, times), seconds(jieba.lcut, text, times)) for text in texts]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    each = statistics.median(one / other for one, other in pairs)
    worst = statistics.quantiles((one / other for one, other in pairs), n=20)[-1]
    line(
        what,
        ours / theirs,
        must,
        f"{ours * 1e6:.0f} µs against {theirs * 1e6:.0f} µs; each {each:.2f} ×, p95 {worst:.2f} ×",
    )


def beside_jionlp(reader: Reader, texts: dict[str, bool]) -> None:
    if find_spec("jionlp") is None:
        return
    import logging

    import jionlp

    logging.disable(logging.CRITICAL)
    base = {"year": 2026, "month": 3, "day": 10, "hour": 10, "minute": 0, "second": 0}

    def extract(text: str) -> object:
        return jionlp.ner.extract_time(text, time_base=base, with_parsing=True)

    for called, dated in (("all messages", False), ("messages with a date", True)):
        chosen = [text for text, has_date in texts.items() if has_date or not dated]
        pairs = [(seconds(reader, text), seconds(extract, text)) for text in chosen]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        whole, their_whole = (sum(side) for side in zip(*pairs, strict=True))
        beside = f"{ours * 1e6:.0f} µs against {theirs * 1e6:.0f} µs; all of them {whole / their_whole:.2f} ×"
        line(f"{called} / jionlp's time extraction alone", ours / theirs, "< 1", beside)


def long_text(reader: Reader, texts: Sequence[str]) -> None:
    """100 KB of talk in one message, and whether twice as much takes twice as long."""
    talk = "。".join(texts)
    while len(talk.encode()) < 100 * 1024:
        talk += "。" + talk
    whole = talk.encode()[: 100 * 1024].decode(errors="ignore")
    half = whole[: len(whole) // 2]
    long, short = seconds(reader, whole), seconds(reader, half)
    line("100 KB / 50 KB (linear: 2)", long / short, "≤ 2.2", f"{long:.2f} s for 100 KB (must < 1 s)")
    line("100 KB / jieba.lcut of it", long / seconds(jieba.lcut, whole, 1), "", "")


def told(program: str) -> float:
    """The number that a fresh Python prints last."""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def start_and_memory(count: int) -> None:
    ready, theirs = (min(told(program) for _ in range(2)) for program in (READY, JIEBA_READY))
    line("import + dictionary ready / jieba's own", ready / theirs, "", f"{ready:.2f} s (must < 3 s, goal 1.5 s)")
    if not Path("/proc/self/status").exists():
        return
    bare = told(MEMORY.format(what="import jieba; jieba.lcut('王总说')"))
    empty = told(MEMORY.format(what=READY))
    named = f"from reading import companies, NameIndex, Reader\nR = Reader(NameIndex(companies({count})))\nR('签了')"
    full = told(MEMORY.format(what=named))
    line("memory: reader / jieba alone", empty / bare, "", f"{empty:.0f} MB against {bare:.0f} MB")
    each = (full - empty) / count * 1024
    line(f"memory: with {count:,} names / without", full / empty, "", f"{full:.0f} MB, {each:.1f} KB a name")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100_000)
    count = parser.parse_args().names
    jieba.setLogLevel(60)
    jieba.initialize()
    names = list(companies(count))
    start = perf_counter()
    reader = Reader(NameIndex(names))
    built = perf_counter() - start
    found = messages()
    texts = list(found)
    compile_ahead(shipped(), lambda seconds: False)
    for text in texts:
        reader(text)
    collector.settle()
    length = statistics.median(map(len, texts))
    print(f"{len(texts)} messages, median {length:.0f} characters; {count:,} names in {built:.1f} s")
    beside_jieba("one message / jieba.lcut of it", "≤ 5, goal 2", reader, texts)
    beside_jieba("the same, each read once, after others", "", reader, texts, times=1)
    beside_jionlp(reader, found)
    beside_jieba("one that needs fuzzy look-up / jieba.lcut of it", "≤ 20", reader, mistyped(names, 200))
    wangs = sum("王总" in entry.contacts for entry in names)
    common = [
        f"{day}王总说预算批了，{what}" for day in ("今天", "昨天", "刚才") for what in ("下周三签合同", "要我们报价")
    ]
    beside_jieba(f"one with a 王总 of {wangs:,} customers / jieba.lcut", "", reader, common)
    long_text(reader, texts)
    start_and_memory(count)


if __name__ == "__main__":
    main()
