"""Change events (colleagues, customers, approvals) in our names; lists are always lists, numbers numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from adapters.wecom.tree import Tree, below, many, number, text

State = Literal["running", "agreed", "refused", "withdrawn"]
_STATES: Mapping[int, State] = {
    1: "running", 2: "agreed", 3: "refused", 4: "withdrawn", 6: "withdrawn", 7: "withdrawn", 10: "agreed",
}  # fmt: skip
"""Of the approval app: 6 is taken back after it was passed, 7 deleted, 10 passed and paid."""
_OWN_STATES: Mapping[int, State] = {1: "running", 2: "agreed", 3: "refused", 4: "withdrawn"}
OWN = "own:"
"""How the id of a form begins that was started from our own app: the two systems number theirs each by itself."""


def colleague(message: Tree) -> dict[str, Any]:
    """A member, department or tag of the company changed; fields without permission are ""."""
    return {
        "event": "colleague",
        "change": text(message, "ChangeType"),
        "user": text(message, "UserID"),
        "new_user": text(message, "NewUserID"),
        "name": text(message, "Name"),
        "departments": _split(text(message, "Department")),
        "id": text(message, "Id") or text(message, "TagId"),
        "added": _split(text(message, "AddUserItems")),
        "removed": _split(text(message, "DelUserItems")),
    }


_APP = {"inactive_alert": "closing", "close_inactive_agent": "closed", "reopen_inactive_agent": "reopened"}


def app(message: Tree) -> dict[str, Any]:
    """Our own app is switched off for disuse, or will be; ``from`` when, "" where it is not told."""
    since = number(message, "EffectTime")
    start = datetime.fromtimestamp(since, UTC).isoformat() if since and 1e9 <= since < 4e9 else ""
    return {"event": "app", "change": _APP[text(message, "Event").casefold()], "from": start}


def customer(message: Tree) -> dict[str, Any]:
    """Somebody outside came to a member, changed, or is lost: only where they removed the member, or the member them
    and not by handing over."""
    change, source = text(message, "ChangeType"), text(message, "Source")
    given = change == "del_external_contact" and source == "DELETE_BY_TRANSFER"
    return {
        "event": "transferred" if given else _OUTSIDE.get(change, "other"),
        "external": text(message, "ExternalUserID"),
        "state": text(message, "State"),
        "welcome_code": text(message, "WelcomeCode"),
        "reason": text(message, "FailReason"),
    }


_OUTSIDE = {
    "add_external_contact": "added",
    "add_half_external_contact": "added",
    "edit_external_contact": "changed",
    "del_external_contact": "lost",
    "del_follow_user": "lost",
    "transfer_fail": "transfer_failed",
    "msg_audit_approved": "archive_agreed",
}


def customer_group(message: Tree) -> dict[str, Any]:
    """A customer group changed; ``members`` are those who came or went."""
    return {
        "event": "customer_group",
        "change": text(message, "ChangeType"),
        "chat": text(message, "ChatId"),
        "detail": text(message, "UpdateDetail"),
        "members": [member for member in many(below(message, "MemChangeList"), "Item") if isinstance(member, str)],
    }


def approval(message: Tree) -> dict[str, Any]:
    """A form of the approval app moved. Many events tell of one form: of each step, and of comments."""
    info = below(message, "ApprovalInfo")
    return {
        "approval": text(info, "SpNoStr") or text(info, "SpNo"),
        "template": text(info, "TemplateId"),
        "state": state_of(number(info, "SpStatus")),
    }


def own_approval(message: Tree) -> dict[str, Any]:
    """A form that was started from our own app moved."""
    info = below(message, "ApprovalInfo")
    return {
        "approval": OWN + text(info, "ThirdNo"),
        "template": text(info, "OpenTemplateId"),
        "state": own_state_of(number(info, "OpenSpStatus")),
    }


def applicant(message: Tree) -> str:
    """Who asked for the approval; "" where it is not told."""
    info = below(message, "ApprovalInfo")
    return text(info, "Applyer", "UserId") or text(info, "ApplyUserId")


def state_of(status: int | None) -> State:
    """A status that the platform adds later is "running" until it is known to be final."""
    return _STATES.get(status or 0, "running")


def own_state_of(status: int | None) -> State:
    return _OWN_STATES.get(status or 0, "running")


def _split(ids: str) -> list[str]:
    return [part for part in ids.split(",") if part]
