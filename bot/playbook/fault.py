"""What does not hold in a playbook's text: where, and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    place: str
    """Where in the text: ``pipeline[0].stage[2].entry.minutes``."""
    mend: str

    def __str__(self) -> str:
        return f"{self.place}：{self.mend}" if self.place else self.mend
