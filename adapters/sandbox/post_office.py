"""The mail of the sandbox: somebody outside writes, and a delivery program lays it into the bot's maildir."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from adapters.sandbox.world import CannotDo
from bot.clock import Clock

NAME = "mail"
OURS = "example.com"
PATIENCE = 10.0
POLL = 0.02


class PostOffice:
    """``folder`` is the maildir that the bot reads."""

    def __init__(self, clock: Clock, folder: Path) -> None:
        self._clock, self._folder = clock, folder

    def settings(self) -> dict[str, Any]:
        """Its ``[[email]]``."""
        return {"name": NAME, "maildir": str(self._folder), "domains": [OURS], "poll_seconds": 1}

    async def deliver(
        self, sender: str, subject: str, text: str, files: Sequence[tuple[str, bytes]] = (), html: str = "",
        answers: str = "",
    ) -> str:  # fmt: skip
        """The mail's id, once the bot has taken it out of the box. Raises CannotDo."""
        id = f"<{secrets.token_hex(12)}@sandbox.example>"
        raw = self._mail(id, sender, subject, text, files, html, answers)
        name = f"{int(self._clock.now().timestamp())}.{secrets.token_hex(6)}.sandbox"
        await asyncio.to_thread(self._put, name, raw)
        for _ in range(int(PATIENCE / POLL)):
            if not (self._folder / "new" / name).exists():
                return id
            await asyncio.sleep(POLL)
        raise CannotDo(502, "mail_not_taken", "the bot did not look into the mailbox", "看机器人的日志")

    def _mail(
        self, id: str, sender: str, subject: str, text: str, files: Sequence[tuple[str, bytes]], html: str,
        answers: str,
    ) -> bytes:  # fmt: skip
        mail = EmailMessage()
        try:
            mail["From"], mail["To"], mail["Subject"] = sender, f"sales@{OURS}", subject
        except (ValueError, IndexError) as error:
            raise CannotDo(
                400, "bad_request", "from or subject is none", "from 写成 孙老师 <sun@songtao.cn>"
            ) from error
        mail["Message-ID"], mail["Date"] = id, format_datetime(self._clock.now())
        if answers:
            mail["In-Reply-To"] = mail["References"] = " ".join(answers.split())
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, body in files:
            mail.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
        return mail.as_bytes()

    def _put(self, name: str, raw: bytes) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        (self._folder / "tmp" / name).write_bytes(raw)
        (self._folder / "tmp" / name).rename(self._folder / "new" / name)


def files_of(given: Any) -> list[tuple[str, bytes]]:
    """``[{"name", "content_base64"}]``. Raises CannotDo."""
    try:
        return [(str(one["name"]), b64decode(str(one["content_base64"]), validate=True)) for one in given or ()]
    except (TypeError, KeyError, BadBase64, ValueError) as error:
        hint = '写 [{"name": "清单.xlsx", "content_base64": "…"}]'
        raise CannotDo(400, "bad_request", "attachments are none", hint) from error
