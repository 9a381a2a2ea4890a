"""One WeCom account as configured: frozen values, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.wecom.signature import readable_key

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Config:
    """The keys of one ``[[wecom]]`` table; secrets stay out of its repr."""

    name: str
    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    window_seconds: int = 600
    """How old or how far ahead a callback's timestamp may be."""
    api_base: str = "https://qyapi.weixin.qq.com/cgi-bin"
    oauth_base: str = "https://open.weixin.qq.com"
    ws_base: str = "wss://openws.work.weixin.qq.com"

    @property
    def api(self) -> str:
        """Where calls go, ending in ``/cgi-bin/``; ``api_base`` may be given with or without it."""
        base = self.api_base.rstrip("/")
        return f"{base if base.endswith('/cgi-bin') else base + '/cgi-bin'}/"

    def faults(self) -> Iterator[tuple[str, str]]:
        """(key, what to do about it) for each value that cannot work; nothing when all is well."""
        if not _NAME.fullmatch(self.name):
            yield "name", "只用字母、数字、- 和 _，它会出现在回调地址里"
        if not self.corp_id:
            yield "corp_id", "在「我的企业」页面底部复制企业 ID"
        if self.agent_id < 0:
            yield "agent_id", "填应用详情页的 AgentId，是数字"
        if not self.secret:
            yield "secret", "填应用详情页的 Secret，最好写成 env:名字 或 file:路径"
        if not _TOKEN.fullmatch(self.token):
            yield "token", "填「接收消息」里的 Token，最多 32 位字母或数字"
        if not readable_key(self.aes_key):
            yield "aes_key", "填「接收消息」里的 EncodingAESKey，共 43 位字母或数字"
        if self.window_seconds <= 0:
            yield "window_seconds", "填大于 0 的秒数，默认 600"
        for key in ("api_base", "oauth_base"):
            if not getattr(self, key).startswith(("https://", "http://")):
                yield key, "填以 https:// 开头的地址"
