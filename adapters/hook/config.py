"""One system that may push to us."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Config:
    """``secrets``: the one in use, then the one before it while both ends change over."""

    name: str
    secrets: tuple[str, ...] = field(repr=False)
