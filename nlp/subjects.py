"""Names that no list knows, told by where they stand alone: at the head of a clause, a run of characters that make no
word of any kind, then a verb, 的, 把 or 那笔 (拓尔思的自助借还机, 徽商把尾款打了)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import coined
from nlp.lexicon import Word, common
from nlp.names import vague
from nlp.seen import PAUSES, Seen
from nlp.slotwords import words as slot_words
from nlp.trades import Proposal

_PAUSE = re.compile("[。!?;\\n]\\s?")
_RUN = re.compile("[\\u4e00-\\u9fff]{2,8}")
_GOES_ON = re.compile(
    "的(?![话是,。!?;、])|把|被|那[笔批份台张个条套边单]|这[笔批份台张个条套边单]|也|都|还(?!款)|又|已经?|刚|就|才|终于|正式|上午|下午|今天|昨天|明天|上周|这周|最后|最近|目前|头一[次回]|突然|一直|没(?!有事)|不(?!锈)"
)
_GOODS = frozenset(
    "机器仪表阀泵管线板垫片箱柜盒袋膜纸布料剂液粉油胶漆钢铁铜铝木门窗灯锁车椅桌床架台屏卡书本笔图册款型号码件单据证票章税费价钱物品货样水电气热冷风火光声色味香花草树果菜肉蛋奶米面粮茶酒烟药"
    "针线绳网球棋牌琴鼓画照片影视频道路桥站楼房屋室厅堂院校班组队员工人手师傅长生子儿头脑心眼耳鼻口牙舌脸腿脚"
)
_LEADING = frozenset("小老新旧按超同原前后每各")
_OF_RIVALS = re.compile("的?(?:销售|代理|业务员|价格|质量|牌子|品牌|性能|参数|软件|机子|东西|便宜|贵|酱油)")
"""汇川的销售, 海天的酱油: a rival, or what one buys of it."""
_ON_SALE = re.compile("打折|秒杀|优惠券|满减|包邮|双十一|大促|种草")
_NOBODY = frozenset("我你他她它们谁啥这那哪某咱俺您")


def find(seen: Seen) -> Iterator[Proposal]:
    """One proposal at most for each clause."""
    hidden, ends, begins = seen.text, seen.ends, seen.begins
    first = int(hidden[:1].isspace())
    for at in (first, *[pause.end() for pause in _PAUSE.finditer(hidden)]) if seen.signs & PAUSES else (first,):
        lead = slot_words().begun.match(hidden, at)
        start = lead.end() if lead else at
        run = _RUN.match(hidden, start) if coined.may_begin(hidden, start, begins) else None
        if run is None:
            continue
        end = _unknown(hidden, start, run.end(), begins)
        if end - start < 2 or not _strange(hidden, start, end) or coined.covered(hidden, start, end, ends, begins):
            continue
        goes_on = _GOES_ON.match(hidden, end) or (hidden.startswith("\0", end) and end - start > 2)
        verb = begins.get(end)
        if _ON_SALE.search(hidden, end, end + 14):
            continue
        if goes_on or (verb is not None and end - start > 2):
            yield Proposal(start, end, "customer.subject", 0.7)


def _unknown(hidden: str, start: int, last: int, begins: dict[int, Word]) -> int:
    """Where the run of characters that make no word ends."""
    end, every_day = start, common()
    while end < last and end - start < 6:
        word = begins.get(end)
        if (word is not None and (end > start)) or _GOES_ON.match(hidden, end):
            break
        if end > start and (hidden[end : end + 2] in every_day or hidden[end : end + 3] in every_day):
            break
        end += 1
    return end


def _strange(hidden: str, start: int, end: int) -> bool:
    name = hidden[start:end]
    if name[-1] in _GOODS or not _NOBODY.isdisjoint(name) or name in vague():
        return False
    if name[0] in _LEADING or not coined.fresh(name) or coined.person(name) or _OF_RIVALS.match(hidden, end):
        return False
    bare, firmly = coined.without_place(name), slot_words().firmly
    return 2 * sum([character in firmly for character in bare]) >= len(bare)
