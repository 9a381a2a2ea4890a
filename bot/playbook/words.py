"""What the team adds to the reader's lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from bot.playbook.value import Value
from nlp import teaching
from nlp.teaching import Taught

Phrase = Annotated[str, Field(min_length=2, max_length=20, pattern=r"^\S(.*\S)?$")]


class Words(Value):
    """What the team adds to the reader's lexicon. ``words``: by the name of their meaning (nlp/lexicon/meanings.toml);
    ``without``: words of the shipped lexicon that mean something else here; ``packs``: trades."""

    packs: tuple[str, ...] = ()
    words: Mapping[str, tuple[Phrase, ...]] = Field(default_factory=dict)
    without: tuple[Phrase, ...] = ()

    @property
    def taught(self) -> Taught:
        """As the reader takes it: by ids, in one order."""
        by_id: dict[str, list[str]] = {}
        for called, words in self.words.items():
            if (one := teaching.meaning(called)) is not None:
                by_id.setdefault(one.id, []).extend(words)
        packs = {found.id for called in self.packs if (found := teaching.pack(called)) is not None}
        return Taught(
            tuple((id, tuple(dict.fromkeys(by_id[id]))) for id in sorted(by_id) if by_id[id]),
            tuple(sorted(set(self.without))),
            tuple(sorted(packs)),
        )
