"""``genjin check``: the doctor, one line a finding."""

from __future__ import annotations

import asyncio
import stat
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from adapters.http import Http
from adapters.ocr import installed
from bot import doctor
from bot.accounts import adapters_of, mailboxes_of
from bot.cli.common import DOES_NOT_HOLD, DONE, say, say_json, sqlite_file
from bot.clock import Clock, SystemClock
from bot.config import Config, load
from bot.doctor import Finding
from bot.errors import ConfigError
from bot.playbook.load import parse, shipped
from bot.playbook.store import calendar_of
from bot.replies import png
from nlp.compiled import chosen as compiled
from nlp.workdays import Calendar
from storage import playbooks, pulse
from storage.connect import close, connect
from storage.crypto import key_id
from storage.errors import StorageError
from storage.memory import open_memory

NAMES = {
    "configuration": "配置", "keys": "密钥", "database": "数据库", "outbox": "发件箱", "redis": "Redis",
    "platform": "平台", "clock": "时钟", "calendar": "日历", "disk": "磁盘", "public_url": "对外地址",
    "pictures": "图片", "reader": "读消息",
}  # fmt: skip


def check(file: Path, *, as_json: bool) -> int:
    """1 where anything fails; warnings alone are 0."""
    try:
        config = load(file)
    except ConfigError as bad:
        findings = [Finding("configuration", "fail", key, mend) for key, mend in bad.faults]
    else:
        findings = asyncio.run(examine(config, SystemClock()))
    if as_json:
        say_json([{"name": f.name, "verdict": f.verdict, "words": f.words, "mend": f.mend} for f in findings])
    else:
        for finding in findings:
            say(line(finding))
    return DOES_NOT_HOLD if doctor.worst(findings) == "fail" else DONE


def line(finding: Finding) -> str:
    """``warn  公网地址  …  → the mend``."""
    kind, _, which = finding.name.partition(".")
    name = f"{NAMES.get(kind, kind)} {which}".strip()
    return f"{finding.verdict:<5} {name}：{finding.words}" + (f"  → {finding.mend}" if finding.mend else "")


async def examine(config: Config, clock: Clock) -> list[Finding]:
    """Everything the doctor looks at, beside a running bot or before the first start."""
    clocks: dict[str, datetime] = {}
    async with AsyncExitStack() as stack:
        memory = open_memory(config.redis_url)
        stack.push_async_callback(memory.close)
        http = Http()
        stack.push_async_callback(http.close)
        findings = [*_configuration(config), *_keys(config)]
        records, calendar = await _records(config, clocks)
        findings += [*records, await doctor.redis(memory, bool(config.redis_url))]
        findings += await doctor.platforms({**adapters_of(config, clock, http, memory), **mailboxes_of(config, clock)})
        now = clock.now()
        if http.date is not None:
            clocks["平台"] = http.date
    findings.append(doctor.clock(now, clocks))
    findings.append(doctor.calendar(calendar, now.date()))
    findings.append(doctor.disk(config.data))
    findings.append(_pictures())
    findings.append(_cards())
    findings.append(_reader())
    findings.append(doctor.public_url(config.public_url, bool(config.server.public_url), bool(config.accounts)))
    return findings


def _cards() -> Finding:
    """Whether the writing on a photo can be read."""
    if installed():
        return Finding("ocr", "ok", "名片照片读得了")
    return Finding("ocr", "ok", "没装名片识别，照片只存不读", "要读就 pip install 'genjin[ocr]'")


def _reader() -> Finding:
    """Whether messages are read by the loops in C."""
    if compiled.used:
        return Finding("reader", "ok", "读消息用编译好的循环")
    return Finding(
        "reader", "ok", "读消息的循环没有编译，结果一样，慢约两成", "要快就装上 C 编译器和 Python 头文件，再装一次"
    )


def _pictures() -> Finding:
    """Whether the week's heat map can be drawn."""
    if png.font() is None:
        return Finding(
            "pictures", "warn", "没有中文字体，热力图改发文字", "装一个，例如 apt-get install fonts-noto-cjk"
        )
    return Finding("pictures", "ok", "有中文字体，热力图画得出")


def _configuration(config: Config) -> list[Finding]:
    warned = [Finding("configuration", "warn", key, words) for key, words in config.warnings if "密钥" not in words]
    return warned or [Finding("configuration", "ok", str(config.path))]


def _keys(config: Config) -> list[Finding]:
    """Secrets written plainly, and a file with such that others may read."""
    plain = [key for key, words in config.warnings if "密钥" in words]
    if not plain:
        return [Finding("keys", "ok", "密钥都不在配置文件里" if config.secrets else "没有密钥")]
    found = [Finding("keys", "warn", f"{'、'.join(plain)} 直接写在文件里", "改成 env:变量名 或 file:路径")]
    if config.path.exists() and config.path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        found.append(Finding("keys", "warn", f"别的用户读得到 {config.path}", f"chmod 600 {config.path}"))
    return found


async def _records(config: Config, clocks: dict[str, datetime]) -> tuple[list[Finding], Calendar]:
    """What the database says, and the calendar that holds (the shipped one where there is no database yet)."""
    calendar = calendar_of(parse(shipped()))
    path = sqlite_file(config)
    if path is not None and not path.exists():
        return [Finding("database", "ok", f"还没有库，第一次运行时建在 {path}")], calendar
    try:
        database = await connect(
            config.database_url, keys=config.keys, check_schema=False, alone=False, directory=config.data
        )
    except StorageError as fault:
        return [Finding("database", "fail", fault.message, fault.hint or "看数据库是否在运行")], calendar
    except ModuleNotFoundError:
        return [Finding("database", "fail", "缺少 PostgreSQL 驱动", "运行 pip install 'genjin[postgres]'")], calendar
    try:
        findings = await doctor.database(database)
        if doctor.worst(findings) == "fail":
            return findings, calendar
        if database.dialect == "postgres":
            clocks["数据库"] = await pulse.database_now()
        findings += await _sealed_with_others(config)
        live = await playbooks.live(None)
        return findings, calendar_of(parse(live.text)) if live else calendar
    finally:
        await close(database)


async def _sealed_with_others(config: Config) -> list[Finding]:
    missing = "、".join(sorted(await pulse.key_ids() - {key_id(key) for key in config.keys}))
    if not missing:
        return []
    return [
        Finding("keys", "fail", f"库里有内容用密钥 {missing} 加密，配置里没有它", "把旧密钥加回 [storage] keys 的末尾")
    ]
