"""What only the two sides together say: a request and its yes, 发您 after 案例有吗, a word taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.reading import Commitment, Reading, Span
from nlp.turns import Turn

Again = Callable[[str], Reading]
"""Reads other words as if the same speaker had said them at the same moment."""

_CLAUSE = re.compile(r"[^,，。.!！?？;；、~…\n\s]+")
SENTENCE = re.compile(r"[^。!！?？;；\n]+[?？]?")
_YES = re.compile(
    r"(?:嗯+|哦+|啊|那|行啊|当然|必须|肯定)?[,，\s]*(?:好|可以|没问题|没有?问题|行|成(?!本|立|交)|中(?!间|午|标)|ok|okay|收到|妥|安排|马上|这就|来吧|就这么|没毛病|同意|欢迎|必须的|是的|对的?$|要得|sure|yes|deal)",
    re.I,
)
_BUT = re.compile(
    r"不过|但是?|可是|不行|不能|没法|不一定|可能|估计|尽量|争取|看情况|要看|得看|得问|得请示|请示|再说|再看|考虑|不了|怕是|恐怕|[?？]|吗$"
)
ASKS = re.compile(
    r"吗|么$|[?？]|能不能|可不可以|能否|可否|行不行|好不好|方便|麻烦|请|帮|要不|不如|如何|怎么样|吧$|记得|别忘|(?:发|给|寄|传|送|推|报|出|做|整|弄|拿|提供).{0,8}(?:我|我们|过来|来)|[给跟和]我"
    r"|^[^我]{0,4}把[^我]{1,14}[带发给寄送拿拍传改做弄盖签备]"
)
_MODAL = re.compile(
    r"能不能|可不可以|可否|能否|行不行|好不好|可以不|是不是可以|方便的话|方便|麻烦|辛苦|劳驾|记得|别忘了?|要不要|要不然|要不|不如|可以|(?<![可才只性功智])能(?!源|力|量|耗)|请(?!示|假|款|购)|帮我?忙?|帮(?=我)|最好|一定要|顺便|另外|对了|还有|那就?|就(?=[周下明后今])"
)
_TAIL = re.compile(
    r"(?:行吗|好吗|可以吗|能行吗|行不|可以不|怎么样|如何|方便吗|没问题吧|可以吧|行吧|好吧|吗|么|吧|呢|啊|哈|呀|嘛|[?？!！。~\s])+$"
)
_SWAP = re.compile(r"你们|您们|贵司|贵公司|咱们|我们公司|我们|您|你|我司|我")
_SWAPPED = {"你们": "我们", "您们": "我们", "贵司": "我们", "贵公司": "我们", "您": "我", "你": "我", "咱们": "咱们"}
_REFUSED = re.compile(r"(?:不用|不必|别|先别|不要|不需要)(?:再)?(?P<verb>发|给|寄|送|做|来|报|出|准备|安排|改|寄)")
_TAKEN_BACK = re.compile(
    r"^(?:不好意思|抱歉|对不起|sorry)?[,，\s]*我?(?:刚才?|上面|前面)?(?:那[条句个])?(?:发错群?了?|发错人|说错了?|打错了?|搞错了?|弄错了?|记错了?|看错了?|忽略|作废|当我没说)(?:[,，。!！\s]|$|了|,?忽略|不是给你)"
)
_UNDONE = re.compile(
    r"取消|作废|撤单|反悔|变卦|叫停|暂停|搁置|暂缓|黄了|停了|缓一缓|先?放一放|(?:先|暂时|这次|还是|暂)不(?:签|下|买|订|采购|要|做|上|付|演示|试|看|用|搞)|没(?:签|下单|付|打款|谈成|批)|不(?:签|下单|买|要|做)了|还没签"
)
_UNLESS = re.compile(r"如果|要是|万一|假如|的话|会不会|吗|[?？]|不会|没取消|没有取消|别取消|不要取消|不能取消|不取消")
_ABOUT = {
    "solution_demo": re.compile(r"演示|试用|测试|试|看|demo|poc|方案|来", re.I),
    "negotiation": re.compile(r"报价|谈|价"),
}
_CALL = re.compile(r"[^\s，,。]{1,5}[，,\s]+")
_WHEN = re.compile(
    r"(?:大概|大约|预计)?(?:什么时候|啥时候?|几时|何时|哪[一]?天|几号|周几|多会儿|什么时间|多久)(?:左右)?"
)
_CAN = re.compile("(?:能|可以|方便|来得及|行).*(?:吗|不|没|么)[?？]?$|(?:行不行|可以吗|好不好)[?？]?$")
_DONE_YET = re.compile(r"(?<=..)(?:了吗|了没有?|没有?|了么)[?？\s]*$")
_INVOICE = re.compile(r"((?:尾款|货款|首款)?的?(?:发票|专票|普票|票))([^,，。]{0,8})开(?:出来|好)?(?![一-龥])")
"""发票什么时候能开: the thing stands before its verb."""
FIRST = re.compile(
    r"(?!什么|主要|把|这|那|怎么|有|麻烦|好|行|可以|嗯|收到|谢|对|是|价格|颜色|时间|今|明|后|下|上|周)([^你您我他她们这那不没吗呢吧啊哦能会要想，,\d]{2,9}?)"
    r"(?:没有|没了|没收到|还没|到期|破了|坏了|不够|快?用完|几号|什么时候|啥时|能|可以|先(?=发|给|传)|麻烦|记得|用完|[收签盖做弄写填定][齐好完]|(?:再|多)?(?:拍|发|给|寄|传|送|补|带|报)(?=我|来|一|两|下|个|份|张|过来))"
)
"""A thing and what is asked or told of it."""
_HANDED = re.compile(r"(?:发|给|寄|传|送|拍|报|带|补)(?:给|过)?(?:我们?|来)?")
STICKER = re.compile(r"\[[^\[\]\n]{1,10}\]")
LONGEST = 60
"""A longer sentence is no request that a word grants."""
_HANDING = "发给寄送传"
_DEED = re.compile(r"[发给寄送传推报出做整弄拿改签付打回盖装补]|提供|安排|准备|确认|联系|对接|申请")
_MEETING = re.compile(r"演示|demo|poc|试|测|看|签|合同|拜访|见|来|过去|面谈|会|讲|交流", re.I)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A request or a proposal of one side that the other said yes to, as a statement."""

    asked: Turn
    answered: Turn
    span: Span
    """Where the request stands in the text of its turn."""
    words: str


