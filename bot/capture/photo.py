"""A photo as evidence: whether it is a picture at all, and how it looks with time and place written on it.

The file stays as it came, with its hash; the writing is put on whenever it is looked at. Nothing is decoded that is
larger than a camera makes. It blocks: call it on a thread.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

PIXELS_MOST = 60_000_000
"""Of a JPEG, which can be read at a part of its size."""
PLAIN_PIXELS_MOST = 25_000_000
SHOWN = 1600
"""The longer side of what is shown."""
FORMATS = ("JPEG", "PNG", "WEBP")


class NoPicture(Exception):
    """Not a picture that we show: of another kind, broken, or too large."""


def size_of(body: bytes) -> tuple[int, int]:
    """Width and height, read from the file's head alone. Raises NoPicture."""
    with _opened(body) as picture:
        return picture.size


def stamped(body: bytes, lines: tuple[str, ...]) -> bytes:
    """A JPEG of the picture with the lines (Latin) at its foot, nothing else of the file in it. Raises NoPicture."""
    with _opened(body) as picture:
        try:
            picture.draft("RGB", (SHOWN, SHOWN))
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((SHOWN, SHOWN))
            shown = turned.convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
            raise NoPicture("it cannot be decoded") from fault
    _write(shown, lines)
    out = BytesIO()
    shown.save(out, "JPEG", quality=82)
    return out.getvalue()


def _opened(body: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(body), formats=FORMATS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise NoPicture("it is no JPEG, PNG or WebP") from fault
    most = PIXELS_MOST if picture.format == "JPEG" else PLAIN_PIXELS_MOST
    if picture.width * picture.height > most or getattr(picture, "n_frames", 1) > 1:
        picture.close()
        raise NoPicture("it is larger than a camera makes")
    return picture


def _write(shown: Image.Image, lines: tuple[str, ...]) -> None:
    """White on a dark band, as wide as the picture."""
    size = max(12, min(shown.size) // 32)
    font = ImageFont.load_default(size)
    band = int(size * (1.4 * len(lines) + 0.8))
    draw = ImageDraw.Draw(shown, "RGBA")
    draw.rectangle((0, shown.height - band, shown.width, shown.height), fill=(0, 0, 0, 150))
    for n, line in enumerate(lines):
        draw.text((size * 0.6, shown.height - band + size * (0.4 + 1.4 * n)), line, font=font, fill=(255, 255, 255))
