"""``genjin init``: a commented config.toml, the secrets in files of their own, and the first admin."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import typer

from bot.cli.common import DONE, Failed, say
from bot.clock import SystemClock
from bot.config import Config, load
from storage import audit, members
from storage.connect import close, connect, transaction
from storage.migrate import migrate
from storage.records import Identity, Member, made, new_id

SECRETS = ("secret", "token", "aes_key")


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    words: str
    option: str
    default: str = ""
    optional: bool = False


QUESTIONS = (
    Question("admin_name", "管理员的名字（例如 王芳）", "--admin-name"),
    Question("admin_user", "管理员在企业微信里的帐号（userid）", "--admin-user"),
    Question("account", "这个应用叫什么，会出现在回调地址里", "--account", default="main"),
    Question("corp_id", "企业 ID（「我的企业」页面底部）", "--corp-id"),
    Question("agent_id", "应用的 AgentId", "--agent-id"),
    Question("secret", "应用的 Secret", "--secret"),
    Question("token", "「接收消息」里的 Token", "--token"),
    Question("aes_key", "「接收消息」里的 EncodingAESKey", "--aes-key"),
    Question("public_url", "手机和平台打得开的地址（https://…，可以先空着）", "--public-url", optional=True),
)


def init(folder: Path, given: Mapping[str, str]) -> int:
    """Asks for what was not given where somebody sits at a terminal; else says which options are missing."""
    file = folder / "config.toml"
    if file.exists():
        raise Failed(f"{file}：已经有了，不会覆盖；要重来先把它移走")
    answers = _answers(given)
    made_here = _write(folder, file, answers)
    try:
        config = load(file)
        asyncio.run(_first_admin(config, answers))
    except BaseException:
        for path in made_here:
            path.unlink(missing_ok=True)
        raise
    say(f"写好了 {file}，管理员是 {answers['admin_name']}")
    say(f"回调地址：{config.public_url}/callback/wecom/{answers['account']}")
    say(f"接着：genjin check --config {file}，再 genjin serve --config {file}")
    return DONE


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    answers = {key: value.strip() for key, value in given.items()}
    missing = [one for one in QUESTIONS if not answers[one.key] and not one.optional and not one.default]
    if sys.stdin.isatty():
        for one in QUESTIONS:
            if not answers[one.key]:
                answers[one.key] = _asked(one)
    elif missing:
        raise Failed(f"还缺 {' '.join(one.option for one in missing)}，在终端里运行会一项一项问")
    return {one.key: answers[one.key] or one.default for one in QUESTIONS}


def _asked(one: Question) -> str:
    hidden, default = one.key in SECRETS, one.default or ("" if one.optional else None)
    return str(typer.prompt(one.words, default=default, hide_input=hidden, show_default=bool(one.default))).strip()


def _write(folder: Path, file: Path, answers: Mapping[str, str]) -> list[Path]:
    """The files made: the configuration, and one for each secret that was given plainly."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, values = [file], dict(answers)
    for key in SECRETS:
        if not answers[key].startswith(("env:", "file:")):
            path = folder / "secrets" / f"{answers['account']}.{key}"
            paths.append(path)
            values[key] = f"file:secrets/{path.name}"
    text = fill(resources.files("bot.cli").joinpath("shipped", "config.toml").read_text("utf-8"), values)
    for path in paths[1:]:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _private(path, answers[path.name.rpartition(".")[2]] + "\n")
    _private(file, text)
    return paths


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with the ``[[wecom]]`` section brought to life and the address put in."""
    lines, inside = [], False
    for line in template.splitlines():
        bare = line.removeprefix("# ")
        inside = bare == "[[wecom]]" or (inside and line.startswith("# ") and " = " in bare)
        key = bare.partition(" = ")[0]
        if inside and (bare == "[[wecom]]" or key in ("name", "corp_id", "agent_id", *SECRETS)):
            lines.append(_filled(bare, key, values))
        elif key == "public_url" and values["public_url"]:
            lines.append(f"public_url = {_quoted(values['public_url'])}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _filled(line: str, key: str, values: Mapping[str, str]) -> str:
    if key == "[[wecom]]":
        return line
    value = values["account" if key == "name" else key]
    number = key == "agent_id" and value.isdigit()
    comment = re.search(r"\s+#[^\"]*$", line)
    return f"{key} = {value if number else _quoted(value)}{comment[0] if comment else ''}"


def _quoted(value: str) -> str:
    """A TOML string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


async def _first_admin(config: Config, answers: Mapping[str, str]) -> None:
    """Makes the database where there is none, and the admin in it."""
    now = SystemClock().now()
    config.data.mkdir(parents=True, exist_ok=True)
    await migrate(config.database_url)
    database = await connect(config.database_url, keys=config.keys, directory=config.data)
    try:
        if await members.by_identity(answers["account"], answers["admin_user"]) is not None:
            return
        admin = Member(id=new_id("mem", now), name=answers["admin_name"], roles=("admin",))
        identity = Identity(
            id=new_id("idn", now), member_id=admin.id, account=answers["account"], user=answers["admin_user"]
        )
        async with transaction():
            await audit.apply([made(admin), made(identity)], actor="system", event="init", at=now)
    finally:
        await close(database)
