"""``/upload/{capability}``: the page on which a file is handed in where the chat carries none. Upload only; it shows no
record, and dies when its matter is closed or after 72 hours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from jinja2 import Environment, PackageLoader, select_autoescape

from bot import record
from bot.capture.evidence import LARGEST, File, HandedIn, Wanted, hand_in, kind_of_content, safe_name
from bot.followup.view import matter, matters
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import followup as say
from bot.replies import handed
from bot.replies.wording import clock_of
from storage import commitments, customers, evidence, files, members, opportunities, uploads
from storage.connect import transaction
from storage.records import new_id
from storage.uploads import Upload

log = structlog.get_logger(__name__)

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
        name, body, purpose = await _multipart(request)
        if body is None:
            return self._page(Page("没有收到文件", "选一个文件再点上传。", 400, form=True))
        if len(body) > LARGEST:
            return self._page(Page("文件太大", "一次最多 100 MB。", 413, form=True))
        mime = kind_of_content(body)
        if mime is None:
            return self._page(Page("这种文件收不了", "PDF、图片、Word、Excel 都行。", 415, form=True))
        if not purpose and _asks_which(upload) and not name:
            return self._page(await self._form(upload))
        sha = await asyncio.to_thread(files.put, self._house.data, body)
        found = await self._record(upload, word, File(safe_name(name), sha, len(body), mime), purpose)
        self._told.set()
        return self._page(Page("收到了", _done_words(found)))

    async def _form(self, upload: Upload) -> Page:
        promise = await commitments.get(upload.commitment_id) if upload.commitment_id else None
        open_ = promise is not None and promise.state in ("open", "overdue")
        kinds = await self._still_wanted(upload)
        if not open_ and not kinds:
            return GONE
        live = await self._house.live(await members.get(upload.member_id))
        wanted = [live.playbook.called(kind) for kind in kinds]
        what = [promise.what] if promise is not None and open_ else []
        choices = (("commitment", what[0]), ("gate", "、".join(wanted))) if what and wanted else ()
        return Page("把文件交给小跟", "、".join([*what, *wanted]), form=True, choices=choices)

    async def _still_wanted(self, upload: Upload) -> tuple[str, ...]:
        if not upload.kinds or not upload.opportunity_id:
            return ()
        counts = await evidence.counts(upload.opportunity_id)
        return tuple(kind for kind in upload.kinds if not counts.get(kind))

    async def _record(self, upload: Upload, word: str, file: File, purpose: str) -> HandedIn:
        now = self._house.clock.now()
        async with transaction():
            member = await members.get(upload.member_id)
            assert member is not None
            live = await self._house.live(member)
            local = now.astimezone(await self._house.zone(member))
            event = new_id("upl", now)
            wanted = await self._wanted(upload, purpose)
            found = hand_in(file, member, local, wanted, live.playbook, event)
            follows = await record.keep(found.changes, self._house, actor=member.id, event=event, at=now)
            left = await self._still_wanted(upload)
            await self._tell(found, member.id, event, local, left, self._url(word))
            for other in follows:
                their = await self._house.live(await members.get(other.to))
                await put(other, local, their, event)
            if await self._form(upload) is GONE:
                await uploads.close(word)
        log.info("upload.taken", kind=found.evidence.kind, size=file.size)
        return found

    def _url(self, word: str) -> str:
        return f"{self._house.public_url}/upload/{word}" if self._house.public_url else ""

    async def _wanted(self, upload: Upload, purpose: str) -> Wanted:
        promise = await commitments.get(upload.commitment_id) if upload.commitment_id else None
        open_ = (promise,) if promise is not None and promise.state in ("open", "overdue") else ()
        deal = await opportunities.get(upload.opportunity_id) if upload.opportunity_id else None
        counts = await evidence.counts(deal.id) if deal else {}
        kinds = await self._still_wanted(upload)
        if not purpose and open_ and not kinds:
            purpose = "commitment"
        if not purpose and kinds and not open_:
            purpose = "gate"
        return Wanted(upload.customer_id, open_, deal, counts, kinds, upload.stage, purpose)

    async def _tell(
        self, found: HandedIn, member_id: str, event: str, now: datetime, left: Sequence[str], address: str
    ) -> None:
        live = await self._house.live(await members.get(member_id))
        about: dict[str, object] = {"evidence": found.evidence.id, "events": [event], "message": event}
        if found.kept is not None:
            kept = await commitments.get(found.kept.id)
            assert kept is not None
            card = say.closed(await matter(kept), now, live.calendar)
            about["commitment"] = kept.id
        elif found.which:
            card = say.which(await matters(found.which), now, file=found.evidence.file or "")
            about |= {"options": [one.id for one in found.which], "brief": found.evidence.file or ""}
        else:
            name = await customers.short_name(found.evidence.customer_id) if found.evidence.customer_id else ""
            card = handed.came(found, name, live.playbook, clock_of(now), left, address)
        once, asks = f"{event}:answer", bool(found.which)
        await put(Letter(card, to=member_id, once=once, event=event, about=about, question=asks), now)

    def _page(self, page: Page) -> web.Response:
        html = self._jinja.get_template("upload.html").render(page=page)
        return web.Response(text=html, content_type="text/html", status=page.status, headers=HEADERS)


GONE = Page("这个上传页已经关了", "事情办完了，或过了 72 小时。回聊天里点新的〔补材料〕。", 404)


def _asks_which(upload: Upload) -> bool:
    return bool(upload.commitment_id and upload.kinds)


def _done_words(found: HandedIn) -> str:
    if found.kept is not None:
        return f"「{found.kept.what}」闭环了，回聊天里看就行。"
    if found.decision is not None and found.decision.moves:
        return "材料齐了，阶段已推进，回聊天里看就行。"
    return "存好了，回聊天里看就行。"


async def _multipart(request: web.Request) -> tuple[str, bytes | None, str]:
    """(file name, bytes, purpose); at most 100 MB is read, a field more is ignored."""
    if not request.content_type.startswith("multipart/"):
        return "", None, ""
    name, body, purpose = "", None, ""
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file" and body is None:
                name, body = part.filename or "文件", await _capped(part)
            elif part.name == "for":
                purpose = (await part.text())[:20]
    except (ValueError, HttpProcessingError):  # not UTF-8, cut short, or a part's head that is none
        return "", None, ""
    return name, body or None, purpose if purpose in ("commitment", "gate") else ""


async def _capped(part: BodyPartReader) -> bytes:
    pieces, size = [], 0
    while chunk := await part.read_chunk(256 * 1024):
        size += len(chunk)
        if size <= LARGEST + 1:
            pieces.append(chunk)
    return b"".join(pieces) if size <= LARGEST else b"\0" * (LARGEST + 1)


STATIC = Path(__file__).parent / "static"


async def _static(request: web.Request) -> web.StreamResponse:
    file = STATIC / request.match_info["name"]
    if file.parent != STATIC or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"})
