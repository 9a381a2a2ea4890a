"""What a customer who considers may do (NLP-8): five behaviours, each told by a signal. Pure."""

from __future__ import annotations

from collections.abc import Iterable

BEHAVIOURS = ("asks_comparison", "asks_cases", "asks_timeline", "names_tech_contact", "proposes_demo_time")


def shown(signals: Iterable[str]) -> tuple[str, ...]:
    """Those of the five that were shown, in their order."""
    seen = set(signals)
    return tuple(one for one in BEHAVIOURS if one in seen)
