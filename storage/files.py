"""The evidence store: files by the hash of what is in them, sealed where keys are configured.

All of it blocks while it hashes and writes: call it on a thread.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from storage.crypto import Ring, ring
from storage.errors import Full, Missing, Sealed

FOLDER = "evidence"
MAGIC = b"genjin-sealed:"
HASH = re.compile(r"[0-9a-f]{64}")


def path_of(data_dir: Path | str, sha: str) -> Path:
    """Where the file lies; raises Missing for what is no hash, so that no name leads elsewhere."""
    if not HASH.fullmatch(sha):
        raise Missing("没有这个文件")
    return Path(data_dir) / FOLDER / sha


def put(data_dir: Path | str, content: bytes, keys: Sequence[bytes] | None = None) -> str:
    """The hash of the content, by which it is read again; a known content is not written twice. Raises Full.

    ``keys`` are the open database's unless given.
    """
    sha = sha256(content).hexdigest()
    target = path_of(data_dir, sha)
    if target.is_file() and not target.is_symlink():
        return sha
    target.parent.mkdir(parents=True, exist_ok=True)
    sealed, key = _ring(keys).seal(content, f"evidence:{sha}")
    write_whole(target, sealed if key is None else MAGIC + key.encode() + b"\n" + sealed)
    return sha


def _ring(keys: Sequence[bytes] | None) -> Ring:
    return ring() if keys is None else Ring(keys)


def write_whole(target: Path, content: bytes) -> None:
    """The file appears complete and on disk, or not at all. Raises Full."""
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Full(f"文件没有存下：{error.strerror}", hint="检查数据目录的空间和权限") from error
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(data_dir: Path | str, sha: str, keys: Sequence[bytes] | None = None) -> bytes:
    """The content. Raises Missing, and Sealed where the key is gone or the file is not what it was."""
    path = path_of(data_dir, sha)
    if path.is_symlink() or not path.is_file():
        raise Missing("没有这个文件")
    kept = path.read_bytes()
    if sha256(kept).hexdigest() == sha:  # first: a plain file may begin like a sealed one
        return kept
    key, _, sealed = kept.removeprefix(MAGIC).partition(b"\n")
    about = f"evidence:{sha}"
    content = _ring(keys).open(sealed, key.decode("ascii", "replace"), about) if kept.startswith(MAGIC) else b""
    if sha256(content).hexdigest() != sha:
        raise Sealed(f"文件 {sha[:8]} 与登记的不符")
    return content


def forget(data_dir: Path | str, sha: str) -> bool:
    """Removes the file; False where there was none. For erasing: nothing else removes evidence."""
    path = path_of(data_dir, sha)
    known = path.exists()
    path.unlink(missing_ok=True)
    return known
