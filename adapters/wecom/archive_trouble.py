"""What stands in the way of reading the session archive, told once while it does, and once that it no more does."""

from __future__ import annotations

import structlog

from adapters.base import Told
from adapters.errors import Misconfigured
from adapters.wecom.archive_source import ArchiveFault

log = structlog.get_logger(__name__)
TRIES_BEFORE = 3
"""What may pass by itself is no trouble before."""
KEY_HINT = "把这个版本的私钥放进 archive_private_keys，文件名是版本号，如 3.pem"
HINTS = {
    "argument": "检查 archive_sdk 和 archive_dir 的路径",
    "address": "在会话内容存档里加上这台服务器的 IP",
    "key": "检查 archive_secret 是否是会话内容存档自己的 Secret",
    "network": "检查这台服务器的外网",
}
CAUSES = {
    "argument": "存档的库或目录不对", "address": "存档没放行这台服务器的 IP", "key": "存档的 Secret 不对",
    "key_missing": "存档缺私钥", "decrypt": "存档的私钥打不开消息", "network": "连不上会话存档",
}  # fmt: skip
OTHER = "会话存档没应答"
PLAIN_HINT = "看机器人的日志，再试 genjin check"


def misconfigured(code: str) -> Misconfigured:
    """The fault in words for an admin."""
    hint = KEY_HINT if code in ("key_missing", "decrypt") else HINTS.get(code, PLAIN_HINT)
    return Misconfigured(f"the session archive cannot be read: {code}", hint, cause=CAUSES.get(code, OTHER))


class Trouble:
    def __init__(self, account: str) -> None:
        self._account, self._failed, self._stands = account, 0, ""
        self.tell: Told | None = None

    async def met(self, fault: ArchiveFault) -> None:
        """The archive cannot be read, or a message of it not opened."""
        self._failed += 1
        if self._stands == fault.code or (fault.again and self._failed < TRIES_BEFORE):
            return
        if await self._say(misconfigured(fault.code)):
            self._stands = fault.code

    async def over(self) -> None:
        """It is read, and what came opens."""
        self._failed = 0
        if self._stands and await self._say(None):
            self._stands = ""

    async def _say(self, fault: Misconfigured | None) -> bool:
        if self.tell is None:
            return False
        try:
            await self.tell(self._account, fault)
        except Exception:  # nobody may be told just now: reading goes on all the same
            log.exception("archive.untold", account=self._account)
            return False
        return True
