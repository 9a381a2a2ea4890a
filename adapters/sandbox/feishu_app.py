"""An app in Feishu's developer console, as the platform knows it, and what goes by which id there."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from adapters.sandbox.feishu_seal import FeishuSeal


class Refusal(Exception):
    """The platform says no: its error code and message, the HTTP status, and the seconds it asks to wait."""

    def __init__(self, code: int, message: str, status: int = 400, wait: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.wait = code, message, status, wait


@dataclass(frozen=True, slots=True)
class FeishuApp:
    """One self-built app; made-up secrets unless given. ``old_key``: during a change-over some is still sealed so."""

    name: str = "feishu"
    app_id: str = "cli_sandbox000000001"
    secret: str = field(default="sandboxFeishuAppSecret0000000001", repr=False)
    encrypt_key: str = field(default="sandboxEncryptKey000000000000001", repr=False)
    token: str = field(default="sandboxVerificationToken00000001", repr=False)
    tenant: str = "sandboxtenant001"
    mode: Literal["http", "ws"] = "http"
    callback_url: str = ""
    """Where callbacks go; "": the app has none."""

    @property
    def seal(self) -> FeishuSeal:
        return FeishuSeal(self.encrypt_key)

    @property
    def bot(self) -> str:
        return _id("ou_", self.app_id, "bot")

    def open_id(self, user: str) -> str:
        """What the app knows the person by; another app knows another id."""
        return _id("ou_", self.app_id, user.casefold())

    def chat_id(self, chat: str) -> str:
        """The group's id; a name of the sandbox's own has one, too."""
        return chat if chat.startswith("oc_") else _id("oc_", self.tenant, chat)

    def private_chat(self, user: str) -> str:
        return _id("oc_", self.app_id, f"p2p:{user.casefold()}")


def _id(kind: str, *of: str) -> str:
    return kind + sha256(":".join(of).encode()).hexdigest()[:32]
