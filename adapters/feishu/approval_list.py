"""Which approval forms were handed in, template by template."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from adapters.errors import Unseen
from adapters.feishu.client import Client
from adapters.feishu.plaintext import part, rows, text

_CALL, _PAGE, _PAGES = "approval/v4/instances", "100", 200


async def handed_in(
    client: Client, since: datetime, until: datetime, templates: Sequence[str]
) -> AsyncIterator[tuple[str, str]]:
    """(code, template) of each instance. Raises SendError."""
    for template in templates:
        token = ""
        for _ in range(_PAGES):
            span = {"start_time": _milliseconds(since), "end_time": _milliseconds(until)}
            more = {"page_token": token} if token else {}
            said = part(await client.get(_CALL, approval_code=template, page_size=_PAGE, **span, **more), "data")
            for code in rows(said, "instance_code_list"):
                yield str(code), template
            following = text(said, "page_token")
            if said.get("has_more") is not True or not following:
                break
            if following == token:
                raise Unseen("the list of approvals goes round in a circle")
            token = following


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))
