"""The reader of pictures: a process of its own that is begun when it is wanted, and whose end loses nothing."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import pytest

from adapters import ocr
from adapters.ocr import LocalOcr, installed

ECHO = """
import sys, json
while len(head := sys.stdin.buffer.read(4)) == 4:
    body = sys.stdin.buffer.read(int.from_bytes(head, "big"))
    if body == b"die": sys.exit(1)
    if body == b"odd": print("no json", flush=True); continue
    if body == b"hang":
        import time; time.sleep(60)
    line = {"text": body.decode(), "sure": [0.9], "left": 1, "top": 2, "height": 3}
    print(json.dumps([line]), flush=True)
"""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that says back what it was given."""
    monkeypatch.setattr(ocr, "START", ECHO)


@pytest.mark.usefixtures("echo")
async def test_asked_again_and_again_it_is_one_process() -> None:
    reader = LocalOcr()
    assert not reader.ready
    assert [one.text for one in await reader.read(b"a")] == ["a"]
    first = reader._process
    assert reader.ready
    assert [one.text for one in await reader.read(b"b")] == ["b"]
    assert reader._process is first
    await reader.close()
    assert not reader.ready


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize("picture", [b"die", b"odd", b"hang"])
async def test_what_ends_or_stalls_it_is_no_answer_and_the_next_one_is(picture: bytes) -> None:
    reader = LocalOcr(seconds=1.0)
    assert await reader.read(picture) == ()
    assert [one.text for one in await reader.read(b"c")] == ["c"]
    await reader.close()


@pytest.mark.usefixtures("echo")
async def test_what_is_too_large_is_not_even_handed_over() -> None:
    reader = LocalOcr()
    assert await reader.read(b"x" * (ocr.PICTURE_MOST + 1)) == ()
    assert reader._process is None


def head_of(width: int, height: int) -> bytes:
    """A PNG whose head tells of so many points, and that holds hardly any."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.skipif(not installed(), reason="the extra ocr is not installed")
@pytest.mark.parametrize("picture", [b"", b"GIF89a", b"\xff\xd8\xff", head_of(20_000, 20_000), head_of(100, 100)])
async def test_the_real_one_takes_no_bomb_and_nothing_that_is_no_picture(picture: bytes) -> None:
    reader = LocalOcr()
    assert await reader.read(picture) == ()
    await reader.close()


def test_the_process_loads_its_reader_only_when_it_is_asked() -> None:
    source = Path(ocr.__file__).with_name("ocr_process.py").read_text("utf-8")
    assert "\nfrom rapidocr" not in source and "\nimport rapidocr" not in source
    assert "rapidocr" not in sys.modules
