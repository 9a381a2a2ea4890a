"""Contacts, opportunities, history, facts: each row named, nobody made an author, a break-off gone on from."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SHANGHAI
from bot.exchange import bring, export, table
from bot.exchange.bring_cells import amount, day, moment
from bot.exchange.bring_plan import Plan
from bot.exchange.table import BadTable
from bot.playbook.store import PlaybookStore, ensure_shipped
from storage import activities, audit, customers, facts, opportunities, sql
from storage.connect import Database, transaction
from storage.records import Customer, Identity, Member, made

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
HUA = "华东医疗器械有限公司"


@pytest.fixture
async def books(db: Database) -> None:
    people = [Member(id="mem_1", name="管理员", roles=("admin",)), Member(id="mem_2", name="李娜")]
    account = Identity(id="idn_1", member_id="mem_2", account="main", user="li.na")
    firm = Customer(id="cus_1", name=HUA, owner_id="mem_2", recorder_id="mem_2", created_at=NOW)
    async with transaction():
        await ensure_shipped(NOW)
        await audit.apply([made(one) for one in (*people, account, firm)], actor="system", event="test", at=NOW)


async def planned(kind: str, folder: Path, content: str) -> Plan:
    path = folder / "t.csv"
    path.write_text(content, encoding="utf-8")
    return await bring.plan(kind, path, now=NOW, recorder="mem_1", account="main", playbooks=PlaybookStore())


async def carried(plan: Plan, **more: Any) -> int:
    return await bring.carry_out(plan, now=NOW, actor="mem_1", **more)


async def test_people_of_customers(books: None, tmp_path: Path) -> None:
    table = f"客户,联系人,职务,电话\n{HUA},王,总,13912345678\n{HUA},王,总,\n没这家,李,,\n{HUA},,,\n{HUA},周,主任,1391\n"
    plan = await planned("contacts", tmp_path, table)
    assert (plan.taken, plan.known) == (1, [3])
    assert plan.faults == [
        (4, "没有叫“没这家”的客户，先导入客户"),
        (5, "缺联系人姓名"),
        (6, "电话“…”不像一个号码，看看是不是少了或多了一位"),
    ]
    assert await carried(plan, skip_bad=True) == 1
    [person] = await customers.contacts("cus_1")
    assert (person.name, person.title, person.phones) == ("王", "总", ("+8613912345678",))
    assert (await planned("contacts", tmp_path, table)).taken == 0


async def test_opportunities_stand_where_the_old_books_had_them(books: None, tmp_path: Path) -> None:
    table = (
        "客户,商机,阶段,状态,金额,预计签约,创建时间,负责人\n"
        f"{HUA},影像,价格谈判,,¥217万,2026/3/18,2025-12-01,\n"
        f"{HUA},备件,,赢单,\"86,000.00\",,2025-06-01,李娜\n"
        f"{HUA},耗材,赢单,,1,,,\n"
        f"{HUA},旧单,方案演示,输单,,,,\n"
        f"{HUA},影像,方案演示,,,,,\n"
        f"{HUA},甲,不知道,,,,,\n{HUA},乙,,在谈,,,,\n{HUA},丙,,,很多,,,\n{HUA},丁,,,,三月,,\n{HUA},戊,,,,,,孙丽\n"
    )  # fmt: skip
    plan = await planned("opportunities", tmp_path, table)
    assert (plan.taken, plan.known, [line for line, _ in plan.faults]) == (4, [6], [7, 8, 9, 10, 11])
    await carried(plan, skip_bad=True)
    deals = {one.name: one for one in await opportunities.of_customer("cus_1")}
    image = deals["影像"]
    assert (image.stage, image.state, image.amount, image.sign_date) == (
        "negotiation", "open", Decimal("2170000.00"), date(2026, 3, 18),
    )  # fmt: skip
    assert (image.owner_id, image.created_at.astimezone(SHANGHAI).date()) == ("mem_2", date(2025, 12, 1))
    assert {"meeting_record", "document_sent", "decision_maker"} <= set(image.evidence_missing)
    spare, used = deals["备件"], deals["耗材"]
    assert (spare.state, spare.stage, spare.amount) == ("won", "contract_signing", Decimal("86000.00"))
    assert used.state == "won" and spare.closed_at is not None and "budget_proof" in spare.evidence_missing
    assert (deals["旧单"].state, deals["旧单"].evidence_missing) == ("lost", ())
    assert (await planned("opportunities", tmp_path, table)).taken == 0


async def test_history_has_its_own_authors(books: None, tmp_path: Path) -> None:
    table = (
        "客户,谁,时间,方式,内容\n"
        f"{HUA},李娜,2025年12月1日 14:30,拜访,王总要三套方案\n"
        f"{HUA},li.na,2025-12-02,,发了报价\n"
        f"{HUA},,2025-12-03,电话,没写谁\n"
        f"{HUA},李娜,2026-05-01,电话,以后\n"
        f"{HUA},李娜,2025-12-04,托梦,x\n"
        f"{HUA},李娜,,电话,x\n"
        f"{HUA},李娜,2025-12-05,,\n"
    )
    plan = await planned("history", tmp_path, table)
    assert plan.faults == [
        (4, "缺是谁做的，写姓名或平台帐号（导入的人不算）"),
        (5, "时间在以后，这里只导做过的事"),
        (6, "没有“托梦”这种方式，可写：微信、电话、面访、方案演示、邮件、其他"),
        (7, "缺时间"),
        (8, "方式和内容至少写一样"),
    ]
    assert await carried(plan, skip_bad=True) == 2
    second, first = await activities.of_customer("cus_1", limit=5)
    assert (first.author_id, first.recorder_id, first.action, first.text) == (
        "mem_2",
        "mem_1",
        "visit",
        "王总要三套方案",
    )
    assert first.occurred_at == datetime(2025, 12, 1, 14, 30, tzinfo=SHANGHAI) and second.action is None
    assert not await sql.fetch("SELECT 1 FROM outbox") and not await sql.fetch("SELECT 1 FROM task")
    assert (await planned("history", tmp_path, table)).known == [2, 3]


@pytest.mark.parametrize(
    ("kind", "noun"),
    [("finance", "finance"), ("contracts", "contract"), ("delivery", "delivery"), ("service", "service")],
)
async def test_what_other_books_know(books: None, tmp_path: Path, kind: str, noun: str) -> None:
    table = (
        f'客户,事项,时间,金额,编号\n{HUA},首付,2026-03-01,"258,000.00",P-7\n'
        f"{HUA},首付,2026-03-01,1,\n{HUA},首付,2026-03-01,1,\n没这家,x,,,\n"
    )
    plan = await planned(kind, tmp_path, table)
    assert (plan.taken, plan.known, [line for line, _ in plan.faults]) == (2, [4], [5])
    await carried(plan, skip_bad=True)
    found = {one.external_id: one for one in await facts.of_customer("cus_1")}
    assert (found["P-7"].kind, found["P-7"].amount, found["P-7"].via) == (noun, Decimal("258000.00"), "import")
    assert (await planned(kind, tmp_path, table)).taken == 0
    later = await planned(kind, tmp_path, f"客户,事项,时间,金额,编号\n{HUA},首付,2026-03-01,260000,P-7\n")
    assert await carried(later) == 1
    now = await facts.get(found["P-7"].id)
    assert now is not None and now.amount == Decimal(260000)


@pytest.mark.parametrize("kind", ["targets", "products"])
async def test_what_has_no_home_yet_says_so(books: None, tmp_path: Path, kind: str) -> None:
    with pytest.raises(bring.NoHome, match="还没有地方记"):
        await planned(kind, tmp_path, "a\nb\n")


async def test_a_long_file_goes_on_where_it_broke_off(
    books: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill: what was committed stands, the rest was not; the same call does the rest, and nothing twice."""
    monkeypatch.setattr(bring, "ONE_GO", 10)
    monkeypatch.setattr(bring, "PART", 7)
    lines = [f"客户{n // 2}有限公司,李娜,人{n},1391234{n:04}" for n in range(60)]
    table = "客户,负责人,联系人,电话\n" + "\n".join(lines) + "\n"
    seen: list[tuple[int, int]] = []

    def killed(done: int, of: int) -> None:
        seen.append((done, of))
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await carried(await planned("customers", tmp_path, table), progress=killed)
    assert seen == [(7, 60), (14, 60), (21, 60)]
    half = await sql.fetch("SELECT COUNT(*) FROM contact")
    assert half[0][0] == 21
    again = await planned("customers", tmp_path, table)
    assert (again.taken, len(again.known)) == (39, 21)
    assert await carried(again) == 39
    firms, people = await sql.fetch("SELECT COUNT(*) FROM customer"), await sql.fetch("SELECT COUNT(*) FROM contact")
    assert (firms[0][0], people[0][0]) == (31, 60)
    assert (await audit.verify()).broken is None


