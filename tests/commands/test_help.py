"""/help lists what exists, for the one who asks (VOICE.md §4)."""

from __future__ import annotations

import pytest

from bot import commands
from bot.handlers import undoing
from tests.commands.conftest import Desk

REP = """客户的事直接说，我来记。也可以：
/today 今天的事 · /my 我的客户和商机 · /customer 松涛教育 看一家
/stage 松涛教育 方案演示 改阶段 · /promise 我的承诺 · /note 松涛教育 内容 加备注 · /undo 撤销
/bind 松涛教育 绑定本群 · /reassign 松涛教育 申请换人 · /risk 要看的单
例子：/stage help。要日报、周报，说“写日报”；提醒太多，说“少发点”。"""
LEADER = (
    "\n你还可以：/reassign 瑞禾医疗 李娜 改派 · /risk 张伟 看一个人 · /customer 任一本组客户"
    " · /today 李娜 看一个人的今天 · 直接说“提醒张伟发报价单”。"
)
ADMIN = """
管理：/member 成员 · /team 团队 · /calendar 日历
打法：/pipeline 阶段 · /rule 规则 · /lexicon 词库
线索：/leads 线索
数据：/import 导入 · /export 导出 · /privacy 个人信息
运行：/health 健康 · /webhook 接入 · /audit 留痕"""
NAMES = [command.name for command in commands.build(undoing.by_word)]


@pytest.mark.parametrize(
    ("user", "words"), [("zhang.wei", REP), ("wang.fang", REP + LEADER), ("admin", REP + LEADER + ADMIN)]
)
async def test_each_role_sees_its_own(desk: Desk, user: str, words: str) -> None:
    assert (await desk.says(user, "/help")).text == words
    assert (await desk.says(user, "/")).text == words


@pytest.mark.parametrize("name", NAMES)
async def test_every_command_has_its_help(desk: Desk, name: str) -> None:
    heard = await desk.says("admin", f"/{name} help")
    assert heard.text.startswith(f"/{name}：")
    assert heard.text.splitlines()[1].startswith(f"例子：/{name}")
    assert (
        heard.text == (await desk.says("admin", f"/help {name}")).text == (await desk.says("admin", f"/{name} ？")).text
    )


async def test_help_names_who_may(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/help member")).text.endswith("谁能用：管理员")


async def test_help_for_a_mistyped_name(desk: Desk) -> None:
    assert (await desk.says("zhang.wei", "/help stagge")).status == "是不是：/help stage"
