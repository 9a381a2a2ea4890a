"""`genjin eval`: how well the reader does on labelled sets, and whether it is as sure as it is right."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.cli.common import DONE, WRONG_USE
from bot.cli.read import answer, reading_with
from nlp.customers import NameIndex
from nlp.read import Context
from nlp.reading import Reading, Speaker
from nlp.reliability import BINS, Reliability, judged
from nlp.scoring import FIELDS, Count, Score, score
from nlp.scoring_chats import ChatScore, Turns, score_chats
from nlp.scoring_when import DateScore, score_dates
from nlp.transcripts import looks_pasted, merge, parse
from nlp.wire import as_dict, moment

SETS = Path("tests/reading")
PARTS = {"dev": "开发集", "held": "保留集"}
"""Labelled lines that were looked at while the reader was built, and lines that never were."""
Line = dict[str, Any]


def evaluate(
    file: Path | None = None, *, as_json: bool = False, misses: bool = False, reliability: bool = False
) -> int:
    """0 after printing how the reader does on labelled JSONL lines (with ``expect``), without a file on the sets of the
    repository; 2 when they cannot be read."""
    try:
        if reliability:
            _reliability([file] if file else [SETS / f"messages-{part}.jsonl" for part in PARTS], as_json)
        elif file:
            _one(lines_of(file), as_json, misses)
        else:
            _all(as_json, misses)
    except (OSError, ValueError, KeyError) as error:
        where = file or f"{SETS}/*.jsonl（在仓库目录里运行，或给一个文件）"
        print(f"{where}：{error}；要一份带 expect 的 JSONL", file=sys.stderr)
        return WRONG_USE
    return DONE


def lines_of(file: Path) -> list[Line]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _one(lines: list[Line], as_json: bool, misses: bool) -> None:
    total = scored(lines)
    print(json.dumps(figures(total), ensure_ascii=False) if as_json else table(total))
    if misses:
        for id, name in total.misses:
            print(id, name)


def _all(as_json: bool, misses: bool) -> None:
    """Messages, dates and chats, each on both parts. Of the held-back part no line is ever named."""
    found: dict[str, Any] = {}
    for part, called in PARTS.items():
        messages = scored(lines_of(SETS / f"messages-{part}.jsonl"))
        dates = dated(lines_of(SETS / f"time-{part}.jsonl"))
        chats = chatted(lines_of(SETS / f"transcripts-{part}.jsonl"))
        found[part] = figures(messages) | {"dates": date_figures(dates), "chats": chat_figures(chats)}
        if not as_json:
            print(f"== {called}\n{table(messages)}\n{date_lines(dates)}\n{chat_lines(chats)}\n")
            if misses and part == "dev":
                print(*[f"{id} {name}" for id, name in messages.misses], *dates.misses, *chats.misses, sep="\n")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))


# -- messages ---------------------------------------------------------------------------------------------------------


def scored(lines: Iterable[Line]) -> Score:
    """The score of the reader over labelled messages."""
    index = NameIndex()
    return score((str(each["id"]), each["expect"], answered(each, index)) for each in lines)


def answered(labelled: Line, index: NameIndex) -> Line:
    """What `genjin extract` says of the line; ValueError for one that it refuses."""
    found = answer(json.dumps(labelled, ensure_ascii=False), index)
    if "error" in found:
        raise ValueError(f"{labelled.get('id')}: {found['error']['message']}")
    return found


def figures(total: Score) -> dict[str, Any]:
    """The score as plain numbers, for programs."""
    return {
        "lines": total.lines,
        "fields": {name: _count(count) for name, count in total.fields.items()},
        "false_advance_rate": round(total.false_advance_rate, 4),
        "false_closings": total.false_closings,
        "wrong_due_rate": round(total.wrong_due_rate, 4),
    }


def _count(count: Count) -> dict[str, float]:
    return {"precision": round(count.precision, 4), "recall": round(count.recall, 4), "f1": round(count.f1, 4)}


def table(total: Score) -> str:
    """The score as lines for a terminal."""
    rows = [f"{total.lines} 条", f"{'字段':<12}{'准确':>8}{'召回':>8}{'F1':>8}"]
    rows += [_row(name, total.fields[name]) for name in FIELDS]
    rows.append(f"误推进 {total.false_advances}/{total.without_stage}（{total.false_advance_rate:.2%}）")
    rows.append(f"误判赢单输单 {total.false_closings}")
    rows.append(f"承诺日期错 {total.wrong_dues}/{total.dues}（{total.wrong_due_rate:.2%}）")
    return "\n".join(rows)


def _row(name: str, count: Count) -> str:
    return f"{name:<14}{count.precision:>8.3f}{count.recall:>10.3f}{count.f1:>9.3f}"


# -- dates ------------------------------------------------------------------------------------------------------------


def dated(lines: Iterable[Line]) -> DateScore:
    """The score of the reader over labelled sentences with times in them."""
    index = NameIndex()
    return score_dates((each, _read(each["text"], each["now"], index).dates) for each in lines)


def _read(text: str, now: str, index: NameIndex) -> Reading:
    return reading_with(index)(text, moment(now))


def date_figures(total: DateScore) -> dict[str, Any]:
    return _count(total.dates) | {
        "sentences": total.sentences,
        "clean": round(total.clean / max(total.sentences, 1), 4),
        "left_alone": round(total.silent / max(total.empty, 1), 4),
        "wrong_dues": total.wrong_dues,
    }


def date_lines(total: DateScore) -> str:
    return "\n".join(
        (
            f"时间 {total.sentences} 句：整句全对 {total.clean}（{total.clean / max(total.sentences, 1):.1%}），"
            f"没有时间的 {total.empty} 句里没动的 {total.silent}，截止日错 {total.wrong_dues}/{total.dues}",
            _row("dates", total.dates),
        )
    )


# -- pasted chats -----------------------------------------------------------------------------------------------------


def chatted(lines: Iterable[Line]) -> ChatScore:
    """The score of the reader over labelled pasted chats."""
    index = NameIndex()
    return score_chats((each, *_chat(each, index)) for each in lines)


def _chat(labelled: Line, index: NameIndex) -> tuple[Turns, int, Line]:
    """(turns, system lines, the reading of the whole), as the bot takes a message of that text."""
    text, now = labelled["text"], moment(labelled["now"])
    chat = parse(text, now, labelled["us"]) if looks_pasted(text, labelled["us"]) else None
    if chat is None or len(chat.turns) < 2:
        return [], 0, as_dict(_read(text, labelled["now"], index))

    def reads(words: str, at: Any, speaker: Speaker) -> Reading:
        return reading_with(index)(words, at, speaker=speaker, context=Context("", ""))

    turns = [(turn.speaker, turn.at.isoformat() if turn.at else None, turn.text) for turn in chat.turns]
    return turns, chat.system, as_dict(merge(chat, reads, now))


def chat_figures(total: ChatScore) -> dict[str, Any]:
    return {
        "chats": total.chats,
        "whole": round(total.whole / max(total.chats, 1), 4),
        "turns": _count(total.turns),
        "fields": {name: _count(count) for name, count in total.fields.items()},
    }


def chat_lines(total: ChatScore) -> str:
    head = (
        f"聊天记录 {total.chats} 份：轮次和系统行全对 {total.whole}（{total.whole / max(total.chats, 1):.1%}），"
        f"只是看着像的 {total.plain} 份里没当成聊天的 {total.untouched}"
    )
    rows = (_row(name, count) for name, count in total.fields.items())
    return "\n".join((head, _row("turns", total.turns), *rows))


# -- sureness ---------------------------------------------------------------------------------------------------------


def _reliability(files: Iterable[Path], as_json: bool) -> None:
    total = reliability_of(line for file in files for line in lines_of(file))
    if as_json:
        print(json.dumps({name: _bins(total, name) for name in FIELDS}, ensure_ascii=False))
        return
    print(f"{'字段':<12}" + "".join(f"{one:>14}" for one in BINS) + f"{'平均偏差':>10}")
    for name in FIELDS:
        cells = [f"{one.share:.0%} ({one.found})" if one.found else "·" for one in total.fields[name]]
        print(f"{name:<14}" + "".join(f"{cell:>14}" for cell in cells) + f"{total.error(name):>12.3f}")


def reliability_of(lines: Iterable[Line]) -> Reliability:
    """Confidence against the share that is right, over labelled messages."""
    index, total = NameIndex(), Reliability()
    for labelled in lines:
        total.add(judged(labelled["expect"], answered(labelled, index)))
    return total


def _bins(total: Reliability, name: str) -> list[dict[str, Any]]:
    bins = zip(BINS, total.fields[name], strict=True)
    return [
        {"confidence": called, "found": one.found, "right": round(one.share, 4), "stated": round(one.stated, 4)}
        for called, one in bins
        if one.found
    ]
