"""Small changes of a playbook's text: one table ([lexicon], [calendar]) written anew, every other line as its author
left it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, time

from pydantic import ValidationError

from bot.errors import PlaybookError
from bot.playbook.model import CompanyDays, Words

HEADER = re.compile(r"^\s*\[{1,2}\s*([\w\-\"'.\s\u0080-\uffff]+?)\s*\]{1,2}\s*(?:#.*)?$")
WORDS, DAYS = "lexicon", "calendar"


def with_words(text: str, words: Words) -> str:
    """The text with these words for its [lexicon]. PlaybookError where the table is written in a way that cannot be
    told from the rest (inline, for example)."""
    kept = _without_table(text, WORDS)
    new = f"{kept}\n\n{_words(words)}" if words != Words() else f"{kept}\n"
    if _parsed(new).get(WORDS, {}) != _plain(words):
        raise _strange(WORDS)
    return new


def with_days(text: str, days: CompanyDays) -> str:
    """The text with these days and hours for its [calendar]. PlaybookError as for :func:`with_words`."""
    new = f"{_without_table(text, DAYS)}\n\n{_days(days)}"
    try:
        written = CompanyDays.model_validate(_parsed(new).get(DAYS, {}))
    except ValidationError:
        raise _strange(DAYS) from None
    if written != days:
        raise _strange(DAYS)
    return new


def _strange(table: str) -> PlaybookError:
    return PlaybookError(f"打法里的 [{table}] 写法不常见，这里改不了", hint="在文件里改，再 genjin playbook load")


def _without_table(text: str, table: str) -> str:
    """The text without the lines of one table. PlaybookError where that would change more than the table."""
    kept = "\n".join(_others(text.splitlines(), table)).rstrip()
    rest = {key: value for key, value in _parsed(text).items() if key != table}
    if _parsed(kept) != rest:
        raise _strange(table)
    return kept


def _parsed(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _others(lines: Iterable[str], table: str) -> Iterable[str]:
    """The lines outside of the table and its parts."""
    inside = False
    for line in lines:
        header = HEADER.match(line)
        if header:
            inside = header[1].partition(".")[0].strip("\"' ") == table
        if not inside:
            yield line


def _plain(words: Words) -> dict[str, object]:
    """As TOML reads it; what is empty is not written."""
    by_meaning = {name: list(found) for name, found in words.words.items() if found}
    every = {"packs": list(words.packs), "without": list(words.without), "words": by_meaning}
    return {key: value for key, value in every.items() if value}


def _words(words: Words) -> str:
    lines = [f"[{WORDS}]"]
    lines += [f"{key} = {_list(value)}" for key in ("packs", "without") if (value := getattr(words, key))]
    by_meaning = {name: found for name, found in words.words.items() if found}
    if by_meaning:
        lines += ["", f"[{WORDS}.words]", *(f"{_text(name)} = {_list(found)}" for name, found in by_meaning.items())]
    return "\n".join(lines) + "\n"


def _days(days: CompanyDays) -> str:
    lines = [f"[{DAYS}]", f"hours = {{ start = {_clock(days.hours.start)}, end = {_clock(days.hours.end)} }}"]
    for name, found in (("off", days.off), ("work", days.work)):
        lines += ["", f"[{DAYS}.{name}]", *(f"{day} = {_text(why)}" for day, why in _sorted(found))]
    return "\n".join(lines) + "\n"


def _sorted(found: Mapping[date, str]) -> list[tuple[str, str]]:
    return [(day.isoformat(), found[day]) for day in sorted(found)]


def _clock(at: time) -> str:
    return _text(at.isoformat("minutes"))


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"


def _text(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)
