"""The process that reads pictures: a length and a picture come in, a line of JSON goes out."""

from __future__ import annotations

import json
import os
import sys
from io import BytesIO
from typing import Any, BinaryIO

FORMATS = ("PNG", "JPEG", "BMP", "WEBP")
POINTS_MOST = 50_000_000
"""Of a larger picture nothing is decoded."""
SIDE = 2000
"""Points of the longer side that is looked at: a card's writing is plain enough by then."""
LINES_MOST = 200
THREADS = 2


def main() -> None:
    """Until nobody asks any more. What libraries print goes nowhere: the pipe carries answers alone."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    engine: Any = None
    while (picture := _next(sys.stdin.buffer)) is not None:
        try:
            engine = engine or _engine()
            answer: Any = _read(engine, picture)
        except Exception as fault:  # whatever a library stumbles over is told, and the next picture is read
            answer = {"error": f"{type(fault).__name__}: {fault}"[:200]}
        answers.write(json.dumps(answer).encode() + b"\n")


def _next(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(4)
    if len(head) < 4:
        return None
    return pipe.read(int.from_bytes(head, "big"))


def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": THREADS for kind in ("intra", "inter")}
    return RapidOCR(params={"Global.log_level": "error", **threads})


def _read(engine: Any, picture: bytes) -> list[dict[str, Any]]:
    image = _opened(picture)
    if image is None:
        return []
    found = engine(image, return_word_box=True, return_single_char_box=True)
    if found.txts is None:
        return []
    lines = [_line(*one) for one in zip(found.txts, found.scores, found.boxes, found.word_results, strict=True)]
    return sorted(lines, key=lambda one: (one["top"], one["left"]))[:LINES_MOST]


def _line(text: str, score: float, box: Any, characters: Any) -> dict[str, Any]:
    """Each character with how sure it is; where those do not fit the text, all are as sure as the line."""
    told = [(str(one[0]), float(one[1])) for one in characters or ()]
    fits = "".join(character for character, _ in told) == text.replace(" ", "")
    each = iter(told)
    sure = [1.0 if c == " " else next(each)[1] for c in text] if fits else [float(score)] * len(text)
    tops, lefts = [float(point[1]) for point in box], [float(point[0]) for point in box]
    return {"text": text, "sure": [round(n, 3) for n in sure], "left": min(lefts), "top": min(tops),
            "height": max(tops) - min(tops)}  # fmt: skip


def _opened(picture: bytes) -> Any:
    """The picture upright and of a size to look at; None for what is none, or too large: its head says so before
    anything of it is decoded."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        image: Any = Image.open(BytesIO(picture), formats=FORMATS)
        if image.width * image.height > POINTS_MOST:
            return None
        image.draft("RGB", (SIDE, SIDE))
        image.thumbnail((SIDE, SIDE))
        return ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        return None
