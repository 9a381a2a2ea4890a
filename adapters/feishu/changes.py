"""Change events (colleagues, groups, approvals) in our names, and an approval form as it is told when asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from adapters.errors import Unseen
from adapters.events import Approval, FormField
from adapters.feishu.plaintext import at_path, moment, part, rows, text

Tree = Mapping[str, Any]
State = Literal["running", "agreed", "refused", "withdrawn"]
_STATES: Mapping[str, State] = {
    "PENDING": "running",
    "OVERTIME_RECOVER": "running",
    "APPROVED": "agreed",
    "REJECTED": "refused",
    "OVERTIME_CLOSE": "withdrawn",
    "CANCELED": "withdrawn",
    "DELETED": "withdrawn",
    "REVERTED": "withdrawn",
}
_MOST_CELLS = 500


def colleague(event: Tree, change: str) -> dict[str, Any]:
    """Somebody of the company came, changed or left; ``gone`` where the account is of no use any more."""
    person = part(event, "object")
    gone = any(at_path(person, "status", word) is True for word in ("is_frozen", "is_resigned", "is_exited"))
    return {
        "event": "colleague",
        "change": change,
        "user": text(person, "open_id"),
        "name": text(person, "name"),
        "departments": [one for one in rows(person, "department_ids") if isinstance(one, str)],
        "gone": gone or change == "delete_user",
    }


def group(event: Tree, change: str) -> dict[str, Any]:
    """A group that the bot is in changed; ``members`` are those who came or went."""
    return {
        "event": "group",
        "change": change,
        "chat": text(event, "chat_id"),
        "name": text(event, "after_change", "name") or text(event, "name"),
        "members": [user for one in rows(event, "users") if (user := text(one, "user_id", "open_id"))],
    }


def approval(event: Tree) -> dict[str, Any]:
    """A form moved; a state that the platform adds later is "running" until the form itself is asked."""
    return {
        "approval": text(event, "instance_code"),
        "template": text(event, "approval_code"),
        "state": state_of(text(event, "status")),
    }


def state_of(status: str) -> State:
    return _STATES.get(status.upper(), "running")


def told(id: str, data: Tree, now: datetime) -> Approval:
    """The form as ``approval/v4/instances`` tells it. Raises Unseen where it is none."""
    status = text(data, "status")
    if not status:
        raise Unseen("the answer holds no approval")
    state: State = "withdrawn" if data.get("reverted") is True else state_of(status)
    ended = moment(data.get("end_time")) if state != "running" else None
    return Approval(
        id=id,
        template=text(data, "approval_code"),
        state=state,
        applicant=text(data, "open_id"),
        title=text(data, "approval_name"),
        form=tuple(_fields(text(data, "form"))),
        at=ended or moment(data.get("start_time")) or now,
    )


def _fields(form: str) -> Iterator[FormField]:
    try:
        controls = json.loads(form or "[]", parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Unseen("the form is not well-formed") from error
    for n, cell in enumerate(_flat(controls if isinstance(controls, list) else [])):
        if n < _MOST_CELLS:
            yield cell


def _flat(controls: list[Any]) -> Iterator[FormField]:
    for control in controls:
        if not isinstance(control, Mapping):
            continue
        value = control.get("value")
        if control.get("type") == "fieldList" and isinstance(value, list):
            for row in value:
                yield from _flat(row if isinstance(row, list) else [row])
            continue
        id = text(control, "custom_id") or text(control, "id")
        yield FormField(id, text(control, "name"), _words(control, value))


def _words(control: Tree, value: Any) -> str:
    """What was filled in, as one reads it: days as the form writes them, several answers with 、 between."""
    if isinstance(value, Mapping):
        ends = [_words(control, value.get(end)) for end in ("start", "end")]
        return " – ".join(ends) if all(ends) else text(value, "text") or text(value, "name")
    if isinstance(value, list):
        if control.get("type") in ("attachmentV2", "attachment", "image"):  # addresses say nothing, names do
            return text(control, "ext").replace(",", "、")
        return "、".join(filter(None, (_words(control, one) for one in value)))
    return text({"value": value}, "value").strip()
