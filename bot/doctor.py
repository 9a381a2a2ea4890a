"""What is well and what is not, each with its mend: for ``genjin check`` and ``/health``."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from adapters.base import Adapter
from adapters.errors import AdapterError
from nlp.workdays import Calendar
from storage import pulse, webhooks
from storage.connect import Database, ping
from storage.errors import StorageError
from storage.memory import Memory
from storage.migrate import pending_in

Verdict = Literal["ok", "warn", "fail"]
_WITHIN = 15.0
"""Seconds that a platform has to answer."""
CALENDAR_WARNS = timedelta(days=60)
CLOCK_WARNS, CLOCK_FAILS = timedelta(seconds=30), timedelta(minutes=5)
"""Platforms refuse, and are refused, at ten minutes."""
DISK_WARNS, DISK_FAILS = 2 * 1024**3, 200 * 1024**2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: about what, how it is, in words, and what to do where it is not well."""

    name: str
    verdict: Verdict
    words: str
    mend: str = ""


def worst(findings: Iterable[Finding]) -> Verdict:
    found = {one.verdict for one in findings}
    return "fail" if "fail" in found else "warn" if "warn" in found else "ok"


async def database(known: Database) -> list[Finding]:
    """Whether the open database answers and has this program's schema."""
    kind = "SQLite" if known.dialect == "sqlite" else "PostgreSQL"
    try:
        await ping(known)
        missing = await pending_in(known.engine.reader)
    except StorageError as fault:
        return [Finding("database", "fail", fault.message, fault.hint or "看数据库是否在运行")]
    if missing:
        return [Finding("database", "fail", f"{kind} 的结构差 {len(missing)} 个版本", "运行 genjin migrate")]
    return [Finding("database", "ok", f"{kind} 可用，结构是最新的"), *await _queues()]


async def _queues() -> list[Finding]:
    if given_up := await webhooks.given_up():
        return [
            Finding("webhooks", "warn", f"{given_up} 条没送到外部系统", "发 /webhook 看原因，修好后 /webhook retry")
        ]
    dead = await pulse.dead_pushes()
    if dead:
        return [Finding("outbox", "warn", f"{dead} 条消息发不出去", "发 /health 看原因，或看日志里的 push.dead")]
    return [Finding("outbox", "ok", "没有发不出去的消息")]


async def redis(memory: Memory, configured: bool) -> Finding:
    if not configured:
        return Finding("redis", "ok", "没用 Redis，一个进程不需要")
    if await memory.ping():
        return Finding("redis", "ok", "Redis 可用")
    return Finding("redis", "warn", "Redis 没有应答，先用本机内存顶着", "检查 [redis] url，看 Redis 是否在运行")


async def platforms(adapters: Mapping[str, Adapter]) -> list[Finding]:
    """What each platform says to our credentials, all asked at once."""
    if not adapters:
        mend = "在配置里加一节 [[wecom]] 或 [[dingtalk]]，步骤见 docs/configuring.md"
        return [Finding("platform", "warn", "还没有接平台", mend)]
    return list(await asyncio.gather(*(_platform(adapter) for adapter in adapters.values())))


async def _platform(adapter: Adapter) -> Finding:
    name = f"platform.{adapter.name}"
    try:
        async with asyncio.timeout(_WITHIN):
            return Finding(name, "ok", await adapter.check())
    except AdapterError as fault:
        return Finding(name, "fail", f"没问通（{fault.message}）", fault.hint or "检查网络出口和这一节的帐号")
    except TimeoutError:
        return Finding(name, "fail", f"{_WITHIN:.0f} 秒没有应答", "检查网络出口和 api_base")


def clock(now: datetime, others: Mapping[str, datetime]) -> Finding:
    """Our clock beside those of others (the database, the date of a platform's answer), read at the same time."""
    if not others:
        return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S %z}，没有可比的钟")
    who, there = max(others.items(), key=lambda other: abs(other[1] - now))
    off = abs(there - now)
    if off < CLOCK_WARNS:
        return Finding("clock", "ok", f"和{'、'.join(others)}相差不到 {CLOCK_WARNS.seconds} 秒")
    words = f"比{who}{'慢' if there > now else '快'} {off.total_seconds():.0f} 秒"
    return Finding("clock", "fail" if off >= CLOCK_FAILS else "warn", words, "打开系统的时间同步（NTP）")


def calendar(known: Calendar, today: date) -> Finding:
    """The table of holidays and shifted days must reach far enough."""
    left = known.table_ends - today
    words = f"节假日和调休表到 {known.table_ends.isoformat()}"
    if left > CALENDAR_WARNS:
        return Finding("calendar", "ok", words)
    words += "，已经过了" if left < timedelta(0) else f"，还有 {left.days} 天"
    return Finding("calendar", "warn", words, "升级到带新一年放假通知的版本，或把这些天写进打法的 [calendar]")


def disk(folder: Path) -> Finding:
    """Free space where the data lies."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    words = f"数据盘还剩 {free / 1024**3:.1f} GB"
    if free >= DISK_WARNS:
        return Finding("disk", "ok", words)
    return Finding("disk", "fail" if free < DISK_FAILS else "warn", words, f"清理或扩容 {there}")


def public_url(url: str, given: bool, accounts: bool) -> Finding:
    """Whether people's phones and the platforms can reach the bot under the address it tells them."""
    host = urlsplit(url).hostname or ""
    if not accounts:
        return Finding("public_url", "ok", f"{url}，还没接平台")
    if not given or _only_here(host):
        return Finding("public_url", "warn", f"{url} 只有本机打得开", "[server] public_url 写别人打得开的 https 地址")
    if url.startswith("http://"):
        return Finding("public_url", "warn", f"{url} 没有加密", "前面放一个带证书的反向代理，写成 https://")
    return Finding("public_url", "ok", url)


def _only_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
