"""Frames are compiled when a message first asks for them; here all of them are asked at once."""

from __future__ import annotations

import pytest

from nlp.frames import KINDS, frames
from nlp.lexicon import shipped


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_of_the_lexicon_compiles_and_fits_no_silence(kind: str) -> None:
    rules = frames(shipped())
    asked = [frame for frame in rules.every if frame.kind == kind]
    assert len(asked) > 20
    for frame in asked:
        assert not frame.pattern.fullmatch("")
        assert frame.unless is None or not frame.unless.fullmatch("")
