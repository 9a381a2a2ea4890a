"""What C goes round finds the same as its twins in Python: on every labelled sentence, and on any text at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import fitting, hearing, longest, namedloop, runs, segment, signs, weighing
from nlp.clauses import Clause
from nlp.compiled.chosen import CONTRACT, core
from nlp.facts import Scene
from nlp.frames import frames
from nlp.lexicon import Lexicon, shipped
from nlp.read import scene_of
from nlp.segment import Item
from nlp.workdays import Calendar
from tests.nlp.reader import NOW, index

pytestmark = pytest.mark.skipif(
    core is None or core.CONTRACT != CONTRACT, reason="built by `make setup` where there is a compiler"
)
ROOT = Path(__file__).parents[2]
SETS = sorted((ROOT / "tests" / "reading").glob("*.jsonl"))
LETTERS = "王总签了合同客户报价明天我你不是的0123.,abz \n\0。!\ue000\ue005\uf8ff\ud800😀\U00100031"
"""Words of sales, marks that somebody typed, half a surrogate pair, what a shield's letters look like."""
SPOKEN = st.text(LETTERS, max_size=60) | st.text(max_size=40)
THREE = st.tuples(*[st.floats(0.001, 1)] * 3)
SAID = (
    "import sys\nfrom pathlib import Path\nfrom bot.cli.read import extract\n"
    "for file in sys.argv[1:]:\n    extract(None, source=Path(file).read_text('utf-8').splitlines()[::4])\n"
)
LONG = settings(max_examples=300, deadline=None)


def labelled() -> Iterator[str]:
    for file in SETS:
        for line in file.read_text("utf-8").splitlines():
            yield json.loads(line)["text"]


def scene(text: str) -> Scene:
    return scene_of(text, NOW, names=index(), lexicon=shipped(), calendar=Calendar.national())[0]


@pytest.fixture(scope="module")
def twins() -> tuple[longest.Longest, longest.Longest]:
    words = {word: ("\ue000", "\ue000" + word) for word in shipped().all_words()}
    return longest.Compiled(words), longest.Automaton(words)


@pytest.fixture(scope="module")
def needs() -> tuple[fitting.Compiled, fitting.Integers]:
    every = [frame.needs for frame in frames(shipped()).every]
    return fitting.Compiled(every), fitting.Integers(every)


def test_every_answer_on_the_labelled_sets_is_the_same_to_the_byte() -> None:
    told = []
    for compiled in ("0", "1"):
        environment = {**os.environ, "GENJIN_COMPILED": compiled, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", SAID, *map(str, SETS)]
        told.append(subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE))
    slow, quick = (one.communicate()[0] for one in told)
    assert slow == quick and len(slow.splitlines()) > 4000


def test_the_environment_asks_for_the_twins() -> None:
    for asked, used in (("0", "False"), ("1", "True")):
        environment = {**os.environ, "GENJIN_COMPILED": asked, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", "from nlp.compiled.chosen import used; print(used)"]
        assert subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True).stdout.strip() == used


def test_the_words_of_the_labelled_sets(twins: tuple[longest.Longest, longest.Longest]) -> None:
    quick, slow = twins
    for text in labelled():
        assert quick.look(text) == slow.look(text)


@LONG
@given(st.dictionaries(st.text("签报价了\ud800😀\0", min_size=1, max_size=5), st.none(), max_size=30), st.data())
def test_the_words_of_any_list(given_words: dict[str, None], data: st.DataObject) -> None:
    words = {word: (chr(0xE000 + n), chr(0xE000 + n) + word) for n, word in enumerate(given_words)}
    text = data.draw(st.text("签报价了\ud800😀\0", max_size=40))
    assert longest.Compiled(words).look(text) == longest.Automaton(words).look(text)


@LONG
@given(SPOKEN, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6), st.booleans())))
def test_the_line_of_any_text(text: str, spans: list[tuple[int, int, bool]]) -> None:
    items: list[Item] = []
    for start, size, is_word in sorted(spans):
        end = min(start + size, len(text))
        if start < end:
            items.append((start, end, "\ue003", "\ue003" + text[start:end] if is_word else object()))
    assert core.line(text, items) == segment.written_in_python(text, items)


@LONG
@given(SPOKEN)
def test_the_signs_of_any_text(text: str) -> None:
    assert signs.in_c(text) == signs.in_python(text)


@LONG
@given(SPOKEN)
def test_any_text_without_its_marks(text: str) -> None:
    bare = core.unmarked(text)
    assert bare == segment.unmarked_in_python(text) and {bare: 1}[segment.unmarked_in_python(text)]


@LONG
@given(SPOKEN)
def test_the_different_characters_of_any_text(text: str) -> None:
    assert core.different(text) == runs.different_in_python(text)


def clauses_of(text: str) -> Iterator[tuple[Scene, Clause]]:
    found = scene(text)
    yield from ((found, clause) for clause in found.clauses)


def weighed_alike(text: str, lexicon: Lexicon) -> None:
    for found, clause in clauses_of(text):
        for theirs in (False, True):
            masks, quick, slow = hearing.masks(lexicon, theirs), set[str](), set[str]()
            said = hearing.said_in_c(found.skeleton, clause, masks, quick)
            assert said == hearing.said_in_python(found.skeleton, clause, masks, slow) and quick == slow


def fits_alike(text: str, needs: tuple[fitting.Compiled, fitting.Integers]) -> None:
    found = scene(text)
    quick, slow = (one.told(found.skeleton, found.clauses) for one in needs)
    for n in range(len(found.clauses)):
        assert needs[0].fitting(quick[n : n + 1]) == needs[1].fitting(slow[n : n + 1])
        assert needs[0].fitting(quick[: n + 1]) == needs[1].fitting(slow[: n + 1])


def test_what_is_weighed_and_fits_in_the_labelled_sets(needs: tuple[fitting.Compiled, fitting.Integers]) -> None:
    for text in list(labelled())[::7]:
        weighed_alike(text, shipped())
        fits_alike(text, needs)


@LONG
@given(SPOKEN)
def test_what_is_weighed_of_any_text(text: str) -> None:
    weighed_alike(text, shipped())


@LONG
@given(text=SPOKEN)
def test_what_fits_any_text(text: str, needs: tuple[fitting.Compiled, fitting.Integers]) -> None:
    fits_alike(text, needs)


@LONG
@given(
    st.dictionaries(
        st.text("签报😀\ud800\0", min_size=1, max_size=3) | st.sampled_from(["<sign>", "=if"]),
        st.lists(st.tuples(st.integers(0, 3), st.integers(-99, 99)), max_size=4, unique_by=lambda one: one[0]),
        max_size=20,
    ),
    st.text("签报😀\ud800\0", max_size=30),
    st.sets(st.sampled_from(["<sign>", "<none>", ""])),
    THREE,
    st.lists(st.integers(-(1 << 24), 1 << 24), min_size=4, max_size=4),
)
def test_what_any_features_weigh(
    rows: dict[str, list[tuple[int, int]]],
    text: str,
    concepts: set[str],
    shares: tuple[float, float, float],
    lacking: list[int],
) -> None:
    asked = (text, concepts, {"=if"}, shares)
    tenths = {feature: [(n, weight / 10) for n, weight in row] for feature, row in rows.items()}
    both = [(weighing.rows_of(tenths), 0), (weighing.rows_of(dict(list(tenths.items())[::2])), 1)]
    (quick, loud), (slow, also) = (
        way(both, (0.5, -1.5, 0.0, 2.0, 1.0), [*lacking, 0])(*asked) for way in (weighing.in_c, weighing.in_python)
    )
    assert [quick(n) for n in range(5)] == [slow(n) for n in range(5)]
    assert list(loud) == list(also)


KIND = namedloop.KIND
VOTES = st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(-40, 40))
PLACES = st.tuples(st.integers(0, 12), st.integers(0, 5), st.integers(0, 2))


@LONG
@given(
    st.dictionaries(
        st.text("签报😀\ud800\0", min_size=1, max_size=4), st.lists(VOTES | st.integers(0, 1)), max_size=20
    ),
    st.lists(st.integers(-40, 40), min_size=30, max_size=30),
    st.tuples(*[st.integers(-30, 30)] * 5),
    st.text("签报😀\ud800\0", min_size=2, max_size=30),
    st.lists(PLACES, max_size=4),
)
def test_the_houses_of_any_weights(
    given_rows: dict[str, list[int | tuple[int, int, int]]],
    kinds: list[int],
    moves: tuple[int, int, int, int, int],
    text: str,
    places: list[tuple[int, int, int]],
) -> None:
    rows = {
        word: tuple(KIND | n if isinstance(n, int) else n[0] << 20 | n[1] << 16 | n[2] & 0xFFFF for n in row)
        for word, row in given_rows.items()
    }
    proposed = [(start, start + size, kind) for start, size, kind in places if start + size <= len(text)]
    quick = core.named(core.table(rows), array("i", kinds).tobytes(), text, proposed, moves)
    assert quick == namedloop.in_python(rows, kinds, moves)(text, proposed)


