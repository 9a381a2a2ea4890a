"""The due of a promise: the last day of the time that was said with it, or its moment."""

from __future__ import annotations

import re

from nlp.facts import Scene
from nlp.reading import Due, When

AFTERWARDS = re.compile(r"(?:以|之)?后|起|开始")


def due_of(when: When | None, scene: Scene) -> Due | None:
    """The last day of what was said, or its moment where a clock time was said; None for nothing said and for X 后."""
    if when is None:
        return None
    if when.due is None and AFTERWARDS.match(scene.skeleton.text, when.span[1]):
        return None
    return day_of(when)


def day_of(when: When) -> Due:
    """The last day of what was said, or its moment where a clock time was said."""
    if when.due is not None:
        return when.due
    return when.start if when.clock else when.last_day
