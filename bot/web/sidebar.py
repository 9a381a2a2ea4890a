"""``/sidebar/``: the page beside a chat. It says nothing that the member may not see, and does what chat would do."""

from __future__ import annotations

from aiohttp import web

from bot.web.pages import Pages
from bot.web.sessions import Visitor
from storage import customers

SHOWN = 12


class Sidebar:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [self._pages.get("/sidebar/", self.home)]

    async def home(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The customers that the member spoke of last, then the youngest of his own."""
        recent = await customers.recent_of(visitor.member.id, SHOWN)
        found = await customers.owned(recent, visitor.scope.owners, SHOWN)
        mine = [found[id] for id in recent if id in found]
        mine += [one for one in await customers.of_owner([visitor.member.id], SHOWN) if one.id not in found]
        names = await customers.short_names(mine[:SHOWN])
        listed = [(one, names[one.id]) for one in mine[:SHOWN]]
        return self._pages.page("sidebar_home.html", visitor=visitor, listed=listed)
