"""A small store that survives the process: names and JSON values, one line a change.

A platform does not forget its chats because the bot was restarted, so the stand-in must not either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class Shelf:
    """Kept in memory, and in ``path`` where one is given. A last line that was cut by a crash is left out."""

    def __init__(self, path: Path | None = None) -> None:
        self._things: dict[str, Any] = {}
        self._log: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._read(path)
            self._rewrite(path)

    def put(self, name: str, thing: Any) -> None:
        self._things[name] = thing
        if self._log is not None:
            self._log.write(_line(name, thing))
            self._log.flush()

    def get(self, name: str) -> Any:
        """What was put under ``name``, or None."""
        return self._things.get(name)

    def under(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Name (without the prefix) and thing, in the order in which they were first put."""
        return ((name.removeprefix(prefix), thing) for name, thing in self._things.items() if name.startswith(prefix))

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def _read(self, path: Path) -> None:
        if not path.exists():
            return
        for line in path.read_text("utf-8").splitlines():
            try:
                name, thing = json.loads(line)
            except ValueError:
                continue
            self._things[name] = thing

    def _rewrite(self, path: Path) -> None:
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(_line(*pair) for pair in self._things.items()), "utf-8")
        fresh.replace(path)
        self._log = path.open("a", encoding="utf-8")


def _line(name: str, thing: Any) -> str:
    return json.dumps([name, thing], ensure_ascii=False) + "\n"
