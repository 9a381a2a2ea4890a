"""An app in DingTalk's developer console, as the platform knows it, and how the platform says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from adapters.sandbox.seal import Seal


class Refusal(Exception):
    """The platform says no: a word with a status on the new API, a number with 200 on the old one (``old``)."""

    def __init__(self, code: str | int, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message or str(code), status


@dataclass(frozen=True, slots=True)
class DingtalkApp:
    """One in-house app with a robot; made-up secrets unless given. ``templates`` are the published card templates."""

    name: str = "dingtalk"
    client_id: str = "dingsandbox0000001"
    client_secret: str = field(default="sandbox-client-secret-00000000000000000001", repr=False)
    token: str = field(default="sandboxEventToken01", repr=False)
    aes_key: str = field(default="c2FuZGJveGV2ZW50YWVza2V5c2FuZGJveGV2ZW50MDE", repr=False)
    corp_id: str = "dingsandboxcorp01"
    agent_id: str = "3000001"
    mode: Literal["stream", "http"] = "http"
    templates: tuple[str, ...] = ("sandbox.schema",)
    callback_url: str = ""

    @property
    def seal(self) -> Seal:
        return Seal(self.token, self.aes_key, self.client_id)
