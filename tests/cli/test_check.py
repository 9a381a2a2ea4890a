"""``genjin check``: each line ok, warn or fail, with the mend; 1 where anything fails."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli.main import run
from bot.web.port import open_port
from storage.migrate import migrate

AES = "A" * 43
Check = Callable[[str], tuple[int, dict[str, dict[str, str]]]]


@pytest.fixture(scope="module")
def platform() -> Iterator[str]:
    """A platform on loopback that takes the secret ``right`` alone."""

    async def token(request: web.Request) -> web.Response:
        if request.query["corpsecret"] != "right":
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})

    async def agent(request: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "errmsg": "ok", "name": "小跟"})

    async def play() -> None:
        site = web.Application()
        site.add_routes([web.get("/cgi-bin/gettoken", token), web.get("/cgi-bin/agent/get", agent)])
        async with open_port(site, "127.0.0.1", 0) as url:
            address.append(url)
            ready.set()
            await asyncio.to_thread(done.wait)

    address: list[str] = []
    ready, done = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(play()))
    thread.start()
    ready.wait(10)
    yield address[0]
    done.set()
    thread.join()


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def call(text: str) -> tuple[int, dict[str, dict[str, str]]]:
        (tmp_path / "config.toml").write_text(text, "utf-8")
        code = run(["check", "--config", str(tmp_path / "config.toml"), "--json"])
        return code, {one["name"]: one for one in json.loads(capsys.readouterr().out)}

    return call


def account(base: str, secret: str) -> str:
    return (
        f'[[wecom]]\nname = "main"\ncorp_id = "ww1"\nagent_id = 7\nsecret = "{secret}"\ntoken = "t"\n'
        f'aes_key = "{AES}"\napi_base = "{base}"\n'
    )


def test_before_the_first_start(check: Check, tmp_path: Path) -> None:
    code, found = check("")
    assert code == 0
    assert "第一次运行时" in found["database"]["words"]
    assert found["platform"]["verdict"] == "warn"
    assert {
        "configuration",
        "keys",
        "database",
        "redis",
        "platform",
        "clock",
        "calendar",
        "disk",
        "pictures",
        "ocr",
        "reader",
        "public_url",
    } == set(found)
    assert not (tmp_path / "data").exists()


def test_all_is_well(check: Check, tmp_path: Path, platform: str) -> None:
    (tmp_path / "data").mkdir()
    asyncio.run(migrate(f"sqlite:{tmp_path / 'data' / 'genjin.db'}"))
    code, found = check('[server]\npublic_url = "https://genjin.example.com"\n' + account(platform, "right"))
    assert code == 0
    assert found["platform.main"]["words"] == "企业微信应答正常：应用「小跟」"
    assert "平台" in found["clock"]["words"]
    assert found["database"]["words"] == "SQLite 可用，结构是最新的"
    assert found["keys"]["verdict"] == "warn"
    assert "right" not in str(found)


def test_a_wrong_secret_fails_with_its_mend(check: Check, platform: str) -> None:
    code, found = check(account(platform, "wrong"))
    assert (code, found["platform.main"]["verdict"]) == (1, "fail")
    assert "secret" in found["platform.main"]["mend"]


def test_nobody_answers(check: Check) -> None:
    code, found = check(account("http://127.0.0.1:9", "right"))
    assert (code, found["platform.main"]["verdict"]) == (1, "fail")


def test_an_unmigrated_database_fails(check: Check, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "genjin.db").touch()
    code, found = check("")
    assert (code, found["database"]["mend"]) == (1, "运行 genjin migrate")


def test_faults_of_the_configuration_are_findings(check: Check) -> None:
    code, found = check("[server]\nport = 'x'")
    assert (code, found["configuration"]["words"], found["configuration"]["mend"]) == (1, "server.port", "要写整数")


def test_for_people_it_is_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")
    assert run(["check", "-c", str(tmp_path / "config.toml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"ok    配置：{tmp_path}/config.toml"
    assert "warn  平台：还没有接平台  → 在配置里加一节 [[wecom]] 或 [[dingtalk]]，步骤见 docs/configuring.md" in lines
