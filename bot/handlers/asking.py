"""What a member asks the bot instead of telling it something: his own affairs, a customer's, how it is used. Each is a
command in other words."""

from __future__ import annotations

import re

from bot.turn import Turn
from storage import members

NAME_MOST = 24
"""Characters of a name or a short question."""
COMMANDS = {
    "/today": frozenset({"今天", "今日", "今天有啥", "今天有什么", "今天有什么事", "今天的事", "今天干啥", "today"}),
    "/my": frozenset({"我的客户", "我的商机", "我的单子", "我的客户有哪些"}),
    "/promise": frozenset({"我的承诺", "承诺清单", "我答应了什么"}),
    "/help": frozenset({"帮助", "help", "怎么用", "你能干啥", "你能做什么", "你会什么"}),
}
THING = "(?:事|事情|活|活儿|客户|商机|单子|承诺|任务|待办)"
ONE_S_OWN = re.compile(
    r"(?:帮我|给我|看看|看下|看一下|查查|查一下|那|我|自己|今天|今儿|明天|这两天|这周|本周|下周|这个月|月底前|手上|手里|名下|现在|目前|最近"
    r"|还|都|一共|得|要|该|的)*"
    rf"(?:(?:有(?:啥|什么|哪些|几个|多少)|(?:干|做|办|跟|见|盯)(?:啥|什么|哪些|哪几[个家])|没(?:做|办|跟|发|交)(?:完|掉)?的){THING}?"
    rf"(?:要|得|该|没|需要|在)?(?:干|做|办|跟|见|盯|完成|答应|承诺|欠)?(?:了|过)?(?:的)?{THING}?(?:来着|呢|吗|没有|没)?"
    rf"|(?:答应|承诺|欠)(?:了|过)?(?:客户|人家|别人)?(?:啥|什么|哪些){THING}?"
    rf"|{THING}(?:列表|清单)?)"
)
"""我这周有哪些要做的, 手上还有什么单子, 今天得跟哪几家: nobody is named, and nothing told."""
ABOUT = (("/my", re.compile("客户|商机|单子")), ("/today", re.compile("今天|今儿")), ("/promise", re.compile("")))
"""The command by what is asked after, the first that fits; what is to be done are one's promises, with their days."""
AT_RISK = re.compile(
    r"(?:我们?|咱们?|组里?|团队|手上|现在|目前|最近|还|都)*(?:有(?:哪些|哪几[个家]|什么|啥|没有)|哪些|哪几[个家])"
    r"(?:客户|商机|单子|单|项目)?(?:好?久|最近|一直|都)*(?:有|没|会|要|快)?"
    r"(?:风险|危险|丢|黄|凉|动静|跟进?|联系|推进|超期|逾期|要看)(?:了|过|的)*(?:客户|商机|单子|单)?[吗呢]?"
)
"""哪些单子有风险, 有哪些客户好久没跟了."""
HOW_IS = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,4}?)(?:今天|这周|本周|最近|这两天|现在)?(?:怎么样|怎样|如何|在(?:干|忙)(?:啥|什么)|(?:什么|啥)情况|忙(?:啥|什么))了?"
)
"""张伟这周怎么样, asked by who leads him."""
TEAM = re.compile(
    r"(?:今天|这周|本周|这个月|最近|现在|我们?|咱们?|看看|看下)*(?:团队|组里|全组|小组|大家)(?:今天|这周|本周|这个月|最近|现在|都|的)*"
    r"(?:怎么样|怎样|如何|(?:什么|啥)情况|情况|进展|在?忙(?:什么|啥)|跟得怎么样)(?:了|呢)?"
)
"""这周团队怎么样: what needs a look."""
ASKS = re.compile(
    r"(?:什么|啥)情况$|进展$|[?？]$|[吗呢]$|怎么样了?$|怎样了?$|什么了?$|啥了?$|到哪一?步了?$|多少$|几号$|哪天$|如何$"
)
REPORTS = re.compile(r"[问说讲让叫回]|告诉|要求|打听|^不?是|我们?[能该要]|帮我")
"""Somebody else's question, or one about what to do: talk to be read."""
OWES = re.compile("答应|承诺|欠")


async def line(turn: Turn) -> str:
    """今天 is /today, and a customer's name alone is /customer: it asks how things stand and tells nothing; "" for what
    is no such question."""
    word = turn.text.strip("。.!！?？ ")
    if len(word) > NAME_MOST:
        return ""
    said = next((line for line, known in COMMANDS.items() if word in known), "") or _of_one_s_own(word)
    said = said or ("/risk" if AT_RISK.fullmatch(word) or TEAM.fullmatch(word) else "") or await _of_a_rep(turn, word)
    return said or await _customer_alone(turn, word) or await _asks_about(turn)


async def _of_a_rep(turn: Turn, word: str) -> str:
    """What one of the member's own people has today."""
    asked = HOW_IS.fullmatch(word)
    found = await members.named(asked["who"]) if asked else []
    led = [one for one in found if one.id != turn.member.id and turn.scope.covers(one.id)]
    return f"/today {led[0].name}" if len(led) == 1 else ""


def _of_one_s_own(word: str) -> str:
    if not ONE_S_OWN.fullmatch(word):
        return ""
    return next(command for command, asked in ABOUT if asked.search(word))


async def _customer_alone(turn: Turn, word: str) -> str:
    if len(word) < 2 or any(mark in word for mark in "，,。；;"):
        return ""
    found = await turn.house.names.reading(word, turn.at, turn.calendar)
    alone = [one for one in found.customers if one.known and one.span[1] - one.span[0] == len(word)]
    return f"/customer {word}" if len(alone) == 1 else ""


async def _asks_about(turn: Turn) -> str:
    """启明什么时候签？ asks the bot how a customer stands and reports nothing; what somebody asked or said, does."""
    text = turn.text.strip()
    if not ASKS.search(text) or REPORTS.search(text):
        return ""
    found = await turn.house.names.reading(text, turn.at, turn.calendar)
    known = [one for one in found.customers if one.known]
    if len(known) != 1 or found.stage or found.action or found.signals or found.commitments or found.amounts:
        return ""
    return f"/{'promise' if OWES.search(text) else 'customer'} {known[0].text}"
