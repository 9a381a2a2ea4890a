"""An approval form as the platform tells it when asked, its controls in words (platform page 91983)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from adapters.errors import Unseen
from adapters.events import Approval, FormField
from adapters.wecom.changes import OWN, own_state_of, state_of
from adapters.wecom.plaintext import moment
from adapters.wecom.tree import Tree, below, folded

_MOST_CELLS = 400
_THERE = timezone(timedelta(hours=8))
"""The platform's forms are filled in on China's clock."""


def told(id: str, answer: Tree, now: datetime) -> Approval:
    """The form as ``oa/getapprovaldetail`` tells it. Raises Unseen where it is none."""
    info = answer.get("info")
    if not isinstance(info, Mapping) or not _whole(info.get("sp_status")):
        raise Unseen("the answer holds no approval")
    asked = below(info, "applyer") or below(info, "batch_applyer")
    contents = below(info, "apply_data", "contents")
    return Approval(
        id=id,
        template=str(info.get("template_id") or ""),
        state=state_of(_whole(info.get("sp_status"))),
        applicant=str(below(asked, "userid") or ""),
        title=str(info.get("sp_name") or ""),
        form=tuple(_first(_cells(contents if isinstance(contents, list) else []))),
        at=max(_moments(info), default=None) or now,
    )


def told_of_own(id: str, answer: Tree, now: datetime) -> Approval:
    """A form started from our own app, as ``corp/getopenapprovaldata`` tells it: what was filled in is ours to know,
    the platform has only its course."""
    data = answer.get("data")
    status = _whole(folded(data, "OpenSpStatus"))
    if not status:
        raise Unseen("the answer holds no approval")
    return Approval(
        id=OWN + str(folded(data, "ThirdNo") or id.removeprefix(OWN)),
        template=str(folded(data, "OpenTemplateId") or ""),
        state=own_state_of(status),
        applicant=str(folded(data, "ApplyUserId") or ""),
        title=str(folded(data, "OpenSpName") or ""),
        form=(),
        at=now,
    )


def _moments(info: Tree) -> Iterator[datetime]:
    """When it was asked for and when each step was decided; the course stands in the older form or in the newer."""
    newer = _all(below(info, "process_list", "node_list"), "sub_node_list")
    lines = [*_all(below(info, "sp_record"), "details"), *newer]
    for seconds in (info.get("apply_time"), *(below(one, "sptime") for one in lines)):
        at = moment(str(seconds))
        if at is not None:
            yield at


def _all(nodes: object, below_them: str) -> list[Any]:
    return [one for node in _list(nodes) for one in _list(below(node, below_them))]


def _first(cells: Iterator[FormField]) -> Iterator[FormField]:
    for n, cell in enumerate(cells):
        if n < _MOST_CELLS:
            yield cell


def _cells(contents: list[Any]) -> Iterator[FormField]:
    """Each control with what was filled in; of a table each cell."""
    for content in contents:
        if not isinstance(content, Mapping):
            continue
        control, value = str(content.get("control") or ""), content.get("value")
        if control == "Table":
            for row in _list(below(value, "children")):
                yield from _cells(_list(below(row, "list")))
            continue
        yield FormField(str(content.get("id") or ""), _title(content.get("title")), _words(control, value).strip())


def _title(title: object) -> str:
    """The label, in Chinese where there are several."""
    found = [one for one in _list(title) if isinstance(one, Mapping)]
    chinese = next((one for one in found if one.get("lang") == "zh_CN"), found[0] if found else {})
    return str(chinese.get("text") or "")


def _words(control: str, value: object) -> str:
    """What was filled in, as one reads it. A value also carries empty fields of other controls: its own counts."""
    if not isinstance(value, Mapping):
        return ""
    read = _READ.get(control)
    return read(value) if read is not None else str(value.get("text") or "")


def _selected(value: Tree) -> str:
    options = _list(below(value, "selector", "options"))
    return "、".join(filter(None, (_title(below(option, "value")) for option in options)))


def _named(value: Tree) -> str:
    people = [below(one, "name") for one in (*_list(value.get("members")), *_list(value.get("departments")))]
    return "、".join(str(name) for name in people if name)


def _date(value: Tree) -> str:
    return _day(below(value, "date", "s_timestamp"), hours=below(value, "date", "type") == "hour")


def _span(value: Tree) -> str:
    found = below(value, "date_range") or below(value, "attendance", "date_range")
    hours = below(found, "type") not in ("day", "halfday")
    ends = [_day(below(found, end), hours=hours) for end in ("new_begin", "new_end")]
    return " – ".join(ends) if all(ends) else ""


def _day(seconds: object, *, hours: bool) -> str:
    at = moment(str(seconds))
    return "" if at is None else f"{at.astimezone(_THERE):{'%Y-%m-%d %H:%M' if hours else '%Y-%m-%d'}}"


def _place(value: Tree) -> str:
    return str(below(value, "location", "title") or "")


def _related(value: Tree) -> str:
    return "、".join(str(below(one, "sp_no") or "") for one in _list(value.get("related_approval")))


def _files(value: Tree) -> str:
    return "、".join(str(below(one, "file_name") or "") for one in _list(value.get("files")) if below(one, "file_name"))


_READ: Mapping[str, Any] = {
    "Number": lambda value: str(value.get("new_number") or ""),
    "Money": lambda value: str(value.get("new_money") or ""),
    "Date": _date,
    "DateRange": _span,
    "Selector": _selected,
    "Contact": _named,
    "File": _files,
    "Location": _place,
    "RelatedApproval": _related,
}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: object) -> int | None:
    """A number, written as one or as text."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9 else None
