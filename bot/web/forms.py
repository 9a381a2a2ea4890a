"""What a form brought: its fields as text, and its files. A body that is none brings nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.capture.evidence import LARGEST

FIELD_MOST, FIELDS_MOST, FORM_MOST = 8 * 1024, 40, 64 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """``body`` is a byte longer than the most that is taken where it was too long."""

    part: str
    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[File, ...] = ()

    def only(self, *names: str) -> dict[str, str]:
        """The fields of these names: whatever else somebody put into the form is not looked at."""
        return {name: self.fields[name].strip() for name in names if self.fields.get(name, "").strip()}

    def file(self, part: str = "file") -> File | None:
        return next((one for one in self.files if one.part == part), None)


async def read(request: web.Request, files: Iterable[str] = ("file",)) -> Form:
    """The form of the request; of each of the ``files`` the first one that is not empty, 100 MB at most."""
    if request.content_type == "application/x-www-form-urlencoded":
        if (request.content_length or 0) > FORM_MOST:
            raise web.HTTPRequestEntityTooLarge(FORM_MOST, request.content_length or 0)
        try:
            posted = await request.post()
        except (ValueError, LookupError):  # not of the charset that it says, or of none that there is
            return Form()
        return Form({name: value for name, value in posted.items() if isinstance(value, str)})
    if request.content_type.startswith("multipart/"):
        return await _multipart(request, frozenset(files))
    return Form()


async def _multipart(request: web.Request, wanted: frozenset[str]) -> Form:
    fields: dict[str, str] = {}
    found: dict[str, File] = {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                continue
            if part.name in wanted:
                if part.name not in found and (body := await _capped(part, LARGEST)):
                    found[part.name] = File(part.name, part.filename or "文件", body)
            elif len(fields) < FIELDS_MOST:
                fields.setdefault(part.name, (await _capped(part, FIELD_MOST))[:FIELD_MOST].decode())
    except (ValueError, HttpProcessingError):  # not UTF-8, cut short, or a part's head that is none
        return Form()
    return Form(fields, tuple(found.values()))


async def _capped(part: BodyPartReader, most: int) -> bytes:
    pieces, size = [], 0
    while chunk := await part.read_chunk(256 * 1024):
        size += len(chunk)
        if size <= most + 1:
            pieces.append(chunk)
    return b"".join(pieces) if size <= most else b"\0" * (most + 1)
