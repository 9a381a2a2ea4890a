"""How characters sound, so coarsely that a mishearing or a slip of the input method sounds the same."""

from __future__ import annotations

from functools import cache

from nlp.lexicon import DATA

LIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def _syllables() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in (DATA / "syllables.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, _, characters = line.partition(" ")
            for blurred, plain in LIKE:
                syllable = syllable.replace(blurred, plain)
            syllable = "l" + syllable[1:] if syllable.startswith("n") else syllable
            table |= dict.fromkeys(characters, syllable)
    return table


def sound(text: str) -> str:
    """The sounds of a text, a syllable a character, parted by dots; a character of unknown sound stands for itself."""
    syllables = _syllables()
    return ".".join(syllables.get(character, character) for character in text)
