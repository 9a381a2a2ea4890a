"""The word lists of slots.toml, ready for use: what stands before and behind the name of an organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nlp.branches import led_by_one_of, one_of
from nlp.lexicon import table

_DEALING_BEGINS = ",(是也就专做搞卖开生"


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of slots.toml, ready for use."""

    labelled: re.Pattern[str]
    deeds_with: re.Pattern[str]
    deeds_of: re.Pattern[str]
    deeds_of_firms: re.Pattern[str]
    belongs: re.Pattern[str]
    there: re.Pattern[str]
    behind: frozenset[str]
    """What stands behind a name to tell that it is one begins with these."""
    firmly: frozenset[str]
    families: frozenset[str]
    brands: frozenset[str]
    latin_common: frozenset[str]


@cache
def words() -> Words:
    """The lists of slots.toml."""
    lists = table("slots")["slots"]
    longest_first = {key: sorted(lists[key].split(), key=len, reverse=True) for key in lists}
    either = {key: one_of(found) for key, found in longest_first.items()}
    led = {key: led_by_one_of(found) for key, found in longest_first.items()}
    told_by = [key for key in lists if key in ("region", "there", "adverbs") or key.startswith("deeds")]
    behind = {word[0] for key in told_by for word in lists[key].split()}
    return Words(
        labelled=re.compile(f"{either['labelled']}(?:是|叫|名叫|:|,)?"),
        deeds_with=re.compile(f"{led['adverbs']}{{0,3}}{led['deeds_with']}"),
        deeds_of=re.compile(f"{led['adverbs']}{{0,3}}{led['deeds_of']}"),
        deeds_of_firms=re.compile(f"{led['adverbs']}{{0,3}}{led['deeds_of_firms']}"),
        belongs=re.compile(
            f"的{led['adjectives']}{{0,3}}{led['belongs']}|的[\u4e00-\u9fff]{{2}}(?:车间|工厂|产线|生产线|仓库|分厂|项目部)"
        ),
        there=re.compile(f"{led['region']}?{led['there']}"),
        behind=frozenset(behind | set("的" + _DEALING_BEGINS)),
        firmly=frozenset(lists["firmly"]),
        families=frozenset(lists["families"]),
        brands=frozenset(lists["brands"].split()),
        latin_common=frozenset(lists["latin_common"].split()),
    )
