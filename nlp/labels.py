"""The names that stand before the messages of a pasted chat: what of a label is the name, and whether it is one."""

from __future__ import annotations

import re
from functools import cache

from nlp.lexicon import common, normalise, table

_ATTACHED = re.compile(
    r"\s*(?:[@](?:微信|企业微信|wechat).*|\([^()]{0,20}\)|\[[^\[\]]{0,20}\]|【[^【】]{0,20}】|<[^<>]{0,60}>|@[^@]{1,30})\s*$"
)
_NO_NAME = re.compile(r"[。,，!?;；:、“”\"「」{}|\\]|https?$|^\W+$")
_FORM_WORDS = frozenset(
    "客户 客户名称 公司 公司名称 单位 联系人 联系方式 电话 手机 手机号 微信 微信号 邮箱 地址 需求 预算 下一步 时间 日期 地点 结论 主题 参会 参会人 主持 主持人 记录 记录人 "
    "议题 议程 问题 问 答 q a 备注 说明 姓名 职务 职位 部门 产品 型号 规格 数量 单价 总价 金额 价格 报价 合计 编号 订单号 单号 合同号 税号 开户行 账号 户名 发件人 收件人 抄送 主送 "
    "密送 发送时间 附件 标题 状态 阶段 进展 进度 目标 计划 总结 原因 结果 措施 负责人 责任人 截止 截止时间 来源 行业 规模 痛点 竞品 优势 劣势 风险 方案 要求 注意 提示 提醒 通知 公告 "
    "from to cc bcc subject date sent tel phone email address name company note todo ps 今天 明天 昨天 上午 下午 晚上 早上 中午 第一 第二 第三 首先 其次 最后 另外 补充 例如 比如 即 "
    "总之 因此 所以 但是 链接 网址 密码 会议号 会议id 会议主题 会议时间 会议纪要 行程 日程 待办 今日 本周 下周 本月 月度 周报 日报 今天行程".split()
)
_SELF = frozenset({"我", "自己", "本人", "me", "you", "i"})
_SYSTEM = frozenset({"系统消息", "系统", "系统提示", "系统通知", "system", "群通知", "群公告", "消息通知"})


def name_in(label: str) -> str:
    """The name without @微信, a number, an address or a department behind it; the label itself when nothing is left."""
    name = label.strip()
    while True:
        plain = normalise(name)
        attached = _ATTACHED.search(plain)
        if attached is None or not attached.start():
            return name
        name = name[: attached.start()].strip()


def is_self(name: str) -> bool:
    """The name is the pasting person's own 我."""
    return normalise(name) in _SELF


def is_system(name: str) -> bool:
    """Nobody, but the chat program itself."""
    return normalise(name) in _SYSTEM


def could_be(label: str) -> bool:
    """The words may be a speaker's name: short, no sentence, no word of a form."""
    plain = normalise(name_in(label))
    if not 1 <= len(plain) <= 24 or _NO_NAME.search(plain) or plain in _FORM_WORDS:
        return False
    return bool(re.search(r"[^\W\d_]|[\U0001F300-\U0001FAFF]", plain)) and not re.fullmatch(r"\d+[.、)]?.*", plain)


def is_titled(name: str) -> bool:
    """The name carries a title, as customers' people do in a rep's address book: 王总, 陈主任, 华东医械李工."""
    plain = normalise(name)
    return any(plain.endswith(title) or f"{title}-" in plain or f"{title} " in plain for title in _titles())


@cache
def _titles() -> tuple[str, ...]:
    people = table("people")["people"]
    return tuple(title for title in people["titles"].split() if title not in ("董", "助理", "顾问"))


@cache
def _surnames() -> frozenset[str]:
    people = table("people")["people"]
    return frozenset(people["surnames"]) | frozenset(people["compound"].split())


def is_person(name: str) -> bool:
    """The name looks like a person's: 王总, 张伟, 老罗, 小周, Emily Zhao."""
    plain = normalise(name)
    if is_titled(name) or is_self(name):
        return True
    if re.fullmatch(r"[老小阿大][\u4e00-\u9fff]{1,2}", plain):
        return plain not in common()
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", plain):
        return (plain[0] in _surnames() or plain[:2] in _surnames()) and plain not in common()
    return bool(re.fullmatch(r"[A-Z][a-z]{1,15}(?:[ .][A-Z][a-z]{0,15}){0,2}", name))