def agreements(turns: Sequence[Turn]) -> list[Agreed]:
    """Every request or proposal that got a yes from the other side, in order."""
    found = []
    for n, turn in enumerate(turns):
        answer = _answer(turns, n)
        if answer is not None and says_yes(answer.text):
            agreed = _agreed(turn, answer)
            if agreed is not None:
                found.append(agreed)
    return found


def _answer(turns: Sequence[Turn], n: int) -> Turn | None:
    """The next message, when it is the other side's."""
    following = turns[n + 1] if n + 1 < len(turns) else None
    return following if following is not None and following.side != turns[n].side else None


def says_yes(text: str) -> bool:
    """The words begin with a plain yes, and no but follows."""
    return bool(_YES.match(text.strip())) and not _BUT.search(text)


_PAYING = re.compile("^[^你您退返赔]*(?:[先再]?付|首付|预付|定金|打款|转账)(?!款方式|款条件)[^你您退返赔]*$")


def _agreed(asked: Turn, answer: Turn) -> Agreed | None:
    sentences = list(SENTENCE.finditer(STICKER.sub(lambda match: "，" * len(match[0]), asked.text)))
    if not sentences:
        return None
    last = sentences[-1]
    ours = asked.side == "customer" and bool(_PAYING.search(last[0]))
    if not ASKS.search(last[0]) or len(last[0]) > LONGEST or ours:
        return None
    return Agreed(asked, answer, (last.start(), last.end()), last[0])


def stated(request: str) -> str:
    """The request as a statement of the one who grants it: 周五前能把报价发我吗 → 我周五前把报价发您."""
    words = _MODAL.sub("", _TAIL.sub("", _uncalled(request.strip())))
    words = _SWAP.sub(lambda m: _SWAPPED.get(m[0], "您"), words)
    return words if re.match(r"\s*(?:我|咱)", words) else f"我{words}"


