"""``genjin audit verify, inbox ids, migrate, backup, restore``: the database itself, for which nothing that reads or
sells is loaded."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.cli.common import DOES_NOT_HOLD, DONE, Failed, opened, read_config, say, say_json
from storage import archive, chain
from storage import inbox as events
from storage import migrate as schema


def verify(config: Path, data: Path | None, *, as_json: bool) -> int:
    async def work() -> Any:
        async with opened(read_config(config, data)):
            return await chain.verify()

    found = asyncio.run(work())
    if as_json:
        say_json({"entries": found.entries, "erased": found.erased, "head": found.head, "broken": found.broken})
    elif found.broken is None:
        erased = f"，其中 {found.erased} 条的内容已按要求删除" if found.erased else ""
        say(f"{found.entries} 条连续，无断点{erased}；链头 {found.head}")
    else:
        say(f"第 {found.broken} 条断了（{found.reason}）；前面 {found.entries} 条连续")
    return DONE if found.broken is None else DOES_NOT_HOLD


def ids(account: str, config: Path, data: Path | None) -> int:
    async def work() -> None:
        async with opened(read_config(config, data)):
            async for key in events.ids(account or None):
                say(key)

    asyncio.run(work())
    return DONE


def migrate(config: Path, data: Path | None) -> int:
    known = read_config(config, data)
    applied = asyncio.run(schema.migrate(known.database_url))
    say(f"升级了 {len(applied)} 步：{'、'.join(applied)}" if applied else "已经是最新的")
    return DONE


def backup(file: Path, config: Path, data: Path | None) -> int:
    known = read_config(config, data)

    async def work() -> dict[str, int]:
        async with opened(known) as database:
            return await archive.backup(database, file, known.data)

    counts = asyncio.run(work())
    say(f"备份到 {file}：{sum(counts.values())} 行和文件。加密密钥不在里面，另外保管")
    return DONE


def restore(file: Path, config: Path, data: Path | None) -> int:
    known = read_config(config, data)
    if not file.is_file():
        raise Failed(f"{file}：没有这个备份文件")
    known.data.mkdir(parents=True, exist_ok=True)
    counts = asyncio.run(archive.restore(known.database_url, file, known.data))
    say(f"恢复了 {sum(counts.values())} 行和文件；没发完的算已发，不会再发")
    return DONE
