"""DingTalk's error codes → errors of ours, each with what the admin does. Decided by code, never by the message.

The new API says a word with a status of 4xx or 5xx, the old one a number with status 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, Retryable, SendError, TokenRejected, Unseen
from adapters.http import Answer, retry_after

_BUSY = "钉钉忙，稍后自动再试"
_OURS = "这是跟进自己的错，请把这条记录发给维护者"
_ASK = "把错误码发给管理员，在钉钉的全局错误码页可查"
_GONE = "没有这个成员，可能已离职：/member 里停用"
_GROUP = "没有这个群，或机器人不在群里"
_CREDENTIALS = ("应用的密钥不对", "核对 client_id 和 client_secret")
_TOKEN = ("令牌一直被拒", "核对 client_id 和 client_secret")
_QUOTA = ("本月接口次数用完了", "升级钉钉版本，或等下月 1 日")
_SCOPE = ("应用缺接口权限{scope}", "开发者后台 → 权限管理 开通")
_ROBOT = ("机器人不能用", "核对 robot_code，机器人要已发布")
_CARD = ("卡片模板不能用", "核对 card_template_id，模板要已发布")
_ADDRESS = ("出口地址被钉钉挡了", "查服务器出口 IP 白名单和调用量")
MENDING, PUNISHED, QPS = 300.0, 300.0, 2.0
"""Seconds to wait: for an admin, for an address that is blocked (5 minutes), for a rate a second."""
_SCOPE_NAMES = re.compile(r"\b(?:qyapi_\w{1,40}|[A-Z]\w{1,30}(?:\.\w{1,30}){1,4})\b")

_BUSY_WORDS = ("qpslimit", "too.fast", "toofast", "too.many", "flowcontrol", "throttling", "serviceunavailable")
_WORDS: tuple[tuple[str, type[SendError], str, tuple[str, str]], ...] = (
    ("apicountlimit", Misconfigured, "", _QUOTA),
    ("invalidauthentication", TokenRejected, "令牌失效，已自动更换", _TOKEN),
    ("invalidclientidorsecret", Misconfigured, "", _CREDENTIALS),
    ("invalidappkey", Misconfigured, "", _CREDENTIALS),
    ("accesstokenpermissiondenied", Misconfigured, "", _SCOPE),
    ("ipnotinwhitelist", Misconfigured, "", _ADDRESS),
    ("downloadcode", PlatformRefused, "文件在钉钉过期了，请对方再发一次", ("", "")),
    ("robot", Misconfigured, "", _ROBOT),
    ("template", Misconfigured, "", _CARD),
    ("staffid", NotDeliverable, _GONE, ("", "")),
    ("userid", NotDeliverable, _GONE, ("", "")),
    ("conversation", NotDeliverable, _GROUP, ("", "")),
)
"""A piece of the code in small letters, dots left in; the first that is found counts."""

_NUMBERS: Mapping[int, tuple[type[SendError], str, tuple[str, str], float | None]] = {
    -1: (Retryable, _BUSY, ("", ""), None),
    15: (Unseen, _BUSY, ("", ""), None),
    88: (Unseen, _BUSY, ("", ""), None),
    33001: (Retryable, _BUSY, ("", ""), None),
    40014: (TokenRejected, "令牌失效，已自动更换", _TOKEN, None),
    42001: (TokenRejected, "令牌失效，已自动更换", _TOKEN, None),
    40001: (Misconfigured, "", _CREDENTIALS, MENDING),
    40089: (Misconfigured, "", _CREDENTIALS, MENDING),
    40078: (PlatformRefused, "登录已过期，请重新打开页面", ("", ""), None),
    40029: (PlatformRefused, "登录已过期，请重新打开页面", ("", ""), None),
    60011: (Misconfigured, "", ("应用缺接口权限", _SCOPE[1]), MENDING),
    60020: (Misconfigured, "", _ADDRESS, MENDING),
    60121: (NotDeliverable, _GONE, ("", ""), None),
    33012: (NotDeliverable, _GONE, ("", ""), None),
    90002: (Retryable, _BUSY, ("", ""), 4.0),
    90018: (Retryable, _BUSY, ("", ""), QPS),
    90019: (Retryable, _BUSY, ("", ""), QPS),
    90020: (Misconfigured, "", _QUOTA, MENDING),
    90030: (Retryable, _BUSY, ("", ""), 60.0),
    130101: (Retryable, "群机器人一分钟最多 20 条，超过要等 10 分钟", ("", ""), 600.0),
    300001: (NotDeliverable, "群机器人的 webhook 失效了：在群设置里重新复制", ("", ""), None),
    300005: (NotDeliverable, "群机器人的 webhook 失效了：在群设置里重新复制", ("", ""), None),
    310000: (NotDeliverable, "群机器人的安全设置不对：加签密钥写进 webhook_secret，关键词和 IP 不要设", ("", ""), None),
}


def said(answer: Answer, call: str) -> dict[str, Any]:
    """The object in a good answer. ``call`` names the path, without a query. Raises SendError for any other."""
    body = _object(answer)
    if _punished(answer, body):
        cause, mend = "出口地址调得太多，被挡 5 分钟", "等它过去；查有没有别的程序在调"
        raise Retryable(f"钉钉挡住了出口地址（{call}）", mend, PUNISHED, cause=cause, mend=mend)
    if answer.status >= 400:
        raise _by_word(answer, body or {}, call)
    if body is None:
        raise Unseen("the answer is not a JSON object")
    code = body.get("errcode", 0)
    if code not in (0, "0", None):
        raise by_number(code, str(body.get("errmsg", "")), call)
    return body


def by_number(code: object, message: str, call: str) -> SendError:
    """The error for an errcode of the old API; an unknown one is PlatformRefused."""
    number = code if isinstance(code, int) else int(code) if isinstance(code, str) and code.isdigit() else 0
    kind, hint, (cause, mend), wait = _NUMBERS.get(number, (PlatformRefused, _ASK, ("", ""), None))
    return _error(kind, f"钉钉 {code}（{call}）", hint or mend, cause, mend, wait)


def refused(word: str, message: str, call: str, status: int = 400, wait: float | None = None) -> SendError:
    """The error for a code of the new API; an unknown one is PlatformRefused, or Retryable where it is the server's."""
    folded = word.lower().replace("_", "")
    name = f"钉钉 {word or status}（{call}）"
    if status == 429 or any(piece in folded for piece in _BUSY_WORDS):
        return Retryable(name, _BUSY, wait or QPS)
    for piece, kind, hint, (cause, mend) in _WORDS:
        if piece in folded:
            found = _SCOPE_NAMES.search(message) if "{scope}" in cause else None
            cause = cause.format(scope=f" {found[0]}" if found else "")
            return _error(kind, name, hint or mend, cause, mend, MENDING if kind is Misconfigured else None)
    if status == 401:
        return _error(TokenRejected, name, "令牌失效，已自动更换", *_TOKEN, None)
    if status == 504:  # the server gave up waiting for itself: it may have been done all the same
        return Unseen(name, _BUSY, wait)
    if status >= 500 or status in (408, 423, 425):
        return Retryable(name, _BUSY, wait, cause="钉钉的服务器出错", mend="等对方恢复，我会一直再试")
    return PlatformRefused(name, _OURS if "param" in folded else _ASK)


def _by_word(answer: Answer, body: Mapping[str, Any], call: str) -> SendError:
    word, message = str(body.get("code") or ""), str(body.get("message") or "")
    return refused(word[:80], message, call, answer.status, retry_after(answer.headers))


def _error(kind: type[SendError], message: str, hint: str, cause: str, mend: str, wait: float | None) -> SendError:
    if issubclass(kind, Retryable):
        return kind(message, hint, wait, cause=cause, mend=mend)
    return kind(message, hint, cause=cause, mend=mend)


def _object(answer: Answer) -> dict[str, Any] | None:
    try:
        return answer.json()
    except Unseen:
        return None


def _punished(answer: Answer, body: Mapping[str, Any] | None) -> bool:
    """The page, or the object, that an address gets which called too often; it never reached the API."""
    if body is not None:
        return body.get("punish") == "deny" or body.get("status") == 1111
    return answer.media_type == "text/html" and answer.status in (200, 403, 429)
