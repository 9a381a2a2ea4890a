"""A cookie of ours, where the page stands alone and where it stands in a frame of a chat app.

A page in a frame of another site is sent no cookie that is ``Lax``. Over https such a page gets one that goes there as
well, kept apart for each site that frames it (CHIPS): what one of them sees tells another nothing. Whether a page is
framed the browser says itself, in a header that no script can set; who may frame it says ``frame-ancestors``. Forms
stay guarded by their token and by where they come from, whatever the cookie allows.
"""

from __future__ import annotations

from aiohttp import web

FRAMED = frozenset({"iframe", "frame", "fencedframe"})


def put(
    response: web.StreamResponse, request: web.Request, name: str, value: str, *, path: str, seconds: int, secure: bool
) -> None:
    """For the server alone; gone after ``seconds``, at once for 0. ``secure``: we are reached over https."""
    parts = [f"{name}={value}", f"Max-Age={seconds}", f"Path={path}", "HttpOnly"]
    if secure and request.headers.get("Sec-Fetch-Dest", "") in FRAMED:
        parts += ["Secure", "SameSite=None", "Partitioned"]
    else:
        parts += ["Secure"] * secure + ["SameSite=Lax"]
    response.headers.add("Set-Cookie", "; ".join(parts))
