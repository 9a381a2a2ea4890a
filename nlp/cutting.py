"""A message cut into clauses, in order, with the moods and the times of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from nlp.clauses import Clause, Grammar, fill_moods, grammar
from nlp.reading import When
from nlp.segment import Skeleton

SENTENCE_END = "。!?\n;"
BOUNDARY = re.compile(
    r"[,:。!?;\n…~—\- ](?:(?<=[,:])[,:]*|(?<=[。!?;\n])[。!?;\n]*|(?<=…)…*|(?<=~)~*|(?<=—)—*|(?<=-)-+"
    r"|(?<= )(?<![\x21-\x7f] ) *(?![\ue000-\uf8ff]?[a-z])"
    r"|(?<= )(?<![a-z] )(?<![a-z]\uf8ff ) *(?![\x21-\x7f]|[\ue000-\uf8fe][a-z]))"
)
"""A space parts two clauses, but not beside a word in Latin letters: 我明天 email 给他. What a boundary may
begin with stands before the kinds of them, as one class: so the places between are passed over quickly."""
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
    fill_moods(found, skeleton)
    if ":" in skeleton.text:
        _voices(found, rules)
    dated = [(at, entity) for at, entity in skeleton.entities.items() if isinstance(entity, When)]
    if dated:
        starts = [clause.start for clause in found]
        for at, entity in dated:
            found[bisect_right(starts, at) - 1].dates.append(entity)
    return found


def _cut(skeleton: Skeleton, rules: Grammar) -> list[Clause]:
    """The clauses, each told where its sentence begins and ends."""
    line, text, starts = skeleton.line, skeleton.text, skeleton.starts
    found: list[Clause] = []
    sentence = first = begin = 0
    joined = rules.connectives.search(line) is not None  # as few messages are
    for end, behind, ending in _boundaries(line):
        if joined or end - begin > LONG:
            parts = _parts(line, begin, end, ending, rules)
        else:
            parts = [(end, ending)] if end > begin else []
        for until, mark in parts:
            if len(found) - first >= MOST:
                sentence, first = sentence + 1, _closed(found, first)
            said = line[begin:until]
            words = text[starts[begin] : starts[until]]
            found.append(Clause(begin, until, sentence, said, words, frozenset(said), first, 0, set(), {}, mark, []))
            begin = until
        begin = behind
        if ending[:1] in SENTENCE_END:  # so is the end of the line
            sentence, first = sentence + 1, _closed(found, first)
    return found


def _closed(found: Sequence[Clause], first: int) -> int:
    """Tells the clauses of a sentence that is over where it ends, which is where the next begins."""
    beyond = len(found)
    for clause in found[first:]:
        clause.beyond = beyond
    return beyond


def _parts(line: str, start: int, end: int, ending: str, rules: Grammar) -> list[tuple[int, str]]:
    """Where the clauses between two boundaries end, and what mark stands behind each."""
    found = []
    begin = start
    for cut in (rules.connectives if end - start <= LONG else rules.run_on).finditer(line, start, end):
        at = _opened(line, cut)
        if at - begin >= 3:
            found.append((at, ","))
            begin = at
    if end > begin:
        found.append((end, ending))
    return found


def _opened(line: str, cut: re.Match[str]) -> int:
    """Where the clause behind a cut begins: behind the 了 before a new subject, else with a connective and its mark."""
    if cut[0] == "了":
        return cut.end()
    marked = cut[0] and "\ue000" <= line[cut.start() - 1 : cut.start()] <= "\uf8ff"
    return cut.start() - 1 if marked else cut.start()


def _boundaries(line: str) -> list[tuple[int, int, str]]:
    """The boundaries of a line, its end the last: where each begins and ends, and its characters."""
    found = [(*boundary.span(), boundary[0]) for boundary in BOUNDARY.finditer(line)]
    found.append((len(line), len(line), ""))
    return found


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
