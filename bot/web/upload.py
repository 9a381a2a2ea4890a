"""``/upload/{capability}``: the page on which a file is handed in where the chat carries none. Upload only; it shows no
record, and dies when its matter is closed or after 72 hours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot.capture.evidence import File, HandedIn
from bot.house import House
from bot.web import forms, handing
from storage import members, uploads
from storage.connect import transaction
from storage.records import new_id
from storage.uploads import Upload

PURPOSES = ("commitment", "gate")
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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


class UploadPages:
    def __init__(self, house: House, told: asyncio.Event) -> None:
        self._house, self._told = house, told
        self._jinja = Environment(loader=PackageLoader("bot.web", "templates"), autoescape=select_autoescape(["html"]))

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/upload/{capability}", self.show),
            web.post("/upload/{capability}", self.take),
            web.get("/static/{name}", _static),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Opening the page changes nothing."""
        upload = await uploads.get(request.match_info["capability"], self._house.clock.now())
        return self._page(await self._form(upload) if upload else GONE)

    async def take(self, request: web.Request) -> web.Response:
        """Stores the file, settles what it is for, and says so in the chat too."""
        word = request.match_info["capability"]
        upload = await uploads.get(word, self._house.clock.now())
        if upload is None:
            return self._page(GONE)
        form = await forms.read(request)
        sent = form.file()
        purpose = form.fields.get("for", "")
        file = await handing.store(self._house, sent.name if sent else "", sent.body if sent else None)
        if isinstance(file, handing.Refused):
            return self._page(Page(file.title, file.words, file.status, form=True))
        found = await self._record(upload, word, file, purpose if purpose in PURPOSES else "")
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

    async def _record(self, upload: Upload, word: str, file: File, purpose: str) -> HandedIn:
        event = new_id("upl", self._house.clock.now())
        async with transaction():
            found = await handing.keep(upload, file, purpose, self._house, event, self._url(word))
            if await self._form(upload) is GONE:
                await uploads.close(word)
        return found

    def _url(self, word: str) -> str:
        return f"{self._house.public_url}/upload/{word}" if self._house.public_url else ""

    def _page(self, page: Page) -> web.Response:
        html = self._jinja.get_template("upload.html").render(page=page)
        return web.Response(text=html, content_type="text/html", status=page.status, headers=HEADERS)


GONE = Page("这个上传页已经关了", "事情办完了，或过了 72 小时。回聊天里点新的〔补材料〕。", 404)


def _done_words(found: HandedIn) -> str:
    if found.kept is not None:
        return f"「{found.kept.what}」闭环了，回聊天里看就行。"
    if found.decision is not None and found.decision.moves:
        return "材料齐了，阶段已推进，回聊天里看就行。"
    return "存好了，回聊天里看就行。"


STATIC = Path(__file__).parent / "static"


async def _static(request: web.Request) -> web.StreamResponse:
    file = STATIC / request.match_info["name"]
    if file.parent != STATIC or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"})
