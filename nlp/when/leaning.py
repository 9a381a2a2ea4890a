"""What of the sentence so far the next phrase may lean on."""

from __future__ import annotations

import re

from nlp.when import takenback
from nlp.when.elements import Clock, Day, Feast, Month, Part, Weekday, Weekend
from nlp.when.grammar import Phrase
from nlp.when.scope import DAY, NOTHING, Env, Scope, monday

_SENTENCE_END = re.compile(r"[。!！?？\n;；]")
_NEXT_ITEM = re.compile(r"[^。!！?？\n]*(?:[;；]|\n[\s\d*•.、)-]{0,4}$)")
"""Between two items of one day: 周三上午培训；下午参观, or two lines of an agenda."""
_LISTED = re.compile(r"[\s、,，]{0,3}(?:和|或者?|跟|与|及|还是|要么|到|至|-|~)?[\s、,，]{0,3}")
_EQUATED = re.compile(r"[\s,，]{0,2}(?:[也就正]?是|[（(]|即|[=])[\s]?")
"""Between two names of one day: 本月最后一个工作日是周六."""
_AND = re.compile(r"\s?(?:[、/和或及跟与]|还有|以及|)\s?")
_DRAGGED = re.compile(r"(?:拖|延|推|等|熬|捱|耗)(?:迟|期)?到了?$")
_MOVED = re.compile(r"(?:推迟?|延[期后迟]?|顺延|改|挪|调|换)[到至成为]$")
"""A meeting moved from one weekday to another: 周五的会推到周一 is the Monday after."""
_HOURS, _WEEKLY, _YEARLY = (Part, Clock), (Weekday, Weekend), (Month, Feast)


def context(said: Scope, gap: str, phrase: Phrase, env: Env, this_week: bool) -> Scope:
    """What was said, without that on which a phrase after this gap does not lean. A weekday leans on a week in a list
    or a range, and where it comes later in it (下周一进场,周三浇筑) and no bare one of ``this_week`` was said before.
    下周三签合同,我周五前发报价 speaks of this Friday."""
    head = phrase.chain[0]
    if _SENTENCE_END.search(gap):
        return said if isinstance(head, _HOURS) and _NEXT_ITEM.match(gap) else NOTHING
    if _EQUATED.fullmatch(gap):
        return said.with_(same_day=True)
    if _LISTED.fullmatch(gap) or takenback.between(gap):
        return said.with_(same_day=not gap.strip(" ,"))  # 9月25号,周五
    if said.year is not None and said.year < env.now.year and env.ahead and "," in gap:
        said = said.with_(year=None)  # 2025年亏损收窄,拟于4月底披露年报
    if isinstance(head, Weekday) and said.day is not None and _MOVED.search(gap):
        later = head.n > said.day.weekday()
        return said.with_(week=monday(said.day) + (0 if later else 7) * DAY)
    if said.week is None and said.weekday_of is None:
        return said
    later = isinstance(head, Weekday) and said.day is not None and head.n > said.day.weekday()
    goes_on = said.day is None or (later and not phrase.deadline and not this_week)
    through = said.period is not None and said.period.end - said.period.start > DAY  # 周一到周四在上海,周五回
    return said.with_(week=said.week if goes_on else None, weekday_of=said.weekday_of if through else None)


def dragged(said: Scope, gap: str, phrase: Phrase, env: Env) -> Env:
    """去年国庆也这么说,结果拖到元旦: the next such time after what was said."""
    if said.year is None or said.period is None or not isinstance(phrase.chain[0], _YEARLY):
        return env
    return env.facing_ahead()._replace(floor=said.period.start) if _DRAGGED.search(gap) else env


def usual(text: str, phrase: Phrase, habit: int) -> bool:
    """A bare weekday in the sentence of a habit belongs to it (周一到周五早九晚六，周末休息), and so does what is
    listed with the habit's own time (每月5号和20号)."""
    if habit < 0 or not isinstance(phrase.chain[0], (*_WEEKLY, *_HOURS, Day)):
        return False
    if _AND.fullmatch(text, habit, phrase.start):
        return True
    return isinstance(phrase.chain[0], _WEEKLY) and not _SENTENCE_END.search(text, habit, phrase.start)


def remembered(phrase: Phrase, scope: Scope) -> Scope:
    """What later phrases may lean on: not the day of a deadline, which is no place for 下午."""
    if phrase.deadline and scope.period and scope.period.grain == "day":
        return scope.with_(day=None)
    return scope
