"""The real `genjin demo` as a process of its own: the contract's control surface, kept data, the script."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SENTENCE = "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去"
GENJIN = [sys.executable, "-m", "bot"]


@contextmanager
def demo(data: Path, *words: str) -> Iterator[httpx.Client]:
    """A client of a demo that is up; the process gets SIGTERM at the end and must leave with 0."""
    command = [*GENJIN, "demo", "--headless", "--port", "0", "--data", str(data), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["ready"] is True
        with httpx.Client(base_url=said["url"], timeout=40, trust_env=False) as web:
            yield web
        process.terminate()
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait(15)
        if process.stdout is not None:
            process.stdout.close()


def inbox(web: httpx.Client, who: str, after: int = 0) -> list[dict[str, object]]:
    items: list[dict[str, object]] = web.get("/sandbox/api/inbox", params={"as": who, "after": after}).json()["items"]
    return items


def clock(web: httpx.Client, moment: str) -> None:
    assert web.post("/sandbox/api/clock", json={"now": moment}).status_code == 200


def test_the_story_through_the_real_process(tmp_path: Path) -> None:
    with demo(tmp_path) as web:
        said = web.post("/sandbox/api/say", json={"platform": "wecom", "as": "zhang.wei", "text": SENTENCE})
        assert said.json()["event_id"]
        [card] = inbox(web, "zhang.wei")
        assert (card["kind"], card["title"]) == ("reading.clear", "华东医械 · 记下了")
        tapped = web.post("/sandbox/api/tap", json={"as": "zhang.wei", "n": card["n"], "button": "confirm"})
        assert tapped.status_code == 200
        clock(web, "2026-03-12T17:45:00+08:00")
        reminder = inbox(web, "zhang.wei", int(str(card["n"])))[-1]
        assert reminder["title"] == "明天到期：发报价单"
        clock(web, "2026-03-13T18:45:00+08:00")
        assert "promise.late.manager" in [item["kind"] for item in inbox(web, "wang.fang")]
        assert web.get("/readyz").status_code == 200
        assert "genjin_callbacks_total" in web.get("/metrics").text


def test_kept_data_go_on_from_their_last_moment(tmp_path: Path) -> None:
    with demo(tmp_path) as web:
        web.post("/sandbox/api/say", json={"platform": "wecom", "as": "zhang.wei", "text": SENTENCE})
        clock(web, "2026-03-11T10:00:00+08:00")
    with demo(tmp_path) as web:
        assert inbox(web, "zhang.wei")[0]["kind"] == "reading.clear"
        assert len(web.get("/sandbox/api/records", params={"kind": "commitment"}).json()["items"]) == 1
        clock(web, "2026-03-12T17:45:00+08:00")
        assert [item["kind"] for item in inbox(web, "zhang.wei")].count("promise.ahead") == 1


def test_what_the_platform_cannot_carry_is_refused(tmp_path: Path) -> None:
    with demo(tmp_path) as web:
        file = {"name": "报价单.pdf", "content_base64": "JVBERi0="}
        body = {"platform": "wecom", "as": "zhang.wei", "text": "", "file": file}
        refused = web.post("/sandbox/api/say", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unsupported_by_platform")


def test_the_script_tells_the_story(tmp_path: Path) -> None:
    told = subprocess.run([*GENJIN, "demo", "--script"], capture_output=True, text=True, timeout=240, cwd=Path.cwd())
    assert told.returncode == 0, told.stderr
    assert "闭环：发报价单" in told.stdout