def turned(request: str) -> str:
    """签到表用完发我一份: the thing behind what is asked for (发我一份签到表)."""
    words = _uncalled(request.strip())
    named = FIRST.match(words)
    asked = _HANDED.search(words, named.end(1)) if named else None
    return f"把{named[1]}{asked[0]}" if named and asked else request


def _uncalled(request: str) -> str:
    """The request without whom it calls upon: 小张，发我一份."""
    called = _CALL.match(request)
    rest = request[called.end() :] if called else ""
    return rest if called and rest and wants_a_deed(rest) and not wants_a_deed(called[0]) else request


def proposal(request: str) -> str:
    """The proposal as a thing settled: 演示能不能安排在周四下午 → 演示安排在周四下午."""
    return _MODAL.sub("", _TAIL.sub("", request.strip())).strip(" ,，那就")


def wants_a_deed(request: str) -> bool:
    """The request may be one for something to be done."""
    return bool(_DEED.search(request))


def wants_a_meeting(request: str) -> bool:
    """The request may be one to meet or to sign."""
    return bool(_MEETING.search(request))


def question_of_time(turns: Sequence[Turn], n: int) -> str:
    """The other side's question before turn ``n`` when something will be done, or whether it is; "" where it asked
    none."""
    if not n or turns[n - 1].side == turns[n].side:
        return ""
    sentences = SENTENCE.findall(turns[n - 1].text)
    asked = [one for one in sentences if _WHEN.search(one)] or [one for one in sentences if _DONE_YET.search(one)]
    return asked[-1] if asked and len(asked[-1]) <= LONGEST else ""


def question_of_a_day(turns: Sequence[Turn], n: int) -> str:
    """The other side's last question before turn ``n`` whether something can be done; "" where it asked none."""
    if not n or turns[n - 1].side == turns[n].side:
        return ""
    asked = [one for one in SENTENCE.findall(turns[n - 1].text) if _CAN.search(one)]
    return asked[-1] if asked and len(asked[-1]) <= LONGEST else ""


def request(turns: Sequence[Turn], n: int) -> str:
    """What the other side asked for last before turn ``n``; "" where it asked for nothing."""
    if not n or turns[n - 1].side == turns[n].side:
        return ""
    asked = [one for one in SENTENCE.findall(STICKER.sub("，", turns[n - 1].text)) if ASKS.search(one)]
    return asked[-1] if asked and len(asked[-1]) <= LONGEST else ""


def answered(question: str, day: str) -> str:
    """The question as a statement of the one who answers with a day: 什么时候能寄出来 → 我周五寄出来; 合同盖好了吗 →
    我周五合同盖好."""
    question = _INVOICE.sub(r"\2开具\1", question)
    if _WHEN.search(question):
        return stated(_WHEN.sub(day, question, count=1))
    said = stated(_DONE_YET.sub("", question))
    return f"{said[0]}{day}{said[1:]}"


def clauses(text: str) -> list[tuple[int, str]]:
    """The clauses of a message with where each begins."""
    return [(match.start(), match[0]) for match in _CLAUSE.finditer(text)]


def takes_back(text: str) -> bool:
    """The words take the speaker's last message back: 发错了, 刚才那条作废."""
    return len(text) <= 24 and bool(_TAKEN_BACK.search(text.strip()))


def cancels(text: str, stage: str) -> bool:
    """The words, said later, undo what put the deal there: 先不签了, 演示取消."""
    if stage in ("lost", "initial_contact", "needs_confirmed"):
        return False
    match = _UNDONE.search(text)
    if match is None or _UNLESS.search(text):
        return False
    about = _ABOUT.get(stage)
    return about is None or bool(about.search(text))


def refuses(text: str, promise: Commitment) -> bool:
    """The other side says that the promised thing need not be done: 不用发了."""
    match = _REFUSED.search(text)
    if match is None:
        return False
    return promise.what.startswith(match["verb"]) or (promise.what[0] in _HANDING and match["verb"] in _HANDING)
