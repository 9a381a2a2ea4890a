"""Cards and texts by their key (VOICE.md §3): the words lie in ``texts/*.toml``, the fields come from records.

A text's entry may hold ``title``, ``status``, ``why``, ``footer``, ``text``, ``label``, ``tone``, ``buttons`` and
``facts`` (label = value pairs); ``{name}`` is filled from the fields given. A missing field is an error at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from adapters.messages import Button, Card, Choice, Fact, Option, Text
from bot.replies.wording import cut, masked

TITLE_MOST, STATUS_MOST = 26, 30
"""Code points that no platform cuts."""
MAIN_BUTTONS = frozenset({"confirm", "done", "win", "merge", "pick:1", "just_do", "go"})


@cache
def _shipped() -> dict[str, Mapping[str, Any]]:
    entries: dict[str, Mapping[str, Any]] = {}
    for file in sorted(resources.files("bot.replies").joinpath("texts").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for key, entry in tomllib.loads(file.read_text("utf-8")).items():
                if key in entries:
                    raise ValueError(f"text {key} stands in two files")
                entries[key] = entry
    return entries


def entry(key: str) -> Mapping[str, Any]:
    """The words of ``key`` as shipped. KeyError for a key that does not exist."""
    return _shipped()[key]


def keys() -> list[str]:
    return [key for key, words in _shipped().items() if "text" in words or "title" in words]


def label(button: str) -> str:
    """What a button says; ``pick:N`` buttons have no label of their own."""
    return str(_shipped()["labels"][button])


def labels() -> Mapping[str, str]:
    """Every stable button word with its label."""
    return _shipped()["labels"]


def bit(key: str, **fields: Any) -> str:
    """A small piece of wording (``[bits]``), filled."""
    return str(_shipped()["bits"][key]).format(**fields)


def named(table: str, word: str) -> str:
    """What ``word`` is called in one of the small tables (actions, signals, roles …); itself where none names it."""
    return str(_shipped()[table].get(word, word))


def button(word: str, text: str | None = None, url: str = "") -> Button:
    return Button(word, text or label(word), url, "main" if word in MAIN_BUTTONS else "plain")


def card(
    key: str,
    *,
    facts: Iterable[tuple[str, str]] = (),
    buttons: Iterable[str | Button] | None = None,
    choice: Choice | None = None,
    link: Button | None = None,
    why: str | None = None,
    footer: str | None = None,
    status: str | None = None,
    **fields: Any,
) -> Card:
    """The card of ``key``; what is given in words replaces what the entry says."""
    words = entry(key)

    def part(name: str, given: str | None, most: int = 0) -> str:
        return given if given is not None else filled(str(words.get(name, "")), most, fields)

    shown = words.get("buttons", ()) if buttons is None else buttons
    return Card(
        kind=key,
        title=filled(str(words["title"]), TITLE_MOST, fields),
        status=part("status", status, STATUS_MOST),
        facts=tuple(Fact(name, masked(value)) for name, value in facts),
        why=masked(part("why", why)),
        footer=part("footer", footer),
        buttons=tuple(b if isinstance(b, Button) else button(b) for b in shown),
        choice=choice,
        link=link,
        label=str(words.get("label", "")),
        tone=words.get("tone", "plain"),
    )


def filled(template: str, most: int, fields: Mapping[str, Any]) -> str:
    """``template`` filled; where that is more than ``most`` code points (0: any number), the longest field gives way:
    titles and status lines themselves are never cut, only the names in them."""
    said = template.format(**fields)
    over = len(said) - most
    if not most or over <= 0:
        return said
    named = [name for _, name, _, _ in Formatter().parse(template) if name and isinstance(fields.get(name), str)]
    longest = max(named, key=lambda name: len(fields[name]), default="")
    if not longest or len(fields[longest]) <= over:
        return said
    return template.format(**{**fields, longest: cut(fields[longest], len(fields[longest]) - over)})


def text(key: str, *, buttons: Iterable[str | Button] | None = None, **fields: Any) -> Text:
    """The plain text of ``key``."""
    words = entry(key)
    shown = words.get("buttons", ()) if buttons is None else buttons
    return Text(
        key, str(words["text"]).format(**fields), tuple(b if isinstance(b, Button) else button(b) for b in shown)
    )


def picks(options: Iterable[str]) -> tuple[Button, ...]:
    """Answer buttons pick:1, pick:2 … with the options as labels."""
    return tuple(Button(f"pick:{n}", words) for n, words in enumerate(options, 1))


def options(pairs: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(id, words) for id, words in pairs)
