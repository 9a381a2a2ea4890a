"""``genjin admin "/command …"``: the same commands from the terminal, beside a running bot or without one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import sample
from bot.cli import admin
from bot.cli.common import read_config
from bot.cli.main import run
from storage import audit, chain, inbox, members, outbox, sql
from storage.connect import Database, close, connect, transaction
from storage.migrate import migrate
from tests.commands.conftest import TUESDAY

Genjin = Callable[..., tuple[int, str]]


@pytest.fixture
def data(migrated: Path) -> Path:
    """The folder of a bot with the sample company."""
    url = f"sqlite:{migrated / 'genjin.db'}"

    async def plant() -> None:
        database = await connect(url)
        await sample.plant(TUESDAY, sample.only("wecom"))
        await close(database)

    asyncio.run(plant())
    return migrated


@pytest.fixture
def genjin(capsys: pytest.CaptureFixture[str], data: Path) -> Genjin:
    def call(line: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["admin", line, "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def ask(data: Path, question: Callable[[], object]) -> object:
    async def work() -> object:
        database = await connect(f"sqlite:{data / 'genjin.db'}", alone=False)
        try:
            return await question()  # type: ignore[misc]
        finally:
            await close(database)

    return asyncio.run(work())


def test_a_list(genjin: Genjin) -> None:
    code, out = genjin("/member list")
    assert code == 0
    assert out.startswith("6 人：\n王芳 · 主管 · 华东一组\n")


def test_a_card_in_the_terminals_form(genjin: Genjin) -> None:
    code, out = genjin("/customer 华东医械")
    assert code == 0
    assert out.startswith("【华东医械】\n价格谈判 · ¥217 万 · 张伟\n")
    assert "\n找谁  王总\n" in out
    assert out.endswith("1 时间线  2 加一句  3 话术  （回数字或字都行）\n")


def test_the_slash_may_be_left_out(genjin: Genjin) -> None:
    assert genjin("team 华东一组") == (0, "主管王芳；3 人；打法「默认五阶段」。\n")


def test_a_wrong_call_is_2(genjin: Genjin) -> None:
    code, out = genjin("/custommer 启明制造")
    assert code == 2
    assert "是不是：/customer 启明制造" in out


def test_a_change_is_written_with_its_author_and_its_words(genjin: Genjin, data: Path) -> None:
    assert genjin("/member add zhao.min 赵敏 销售") == (0, "赵敏加好了：销售，华东一组。已跟 TA 打招呼。\n")

    async def look() -> tuple[str, str, str, str, int]:
        new = await members.by_identity("wecom", "zhao.min")
        assert new is not None
        [entry] = await audit.of_record(new.id)
        actor, message = await members.get(entry.actor), await inbox.get(entry.event)
        assert actor is not None
        assert message is not None
        assert (await chain.verify()).broken is None
        said = await sql.fetch("SELECT kind, account FROM outbox")
        return actor.name, message.text, message.state, str([tuple(row) for row in said]), 0

    assert ask(data, look) == ("管理员", "/member add zhao.min 赵敏 销售", "handled", "[('hello.rep', 'wecom')]", 0)


def test_a_preview_changes_nothing_until_it_is_said(genjin: Genjin, data: Path) -> None:
    code, out = genjin("/member off 陈杰")
    assert (code, out.splitlines()[0]) == (0, "【停用陈杰？】")
    assert ask(data, lambda: members.named("陈杰")) != []
    assert genjin("/member off 陈杰 执行")[1].startswith("【陈杰停用了】")
    assert ask(data, lambda: members.named("陈杰")) == []


def test_at_a_terminal_the_buttons_are_asked(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["何校长", "1", ""])
    code = asyncio.run(
        admin._run("/custommer 松涛教育", read_config(data / "config.toml", data), lambda: next(answers))
    )
    out = capsys.readouterr().out
    assert code == 2
    assert "【松涛教育】\n需求确认 · ¥46 万 · 李娜" in out


def test_undo_takes_back_what_was_done_here(genjin: Genjin, data: Path) -> None:
    genjin("/note 松涛教育 何校长下午才看手机")
    assert genjin("/undo")[1].startswith("【撤销了 · 松涛教育】")


def test_without_an_admin_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(migrate(f"sqlite:{tmp_path / 'genjin.db'}"))
    assert run(["admin", "/help", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "还没有管理员，先运行 genjin init\n"


def test_beside_a_running_bot(data: Path, genjin: Genjin) -> None:
    """The bot's process holds the file; what is typed here goes in between."""

    async def bot() -> Database:
        return await connect(f"sqlite:{data / 'genjin.db'}")

    async def both() -> str:
        database = await bot()
        try:
            said = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", "from bot.cli.main import main; main()", "admin"),
                *("/note 松涛教育 何校长下午才看手机", "--data", str(data)),
                stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            out, _ = await said.communicate()
            async with transaction():
                assert await outbox.next_due() is None
            return out.decode()
        finally:
            await close(database)

    assert asyncio.run(both()).startswith("【记在松涛教育备注里】")


def test_somebody_is_erased_from_the_terminal(genjin: Genjin, data: Path) -> None:
    """What the call itself says is written last, and goes with the rest."""
    code, out = genjin("/privacy erase 王总 华东医械 执行")
    assert (code, "个人信息删好了" in out) == (0, True)

    async def left() -> object:
        return await sql.fetch(
            "SELECT (SELECT COUNT(*) FROM contact WHERE name = '王'), "
            "(SELECT COUNT(*) FROM message WHERE text IS NOT NULL), (SELECT COUNT(*) FROM card)"
        )

    assert [tuple(row) for row in ask(data, left)] == [(0, 0, 0)]  # type: ignore[attr-defined]
    assert genjin("/audit verify")[1].count("无断点") == 1
