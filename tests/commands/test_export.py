"""/export: the records as a sealed file on the server, for a day, written down."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.exchange import hand_out
from bot.exchange.cells import sheet_text, unguarded
from scheduler.effect import Around
from scheduler.jobs import files
from storage import audit, due
from storage.records import Customer, made, new_id
from tests.bot.exchange.test_sealed import opened
from tests.commands.conftest import TUESDAY, Desk, Heard

HOSTILE = [
    "=cmd|'/c calc'!A1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>",
    "\t=1",
    "\r=1",
    '他说"行",\r\n第二行',
    "＝1+1",
    "'=1",
    "'正常",
]


def taken(desk: Desk, heard: Heard) -> dict[str, bytes]:
    """The files of the archive that the answer speaks of."""
    [word] = re.findall(r"密码：(\S+)", heard.text)
    assert heard.push is not None
    [page] = heard.push.buttons
    assert page.url.startswith("https://genjin.example/sidebar/export/")
    return opened((desk.house.data / "exports" / page.url.rpartition("/")[2]).read_bytes(), word)


async def _hostile(desk: Desk) -> None:
    owner = (await desk.member("zhang.wei")).id
    for name in HOSTILE:
        one = Customer(id=new_id("cus", TUESDAY), name=name, owner_id=owner, recorder_id=owner, created_at=TUESDAY)
        await desk.keep(made(one))


async def test_customers_as_a_workbook(desk: Desk) -> None:
    await _hostile(desk)
    heard = await desk.says("admin", "/export customers")
    assert heard.text.startswith("17 家，xlsx，加密，24 小时内可下。已留痕。\n密码：")
    [(name, body)] = taken(desk, heard).items()
    assert name == "customers.xlsx"
    cells = [row[1] for row in load_workbook(io.BytesIO(body)).active.iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [sheet_text(str(cell.value)) for cell in cells][-len(HOSTILE) :] == HOSTILE


async def test_as_csv(desk: Desk) -> None:
    await _hostile(desk)
    [(name, body)] = taken(desk, await desk.says("admin", "/export 客户 csv")).items()
    assert name == "customers.csv"
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert [unguarded(row["name"]) for row in rows][-len(HOSTILE) :] == HOSTILE
    assert all(not row["name"].startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in rows)


async def test_it_is_written_down_and_gone_after_a_day(desk: Desk) -> None:
    heard = await desk.says("admin", "/export customers")
    [entry] = await audit.since(0, ("export.made",))
    assert entry.change is not None
    assert (entry.actor, entry.change.after["_count"]) == ((await desk.member("admin")).id, 6)
    [path] = list((desk.house.data / "exports").iterdir())
    assert path.stat().st_mode & 0o077 == 0
    assert path.name == entry.change.after["_file"]
    [moment] = [one for one in await due.waiting() if one.kind == "export.over"]
    assert (moment.at - desk.clock.now()).total_seconds() == 86_400
    await files.over([moment], Around(desk.house, moment.at))
    assert not path.exists()
    assert "密码" in heard.text


async def test_what_a_crash_left_behind_goes_by_night(desk: Desk) -> None:
    await desk.says("admin", "/export customers")
    assert hand_out.sweep(desk.house.data, TUESDAY + timedelta(hours=23)) == 0
    assert hand_out.sweep(desk.house.data, TUESDAY + timedelta(hours=25)) == 1
    assert not list((desk.house.data / "exports").iterdir())


async def test_everything(desk: Desk) -> None:
    heard = await desk.says("admin", "/export 全部 jsonl")
    assert {"customers.jsonl", "messages.jsonl", "audit.jsonl", "teams.jsonl"} <= set(taken(desk, heard))


async def test_too_many_are_not_made_while_others_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.export.MOST", 3)
    heard = await desk.says("admin", "/export customers")
    assert heard.text == "超过 3 条，这里装不下。在服务器上跑：genjin export 目录 --format xlsx"
    assert not (desk.house.data / "exports").exists()


async def test_wrong_calls(desk: Desk) -> None:
    there = (await desk.says("admin", "/export 全部微信")).text
    assert there.startswith("可导出：customers、contacts、opportunities、history、")
    assert (await desk.says("admin", "/export custmers")).status == "是不是：/export customers"
    assert (await desk.says("wang.fang", "/export customers")).title == "/export 由管理员用"


def test_no_other_name_is_removed(tmp_path: Path) -> None:
    other = tmp_path / "genjin.db"
    other.write_text("x")
    hand_out.forget(tmp_path, "../genjin.db")
    assert other.exists()
