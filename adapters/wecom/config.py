"""One WeCom account as configured: frozen values, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from adapters.wecom.signature import readable_key

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")
WEBHOOK = "webhook/send"


def key_of(written: str, api: str) -> str:
    """The key of a webhook, given bare or as the whole address; "" for an address that is not the platform's own
    (``api``): nothing else is ever called."""
    if "://" not in written:
        return written.strip() if written.strip().replace("-", "").isalnum() else ""
    try:
        there, here = urlsplit(written.strip()), urlsplit(api)
        keys = parse_qs(there.query).get("key", [])
    except ValueError:
        return ""
    same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    return keys[0] if same and there.path.rstrip("/").endswith(WEBHOOK) and len(keys) == 1 else ""


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
    old_token: str = field(default="", repr=False)
    old_aes_key: str = field(default="", repr=False)
    """Taken as well while they are being changed."""
    robot_mode: Literal["", "http", "ws"] = ""
    """The smart robot beside the app: none, by callback address, or by long connection."""
    robot_name: str = ""
    """What it is called in the chats: its mention is taken out of what was said."""
    robot_token: str = field(default="", repr=False)
    robot_aes_key: str = field(default="", repr=False)
    robot_old_token: str = field(default="", repr=False)
    robot_old_aes_key: str = field(default="", repr=False)
    robot_id: str = ""
    robot_secret: str = field(default="", repr=False)
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Groups by a name of one's own: the key of the group's webhook, or its whole address."""
    archive_secret: str = field(default="", repr=False)
    archive_private_keys: str = ""
    """The folder of private keys, ``VERSION.pem`` each."""
    archive_sdk: str = ""
    """The platform's own library."""
    archive_dir: str = ""
    """A folder of archived JSON files, read instead of the platform."""

    @property
    def archived(self) -> bool:
        """The account's chats are kept by the company, and read."""
        return bool(self.archive_sdk or self.archive_dir)

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
        if self.old_token and not _TOKEN.fullmatch(self.old_token):
            yield "old_token", "换 Token 时填原来的，最多 32 位字母或数字；不在换就留空"
        if self.old_aes_key and not readable_key(self.old_aes_key):
            yield "old_aes_key", "换 EncodingAESKey 时填原来的，共 43 位；不在换就留空"
        yield from self._robot_faults()
        for name, written in self.webhooks.items():
            if not key_of(written, self.api):
                yield (
                    f"webhooks.{name}",
                    "填群里消息推送的 Webhook 地址或其中的 key，和 api_base 同一个域名",
                )
        if self.window_seconds <= 0:
            yield "window_seconds", "填大于 0 的秒数，默认 600"
        if self.archive_sdk and not self.archive_dir and not self.archive_secret:
            yield "archive_secret", "填会话内容存档自己的 Secret，最好写成 env:名字 或 file:路径"
        if self.archive_sdk and not self.archive_private_keys:
            yield "archive_private_keys", "写放私钥的文件夹，每个版本一个文件，如 3.pem"
        for key in ("api_base", "oauth_base"):
            if not getattr(self, key).startswith(("https://", "http://")):
                yield key, "填以 https:// 开头的地址"

    def _robot_faults(self) -> Iterator[tuple[str, str]]:
        if self.robot_mode == "http" and not _TOKEN.fullmatch(self.robot_token):
            yield "robot_token", "填智能机器人 API 设置里的 Token"
        if self.robot_mode == "http" and not readable_key(self.robot_aes_key):
            yield "robot_aes_key", "填智能机器人 API 设置里的 EncodingAESKey，共 43 位"
        if self.robot_old_token and not _TOKEN.fullmatch(self.robot_old_token):
            yield "robot_old_token", "换 Token 时填原来的；不在换就留空"
        if self.robot_old_aes_key and not readable_key(self.robot_old_aes_key):
            yield "robot_old_aes_key", "换 EncodingAESKey 时填原来的，共 43 位；不在换就留空"
        if self.robot_mode == "ws" and not (self.robot_id and self.robot_secret):
            yield "robot_id", "长连接要填智能机器人的 BotID 和 Secret（robot_id、robot_secret）"
        if self.robot_mode == "ws" and not self.ws_base.startswith(("wss://", "ws://")):
            yield "ws_base", "填以 wss:// 开头的地址"
