"""Feishu's error codes → errors of ours, each with what the admin does. Decided by code, never by the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, Retryable, SendError, TokenRejected, Unseen
from adapters.http import LONGEST_WAIT, Answer, retry_after

_BUSY = "飞书限制了调用次数，稍后自动再试"
_TOKEN = "令牌失效，已自动更换"  # noqa: S105 (a hint)
_CREDENTIALS = "检查 [[feishu]] 的 app_id 和 app_secret 是否属于同一个应用"
_SCOPE = "在开发者后台 → 权限管理 开通消息、群组、通讯录和审批的权限，再发布一个版本"
_PUBLISH = "在开发者后台发布应用，并请管理员在管理后台启用"
_RANGE = "在开发者后台 → 可用范围 里加上这个人，再发布一个版本"
_GROUP = "把机器人加进这个群，并让它能发言"
_OURS = "这是跟进自己的错，请把这条记录发给维护者"
_CONTENT = "内容没过飞书的检查，把手机号和邮箱去掉再试"


class CardGone(PlatformRefused):
    """The card can be changed no more: taken back, deleted, or older than two weeks."""

    code = "card_gone"


class ContentStopped(PlatformRefused):
    """The company's content check stopped the words: plain phone numbers or mail addresses among them."""

    code = "content_stopped"


class AlreadySubscribed(PlatformRefused):
    """The approvals of this template come already."""

    code = "already_subscribed"


_CODES: Mapping[int, tuple[type[SendError], str]] = {
    99991400: (Retryable, _BUSY),
    11232: (Retryable, _BUSY),
    230020: (Retryable, _BUSY),
    11020: (Retryable, _BUSY),
    11021: (Retryable, _BUSY),
    99991402: (Retryable, _BUSY),
    99991663: (TokenRejected, _TOKEN),
    99991664: (TokenRejected, _TOKEN),
    99991665: (TokenRejected, _TOKEN),
    99991668: (TokenRejected, _TOKEN),
    99991677: (TokenRejected, _TOKEN),
    99991661: (TokenRejected, _TOKEN),
    99991671: (TokenRejected, _TOKEN),
    10003: (Misconfigured, _CREDENTIALS),
    10014: (Misconfigured, _CREDENTIALS),
    99991543: (Misconfigured, _CREDENTIALS),
    99991662: (Misconfigured, _PUBLISH),
    99991673: (Misconfigured, _PUBLISH),
    230006: (Misconfigured, "在开发者后台 → 添加应用能力 里打开机器人，再发布一个版本"),
    99991672: (Misconfigured, _SCOPE),
    99991676: (Misconfigured, _SCOPE),
    99991679: (Misconfigured, _SCOPE),
    230027: (Misconfigured, _SCOPE),
    230001: (PlatformRefused, _OURS),
    230099: (PlatformRefused, _OURS),
    230025: (PlatformRefused, _OURS),
    230028: (ContentStopped, _CONTENT),
    230013: (NotDeliverable, _RANGE),
    230034: (NotDeliverable, _RANGE),
    230029: (NotDeliverable, "这个人已离职：/member 里停用"),
    230002: (NotDeliverable, _GROUP),
    230017: (NotDeliverable, _GROUP),
    230018: (NotDeliverable, _GROUP),
    99992351: (NotDeliverable, "没有这个成员，可能已离职：/member 里停用"),
    99992361: (NotDeliverable, "这个成员的 open_id 是别的应用的，请他先给机器人发一句话"),
    230011: (CardGone, "卡片已被撤回"),
    230012: (CardGone, "卡片不是本应用发的"),
    230031: (CardGone, "卡片已超过 14 天"),
    230110: (CardGone, "卡片已被删除"),
    1390007: (AlreadySubscribed, "这个审批已经订阅过"),
    1390002: (PlatformRefused, "检查 [[feishu]] 的 approval_codes：没有这个编号的审批"),
    234008: (PlatformRefused, "这个文件不在机器人的会话里，请对方直接发给我"),
    234037: (PlatformRefused, "文件超过 100 MB，请对方分开发"),
}
"""An account's own settings are Misconfigured: pushes wait until they are mended."""

