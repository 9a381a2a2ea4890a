"""`genjin extract`: the reader alone, on lines of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import shipped
from nlp.read import Context, read
from nlp.reading import Reading, Speaker
from nlp.recogniser import recogniser
from nlp.transcripts import read_chat
from nlp.wire import as_dict, moment
from nlp.workdays import Calendar

NOTHING_LEARNT = 0
WRONG_USE = 2


class BadLine(ValueError):
    """An input line that cannot be read, with a code word for the answer."""

    def __init__(self, code: str, message: str, id: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.id = code, message, id


def extract(
    customers: Path | None = None, *, source: Iterable[str] | None = None, target: IO[str] | None = None
) -> int:
    """0 when every line of ``source`` (stdin) was answered with one line on ``target`` (stdout), in order.
    A bad line is answered with its error and the rest goes on; 2 when the customers' file cannot be read."""
    out = target or sys.stdout
    try:
        index = NameIndex(entries_of(customers)) if customers else NameIndex()
    except (OSError, ValueError) as error:
        print(f"--customers {customers}：{error}；每行要一个 JSON 对象，至少有 name", file=sys.stderr)
        return WRONG_USE
    for line in source or sys.stdin:
        if line.strip():
            out.write(json.dumps(answer(line, index), ensure_ascii=False) + "\n")
            out.flush()
    return NOTHING_LEARNT


def answer(line: str, index: NameIndex) -> dict[str, Any]:
    """The reading of one input line, or its error, under the contract's keys. ``index`` is left as it was."""
    try:
        asked = _request(line)
        own = _own_entries(asked)
    except BadLine as bad:
        return {"id": bad.id, "error": {"code": bad.code, "message": bad.message}}
    for entry in own:
        index.add(entry)
    try:
        reading = _reading(asked, index)
    finally:
        for entry in own:
            index.remove(entry.id)
    return as_dict(reading, asked["id"])


def reading_with(index: NameIndex) -> Callable[..., Reading]:
    """The reader as it is shipped, with the extra ``ner`` where it is installed."""
    return partial(read, names=index, lexicon=shipped(), calendar=Calendar.national(), recognise=recogniser())


def _reading(asked: dict[str, Any], index: NameIndex) -> Reading:
    """The text as one message, or turn by turn where it is a pasted chat."""
    reads = reading_with(index)

    def turn(text: str, at: datetime, speaker: Speaker) -> Reading:
        talk = Context("", "")
        return reads(text, at, speaker=speaker, context=talk)

    chat = read_chat(asked["text"], asked["now"], asked["us"], turn) if asked["speaker"] == "rep" else None
    return chat or reads(asked["text"], asked["now"], speaker=asked["speaker"])


def _request(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError as error:
        raise BadLine("bad_json", f"这一行不是 JSON：{error}") from error
    if not isinstance(asked, dict):
        raise BadLine("bad_line", "每行要一个 JSON 对象")
    id = asked.get("id")
    id = id if id is None or isinstance(id, str) else str(id)
    if not isinstance(asked.get("text"), str):
        raise BadLine("text_missing", "缺 text，要一段文字", id)
    speaker = asked.get("speaker") or "rep"
    if speaker not in ("rep", "customer"):
        raise BadLine("bad_speaker", "speaker 只能是 rep 或 customer", id)
    try:
        now = moment(asked["now"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadLine("bad_now", "now 要写成带时区的 ISO 8601，如 2026-03-10T10:00:00+08:00", id) from error
    named = asked.get("us")
    us = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
    customers = asked.get("customers") or []
    return {"id": id, "text": asked["text"], "now": now, "speaker": speaker, "customers": customers, "us": us}


def _own_entries(asked: dict[str, Any]) -> list[NameEntry]:
    if not isinstance(asked["customers"], list):
        raise BadLine("bad_customers", "customers 要一个列表", asked["id"])
    try:
        return [entry_of(customer, f"line:{n}") for n, customer in enumerate(asked["customers"])]
    except ValueError as error:
        raise BadLine("bad_customers", str(error), asked["id"]) from error


def entries_of(file: Path) -> Iterator[NameEntry]:
    """The customers of a JSONL file; ValueError names the line that is none."""
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield entry_of(json.loads(line), f"file:{number}")
                except ValueError as error:
                    raise ValueError(f"第 {number} 行：{error}") from error


def entry_of(written: Any, id: str) -> NameEntry:
    """A customer from its name or from {name, aliases, contacts}; contacts are words or objects with name and title."""
    if isinstance(written, str):
        written = {"name": written}
    if not isinstance(written, dict) or not isinstance(written.get("name"), str) or not written["name"].strip():
        raise ValueError("客户要有 name")
    aliases = [alias for alias in written.get("aliases") or () if isinstance(alias, str)]
    contacts = [_contact(contact) for contact in written.get("contacts") or ()]
    return NameEntry(
        str(written.get("id") or id), written["name"].strip(), tuple(aliases), tuple(filter(None, contacts))
    )


def _contact(written: Any) -> str:
    if isinstance(written, dict):
        name, title = str(written.get("name") or ""), str(written.get("title") or "")
        return name if title and name.endswith(title) else name + title
    return str(written)
