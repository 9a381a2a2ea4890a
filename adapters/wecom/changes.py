"""Change events (colleagues, customers, approvals) in our names; lists are always lists, numbers numbers."""

from __future__ import annotations

from typing import Any

from adapters.wecom.plaintext import moment
from adapters.wecom.tree import Tree, below, folded, many, number, text

_FINAL = {2: "passed", 3: "rejected", 4: "withdrawn", 6: "withdrawn_after", 7: "deleted", 10: "paid"}
_OWN = {1: "pending", 2: "passed", 3: "rejected", 4: "withdrawn"}


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


def customer(message: Tree) -> dict[str, Any]:
    """A customer of a member changed. ``lost`` is true only where the customer removed the member, or the member the
    customer and not by handing over."""
    change, source = text(message, "ChangeType"), text(message, "Source")
    return {
        "event": "customer",
        "change": change,
        "user": text(message, "UserID"),
        "customer": text(message, "ExternalUserID"),
        "state": text(message, "State"),
        "welcome_code": text(message, "WelcomeCode"),
        "reason": text(message, "FailReason"),
        "source": source,
        "lost": change == "del_follow_user" or (change == "del_external_contact" and source != "DELETE_BY_TRANSFER"),
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
    """A form of the approval app moved. ``state`` is "pending" until it is final; ``change`` is the step, not the
    state."""
    info = below(message, "ApprovalInfo")
    status = number(info, "SpStatus")
    return {
        "event": "approval",
        "number": text(info, "SpNoStr") or text(info, "SpNo"),
        "name": text(info, "SpName"),
        "template": text(info, "TemplateId"),
        "status": status,
        "state": _FINAL.get(status or 0, "pending"),
        "final": status in _FINAL,
        "change": number(info, "StatuChangeEvent"),
        "applied_at": moment(text(info, "ApplyTime")),
        "applicant": text(info, "Applyer", "UserId"),
        "steps": [_step(record) for record in many(info, "SpRecord")],
        "told": [text(person, "UserId") for person in many(info, "Notifyer")],
        "comments": [_comment(comment) for comment in many(info, "Comments")],
    }


def own_approval(message: Tree) -> dict[str, Any]:
    """A form that was started from our own app moved; ``number`` is the one we gave it."""
    info = below(message, "ApprovalInfo")
    status = number(info, "OpenSpStatus")
    return {
        "event": "own_approval",
        "number": text(info, "ThirdNo"),
        "name": text(info, "OpenSpName"),
        "template": text(info, "OpenTemplateId"),
        "status": status,
        "state": _OWN.get(status or 0, "pending"),
        "final": status in (2, 3, 4),
        "applied_at": moment(text(info, "ApplyTime")),
        "applicant": text(info, "ApplyUserId"),
        "steps": [_node(node) for node in many(below(info, "ApprovalNodes"), "ApprovalNode")],
        "told": [_user(node) for node in many(below(info, "NotifyNodes"), "NotifyNode")],
    }


def _step(record: object) -> dict[str, Any]:
    return {
        "status": number(record, "SpStatus"),
        "all": number(record, "ApproverAttr") == 2,
        "by": [
            {
                "user": text(detail, "Approver", "UserId"),
                "words": text(detail, "Speech"),
                "status": number(detail, "SpStatus"),
                "at": moment(text(detail, "SpTime")),
            }
            for detail in many(record, "Details")
        ],
    }


def _comment(comment: object) -> dict[str, Any]:
    return {
        "user": text(comment, "CommentUserInfo", "UserId"),
        "words": text(comment, "CommentContent"),
        "at": moment(text(comment, "CommentTime")),
    }


def _node(node: object) -> dict[str, Any]:
    return {
        "status": number(node, "NodeStatus"),
        "all": number(node, "NodeAttr") == 2,
        "by": [
            {
                "user": _user(item),
                "words": text(item, "ItemSpeech"),
                "status": number(item, "ItemStatus"),
                "at": moment(text(item, "ItemOpTime")),
            }
            for item in many(below(node, "Items"), "Item")
        ],
    }


def _user(item: object) -> str:
    found = folded(item, "ItemUserId")
    return found if isinstance(found, str) else ""


def _split(ids: str) -> list[str]:
    return [part for part in ids.split(",") if part]
