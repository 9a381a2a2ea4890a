"""``/import/{capability}``: takes one table, reads it, and shows in the chat what it would bring in; writes nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot import access
from bot.capture.evidence import LARGEST
from bot.errors import GenjinError
from bot.exchange import bring, bring_files, bring_report
from bot.exchange.bring_files import ASKED
from bot.exchange.bring_plan import Plan
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import bring as say
from bot.web import forms
from bot.web.upload import HEADERS, key_of
from storage import due, members, uploads
from storage.connect import transaction
from storage.records import Member, new_id

SLOT = "import"
CAME = ("收到了", "试读好了，还没导，回聊天里点。")
WRONG: Mapping[int, tuple[str, str]] = {
    400: ("没有收到文件", "选一个文件再点上传。"),
    413: ("文件太大", "一次最多 100 MB。"),
    415: ("这种文件收不了", "只收 CSV、XLSX，另存一份再传。"),
}


class ImportPage:
    def __init__(self, house: House, told: asyncio.Event) -> None:
        self._house, self._told = house, told
        self._jinja = Environment(loader=PackageLoader("bot.web", "templates"), autoescape=select_autoescape(["html"]))

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/import/{capability}", self.show), web.post("/import/{capability}", self.take)]

    async def show(self, request: web.Request) -> web.Response:
        """Opening the page changes nothing. Asked by the key of a form it says whether that came in."""
        if await due.slot_taken(SLOT, key_of(request)):
            return self._page(*CAME)
        found = await self._asked(request)
        return self._form(found[1]) if found else self._gone()

    async def take(self, request: web.Request) -> web.Response:
        """Keeps the table and says in the chat what it would bring in; the page is then closed."""
        key = key_of(request)
        if await due.slot_taken(SLOT, key):
            await forms.read(request)
            return self._page(*CAME)
        found = await self._asked(request)
        if found is None:
            return self._gone()
        member, kind = found
        sent = (await forms.read(request)).file()
        if sent is None or len(sent.body) > LARGEST:
            return self._form(kind, 400 if sent is None else 413)
        now = self._house.clock.now()
        name = await bring_files.keep(self._house.data, sent.name, sent.body, now)
        path = bring_files.path_of(self._house.data, name) if name else None
        if name is None or path is None:
            return self._form(kind, 415)
        identity = await members.identity_of(member.id)
        try:
            planned = await bring.plan(
                kind, path, now=now, recorder=member.id, account=identity.account if identity else "",
                playbooks=self._house.playbooks,
            )  # fmt: skip
            await asyncio.to_thread(bring_report.keep, self._house.data, bring_report.key_of(name), planned)
        except GenjinError as no:
            why = bring_files.unnamed(no.message, name)
            return self._form(kind, 422, "这份表格读不了", f"{why}。{no.hint}")
        await self._tell(member, planned, name, request.match_info["capability"], key)
        return self._page("收到了", f"{planned.summary()}。还没导，回聊天里点。")

    async def _asked(self, request: web.Request) -> tuple[Member, str] | None:
        """Who asked for the page and for what kind; None where nobody may use it (any more)."""
        upload = await uploads.get(request.match_info["capability"], self._house.clock.now())
        kind = upload.kinds[0].removeprefix(ASKED) if upload and upload.kinds else ""
        if upload is None or kind not in bring.KINDS or not upload.kinds[0].startswith(ASKED):
            return None
        member = await members.get(upload.member_id)
        return (member, kind) if member is not None and access.may(member, ("admin",)) else None

    async def _tell(self, member: Member, planned: Plan, name: str, word: str, key: str) -> None:
        now = self._house.clock.now()
        event = new_id("upl", now)
        page = say.report_page(self._house.public_url, bring_report.key_of(name))
        letter = Letter(
            say.preview(planned, page), to=member.id, once=f"{event}:answer", event=event,
            about=say.about(planned, name), question=True,
        )  # fmt: skip
        async with transaction():
            if not await due.fire_slot(SLOT, key):
                return
            await put(letter, now.astimezone(await self._house.zone(member)))
            await uploads.close(word)
        self._told.set()

    def _form(self, kind: str, status: int = 200, wrong: str = "", why: str = "") -> web.Response:
        if not wrong:
            wrong, why = WRONG.get(status, ("", ""))
        what = say.kinds()[kind]
        return self._page(f"导入{what}", "先试读给你看，你在聊天里点了才导。", status, form=True, wrong=wrong, why=why)

    def _gone(self) -> web.Response:
        return self._page("这个页面已经关了", "表格传过了，或过了 72 小时。回聊天里再发一次 /import。", 404)

    def _page(
        self, title: str, words: str, status: int = 200, *, form: bool = False, wrong: str = "", why: str = ""
    ) -> web.Response:
        html = self._jinja.get_template("import.html").render(
            title=title, words=words, form=form, wrong=wrong, why=why, key=secrets.token_hex(16)
        )
        return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
