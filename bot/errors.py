"""Errors of the bot.

    GenjinError
    ├── ConfigError        the configuration does not hold (every fault at once)
    ├── PlaybookError      a playbook does not hold
    ├── NotFound           no such record, or not the asker's to see: the two are never told apart
    ├── NotAllowed         the asker's role does not reach so far
    ├── WrongCall          a command or a tap that cannot be meant so; carries the nearest right call
    ├── Conflict           somebody was faster, or a later change stands on it
    └── TryLater           cannot be judged yet; in ``seconds`` it can

Each has a ``code`` (for machines) and a ``hint`` (Chinese, what to do next).
"""

from __future__ import annotations


class GenjinError(Exception):
    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class ConfigError(GenjinError):
    code = "config_invalid"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        """``faults``: (key, what is wrong and how to mend it), all of them."""
        super().__init__("；".join(f"{key}：{fault}" for key, fault in faults))
        self.faults = faults


class PlaybookError(GenjinError):
    code = "playbook_invalid"


class NotFound(GenjinError):
    code = "not_found"


class NotAllowed(GenjinError):
    code = "not_allowed"


class WrongCall(GenjinError):
    code = "wrong_call"

    def __init__(self, message: str, nearest: str = "") -> None:
        super().__init__(message, hint=nearest)
        self.nearest = nearest


class Conflict(GenjinError):
    code = "conflict"


class TryLater(GenjinError):
    code = "try_later"

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds
