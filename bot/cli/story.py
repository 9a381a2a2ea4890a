"""`genjin demo --script`: the story of a sentence that becomes a kept promise, told in the terminal."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from bot.cli.demo import Demo

SENTENCE = "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去"
QUOTE = b"%PDF-1.4\n%quotation of the demo\n%%EOF\n"


class Stage:
    """Prints what is said and what comes back, in colour where the terminal has some."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def scene(self, words: str) -> None:
        print(f"\n{self._paint('1;36', '── ' + words)}")

    def says(self, who: str, text: str) -> None:
        print(f"{self._paint('1', who)}：{self._paint('32', text)}")

    def hears(self, who: str, item: dict[str, Any]) -> None:
        lines = str(item["text"]).splitlines()
        print(self._paint("33", f"  小跟 → {who}"))
        for n, line in enumerate(lines):
            print(f"  │ {self._paint('1', line) if n == 0 else line}")
        labels = [f"{n} {button['label']}" for n, button in enumerate(item["buttons"], 1)]
        if labels:
            print(f"  │ {self._paint('2', '  '.join(labels))}")

    def note(self, words: str) -> None:
        print(self._paint("2", f"  {words}"))


async def play(demo: Demo) -> None:
    """Tuesday's sentence, Thursday's reminder and file, and the chain that proves it."""
    stage = Stage(sys.stdout.isatty())
    async with httpx.AsyncClient(base_url=demo.url, timeout=40) as web:
        await _tell(stage, web)


async def _tell(stage: Stage, web: httpx.AsyncClient) -> None:
    stage.scene("周二 3月10日 10:00，张伟在企业微信里说了一句话")
    stage.says("张伟", SENTENCE)
    card = (await _said(web, SENTENCE))[-1]
    stage.hears("张伟", card)
    stage.scene("张伟点〔确认〕")
    changed = await _tapped(web, card["n"], "confirm")
    stage.hears("张伟", changed)
    stage.scene("时钟拨到周四 3月12日 17:45")
    heard = await _until(web, "2026-03-12T17:45:00+08:00", card["n"])
    for item in heard:
        stage.hears("张伟", item)
    stage.scene("张伟点〔已经发了〕")
    wanted = await _tapped(web, heard[-1]["n"], "done")
    stage.hears("张伟", wanted)
    stage.scene("他把报价单交到〔补材料〕打开的上传页")
    upload = next(b["url"] for b in wanted["buttons"] if b["id"] == "add_evidence")
    before = await _newest(web)
    answer = await web.post(upload, files={"file": ("华东医械_报价单_v3.pdf", QUOTE)}, data={"for": "commitment"})
    answer.raise_for_status()
    await web.post("/sandbox/api/clock", json={"advance_seconds": 1})
    for item in await _inbox(web, before):
        stage.hears("张伟", item)
    stage.scene("记录和证据")
    for promise in await _records(web, "commitment"):
        stage.note(
            f"承诺：{promise['what']} · {promise['due']} · {_state(promise['state'])} · 材料 {promise['evidence_id']}"
        )
    entries = await _records(web, "audit")
    stage.note(f"审计链：{len(entries)} 条，链头 {entries[-1]['hash'][:16]}…")


def _state(state: str) -> str:
    return {"open": "未了", "kept": "了结", "overdue": "过期", "withdrawn": "取消"}.get(state, state)


async def _said(web: httpx.AsyncClient, text: str) -> list[dict[str, Any]]:
    before = await _newest(web)
    answer = await web.post("/sandbox/api/say", json={"platform": "wecom", "as": "zhang.wei", "text": text})
    answer.raise_for_status()
    return await _inbox(web, before)


async def _tapped(web: httpx.AsyncClient, n: int, button: str) -> dict[str, Any]:
    answer = await web.post("/sandbox/api/tap", json={"as": "zhang.wei", "n": n, "button": button})
    answer.raise_for_status()
    return next(item for item in await _inbox(web, 0) if item["n"] == n)


async def _until(web: httpx.AsyncClient, moment: str, after: int) -> list[dict[str, Any]]:
    datetime.fromisoformat(moment)
    answer = await web.post("/sandbox/api/clock", json={"now": moment})
    answer.raise_for_status()
    return await _inbox(web, after)


async def _inbox(web: httpx.AsyncClient, after: int) -> list[dict[str, Any]]:
    answer = await web.get("/sandbox/api/inbox", params={"as": "zhang.wei", "after": after})
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _newest(web: httpx.AsyncClient) -> int:
    items = await _inbox(web, 0)
    return max((int(item["n"]) for item in items), default=0)


async def _records(web: httpx.AsyncClient, kind: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await web.get("/sandbox/api/records", params={"kind": kind})).json()["items"]
    return items
