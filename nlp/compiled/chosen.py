"""The loops of the reader that pay most, in C, where they were built at set-up (``used``); else Python goes round.

Each has a twin in Python that finds the same, only slower; ``GENJIN_COMPILED=0`` in the environment asks for the twins.
What is built and what asks for it must agree on how they talk: one that is older than its source is left alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

CONTRACT = 6
"""As in ``core.c``; another number whenever a function there takes or gives something else."""

if TYPE_CHECKING:
    from nlp.compiled import core as core

    used: bool
else:
    try:
        from nlp.compiled import core
    except ImportError:
        core = None
    used = core is not None and core.CONTRACT == CONTRACT and os.environ.get("GENJIN_COMPILED") != "0"
