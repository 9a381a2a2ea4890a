"""What a typed word or number means on a card: each label is also a word, and each number stands beside one of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from adapters.messages import Button

CHOSEN = "chosen"
"""The tap that a typed number of an option stands for."""
HAN_NUMBERS = "一二三四五六七八九十"
NUMBER_AND_LABEL = re.compile(r"^第?(?P<n>\d{1,2}|[①-⑩一二三四五六])[件条、.,，：:\s]*(?P<label>\D+)$")


def offers(data: Mapping[str, Any]) -> bool:
    return bool(data.get("buttons") or data.get("choice"))


def page(data: Mapping[str, Any], said: str) -> Button | None:
    """The button that opens a page and was typed, by its label, or by its number where others have one. ``data``: of a
    card's row."""
    n = number(said) if data.get("buttons") and not data.get("choice") else None
    for place, label, url in data.get("pages", ()):
        if said == label or n == place:
            return Button("open", label, url)
    return None


def called(data: Mapping[str, Any], said: str) -> tuple[str, tuple[str, ...]] | None:
    """(button, chosen options) that typed words mean on a card: a label, a number, or both (2 改时间). A bare number
    is one of the options where there is a choice, else one of the buttons."""
    buttons, choice = data.get("buttons", []), data.get("choice", [])
    button = next((str(id) for id, label in buttons if label == said), None)
    if button is not None:
        return button, ()
    option = next((str(id) for id, label in choice if said in (label, label.partition(" ")[2])), None)
    n = number(said)
    if option is None and n is not None and 0 < n <= len(choice):
        option = str(choice[n - 1][0])
    if option is not None:
        return CHOSEN, (option,)
    if choice:
        return _both(buttons, choice, said)
    places = {place for place, _, _ in data.get("pages", ())}
    numbered = [place for place in range(1, len(buttons) + len(places) + 1) if place not in places]
    return (str(buttons[numbered.index(n)][0]), ()) if n in numbered else None


def _both(buttons: Any, choice: Any, said: str) -> tuple[str, tuple[str, ...]] | None:
    """2 改时间"""
    found = NUMBER_AND_LABEL.match(said)
    n = number(found["n"]) if found else None
    button = next((str(id) for id, label in buttons if found and label == found["label"]), None)
    return (button, (str(choice[n - 1][0]),)) if button is not None and n and 0 < n <= len(choice) else None


def number(said: str) -> int | None:
    """2 of 2, ２, ② or 二; None of anything else."""
    plain = unicodedata.normalize("NFKC", said)
    if len(plain) == 1 and plain in HAN_NUMBERS:
        return HAN_NUMBERS.index(plain) + 1
    return int(plain) if plain.isascii() and plain.isdecimal() else None
