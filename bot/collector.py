"""The garbage collector, set for programs of which nearly all that they load stays: dictionaries, names, patterns."""

from __future__ import annotations

import gc

SELDOM = 200_000, 20, 50
"""Its thresholds: to look through all that was loaded with every few modules takes a sixth of a start, and with every
few sentences a third of reading a long text."""


def collect_seldom() -> None:
    """From now on it runs after so many new objects only."""
    gc.set_threshold(*SELDOM)


def settle() -> None:
    """What is loaded by now stays for good: the collector need not walk it again."""
    gc.collect()
    gc.freeze()
    collect_seldom()
