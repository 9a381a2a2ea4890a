"""Slips of the keyboard in words of time that sound or look alike, put right where they can be nothing else:
下周武之前, 名天上午, 15好之前, 月地前, 国请节. A character for a character, so that spans stay."""

from __future__ import annotations

import re

from nlp.firsts import sought

_STOP = r"[,，。!！?？\s]|$"
_HOUR = r"\s?(?:\d{1,2}|[一二三四五六七八九十两]{1,2})[点:半]"
_PART = r"上午|下午|早上?|中午|晚上?"
_THEN = rf"(?=[之以]?前|{_PART}|{_STOP}|[要得]?[交给把发到])"
_ROWS = (
    # 下周武之前, 星期斯下午
    rf"(?:(?:[下上本这]个?周)|星期|礼拜)([武斯寺死散伞依衣舞添]){_THEN}",
    r"(星其|星奇|新期|礼败|礼白|里拜)(?=[一二三四五六日天])",
    r"(商周|尚周|下州|下洲|下粥)(?=[一二三四五六日](?![代朝]))",
    r"(?:周|星期|礼拜|\d)(曰)(?![:：“\"])",
    rf"[周月年](未)(?={_STOP}|愉快|快乐|[之以]?前)",
    # 名天上午, 今完8点, 三天候
    rf"(名(?<![\d一二三四五六七八九十两几]名)天|明[田添填]|后[田添填])(?={_PART}|{_STOP}|\d|[我要把给去来见])",
    rf"[今明昨](完)(?={_HOUR}|{_STOP})",
    rf"天(?<=[\d一二三四五六七八九十两]天)(候)(?={_STOP}|[给发来去交])",
    rf"(下[舞武]|早[尚商]|晚[尚商])(?={_HOUR})",
    r"[午上](?:\d{1,2}|[一二三四五六七八九十两])(典)",
    # 15好之前, 月地前, 国请节
    rf"\d(好)(?=[之以]?前|{_PART}|[到发交出]货|截止)",
    rf"月(地)(?=[之以]?前|{_STOP}|务必|[要得]?[交结付清])|(?<![上本个同])月(低)(?=[之以]?前)",
    r"(国请|元[但蛋丹]|圆旦|端[五舞]|中[求球])(?=节|[前后]|期间|放?假)",
    rf"下(个越|各月|个约)(?={_STOP}|[初中底\d])",
)
_RIGHT = dict(zip("武斯寺死散伞依衣舞添曰未完候典好地低", "五四四四三三一一五天日末晚后点号底底", strict=True))
_RIGHT |= dict.fromkeys(("星其", "星奇", "新期"), "星期") | dict.fromkeys(("礼败", "礼白", "里拜"), "礼拜")
_RIGHT |= dict.fromkeys(("商周", "尚周"), "上周") | dict.fromkeys(("下州", "下洲", "下粥"), "下周")
_RIGHT |= dict.fromkeys(("名天", "明田", "明添", "明填"), "明天") | dict.fromkeys(("后田", "后添", "后填"), "后天")
_RIGHT |= dict.fromkeys(("下舞", "下武"), "下午") | dict.fromkeys(("早尚", "早商"), "早上")
_RIGHT |= dict.fromkeys(("晚尚", "晚商"), "晚上") | dict.fromkeys(("元但", "元蛋", "元丹", "圆旦"), "元旦")
_RIGHT |= {"国请": "国庆", "端五": "端午", "端舞": "端午", "中求": "中秋", "中球": "中秋"}
_RIGHT |= dict.fromkeys(("个越", "各月", "个约"), "个月")
_BESIDE = {
    "周期拜": "武斯寺死散伞依衣舞添曰", "周月年": "未", "明后": "田添填", "今明昨": "完", "天": "候",
    "名": "天", "早晚": "尚商", "下": "舞武州洲粥", "0-9一二三四五六七八九十两": "典", "0-9": "好曰",
    "月": "地低", "国": "请", "元": "但蛋丹", "圆": "旦", "端": "五舞", "中": "求球", "个": "越约",
    "各": "月", "星": "其奇", "新": "期", "礼": "败白", "里": "拜", "商尚": "周",
}  # fmt: skip
"""Where none of the second stands behind one of the first, nothing is looked at closely."""
_STRANGE = re.compile(
    f"[{''.join(_BESIDE.values())}](?:{'|'.join(f'(?<=[{one}][{other}])' for one, other in _BESIDE.items())})"
)
"""Looked for by the second, which is the rarer."""
_SLIP = sought("|".join(_ROWS))


def mended(text: str) -> str:
    """The folded text with such slips put right."""
    return _SLIP.sub(_put_right, text) if _STRANGE.search(text) else text


def _put_right(slip: re.Match[str]) -> str:
    start, end = slip.span(slip.lastindex or 0)
    whole, right = slip[0], _RIGHT[slip.string[start:end]]
    return whole[: start - slip.start()] + right + whole[end - slip.start() :]
