"""Known customers in a text: by every way a name is said, else by what is cut from one, or sounds or looks like it.

All of them grow and shrink by the name; nothing is rebuilt, and at any number of names a message costs microseconds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from nlp.again import as_before
from nlp.formed import Formed
from nlp.lexicon import normalise
from nlp.likeness import Likeness
from nlp.names import Form, forms, parts, vague
from nlp.reading import Candidate, Customer
from nlp.segment import Taken
from nlp.shortened import Match, Shortened
from nlp.sounds import sound, spelt
from nlp.spokenof import is_a_place, spoken_of, turned_to

FEW = 5
"""Candidates that stay with a mention; a short form may be that of hundreds."""
CLOSE = 0.03
"""Two candidates nearer than this are both in question."""
ALIKE = 0.8
"""From here on a name is as good as meant."""


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A customer as the reader needs it. ``contacts`` are written as they are said: 王总, 李娜. ``weight`` (0..1)
    breaks ties between like names: the sender's own or lately named customers weigh more."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    weight: float = 0.0


_NUMBERED = re.compile("[一二三四五六七八九十]{1,2}[局院公建冶航中附]")


class NameIndex:
    """Finds known customers in texts and by their contacts; ``add`` and ``remove`` cost as much as one name."""

    def __init__(self, entries: Iterable[NameEntry] = ()) -> None:
        self._numbers: dict[str, int] = {}
        self._entries: dict[int, NameEntry] = {}
        self._next = 0
        self._formed = Formed()
        self._contacts: dict[str, tuple[int, ...]] = {}
        self._homes: dict[str, tuple[Candidate, ...]] = {}
        self._likeness = Likeness()
        self._shortened = Shortened()
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
        return self._entries[self._numbers[id]] if id in self._numbers else None

    def add(self, entry: NameEntry) -> None:
        """Put a customer in; one with the same id is replaced."""
        self.remove(entry.id)
        number, self._next = self._next, self._next + 1
        self._numbers[entry.id] = number
        self._entries[number] = entry
        self._formed.add(number, _said(entry))
        for contact in entry.contacts:
            written = normalise(contact)
            self._homes.pop(written, None)
            self._contacts[written] = (*self._contacts.get(written, ()), number)
        self._likeness.add(number, _written(entry))
        self._shortened.add(number, entry.name)

    def remove(self, id: str) -> None:
        """Take a customer out; an unknown id changes nothing."""
        number = self._numbers.pop(id, None)
        if number is None:
            return
        entry = self._entries.pop(number)
        self._formed.remove(number, _said(entry))
        for contact in map(normalise, entry.contacts):
            self._homes.pop(contact, None)
            owners = tuple(owner for owner in self._contacts.get(contact, ()) if owner != number)
            if owners:
                self._contacts[contact] = owners
            else:
                self._contacts.pop(contact, None)
        self._likeness.remove(number, _written(entry))
        self._shortened.remove(number, entry.name)

    def candidates(self, mention: str, most: int | None = None) -> tuple[Candidate, ...]:
        """The known customers that this very form stands for, best first; empty when it is nobody's."""
        return self._ranked(self._formed.of(normalise(mention)), most)

    def alike(self, mention: str, least: float = ALIKE) -> tuple[Candidate, ...]:
        """The known customers whose name sounds or looks like the mention, best first, at most five."""
        return self._alike(normalise(mention), least)

    def likely(self, said: str) -> tuple[Candidate, ...]:
        """Those that words of a normalised text stand for: by a form, else by likeness; at most five."""
        return self._ranked(self._formed.of(said), FEW) if said in self._formed.known else self._alike(said, ALIKE)

    def _alike(self, said: str, least: float) -> tuple[Candidate, ...]:
        best: dict[int, tuple[str, float]] = {}
        for number, form, how, likeness in self._likeness.near(said, self._forms_of):
            score = likeness * min(1.0, form.score + 0.05)
            if score >= least and score > best.get(number, ("", 0.0))[1]:
                best[number] = (how, score)
        return self._ranked(((number, how, score) for number, (how, score) in best.items()), FEW) if best else ()

    def spelt(self, letters: str) -> tuple[Candidate, ...]:
        """The known customers whose name these letters spell in pinyin (hengyuan), best first."""
        best: dict[int, float] = {}
        for heard in spelt(letters):
            for number in self._likeness.so_sounding(heard):
                for form in self._forms_of(number):
                    if form.how != "public" and sound(form.text) == heard:
                        best[number] = max(best.get(number, 0.0), 0.95 * form.score)
        return self._ranked(((number, "pinyin", score) for number, score in best.items()), FEW)

    def _forms_of(self, number: int) -> Sequence[Form]:
        return _said(self._entries[number])

    def of_contact(self, *written: str) -> tuple[Candidate, ...]:
        """The known customers that have a contact written in one of these ways, by weight."""
        ways = dict.fromkeys(map(normalise, written))
        lists = [ranked for way in ways if way in self._contacts and (ranked := self._having(way))]
        if len(lists) < 2:
            return lists[0] if lists else ()
        once = {candidate.id: candidate for ranked in lists for candidate in ranked}
        return tuple(sorted(once.values(), key=_best_first))

    def _having(self, contact: str) -> tuple[Candidate, ...]:
        """The customers that have it, best first; kept, because every third company has a 王总."""
        found = self._homes.get(contact)
        if found is None:
            found = self._homes[contact] = self._ranked((n, "contact", 0.9) for n in self._contacts[contact])
        return found

    def find(self, text: str) -> list[Customer]:
        """The known customers that a normalised text names, leftmost longest, none over another."""
        found = as_before(self._by_form(text))
        if not self._entries:
            return found
        cut = self._by_cut(text, found)
        if not cut:
            return found
        taken = Taken(len(text), (c.span for c in cut))
        kept = [c for c in found if taken.free(c.span)]
        return sorted((*kept, *cut), key=lambda c: c.span)

    def _by_cut(self, text: str, found: list[Customer]) -> list[Customer]:
        """What is cut from a name in a way no form foresees: where no form stands, or a shorter one of that very
        name, or one that many bear."""
        matches_said = list(self._shortened.near(text, lambda number: self._entries[number].name))
        if not matches_said:
            return []
        best: dict[tuple[int, int], dict[int, Match]] = {}
        ends = [c.span[1] for c in found]
        for match in matches_said:
            said = text[match.start : match.end]
            if (
                _NUMBERED.match(text, match.end)
                and text[match.start : match.end + 2] not in self._entries[match.number].name
            ):
                continue  # 中铁 in 中铁十局 is not 中铁四局
            if said in self._formed.known or said in vague() or said[-1] in "路街" or is_a_place(text, match.end):
                continue  # the forms have spoken: it is one, or no name here
            first = bisect_right(ends, match.start)
            over = [c for c in found[first : first + len(said)] if c.span[0] < match.end]
            if all(self._widens(match, c) for c in over) and (
                not match.weak or turned_to(text, match.start, match.end)
            ):
                best.setdefault((match.start, match.end), {})[match.number] = match
        if not best:
            return []
        kept: list[Customer] = []
        done = 0
        for (start, end), matches in sorted(best.items(), key=lambda item: (item[0][0], -item[0][1])):
            ranked = self._ranked((m.number, m.how, m.score) for m in matches.values())
            unsure = len(ranked) > 1 and ranked[0].score - ranked[1].score < CLOSE
            if start >= done and not (unsure and next(iter(matches.values())).weak):
                kept.append(mention(text, start, end, ranked))
                done = end
        return kept

    def _widens(self, match: Match, formed: Customer) -> bool:
        inside = match.start <= formed.span[0] and formed.span[1] <= match.end
        longer = match.end - match.start > formed.span[1] - formed.span[0]
        same = formed.id == self._entries[match.number].id
        return inside and longer and not match.weak and (same or formed.how in ("vague", "public", "brand"))

    def _by_form(self, text: str) -> list[Customer]:
        found: list[Customer] = []
        done, ended = 0, -1
        for start, lengths in self._formed.begun(text):
            if start >= done:
                mention = self._longest(text, start, lengths, start == ended)
                if mention is not None:
                    found.append(mention)
                    done = ended = mention.span[1]
        return found

    def _longest(self, text: str, start: int, lengths: int, joined: bool) -> Customer | None:
        for length in range(min(lengths.bit_length() - 1, len(text) - start), 1, -1):
            if lengths >> length & 1 and text[start : start + length] in self._formed.known:
                ranked = self._ranked(self._formed.of(text[start : start + length]), FEW)
                if joined or spoken_of(text, start, start + length, ranked[0].how):
                    return mention(text, start, start + length, ranked)
        return None

    def _ranked(self, found: Iterable[tuple[int, str, float]], most: int | None = None) -> tuple[Candidate, ...]:
        """As candidates, best first; of many only ``most`` are made."""
        ranked = []
        for number, how, score in found:
            entry = self._entries[number]
            ranked.append((round(score + 0.02 * entry.weight, 4), entry, how))
        if len(ranked) > 1:
            ranked.sort(key=_score, reverse=True)
        return tuple(Candidate(entry.id, entry.name, how, score) for score, entry, how in ranked[:most])


_score = itemgetter(0)


def _best_first(candidate: Candidate) -> float:
    return -candidate.score


def _written(entry: NameEntry) -> list[str]:
    """The ways of writing by which likeness looks: the name without place and legal form, and the aliases."""
    it = parts(normalise(entry.name))
    bare = (it.brand[:-1] if it.brand[-1] in "市县旗" and it.trades else it.brand) + "".join(it.trades)
    return [bare, *(alias for alias in map(normalise, entry.aliases) if alias != bare and len(alias) >= 2)]


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
        candidates=ranked[:FEW] if len(ranked) > 1 or best.score < 0.85 else (),
    )


def _said(entry: NameEntry) -> Sequence[Form]:
    if not entry.aliases:
        return forms(entry.name)
    written = [Form(normalise(alias), "alias", 0.99) for alias in entry.aliases if len(alias) >= 2]
    taken = {form.text for form in written}
    return written + [form for form in forms(entry.name) if form.text not in taken]
