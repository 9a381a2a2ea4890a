"""A long answer comes page by page; nothing of it is cut, and the terminal has it whole."""

from __future__ import annotations

from bot.commands import pages
from storage.records import Activity, Member, Opportunity, made, new_id
from tests.commands.conftest import TUESDAY, Desk


async def _many(desk: Desk, count: int) -> list[str]:
    names = [f"成员{n:02}" for n in range(count)]
    await desk.keep(*[made(Member(id=new_id("mem", TUESDAY), name=name)) for name in names])
    return names


async def test_members_page_by_page(desk: Desk) -> None:
    names = await _many(desk, 40)
    first = await desk.says("admin", "/member list")
    assert first.text.splitlines()[0] == "46 人："
    assert first.text.splitlines()[-2] == "第 1 页，共 3 页"
    assert first.buttons == ["next_page"]
    second = await desk.says("admin", "下一页")
    third = await desk.says("admin", "下一页")
    assert third.buttons == []
    assert third.text.splitlines()[-1] == "第 3 页，共 3 页"
    shown = [line.split(" ")[0] for heard in (first, second, third) for line in heard.text.splitlines()]
    assert [line for line in shown if line in names] == names
    assert all(len(heard.text.encode()) < 2048 for heard in (first, second, third))


async def test_opportunities_at_a_stage(desk: Desk) -> None:
    one, owner = await desk.customer("启明制造"), (await desk.member("zhang.wei")).id
    fields = {"customer_id": one.id, "owner_id": owner, "pipeline": "default", "stage": "needs_confirmed"}
    await desk.keep(*[
        made(Opportunity(id=new_id("opp", TUESDAY), name=f"第{n}期", stage_since=TUESDAY, created_at=TUESDAY, **fields))
        for n in range(30)
    ])  # fmt: skip
    first = await desk.says("zhang.wei", "/my 需求确认")
    second = await desk.says("zhang.wei", "下一页")
    assert "第 2 页" in second.text
    both = first.text + second.text
    assert all(f"第{n}期" in both for n in range(30))


async def test_a_timeline(desk: Desk) -> None:
    one, owner = await desk.customer("启明制造"), (await desk.member("zhang.wei")).id
    await desk.keep(*[
        made(Activity(id=new_id("act", TUESDAY), customer_id=one.id, author_id=owner, recorder_id=owner,
                      occurred_at=TUESDAY, text=f"第{n}次"))
        for n in range(45)
    ])  # fmt: skip
    card = await desk.says("zhang.wei", "/customer 启明制造")
    await desk.taps("zhang.wei", card, "timeline")
    assert "第 2 页，共 3 页" in (await desk.says("zhang.wei", "下一页")).text
    assert "第 1 页，共 3 页" in (await desk.says("zhang.wei", "/customer 启明制造 时间线")).text
    assert (await desk.says("li.na", "/customer 启明制造 时间线")).push.kind == "cmd.wrong"


async def test_a_whole_playbook_can_be_read(desk: Desk) -> None:
    heard = await desk.says("admin", "/pipeline show 医疗三线")
    assert "第 1 页" in heard.text
    assert (await desk.says("admin", "下一页")).text.splitlines()[-1].startswith("第 2 页") or heard.buttons


def test_pages_hold_whole_lines_and_everything() -> None:
    text = "\n".join(f"{n} {'长' * (n % 200)}" for n in range(300))
    found = pages.parts(text)
    assert "\n".join(found) == text
    assert all(len(part.encode()) <= pages.BYTES for part in found)
    assert pages.parts("短") == ["短"]
