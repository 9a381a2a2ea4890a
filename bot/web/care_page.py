"""健康干预: what a tap on the red bar of a customer does."""

from __future__ import annotations

from aiohttp import web

from bot.letter import Letter
from bot.playbook.times import Times
from bot.replies import task as say
from bot.web.alarm_view import care_task, open_care
from bot.web.deeds import Deeds, Made, event_of, seen
from bot.web.forms import Form
from bot.web.pages import Pages
from bot.web.sessions import Visitor
from storage import customers, due, members
from storage.records import made


class CarePage:
    def __init__(self, pages: Pages, deeds: Deeds) -> None:
        self._pages, self._deeds = pages, deeds

    def routes(self) -> list[web.RouteDef]:
        return [self._pages.post("/sidebar/customer/{id}/care", self.care)]

    async def care(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """A task for whoever has the customer, who hears of it; none where one is under way."""
        customer = await seen(request.match_info["id"], visitor)
        event, house = event_of(form), self._pages.house

        async def changes() -> Made:
            owner = await members.get(customer.owner_id) if customer.owner_id else None
            if owner is None or await open_care(customer) is not None:
                return Made()
            live, name, zone = await house.live(owner), await customers.short_name(customer.id), await house.zone(owner)
            now = visitor.now.astimezone(zone)
            task = care_task(customer, name, live, now, event)
            await due.put(say.moments([task], Times.of(live.playbook, live.calendar, zone, owner), now))
            card, about, mine = say.made([task], name, now), say.about([task], name), owner.id == visitor.member.id
            return Made((made(task),), (Letter(card, to=owner.id, once=f"{event}:care", about=about, answer=mine),))

        await self._deeds.record(event, visitor, changes)
        return self._deeds.back(customer.id, "care", event)
