"""``/sidebar/import/…`` and ``/sidebar/export/…``: what an admin takes away, the report of a table that was brought in
and the archive of an export. Behind the login, so that an address that is passed on opens nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NoReturn

import structlog
from aiohttp import web

from bot import access
from bot.exchange import bring_report, hand_out
from bot.exchange.bring_report import Report
from bot.replies import bring as say
from bot.web.pages import Pages
from bot.web.sessions import Visitor

log = structlog.get_logger(__name__)
SHOWN = 100
"""Faulty lines on the page; the file has all."""
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}  # fmt: skip


class _Gone(Exception):
    """What is asked for is not there any more, or not for this member."""


class HandedOutPages:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        get = self._pages.get
        return [
            get("/sidebar/import/{key:[0-9a-f-]+}", self.report),
            get("/sidebar/import/{key:[0-9a-f-]+}.{form:xlsx|csv}", self.report_file),
            get("/sidebar/export/{name}", self.archive),
            get("/sidebar/export/{name}/file", self.archive_file),
        ]

    async def report(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The figures and the lines to mend, with the file as XLSX or CSV."""
        try:
            found = await self._report(request, visitor)
        except _Gone:
            return self._no_report(request)
        return self._pages.page(
            "import_report.html", what=say.kinds()[found.kind], report=found, key=request.match_info["key"],
            faults=found.faults[:SHOWN], rest=max(0, len(found.faults) - SHOWN),
        )  # fmt: skip

    async def report_file(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        form: bring_report.Form = "xlsx" if request.match_info["form"] == "xlsx" else "csv"
        try:
            found = await self._report(request, visitor)
        except _Gone:
            return self._no_report(request)
        body = await asyncio.to_thread(bring_report.written, found, form)
        return self._file(body, f"import-{found.kind}.{form}", TYPES[form])

    async def _report(self, request: web.Request, visitor: Visitor) -> Report:
        _only_admins(visitor)
        house = self._pages.house
        found = await asyncio.to_thread(bring_report.read, house.data, request.match_info["key"])
        return found or _gone()

    def _no_report(self, request: web.Request) -> web.Response:
        return self._pages.notice(request, 404, "没有这份报告", "报告放三天。表格再传一次就有新的。", "not_found")

    async def archive(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What it is called and how it is opened; the password stands in the chat alone."""
        name = request.match_info["name"]
        try:
            path = self._archive(name, visitor)
        except _Gone:
            return self._no_archive(request)
        size = max(1, round((await asyncio.to_thread(path.stat)).st_size / 1024))
        return self._pages.page("export_file.html", name=name, size=f"{size:,}")

    async def archive_file(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        name = request.match_info["name"]
        try:
            body = await asyncio.to_thread(self._archive(name, visitor).read_bytes)
        except (_Gone, FileNotFoundError):
            return self._no_archive(request)
        log.info("export.taken", member=visitor.member.id, file=name)
        return self._file(body, name, "application/zip")

    def _archive(self, name: str, visitor: Visitor) -> Path:
        _only_admins(visitor)
        return hand_out.path_of(self._pages.house.data, name, self._pages.house.clock.now()) or _gone()

    def _no_archive(self, request: web.Request) -> web.Response:
        return self._pages.notice(
            request, 404, "这份文件不在了", "导出的文件放 24 小时，再发一次 /export。", "not_found"
        )

    def _file(self, body: bytes, name: str, kind: str) -> web.Response:
        """To be saved, never to be run."""
        headers = self._pages.headers | {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Type": kind,
        }
        return web.Response(body=body, headers=headers)


def _only_admins(visitor: Visitor) -> None:
    if not access.may(visitor.member, ("admin",)):
        _gone()


def _gone() -> NoReturn:
    raise _Gone
