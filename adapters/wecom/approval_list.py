"""Which approval forms were handed in, as the approval app lists them (platform page 91816)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from adapters.errors import PlatformRefused, Unseen
from adapters.wecom.client import Client, as_bytes
from adapters.wecom.tree import many, text

_SPAN, _PAGE = timedelta(days=30), 100
"""The platform takes 31 days and 100 numbers at a time."""
_PAGES = 200


async def handed_in(
    client: Client, since: datetime, until: datetime, templates: Sequence[str]
) -> AsyncIterator[tuple[str, str]]:
    """(number, template) of each form; without ``templates`` of all there are, the template then not told. A template
    that the platform does not know is one of another platform's. Raises SendError."""
    for template in templates or ("",):
        begin = since
        try:
            while begin < until:
                end = min(begin + _SPAN, until)
                async for number in _numbers(client, begin, end, template):
                    yield number, template
                begin = end
        except PlatformRefused:
            if not template:
                raise


async def _numbers(client: Client, begin: datetime, end: datetime, template: str) -> AsyncIterator[str]:
    """The end is that no cursor follows; a page may be short, or empty, before it."""
    cursor = ""
    filters = {"filters": [{"key": "template_id", "value": template}]} if template else {}
    for _ in range(_PAGES):
        span = {"starttime": str(int(begin.timestamp())), "endtime": str(int(end.timestamp()))}
        asked = {**span, "new_cursor": cursor, "size": _PAGE, **filters}
        said = await client.post("oa/getapprovalinfo", as_bytes(asked))
        for number in many(said, "sp_no_list"):
            yield str(number)
        following = text(said, "new_next_cursor")
        if not following:
            return
        if following == cursor:
            raise Unseen("the list of approvals goes round in a circle")
        cursor = following
