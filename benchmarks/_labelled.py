"""The labelled sentences that may be looked at, as the reader sees them: for those who learn weights from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nlp.customers import NameEntry, NameIndex
from nlp.facts import Scene
from nlp.lexicon import shipped
from nlp.read import Context, scene_of
from nlp.workdays import Calendar

HERE = Path(__file__).parents[1] / "tests" / "reading"


def labelled(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The lines of these sets, in order."""
    for name in names:
        for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def scene_of_row(row: dict[str, Any]) -> Scene:
    """What the reader makes of a line before it looks for a meaning."""
    entries = [
        NameEntry(str(n), one if isinstance(one, str) else one["name"])
        for n, one in enumerate(row.get("customers", ()))
    ]
    scene, _ = scene_of(
        row["text"], datetime.fromisoformat(row["now"]), names=NameIndex(entries), lexicon=shipped(),
        calendar=Calendar.national(), speaker=row.get("speaker", "rep"),
        context=Context(row["context"]["customer"]) if "context" in row else None,
    )  # fmt: skip
    return scene
