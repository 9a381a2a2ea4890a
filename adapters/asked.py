"""An approval that no callback told us of: found by asking the platform, and kept like everything else that comes in,
so that the worker handles it as if it had been told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from adapters.errors import BadPayload
from adapters.events import InboundEvent, Person, Received

MARK = b'{"asked":'


def received(account: str, approval: str, template: str, state: str, at: datetime, now: datetime) -> Received:
    """What is kept of the form; its key is the same for the same state of it, however often it is found."""
    body = {"asked": approval, "template": template, "state": state, "at": int(at.timestamp())}
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Received(account, f"asked:{approval}:{state}", now, payload, sent_at=at)


def is_its(payload: bytes) -> bool:
    return payload.startswith(MARK)


def parse(payload: bytes, account: str) -> InboundEvent:
    """The event as its platform's own callback would have told it. Raises BadPayload."""
    try:
        body = json.loads(payload)
        id, template, state = (str(body[name]) for name in ("asked", "template", "state"))
        at = datetime.fromtimestamp(int(body["at"]), UTC)
    except (ValueError, RecursionError, KeyError, TypeError, OverflowError, OSError) as error:
        raise BadPayload("not an approval that was asked for") from error
    told = {"approval": id, "template": template, "state": state}
    return InboundEvent(f"asked:{id}:{state}", "approval", Person(account, ""), at, data=told)
