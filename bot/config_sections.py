"""The sections of config.toml as frozen values, and what is wrong with each beyond its types."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from adapters import dingtalk, email, feishu, hook, wecom
from bot.config_faults import Fault
from bot.secret import Secret, from_home

Place = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(from_home)]
"""A path; a relative one begins where the configuration lies."""
Word = Annotated[str, StringConstraints(strip_whitespace=True)]
Secrets = Annotated[
    tuple[Secret, ...],
    BeforeValidator(lambda given: given if isinstance(given, list | tuple) else (given,) if given else ()),
]
"""One secret, or a list of them during a change-over."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WEB = ("https://", "http://")


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def faults(self) -> Iterator[Fault]:
        """(key, what to do about it) for what types alone do not tell; nothing when all is well."""
        yield from ()


class Server(Section):
    host: Word = "127.0.0.1"
    port: int = Field(8787, ge=0, le=65535)
    public_url: Word = ""
    data: Word = "data"

    def faults(self) -> Iterator[Fault]:
        if self.public_url and not _is_base(self.public_url):
            yield "public_url", "写成 https://域名，后面不带 ? 和 #"
        if not self.host:
            yield "host", "写监听的地址，只给本机用 127.0.0.1，反向代理在别的机器上用 0.0.0.0"
        if not self.data:
            yield "data", "写数据文件夹，例如 data"


class DatabaseSection(Section):
    url: Secret = Secret()

    def faults(self) -> Iterator[Fault]:
        if self.url and not self.url.value.startswith(("sqlite:", "postgres://", "postgresql://")):
            yield "url", "写成 sqlite:路径 或 postgres://用户:密码@主机/库名"
        if self.url.value in ("sqlite:", "sqlite://"):
            yield "url", "sqlite: 后面要写文件路径，例如 sqlite:data/genjin.db"


class Redis(Section):
    url: Secret = Secret()

    def faults(self) -> Iterator[Fault]:
        if self.url and not self.url.value.startswith(("redis://", "rediss://", "unix://")):
            yield "url", "写成 redis://主机:6379/0，不用 Redis 就留空"


class Storage(Section):
    keys: tuple[Secret, ...] = ()

    def faults(self) -> Iterator[Fault]:
        for n, key in enumerate(self.keys):
            if len(opened(key)) != 32:
                yield f"keys[{n}]", "要 32 字节的 base64，用 openssl rand -base64 32 生成"


class Members(Section):
    unknown: Literal["ask", "join", "refuse"] = "ask"


class Chats(Section):
    managers: Word = ""
    admins: Word = ""


class Llm(Section):
    base_url: Word = ""
    model: Word = ""
    key: Secret = Secret()
    timeout_ms: int = Field(3000, ge=100, le=20_000)  # well within the lease of an event
    monthly_cap: int = Field(0, ge=0)

    def faults(self) -> Iterator[Fault]:
        if self.base_url and not _is_base(self.base_url):
            yield "base_url", "写成 https://地址/v1，不用大模型就留空"
        if self.base_url and not self.model:
            yield "model", "写了 base_url 就要写用哪个模型"


class Account(Section):
    name: Word
    bases: ClassVar[tuple[str, ...]] = ()
    """Keys that hold addresses."""

    def faults(self) -> Iterator[Fault]:
        if not _NAME.fullmatch(self.name):
            yield "name", "只用字母、数字、- 和 _，它会出现在回调地址里"
        for key in self.bases:
            if not _is_base(getattr(self, key)):
                yield key, "填以 https:// 开头的地址"


class Wecom(Account):
    corp_id: Word
    agent_id: int
    secret: Secret
    token: Secret
    aes_key: Secret
    window_seconds: int = 600
    api_base: Word = "https://qyapi.weixin.qq.com/cgi-bin"
    oauth_base: Word = "https://open.weixin.qq.com"
    ws_base: Word = "wss://openws.work.weixin.qq.com"
    old_token: Secret = Secret()
    old_aes_key: Secret = Secret()
    robot_mode: Literal["", "http", "ws"] = ""
    robot_name: Word = ""
    robot_token: Secret = Secret()
    robot_aes_key: Secret = Secret()
    robot_old_token: Secret = Secret()
    robot_old_aes_key: Secret = Secret()
    robot_id: Word = ""
    robot_secret: Secret = Secret()
    webhooks: dict[str, Secret] = Field(default_factory=dict)
    archive_secret: Secret = Secret()
    archive_private_keys: Place = ""
    archive_sdk: Place = ""
    archive_dir: Place = ""

    def account(self) -> wecom.Config:
        """The adapter's own configuration."""
        keys = {key: _plain(value) for key, value in self if key != "webhooks"}
        return wecom.Config(**keys, webhooks={name: one.value for name, one in self.webhooks.items()})

    def faults(self) -> Iterator[Fault]:
        yield from self.account().faults()


