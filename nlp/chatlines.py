"""The lines of a pasted chat: where each stands, and which of them nobody said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlp.lexicon import normalise
from nlp.reading import Span
from nlp.stamps import CLOCK, DATE, STAMP

Kind = Literal["blank", "day", "heading", "system", "state", "quote", "stamp", "said"]

_RULE = r"[—\-–_=*─━·~\s]"
_DAY = re.compile(rf"{_RULE}*({DATE}){_RULE}*")
_RULED_DAY = re.compile(rf"(?:—|-|–|_|=|─|━){_RULE}*({DATE}){_RULE}*(?:{CLOCK})?{_RULE}*")
_STAMP = re.compile(rf"[\[(—\-–\s]*({STAMP})[\])—\-–\s]*")
_RULED = re.compile(r"(?:[-—–_=*─━]\s?){3,}")
_HEADING = re.compile(
    r".{0,40}的?聊天记录[:：)】\]]*|(?:以上|以下|如下)(?:是|为)?.{0,20}(?:聊天记录|消息记录).{0,20}|转发的?(?:聊天记录|消息)[:：]?"
    r"|\[(?:钉钉|飞书|企业微信|微信|群聊)\].{0,40}|dear.{0,20}|消息记录.{0,40}|消息(?:分组|对象)[:：].{0,40}|\[?合并转发\]?.{0,20}|查看(?:全部)?\d+条转发消息"
)
_SYSTEM = re.compile(
    r".{0,24}撤回了?(?:一条|1条|成员.{0,20}的一条)?消息.{0,12}"
    r"|(?:.{0,24}拍了拍.{1,30})"
    r"|.{0,60}(?:加入了?(?:群聊|本群|群|会话|讨论组)|邀请.{1,40}(?:加入|进入)了?.{0,10}|移出了?(?:群聊|群|本群)|(?:退出|离开)了?(?:群聊|本群|群)|已退出群聊)"
    r"|.{0,30}(?:修改群名为|将群名|更改了群|成为新?群主|创建了?(?:群聊|群|讨论组)|解散了?(?:该|本)?群|设置为群管理员|发布了?(?:新的)?群公告).{0,40}"
    r"|以上是打招呼的(?:内容|消息)|以上为打招呼.{0,6}|.{0,30}通过了?.{0,12}(?:验证|请求).{0,40}|.{0,12}你已添加了.{1,40}|.{0,20}现在可以开始聊天了.{0,4}"
    r"|.{0,20}开启了(?:朋友|好友)验证.{0,60}|消息已发出,?但被对方拒收了.{0,4}|以(?:上|下)(?:是|为)(?:新|历史)消息|.{0,20}领取了.{1,20}红包"
    r"|.{0,30}(?:发起|结束)了?(?:语音|视频)(?:通话|会议).{0,10}|(?:语音|视频)通话已结束|.{0,20}开启了?消息免打扰|.{0,12}与群里其他人都不是.{0,4}朋友关系.{0,40}"
    r"|(?:系统(?:消息|提示|通知)?)[:：].+|.{1,24}已?成为好友.{0,20}|.{0,24}recalled a message.{0,10}|.{0,40}joined the (?:group|chat).{0,10}"
)
_STATE = re.compile(
    r"(?:已读|未读|全部已读|\d+人?(?:已读|未读)|已送达|送达|发送失败|重新编辑|\(?已编辑\)?|翻译|收起|展开|查看详情|回复|转发|\d+条回复|read|unread|delivered|edited)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the paste: ``[start, end)`` without the blanks around it, its words and the same normalised."""

    start: int
    end: int
    words: str
    plain: str
    kind: Kind


def lines_of(text: str) -> list[Line]:
    """The lines of the text, each with its kind; ``said`` is everything that may be a label or a message."""
    found: list[Line] = []
    at = 0
    for raw in text.splitlines(keepends=True):
        words = raw.strip("\u200b\ufeff\u2005 \t\r\n\u3000\xa0\u2028")
        start = at + raw.index(words) if words else at
        plain = normalise(words)
        found.append(Line(start, start + len(words), words, plain, _kind(plain)))
        at += len(raw)
    return _quotes(found)


def _kind(plain: str) -> Kind:
    if not plain:
        return "blank"
    if len(plain) > 120:
        return "said"
    if _RULED.fullmatch(plain):
        return "heading"
    if _RULED_DAY.fullmatch(plain) or (_DAY.fullmatch(plain) and not re.search(r"[:]", plain)):
        return "day"
    if _STAMP.fullmatch(plain):
        return "stamp"
    for pattern, kind in ((_STATE, "state"), (_SYSTEM, "system"), (_HEADING, "heading")):
        if pattern.fullmatch(plain):
            return kind  # type: ignore[return-value]
    return "said"


def is_ruled(line: Line) -> bool:
    """A date line with its rule around it, which cannot be somebody's words."""
    return bool(_RULED_DAY.fullmatch(line.plain))


def span_of(line: Line, start: int, end: int) -> Span:
    """Where a part of the line stands in the text."""
    return line.start + start, line.start + end


def _quotes(found: list[Line]) -> list[Line]:
    """The quoted message above a reply marked: 「王总：…」 and the rule of dashes beneath it."""
    out, n = list(found), 0
    while n < len(found):
        if found[n].plain.startswith("「"):
            last = next((k for k in range(n, min(n + 40, len(found))) if found[k].plain.endswith("」")), None)
            ruled = last is not None and last + 1 < len(found) and _RULED.fullmatch(found[last + 1].plain)
            if last is not None and ruled:
                for k in range(n, last + 2):
                    out[k] = _as_quote(found[k])
                n = last + 2
                continue
        n += 1
    return out


def _as_quote(line: Line) -> Line:
    return Line(line.start, line.end, line.words, line.plain, "quote")
