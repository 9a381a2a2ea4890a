"""One Feishu account as configured: frozen values, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_APPROVAL = re.compile(r"[A-Za-z0-9-]{1,80}")
LAST_RETRY = 7.2 * 3600
"""The platform pushes an event for the last time about 7.1 hours after the first."""


@dataclass(frozen=True, slots=True)
class Config:
    """The keys of one ``[[feishu]]`` table; secrets stay out of its repr. Several encrypt keys or tokens are those of a
    change-over: what fits any of them is taken."""

    name: str
    app_id: str
    app_secret: str = field(repr=False)
    encrypt_key: tuple[str, ...] = field(default=(), repr=False)
    verification_token: tuple[str, ...] = field(default=(), repr=False)
    mode: Literal["ws", "http"] = "ws"
    window_seconds: int = 28_800
    """How old or how far ahead a callback's timestamp may be."""
    approval_codes: tuple[str, ...] = ()
    """Templates whose approvals the platform is asked to tell: it tells of no other."""
    api_base: str = "https://open.feishu.cn"
    accounts_base: str = "https://accounts.feishu.cn"

    @property
    def api(self) -> str:
        """Where calls go, ending in ``/open-apis/``; ``api_base`` may be given with or without it."""
        return f"{self.host}/open-apis/"

    @property
    def host(self) -> str:
        return self.api_base.rstrip("/").removesuffix("/open-apis")

    def faults(self) -> Iterator[tuple[str, str]]:
        """(key, what to do about it) for each value that cannot work; nothing when all is well."""
        if not _NAME.fullmatch(self.name):
            yield "name", "只用字母、数字、- 和 _，它会出现在回调地址里"
        if not self.app_id:
            yield "app_id", "填「凭证与基础信息」里的 App ID，以 cli_ 开头"
        if not self.app_secret:
            yield "app_secret", "填「凭证与基础信息」里的 App Secret，最好写成 env:名字 或 file:路径"
        if self.mode == "http" and not any(self.verification_token):
            yield "verification_token", "http 方式要填「事件与回调」→ 加密策略里的 Verification Token"
        if self.window_seconds < LAST_RETRY:
            yield "window_seconds", "至少 25920 秒：飞书最晚隔 7 小时多还会重推，默认 28800"
        if not all(_APPROVAL.fullmatch(code) for code in self.approval_codes):
            yield "approval_codes", "填审批后台里编辑这个审批时，地址栏 definitionCode= 后面的编号"
        for key in ("api_base", "accounts_base"):
            if not getattr(self, key).startswith(("https://", "http://")):
                yield key, "填以 https:// 开头的地址"
