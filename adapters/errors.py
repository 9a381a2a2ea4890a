"""Errors of the edge.

    AdapterError
    ├── BadRequest             what came in is not the platform's: answered with ``status``, nothing kept
    │   ├── BadSignature       wrong or missing signature, wrong receiver (403)
    │   ├── Stale              the timestamp lies outside the platform's window (403)
    │   ├── BadPayload         cannot be opened or parsed (400)
    │   └── TooLarge           over the size we read (413)
    └── SendError              what went out did not arrive
        ├── Retryable          busy, rate limited, down: again after ``wait`` seconds
        │   ├── Unseen         sent, but the answer was not seen: again with the same bytes
        │   └── Misconfigured  the account's settings stand in the way: it waits until an admin has mended them
        ├── TokenRejected      the token is not taken: fetch once, repeat once
        ├── NotDeliverable     this person or chat cannot be reached
        │   └── Assumed        most likely there already: said no further time
        └── PlatformRefused    our fault or the configuration's: an admin must look

Each has a ``code`` (for machines) and a ``hint`` (Chinese, what the admin does).
"""

from __future__ import annotations


class AdapterError(Exception):
    code = "adapter_error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class BadRequest(AdapterError):
    code, status = "bad_request", 400


class BadSignature(BadRequest):
    code, status = "bad_signature", 403


class Stale(BadRequest):
    code, status = "stale", 403


class BadPayload(BadRequest):
    code, status = "bad_payload", 400


class TooLarge(BadRequest):
    code, status = "too_large", 413


class SendError(AdapterError):
    """``cause`` and ``mend``, a few Chinese words each, where it is the account's own trouble and not this push's."""

    code = "send_failed"

    def __init__(self, message: str, hint: str = "", *, cause: str = "", mend: str = "") -> None:
        super().__init__(message, hint)
        self.cause, self.mend = cause, mend or hint


class Retryable(SendError):
    code = "retry"

    def __init__(
        self, message: str, hint: str = "", wait: float | None = None, *, cause: str = "", mend: str = ""
    ) -> None:
        super().__init__(message, hint, cause=cause, mend=mend)
        self.wait = wait


class Unseen(Retryable):
    code = "answer_unseen"


class Misconfigured(Retryable):
    code = "misconfigured"


class TokenRejected(SendError):
    code = "token_rejected"


class NotDeliverable(SendError):
    code = "not_deliverable"


class Assumed(NotDeliverable):
    code = "assumed_delivered"


class PlatformRefused(SendError):
    code = "platform_refused"