def test_long_texts_are_gone_round_once() -> None:
    text = "王总签了合同" * 20000
    assert longest.Compiled({"签了": ("\ue000", "\ue000签了")}).look(text)[0][-1].end == len(text) - 2
    likely, _ = weighing.in_c([("签\t0:0.7\n", 0)], (0.0,), (0,))(text, set(), set(), (1.0, 1.0, 1.0))
    assert likely(0) == pytest.approx(0.999, abs=1e-3), "a run counts once"


NOTHING = core.table({}) if core is not None else None
REFUSED = (
    lambda: core.table({"": (1,)}),
    lambda: core.table({"签": [1]}),
    lambda: core.table({"签": (1 << 32,)}),
    lambda: core.table({"签": (-1,)}),
    lambda: core.table({1: (1,)}),
    *(
        lambda row=row: core.weights(((row, 0),))
        for row in ("签\t", "签\t1", "签\t1:", "签\t1:-", "签\t1:.5", "签\t1:2.", "签\t1:2.55", "签\t:2", "签\t1:2 ")
    ),
    lambda: core.weights((("签\t40000:1", 0),)),
    lambda: core.weights((("签\t1:1", 0x7FFF),)),
    lambda: core.weights((("签\t1:4000", 0),)),
    lambda: core.weights((("签\t1:1", 1 << 16),)),
    lambda: core.weights([("签\t1:1", 0)]),
    lambda: core.weights(("签\t1:1",)),
    lambda: core.words(object(), "签", (), tuple),
    lambda: core.words(core.table({"签": (5,)}), "签", (("a", "b"),), tuple),
    lambda: core.words(core.table({"签": (0,)}), "签", (("a", "b"),), dict),
    lambda: core.line("签", [(0, 9, "\ue000", "\ue000签")]),
    lambda: core.line("签", [(0, 1, "\ue000", "\ue000签了")]),
    lambda: core.line("签", [(0, 1)]),
    lambda: core.told(core.table({}), "签", 0, 2, "签", 0, 1),
    lambda: core.told(core.table({}), "签", 0, 1, "签", 1, 0),
    lambda: core.named(core.table({}), b"", "签", [(0, 9, 0)], (0, 0, 0, 0, 0)),
    lambda: core.named(core.table({}), b"", "签", [(0, 1, -1)], (0, 0, 0, 0, 0)),
    lambda: core.named(core.table({}), b"", "签", [(0, 1)], (0, 0, 0, 0, 0)),
    lambda: core.fitting(b"1", 8, {}),
    lambda: core.fitting([b"1"], 80, {}),
    lambda: core.fitting([], 8, {}),
    lambda: core.fitting(["1"], 0, {}),
    lambda: core.fitting([b"11", b"1"], 8, {}),
    lambda: core.fitting([b"11", "1"], 8, {}),
    lambda: core.unmarked(b"1"),
    lambda: core.different(b"1"),
    lambda: core.masked("签", "签", [0], {}, 0, 1, 9, {}, {}, {}, set()),
    lambda: core.masked("签", "\ue000", [0, 7], {}, 0, 1, 9, {}, {}, {}, set()),
    lambda: core.masked("签", "\ue000", [0, 0], {}, 0, 1, 9, {}, {"\ue000": "TT"}, {}, set()),
    lambda: core.weigh(core.table({"签": (1 << 16,)}), NOTHING, {}, b"8" * 16, "签", set(), set(), (1, 1, 1)),
    lambda: core.weigh(NOTHING, core.table({"\0": (1 << 16,)}), {}, b"8" * 16, "签", set(), set(), (1, 1, 1)),
    lambda: core.weigh(NOTHING, NOTHING, {}, b"8" * 15, "签", set(), set(), (1, 1, 1)),
    lambda: core.weigh(NOTHING, NOTHING, {}, b"8" * 16, "签", 1, set(), (1, 1, 1)),
    lambda: core.weigh(NOTHING, NOTHING, {"<a>": "ab"}, b"8" * 16, "签", {"<a>"}, set(), (1, 1, 1)),
    lambda: core.weigh(NOTHING, NOTHING, {}, b"8" * 16, "签", [[]], set(), (1, 1, 1)),
)


@pytest.mark.parametrize("n", range(len(REFUSED)))
def test_what_it_cannot_take_is_refused(n: int) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        REFUSED[n]()
