"""The labelled sentences that may be looked at, as the reader sees them: for those who learn weights from them."""

from __future__ import annotations

import json
import re
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
TRADES = "trades-dev"
"""The set of most lines; it stands in columns, as tests/reading/LABELS.md has it."""
THEN = "2026-03-10T10:00:00+08:00"
"""When the lines of that set are said; none of them depends on it."""
MARKED = re.compile("[【】]")


def labelled(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The lines of these sets, in order."""
    for name in names:
        if name == TRADES:
            yield from _trades()
            continue
        for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _trades() -> Iterator[dict[str, Any]]:
    """The lines of :data:`TRADES` in the shape of the others; who promises stands under ``promised``."""
    lines = (HERE / f"{TRADES}.tsv").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], 1):
        batch, speaker, stage, signals, action, promised, text = line.split("\t")
        expect = {
            "stage": stage if stage != "-" else None,
            "signals": signals.split(",") if signals != "-" else [],
            "action": action if action != "-" else None,
            "promised": promised.split(",") if promised != "-" else [],
        }
        yield {
            "id": f"t{number}",
            "text": MARKED.sub("", text),
            "now": THEN,
            "speaker": "customer" if speaker == "c" else "rep",
            "customers": list(dict.fromkeys(re.findall("【(.+?)】", text))),
            "houses": [
                (match.start() - 2 * n, match.end() - 2 * n - 2) for n, match in enumerate(re.finditer("【.+?】", text))
            ],
            "expect": {field: label for field, label in expect.items() if label not in ("?", ["?"])},
            "tags": [batch],
        }


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
