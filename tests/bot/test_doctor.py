"""Each ill is named with its mend."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Misconfigured, Retryable
from bot import doctor
from bot.clock import SHANGHAI
from nlp.workdays import Calendar
from storage import sql
from storage.connect import Database
from storage.memory import Twin

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)


class Platform:
    """An adapter that says what it is told to."""

    def __init__(self, name: str, says: str | Exception) -> None:
        self.name, self._says = name, says

    async def check(self) -> str:
        if isinstance(self._says, Exception):
            raise self._says
        return self._says


async def test_a_database_that_is_well(db: Database) -> None:
    found = await doctor.database(db)
    assert [one.verdict for one in found] == ["ok", "ok"]


async def test_an_older_schema_fails_with_its_mend(db: Database) -> None:
    await sql.run("DELETE FROM tortoise_migrations")
    (found,) = await doctor.database(db)
    assert (found.verdict, found.mend) == ("fail", "运行 genjin migrate")


async def test_platforms_say_it_themselves() -> None:
    adapters: Any = {
        "a": Platform("a", "应答正常"),
        "b": Platform("b", Misconfigured("40001", "检查 secret")),
        "c": Platform("c", Retryable("no connection")),
    }
    found = await doctor.platforms(adapters)
    assert [(one.name, one.verdict) for one in found] == [
        ("platform.a", "ok"), ("platform.b", "fail"), ("platform.c", "fail")
    ]  # fmt: skip
    assert (found[1].mend, found[2].mend) == ("检查 secret", "检查网络出口和这一节的帐号")
    assert (await doctor.platforms({}))[0].verdict == "warn"


async def test_redis_is_asked_only_where_there_is_one() -> None:
    class Lost(Twin):
        async def ping(self) -> bool:
            return False

    assert (await doctor.redis(Twin(), False)).verdict == "ok"
    assert (await doctor.redis(Twin(), True)).verdict == "ok"
    assert (await doctor.redis(Lost(), True)).verdict == "warn"


@pytest.mark.parametrize(("off", "verdict"), [(2, "ok"), (-29, "ok"), (60, "warn"), (-60, "warn"), (400, "fail")])
def test_the_clock_beside_others(off: int, verdict: str) -> None:
    found = doctor.clock(NOW, {"数据库": NOW, "平台": NOW + timedelta(seconds=off)})
    assert found.verdict == verdict
    if verdict != "ok":
        assert found.words == f"比平台{'慢' if off > 0 else '快'} {abs(off)} 秒"


def test_the_calendar_is_warned_about_sixty_days_before_it_ends() -> None:
    calendar = Calendar.national()
    end = calendar.table_ends
    assert doctor.calendar(calendar, end - timedelta(days=61)).verdict == "ok"
    assert doctor.calendar(calendar, end - timedelta(days=60)).words.endswith("还有 60 天")
    assert doctor.calendar(calendar, date(end.year + 1, 1, 1)).words.endswith("已经过了")


@pytest.mark.parametrize(("free", "verdict"), [(3 * 1024**3, "ok"), (1024**3, "warn"), (1024**2, "fail")])
def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(free * 2, free, free))
    assert doctor.disk(tmp_path / "not" / "yet").verdict == verdict


@pytest.mark.parametrize(
    ("url", "given", "verdict"),
    [
        ("https://genjin.example.com", True, "ok"),
        ("http://genjin.example.com", True, "warn"),
        ("http://127.0.0.1:8787", True, "warn"),
        ("http://localhost:8787", True, "warn"),
        ("http://10.0.0.5:8787", False, "warn"),
    ],
)
def test_the_address_that_people_are_told(url: str, given: bool, verdict: str) -> None:
    assert doctor.public_url(url, given, True).verdict == verdict
    assert doctor.public_url(url, given, False).verdict == "ok"


def test_the_worst_decides() -> None:
    ok, warn, fail = (doctor.Finding("x", verdict, "") for verdict in ("ok", "warn", "fail"))
    assert (doctor.worst([ok]), doctor.worst([ok, warn]), doctor.worst([warn, fail, ok])) == ("ok", "warn", "fail")
