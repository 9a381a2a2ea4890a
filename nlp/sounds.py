"""How characters sound, so coarsely that a mishearing or a slip of the input method sounds the same."""

from __future__ import annotations

from functools import cache

from nlp.lexicon import DATA

LIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def syllables() -> dict[str, str]:
    """The sound of each character, as `sound` gives it."""
    table: dict[str, str] = {}
    for line in (DATA / "syllables.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, _, characters = line.partition(" ")
            syllable = _blurred(syllable)
            table |= dict.fromkeys(characters, syllable)
    return table


@cache
def _spellings() -> frozenset[str]:
    """Every syllable as it is typed."""
    lines = (DATA / "syllables.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition(" ")[0] for line in lines if not line.startswith("#"))


def _blurred(syllable: str) -> str:
    for wide, plain in LIKE:
        syllable = syllable.replace(wide, plain)
    return "l" + syllable[1:] if syllable.startswith("n") else syllable


def spelt(letters: str) -> list[str]:
    """The sounds (as `sound` gives them) that small Latin letters may spell as pinyin: hengyuan → hen.yuan; empty when
    they are no pinyin of two to six syllables."""
    ways: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    found: list[str] = []
    while ways and len(found) < 4:
        at, said = ways.pop()
        if at == len(letters):
            found += [".".join(said)] if len(said) > 1 else []
            continue
        if len(said) < 6:
            for size in range(1, 7):
                if letters[at : at + size] in _spellings() and at + size <= len(letters):
                    ways.append((at + size, (*said, _blurred(letters[at : at + size]))))
    return found


def sound(text: str) -> str:
    """The sounds of a text, a syllable a character, parted by dots; a character of unknown sound stands for itself."""
    return ".".join(map(syllables().get, text, text))
