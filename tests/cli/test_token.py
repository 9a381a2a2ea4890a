"""``genjin token``: made, listed, revoked."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.main import run
from bot.members import tokens
from storage import apitokens, audit, connect, migrate
from storage.records import Identity, Member, made
from tests.storage.samples import NOW


async def planted(url: str) -> None:
    await migrate.migrate(url)
    database = await connect.connect(url)
    people = [
        Member(id="mem_1", name="管理员", roles=("admin",)),
        Member(id="mem_2", name="张伟"),
        Member(id="mem_3", name="张伟"),
    ]
    account = Identity(id="idn_1", member_id="mem_2", account="wecom", user="zhang.wei")
    await audit.apply([made(one) for one in (*people, account)], actor="system", event="test", at=NOW)
    await connect.close(database)


async def recognised(url: str, word: str) -> str | None:
    database = await connect.connect(url, alone=False)
    known = await tokens.recognised(word)
    kept = str([*await apitokens.all(), *await audit.entries(0, 100)])
    await connect.close(database)
    assert word not in kept
    return known[1].id if known else None


def test_a_token_from_its_making_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:{tmp_path / 'genjin.db'}"
    asyncio.run(planted(url))
    data = ["--data", str(tmp_path)]
    assert run(["token", "create", "--member", "张伟", *data]) == 2
    assert "有几个叫“张伟”的成员" in capsys.readouterr().err
    assert run(["token", "create", "--member", "zhang.wei", "--read-only", "--name", "报表", "--json", *data]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["member_id"] == "mem_2" and told["read_only"] and told["token"].startswith("gjt_")
    assert asyncio.run(recognised(url, told["token"])) == "mem_2"
    assert run(["token", "list", "--json", *data]) == 0
    [one] = json.loads(capsys.readouterr().out)
    assert (one["id"], one["member"], one["name"], one["state"]) == (told["id"], "张伟", "报表", "on")
    assert run(["token", "revoke", told["id"], *data]) == 0
    assert asyncio.run(recognised(url, told["token"])) is None
    assert run(["token", "list", *data]) == 0
    assert "已收回" in capsys.readouterr().out
    assert run(["token", "revoke", "tok_none", *data]) == 2
