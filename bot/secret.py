"""A secret of the configuration: written plainly, or as where it is found (``env:NAME``, ``file:PATH``)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Origin = Literal["plain", "env", "file"]
_LONGEST = 64 * 1024
_home: ContextVar[Path] = ContextVar("genjin_config_home", default=Path())
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Inside, ``file:PATH`` starts from ``folder``."""
    token = _home.set(folder)
    try:
        yield
    finally:
        _home.reset(token)


def from_home(path: str) -> str:
    """The path as the configuration means it; "" where it names none."""
    return str(_home.get() / Path(path).expanduser()) if path else ""


class Secret:
    """A resolved secret. Its words come out by ``value`` alone: neither repr nor str shows them."""

    __slots__ = ("origin", "value")

    def __init__(self, value: str = "", origin: Origin = "plain") -> None:
        self.value, self.origin = value, origin

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"Secret({'***' if self.value else ''})"

    __str__ = __repr__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(resolve)


def resolve(given: Any) -> Secret:
    """The secret that ``given`` says or points at. Raises PydanticCustomError with the mend, never with the words."""
    if isinstance(given, Secret):
        return given
    if not isinstance(given, str):
        raise PydanticCustomError("secret_type", "要写成带引号的文字")
    where, _, rest = given.partition(":")
    if where == "env":
        return Secret(_from_env(rest.strip()), "env")
    if where == "file":
        return Secret(_from_file(rest.strip()), "file")
    return Secret(given)


def _from_env(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise PydanticCustomError("secret_env_name", "env: 后面要写环境变量的名字，例如 env:WECOM_SECRET")
    value = os.environ.get(name, "")
    if not value:
        raise PydanticCustomError("secret_env", "环境变量 {name} 没有值，先设好再启动", {"name": name})
    return value


def _from_file(name: str) -> str:
    if not name or "\0" in name:
        raise PydanticCustomError("secret_file_name", "file: 后面要写文件路径，例如 file:/run/secrets/wecom")
    path = _home.get() / Path(name).expanduser()
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST + 1)
        value = raw.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = "不是 UTF-8 文本" if isinstance(error, UnicodeDecodeError) else error.strerror or "读不了"
        raise PydanticCustomError(
            "secret_file", "文件 {path} 读不到（{why}），检查路径和权限", {"path": str(path), "why": why}
        ) from None
    if not value or len(raw) > _LONGEST:
        raise PydanticCustomError(
            "secret_file", "文件 {path} 是空的，或大得不像密钥，检查是不是写错了路径", {"path": str(path)}
        )
    return value
