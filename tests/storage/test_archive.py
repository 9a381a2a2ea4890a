from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path

import pytest

from storage import archive, audit, connect, due, files, inbox, outbox
from storage.connect import Database
from storage.errors import BadArchive
from storage.inbox import Intake
from storage.records import Moment
from tests.storage.samples import NOW, at, evidence, house, keep
from tests.storage.test_migrations import rows
from tests.storage.test_outbox import push


async def came(intake: Intake, key: str) -> bool:
    return await intake.keep(
        account="wecom", key=key, conversation="c", sent_at=NOW, received_at=NOW, payload=b"\x00{}", kind="message"
    )


@pytest.fixture
async def saved(db: Database, tmp_path: Path) -> Path:
    """A backup of a database that holds something of everything, with one evidence file."""
    home = await house()
    sha = files.put(tmp_path, b"%PDF contract")
    await keep(evidence(home.opportunity, sha256=sha), evidence(home.opportunity, sha256="f" * 64), event="e")
    intake = Intake(db)
    await intake.start()
    await came(intake, "k1")
    await intake.stop()
    await inbox.claim(now=NOW, owner="me")
    await outbox.put([push("sent"), push("unsent")])
    await due.put([Moment(id=f"due_{hours}", at=at(hours=hours), kind="k", record="r") for hours in (-1, 1)])
    counts = await archive.backup(db, tmp_path / "genjin.zip", tmp_path)
    assert counts["audit"] == 9 and counts["evidence files"] == 1 and counts["moment"] == 2
    return tmp_path / "genjin.zip"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty machine, of either kind whatever the backup came from."""
    if request.param == "postgres":
        return str(request.getfixturevalue("new_postgres")())
    return f"sqlite:{tmp_path / 'restored' / 'genjin.db'}"


async def test_restored_it_is_what_it_was_and_says_nothing_again(
    saved: Path, target: str, db: Database, tmp_path: Path
):
    head = await audit.head()
    counts = await archive.restore(target, saved, tmp_path / "restored")
    assert counts["message"] == 1 and counts["evidence files"] == 1
    assert await audit.head() == head  # the one that was open is in use again
    await connect.close(db)

    restored = await connect.connect(target)
    assert await audit.head() == head
    assert (await audit.verify()).broken is None
    message = await inbox.by_key("wecom", "k1")
    assert message is not None and message.payload == b"\x00{}"
    assert [m.event_key for m in await inbox.claim(now=NOW, owner="new")] == ["k1"]
    assert await outbox.claim(now=at(days=9), owner="new") == []
    assert await outbox.put([push("unsent")]) == []
    assert [one.id for one in await due.waiting()] == ["due_1"]
    home_sha = next(path.name for path in (tmp_path / "restored" / "evidence").iterdir())
    assert files.read(tmp_path / "restored", home_sha) == b"%PDF contract"
    intake = Intake(restored)  # sequences go on where they were
    await intake.start()
    assert not await came(intake, "k1") and await came(intake, "k2")
    await intake.stop()
    await outbox.put([push("next")])
    await keep(*(), event="nothing")
    await connect.close(restored)


async def test_records_are_the_same_on_both_kinds(saved: Path, target: str, db: Database, tmp_path: Path):
    before = await rows_open(db)
    await archive.restore(target, saved, tmp_path / "restored", now=NOW)
    await connect.close(db)
    after = await rows(target)
    for table in ("customer", "opportunity", "evidence", "member", "audit", "audit_payload", "contact", "identity"):
        assert sorted(map(repr, plain(before[table]))) == sorted(map(repr, plain(after[table]))), table


def plain(rows_: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """SQLite has its flags as 0 and 1."""
    return [tuple(int(value) if isinstance(value, bool) else value for value in row) for row in rows_]


async def rows_open(db: Database) -> dict[str, list[tuple[object, ...]]]:
    async with db.engine.snapshot() as snapshot:
        return {
            table: [tuple(row) async for chunk in snapshot.chunks(f'SELECT * FROM "{table}"') for row in chunk]
            for table in archive.MODELS
        }


async def test_a_database_that_is_not_empty_is_left_alone(saved: Path, db: Database, database_url: str, tmp_path: Path):
    await connect.close(db)
    with pytest.raises(BadArchive, match="不是空的"):
        await archive.restore(database_url, saved, tmp_path / "restored")
    database = await connect.connect(database_url)
    assert (await audit.head())[0] == 9
    await connect.close(database)


async def test_what_is_no_backup_is_refused(tmp_path: Path):
    target = f"sqlite:{tmp_path / 'genjin.db'}"
    (tmp_path / "text").write_text("hello")
    with zipfile.ZipFile(tmp_path / "zip", "w") as other:
        other.writestr("a", "b")
    with zipfile.ZipFile(tmp_path / "newer", "w") as newer:
        newer.writestr(archive.MANIFEST, json.dumps({"format": 1, "schema": ["9999_x"], "counts": {}}))
    for name in ("missing", "text", "zip", "newer"):
        with pytest.raises(BadArchive):
            await archive.restore(target, tmp_path / name, tmp_path)
    assert not (tmp_path / "genjin.db").exists()


async def test_a_backup_that_lost_a_line_is_refused(saved: Path, db: Database, tmp_path: Path):
    await connect.close(db)
    with zipfile.ZipFile(saved) as whole, zipfile.ZipFile(tmp_path / "cut.zip", "w") as cut:
        for name in whole.namelist():
            content = whole.read(name)
            cut.writestr(name, b"\n".join(content.splitlines()[1:]) if name == "customer.jsonl" else content)
    target = f"sqlite:{tmp_path / 'cut.db'}"
    with pytest.raises(BadArchive, match="清单"):
        await archive.restore(target, tmp_path / "cut.zip", tmp_path)
    assert all(not found for found in (await rows(target)).values())


async def test_under_load_it_is_of_one_moment(db: Database, tmp_path: Path):
    """Each writing makes a record and its entry together: the backup never holds one without the other."""
    home = await house()
    stop = asyncio.Event()

    async def write() -> None:
        n = 0
        while not stop.is_set():
            await keep(evidence(home.opportunity), event=f"e{n}")
            n += 1
            await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    for n in range(3):
        counts = await archive.backup(db, tmp_path / f"{n}.zip", tmp_path)
        made = sum(counts[table] for table in ("team", "member", "identity", "customer", "alias", "contact"))
        assert counts["audit"] == counts["audit_payload"] == made + counts["opportunity"] + counts["evidence"]
    stop.set()
    await writing
    assert (tmp_path / "0.zip").stat().st_mode & 0o077 == 0
