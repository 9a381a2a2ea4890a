"""A message cut into clauses, in order, with the moods and the times of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from nlp.clauses import Clause, Grammar, fill_moods, grammar
from nlp.reading import When
from nlp.segment import Skeleton

SENTENCE_END = "。!?\n;"
BOUNDARY = re.compile(
    r"[。!?;\n]+|[,:]+|…+|~+|—+|--+"
    r"|(?<![\x21-\x7f]) +(?![\ue000-\uf8ff]?[a-z])"
    r"|(?<![a-z])(?<![a-z]\uf8ff) +(?![\x21-\x7f]|[\ue000-\uf8fe][a-z])"
)
"""A space parts two clauses, but not beside a word in Latin letters: 我明天 email 给他."""
MAY_BOUND = re.compile(r"[。!?;\n,、:…~ —\-]")
SALUTATION = re.compile("回复?[您你]|尊敬|敬爱|亲爱|您好|你好|^(?:致|dear|hi|hello)")
"""尊敬的栗经理：is spoken to, and what follows is not said by him."""
LONG = 40
"""A clause longer than this in the line is a run-on: it is cut before each new subject."""
MOST = 24
"""Clauses of one sentence: where nobody puts a full stop the next ones are another, so that no text costs the square of
its length."""


def clauses(skeleton: Skeleton) -> list[Clause]:
    """The clauses of a skeleton in order, moods filled in."""
    rules = grammar(skeleton.lexicon)
    found = _cut(skeleton, rules)
    _into_sentences(found)
    fill_moods(found, skeleton)
    _voices(found, rules)
    dated = [(at, entity) for at, entity in skeleton.entities.items() if isinstance(entity, When)]
    if dated:
        starts = [clause.start for clause in found]
        for at, entity in dated:
            found[bisect_right(starts, at) - 1].dates.append(entity)
    return found


def _into_sentences(found: Sequence[Clause]) -> None:
    """Tells each clause where its sentence begins and ends."""
    first = 0
    for n, clause in enumerate(found):
        if clause.sentence != found[first].sentence:
            first = n
        clause.first = first
    beyond = len(found)
    for n in range(len(found) - 1, -1, -1):
        found[n].beyond = beyond
        if found[n].first == n:
            beyond = n


def _cut(skeleton: Skeleton, rules: Grammar) -> list[Clause]:
    line, text, starts = skeleton.line, skeleton.text, skeleton.starts
    found: list[Clause] = []
    sentence = first = start = 0

    def clause(begin: int, end: int, ending: str) -> None:
        nonlocal sentence, first
        if len(found) - first >= MOST:
            sentence, first = sentence + 1, len(found)
        said = line[begin:end]
        found.append(
            Clause(begin, end, sentence, said, text[starts[begin] : starts[end]], frozenset(said), ending=ending)
        )

    def add(end: int, ending: str) -> None:
        begin = start
        cuts = rules.connectives if end - start <= LONG else rules.run_on
        for cut in cuts.finditer(line, start, end):
            at = _opened(line, cut)
            if at - begin >= 3:
                clause(begin, at, ",")
                begin = at
        if end > begin:
            clause(begin, end, ending)

    for boundary in _boundaries(line):
        add(boundary.start(), boundary[0])
        start = boundary.end()
        if boundary[0][0] in SENTENCE_END:
            sentence, first = sentence + 1, len(found)
    add(len(line), "")
    return found


def _opened(line: str, cut: re.Match[str]) -> int:
    """Where the clause behind a cut begins: behind the 了 before a new subject, else with a connective and its mark."""
    if cut[0] == "了":
        return cut.end()
    marked = cut[0] and "\ue000" <= line[cut.start() - 1 : cut.start()] <= "\uf8ff"
    return cut.start() - 1 if marked else cut.start()


def _boundaries(line: str) -> Iterator[re.Match[str]]:
    """The boundaries of a line, looked for only where one may begin."""
    at = 0
    while place := MAY_BOUND.search(line, at):
        boundary = BOUNDARY.match(line, place.start())
        if boundary is not None:
            yield boundary
        at = boundary.end() if boundary is not None else place.end()


def _voices(found: Sequence[Clause], rules: Grammar) -> None:
    """客户：再考虑考虑: what stands behind a name and a colon is said by it, unless it is said to it (您)."""
    theirs = False
    for n, clause in enumerate(found):
        clause.theirs = theirs
        if clause.ending.startswith(":") and len(clause.line) <= 8 and not SALUTATION.search(clause.line):
            if any(mark in rules.them for mark in clause.line):
                said = (one.line for one in found[n + 1 :] if one.sentence == clause.sentence)
                theirs = not any("您" in line for line in said)
            elif any(mark in rules.we for mark in clause.line):
                theirs = False
