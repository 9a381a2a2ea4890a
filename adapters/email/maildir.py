"""A maildir on this machine: what a delivery program puts into ``new`` is read from there, and moved to ``cur`` once it
is kept, as every reader of such a folder does.

All of it blocks: call it on a thread.
"""

from __future__ import annotations

from pathlib import Path

from adapters.errors import Misconfigured

CUT_AT = 256 * 1024
SEEN = ":2,S"


def names(folder: Path) -> list[str]:
    """What lies in ``new``, the oldest first; links and folders are none of it. Raises Misconfigured."""
    try:
        found = [one for one in (folder / "new").iterdir() if one.is_file() and not one.is_symlink()]
        found.sort(key=lambda one: (one.stat().st_mtime_ns, one.name))
        return [one.name for one in found if not one.name.startswith(".")]
    except FileNotFoundError:
        if folder.is_dir() or not folder.exists():
            for part in ("new", "cur", "tmp"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            return []
        raise Misconfigured(f"{folder} is no folder", "maildir 要写一个文件夹") from None
    except OSError as error:
        raise Misconfigured(f"{folder}: {error.strerror}", "检查 maildir 的路径和权限") from error


def read(folder: Path, name: str, most: int) -> tuple[bytes, bool] | None:
    """(the mail, whether it was cut); None for one that somebody else has taken."""
    file = folder / "new" / name
    try:
        cut = file.stat().st_size > most
        with file.open("rb") as opened:
            return opened.read(CUT_AT if cut else most + 1), cut
    except FileNotFoundError:
        return None


def taken(folder: Path, name: str) -> None:
    """It is read: from ``new`` to ``cur``."""
    target = folder / "cur"
    target.mkdir(exist_ok=True)
    try:
        (folder / "new" / name).rename(target / f"{name.partition(':')[0]}{SEEN}")
    except FileNotFoundError:
        return
