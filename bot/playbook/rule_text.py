"""One rule in the text of a playbook: cut out, put in or taken out, every other line as its author left it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import PlaybookError

HEADER = re.compile(r"^\s*\[{1,2}\s*([A-Za-z0-9_\-\"'.\s]+?)\s*\]{1,2}\s*(?:#.*)?$")
RULE = "rule"


def block(text: str, id: str) -> str | None:
    """The lines of the rule of that id; None where the text has none."""
    for start, end in _blocks(text.splitlines()):
        lines = text.splitlines()[start:end]
        if _id_of(lines) == id:
            return "\n".join(lines)
    return None


def with_rule(text: str, id: str, new: str | None) -> str:
    """The text with ``new`` for the rule of that id: in its place, else at the end; None takes it out. PlaybookError
    where the rules are written in a way that cannot be told from the rest."""
    lines = text.splitlines()
    span = next(((a, b) for a, b in _blocks(lines) if _id_of(lines[a:b]) == id), None)
    put = new.splitlines() if new is not None else []
    if span is not None:
        lines[span[0] : span[1]] = put
    elif put:
        lines += ["", *put]
    made = "\n".join(lines).rstrip() + "\n"
    if _without(_parsed(made)) != _without(_parsed(text)) or _rules(made) != _expected(text, id, new):
        raise PlaybookError("打法里的 [[rule]] 写法不常见，这里改不了", hint="在文件里改，再 genjin playbook load")
    return made


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """From where to where each rule stands, without the remarks and empty lines behind it."""
    heads = [n for n, line in enumerate(lines) if _head(line)]
    for n, start in enumerate(heads):
        if _head(lines[start]) != RULE:
            continue
        end = next((one for one in heads[n + 1 :] if not _head(lines[one]).startswith(f"{RULE}.")), len(lines))
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        yield start, end


def _head(line: str) -> str:
    found = HEADER.match(line)
    return found[1].replace('"', "").replace(" ", "") if found else ""


def _id_of(lines: list[str]) -> str:
    found = _rules("\n".join(lines))
    return str(found[0].get("id", "")) if len(found) == 1 else ""


def _expected(text: str, id: str, new: str | None) -> list[Any]:
    old, put = _rules(text), _rules(new or "")
    there = next((n for n, one in enumerate(old) if one.get("id") == id), None)
    return [*old, *put] if there is None else [*old[:there], *put, *old[there + 1 :]]


def _rules(text: str) -> list[Any]:
    found = _parsed(text).get(RULE, [])
    return found if isinstance(found, list) else []


def _without(raw: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in raw.items() if key != RULE}


def _parsed(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
