"""Mere hints of what has been: they make a time past where it lies nearer behind than ahead."""

from __future__ import annotations

import re

from nlp.firsts import sought
from nlp.when.elements import Clock, Day, Element, Feast, Month, Part, Quarter, Slice, Weekday
from nlp.when.tense import AHEAD, Around, next_clause_is_past

_HOURS, _DAYS, _YEARLY = (Part, Clock), (Day, Weekday), (Month, Feast, Quarter, Slice)
_HINTED = (*_HOURS, *_YEARLY)
_SO_SOON = re.compile(
    r"就(?:说|讲|答应|承诺)|就(?:[^要会得能可给不的,，]|(?<=[开散])会){1,10}了(?!吧|再|解)|就(?:一直)?没"
)
_TOLD = sought(
    r"那[单批笔场趟]|还在|[同环]比(?!例)|^[,，]?(?:公布|发布|宣布|披露|通报|报道|获悉)|^从[^,]{2,12}(?:获悉|了解到)"
    r"|^那(?:[几两些]天|阵|段)(?!.{0,8}[能会要可吗])|(?:拖|延续|持续|一直)?到(?:现在|今天|目前)|至今|^以来"
    r"|^那[天晚](?:我们?|他们?)?[发下签买付打送做定]的(?!话)|才[^会能要可,]{1,4}(?:完|出来)"
    r"|(?:营收|利润|销量|产量|收入|出口|进口|投资)[^,预将目]{0,6}(?:增长|下降|下滑|上涨|回升)(?!目标)"
    r"|^起?(?:施行|实施|执行|生效|发布|出台|成立|开业)的|^份?(?:新增|累计|完成|实现)"
    r"|^份?的?(?:对?账[单目]?(?![号户期])|报表|业绩|数据|工资|发票|货款|尾款|[水电房]费|房租|考勤|销量|销售额|提成|台账|流水|复盘)"
)
"""12月那单, 4月16日公布, 一季度同比增长, 9月的账单."""
_BEFORE = sought(
    r"(?<![将拟定订])于$|原(?:计划|[定本先来])[于在是]?$|(?:当地|北京)时间$|(?:账单|报表|工资条|发票).{0,6}$"
)
"""董事会于9月10日审议通过; 原计划10月底上线; 账单出来了12月的."""
_YESTERDAY = re.compile(r"[在是]?(?:昨|前[天日](?![津空气]))|都?已?经?过[了完]")
"""夏至昨天就过了."""
_AS_OF = re.compile(r"截[至止]到?$")


def hinted(text: str, start: int, end: int, stop_at: int, head: Element, clause: Around) -> bool:
    """A phrase that begins with ``head`` may tell of something past, by its clause or by the one after it."""
    before, after = clause
    so_soon = _SO_SOON.search(after) is not None and not AHEAD.search(before)
    if isinstance(head, _DAYS):
        return so_soon
    if not isinstance(head, _HINTED):
        return False
    told = _TOLD.search(after) is not None and not AHEAD.search(before)
    if so_soon or told or _BEFORE.search(before) or _YESTERDAY.match(text, end):
        return True
    if isinstance(head, _YEARLY) and is_as_of(text, start):
        return True
    # 上午10点我还在高铁上，没接到您电话
    return not isinstance(head, Slice) and next_clause_is_past(text, end, stop_at)


def is_as_of(text: str, start: int) -> bool:
    """截至8月末,存款余额…: no deadline, where that lies near behind."""
    return _AS_OF.search(text, max(0, start - 3), start) is not None
