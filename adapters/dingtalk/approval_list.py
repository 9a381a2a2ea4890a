"""Which approval forms were handed in, template by template; a template is found by what the office calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from adapters.dingtalk.client import Client
from adapters.dingtalk.tree import many, text
from adapters.errors import NotDeliverable, PlatformRefused, Unseen

_PAGE, _PAGES = 20, 500


async def templates_called(client: Client, titles: Sequence[str]) -> dict[str, str]:
    """title → code of the template that is called so; none for those that no template is. Raises SendError."""
    found = {}
    for title in titles:
        try:
            said = await client.call("GET", "workflow/processCentres/schemaNames/processCodes", name=title)
        except (PlatformRefused, NotDeliverable):
            continue
        if code := text(said, "result", "processCode"):
            found[title] = code
    return found


async def handed_in(client: Client, since: datetime, until: datetime, code: str) -> AsyncIterator[str]:
    """The ids of one template's forms; none where there is no such template. Raises SendError."""
    following = 0
    for _ in range(_PAGES):
        span = {"startTime": int(since.timestamp() * 1000), "endTime": int(until.timestamp() * 1000)}
        asked = {"processCode": code, **span, "nextToken": following, "maxResults": _PAGE}
        try:
            said = await client.call("POST", "workflow/processes/instanceIds/query", asked)
        except PlatformRefused:
            return
        for id in many(said, "result", "list"):
            yield str(id)
        after = text(said, "result", "nextToken")
        if not after.isdigit():
            return
        if int(after) <= following:
            raise Unseen("the list of approvals goes round in a circle")
        following = int(after)
