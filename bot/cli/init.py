"""``genjin init``: a commented config.toml, the secrets in files of their own, and the first admin."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import typer

from bot.cli.common import DONE, Failed, say
from bot.cli.init_questions import KEYS, PLATFORM, PLATFORMS, Question, asked_of
from bot.clock import SystemClock
from bot.config import Config, load
from bot.members import accounts, enrol
from storage import audit, members
from storage.connect import close, connect, transaction
from storage.migrate import migrate
from storage.records import Member, made, new_id


def init(folder: Path, given: Mapping[str, str]) -> int:
    """Asks for what was not given where somebody sits at a terminal; else says which options are missing."""
    file = folder / "config.toml"
    if file.exists():
        raise Failed(f"{file}：已经有了，不会覆盖；要重来先把它移走")
    name = _platform(given)
    answers = _answers(name, given)
    made_here = _write(folder, file, name, answers)
    try:
        config = load(file)
        code = asyncio.run(_first_admin(config, answers))
    except BaseException:
        for path in made_here:
            path.unlink(missing_ok=True)
        raise
    _tell(file, name, answers, config, code)
    return DONE


def _tell(file: Path, name: str, answers: Mapping[str, str], config: Config, code: str) -> None:
    """What stands there now, and what to do next."""
    platform = PLATFORMS[name]
    say(f"写好了 {file}，管理员是 {answers['admin_name']}")
    if platform.needs_address:
        say(f"回调地址：{config.public_url}/callback/{name}/{answers['account']}")
    else:
        say(f"{platform.label}走长连接，不用公网地址")
    if platform.template_words:
        say(f"卡片模板 {file.with_name(platform.template[1])}：{platform.template_words}")
    say(f"接着：genjin check --config {file}，再 genjin serve --config {file}")
    if code:
        say(f"启动后，请{answers['admin_name']}在{platform.label}里私聊机器人，发：认领 {code}（一周内有效）")


def _platform(given: Mapping[str, str]) -> str:
    name = given["platform"].strip()
    if not name:
        name = _asked(PLATFORM) if sys.stdin.isatty() else PLATFORM.default
    if name not in PLATFORMS:
        raise Failed(f"--platform {name}：写 {'、'.join(PLATFORMS)} 里的一个")
    return name


def _answers(name: str, given: Mapping[str, str]) -> dict[str, str]:
    questions = asked_of(name)
    answers = {one.key: given[one.key].strip() for one in questions}
    strange = [one for one in KEYS if given[one].strip() and one not in answers and one != PLATFORM.key]
    if strange:
        raise Failed(f"{PLATFORMS[name].label}用不到 --{strange[0].replace('_', '-')}，去掉它，或换一个 --platform")
    missing = [one for one in questions if not answers[one.key] and not one.optional and not one.default]
    if sys.stdin.isatty():
        for one in questions:
            if not answers[one.key]:
                answers[one.key] = _asked(one)
    elif missing:
        raise Failed(f"还缺 {' '.join(one.option for one in missing)}，在终端里运行会一项一项问")
    return {one.key: answers[one.key] or one.default for one in questions}


def _asked(one: Question) -> str:
    default = one.default or ("" if one.optional else None)
    return str(typer.prompt(one.words, default=default, hide_input=one.secret, show_default=bool(one.default))).strip()


def _write(folder: Path, file: Path, name: str, answers: Mapping[str, str]) -> list[Path]:
    """The files made: the configuration, and one for each secret that was given plainly."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, values = [file], {one.key: answers[one.key] for one in PLATFORMS[name].questions}
    for one in PLATFORMS[name].questions:
        if one.secret and not answers[one.key].startswith(("env:", "file:")):
            path = folder / "secrets" / f"{answers['account']}.{one.key}"
            paths.append(path)
            values[one.key] = f"file:secrets/{path.name}"
    template = resources.files("bot.cli").joinpath("shipped", "config.toml").read_text("utf-8")
    text = fill(template, name, {"name": answers["account"], **values}, answers["public_url"])
    for path in paths[1:]:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _private(path, answers[path.name.rpartition(".")[2]] + "\n")
    _private(file, text)
    package, template_file = PLATFORMS[name].template
    if package:
        paths.append(folder / template_file)
        paths[-1].write_text(resources.files(package).joinpath(template_file).read_text("utf-8"), "utf-8")
    return paths


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def fill(template: str, section: str, values: Mapping[str, str], public_url: str) -> str:
    """The template with the platform's ``section`` brought to life and the address put in."""
    lines, inside, head = [], False, f"[[{section}]]"
    for line in template.splitlines():
        bare = line.removeprefix("# ")
        inside = bare == head or (inside and line.startswith("# ") and " = " in bare)
        key = bare.partition(" = ")[0]
        if inside and (bare == head or key in values):
            lines.append(bare if bare == head else _filled(bare, key, values[key]))
        elif key == "public_url" and public_url:
            lines.append(f"public_url = {_quoted(public_url)}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _filled(line: str, key: str, value: str) -> str:
    number = key == "agent_id" and value.isdigit()
    comment = re.search(r"\s+#[^\"]*$", line)
    return f"{key} = {value if number else _quoted(value)}{comment[0] if comment else ''}"


def _quoted(value: str) -> str:
    """A TOML string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


async def _first_admin(config: Config, answers: Mapping[str, str]) -> str:
    """Makes the database where there is none, and the admin in it. "" where the admin's account is known, else the
    code by which the admin shows it in the chat."""
    now, account, user = SystemClock().now(), answers["account"], answers["admin_user"]
    config.data.mkdir(parents=True, exist_ok=True)
    await migrate(config.database_url)
    database = await connect(config.database_url, keys=config.keys, directory=config.data)
    try:
        if user and await members.by_identity(account, user) is not None:
            return ""
        admin = Member(id=new_id("mem", now), name=answers["admin_name"], roles=("admin",))
        has = accounts.link(admin, account, user, now) if user else ()
        async with transaction():
            await audit.apply([made(admin), *has], actor="system", event="init", at=now)
            return "" if user else await enrol.issue(admin.id, now)
    finally:
        await close(database)
