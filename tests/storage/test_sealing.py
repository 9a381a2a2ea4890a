"""Encryption at rest: what lies on the disk says nothing, old keys still open, a lost key is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage import audit, connect, crypto, files, inbox, sql
from storage.connect import Database
from storage.errors import Missing, Sealed, StorageError
from tests.storage.samples import NOW, activity, house, keep

OLD, NEW = b"o" * 32, b"n" * 32


@asynccontextmanager
async def opened(url: str, *keys: bytes) -> AsyncIterator[Database]:
    database = await connect.connect(url, keys=keys)
    try:
        yield database
    finally:
        await connect.close(database)


async def test_audit_payloads_open_with_their_key_alone(database_url: str):
    async with opened(database_url, OLD):
        home = await house()
    async with opened(database_url, NEW, OLD):
        await keep(activity(home.customer, text="机密"), event="later")
        assert (await audit.verify()).broken is None
        keys = {row[0] for row in await sql.fetch("SELECT payload_key FROM audit_payload")}
        assert keys == {crypto.key_id(OLD), crypto.key_id(NEW)}
        raw = await sql.fetch("SELECT payload FROM audit_payload")
        assert all("机密".encode() not in bytes(row[0]) for row in raw)
        assert (await audit.by_event("later"))[0].change is not None
    async with opened(database_url, NEW):
        verdict = await audit.verify()
        assert verdict.broken == 1 and crypto.key_id(OLD) in verdict.reason


async def test_messages_are_sealed_and_bound_to_their_row(database_url: str):
    async with opened(database_url, NEW) as database:
        intake = inbox.Intake(database)
        await intake.start()
        for key in ("k1", "k2"):
            await intake.keep(
                account="wecom", key=key, conversation=key, sent_at=NOW, received_at=NOW,
                payload=f"机密 {key}".encode(), kind="message",
            )  # fmt: skip
        await intake.stop()
        claimed = await inbox.claim(now=NOW, owner="me")
        assert [message.payload for message in claimed] == ["机密 k1".encode(), "机密 k2".encode()]
        for message in claimed:
            await inbox.done(message.seq, "me", text=f"说了 {message.event_key}")
        read = await inbox.by_key("wecom", "k1")
        assert read is not None and read.text == "说了 k1"
        for row in await sql.fetch("SELECT payload, text FROM message"):
            assert "机密".encode() not in bytes(row[0]) and "说了".encode() not in bytes(row[1])
        await sql.run("UPDATE message SET text = (SELECT m.text FROM message m WHERE m.event_key = 'k2')")
        with pytest.raises(Sealed):
            await inbox.by_key("wecom", "k1")


def test_a_key_is_32_bytes():
    with pytest.raises(StorageError, match="32"):
        crypto.Ring([b"short"])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", files.MAGIC + b"abc\nnot sealed at all"])
@pytest.mark.parametrize("keys", [(), (NEW,)])
def test_evidence_comes_back_as_it_was(tmp_path: Path, content: bytes, keys: tuple[bytes, ...]):
    sha = files.put(tmp_path, content, keys)
    assert files.put(tmp_path, content, keys) == sha
    assert files.read(tmp_path, sha, keys) == content
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [sha]
    if keys and content:
        assert content not in (tmp_path / "evidence" / sha).read_bytes()
        with pytest.raises(Sealed):
            files.read(tmp_path, sha, (OLD,))
    assert files.forget(tmp_path, sha) and not files.forget(tmp_path, sha)


def test_evidence_that_was_changed_is_not_given_out(tmp_path: Path):
    sha = files.put(tmp_path, b"contract")
    (tmp_path / "evidence" / sha).write_bytes(b"another contract")
    with pytest.raises(Sealed):
        files.read(tmp_path, sha)


@pytest.mark.parametrize("name", ["../genjin.db", "/etc/passwd", "", "A" * 64, "0" * 63])
def test_no_name_leads_out_of_the_store(tmp_path: Path, name: str):
    with pytest.raises(Missing):
        files.read(tmp_path, name)


def test_a_link_in_the_store_is_not_followed(tmp_path: Path):
    sha = files.put(tmp_path, b"x")
    target = tmp_path / "evidence" / sha
    target.unlink()
    (tmp_path / "secret").write_bytes(b"x")
    target.symlink_to(tmp_path / "secret")
    with pytest.raises(Missing):
        files.read(tmp_path, sha)
