"""Small changes of a playbook's text: the [lexicon] table written anew, every other line as its author left it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping

from bot.errors import PlaybookError
from bot.playbook.model import Words

HEADER = re.compile(r"^\s*\[{1,2}\s*([\w\-\"'.\s\u0080-\uffff]+?)\s*\]{1,2}\s*(?:#.*)?$")
OWN = "lexicon"


def with_words(text: str, words: Words) -> str:
    """The text with these words for its [lexicon]. PlaybookError where the table is written in a way that cannot be
    told from the rest (inline, for example)."""
    kept = "\n".join(_others(text.splitlines())).rstrip()
    new = f"{kept}\n\n{_section(words)}" if words != Words() else f"{kept}\n"
    if _without(_parsed(new)) != _without(_parsed(text)) or _parsed(new).get(OWN, {}) != _plain(words):
        raise PlaybookError("打法里的 [lexicon] 写法不常见，这里改不了", hint="在文件里改，再 genjin playbook load")
    return new


def _parsed(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _without(raw: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in raw.items() if key != OWN}


def _others(lines: Iterable[str]) -> Iterable[str]:
    """The lines outside of [lexicon] and its parts."""
    inside = False
    for line in lines:
        header = HEADER.match(line)
        if header:
            inside = header[1].partition(".")[0].strip("\"' ") == OWN
        if not inside:
            yield line


def _plain(words: Words) -> dict[str, object]:
    """As TOML reads it; what is empty is not written."""
    by_meaning = {name: list(found) for name, found in words.words.items() if found}
    every = {"packs": list(words.packs), "without": list(words.without), "words": by_meaning}
    return {key: value for key, value in every.items() if value}


def _section(words: Words) -> str:
    lines = [f"[{OWN}]"]
    lines += [f"{key} = {_list(value)}" for key in ("packs", "without") if (value := getattr(words, key))]
    by_meaning = {name: found for name, found in words.words.items() if found}
    if by_meaning:
        lines += ["", f"[{OWN}.words]", *(f"{_text(name)} = {_list(found)}" for name, found in by_meaning.items())]
    return "\n".join(lines) + "\n"


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"


def _text(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)
