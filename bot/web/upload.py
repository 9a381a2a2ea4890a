"""``/upload/{capability}``: the page on which a file is handed in where the chat carries none. Upload only; it shows no
record, and dies when its matter is closed or after 72 hours."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, replace

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot.capture.evidence import File, HandedIn
from bot.house import House
from bot.web import assets, forms, handing
from storage import due, members, uploads
from storage.connect import transaction
from storage.records import new_id
from storage.uploads import Upload

KEY = re.compile(r"[0-9a-f]{32}")
SLOT = "upload"
PURPOSES = ("commitment", "gate")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    words: str
    status: int = 200
    form: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    wrong: str = ""
    why: str = ""


class UploadPages:
    def __init__(self, house: House, told: asyncio.Event) -> None:
        self._house, self._told = house, told
        self._jinja = Environment(loader=PackageLoader("bot.web", "templates"), autoescape=select_autoescape(["html"]))

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/upload/{capability}", self.show),
            web.post("/upload/{capability}", self.take),
            web.get("/static/{name}", assets.serve),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Opening the page changes nothing. Asked by the key of a form it says whether that came in."""
        if await due.slot_taken(SLOT, key_of(request)):
            return self._page(Page("收到了", _done_words(None)))
        upload = await uploads.get(request.match_info["capability"], self._house.clock.now())
        return self._page(await self._form(upload) if upload else GONE)

    async def take(self, request: web.Request) -> web.Response:
        """Stores the file, settles what it is for, and says so in the chat too."""
        word, key = request.match_info["capability"], key_of(request)
        if await due.slot_taken(SLOT, key):
            await forms.read(request)
            return self._page(Page("收到了", _done_words(None)))
        upload = await uploads.get(word, self._house.clock.now())
        if upload is None:
            return self._page(GONE)
        form = await forms.read(request)
        sent = form.file()
        purpose = form.fields.get("for", "")
        file = await handing.store(self._house, sent.name if sent else "", sent.body if sent else None)
        if isinstance(file, handing.Refused):
            again = await self._form(upload)
            return self._page(replace(again, status=file.status, wrong=file.title, why=file.words))
        found = await self._record(upload, word, file, purpose if purpose in PURPOSES else "", key)
        self._told.set()
        return self._page(Page("收到了", _done_words(found)))

    async def _form(self, upload: Upload) -> Page:
        promise = await handing.open_promise(upload)
        kinds = await handing.still_wanted(upload)
        if promise is None and not kinds:
            return GONE
        live = await self._house.live(await members.get(upload.member_id))
        wanted = [live.playbook.called(kind) for kind in kinds]
        what = [promise.what] if promise is not None else []
        choices = (("commitment", what[0]), ("gate", "、".join(wanted))) if what and wanted else ()
        return Page("把文件交给小跟", "、".join([*what, *wanted]), form=True, choices=choices)

    async def _record(self, upload: Upload, word: str, file: File, purpose: str, key: str) -> HandedIn | None:
        """None where this showing of the form was sent before."""
        event = new_id("upl", self._house.clock.now())
        async with transaction():
            if not await due.fire_slot(SLOT, key):
                return None
            found = await handing.keep(upload, file, purpose, self._house, event, self._url(word))
            if await self._form(upload) is GONE:
                await uploads.close(word)
        return found

    def _url(self, word: str) -> str:
        return f"{self._house.public_url}/upload/{word}" if self._house.public_url else ""

    def _page(self, page: Page) -> web.Response:
        html = self._jinja.get_template("upload.html").render(page=page, key=secrets.token_hex(16))
        return web.Response(text=html, content_type="text/html", status=page.status, headers=HEADERS)


GONE = Page("这个上传页已经关了", "事情办完了，或过了 72 小时。回聊天里点新的〔补材料〕。", 404)


def key_of(request: web.Request) -> str:
    """Names the showing of the form that is sent, by its address, so that what was sent twice is known before it is
    read; what comes of no form of ours is by itself."""
    key = request.query.get("key", "")
    return key if KEY.fullmatch(key) else secrets.token_hex(16)


def _done_words(found: HandedIn | None) -> str:
    if found is None:
        return "存好了，回聊天里看就行。"
    if found.kept is not None:
        return f"「{found.kept.what}」闭环了，回聊天里看就行。"
    if found.decision is not None and found.decision.moves:
        return "材料齐了，阶段已推进，回聊天里看就行。"
    return "存好了，回聊天里看就行。"
