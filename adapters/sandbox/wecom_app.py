"""An app in WeCom's console, as the platform knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.sandbox.seal import Seal
from adapters.sandbox.wecom_robot import RobotApp


@dataclass(frozen=True, slots=True)
class WecomApp:
    """One self-built app as it stands in the platform's console; made-up secrets unless given."""

    name: str = "wecom"
    corp_id: str = "wwsandbox00000001"
    agent_id: int = 1000002
    secret: str = field(default="sandbox-app-secret-0000000000000000000000001", repr=False)
    token: str = field(default="sandboxCallbackToken01", repr=False)
    aes_key: str = field(default="c2FuZGJveGFlc2tleXNhbmRib3hhZXNrZXkwMDAwMDE", repr=False)
    robot: RobotApp | None = None
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Keys of group webhooks, each with its group."""
    callback_url: str = ""
    """Where callbacks go; "": the app has none and may not send cards that call back."""

    @property
    def seal(self) -> Seal:
        return Seal(self.token, self.aes_key, self.corp_id)
