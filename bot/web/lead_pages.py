"""存为线索: five fields at most, filled from what is known and from a pasted line of the chat; the rest comes later."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot import claiming
from bot.leads import service as intake
from bot.leads.arrival import CHANNELS, Arrival, BadLead, arrival
from bot.leads.service import Taken
from bot.letter import Letter
from bot.replies.wording import local
from bot.web.contact import person
from bot.web.customer_view import called
from bot.web.deeds import Deeds, Made, event_of, new_key, seen
from bot.web.forms import Form
from bot.web.pages import Pages
from bot.web.sessions import Visitor
from nlp.labels import is_person
from nlp.reading import Reading
from nlp.tags import tags_of
from storage import customers, externals, leads
from storage.records import Activity, Change, Customer, External, Lead, changed, made, new_id

FIELDS = ("name", "phone", "company", "tags", "channel")
CARRIED = ("customer", "external")
SAID_MOST = 4000
SHOWN_CHANNELS = ("web_form", "fair", "phone", "referral", "campaign", "chat", "card", "mail")
NAMES_HIMSELF = re.compile(r"(?:我叫|姓名[:：]\s*|我是[^，,。；\n]{0,30}的)([\u4e00-\u9fff]{2,4})(?=[，,。；\s]|$)")
FROM = {"app": "来自聊天软件", "chat": "来自聊天", "file": "来自档案", "known": "之前存过"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a field, and where it came from ("" where it was typed)."""

    value: str = ""
    source: str = ""


Fields = Mapping[str, Filled]


class LeadPages:
    def __init__(self, pages: Pages, deeds: Deeds) -> None:
        self._pages, self._deeds = pages, deeds

    def routes(self) -> list[web.RouteDef]:
        return [
            self._pages.get("/sidebar/lead", self.form),
            self._pages.post("/sidebar/lead/read", self.read),
            self._pages.post("/sidebar/lead", self.save),
        ]

    async def form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form, with what is known of the customer or of the person that the chat app named."""
        carried = {name: request.query.get(name, "")[:128] for name in CARRIED}
        fields: dict[str, Filled] = {}
        if carried["customer"]:
            fields = await self._of_customer(await seen(carried["customer"], visitor))
        elif carried["external"]:
            fields = await self._of_person(carried["external"], visitor)
            told = {} if fields else await person(carried["external"], visitor, self._pages)
            fields |= {name: Filled(value, FROM["app"]) for name, value in told.items() if value}
        return self._shown(visitor, fields, carried)

    async def read(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """The form with what a pasted line says; what was typed stays."""
        typed = form.only(*FIELDS)
        live = await self._pages.house.live(visitor.member)
        names = self._pages.house.reading_as(live).names
        said = form.fields.get("said", "")[:SAID_MOST]
        reading = await names.reading(said, visitor.now, live.calendar)
        fields = {name: Filled(value, FROM["chat"]) for name, value in (await _told(reading, visitor)).items() if value}
        fields |= {name: Filled(value) for name, value in typed.items()}
        return self._shown(visitor, fields, {name: form.fields.get(name, "")[:128] for name in CARRIED}, said=said)

    async def save(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """The lead, new or one with the same that was there; either way the page says no more than that it is kept."""
        given, carried = form.only(*FIELDS), {name: form.fields.get(name, "")[:128] for name in CARRIED}
        customer = await seen(carried["customer"], visitor) if carried["customer"] else None
        external = {visitor.session.account: carried["external"]} if carried["external"] else {}
        try:
            new = arrival(
                {**given, "external_ids": external}, at=visitor.now, via="sidebar", recorder_id=visitor.member.id,
                customer_id=customer.id if customer else None,
            )  # fmt: skip
        except BadLead:
            return self._shown(visitor, _as_typed(given), carried, "姓名、电话、公司，写一样就行。", status=400)
        if "phone" in new.doubts:
            return self._shown(visitor, _as_typed(given), carried, "电话没看懂，核对一下位数。", status=400)
        event, claimed = event_of(form), False

        async def changes() -> Made:
            nonlocal claimed
            taken = await intake.intake(new, event=event)
            theirs = await _theirs(taken, visitor)
            if theirs is not None:
                claimed = True
                return await self._claim(new, theirs, visitor, event)
            tied = await _tied(carried["external"], new.name, taken.lead.customer_id, visitor)
            if taken.outcome == "new" and taken.lead.owner_id is None and "rep" in visitor.member.roles:
                return Made((*taken.changes, intake.assigned(taken.lead, visitor.member.id), *tied))
            return Made((*taken.changes, *tied))

        await self._deeds.record(event, visitor, changes)
        did, by = ("claim", "") if claimed else ("lead", event)
        return self._deeds.back(customer.id if customer else "", did, by)

    async def _claim(self, new: Arrival, customer_id: str, visitor: Visitor, event: str) -> Made:
        """What was written of a colleague's customer is nobody's until the manager has decided; nothing of the
        customer comes back."""
        words = new.company or new.name
        activity = Activity(
            id=new_id("act", visitor.now), customer_id=None, author_id=visitor.member.id,
            recorder_id=visitor.member.id, occurred_at=visitor.now, message_id=event,
            text=" ".join(filter(None, [new.company, new.name, *new.phones, *new.tags, new.note])),
        )  # fmt: skip
        found = await claiming.said(
            words, customer_id, activity, member=visitor.member, house=self._pages.house, now=visitor.now
        )
        heard = Letter(found.push, to=visitor.member.id, once=f"{event}:claim", event=event)
        return Made(found.changes, (heard, *found.letters))

    async def _of_customer(self, customer: Customer) -> dict[str, Filled]:
        people = await customers.contacts(customer.id)
        phone = next((phone for one in people for phone in one.phones), "")
        values = {
            "name": called(people[0]) if people else "", "phone": local(phone), "company": customer.name,
            "tags": "、".join(customer.tags),
        }  # fmt: skip
        return {name: Filled(value, FROM["file"]) for name, value in values.items() if value}

    async def _of_person(self, external: str, visitor: Visitor) -> dict[str, Filled]:
        """Of a lead that the visitor himself may see; of anybody else's nothing, as if there were none."""
        known = await leads.of_keys([f"ext:{visitor.session.account}:{external}"])
        lead = next((one for one in known if _may_see(one, visitor)), None)
        if lead is None:
            return {}
        values = {
            "name": lead.name, "phone": local(lead.phones[0]) if lead.phones else "", "company": lead.company,
            "tags": "、".join(lead.tags), "channel": lead.channel,
        }  # fmt: skip
        return {name: Filled(value, FROM["known"]) for name, value in values.items() if value}

    def _shown(
        self, visitor: Visitor, fields: Fields, carried: Mapping[str, str], wrong: str = "", said: str = "",
        status: int = 200,
    ) -> web.Response:  # fmt: skip
        return self._pages.page(
            "sidebar_lead.html", status, visitor=visitor, key=new_key(), carried=carried, wrong=wrong, said=said,
            fields={name: fields.get(name, Filled()) for name in FIELDS}, count=len([f for f in fields if f in FIELDS]),
            channels=[(id, CHANNELS[id][0]) for id in SHOWN_CHANNELS],
        )  # fmt: skip


