"""One DingTalk account as configured: frozen values, and what is wrong with them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from adapters.dingtalk.signature import readable_key

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
WEBHOOK = "webhook"
"""The chat id that stands for the group of the configured webhook."""
_HOSTS = frozenset({"oapi.dingtalk.com", "oapi.dingtalk.io"})
_BASES = ("api_base", "oapi_base", "login_base")


@dataclass(frozen=True, slots=True)
class Config:
    """The keys of one ``[[dingtalk]]`` table; secrets stay out of its repr. Those that begin with ``old_`` are taken
    beside the new ones for as long as they stand there, while a secret is being changed."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str = ""
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    mode: Literal["stream", "http"] = "stream"
    window_seconds: int = 3600
    """How old or how far ahead a robot message's timestamp may be."""
    event_window_seconds: int = 28_800
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    login_base: str = "https://login.dingtalk.com"
    monthly_calls: int = 10_000
    """Calls that the company's edition has a month; 0: without limit."""
    corp_id: str = ""
    agent_id: str = ""
    card_template_id: str = ""
    card_secret: str = field(default="", repr=False)
    webhook: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    old_client_secret: str = field(default="", repr=False)
    old_token: str = field(default="", repr=False)
    old_aes_key: str = field(default="", repr=False)
    callback_url: str = ""
    """Where the platform reaches this account over HTTP; told by whoever opens the port, not written down."""

    @property
    def robot(self) -> str:
        return self.robot_code or self.client_id

    @property
    def secrets(self) -> tuple[str, ...]:
        """The app's secret, and the one before it while it is being changed."""
        return tuple(filter(None, (self.client_secret, self.old_client_secret)))

    @property
    def card_secrets(self) -> tuple[str, ...]:
        """What card callbacks over HTTP are signed with: the one given, else one made from each of ``secrets``."""
        if self.card_secret:
            return (self.card_secret,)
        return tuple(hmac.new(one.encode(), b"card callback", hashlib.sha256).hexdigest() for one in self.secrets)

    def faults(self) -> Iterator[tuple[str, str]]:
        """(key, what to do about it) for each value that cannot work; nothing when all is well."""
        if not _NAME.fullmatch(self.name):
            yield "name", "只用字母、数字、- 和 _，它会出现在回调地址里"
        if not self.client_id:
            yield "client_id", "在开发者后台应用的「凭证与基础信息」里复制 Client ID"
        if not self.client_secret:
            yield "client_secret", "填同一页的 Client Secret，最好写成 env:名字 或 file:路径"
        if bool(self.token) != bool(self.aes_key):
            yield ("aes_key" if self.token else "token"), "token 和 aes_key 要一起写，都在「事件与回调」里"
        for key in ("aes_key", "old_aes_key"):
            if getattr(self, key) and not readable_key(getattr(self, key)):
                yield key, "填「事件与回调」里的 aes_key，共 43 位字母或数字"
        if bool(self.old_token) != bool(self.old_aes_key):
            yield ("old_aes_key" if self.old_token else "old_token"), "old_token 和 old_aes_key 要一起写"
        for key in _BASES:
            if not getattr(self, key).startswith(("https://", "http://")):
                yield key, "填以 https:// 开头的地址"
        if self.webhook and not self.may_post(self.webhook):
            yield "webhook", "填群机器人设置里的 Webhook，以 https://oapi.dingtalk.com/robot/send 开头"

    def may_post(self, url: str) -> bool:
        """Whether ``url`` is a group robot's address: on the platform's own host, or where ``oapi_base`` points."""
        try:
            there, base = urlsplit(url), urlsplit(self.oapi_base)
            on_platform = there.scheme == "https" and there.hostname in _HOSTS and there.port in (None, 443)
        except ValueError:
            return False
        at_base = (there.scheme, there.netloc) == (base.scheme, base.netloc)
        return (on_platform or at_base) and there.path == "/robot/send" and "@" not in there.netloc
