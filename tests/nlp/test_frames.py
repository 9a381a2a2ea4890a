"""Frames are compiled when a message first asks for them; here all of them are asked at once."""

from __future__ import annotations

import pytest

from nlp.frames import KINDS, compile_ahead, frames
from nlp.lexicon import shipped


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_of_the_lexicon_compiles_and_fits_no_silence(kind: str) -> None:
    rules = frames(shipped())
    asked = [frame for frame in rules.every if frame.kind == kind]
    assert len(asked) > 20
    for frame in asked:
        assert not frame.pattern.fullmatch("")
        assert frame.unless is None or not frame.unless.fullmatch("")


def test_patterns_are_compiled_ahead_with_pauses_until_told_to_stop() -> None:
    pauses: list[float] = []

    def stopped(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) > 20

    compile_ahead(shipped(), stopped)
    assert len(pauses) == 21 and all(seconds > 0 for seconds in pauses)