async def _theirs(taken: Taken, visitor: Visitor) -> str | None:
    """The customer that the lead is of, where it is a colleague's that the visitor may not see."""
    customer = await customers.get(taken.lead.customer_id) if taken.lead.customer_id else None
    return customer.id if customer is not None and not visitor.scope.sees(customer) else None


async def _tied(external: str, name: str, customer_id: str | None, visitor: Visitor) -> tuple[Change, ...]:
    """The person of the chat is tied to the customer, so that the next opening finds the way."""
    known = await externals.of_id(external) if external else None
    if not external or customer_id is None:
        return ()
    if known is None:
        new = External(
            id=new_id("ext", visitor.now), account=visitor.session.account, external=external, name=name,
            customer_id=customer_id, member_id=visitor.member.id, at=visitor.now,
        )  # fmt: skip
        return (made(new),)
    if known.customer_id is not None:  # what somebody has tied stays tied
        return ()
    return (changed(known, "external.changed", customer_id=customer_id),)


def _may_see(lead: Lead, visitor: Visitor) -> bool:
    whose = lead.owner_id or lead.recorder_id
    return visitor.scope.owners is None or (whose is not None and visitor.scope.covers(whose))


def _as_typed(given: Mapping[str, str]) -> dict[str, Filled]:
    return {name: Filled(value) for name, value in given.items()}


def _own_name(words: str) -> str:
    """How somebody names himself: 我是明和体检中心的韩建军, 我叫韩建军; "" where nobody does."""
    found = NAMES_HIMSELF.search(words)
    return found[1] if found is not None and is_person(found[1]) else ""


async def _told(reading: Reading, visitor: Visitor) -> dict[str, str]:
    """The five fields as the words tell them. A company is called as it was said, unless it is the visitor's own
    customer: the full name of a colleague's would tell that there is one."""
    who = reading.contacts[0] if reading.contacts else None
    firm = reading.customers[0] if reading.customers else None
    company = firm.text if firm else ""
    if firm is not None and firm.known:
        known = await customers.get(firm.id)
        company = firm.name if known is not None and visitor.scope.sees(known) else firm.text
    plain = unicodedata.normalize("NFKC", reading.text).casefold()
    channel = next((id for id in SHOWN_CHANNELS if any(word in plain for word in CHANNELS[id])), "")
    return {
        "name": f"{who.name}{who.title or ''}" if who else _own_name(reading.text),
        "phone": local(reading.phones[0].value) if reading.phones else "",
        "company": company,
        "tags": "、".join(tags_of(company, (), [who.department] if who else [])),
        "channel": channel,
    }
