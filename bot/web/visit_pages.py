"""到访取证: what is taken on site by a tap: position, photo, paper; each tied to the gate that asks for it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from aiohttp import web

from bot.capture import evidence as files_of
from bot.capture.goals import Approach, approach, plan
from bot.capture.photo import NoPicture, size_of, stamped
from bot.capture.visit import Brought, Spot, good_enough, spot_of, visited, was_there
from bot.followup import visits as arranged
from bot.letter import Letter
from bot.playbook.model import Playbook
from bot.replies import visit as say
from bot.replies.wording import cut
from bot.web import handing
from bot.web.customer_view import called
from bot.web.deals import Which, choices, chosen
from bot.web.deeds import SLOT, Deeds, Made, event_of, new_key, seen
from bot.web.forms import File, Form
from bot.web.pages import NotThere, Pages
from bot.web.sessions import Visitor
from bot.web.timeline import piece_of
from storage import customers, due, evidence, files, visits
from storage.errors import Missing, Sealed
from storage.records import Customer, Evidence, Opportunity, made

PHOTO, PAPER = "photo", "paper"
GIVEN = ("lat", "lon", "accuracy", "reason", "network", "deal")
"""Fields of the form that stand in it again where something is still missing."""
REASON_LEAST, REASON_MOST = 2, 100
PHOTO_MOST = 20 * 1024 * 1024
NETWORKS = frozenset({"wifi", "cellular", "ethernet", "slow-2g", "2g", "3g", "4g", "5g", "none", "unknown"})
MOBILE = re.compile(r"Mobile|Android|iPhone|iPad", re.IGNORECASE)
VERSION = re.compile(r"[\s_-]*[vV]\d+(?:\.\d+)*$|[\s_(（-]*\d+[)）]?$")


class VisitPages:
    def __init__(self, pages: Pages, deeds: Deeds) -> None:
        self._pages, self._deeds = pages, deeds

    def routes(self) -> list[web.RouteDef]:
        return [
            self._pages.get("/sidebar/customer/{id}/there", self.form),
            self._pages.post("/sidebar/customer/{id}/there", self.take, files=(PHOTO, PAPER)),
            self._pages.post("/sidebar/customer/{id}/plan", self.plan),
            self._pages.get("/sidebar/photo/{id}", self.photo),
        ]

    async def form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await self._shown(await seen(request.match_info["id"], visitor), visitor)

    async def _shown(
        self, customer: Customer, visitor: Visitor, wrong: str = "", given: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> web.Response:  # fmt: skip
        live = await self._pages.house.live(visitor.member)
        planned = await visits.planned_of(customer.id, visitor.member.id)
        said = dict.fromkeys(GIVEN, "") | dict(given or {})
        spot = spot_of(said["lat"], said["lon"], said["accuracy"])
        return self._pages.page(
            "sidebar_there.html", status, visitor=visitor, id=customer.id, name=await customers.short_name(customer.id),
            key=new_key(), wrong=wrong, given=said, found=good_enough(spot, live.playbook),
            deals=await choices(customer), most=live.playbook.visits.accuracy,
            goals=planned.goals if planned else (), scripts=["/static/visit.js"],
        )  # fmt: skip

    async def plan(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """The ticked goals of the visit that is about to begin; its card is then no longer sent."""
        customer = await seen(request.match_info["id"], visitor)
        event = event_of(form)

        async def changes() -> Made:
            found = await about_to_begin(customer, visitor, self._pages)
            if found is None:
                return Made()
            said = {value for name, value in form.fields.items() if name.startswith("goal")}
            ticked = tuple(goal for goal in say.goals(found) if goal in said)
            visit = await plan(found.activity, ticked or (say.piece("other"),), visitor.now)
            return Made((made(visit, "visit.planned"),))

        await self._deeds.record(event, visitor, changes)
        return self._deeds.back(customer.id, "plan", event)

    async def take(self, request: web.Request, visitor: Visitor, form: Form) -> web.StreamResponse:
        """Records the visit with what came; where the position is no good and nothing says why, it asks."""
        customer = await seen(request.match_info["id"], visitor)
        event = event_of(form)
        if await due.slot_taken(SLOT, event):
            return self._deeds.back(customer.id, "there", event)
        live = await self._pages.house.live(visitor.member)
        given = form.only(*GIVEN)
        spot = spot_of(given.get("lat", ""), given.get("lon", ""), given.get("accuracy", ""))
        reason = given.get("reason", "")[:REASON_MOST]
        picture, paper = form.file(PHOTO), form.file(PAPER)
        if wrong := _wrong(spot, reason, picture, live.playbook):
            return await self._shown(customer, visitor, wrong, given, 400)
        deal = await chosen(customer, given.get("deal", ""))
        if isinstance(deal, Which):
            return await self._shown(customer, visitor, "选一下是哪个商机。", given, 400)
        kept_picture = await self._picture(picture, customer, visitor) if picture else None
        kept_paper = await handing.store(self._pages.house, paper.name, paper.body) if paper else None
        for refused in (kept_picture, kept_paper):
            if isinstance(refused, handing.Refused):
                return await self._shown(customer, visitor, f"{refused.title}，{refused.words}", given, refused.status)
        network = given.get("network", "")
        brought = Brought(
            spot=spot, reason=reason, device=_device(request), network=network if network in NETWORKS else "",
            picture=kept_picture if isinstance(kept_picture, files_of.File) else None,
            paper=kept_paper if isinstance(kept_paper, files_of.File) else None,
        )  # fmt: skip

        async def changes() -> Made:
            return await self._made(customer, deal, visitor, brought, event, live.playbook)

        await self._deeds.record(event, visitor, changes)
        return self._deeds.back(customer.id, "there", event)

    async def _picture(self, sent: File, customer: Customer, visitor: Visitor) -> files_of.File | handing.Refused:
        """The photo as it came, once it is known to be one that can be shown."""
        if len(sent.body) > PHOTO_MOST:
            return handing.Refused("照片太大", "一张最多 20 MB。", 413)
        try:
            await asyncio.to_thread(size_of, sent.body)
        except NoPicture:
            if files_of.kind_of_content(sent.body) == "image/heic":
                return handing.Refused("这张是 HEIC，我打不开", "点〔拍照〕现拍一张就行，位置还在。", 415)
            return handing.Refused("照片打不开", "用 JPG、PNG 再拍一张，位置还在。", 415)
        ending = PurePosixPath(sent.name).suffix or ".jpg"
        name = f"到访 {await customers.short_name(customer.id)} {visitor.now:%m%d-%H%M}{ending}"
        return await handing.store(self._pages.house, name, sent.body)

    async def _made(
        self, customer: Customer, deal: Opportunity | None, visitor: Visitor, brought: Brought, event: str,
        playbook: Playbook,
    ) -> Made:  # fmt: skip
        counts = await evidence.counts(deal.id) if deal else Counter[str]()
        people = await customers.contacts(customer.id)
        person = people[0] if len(people) == 1 else None
        name = await customers.short_name(customer.id)
        words = piece_of("visit", whom=called(person) if person else name)
        found = visited(customer, deal, counts, visitor.member, words, playbook, visitor.now, event, person)
        planned = await visits.planned_of(customer.id, visitor.member.id)
        version = await _version(brought, customer)
        visit, proofs, changes = was_there(
            found, brought, planned, customer, deal, counts, visitor.member, playbook, visitor.now, event
        )
        told = say.evidence(cut(name, 12), _told(brought, proofs, version, playbook), visitor.now)
        about = {"events": [event], "visit": visit.id, "customer": customer.id}
        return Made(changes, (Letter(told, to=visitor.member.id, once=f"{event}:answer", event=event, about=about),))

    async def photo(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The photo with time and place on it; the file itself stays as it came."""
        proof = await evidence.get(request.match_info["id"])
        if proof is None or proof.kind != PHOTO or proof.sha256 is None or proof.customer_id is None:
            raise NotThere
        await seen(proof.customer_id, visitor)
        at = proof.at.astimezone(visitor.now.tzinfo)
        lines = (f"{at:%Y-%m-%d %H:%M %z}  {proof.note}".strip(), f"sha256 {proof.sha256[:16]}")
        try:
            body = await asyncio.to_thread(files.read, self._pages.house.data, proof.sha256)
            shown = await asyncio.to_thread(
                stamped, body, tuple(line.encode("latin-1", "ignore").decode("latin-1") for line in lines)
            )
        except (Missing, Sealed, NoPicture):
            return self._pages.notice(request, 404, "照片打不开", "跟管理员说一声。", "photo_gone")
        headers = self._pages.headers | {"Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=shown, content_type="image/jpeg", headers=headers)


async def about_to_begin(customer: Customer, visitor: Visitor, pages: Pages) -> Approach | None:
    """The visitor's visit to the customer within the next two hours, whose goals are not set yet."""
    moment = await arranged.next_of(visitor.member.id, visitor.now, customer.id)
    if moment is None:
        return None
    return await approach(moment, (await pages.house.live(visitor.member)).playbook)


def _device(request: web.Request) -> str:
    return "phone" if MOBILE.search(request.headers.get("User-Agent", "")) else "desktop"


def _wrong(spot: Spot | None, reason: str, picture: File | None, playbook: Playbook) -> str:
    """Why this is not enough yet, in words; "" where it is."""
    if good_enough(spot, playbook) or len(reason) >= REASON_LEAST:
        return ""
    if spot is None:
        return "还没有位置。点〔取位置〕，或写一句为什么取不了。"
    if picture is not None:
        return ""
    return f"定位误差 {round(spot.accuracy)} 米，要 {playbook.visits.accuracy} 米内。到窗边再试，或拍门牌。"


def _told(brought: Brought, proofs: Sequence[Evidence], version: int, playbook: Playbook) -> list[str]:
    """误差 18 米, 照片 1 张, 方案.pdf v3"""
    spot, found = brought.spot, []
    if good_enough(spot, playbook) and spot is not None:
        found.append(say.piece("accuracy", metres=round(spot.accuracy)))
    elif spot is not None:
        why = brought.reason or say.piece("door")
        found.append(say.piece("poor_place", metres=round(spot.accuracy), why=cut(why, 20)))
    else:
        found.append(say.piece("no_place", why=cut(brought.reason, 20)))
    if brought.picture is not None:
        found.append(say.piece("photos", count=sum(one.kind == PHOTO for one in proofs)))
    if brought.paper is not None:
        found.append(say.piece("paper", file=cut(brought.paper.name, 24), version=f"v{version}"))
    return found


async def _version(brought: Brought, customer: Customer) -> int:
    """Which version of the customer's paper of that name this is: each other content is one more."""
    if brought.paper is None:
        return 0
    name = _stem(brought.paper.name)
    before = await evidence.of_customer(customer.id, 500)
    known = dict.fromkeys(one.sha256 for one in reversed(before) if one.file and one.sha256 and _stem(one.file) == name)
    known[brought.paper.sha256] = None
    return list(known).index(brought.paper.sha256) + 1


def _stem(name: str) -> str:
    return VERSION.sub("", PurePosixPath(name).stem).casefold()
