"""Who looks at a page: the cookie's token → the session → the member as he is now.

A session ends at once when the member leaves, loses his account or is given other roles; what he may see is worked
out anew with every request anyway.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from aiohttp import web

from bot.access import Scope
from bot.house import House
from bot.web import cookies
from storage import members, sessions
from storage.records import Member
from storage.sessions import Session, hashed, new_token

LIVES = timedelta(hours=2)
"""The chat app names the member again without a word, so that a session need not be long."""
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"
SITES = ("same-origin", "none", None)


@dataclass(frozen=True, slots=True)
class Visitor:
    """``now`` is in the zone of the member's team; ``csrf`` is what the session's forms carry."""

    session: Session
    member: Member
    scope: Scope
    now: datetime
    csrf: str


class Sessions:
    """Cookies and rows of the sessions. Over https the cookie's name keeps other hosts and plain http out of it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.secure = house.public_url.startswith("https://")
        self.cookie = "__Host-genjin" if self.secure else "genjin"

    async def begin(
        self, request: web.Request, response: web.StreamResponse, member: Member, account: str, user: str, login: str
    ) -> Session | None:
        """The member's new session, its cookie on the response; None where its login was used before."""
        now, token = self._house.clock.now(), new_token()
        session = Session(
            id=hashed(token), login=hashed(login), member_id=member.id, account=account, user=user,
            roles=member.roles, created_at=now, expires_at=now + LIVES,
        )  # fmt: skip
        if not await sessions.begin(session):
            return None
        seconds = int(LIVES.total_seconds())
        cookies.put(response, request, self.cookie, token, path="/", seconds=seconds, secure=self.secure)
        return session

    async def of(self, request: web.Request) -> Visitor | None:
        """Who looks; None for nobody we know, or not any more."""
        token, now = request.cookies.get(self.cookie, ""), self._house.clock.now()
        session = await sessions.get(token, now) if token else None
        if session is None:
            return None
        member = await members.by_identity(session.account, session.user)
        if not _same(member, session):
            await sessions.end(session.id, now)
            return None
        assert member is not None
        local = now.astimezone(await self._house.zone(member))
        return Visitor(session, member, await self._house.scope(member), local, _csrf(token))

    async def end(self, request: web.Request, response: web.StreamResponse) -> None:
        token = request.cookies.get(self.cookie, "")
        if token:
            await sessions.end(hashed(token), self._house.clock.now())
        cookies.put(response, request, self.cookie, "", path="/", seconds=0, secure=self.secure)

    def is_own(self, request: web.Request, form: Mapping[str, object], visitor: Visitor) -> bool:
        """The request comes of a form that this session was shown, on a page of ours."""
        if request.headers.get("Sec-Fetch-Site") not in SITES:
            return False
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in self._hosts(request):
            return False
        said = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD)
        return isinstance(said, str) and hmac.compare_digest(said.encode(), visitor.csrf.encode())

    def _hosts(self, request: web.Request) -> set[str]:
        return {request.host, urlsplit(self._house.public_url).netloc} - {""}


def _same(member: Member | None, session: Session) -> bool:
    if member is None or member.id != session.member_id or not member.active:
        return False
    return set(member.roles) == set(session.roles)


def _csrf(token: str) -> str:
    return hmac.new(token.encode("utf-8", "replace"), b"form", sha256).hexdigest()
