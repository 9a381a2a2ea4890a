"""Rows 29 and 30: on the upload page, a file's name leads nowhere and its content is neither believed nor unpacked."""

from __future__ import annotations

import asyncio
import io
import struct
import zipfile
import zlib
from hashlib import sha256
from pathlib import Path
from time import process_time

import httpx
import pytest
from yarl import URL

from bot.cli.demo import CLOCK_FILE
from storage import files
from storage.errors import Missing
from tests.conversations.chat import Chat

PDF = b"%%PDF-1.4\n%d\n%%%%EOF\n"
NAMES = {
    "climbing": "../../x.pdf",
    "climbing on Windows": "..\\..\\x.pdf",
    "absolute": "/etc/cron.d/x.pdf",
    "a drive": "C:\\Windows\\x.pdf",
    "NUL": "x\0.html.pdf",
    "300 bytes": "报" * 100 + ".pdf",
    "3,000 characters": "a" * 3000 + ".pdf",
    "a device": "CON",
    "a device with an ending": "NUL.pdf",
    "escaped dots": "%2e%2e%2fx.pdf",
    "escaped twice": "%252e%252e%252fx.pdf",
    "only dots": "..",
    "empty": "",
    "line breaks": "x\r\nSet-Cookie: a=b\r\n.pdf",
    "direction mark": "x\u202efdp.exe",
    "markup": "<img src=x onerror=alert(1)>.pdf",
    "mention": "@all <@all>.pdf",
    "a shell's": "$(reboot);`x`|y&.pdf",
    "the store's own": "evidence",
    "hidden": ".bashrc",
}
SECRET = b"stays as it was"


async def page(chat: Chat) -> str:
    """The address of an upload page that waits for a chart."""
    card = await chat.says("zhang.wei", "华东医械合同进法务了")
    return card.urls["add_evidence"]


def form(name: str, body: bytes, edge: str = "edgeedge") -> tuple[bytes, dict[str, str]]:
    """A form as an attacker writes it: no library puts the name right."""
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    sent = head.encode() + body + f"\r\n--{edge}--\r\n".encode()
    return sent, {"Content-Type": f"multipart/form-data; boundary={edge}"}


async def hands_in(chat: Chat, url: str, name: str, body: bytes) -> httpx.Response:
    sent, head = form(name, body)
    answer = await chat.web.post(url, content=sent, headers=head)
    assert await chat.demo.desk.quiet(20)
    return answer


def tree(folder: Path) -> set[Path]:
    """The files, without the database and the clock that the demo keeps beside it."""
    kept = (path for path in folder.rglob("*") if ".db" not in path.name and not path.name.startswith(CLOCK_FILE))
    return {path for path in kept if path.is_file()}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
async def test_row_29_whatever_its_name_it_lies_under_its_hash(chat: Chat, tmp_path: Path, name: str) -> None:
    """Nothing appears outside the store; what is shown of the name has no path and nothing that a page obeys."""
    url, data = await page(chat), Path(chat.demo.app.house.data)
    before, kept = tree(tmp_path), len(await chat.records("evidence"))
    body = PDF % len(name)
    answer = await hands_in(chat, url, name, body)
    assert answer.status_code < 500, answer.text
    fresh = tree(tmp_path) - before
    assert fresh <= {data / files.FOLDER / sha256(body).hexdigest(), data / "demo-clock", data / "demo-clock.new"}
    new = (await chat.records("evidence"))[kept:]
    if answer.status_code != 200:
        assert not new
        return
    [proof] = new
    shown = proof["file"]
    assert not set(shown) & set('/\\\0\r\n<>"|*?:\u202e')
    assert shown not in ("", ".", "..")
    assert len(shown) <= 120
    assert not shown.startswith(".")
    assert "onerror=alert(1)>" not in answer.text
    assert "@all" not in "".join(seen.text + seen.title for seen in await chat.heard("zhang.wei"))