_TROUBLES: Mapping[int, tuple[str, str]] = {
    10003: ("app_id 或 app_secret 不对", "配置里换成后台显示的两样"),
    10014: ("app_secret 不对", "配置里换成后台显示的 App Secret"),
    99991543: ("app_id 或 app_secret 不对", "配置里换成后台显示的两样"),
    99991662: ("应用停用或没有安装", "发布应用，请管理员启用"),
    99991673: ("应用停用或没有安装", "发布应用，请管理员启用"),
    99991672: ("应用缺权限", "后台 → 权限管理 开通后发布"),
    99991676: ("应用缺权限", "后台 → 权限管理 开通后发布"),
    99991679: ("应用缺权限", "后台 → 权限管理 开通后发布"),
    230027: ("应用缺权限", "后台 → 权限管理 开通后发布"),
    230006: ("没打开机器人能力", "后台 → 添加应用能力 打开后发布"),
}
"""What stands in the way of a whole account, and the mend, each in the words that fit a line of a card."""

_FOR_ONE = frozenset({230020, 11020, 11021})
"""Limits of one chat or one message: others may go on."""
_MENDING = 300.0


class TooFast(Retryable):
    """The platform wants no more of such calls for a while; ``wait`` where it says how long."""


class BusyThere(Retryable):
    """One chat or one message is asked too often; nothing else has to wait for it."""


def judge(answer: Answer, call: str) -> dict[str, Any]:
    """The object in a good answer, else raises what its code or status stands for; ``call`` names the path."""
    if answer.status == 429 or answer.status >= 500:
        _by_status(answer)
    said = answer.json()
    code = said.get("code", 0)
    if not isinstance(code, int):
        raise Unseen("the answer's code is not a number")
    if code:
        raise error_for(code, call, wait_of(answer))
    if answer.status >= 400:
        raise PlatformRefused(f"HTTP {answer.status}（{call}）", "检查 api_base 是否写对")
    return said


def error_for(code: int, call: str, wait: float | None = None) -> SendError:
    """The error for a code; an unknown one is PlatformRefused."""
    kind, hint = _CODES.get(code, (PlatformRefused, "把错误码发给管理员，在飞书开放平台的错误码页可查"))
    cause, mend = _TROUBLES.get(code, ("", ""))
    message = f"飞书 {code}（{call}）"
    if kind is Misconfigured:
        return Misconfigured(message, hint, _MENDING, cause=cause, mend=mend)
    if kind is Retryable:
        busy = BusyThere if code in _FOR_ONE else TooFast
        return busy(message, hint, wait)
    return kind(message, hint, cause=cause, mend=mend)


def wait_of(answer: Answer) -> float | None:
    """Seconds that the answer asks to wait; None where it says nothing readable."""
    for name in ("x-ogw-ratelimit-reset", "retry-after"):
        said = answer.headers.get(name, "").strip()
        if said.isascii() and said.isdigit():
            return min(float(said[:6]), LONGEST_WAIT)
    return retry_after(answer.headers)


def _by_status(answer: Answer) -> None:
    """A busy or failing server says its code only sometimes. Returns where it does, for the code to decide."""
    try:
        if answer.json().get("code"):
            return
    except Unseen:
        pass
    if answer.status == 429:
        raise TooFast("HTTP 429", _BUSY, wait_of(answer))
    if answer.status == 503 and (wait := wait_of(answer)):
        raise TooFast("HTTP 503", "飞书忙，稍后自动再试", wait)
    raise Unseen(
        f"HTTP {answer.status}", "飞书服务出错，稍后自动再试", cause="飞书的服务器出错", mend="等飞书恢复，我会一直再试"
    )
