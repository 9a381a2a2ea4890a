"""``genjin serve`` as a process: it opens, it refuses a twin, it stops when told, with 0."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.ports import free_port

GENJIN = [sys.executable, "-c", "from bot.cli.main import main; main()"]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    (tmp_path / "config.toml").write_text(f"[server]\nport = {port}\n")
    process = subprocess.Popen(
        [*GENJIN, "serve"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.communicate()


def asked(url: str, within: float = 120) -> object:
    end = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                return json.load(answer)
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_it_opens_refuses_a_twin_and_stops_when_told(bot: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    process, url = bot
    assert asked(f"{url}/readyz") == {
        "ready": True, "checks": {"intake": "ok", "database": "ok", "migrations": "ok", "queue": "ok"}
    }  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "GENJIN_SERVER__PORT": str(free_port())}
    twin = subprocess.run([*GENJIN, "serve"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (twin.returncode, twin.stderr.splitlines()[-1].count("正被另一个进程使用")) == (2, 1)
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, time.monotonic() - started < 10) == (0, True)
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert [line["what"] for line in lines] == ["serving", "stopping", "stopped"]
    assert "Traceback" not in said
