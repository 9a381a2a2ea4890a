"""SVG → PNG, with a Chinese font of this machine: none is shipped, they are larger than the bot."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import resvg_py

FONTS = {
    "NotoSansCJK-Regular.ttc": "Noto Sans CJK SC",
    "NotoSansCJKsc-Regular.otf": "Noto Sans CJK SC",
    "NotoSansSC-Regular.otf": "Noto Sans SC",
    "NotoSansSC-Regular.ttf": "Noto Sans SC",
    "SourceHanSansSC-Regular.otf": "Source Han Sans SC",
    "SourceHanSansCN-Regular.otf": "Source Han Sans CN",
    "wqy-microhei.ttc": "WenQuanYi Micro Hei",
    "wqy-zenhei.ttc": "WenQuanYi Zen Hei",
    "DroidSansFallbackFull.ttf": "Droid Sans Fallback",
    "DroidSansFallback.ttf": "Droid Sans Fallback",
    "PingFang.ttc": "PingFang SC",
    "Hiragino Sans GB.ttc": "Hiragino Sans GB",
    "STHeiti Medium.ttc": "Heiti SC",
    "msyh.ttc": "Microsoft YaHei",
    "simhei.ttf": "SimHei",
}
"""Files by which systems ship a Chinese font, the most legible first, with the name of the family inside."""
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts",
           "/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
"""Where fontconfig, macOS and Windows keep fonts."""


@cache
def font() -> tuple[Path, str] | None:
    """The file and family of a Chinese font; None where the machine has none that we know."""
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for root, _, names in os.walk(Path(folder).expanduser()):
            found |= {name: Path(root) / name for name in FONTS.keys() & set(names) if name not in found}
    best = next((name for name in FONTS if name in found), None)
    return (found[best], FONTS[best]) if best else None


def drawn(svg: str) -> bytes | None:
    """The picture; None where there is no font to write with."""
    known = font()
    if known is None:
        return None
    file, family = known
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_files=[str(file)],
            font_family=family,
            sans_serif_family=family,
            background="#ffffff",
        )
    )