async def test_formulas_come_back_as_names(books: None, tmp_path: Path) -> None:
    names = ["=cmd()", "+1甲", "-1乙", "@x丙", "'=丁", '"引号",戊', "换\n行"]
    cells = ['"' + name.replace('"', '""') + '"' for name in names]
    plan = await planned("customers", tmp_path, "客户,负责人\n" + "\n".join(f"{cell},李娜" for cell in cells) + "\n")
    assert await carried(plan) == len(names)
    for form in ("csv", "xlsx"):
        path = tmp_path / f"customer.{form}"
        await export.one(path, "customer", form)  # type: ignore[arg-type]
        back = await bring.plan("customers", path, now=NOW, recorder="mem_1", playbooks=PlaybookStore())
        owned = [line for line, why in back.faults if "负责人" not in why and "成员" not in why]
        assert owned == []


def test_a_workbook_that_unpacks_to_very_much(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(1100):
            sheet.write(b"\0" * 1024 * 1024)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(packed.getvalue())
    with pytest.raises(BadTable, match="1 GB"):
        table.read(path, {"name": ("客户",)})


@pytest.mark.parametrize(
    ("said", "value"),
    [("217万", "2170000.00"), ("¥86,000", "86000.00"), ("1.5亿", "150000000.00"), ("0.5元", "0.50"), ("", None)],
)
def test_sums(said: str, value: str | None) -> None:
    assert amount(said) == (None if value is None else Decimal(value), "")


@pytest.mark.parametrize("said", ["很多", "-1", "1e308", "1.005", "=1+1", "NaN", "9" * 30])
def test_what_is_no_sum(said: str) -> None:
    assert amount(said)[0] is None and "不是金额" in amount(said)[1]


@pytest.mark.parametrize("said", ["2026-03-10", "2026/3/10", "2026.3.10", "2026年3月10日", "2026-03-10 00:00:00"])
def test_days(said: str) -> None:
    assert day(said) == (date(2026, 3, 10), "")


def test_moments() -> None:
    assert moment("2026-3-10 14:05", SHANGHAI)[0] == datetime(2026, 3, 10, 14, 5, tzinfo=SHANGHAI)
    assert moment("2026-03-10T06:05:00+00:00", SHANGHAI)[0] == datetime(2026, 3, 10, 6, 5, tzinfo=UTC)
    for wrong in ("2026-13-01", "昨天", "2026-03-10 25:00", "3月10日", "2026-03-10x"):
        assert moment(wrong, SHANGHAI)[0] is None and "不是日期" in moment(wrong, SHANGHAI)[1]