class Dingtalk(Account):
    client_id: Word
    client_secret: Secret
    robot_code: Word = ""
    token: Secret = Secret()
    aes_key: Secret = Secret()
    mode: Literal["stream", "http"] = "stream"
    window_seconds: int = Field(3600, gt=0)
    event_window_seconds: int = Field(28_800, gt=0)
    api_base: Word = "https://api.dingtalk.com"
    oapi_base: Word = "https://oapi.dingtalk.com"
    login_base: Word = "https://login.dingtalk.com"
    monthly_calls: int = Field(10_000, ge=0)
    corp_id: Word = ""
    agent_id: Word = ""
    card_template_id: Word = ""
    card_secret: Secret = Secret()
    webhook: Secret = Secret()
    webhook_secret: Secret = Secret()
    old_client_secret: Secret = Secret()
    old_token: Secret = Secret()
    old_aes_key: Secret = Secret()

    def account(self) -> dingtalk.Config:
        """The adapter's own configuration."""
        return dingtalk.Config(**{key: _plain(value) for key, value in self})

    def faults(self) -> Iterator[Fault]:
        yield from self.account().faults()


class Feishu(Account):
    app_id: Word
    app_secret: Secret
    encrypt_key: Secrets = ()
    verification_token: Secrets = ()
    mode: Literal["ws", "http"] = "ws"
    window_seconds: int = 28_800
    approval_codes: tuple[Word, ...] = ()
    api_base: Word = "https://open.feishu.cn"
    accounts_base: Word = "https://accounts.feishu.cn"

    def account(self) -> feishu.Config:
        """The adapter's own configuration."""
        return feishu.Config(**{key: _plain(value) for key, value in self})

    def faults(self) -> Iterator[Fault]:
        yield from self.account().faults()


class Email(Account):
    imap_url: Word = ""
    user: Word = ""
    password: Secret = Secret()
    folder: Word = "INBOX"
    maildir: Word = ""
    poll_seconds: int = Field(60, ge=1, le=3600)
    since_days: int = Field(3, ge=0, le=365)
    most_mb: int = Field(25, ge=1, le=100)
    domains: tuple[Word, ...] = ()
    member: Word = ""

    def account(self, home: Path) -> email.Config:
        """The adapter's own configuration; ``home`` is where a relative maildir begins."""
        plain = {key: _plain(value) for key, value in self}
        return email.Config(**{**plain, "maildir": home / Path(self.maildir).expanduser() if self.maildir else None})

    def faults(self) -> Iterator[Fault]:
        yield from self.account(Path()).faults()


class Hook(Account):
    secret: Secret
    previous: Secret = Secret()

    def account(self) -> hook.Config:
        return hook.Config(self.name, tuple(one.value for one in (self.secret, self.previous) if one))

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        if len(self.secret.value) < 16:
            yield "secret", "至少 16 个字符，用 openssl rand -hex 32 生成"
        if self.previous and len(self.previous.value) < 16:
            yield "previous", "至少 16 个字符；不在换密钥就留空"


SINGLE: Mapping[str, type[Section]] = {
    "server": Server, "database": DatabaseSection, "redis": Redis, "storage": Storage,
    "members": Members, "chats": Chats, "llm": Llm,
}  # fmt: skip
ACCOUNTS: Mapping[str, type[Account]] = {
    "wecom": Wecom, "dingtalk": Dingtalk, "feishu": Feishu, "email": Email, "hook": Hook
}  # fmt: skip
SECTIONS: Mapping[str, type[Section]] = {**SINGLE, **ACCOUNTS}


def opened(key: Secret) -> bytes:
    """The bytes of a base64 key, standard or URL-safe; empty where it is not base64."""
    try:
        return b64decode(key.value.translate(str.maketrans("-_", "+/")), validate=True)
    except (BadBase64, ValueError):
        return b""


def _is_base(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return url.startswith(_WEB) and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value if one)
    return value.value if isinstance(value, Secret) else value
