"""Tense: whether a deed in a clause is past, still to come, or neither is said."""

from __future__ import annotations

import re
from datetime import datetime

from nlp.clauses import Clause, Grammar, grammar
from nlp.lexicon import END
from nlp.segment import Skeleton

DONE = re.compile(
    "(?<![说问讲提聊想])了|完|进账|入账|过(?![来去程目])|到账|收到|收齐|到手|[付结两]清|付讫|[发寄传送]来|已[签付收到下打汇]"
)
"""Words in a deed that say it is finished."""

SINCE = re.compile("[给发报交签付打送寄传]了")
OVER = re.compile("^[^就太最可]{0,12}(?<![行好算对成够贵高低多少慢])了$")
"""合同送到他手上了: the clause ends with what makes the deed a past one."""

STILL = re.compile(
    "(?:可以|能|该|准备|等着|就等|只等|待|方便)(?:去|来|直接|马上|正式|安排|把[^,]{1,6})?(?:签|付|打款|下单|盖)"
)
"""可以签合同了: allowed now, and not done."""


def _finished(line: str, start: int, end: int, clause: Clause, rules: Grammar) -> bool:
    """The deed ends its clause with 了, and nothing before it says that it is still to come."""
    rest = line[end : clause.end].strip(END)
    said = line[start:end].rstrip(END)
    done = said.endswith("了") or rest[:2].endswith("了") or SINCE.search(said) is not None
    done = done or _before(end, clause, "already")
    return done and rules.yao.isdisjoint(line[clause.start : start])


def tense(clause: Clause, start: int, end: int, skeleton: Skeleton, now: datetime) -> str:
    """past, future or "" (neither is said) for the deed at ``line[start:end]``."""
    rules, own = grammar(skeleton.lexicon), clause.own
    line = skeleton.line
    behind = ahead = False
    if dates := clause.dates:
        behind = any(when.end <= now for when in dates)
        ahead = not behind and any(when.start > now or (when.due and when.end > now) for when in dates)
    if ahead and all(when.start.date() == now.date() for when in dates) and _finished(line, start, end, clause, rules):
        return "past"  # 下午把合同签回来了: today, and told as done
    if ahead or not rules.yao.isdisjoint(line[max(clause.start, start - 6) : start]):
        return "future"
    if own and (_before(end, clause, "soon") or _before(start, clause, "until")):
        return "future"
    if STILL.search(skeleton.words(clause.start, end)):
        return "future"
    if behind or not rules.done.isdisjoint(line[start : min(end + 6, clause.end)]):
        return "past"
    if own and _before(end, clause, "already"):
        return "past"
    words, after = skeleton.words(start, end), skeleton.words(end, min(end + 2, clause.end))[:1]
    done = DONE.search(words + after)
    if done is not None and done.start() < len(words):
        return "past"
    rest = skeleton.words(end, clause.end)
    if rest == "的" and line[end : clause.end].strip(END) == "的":  # 合同今天签的
        return "past"
    return "past" if rest.endswith("了") and OVER.search(rest) else ""


def _before(place: int, clause: Clause, mood: str) -> bool:
    """A word of the mood stands in the clause before this place."""
    found = clause.own.get(mood)
    return found is not None and found[0] < place
