"""Import: all or nothing, each faulty row with its line and its mend, the same names back as were exported."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.clock import SHANGHAI
from bot.exchange import bring, export
from bot.exchange.bring import Plan, Refused
from bot.exchange.cells import guarded
from bot.exchange.table import BadTable
from storage import audit, customers, leads, members
from storage.connect import Database
from storage.records import Identity, Member, made

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)


@pytest.fixture
async def reps(db: Database) -> None:
    people = [Member(id="mem_1", name="张伟"), Member(id="mem_2", name="李娜"), Member(id="mem_3", name="李娜")]
    account = Identity(id="idn_1", member_id="mem_3", account="main", user="li.na2")
    await audit.apply([made(one) for one in [*people, account]], actor="system", event="test", at=NOW)


async def planned(kind: str, path: Path, content: str | bytes) -> Plan:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return await bring.plan(kind, path, now=NOW, recorder="mem_1", account="main")


async def carried(plan: Plan, skip_bad: bool = False) -> int:
    return await bring.carry_out(plan, now=NOW, actor="mem_1", skip_bad=skip_bad)


async def test_members_and_their_teams(db: Database, tmp_path: Path) -> None:
    plan = await planned(
        "members", tmp_path / "m.csv",
        "姓名,帐号,角色,团队\n王芳,wang.fang,主管,华东一组\n张伟,zhang.wei,,华东一组\n刘洋,liu.yang,法务、销售,\n王芳,WANG.FANG,,\n",
    )  # fmt: skip
    assert plan.summary() == "4 行：可进 3，重复 1，有误 0"
    assert await members.everyone() == []
    assert await carried(plan) == 3
    fang, wei = await members.by_identity("main", "wang.fang"), await members.by_identity("main", "zhang.wei")
    assert fang and wei and fang.team_id == wei.team_id
    [team] = await members.teams()
    assert (team.name, team.manager_id, fang.roles, wei.roles) == ("华东一组", fang.id, ("manager",), ("rep",))
    again = await planned("members", tmp_path / "m.csv", "姓名,帐号\n张伟,zhang.wei\n赵敏,zhao.min\n")
    assert (again.known, await carried(again)) == ([2], 1)


async def test_a_manager_for_a_team_that_has_none(db: Database, tmp_path: Path) -> None:
    await carried(await planned("members", tmp_path / "m.csv", "姓名,帐号,团队\n张伟,zhang.wei,一组\n"))
    await carried(await planned("members", tmp_path / "m.csv", "姓名,帐号,角色,团队\n王芳,wf,主管,一组\n"))
    [team] = await members.teams()
    assert team.manager_id == (await members.named("王芳"))[0].id


@pytest.mark.usefixtures("reps")
async def test_customers_aliases_and_contacts(tmp_path: Path) -> None:
    plan = await planned(
        "customers", tmp_path / "c.csv",
        "客户名称,简称,负责人,联系人,职务,电话,行业\n"
        "华东医疗器械有限公司,华东医械；华械,张伟,王,总,139 1234 5678,医疗\n"
        "华东医疗器械有限公司,,张伟,刘,主任,,医疗\n",
    )  # fmt: skip
    assert (plan.summary(), plan.left_out, plan.said) == ("2 行：可进 2，重复 0，有误 0", ("行业",), "UTF-8")
    assert await carried(plan) == 2
    [customer] = await customers.named("华械")
    assert {one.text for one in await customers.aliases(customer.id)} == {"华东医械", "华械"}
    people = {one.name: one for one in await customers.contacts(customer.id)}
    assert people["王"].phones == ("+8613912345678",)
    assert people["刘"].title == "主任"
    assert (customer.owner_id, customer.recorder_id) == ("mem_1", "mem_1")


@pytest.mark.usefixtures("reps")
async def test_one_faulty_row_and_nothing_is_taken(tmp_path: Path) -> None:
    plan = await planned(
        "customers", tmp_path / "c.csv",
        "客户,负责人,联系人,电话\n甲公司,张伟,,\n乙公司,李娜,,\n丙公司,没人,,\n,张伟,,\n丁公司,张伟,王总,1391234567\n戊公司,li.na2,,\n",
    )  # fmt: skip
    assert [number for number, _ in plan.faults] == [3, 4, 5, 6]
    assert plan.faults[0][1] == "有几个叫“李娜”的成员，写平台帐号"
    assert "少了或多了一位" in plan.faults[3][1]
    assert "1391234567" not in plan.faults[3][1]
    with pytest.raises(Refused):
        await carried(plan)
    assert await customers.named("甲公司") == []
    assert await carried(plan, skip_bad=True) == 2
    assert len(await customers.named("戊公司")) == 1


@pytest.mark.usefixtures("reps")
async def test_tables_as_people_save_them(tmp_path: Path) -> None:
    rows = "公司\t负责人\n华东医械\t张伟\n"
    plan = await planned("customers", tmp_path / "c.csv", rows.encode("gb18030"))
    assert (plan.said, plan.taken) == ("GB18030", 1)
    assert (await planned("customers", tmp_path / "c.csv", "﻿公司;负责人\r\n甲;张伟\r\n")).taken == 1
    book = Workbook()
    book.active.append(["客户*", "负责人", "联系人", "电话"])  # type: ignore[union-attr]
    book.active.append(["甲公司", "张伟", "王总", 13912345678])  # type: ignore[union-attr]
    book.save(tmp_path / "c.xlsx")
    plan = await bring.plan("customers", tmp_path / "c.xlsx", now=NOW, recorder="mem_1")
    assert (plan.said, plan.taken, plan.faults) == ("XLSX", 1, [])


@pytest.mark.parametrize(
    ("name", "content"),
    [("c.csv", b""), ("c.csv", "甲公司,张伟\n".encode()), ("c.xlsx", b"PK no"), ("c.jsonl", b"{"), ("c.jsonl", b"[1]")],
)
async def test_what_is_no_table_is_said(db: Database, tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(BadTable):
        await planned("customers", tmp_path / name, content)


@pytest.mark.usefixtures("reps")
@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
async def test_names_come_back_as_they_were(tmp_path: Path, form: str) -> None:
    """Also names that a spreadsheet would calculate."""
    names = ["=cmd()", "+1", "-1", "@x", "'=x", '引"号', "华东,医械"]
    cells = [guarded(name).replace('"', '""') for name in names]
    lines = "".join(f'"{cell}",张伟\n' for cell in cells)
    assert await carried(await planned("customers", tmp_path / "c.csv", "客户,负责人\n" + lines)) == 7
    await export.export(tmp_path, form)  # type: ignore[arg-type]
    back = bring.table.read(tmp_path / f"customer.{form}", {"name": ()})
    assert sorted(row["name"] for row in back.rows) == sorted(names)


async def test_leads_that_repeat_one_another(reps: None, db: Database, tmp_path: Path) -> None:
    plan = await planned(
        "leads", tmp_path / "l.csv",
        "姓名,公司,电话,来源渠道,需求标签,负责人\n江雪,恒川物流,139 1234 5678,展会,标签机、打印,张伟\n"
        ",恒川物流有限公司,,,,\n赵敏,云帆,13800138000、x,,,李娜\n,,,展会,,\n周浩,,13700137000,,,孙丽\n",
    )  # fmt: skip
    assert plan.summary() == "5 行：可进 1，重复 1，有误 3"
    assert plan.faults == [
        (4, "有几个叫“李娜”的成员，写平台帐号"),
        (5, "至少写姓名、电话、公司、邮箱之一"),
        (6, "没有叫“孙丽”的成员，写平台帐号"),
    ]
    assert await carried(plan, skip_bad=True) == 1
    [lead] = await leads.of_keys(["firm:恒川物流"])
    assert (lead.name, lead.owner_id, lead.state, lead.recorder_id) == ("江雪", "mem_1", "assigned", "mem_1")
    assert (lead.channel, lead.source, lead.tags, lead.via) == ("fair", "展会", ("标签机", "打印"), "import")
    assert [lead.arrivals[n]["event"] for n in sorted(lead.arrivals)] == ["import.leads:2", "import.leads:3"]
    again = await planned("leads", tmp_path / "l.csv", "电话\n13912345678\n")
    assert (again.known, again.taken) == ([2], 0)
