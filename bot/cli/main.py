"""The command line: parse the words, call a service, print. Exit 0 done, 1 what was checked does not hold, 2 wrong use.

Whatever a command needs is imported inside it, so that ``genjin --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.exceptions import TyperException

from bot.cli.common import (
    DEFAULT_FILE,
    DONE,
    AsJson,
    ConfigFile,
    DataFolder,
    Failed,
)
from bot.cli.wrong import accident, told, wrong_use
from bot.collector import collect_seldom

Imported = Literal[
    "members", "customers", "contacts", "leads", "opportunities", "history", "targets", "finance", "contracts",
    "delivery", "service", "products",
]  # fmt: skip
HELP = "跟进：销售在聊天里说，小跟来记。 A chat bot that keeps a sales team's record."
_GROUP: dict[str, Any] = {"rich_markup_mode": None, "no_args_is_help": True, "add_completion": False}

app = typer.Typer(help=HELP, pretty_exceptions_enable=False, **_GROUP)
playbook = typer.Typer(help="打法：阶段、门禁、提醒时刻，写成 TOML。 The team's way of selling.", **_GROUP)
audit = typer.Typer(help="留痕。 The tamper-evident record.", **_GROUP)
inbox = typer.Typer(help="收件箱。 What the platforms sent.", **_GROUP)
app.add_typer(playbook, name="playbook")
app.add_typer(audit, name="audit")
app.add_typer(inbox, name="inbox")
token = typer.Typer(help="程序用的令牌。 Tokens by which programs read.", **_GROUP)
app.add_typer(token, name="token")


@app.command(help="写一份带注释的 config.toml，建第一位管理员。 Configuration and first admin.")
def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="放在哪个文件夹")] = Path(),
    platform: Annotated[str, typer.Option(help="wecom 企业微信、dingtalk 钉钉、feishu 飞书")] = "",
    admin_name: Annotated[str, typer.Option(help="管理员的名字")] = "",
    admin_user: Annotated[str, typer.Option(help="管理员在平台上的帐号；不写就在聊天里认领")] = "",
    account: Annotated[str, typer.Option(help="这个应用叫什么，会出现在回调地址里")] = "",
    corp_id: Annotated[str, typer.Option(help="企业微信：企业 ID")] = "",
    agent_id: Annotated[str, typer.Option(help="企业微信：应用的 AgentId")] = "",
    secret: Annotated[str, typer.Option(help="企业微信：应用的 Secret；env:NAME、file:PATH 或原文")] = "",
    token: Annotated[str, typer.Option(help="企业微信：「接收消息」的 Token；写法同上")] = "",
    aes_key: Annotated[str, typer.Option(help="企业微信：「接收消息」的 EncodingAESKey；写法同上")] = "",
    client_id: Annotated[str, typer.Option(help="钉钉：应用的 Client ID")] = "",
    client_secret: Annotated[str, typer.Option(help="钉钉：应用的 Client Secret；写法同上")] = "",
    app_id: Annotated[str, typer.Option(help="飞书：应用的 App ID")] = "",
    app_secret: Annotated[str, typer.Option(help="飞书：应用的 App Secret；写法同上")] = "",
    public_url: Annotated[str, typer.Option(help="手机和平台打得开的地址")] = "",
) -> int:
    from bot.cli import init as command

    given = {
        "platform": platform, "admin_name": admin_name, "admin_user": admin_user, "account": account,
        "corp_id": corp_id, "agent_id": agent_id, "secret": secret, "token": token, "aes_key": aes_key,
        "client_id": client_id, "client_secret": client_secret, "app_id": app_id, "app_secret": app_secret,
        "public_url": public_url,
    }  # fmt: skip
    return command.init(folder, given)


@app.command(help="体检：配置、密钥、数据库、Redis、平台、时钟、日历、磁盘。 The doctor.")
def check(config: ConfigFile = DEFAULT_FILE, as_json: AsJson = False) -> int:
    from bot.cli import check as command

    return command.check(config, as_json=as_json)


@app.command(help="运行。 The bot.")
def serve(config: ConfigFile = DEFAULT_FILE) -> int:
    from bot.cli import serve as command

    return command.serve(config)


@app.command(help="在本机演示，不要帐号。 The bot with a sandbox platform and a sample team.")
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="不开网页，就绪后打印一行 JSON")] = False,
    port: Annotated[int, typer.Option(help="端口，0 任选")] = 8787,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="数据留在这个文件夹，下次接着用")] = None,
    now: Annotated[str | None, typer.Option(metavar="ISO", help="时钟从哪一刻开始")] = None,
    script: Annotated[bool, typer.Option("--script", help="在终端里把故事演一遍")] = False,
) -> int:
    from bot.cli import demo as command

    return command.demo(headless=headless, port=port, data=data.absolute() if data else None, now=now, script=script)


@app.command(help="只读句子：stdin 每行一个 JSON，stdout 每行一个结果。 The reader alone.")
def extract(
    customers: Annotated[Path | None, typer.Option(metavar="FILE", help="已知客户，JSONL")] = None,
) -> int:
    from bot.cli import read

    return read.extract(customers)


@app.command("eval", help="用标注好的句子给读法打分。 Scores the reader on a labelled set.")
def evaluate(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="带 expect 的 JSONL")] = None,
    as_json: AsJson = False,
    misses: Annotated[bool, typer.Option("--misses", help="列出读错的句子")] = False,
    reliability: Annotated[bool, typer.Option("--reliability", help="有多大把握，对了多少")] = False,
    corrections: Annotated[bool, typer.Option("--corrections", help="用自己团队改过的句子")] = False,
    team: Annotated[str, typer.Option(help="配合 --corrections，只看这个团队")] = "",
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
) -> int:
    from bot.cli import own

    if corrections or team or data is not None or (file is None and own.instead(config)):
        return own.evaluate(config, data, team=team, as_json=as_json, misses=misses)
    from bot.cli import measure

    return measure.evaluate(file, as_json=as_json, misses=misses, reliability=reliability)


@playbook.command("check", help="看文件写得对不对，每一处都说。 Every fault of the file.")
def playbook_check(files: Annotated[list[Path], typer.Argument(metavar="FILE...")]) -> int:
    from bot.cli import playbook as command

    return command.check(files)


@playbook.command("load", help="读进来，马上生效；--draft 只存着。 Makes it the next version.")
def playbook_load(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    team: Annotated[str, typer.Option(help="只给这个团队用")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="只存成草稿")] = False,
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
) -> int:
    from bot.cli import playbook as command

    return command.load(file, team, draft, config, data)


@playbook.command("explain", help="把打法说成人话：文件里的，或正在用的。 The rules as sentences.")
def playbook_explain(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    team: Annotated[str, typer.Option(help="哪个团队正在用的")] = "",
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
) -> int:
    from bot.cli import playbook as command

    return command.explain(file, team, config, data)


@playbook.command("diff", help="文件和正在用的差在哪，或两个文件差在哪。 What would change.")
def playbook_diff(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    other: Annotated[Path | None, typer.Argument(metavar="[FILE2]")] = None,
    team: Annotated[str, typer.Option(help="和哪个团队正在用的比")] = "",
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
) -> int:
    from bot.cli import playbook as command

    return command.diff(file, other, team, config, data)


@app.command(help="导出的 message.jsonl 按现在的规则再走一遍，只打印不同。 Replays messages, changes nothing.")
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    playbook: Annotated[Path | None, typer.Option(metavar="F", help="按这个打法，和正在用的比")] = None,
    team: Annotated[str, typer.Option(help="哪个团队正在用的")] = "",
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> int:
    from bot.cli import replay as command

    return command.replay(file, playbook, team, config, data, as_json=as_json)


@app.command(help="把全部记录导出成文件，一类一个。 Everything, in open formats.")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    form: Annotated[Literal["jsonl", "csv", "xlsx"], typer.Option("--format", help="什么格式")] = "jsonl",
    no_files: Annotated[bool, typer.Option("--no-files", help="只要记录，不带交来的文件")] = False,
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> int:
    from bot.cli import data as command

    return command.export(folder, form, config, data, with_files=not no_files, as_json=as_json)


@app.command("import", help="从表格导入：成员、客户、线索、商机、历史……先 --dry-run 试读。 From CSV, XLSX or JSONL.")
def bring(
    kind: Annotated[Imported, typer.Argument(metavar="KIND")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    dry: Annotated[bool, typer.Option("--dry-run", help="只试读，什么也不写")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过有误的行")] = False,
    account: Annotated[str, typer.Option(metavar="A", help="成员属于哪个平台帐号")] = "",
    report: Annotated[Path | None, typer.Option(metavar="CSV", help="每一行的结果写到这个文件")] = None,
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> int:
    from bot.cli import data as command

    return command.bring(
        kind, file, config, data, dry=dry, skip_bad=skip_bad, account=account, report=report, as_json=as_json
    )


@app.command(help='在终端里发一条斜杠命令：genjin admin "/member list"。 Any slash command.')
def admin(
    words: Annotated[str, typer.Argument(metavar="COMMAND")],
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
) -> int:
    from bot.cli import admin as command

    return command.admin(words, config, data)


@audit.command("verify", help="从头走一遍哈希链。 Walks the hash chain; exit 1 where it is broken.")
def audit_verify(config: ConfigFile = DEFAULT_FILE, data: DataFolder = None, as_json: AsJson = False) -> int:
    from bot.cli import keeping as command

    return command.verify(config, data, as_json=as_json)


@inbox.command("ids", help="收到过的每个平台事件，一行一个。 Every stored event key.")
def inbox_ids(
    account: Annotated[str, typer.Option(metavar="A", help="只看这个帐号")] = "",
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
) -> int:
    from bot.cli import keeping as command

    return command.ids(account, config, data)


@token.command("create", help="给一位成员的程序用，只显示一次。 A token with a member's rights, shown once.")
def token_create(
    member: Annotated[str, typer.Option(metavar="M", help="谁的权限：名字、平台帐号或 id")],
    read_only: Annotated[bool, typer.Option("--read-only", help="只读")] = False,
    name: Annotated[str, typer.Option(help="给什么用的")] = "",
    config: ConfigFile = DEFAULT_FILE,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> int:
    from bot.cli import token as command

    return command.create(member, name, config, data, read_only=read_only, as_json=as_json)


@token.command("list", help="有哪些令牌。 Which there are.")
def token_list(config: ConfigFile = DEFAULT_FILE, data: DataFolder = None, as_json: AsJson = False) -> int:
    from bot.cli import token as command

    return command.listed(config, data, as_json=as_json)


@token.command("revoke", help="收回，马上失效。 Ends one at once.")
def token_revoke(
    id: Annotated[str, typer.Argument(metavar="ID")], config: ConfigFile = DEFAULT_FILE, data: DataFolder = None
) -> int:
    from bot.cli import token as command

    return command.revoke(id, config, data)


@app.command(help="把数据库升到这一版的结构。 Brings the schema up to date.")
def migrate(config: ConfigFile = DEFAULT_FILE, data: DataFolder = None) -> int:
    from bot.cli import keeping as command

    return command.migrate(config, data)


@app.command(help="备份成一个文件，运行中也行。 One portable archive, also under load.")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigFile = DEFAULT_FILE, data: DataFolder = None
) -> int:
    from bot.cli import keeping as command

    return command.backup(file, config, data)


@app.command(help="从备份恢复到空库，已发的不再发。 Into an empty database.")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigFile = DEFAULT_FILE, data: DataFolder = None
) -> int:
    from bot.cli import keeping as command

    return command.restore(file, config, data)


def main() -> None:
    collect_seldom()
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """The exit code of ``genjin words…``; whatever goes wrong is told on one line."""
    command: Any = typer.main.get_command(app)
    try:
        code = command.main(list(words), prog_name="genjin", standalone_mode=False)
    except TyperException as wrong:
        return wrong_use(wrong.format_message(), next((word for word in words if word in command.commands), ""))
    except Failed as no:
        return told(no.line, no.code)
    except (KeyboardInterrupt, typer.Abort):
        return told("停下了", 130)
    except BrokenPipeError:  # the reader of the pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as fault:
        return accident(fault)
    return code if isinstance(code, int) else DONE
