"""Reading xmltodict's output: one child is a dict or a str, several are a list, an empty element is None."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]


def below(node: object, *path: str) -> Any:
    """What lies at ``path``; None where any step is missing."""
    for step in path:
        if not isinstance(node, Mapping):
            return None
        node = node.get(step)
    return node


def text(node: object, *path: str) -> str:
    """The text at ``path``; "" where there is none."""
    found = below(node, *path)
    return found if isinstance(found, str) else ""


def number(node: object, *path: str) -> int | None:
    """The whole number at ``path``; None where there is none."""
    digits = text(node, *path)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def many(node: object, *path: str) -> list[Any]:
    """What lies at ``path`` as a list, whether one, several or none."""
    found = below(node, *path)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def folded(node: object, name: str) -> Any:
    """The child called ``name`` in any case: the platform's pages disagree about some."""
    if not isinstance(node, Mapping):
        return None
    return next((value for key, value in node.items() if key.lower() == name.lower()), None)
