"""/member, /team, /audit, /health: the admin's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from storage import audit, due, inbox, members, outbox, sql
from storage.connect import transaction
from storage.records import OutboxRow, Team, made, new_id
from tests.commands.conftest import TUESDAY, Desk

# -- /member -------------------------------------------------------------------------------------------------------


async def test_the_list(desk: Desk) -> None:
    heard = await desk.says("admin", "/member list")
    assert heard.text == (
        "6 人：\n王芳 · 主管 · 华东一组\n张伟 · 销售 · 华东一组\n李娜 · 销售 · 华东一组\n陈杰 · 销售 · 华东一组\n"
        "管理员 · 管理员 · 华东一组\n刘洋 · 法务 · 华东一组"
    )
    assert (
        (await desk.says("admin", "/member")).text == heard.text == (await desk.says("admin", "/member list 华东")).text
    )


async def test_one(desk: Desk) -> None:
    await desk.promise("zhang.wei", "启明制造", "发方案", date(2026, 3, 13))
    assert (await desk.says("admin", "/member 张伟")).text == (
        "张伟：销售，华东一组\n帐号：wecom zhang.wei\n名下 2 家客户，2 个商机，1 件承诺"
    )
    assert (await desk.says("admin", "/member zhang.wei")).text.startswith("张伟：")


@pytest.mark.parametrize(
    "words",
    ["zhao.min 赵敏 销售 华东一组", "赵敏 zhao.min 销售", "华东一组 销售 zhao.min 赵敏", "zhao.min@wecom 赵敏 rep"],
)
async def test_add_in_any_order(desk: Desk, words: str) -> None:
    assert (await desk.says("admin", f"/member add {words}")).text == "赵敏加好了：销售，华东一组。已跟 TA 打招呼。"
    new = await desk.member("zhao.min")
    assert (new.name, new.roles, new.active) == ("赵敏", ("rep",), True)
    [hello] = await _said_to(new.id)
    assert hello.kind == "hello.rep"


async def _said_to(member_id: str) -> list[OutboxRow]:
    found = await sql.fetch("SELECT id FROM outbox WHERE member_id = ?", member_id)
    return [row for (id,) in found if (row := await outbox.get(id)) is not None]


async def test_what_was_kept_of_a_stranger_is_read_once_added(desk: Desk) -> None:
    async with transaction():
        row = await inbox.enter(
            account="wecom", key="early", conversation="wecom:zhao.min", at=TUESDAY, payload=b"", owner="x"
        )
        await inbox.done(row.seq, "x", state="refused", sender="zhao.min", text="你好")
    await desk.says("admin", "/member add zhao.min 赵敏 销售")
    kept = await inbox.get(row.id)
    assert kept is not None
    assert kept.state == "new"


async def test_half_an_add(desk: Desk) -> None:
    tail = "：/member add zhao.min 赵敏 销售 华东一组"
    assert (await desk.says("admin", "/member add 赵敏")).text == f"缺帐号和角色{tail}"
    assert (await desk.says("admin", "/member add zhao.min")).text == f"缺角色{tail}"
    assert (await desk.says("admin", "/member add 销售 赵敏")).text == f"缺帐号{tail}"
    assert (await desk.says("admin", "/member add li.na 李娜 销售")).text.startswith("li.na 已经是李娜的帐号了。")
    heard = await desk.says("admin", "/member add zhao.min 赵敏 销售 华东五组")
    assert (heard.title, heard.status) == ("没有“华东五组”这个团队", "是不是：")
    assert "/member add zhao.min 赵敏 销售 华东一组" in heard.text.splitlines()
    assert await members.by_identity("wecom", "zhao.min") is None


async def test_a_manager_leads_a_team_that_has_none(desk: Desk) -> None:
    await desk.says("admin", "/team add 华东二组")
    await desk.says("admin", "/member add zhao.min 赵敏 主管 华东二组")
    [team] = await members.team_named("华东二组")
    assert team.manager_id == (await desk.member("zhao.min")).id


async def test_roles(desk: Desk) -> None:
    assert (await desk.says("admin", "/member roles 李娜 销售 主管")).text == "李娜：销售、主管。角色改好了，马上生效。"
    assert (await desk.member("li.na")).roles == ("rep", "manager")
    assert (await desk.says("admin", "/member roles 主管、销售 李娜")).text.startswith("李娜：主管、销售。")
    assert (await desk.says("admin", "/member roles 李娜")).text.startswith("要写角色：销售、主管、总监")
    assert (await desk.says("admin", "/member roles 李那 销售")).status == "是不是：/member roles 李娜"


async def test_who_loses_the_role_loses_the_team(desk: Desk) -> None:
    await desk.says("admin", "/member roles 王芳 销售")
    [team] = await members.team_named("华东一组")
    assert team.manager_id is None
    assert (await desk.says("wang.fang", "/customer 松涛教育")).text == "没找到“松涛教育”，或不在你名下。"


async def test_the_last_admin_stays(desk: Desk) -> None:
    words = "管理员是最后一个管理员，先加一个：/member roles 王芳 管理员"
    assert (await desk.says("admin", "/member roles admin 销售")).text == words
    assert (await desk.says("admin", "/member off admin")).text == words


async def test_leave_moves_the_reminders(desk: Desk) -> None:
    promise = await desk.promise("zhang.wei", "启明制造", "发方案", date(2026, 3, 13))
    await desk.says("zhang.wei", "/promise 1 改周五")
    heard = await desk.says("admin", "/member leave 张伟 3月11日到3月16日")
    assert heard.text == "张伟请假：周三 3月11日 到 周一 3月16日。这几天不打扰，提醒顺延到回来。"
    zhang = await desk.member("zhang.wei")
    assert (zhang.leave_from, zhang.leave_until) == (date(2026, 3, 11), date(2026, 3, 16))
    first = min(moment.at for moment in await due.waiting(promise.id, zhang.id) if moment.kind == "promise.late")
    assert first >= datetime(2026, 3, 17, tzinfo=TUESDAY.tzinfo)
    assert (await desk.says("admin", "/member leave 张伟 回来了")).text == "张伟回来了，提醒照旧。"
    assert (await desk.member("zhang.wei")).leave_from is None
    assert (await desk.says("admin", "/member leave 张伟")).text.startswith(
        "要写哪天到哪天，比如：/member leave 张伟 3月11日"
    )


async def test_off_is_shown_first(desk: Desk) -> None:
    heard = await desk.says("admin", "/member off 陈杰")
    assert heard.title == "停用陈杰？"
    assert heard.line("客户") == "2 家，还在他名下"
    assert (await desk.member("chen.jie")).active
    left = await desk.taps("admin", heard, "not_now")
    assert (left.title, left.status) == ("停用陈杰？", "好，没动。")
    assert (await desk.member("chen.jie")).active


async def test_off_and_on(desk: Desk) -> None:
    heard = await desk.says("admin", "/member off 陈杰")
    assert (await desk.taps("admin", heard, "execute")).title == "陈杰停用了"
    assert not (await desk.member("chen.jie")).active
    assert (await desk.says("admin", "/member")).text.endswith("陈杰 · 销售 · 华东一组 · 已停用")
    assert (await desk.says("admin", "/member on 陈杰")).text == "陈杰又能用了：销售，华东一组。"
    assert (await desk.member("chen.jie")).active


async def test_another_team(desk: Desk) -> None:
    await desk.says("admin", "/team add 华东二组")
    assert (await desk.says("admin", "/member team 李娜 华东二组")).text == "李娜到华东二组了。客户和承诺跟着人走。"
    assert (await desk.says("wang.fang", "/customer 松涛教育")).push.kind == "cmd.wrong"


async def test_no_such_person(desk: Desk) -> None:
    assert (await desk.says("admin", "/member off 李那")).status == "是不是：/member off 李娜"
    assert (await desk.says("admin", "/member 钱七")).text == "没有“钱七”这个人。看名单：/member list"
    assert (await desk.says("admin", "/member lst")).status == "是不是：/member list"


# -- /team ---------------------------------------------------------------------------------------------------------


async def test_a_team(desk: Desk) -> None:
    assert (await desk.says("admin", "/team 华东一组")).text == "主管王芳；3 人；打法「默认五阶段」。"
    assert (await desk.says("admin", "/team deputy 华东一组 李娜")).text == "华东一组的代理是李娜了，马上生效。"
    assert (await desk.says("admin", "/team 华东")).text == "主管王芳，代理李娜；3 人；打法「默认五阶段」。"


async def test_several_teams(desk: Desk) -> None:
    heard = await desk.says("admin", "/team add 华东二组")
    assert heard.text == "「华东二组」建好了。定主管：/team manager 华东二组 管理员"
    assert (await desk.says("admin", "/team 华东")).text == "有 2 个：/team 华东一组 或 /team 华东二组"
    assert (
        await desk.says("admin", "/team")
    ).text == "2 个团队：\n华东一组 · 主管王芳 · 3 人\n华东二组 · 还没有主管 · 0 人"
    assert (await desk.says("admin", "/team 华东三组")).status == "是不是：/team 华东一组"
    assert (await desk.says("admin", "/team add 华东二组")).text.startswith("已经有「华东二组」了")


async def test_whoever_leads_sees(desk: Desk) -> None:
    await desk.says("admin", "/team manager 李娜 华东一组")
    assert (await desk.member("li.na")).roles == ("rep", "manager")
    assert (await desk.says("li.na", "/customer 启明制造")).title == "启明制造"
    assert (await desk.says("wang.fang", "/customer 启明制造")).push.kind == "cmd.wrong"


async def test_a_team_beneath_is_seen_from_above(desk: Desk) -> None:
    await desk.says("admin", "/team add 华东一组甲 华东一组")
    await desk.says("admin", "/member team 李娜 华东一组甲")
    assert (await desk.says("wang.fang", "/customer 松涛教育")).title == "松涛教育"


# -- /audit --------------------------------------------------------------------------------------------------------


async def test_the_chain(desk: Desk) -> None:
    await desk.says("li.na", "/note 松涛教育 何校长下午才看手机")
    n, hash_ = await audit.head()
    assert (await desk.says("admin", "/audit verify")).text == f"{n} 条连续，到 3月10日 10:00，无断点。"
    assert (await desk.says("admin", "/audit head")).text == f"第 {n} 条，3月10日 10:00。指纹 {hash_}"


async def test_a_broken_chain_is_said(desk: Desk) -> None:
    await sql.run("UPDATE audit SET actor = 'nobody' WHERE n = 5")
    assert (await desk.says("admin", "/audit verify")).text == (
        "第 5 条对不上：条目被改动。之前的 4 条都完好。先备份，再查：genjin audit verify"
    )


async def test_a_long_chain_is_not_walked_while_others_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.audit.LONGEST_WALK", 3)
    heard = await desk.says("admin", "/audit verify")
    assert heard.text.endswith("条，走一遍会让别人等。在服务器上跑：genjin audit verify")


async def test_a_customers_changes(desk: Desk) -> None:
    await desk.says("li.na", "/stage 松涛教育 方案演示")
    await desk.says("li.na", "/undo")
    desk.clock.advance(minutes=5)
    await desk.says("li.na", "/note 松涛教育 何校长下午才看手机")
    heard = await desk.says("admin", "/audit customer 松涛教育")
    assert heard.text.splitlines()[:4] == [
        "松涛教育 最近 8 处改动：", "3月10日 10:05 李娜 加备注",
        "3月10日 10:00 李娜 撤销：改阶段", "3月10日 10:00 李娜 改阶段",
    ]  # fmt: skip


async def test_audit_wrong_calls(desk: Desk) -> None:
    heard = await desk.says("admin", "/audit 启明")
    assert (heard.title, heard.status) == ("看一家的改动", "是不是：/audit customer 启明制造")
    assert (await desk.says("admin", "/audit verfy")).status == "是不是：/audit verify"
    assert (await desk.says("admin", "/audit")).text == "能看：/audit verify、/audit head、/audit customer 客户名"
    assert (await desk.says("wang.fang", "/audit verify")).title == "/audit 由管理员用"


# -- /health -------------------------------------------------------------------------------------------------------


async def test_all_is_well(desk: Desk) -> None:
    await desk.says("zhang.wei", "/my")
    heard = await desk.says("admin", "/health")
    assert heard.text == "都正常。今天收 2，处理 1，等发 1，发不出 0；库、日历、平台都通。"


async def test_what_is_not_well_stands_first(desk: Desk) -> None:
    for n, state in enumerate(("dead", "new")):
        once = f"ill:{n}"
        row = OutboxRow(
            seq=0, id=new_id("psh", TUESDAY), account="wecom", address="wecom:zhang.wei", kind="set_aside", body={},
            once=once, due_at=TUESDAY, state="new", created_at=TUESDAY,
        )  # fmt: skip
        await outbox.put([row])
        await sql.run("UPDATE outbox SET state = ?, reason = 'refused' WHERE once = ?", state, once)
    heard = await desk.says("admin", "/health")
    assert heard.text == "要看：发不出 1 条；wecom 在重试 1 条。今天收 1，处理 0，等发 1，发不出 1。"


async def test_the_slowest_answer(desk: Desk) -> None:
    heard = await desk.says("zhang.wei", "/my")
    await sql.run(
        "UPDATE outbox SET state = 'sent', sent_at = ? WHERE id = ?",
        _micros(TUESDAY + timedelta(seconds=0.8)),
        heard.id,
    )
    assert "；最慢 0.8 秒；" in (await desk.says("admin", "/health")).text
    assert (await desk.says("admin", "/health wecom")).text.endswith(
        "；最慢 0.8 秒；最近一条 10:00 送到；本月发了 1 次。"
    )


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


async def test_a_platform(desk: Desk) -> None:
    heard = await desk.says("admin", "/health 企微")
    assert (heard.title, heard.status) == ("看平台", "是不是：/health wecom")
    assert (await desk.taps("admin", heard, "use_it")).text.startswith("wecom：今天收 ")
    assert (await desk.says("admin", "/health xyz")).text == "没有“xyz”这个平台。有：wecom。"


async def test_of_a_team_of_one_company(desk: Desk) -> None:
    """A team in another zone keeps its own day."""
    await desk.keep(made(Team(id=new_id("team", TUESDAY), name="海外组", zone="Europe/Berlin")))
    assert "海外组" in (await desk.says("admin", "/team")).text
