"""Approvals, colleagues and groups that changed, in our names, and the form of an approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from adapters.dingtalk.tree import Tree, many, moment, text, unfolded
from adapters.errors import Unseen
from adapters.events import Approval, FormField

State = Literal["running", "agreed", "refused", "withdrawn"]
_RESULTS: Mapping[str, State] = {"agree": "agreed", "refuse": "refused"}
_COLLEAGUES = {"user_add_org": "create_user", "user_modify_org": "update_user", "user_leave_org": "delete_user"}
GROUPS = {
    "chat_add_member": "joined", "chat_remove_member": "left", "chat_quit": "left", "chat_update_title": "renamed",
    "chat_disband": "gone",
}  # fmt: skip


def approval(body: Tree) -> dict[str, Any]:
    """The form as a whole moved; what is on it is asked for later."""
    return {
        "approval": text(body, "processInstanceId"),
        "template": text(body, "processCode"),
        "state": _moved(text(body, "type"), text(body, "result")),
        "title": text(body, "title"),
    }


def colleague(body: Tree) -> dict[str, Any]:
    """Members came, changed or left: ``users`` are all, ``user`` is the first."""
    users = [one for one in _ids(body, "UserId", "userId") if one]
    change = _COLLEAGUES[text(body, "EventType")]
    return {"event": "colleague", "change": change, "user": users[0] if users else "", "users": users}


def group(body: Tree) -> dict[str, Any]:
    """A group changed; ``members`` are those who came or went."""
    chat = next(iter(_ids(body, "ChatId", "chatId", "openConversationId")), "")
    change = GROUPS[text(body, "EventType")]
    return {"event": "group", "change": change, "chat": chat, "members": _ids(body, "UserId", "userId")}


def filled(id: str, result: Tree) -> Approval:
    """The form ``id`` as the platform tells it. Raises Unseen where its answer holds none."""
    at = moment(result.get("finishTime")) or moment(result.get("createTime"))
    if at is None or not text(result, "status"):
        raise Unseen("the answer holds no form")
    return Approval(
        id=id,
        template=text(result, "processCode"),
        state=_state(text(result, "status"), text(result, "result")),
        applicant=text(result, "originatorUserId"),
        title=text(result, "title"),
        form=tuple(field for one in many(result, "formComponentValues") for field in _fields(one)),
        at=at,
    )


def _moved(kind: str, result: str) -> State:
    if kind == "terminate":
        return "withdrawn"
    return _RESULTS.get(result, "running") if kind == "finish" else "running"


def _state(status: str, result: str) -> State:
    if status in ("TERMINATED", "CANCELED"):
        return "withdrawn"
    return _RESULTS.get(result, "running") if status == "COMPLETED" else "running"


def _fields(component: object) -> Iterator[FormField]:
    """One field, or each cell of a table. ``bizAlias`` is the name that people cannot change; labels of a range of
    days are a list."""
    value = unfolded(text(component, "value"))
    rows = [row for row in value if isinstance(row, Mapping) and "rowValue" in row] if isinstance(value, list) else []
    for row in rows:
        for cell in filter(lambda one: isinstance(one, Mapping), many(row, "rowValue")):
            yield FormField(text(cell, "key") or text(cell, "id"), text(cell, "label"), _written(cell.get("value")))
    if not rows:
        id = text(component, "bizAlias") or text(component, "id")
        name = text(component, "name")
        yield FormField(id, _written(unfolded(name)), _written(value))


def _written(value: object) -> str:
    """A value as one reads it: lists joined, nothing as ""."""
    value = unfolded(value)
    if isinstance(value, list):
        return "、".join(filter(None, map(_written, value)))
    if isinstance(value, Mapping):
        return text(value, "name") or text(value, "value") or text(value, "label")
    return "" if value is None or value == "null" else str(value)


def _ids(body: Tree, *names: str) -> list[str]:
    return [text({"id": one}, "id") for name in names for one in many(body, name)]
