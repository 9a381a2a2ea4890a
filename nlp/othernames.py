"""People by other names: 陳生, 李太, and names in Latin letters beside words that follow or lead to people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.peoplewords import Seen, listed, open_left
from nlp.reading import Contact

LATIN = re.compile(r"(?<![A-Za-z0-9@.])[A-Z][a-z]{2,11}(?: [A-Z][a-z]{1,11})?(?![A-Za-z0-9@.])")
CAPITAL = re.compile("[A-Z]")
CANTONESE = re.compile(r"([\u4e00-\u9fff])([生太])(?=话|说|,|想|问|嘅)")


def cantonese(seen: Seen) -> Iterator[Contact]:
    """陳生, 李太: a surname and 生 or 太 before a verb of saying."""
    for match in CANTONESE.finditer(seen.text) if "生" in seen.text or "太" in seen.text else ():
        if match[1] in listed().surnames and open_left(seen, match.start()):
            yield Contact(match[0], match.span(), "person.title", 0.8, match[1], match[2])


def latin(seen: Seen) -> Iterator[Contact]:
    """Tracy, Jason Tan, 阿May, 国际部主任Tracy: a name in Latin letters beside words that follow or lead to people."""
    lists = listed()
    for match in LATIN.finditer(seen.given) if CAPITAL.search(seen.given) else ():
        start, end = match.span()
        parts = match[0].lower().split()
        nickname = seen.text[start - 1 : start] == "阿"
        strange = lists.latin_orgs if nickname else lists.latin_orgs | lists.not_names
        if any(part in strange for part in parts) or "\0" in seen.text[start:end]:
            continue
        role = seen.ends.get(start)
        roled = role is not None and bool(lists.bases.search(seen.word(role)))
        before, after = seen.text[max(0, start - 10) : start].rstrip(), seen.text[end : end + 10].lstrip()
        cued = before.endswith(
            ("给", "跟", "和", "with", "对", "找", "联系人", "联络人", "方式:", "的", "约了", "见了", "阿", "给到")
        )
        speaks = after.startswith(lists.speaking) or after.startswith(("from", ", from", "总", "的"))
        in_a_list = before.endswith((",", ":")) and (not after or after[0] in ",:+(")
        if not (roled or cued or speaks or in_a_list):
            continue
        first = start - 1 if before.endswith("阿") else start
        title = seen.word(role) if roled and role is not None else None
        whole = role.start if roled and role is not None else first
        yield Contact(seen.text[whole:end], (whole, end), "person.latin", 0.8, seen.text[first:end], title)
