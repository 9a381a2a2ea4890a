"""``/sidebar/``: the page beside a chat. It says nothing that the member may not see."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import quote as escaped

from aiohttp import web

from bot.followup.fit import of_file
from bot.replies.visit import goals
from bot.web.contact import addresses
from bot.web.customer_view import customer_view
from bot.web.deals import choices
from bot.web.deeds import KEY, PREFIX, QUOTE, QUOTE_WORD, new_key, seen
from bot.web.pages import NotThere, Pages, is_part
from bot.web.sessions import Visitor
from bot.web.timeline import piece, place_of
from bot.web.visit_pages import about_to_begin
from storage import commitments, customers, evidence, files
from storage.errors import Missing, Sealed
from storage.records import Customer

SHOWN = 12
SEARCHED_MOST = 60
DONE: Mapping[str, str] = {
    "visit": "拜访记录生成好了", "file": "收到了，记在这家名下", "kept": "这件闭环了", "moved": "日期改好了",
    "undone": "撤掉了，和没点过一样", "lead": "已存为线索",
    "there": "取证好了", "care": "健康干预安排好了",
    "plan": "拜访计划建好了", "claim": "先按你说的记下，结果在聊天里告诉你",
}  # fmt: skip
"""What a page says of what was done a moment ago."""


class Sidebar:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        get = self._pages.get
        return [
            get("/sidebar/", self.home),
            get("/sidebar/customer/{id}", self.customer),
            get("/sidebar/customer/{id}/timeline", self.timeline),
            get("/sidebar/customer/{id}/file", self.file_form),
            get("/sidebar/file/{id}", self.file),
        ]

    async def home(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Customers to choose from: those that are called so, else those the member spoke of last and his youngest.
        Inside a chat the chat app is asked first whose it is."""
        said = request.query.get("q", "").strip()[:SEARCHED_MOST]
        scope = visitor.scope
        most = SHOWN + 1
        found = await customers.search(said, scope.ids(), most, scope.beside) if said else await self._near(visitor)
        more, found = len(found) > SHOWN, found[:SHOWN]
        names = await customers.short_names(found)
        listed = [(one.id, names[one.id], one.name) for one in found]
        asks = not said and "pick" not in request.query and not request.query.get("did")
        scripts = addresses(visitor.session.account, self._pages) if asks else []
        return self._pages.page(
            "sidebar_home.html", visitor=visitor, listed=listed, said=said, toast=toast_of(request), key=new_key(),
            scripts=scripts, more=more,
        )  # fmt: skip

    async def _near(self, visitor: Visitor) -> list[Customer]:
        """More than are shown, where there are more."""
        recent = await customers.recent_of(visitor.member.id, SHOWN)
        found = {id: one for id, one in (await customers.many(recent)).items() if visitor.scope.sees(one)}
        mine = [found[id] for id in recent if id in found]
        others = await customers.of_owner([visitor.member.id], SHOWN + 1 + len(mine))
        return mine + [one for one in others if one.id not in found]

    async def customer(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        customer = await seen(request.match_info["id"], visitor)
        view = await customer_view(customer, visitor, self._pages.house)
        near = await about_to_begin(customer, visitor, self._pages)
        return self._pages.page(
            "sidebar_customer.html", visitor=visitor, view=view, toast=toast_of(request), keys=_Keys(),
            goals=goals(near) if near else (),
        )  # fmt: skip

    async def timeline(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The next piece of the line: put to its end by the page's script, or a page of its own."""
        customer = await seen(request.match_info["id"], visitor)
        behind = place_of(request.query.get("before", ""))
        live = await self._pages.house.live(visitor.member)
        found = await piece(customer.id, live.playbook, visitor.now, behind)
        template = "sidebar_piece.html" if is_part(request) else "sidebar_timeline.html"
        name = await customers.short_name(customer.id)
        return self._pages.page(template, visitor=visitor, id=customer.id, name=name, piece=found)

    async def file_form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Where a file is chosen: for a kind of evidence, for a promise, or a quotation."""
        customer = await seen(request.match_info["id"], visitor)
        what = request.query.get("for", "")[:80]
        live = await self._pages.house.live(visitor.member)
        name, title = await customers.short_name(customer.id), "提交报价单"
        if what.startswith("promise:"):
            promise = await commitments.get(what.removeprefix("promise:"))
            if promise is None or promise.customer_id != customer.id:
                raise NotThere
            title = promise.what
        elif what != QUOTE:
            title = live.playbook.called(what) if what in live.playbook.evidence else "交文件"
        fits = of_file(QUOTE_WORD, await commitments.open_of(customer.id), live.playbook.synonyms)
        closed = fits[0] if what == QUOTE and len(fits) == 1 else None
        deal = request.query.get("deal", "")[:80] or (closed.opportunity_id or "" if closed else "")
        asked = not deal and not what.startswith("promise:")
        return self._pages.page(
            "sidebar_file.html", visitor=visitor, id=customer.id, name=name, title=title, what=what, key=new_key(),
            deal=deal, closes=closed.what if closed else "", deals=await choices(customer) if asked else (),
        )  # fmt: skip

    async def file(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A file as it was handed in, to be saved and never to be run."""
        proof = await evidence.get(request.match_info["id"])
        if proof is None or proof.sha256 is None or proof.customer_id is None:
            raise NotThere
        await seen(proof.customer_id, visitor)
        try:
            body = await asyncio.to_thread(files.read, self._pages.house.data, proof.sha256)
        except (Missing, Sealed):
            return self._pages.notice(request, 404, "文件不在了", "跟管理员说一声。", "file_gone")
        name = escaped(proof.file or "file", safe="")
        headers = self._pages.headers | {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return web.Response(body=body, content_type="application/octet-stream", headers=headers)


class _Keys:
    """A key for each form of a page."""

    @property
    def new(self) -> str:
        return new_key()


def toast_of(request: web.Request) -> tuple[str, str]:
    """(what was done, the event by which it is undone); ("", "") where nothing was."""
    words, event = DONE.get(request.query.get("did", ""), ""), request.query.get("event", "")
    sound = event.startswith(PREFIX) and bool(KEY.fullmatch(event.removeprefix(PREFIX)))
    return words, event if words and sound else ""
