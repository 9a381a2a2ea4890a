"""Known customers in a text: every way a name is said, in one dictionary that grows and shrinks by the name.

The dictionary of forms is looked up at every position of the text (first two characters, then the lengths that begin so),
which costs some microseconds a message at any number of names and needs no rebuilding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nlp.lexicon import normalise
from nlp.likeness import Likeness
from nlp.names import Form, forms
from nlp.reading import Candidate, Customer

CLOSE = 0.03
"""Two candidates nearer than this are both in question."""
SPEAKING_OF_IT = (
    "那边", "这边", "公司", "他们", "的", "项目", "合同", "订单", "说", "要", "想", "问", "总", "采购", "财务", "法务", "工厂",
    "集团", "那个", "这单", "那单", "签", "客户", "预算", "报价", "今天", "昨天", "明天", "上午", "下午", "回", "来", "约", "定",
)  # fmt: skip
TURNING_TO_IT = (
    "去", "跟", "和", "给", "拜访", "约", "从", "客户", "到", "在", "与", "对", "见", "访", "发", "是", "找", "的", "向",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A customer as the reader needs it. ``contacts`` are written as they are said: 王总, 李娜. ``weight`` (0..1) breaks
    ties between like names: the sender's own or lately named customers weigh more."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    weight: float = 0.0


class NameIndex:
    """Finds known customers in texts and by their contacts; ``add`` and ``remove`` cost as much as one name."""

    def __init__(self, entries: Iterable[NameEntry] = ()) -> None:
        self._entries: dict[str, NameEntry] = {}
        self._forms: dict[str, dict[str, Form]] = {}
        self._lengths: dict[str, dict[int, int]] = {}
        self._contacts: dict[str, dict[str, None]] = {}
        self._likeness = Likeness()
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def knows_contacts(self) -> bool:
        """Some customer has a contact."""
        return bool(self._contacts)

    def get(self, id: str) -> NameEntry | None:
        """The entry of an id, None when it is not in the index."""
        return self._entries.get(id)

    def add(self, entry: NameEntry) -> None:
        """Put a customer in; one with the same id is replaced."""
        self.remove(entry.id)
        self._entries[entry.id] = entry
        for form in _said(entry):
            ids = self._forms.get(form.text)
            if ids is None:
                self._forms[form.text] = {entry.id: form}
                lengths = self._lengths.setdefault(form.text[:2], {})
                lengths[len(form.text)] = lengths.get(len(form.text), 0) + 1
                self._likeness.add(form)
            else:
                ids[entry.id] = form
        for contact in entry.contacts:
            self._contacts.setdefault(normalise(contact), {})[entry.id] = None

    def remove(self, id: str) -> None:
        """Take a customer out; an unknown id changes nothing."""
        entry = self._entries.pop(id, None)
        if entry is None:
            return
        for form in _said(entry):
            ids = self._forms[form.text]
            del ids[id]
            if not ids:
                self._forget(form.text)
        for contact in entry.contacts:
            ids_of = self._contacts[normalise(contact)]
            ids_of.pop(id, None)
            if not ids_of:
                del self._contacts[normalise(contact)]

    def _forget(self, text: str) -> None:
        del self._forms[text]
        self._likeness.remove(text)
        lengths = self._lengths[text[:2]]
        lengths[len(text)] -= 1
        if not lengths[len(text)]:
            del lengths[len(text)]
        if not lengths:
            del self._lengths[text[:2]]

    def candidates(self, mention: str) -> tuple[Candidate, ...]:
        """The known customers that this very form stands for, best first; empty when it is nobody's."""
        found = self._forms.get(normalise(mention), {})
        return self._ranked((id, form.how, form.score) for id, form in found.items())

    def alike(self, mention: str, least: float = 0.8) -> tuple[Candidate, ...]:
        """The known customers whose name sounds or looks like the mention, best first, at most five."""
        scores: dict[str, tuple[str, float]] = {}
        for text, how, likeness in self._likeness.near(normalise(mention)):
            for id, form in self._forms.get(text, {}).items():
                score = likeness * min(1.0, form.score + 0.05)
                if score >= least and score > scores.get(id, ("", 0.0))[1]:
                    scores[id] = (how, score)
        return self._ranked((id, how, score) for id, (how, score) in scores.items())[:5]

    def of_contact(self, *written: str) -> tuple[Candidate, ...]:
        """The known customers that have a contact written in one of these ways, by weight."""
        found: dict[str, None] = {}
        for way in written:
            found |= self._contacts.get(normalise(way), {})
        return self._ranked((id, "contact", 0.9) for id in found)

    def find(self, text: str) -> list[Customer]:
        """The known customers that a normalised text names, leftmost longest, none over another."""
        found: list[Customer] = []
        position, last = 0, len(text) - 1
        lengths_of = self._lengths
        while position < last:
            lengths = lengths_of.get(text[position : position + 2])
            mention = self._longest(text, position, lengths) if lengths else None
            if mention is None:
                position += 1
            else:
                found.append(mention)
                position = mention.span[1]
        return found

    def _longest(self, text: str, start: int, lengths: Iterable[int]) -> Customer | None:
        for length in sorted(lengths, reverse=True):
            form = text[start : start + length]
            if form in self._forms:
                ranked = self.candidates(form)
                if _spoken_of(text, start, start + length, ranked[0].how):
                    return mention(text, start, start + length, ranked)
        return None

    def _ranked(self, found: Iterable[tuple[str, str, float]]) -> tuple[Candidate, ...]:
        scored = [
            Candidate(id, self._entries[id].name, how, round(score + 0.02 * self._entries[id].weight, 4))
            for id, how, score in found
        ]
        return tuple(sorted(scored, key=lambda candidate: -candidate.score))


def mention(text: str, start: int, end: int, ranked: tuple[Candidate, ...]) -> Customer:
    """A mention of the best of these candidates; the others stay with it when they are near or it is unsure."""
    best = ranked[0]
    unsure = len(ranked) > 1 and ranked[0].score - ranked[1].score < CLOSE
    return Customer(
        text=text[start:end],
        span=(start, end),
        rule=f"customer.{best.how}",
        confidence=round(min(best.score, 0.99) * (0.6 if unsure else 1.0), 2),
        name=best.name,
        known=True,
        id=best.id,
        how=best.how,
        candidates=ranked[:5] if len(ranked) > 1 or best.score < 0.85 else (),
    )


def _said(entry: NameEntry) -> list[Form]:
    written = [Form(normalise(alias), "alias", 0.99) for alias in entry.aliases if len(alias) >= 2]
    taken = {form.text for form in written}
    return written + [form for form in forms(entry.name) if form.text not in taken]


def _spoken_of(text: str, start: int, end: int, how: str) -> bool:
    """A short name that is also a word of every day counts only where it is spoken of as an organisation."""
    if how != "vague":
        return True
    return text.startswith(SPEAKING_OF_IT, end) and (
        start == 0 or text[:start].endswith(TURNING_TO_IT) or not text[start - 1].isalnum()
    )
