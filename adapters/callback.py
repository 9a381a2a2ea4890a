"""What every callback address does alike: a body of at most 1 MB, refusals answered as JSON and counted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from adapters.base import Sink
from adapters.errors import BadPayload, BadRequest, TooLarge
from adapters.http import MB

log = structlog.get_logger(__name__)

BODY_MOST = 1 * MB
BODY_SECONDS = 2.0
"""Less than the least patient platform waits for its answer."""
Handle = Callable[[web.Request], Awaitable[web.Response]]


def guarded(handle: Handle, account: str, sink: Callable[[], Sink | None], hints: Mapping[str, str]) -> Handle:
    """``handle`` with its refusals answered and counted; ``hints`` say by code what an admin does."""

    async def answered(request: web.Request) -> web.Response:
        try:
            return await handle(request)
        except BadRequest as refusal:
            log.info("callback.refused", account=account, code=refusal.code)
            listening = sink()
            if listening is not None:
                listening.refused(account, refusal.code)
            return told(refusal.status, refusal.code, refusal.message, hints)

    return answered


async def body_of(request: web.Request, seconds: float = BODY_SECONDS) -> bytes:
    """The body, unpacked by nobody. Raises TooLarge before it is read where its length is told, BadRequest where it
    does not come whole in time."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BadPayload("a packed body is not taken")
    if (request.content_length or 0) > BODY_MOST:
        raise TooLarge("the body is over 1 MB")
    pieces, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size > BODY_MOST:
                    raise TooLarge("the body is over 1 MB")
                pieces.append(piece)
    except (TimeoutError, ConnectionError, web.PayloadAccessError, web.RequestPayloadError, ValueError) as error:
        raise BadRequest("the body did not arrive whole") from error
    return b"".join(pieces)


def told(status: int, code: str, message: str, hints: Mapping[str, str]) -> web.Response:
    """The error object; the line is closed where more of the body may be on its way, or nothing can be kept."""
    body = {"error": {"code": code, "message": message, "hint": hints.get(code, "")}}
    response = web.json_response(body, status=status)
    if status in (413, 503):
        response.force_close()
    return response
