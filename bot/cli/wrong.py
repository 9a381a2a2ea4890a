"""What goes wrong on the command line, on one line each: what, where, how to mend. Never a traceback unasked."""

from __future__ import annotations

import os
import re

from bot.cli.common import DOES_NOT_HOLD, WRONG_USE, complain

_SAYINGS = (
    (r"Missing argument '(.+)'", r"缺 \1"),
    (r"Missing option '(.+)'", r"缺 \1"),
    (r"No such command '(.+?)'\. Did you mean '?(.+?)'?\?", r"没有 \1 这个命令，是不是 \2"),
    (r"No such command '(.+)'", r"没有 \1 这个命令"),
    (r"No such option: (\S+?)(?: .*)?", r"没有 \1 这个选项"),
    (r"Option '(.+)' requires an argument", r"\1 后面要写值"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.+)\)", r"多了 \1"),
    (r"Invalid value for '?(.+?)'?: .*? is not one of (.+)", r"\1 只能是 \2"),
    (r"Invalid value for '?(.+?)'?: .*", r"\1 的值不对"),
)


def wrong_use(said: str, command: str) -> int:
    if said.startswith("Usage:"):  # no words given: the help itself is the answer
        return told(said, WRONG_USE)
    line = re.sub(r"\s+", " ", said).strip().rstrip(".")
    for pattern, words in _SAYINGS:
        if found := re.fullmatch(pattern, line):
            line = found.expand(words)
            break
    return told(f"{line}，看 genjin {command + ' ' if command else ''}--help", WRONG_USE)


def accident(fault: Exception) -> int:
    """One line a fault; a traceback only where ``GENJIN_DEBUG`` asks for it."""
    from adapters.errors import AdapterError
    from bot.errors import ConfigError, GenjinError
    from storage.errors import StorageError

    if os.environ.get("GENJIN_DEBUG"):
        import traceback

        traceback.print_exception(fault)
    if isinstance(fault, ConfigError):
        for key, words in fault.faults:
            complain(f"{key}：{words}")
        return WRONG_USE
    if isinstance(fault, GenjinError | StorageError | AdapterError):
        line = "，".join(part for part in (fault.message, fault.hint) if part)
        return told(re.sub(r"\s+", " ", line), WRONG_USE)
    if isinstance(fault, OSError):
        where = f"{fault.filename}：" if fault.filename else ""
        return told(f"{where}{fault.strerror or type(fault).__name__}，检查路径和权限", WRONG_USE)
    if isinstance(fault, ModuleNotFoundError) and fault.name == "asyncpg":
        return told("缺少 PostgreSQL 驱动，运行 pip install 'genjin[postgres]'", WRONG_USE)
    return told(f"程序出错（{type(fault).__name__}），加 GENJIN_DEBUG=1 再运行一次看详情", DOES_NOT_HOLD)


def told(line: str, code: int) -> int:
    complain(line)
    return code
