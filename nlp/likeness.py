"""Forms of names that sound or look alike: by their sounds, by their characters in another order, by shared pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from nlp.names import Form
from nlp.sounds import sound

MOST = 60
"""Forms compared character by character; the rest shares too few pairs to be near."""


class Likeness:
    """Grows and shrinks by the form. Only forms that can be told apart by sight are kept: no vague ones."""

    def __init__(self) -> None:
        self._by_sound: dict[str, dict[str, None]] = {}
        self._by_letters: dict[str, dict[str, None]] = {}
        self._by_pair: dict[str, dict[str, None]] = {}

    def add(self, form: Form) -> None:
        if form.how == "vague":
            return
        for index, key in self._keys(form.text):
            index.setdefault(key, {})[form.text] = None

    def remove(self, text: str) -> None:
        for index, key in self._keys(text):
            if text in index.get(key, {}):
                del index[key][text]
                if not index[key]:
                    del index[key]

    def _keys(self, text: str) -> Iterator[tuple[dict[str, dict[str, None]], str]]:
        yield self._by_sound, sound(text)
        if 3 <= len(text) <= 12:
            yield self._by_letters, "".join(sorted(text))
        if len(text) >= 3:
            for pair in {text[n : n + 2] for n in range(len(text) - 1)}:
                yield self._by_pair, pair

    def near(self, text: str) -> Iterator[tuple[str, str, float]]:
        """Known forms near a text, with how (pinyin, order, typo) and the likeness, 0..1."""
        for form in self._by_sound.get(sound(text), ()):
            yield form, "pinyin", 0.95
        for form in self._by_letters.get("".join(sorted(text)), ()):
            yield form, "order", 0.93
        if len(text) >= 3:
            yield from self._typos(text)

    def _typos(self, text: str) -> Iterator[tuple[str, str, float]]:
        shared: Counter[str] = Counter()
        pairs = sorted((text[n : n + 2] for n in range(len(text) - 1)), key=lambda p: len(self._by_pair.get(p, ())))
        for pair in pairs[:4]:
            found = self._by_pair.get(pair, {})
            if len(found) <= 5000:
                shared.update(found.keys())
        allowed = 1 if len(text) < 7 else 2
        for form, _ in shared.most_common(MOST):
            distance = OSA.distance(text, form, score_cutoff=allowed)
            if 0 < distance <= allowed:
                yield form, "typo", 1.0 - 0.3 * distance / min(len(text), len(form))
