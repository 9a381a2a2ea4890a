"""The command line: wrong use is one line and 2, a thing that does not hold is 1, done is 0; never a traceback."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.cli import init
from bot.cli.main import run
from bot.playbook.load import shipped
from storage.migrate import migrate

AES = "A" * 43
FLAGS = ["--admin-name", "王芳", "--admin-user", "wang.fang", "--corp-id", "ww1", "--agent-id", "1000002"]
SECRETS = ["--secret", "hush-hush-word", "--token", "tok", "--aes-key", AES]


class Said(NamedTuple):
    code: int
    out: str
    err: str


Genjin = Callable[..., Said]


@pytest.fixture
def genjin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Genjin:
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Said:
        capsys.readouterr()
        code = run(words)
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def home(genjin: Genjin, migrated: Path) -> Path:
    """A folder that ``genjin init`` made."""
    assert genjin("init", str(migrated), *FLAGS, *SECRETS).code == 0
    return migrated


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["wish"], "没有 wish 这个命令，看 genjin --help"),
        (["exprt"], "没有 exprt 这个命令，是不是 export，看 genjin --help"),
        (["export"], "缺 DIR，看 genjin export --help"),
        (["export", "--bar"], "没有 --bar 这个选项，看 genjin export --help"),
        (["export", "x", "--format", "doc"], "--format 只能是 'jsonl', 'csv', 'xlsx'，看 genjin export --help"),
        (["export", "x", "y"], "多了 y，看 genjin export --help"),
        (["demo", "--port", "x"], "--port 的值不对，看 genjin demo --help"),
        (["audit", "verfy"], "没有 verfy 这个命令，是不是 verify，看 genjin audit --help"),
    ],
)
def test_wrong_use_is_one_line(genjin: Genjin, words: list[str], says: str) -> None:
    assert genjin(*words) == (2, "", says + "\n")


def test_no_words_are_answered_with_the_help(genjin: Genjin) -> None:
    said = genjin()
    assert (said.code, said.err.startswith("Usage: genjin")) == (2, True)


def test_a_missing_configuration_names_the_mend(genjin: Genjin, tmp_path: Path) -> None:
    said = genjin("audit", "verify")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{tmp_path}/config.toml：没有这个文件，用 genjin init 生成一份，或用 --config 指出它在哪\n"


def test_faults_of_the_configuration_are_a_line_each(genjin: Genjin, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[server]\nport = 'x'\n[sever]\n")
    said = genjin("inbox", "ids")
    assert (said.code, said.err) == (2, "sever：没有这一项，是不是 server\nserver.port：要写整数\n")


def test_an_accident_is_one_line_too(genjin: Genjin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bot.cli import keeping

    def broken(*_: object) -> int:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(keeping, "migrate", broken)
    said = genjin("migrate")
    assert said.code == 1
    assert said.err == "程序出错（RuntimeError），加 GENJIN_DEBUG=1 再运行一次看详情\n"


def test_nothing_that_looks_makes_a_database(genjin: Genjin, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    said = genjin("audit", "verify")
    assert (said.code, "还没有数据库" in said.err) == (2, True)
    assert not (tmp_path / "data").exists()


def test_init_writes_a_configuration_secrets_and_the_first_admin(genjin: Genjin, home: Path) -> None:
    text = (home / "config.toml").read_text("utf-8")
    (account,) = tomllib.loads(text)["wecom"]
    assert account == {
        "name": "main", "corp_id": "ww1", "agent_id": 1000002, "secret": "file:secrets/main.secret",
        "token": "file:secrets/main.token", "aes_key": "file:secrets/main.aes_key",
    }  # fmt: skip
    assert "hush-hush-word" not in text
    assert "回调时间戳最多差几秒" in text
    for path in (home / "config.toml", home / "secrets" / "main.secret"):
        assert path.stat().st_mode & 0o077 == 0
    assert genjin("export", "out").code == 0
    (admin,) = map(json.loads, (home / "out" / "member.jsonl").read_text("utf-8").splitlines())
    assert (admin["name"], admin["roles"]) == ("王芳", ["admin"])
    assert admin["accounts"] == [{"account": "main", "user": "wang.fang"}]


def test_init_without_a_terminal_says_what_is_missing(genjin: Genjin, tmp_path: Path) -> None:
    said = genjin("init", "new", *FLAGS)
    assert (said.code, said.err) == (2, "还缺 --secret --token --aes-key，在终端里运行会一项一项问\n")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("platform", "flags", "account"),
    [
        (
            "dingtalk",
            ["--client-id", "ding1", "--client-secret", "hush-hush-word"],
            {"name": "main", "client_id": "ding1", "client_secret": "file:secrets/main.client_secret"},
        ),
        (
            "feishu",
            ["--app-id", "cli_1", "--app-secret", "hush-hush-word"],
            {"name": "main", "app_id": "cli_1", "app_secret": "file:secrets/main.app_secret"},
        ),
    ],
)
def test_init_for_the_other_platforms_needs_no_address(
    genjin: Genjin, tmp_path: Path, platform: str, flags: list[str], account: dict[str, str]
) -> None:
    said = genjin("init", "new", "--platform", platform, "--admin-name", "王芳", *flags)
    assert said.code == 0
    assert "不用公网地址" in said.out
    assert re.search(r"发：认领 \d{8}（一周内有效）", said.out)
    text = (tmp_path / "new" / "config.toml").read_text("utf-8")
    assert tomllib.loads(text)[platform] == [account]
    template = tmp_path / "new" / "card-template.json"
    assert template.exists() == (platform == "dingtalk") == ("更多 → 导入" in said.out)
    assert "hush-hush-word" not in text


def test_init_says_what_a_platform_does_not_need(genjin: Genjin) -> None:
    said = genjin("init", "new", "--platform", "feishu", "--corp-id", "ww1")
    assert (said.code, "飞书用不到 --corp-id" in said.err) == (2, True)
    assert "写 wecom、dingtalk、feishu 里的一个" in genjin("init", "new", "--platform", "telex").err


def test_init_overwrites_nothing(genjin: Genjin, home: Path) -> None:
    said = genjin("init", str(home), *FLAGS, *SECRETS)
    assert (said.code, "不会覆盖" in said.err) == (2, True)


def test_init_leaves_nothing_behind_where_an_answer_cannot_be(genjin: Genjin, tmp_path: Path) -> None:
    said = genjin("init", "new", *FLAGS, "--secret", "x", "--token", "tok", "--aes-key", "short")
    assert (said.code, said.err) == (2, "wecom[0].aes_key：填「接收消息」里的 EncodingAESKey，共 43 位字母或数字\n")
    assert not list((tmp_path / "new").rglob("*.*"))


def test_init_asks_at_a_terminal(genjin: Genjin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "admin_name": "王芳",
        "admin_user": "wf",
        "corp_id": "ww1",
        "agent_id": "7",
        "secret": 'a"\\b',
        "token": "t",
    }
    asked: list[str] = []

    def answer(one: init.Question) -> str:
        asked.append(one.key)
        return answers.get(one.key, one.default)

    monkeypatch.setattr(init, "_asked", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert genjin("init", "new", "--aes-key", AES).code == 0
    assert asked == [
        "platform", "admin_name", "admin_user", "account", "corp_id", "agent_id", "secret", "token", "public_url"
    ]  # fmt: skip
    assert (tmp_path / "new" / "secrets" / "main.secret").read_text() == 'a"\\b\n'


def test_an_odd_answer_stays_an_answer() -> None:
    values = {"name": 'a"\n[x]', "corp_id": "\\", "secret": "s"}
    filled = tomllib.loads(init.fill("# [[wecom]]\n# name = 1\n# corp_id = 2 # 3\n", "wecom", values, ""))
    assert filled == {"wecom": [{"name": 'a"\n[x]', "corp_id": "\\"}]}


def test_audit_verify_says_where_it_broke(genjin: Genjin, home: Path) -> None:
    said = genjin("audit", "verify")
    assert (said.code, said.out.startswith("2 条连续，无断点；链头 ")) == (0, True)
    with sqlite3.connect(home / "data" / "genjin.db") as database:
        database.execute("UPDATE audit SET actor = 'somebody' WHERE n = 2")
    database.close()
    said = genjin("audit", "verify", "--json")
    assert (said.code, json.loads(said.out)["broken"]) == (1, 2)


def test_the_data_folder_alone_is_enough(genjin: Genjin, home: Path) -> None:
    (home / "config.toml").unlink()
    assert genjin("audit", "verify", "--data", str(home / "data")).code == 0


def test_backup_and_restore(genjin: Genjin, home: Path) -> None:
    assert genjin("backup", "all.zip").code == 0
    assert genjin("restore", "all.zip", "--data", "again").code == 0
    before, after = genjin("audit", "verify"), genjin("audit", "verify", "--data", "again")
    assert before.out == after.out
    said = genjin("restore", "all.zip", "--data", "again")
    assert (said.code, said.err.count("\n"), "不是空的" in said.err) == (2, 1, True)
    assert genjin("restore", "none.zip", "--data", "other").err == "none.zip：没有这个备份文件\n"


def test_migrate_says_what_it_did(genjin: Genjin, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    assert genjin("migrate").out.startswith("升级了 ")
    assert genjin("migrate").out == "已经是最新的\n"


def test_inbox_ids_are_a_line_each(genjin: Genjin, home: Path) -> None:
    with sqlite3.connect(home / "data" / "genjin.db") as database:
        for n, account in enumerate(("main", "main", "east")):
            database.execute(
                "INSERT INTO message (id, account, event_key, conversation, received_at, kind, state, sender, chat, "
                "tries, reason, ready_at) VALUES (?, ?, ?, '', 0, 'message', 'new', '', '', 0, '', 0)",
                (f"msg_{n}", account, f"key{n}"),
            )
    database.close()
    assert genjin("inbox", "ids").out.split() == ["key0", "key1", "key2"]
    assert genjin("inbox", "ids", "--account", "east").out.split() == ["key2"]


def test_playbook_check_names_every_fault(genjin: Genjin, tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(shipped(), "utf-8")
    (tmp_path / "bad.toml").write_text("name = ''\nwish = 1\n", "utf-8")
    assert genjin("playbook", "check", "good.toml").code == 0
    said = genjin("playbook", "check", "good.toml", "bad.toml")
    assert (said.code, said.out.count("fail  bad.toml")) == (1, 3)


def test_playbook_load_explain_diff(genjin: Genjin, home: Path) -> None:
    (home / "ours.toml").write_text(shipped().replace("默认五阶段", "我们的打法"), "utf-8")
    assert '+name = "我们的打法"' in genjin("playbook", "diff", "ours.toml").out
    assert genjin("playbook", "load", "ours.toml", "--draft").out.startswith("第 1 版存成草稿")
    assert genjin("playbook", "explain").out.startswith("默认五阶段\n")
    assert genjin("playbook", "load", "ours.toml").out.startswith("第 2 版生效了")
    assert genjin("playbook", "explain").out.startswith("我们的打法\n")
    assert genjin("playbook", "diff", "ours.toml").out == "没有不同\n"
    assert genjin("audit", "verify").out.startswith("4 条连续")
    (home / "bad.toml").write_text("wish = 1\n")
    assert genjin("playbook", "load", "bad.toml").code == 1
    said = genjin("playbook", "load", "ours.toml", "--team", "没有的组")
    assert (said.code, said.err) == (2, "没有叫“没有的组”的团队（还没有团队）\n")


def test_import_reads_first_and_takes_all_or_nothing(genjin: Genjin, home: Path) -> None:
    (home / "m.csv").write_text("姓名,帐号,爱好\n张伟,zhang.wei,钓鱼\n,li.na,\n", "utf-8")
    said = genjin("import", "members", "m.csv", "--dry-run")
    assert (said.code, said.out) == (
        1, "第 3 行：缺姓名\n没用到的列：爱好\nUTF-8，2 行：可进 1，重复 0，有误 1。还没导入\n"
    )  # fmt: skip
    assert genjin("import", "members", "m.csv").out.endswith("还没导入\n改好再来，或加 --skip-bad 跳过这几行\n")
    said = genjin("import", "members", "m.csv", "--skip-bad")
    assert (said.code, said.out.endswith("导入了 1 行\n")) == (0, True)
    (home / "c.csv").write_text("客户,负责人\n华东医械,zhang.wei\n", "utf-8")
    assert genjin("import", "customers", "c.csv").code == 0
    assert genjin("import", "customers", "c.csv").out == "UTF-8，1 行：可进 0，重复 1，有误 0。导入了 0 行\n"
    said = genjin("import", "customers", "none.csv")
    assert (said.code, said.err) == (2, "none.csv：No such file or directory，检查路径和权限\n")
    assert genjin("import", "wishes", "c.csv").code == 2


def test_addresses_outside_hear_of_the_leads_of_a_short_file(genjin: Genjin, home: Path) -> None:
    assert genjin("admin", "/webhook add https://crm.example.com/genjin 线索").code == 0
    head, row = "公司,姓名,电话,负责人\n", "{name},江雪,139{n:08d},王芳\n"
    (home / "long.csv").write_text(head + "".join(row.format(name=f"旧账{n}", n=n) for n in range(201)), "utf-8")
    (home / "short.csv").write_text(head + row.format(name="恒川物流", n=900), "utf-8")
    for file in ("long.csv", "short.csv", "short.csv"):
        assert genjin("import", "leads", file).code == 0
    with closing(sqlite3.connect(home / "data" / "genjin.db")) as database:
        [(kind, body)] = database.execute("SELECT kind, body FROM delivery").fetchall()
    assert (kind, json.loads(body)["data"]["company"]) == ("lead.assigned", "恒川物流")


def test_export_format_and_counts(genjin: Genjin, home: Path) -> None:
    said = genjin("export", "out", "--format", "csv", "--json")
    assert json.loads(said.out)["member"] == 1
    assert (home / "out" / "member.csv").exists()
    assert (json.loads(said.out)["files"], json.loads(said.out)["playbooks"]) == (0, 0)
    assert "files" not in json.loads(genjin("export", "out", "--no-files", "--json").out)
    (home / "file").write_text("")
    said = genjin("export", "file")
    assert (said.code, said.err.count("\n")) == (2, 1)


def test_help_answers_at_once_and_a_closed_pipe_is_no_accident(home: Path) -> None:
    heavy = (
        "import sys; from bot.cli import main; bad = {'aiohttp', 'httpx', 'tortoise', 'jieba'} & sys.modules.keys(); "
    )
    subprocess.run([sys.executable, "-c", heavy + "sys.exit(bool(bad))"], check=True)
    asyncio.run(migrate(f"sqlite:{home / 'data' / 'genjin.db'}"))
    command = f"{sys.executable} -c 'from bot.cli.main import main; main()' playbook explain | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ}, check=True)
    assert (done.stdout, done.stderr) == ("默认五阶段\n", "")
