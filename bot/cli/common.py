"""What every command needs: the configuration, an open database, one line for whatever goes wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.config import Config
    from storage.connect import Database

DONE, DOES_NOT_HOLD, WRONG_USE = 0, 1, 2

ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", envvar="GENJIN_CONFIG", help="配置文件", show_default=True, metavar="F")
]
DataFolder = Annotated[
    Path | None, typer.Option("--data", help="不看配置，直接用这个数据文件夹（例如 demo 的）", metavar="DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="给程序读的 JSON")]
DEFAULT_FILE = Path("config.toml")


class Failed(Exception):
    """A command that ends here: one line for people, and the exit code."""

    def __init__(self, line: str, code: int = WRONG_USE) -> None:
        super().__init__(line)
        self.line, self.code = line, code


def read_config(file: Path, data: Path | None = None) -> Config:
    """The configuration of ``file``; with ``data`` the defaults on that folder, no file asked. Raises ConfigError."""
    from bot import config

    if data is None:
        return config.load(file)
    return config.parse({"server": {"data": str(data.absolute())}}, data.absolute() / "config.toml")


@asynccontextmanager
async def opened(config: Config, *, alone: bool = False) -> AsyncIterator[Database]:
    """The database, beside a running bot too unless ``alone``. Failed where there is none yet."""
    from storage.connect import close, connect

    refuse_missing(config)
    database = await connect(config.database_url, keys=config.keys, alone=alone, directory=config.data)
    try:
        yield database
    finally:
        await close(database)


def refuse_missing(config: Config) -> None:
    """Nothing that only looks makes a database."""
    if (path := sqlite_file(config)) is not None and not path.exists():
        raise Failed(f"{path}：还没有数据库，先运行 genjin serve 或 genjin migrate")


def sqlite_file(config: Config) -> Path | None:
    """None where the database is a PostgreSQL."""
    from storage.migrate import SQLITE_PREFIXES, sqlite_path

    return sqlite_path(config.database_url) if config.database_url.startswith(SQLITE_PREFIXES) else None


def say(line: str) -> None:
    print(line)


def say_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


def complain(line: str) -> None:
    print(line, file=sys.stderr)
