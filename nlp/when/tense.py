"""Whether a clause speaks of what has been, so that a bare weekday or date in it is the latest one behind."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from nlp.firsts import sought

_REACH = 40
"""How far a clause is looked through, in characters; longer run-ons say nothing about a time so far off."""

_STOP = re.compile(r"[,，。.;；!！?？\n]")
AHEAD = sought(
    r"要(?!求|点|害|闻)|(?<![开例协年晨早午晚个的次场周月季复评])会(?!议|员|场|展|上|面|客|计|诊|后|前|所|员|长)|将(?!军)|准备|打算|计划|预计|争取|再(?!次|三)|能(?!力|源|量)|可以|可能|想|应该|记得|麻烦|必须|务必"
    r"|如果|要是|假如|只要|等(?!级|保|于)|别(?!的|人|墅)|不用|快(?!递|照|讯|速)|(?<!早)就(?!是|来|去了|走了)|该|得(?=[^到了])|(?<![他她它们总工户方])给我|希望|尽量|安排|[定订约排请改推]了?(?=在|到|好|了|个)"
    r"|拟(?![定态合人])|约|预约|没空|没时间|没问题|来不及|到期"
)
_DONE = re.compile(
    r"已经?(?=[^经有])(?!.{0,2}(?:满|[排约订定]))|早就|早已|刚刚|刚才|刚(?=[^性需好])|曾|[^为除要快就该罢得极对行算好得空间会题用可以能定订约排来不完](?<!取消)(?<!推迟)(?<!改期)(?<!延[期后])(?<!泡汤)(?<![排约订定]满)(?<!(?<!说)不.)(?<!(?<!说)不..)(?<!(?<!说)不...)了(?!解|断|如|结|吗|嘛|么|没|事|不起|然)|完了"
    r"|[来好定](?:过)了|[去来聊见打报问谈说提看做发签试用通访示系作碰接]过(?!来|去|程|会|一遍|户|节|年|期|几天|两天|目|得)"
    r"|没(?=[去来回接见签发收到打谈聊做成找拿定批说提给办碰])(?!准|意见|回头)|[来到]了|来着|[收接碰遇]到|听说|发现"
)
_OF_PAST = re.compile(
    r"^(?:那[天晚](?!.{0,8}(?:别|[不得还]要|要[^求]|请|记得|安排)).{0,8}[^除为]了(?!再|吧)|(?:[电讯]|消息)(?=[\s(,:]|$)|的?时?候?那(?:会儿?|阵[子儿]?|次|回|时(?!间))|(?:[我你他她它您]们?|咱们?|客户|对方|[一-龥]总|[一-龥]工)?(?:去|来|新)?(?:签|发|聊|谈|见|到|寄|付|打|下|走|做|买|贷|订|租|招|办|换|装|去|来|开|报|送|交|拍|收|提|定|说|审|拜访|沟通|演示|打电话|给|回)(?:到|完|过|好|来|去|出|妥|成|下|下来|定|起|出来)?的(?!话|时候|那种)|(?:生?产|出厂|进货|入职|毕业|结婚|生)的(?!话|时候))"
)
_BACK = sought(
    r"上一?[次回趟]|昨|前天|上周|上个?月|去年|已于|曾在?|当时|那会儿|以前|之前(?!给|要|把)|最近一次|刚过$|纪要|战报|喜报|(?<![数单票收证依凭])据$"
    r"|(?<!edul)(?<!plann)(?<!postpon)(?<!delay)(?<!expect)(?<!need)(?<!mov)(?:ed|sent|paid|met|left|came|was|were)\s(?:on|in|at)\s$"
)
_MOVED = re.compile(r"[改推延挪换调移](?:迟|期|后)?[到在至成为]$")
"""上次的会改到26号: the day moved to is still to come."""


_SAID = re.compile(
    r"(?<!没)(?:答应|应承|承诺|保证|应[下了]|说(?:[好定]|是)?|讲[好定]?|约[好定])(?:了|过)?(?:我们?|咱们?|他们?|她|客户|人家|让我们?|要|在){0,2}$"
)
"""昨天答应周五打款: what was said then is still to come."""


Tense = Literal["past", "perhaps past", "faintly past", "open"]


class Around(NamedTuple):
    """What stands before and behind a phrase of time in its own clause."""

    before: str
    after: str


def around(text: str, start: int, end: int, stop_at: int) -> Around:
    """The clause around ``text[start:end]``; ``stop_at`` is where the next phrase of time begins."""
    return Around(_clause_before(text, start), _clause_after(text, end, stop_at))


def tense(clause: Around) -> Tense:
    """Whether the clause reports something done; by a 了 alone it is past perhaps."""
    before, after = clause
    back = _BACK.search(before) and not (AHEAD.search(after) or _SAID.search(before) or _MOVED.search(before))
    if back or _OF_PAST.search(after):
        return "past"
    done = _DONE.search(after)
    if done is None or AHEAD.search(after, 0, done.end()) or AHEAD.search(before):
        return "open"
    return "perhaps past" if done[0].endswith("了") else "past"


def is_ahead(clause: Around) -> bool:
    """The clause has a word of intent or of the future."""
    return AHEAD.search(clause.after) is not None or AHEAD.search(clause.before) is not None


def next_clause_is_past(text: str, end: int, stop_at: int) -> bool:
    """The clause after this one, when no time of its own begins it, reports something done."""
    stop = _STOP.search(text, end, min(stop_at, end + _REACH))
    if stop is None or text[stop.start()] in "。!！?？\n":
        return False
    after = _clause_after(text, stop.end(), stop_at)
    done = _DONE.search(after)
    return done is not None and not AHEAD.search(after, 0, done.end())


def _clause_after(text: str, end: int, stop_at: int) -> str:
    """What stands behind the phrase in its own clause, up to the next phrase of time."""
    limit = min(len(text), end + _REACH, max(stop_at, end))
    stop = _STOP.search(text, end, limit)
    return text[end : stop.start() if stop else limit]


def _clause_before(text: str, start: int) -> str:
    """What stands before the phrase in its own clause, up to 12 characters."""
    return _CLAUSE_TAIL.split(text[max(0, start - 12) : start])[-1]


_CLAUSE_TAIL = re.compile(r"[,，。;；!！?？\n]")