async def test_row_29_a_link_in_the_store_is_neither_followed_nor_written_through(chat: Chat, tmp_path: Path) -> None:
    """Somebody who can write into the folder puts a link where the next file will lie."""
    outside, body = tmp_path / "outside", PDF % 7
    outside.write_bytes(SECRET)
    data = Path(chat.demo.app.house.data)
    url = await page(chat)
    place = data / files.FOLDER / sha256(body).hexdigest()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside)
    with pytest.raises(Missing):
        await asyncio.to_thread(files.read, data, place.name)
    assert (await hands_in(chat, url, "采购流程图.pdf", body)).status_code == 200
    assert outside.read_bytes() == SECRET
    assert not place.is_symlink()
    assert await asyncio.to_thread(files.read, data, place.name) == body


@pytest.mark.parametrize("name", ["../genjin.db", "..%2f..%2fconfig.toml", "%2e%2e%2fupload.py", "/etc/passwd", "."])
async def test_row_29_the_shelf_of_styles_gives_nothing_else(chat: Chat, name: str) -> None:
    place = URL(chat.demo.url)
    reader, writer = await asyncio.open_connection(place.host, place.port)
    writer.write(f"GET /static/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert (await reader.readline()).split()[1] in (b"400", b"404")
    writer.close()


def zip_of(**inside: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(name, content)
    return held.getvalue()


def zip_bomb() -> bytes:
    """A Word file by its parts, one of which unpacks to 200 MB."""
    return zip_of(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"0" * (200 * 1024 * 1024)})


def huge_picture() -> bytes:
    """A PNG whose head says 10,000 × 10,000 pixels."""
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def many_parts() -> bytes:
    """A ZIP of 60,000 empty parts and no Office file in it."""
    return zip_of(**{f"{n}": b"" for n in range(60_000)})


BOMBS = {"zip bomb": (zip_bomb, 200), "100 megapixels": (huge_picture, 200), "60,000 parts": (many_parts, 415)}


@pytest.mark.parametrize("name", BOMBS)
async def test_row_30_bombs_are_kept_or_refused_and_never_unpacked(chat: Chat, name: str) -> None:
    make, status = BOMBS[name]
    url, body = await page(chat), make()
    spent = process_time()
    answer = await hands_in(chat, url, "采购流程图.docx", body)
    assert process_time() - spent < 2.0
    assert answer.status_code == status
    assert (await chat.web.get("/healthz")).status_code == 200


PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED = {
    "page": ("x.html", PAGE),
    "page called a PDF": ("x.pdf", PAGE),
    "page behind blanks": ("x.txt", b" \n\t" * 900 + PAGE),
    "page behind a byte order mark": ("x.txt", b"\xef\xbb\xbf" + PAGE),
    "page in UTF-16": ("x.txt", PAGE.decode().encode("utf-16")),
    "svg": ("x.svg", SVG),
    "svg called a picture": ("x.png", SVG),
    "xml": ("x.xml", b'<?xml version="1.0"?><x/>'),
    "program": ("x.pdf", b"MZ\x90\0\3\0\0\0"),
    "zip of programs": ("x.docx", zip_of(**{"run.exe": b"MZ"})),
    "half a zip": ("x.docx", b"PK\x03\x04" + b"\0" * 40),
    "nothing": ("x.pdf", b""),
}


async def test_row_30_pages_programs_and_lies_are_refused(chat: Chat) -> None:
    url, kept = await page(chat), len(await chat.records("evidence"))
    for name, (file, body) in REFUSED.items():
        answer = await hands_in(chat, url, file, body)
        assert answer.status_code in (400, 415), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
    assert len(await chat.records("evidence")) == kept


async def test_row_30_a_polyglot_is_what_its_first_bytes_say(chat: Chat) -> None:
    """A GIF that is a script too: kept as a picture, whatever it is called; no address gives it back as a page."""
    url = await page(chat)
    body = b"GIF89a/*" + PAGE + b"*/"
    assert (await hands_in(chat, url, "采购流程图.html", body)).status_code == 200
    proof = (await chat.records("evidence"))[-1]
    assert proof["mime"] == "image/gif"
    for address in (f"/evidence/{proof['sha256']}", f"/static/{proof['sha256']}", f"{URL(url).path}/{proof['id']}"):
        assert (await chat.web.get(address)).status_code == 404
    shown = await chat.web.get(url)
    assert b"alert(1)" not in shown.content
    policy = shown.headers.get("Content-Security-Policy", "")
    assert (
        "script-src 'self';" in policy and "unsafe" not in policy
    )  # ours from /static/ alone, where no file of theirs is
