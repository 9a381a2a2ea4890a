"""WeCom's error codes → errors of ours, each with what the admin does. Decided by code, never by the message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, Retryable, SendError, TokenRejected, Unseen

_BUSY = "企业微信忙，稍后自动再试"
_CREDENTIALS = "检查 [[wecom]] 的 corp_id 和 secret 是否属于同一个企业和应用"
_AGENT = "检查 [[wecom]] 的 agent_id 是否与 secret 属于同一个应用"
_RANGE = "在管理后台的应用详情里，把这个人加进可见范围"
_DOMAIN = "在管理后台的应用详情里设好可信域名"
_ALLOW = "在管理后台 → 企业可信IP 里加上本机地址{address}，约 1 分钟生效"
_APPROVAL = "在管理后台 → 审批 → 可调用接口的应用里加上本应用"
_CALLBACK = "先在应用的「接收消息」里设好回调地址，才能发带按钮的卡片"
_OURS = "这是跟进自己的错，请把这条记录发给维护者"


class AlreadyThere(PlatformRefused):
    """The card with this task id was sent before, or its change code used: an earlier sending had arrived."""

    code = "already_there"


_CODES: Mapping[int, tuple[type[SendError], str]] = {
    -1: (Retryable, _BUSY),
    40001: (Misconfigured, _CREDENTIALS),
    40013: (Misconfigured, _CREDENTIALS),
    40091: (Misconfigured, _CREDENTIALS),
    40014: (TokenRejected, "令牌失效，已自动更换"),
    41001: (TokenRejected, "令牌失效，已自动更换"),
    42014: (AlreadyThere, "这张卡片已经发过"),
    42022: (AlreadyThere, "这张卡片已经改过"),
    42001: (TokenRejected, "令牌失效，已自动更换"),
    40007: (PlatformRefused, "文件在企业微信只留 3 天，请对方再发一次"),
    40029: (PlatformRefused, "登录已过期，请重新打开页面"),
    40056: (Misconfigured, _AGENT),
    301002: (Misconfigured, _AGENT),
    40058: (PlatformRefused, _OURS),
    40093: (PlatformRefused, "检查页面地址是否在可信域名下"),
    41004: (Misconfigured, _CREDENTIALS),
    43012: (Misconfigured, _CALLBACK),
    40096: (PlatformRefused, "企业微信里没有这位客户"),
    40097: (PlatformRefused, "原成员没有离职，走在职继承"),
    40098: (PlatformRefused, "接手的人没有实名，先在企业微信里完成实名"),
    40099: (PlatformRefused, "接手的人客户已满"),
    40100: (PlatformRefused, "这位客户正在转接，等它完成"),
    40128: (PlatformRefused, "这位客户 90 天内已转过 2 次"),
    84061: (PlatformRefused, "原成员没有这位客户"),
    84083: (PlatformRefused, "成员没有客户联系功能，在管理后台开通"),
    45002: (PlatformRefused, _OURS),
    45009: (Retryable, "企业微信限制了调用次数，稍后自动再试"),
    45033: (Retryable, "同时调用太多，稍后自动再试"),
    47001: (PlatformRefused, _OURS),
    48002: (Misconfigured, "这个接口没有权限：检查应用的权限和可见范围"),
    301055: (Misconfigured, _APPROVAL),
    301025: (PlatformRefused, _OURS),
    301056: (Misconfigured, "在管理后台启用审批应用"),
    301057: (Retryable, _BUSY),
    50001: (Misconfigured, _DOMAIN),
    80001: (Misconfigured, _DOMAIN),
    60011: (PlatformRefused, _RANGE),
    84074: (PlatformRefused, _RANGE),
    60020: (Misconfigured, _ALLOW),
    60111: (NotDeliverable, "没有这个成员，可能已离职：/member 里停用"),
    81013: (NotDeliverable, _RANGE),
    82001: (PlatformRefused, _OURS),
    86003: (NotDeliverable, "没有这个群，或群不是本应用建的"),
    86216: (NotDeliverable, "群成员不对"),
    93000: (NotDeliverable, "群机器人已被移除，请重新设置"),
    93004: (NotDeliverable, "群机器人已停用"),
    93001: (NotDeliverable, "这个群不让智能机器人主动发消息"),
    93006: (NotDeliverable, "智能机器人不在这个群里"),
    846605: (PlatformRefused, "这条已经不能再回复"),
    846608: (PlatformRefused, "这条已经不能再回复"),
    93008: (NotDeliverable, "群机器人不在这个群里"),
}
"""The platform's page 90313. An account's own settings are Misconfigured: pushes wait until they are mended."""

_SECRET = ("应用的 secret 不对", "配置里换成后台显示的 secret")
_TOKEN = ("令牌一直被拒", "核对配置里的 secret 和 agent_id")
_AGENT_ID = ("agent_id 和 secret 对不上", "配置里换成同一个应用的两样")
_DOMAINS = ("可信域名没设好", "后台 → 应用详情 设好可信域名")
_TROUBLES: Mapping[int, tuple[str, str]] = {
    40001: _SECRET,
    40091: _SECRET,
    40013: ("企业 ID 不对", "配置里换成后台显示的企业 ID"),
    41004: ("配置里没有 secret", "填上后台显示的 secret"),
    40014: _TOKEN,
    41001: _TOKEN,
    42001: _TOKEN,
    40056: _AGENT_ID,
    301002: _AGENT_ID,
    43012: ("应用没设接收消息的地址", "后台 → 接收消息 设好回调地址"),
    48002: ("应用没有这个权限", "后台 → 应用详情 看权限和范围"),
    301055: ("审批没放开给应用", "后台 → 审批 加上可调用的应用"),
    301056: ("审批应用停用了", "后台 → 审批 启用"),
    50001: _DOMAINS,
    80001: _DOMAINS,
    60020: ("可信 IP 没加本机{address}", "后台 → 企业可信IP 加上，1 分钟生效"),
}
"""What stands in the way of a whole account, and the mend, each in the words that fit a line of a card."""

_WAITS: Mapping[int, float] = {45009: 60.0, 45033: 60.0, 60020: 60.0}
"""Seconds. A minute limit blocks for 60 s; an allow-list change takes about a minute."""
_MENDING = 300.0
_ADDRESS = re.compile(r"from ip: ?([0-9A-Fa-f.:]{3,45})")


def code_of(answer: Mapping[str, Any]) -> int:
    """The answer's errcode; 0 where there is none, as the platform leaves it out of some good answers."""
    code = answer.get("errcode", 0)
    if not isinstance(code, int):
        raise Unseen("the answer's errcode is not a number")
    return code


def raise_for(answer: Mapping[str, Any], call: str) -> None:
    """Returns for a good answer, else raises what its code stands for. ``call`` names the path, without a query."""
    code = code_of(answer)
    if code:
        raise error_for(code, str(answer.get("errmsg", "")), call)


def error_for(code: int, said: str, call: str) -> SendError:
    """The error for a code; an unknown one is PlatformRefused."""
    kind, hint = _CODES.get(code, (PlatformRefused, "把错误码发给管理员，在企业微信的全局错误码页可查"))
    message = f"企业微信 {code}（{call}）"
    cause, mend = _TROUBLES.get(code, ("", ""))
    if code == 60020:
        found = _ADDRESS.search(said)
        address = f" {found[1]}" if found else ""
        hint, cause = _ALLOW.format(address=address), cause.format(address=address)
    if issubclass(kind, Retryable):
        default = _MENDING if kind is Misconfigured else None
        return kind(message, hint, _WAITS.get(code, default), cause=cause, mend=mend)
    return kind(message, hint, cause=cause, mend=mend)
