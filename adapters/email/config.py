"""One mailbox as configured: frozen values, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Config:
    """The keys of one ``[[email]]`` table; the password stays out of its repr. ``maildir`` is absolute, or None."""

    name: str
    imap_url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    maildir: Path | None = None
    poll_seconds: int = 60
    since_days: int = 3
    """How many days back the first look goes."""
    most_mb: int = 25
    """Of a larger mail only the beginning is read, and its attachments are named as not read."""
    domains: tuple[str, ...] = ()
    """The company's own: what comes from there is no customer's."""
    member: str = ""
    """The member whose mailbox this is, by the user name on a chat platform: hears of what cannot be placed."""

    @property
    def secure(self) -> bool:
        """The line is sealed from its first byte; else by STARTTLS, unless it does not leave this machine."""
        return urlsplit(self.imap_url).scheme == "imaps"

    @property
    def host(self) -> str:
        return urlsplit(self.imap_url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.imap_url).port or (993 if self.secure else 143)

    @property
    def ours(self) -> frozenset[str]:
        """The company's domains, that of the mailbox among them where it is no public mail service's."""
        own = self.user.rpartition("@")[2].casefold()
        return frozenset({one.casefold() for one in self.domains} | ({own} if own and own not in PUBLIC else set()))

    def faults(self) -> Iterator[tuple[str, str]]:
        """(key, what to do about it) for each value that cannot work; nothing when all is well."""
        if not _NAME.fullmatch(self.name):
            yield "name", "只用字母、数字、- 和 _"
        if bool(self.imap_url) == (self.maildir is not None):
            yield "imap_url", "imap_url 和 maildir 写其中一个"
        if self.imap_url:
            yield from self._of_imap()
        for one in self.domains:
            if not _DOMAIN.fullmatch(one):
                yield "domains", f"“{one}”不是域名，写成 example.com"

    def _of_imap(self) -> Iterator[tuple[str, str]]:
        try:
            parts = urlsplit(self.imap_url)
            sound = parts.scheme in ("imaps", "imap") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            sound = False
        if not sound:
            yield "imap_url", "写成 imaps://主机:993"
        elif parts.username or parts.password:
            yield "imap_url", "帐号写在 user，密码写在 password，地址里不写"
        if not self.user:
            yield "user", "填登录邮箱的帐号，多半就是邮箱地址"
        if not self.password:
            yield "password", "填密码或客户端授权码，最好写成 env:名字 或 file:路径"


PUBLIC = frozenset({
    "qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "yeah.net", "188.com", "139.com",
    "189.cn", "wo.cn", "sina.com", "sina.cn", "vip.sina.com", "sohu.com", "tom.com", "21cn.com", "aliyun.com",
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "live.cn", "msn.com", "yahoo.com",
    "yahoo.com.cn", "ymail.com", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "gmx.com",
    "mail.com",
})  # fmt: skip
"""Mail services for everybody: their domain says nothing of who writes."""
