"""config.toml → frozen values. Every fault is told at once, each with its key and its mend; no secret is ever shown.

Every key can be set from the environment too: ``GENJIN_SERVER__PORT=9000``; accounts as a JSON list in
``GENJIN_WECOM``. The environment wins over the file. Relative paths start from the folder of the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from adapters import dingtalk, email, feishu, hook, wecom
from bot import config_faults
from bot.config_faults import Fault, place
from bot.config_sections import (
    ACCOUNTS,
    SECTIONS,
    SINGLE,
    Account,
    Chats,
    DatabaseSection,
    Dingtalk,
    Email,
    Feishu,
    Hook,
    Llm,
    Members,
    Redis,
    Section,
    Server,
    Storage,
    Wecom,
    opened,
)  # fmt: skip
from bot.errors import ConfigError
from bot.secret import Secret, at_home

PREFIX = "GENJIN_"
_FILLING: Mapping[Any, Any] = {str: "x", int: 1, Secret: Secret("x")}
_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True,
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True,
    )  # fmt: skip
    server: Server = Server()
    database: DatabaseSection = DatabaseSection()
    redis: Redis = Redis()
    storage: Storage = Storage()
    members: Members = Members()
    chats: Chats = Chats()
    llm: Llm = Llm()
    wecom: tuple[Wecom, ...] = ()
    dingtalk: tuple[Dingtalk, ...] = ()
    feishu: tuple[Feishu, ...] = ()
    email: tuple[Email, ...] = ()
    hook: tuple[Hook, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        return env_settings, init_settings


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, resolved. ``data`` is absolute. What is secret stays out of the repr: the URLs may hold
    a password; ``keys`` are 32 bytes each, newest first."""

    path: Path
    server: Server
    data: Path
    members: Members
    chats: Chats
    llm: Llm
    wecom: tuple[wecom.Config, ...]
    dingtalk: tuple[dingtalk.Config, ...]
    feishu: tuple[feishu.Config, ...]
    email: tuple[email.Config, ...]
    hook: tuple[hook.Config, ...]
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)
    warnings: tuple[Fault, ...] = ()
    """(key, words) of what works but should be mended."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Every secret, so that the logs can keep them out."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the chat accounts that are served."""
        names = ((one.name for one in kind) for kind in (self.wecom, self.dingtalk, self.feishu))
        return tuple(name for of_kind in names for name in of_kind)

    @property
    def public_url(self) -> str:
        """Where browsers and platforms reach the bot, without a slash at the end; this machine where none is given."""
        host = "127.0.0.1" if self.server.host in ("0.0.0.0", "::") else self.server.host  # noqa: S104 (compared only)
        return self.server.public_url.rstrip("/") or f"http://{host}:{self.server.port}"


def load(path: Path | str) -> Config:
    """The configuration of that file and of the environment. Raises ConfigError with every fault."""
    path = Path(path).expanduser().absolute()
    return parse(_read(path), path)


def parse(raw: Mapping[str, Any], path: Path) -> Config:
    """What ``raw``, the opened TOML of a file at ``path``, and the environment mean. Raises ConfigError."""
    settings, faults = None, list(_strange(raw))
    known = {key: value for key, value in raw.items() if key in SECTIONS}
    with at_home(path.parent):
        try:
            settings = _Settings(**known)
        except ValidationError as error:
            faults += config_faults.of(error, SECTIONS)
        except SettingsError as error:
            faults.append(_variable(error))
        pieces = list(_pieces(settings) if settings else _sound_pieces(known))
    told = {key for key, _ in faults}
    deeper = [(f"{key}.{inner}", words) for key, piece in pieces for inner, words in piece.faults()]
    faults += [fault for fault in deeper if fault[0] not in told]
    faults += _repeated_names(pieces)
    if faults or settings is None:
        raise ConfigError(list(dict.fromkeys(faults)))
    return _config(settings, path, pieces, frozenset(_written(raw)))


def _config(settings: _Settings, path: Path, pieces: list[tuple[str, Section]], written: frozenset[str]) -> Config:
    home = path.parent
    data = home / Path(settings.server.data).expanduser()
    secrets = [(key, secret) for name, piece in pieces for key, secret in _secrets(name, piece)]
    return Config(
        path=path, server=settings.server, data=data, members=settings.members, chats=settings.chats, llm=settings.llm,
        wecom=tuple(one.account() for one in settings.wecom),
        dingtalk=tuple(one.account() for one in settings.dingtalk),
        feishu=tuple(one.account() for one in settings.feishu),
        email=tuple(one.account(home) for one in settings.email),
        hook=tuple(one.account() for one in settings.hook),
        database_url=_database(settings.database.url.value, home, data),
        redis_url=settings.redis.url.value, keys=tuple(opened(key) for key in settings.storage.keys),
        warnings=tuple(_plain_secrets(secrets, written)),
        secrets=frozenset(secret.value for _, secret in secrets if len(secret.value) >= 6),
    )  # fmt: skip


def _database(url: str, home: Path, data: Path) -> str:
    if not url:
        return f"sqlite:{data / 'genjin.db'}"
    if not url.startswith("sqlite:"):
        return url
    return f"sqlite:{home / Path(url.removeprefix('sqlite:').removeprefix('//')).expanduser()}"


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        fault = "没有这个文件，用 genjin init 生成一份，或用 --config 指出它在哪"
    except UnicodeDecodeError:
        fault = "不是 UTF-8 文本，另存为 UTF-8"
    except OSError as error:
        fault = f"读不了（{error.strerror or type(error).__name__}），检查路径和权限"
    except tomllib.TOMLDecodeError as error:
        fault = f"不是合格的 TOML：{_where(str(error))}"
    raise ConfigError([(str(path), fault)]) from None


def _where(words: str) -> str:
    """``第 3 行第 8 列``, and what TOML's reader said of it; it never quotes a value."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", words)
    said = re.sub(r"\s*\(at .*\)", "", words)
    return f"第 {found[1]} 行第 {found[2]} 列附近有误（{said}）" if found else f"文件末尾附近有误（{said}）"


def _strange(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Sections that there are none of, in the file and in the environment."""
    for key in raw:
        if key not in SECTIONS:
            yield key, config_faults.unknown(key, list(SECTIONS))
    for name in sorted(os.environ):
        section, nested, _ = name.removeprefix(PREFIX).partition("__")
        if name.startswith(PREFIX) and nested and section.lower() not in SECTIONS:
            yield name, config_faults.unknown(section.lower(), list(SECTIONS))


def _variable(error: SettingsError) -> Fault:
    found = re.search(r'field "(\w+)"', str(error))
    return f"{PREFIX}{found[1].upper() if found else ''}", "环境变量的值不是合格的 JSON，检查引号和括号"


def _pieces(settings: _Settings) -> Iterator[tuple[str, Section]]:
    for key in SINGLE:
        yield key, getattr(settings, key)
    for kind in ACCOUNTS:
        for n, account in enumerate(getattr(settings, kind)):
            yield place((kind, n)), account


def _sound_pieces(raw: Mapping[str, Any]) -> Iterator[tuple[str, Section]]:
    """The sections with their faulty keys filled in, so that the faults of the others are told too."""
    for key, model in SINGLE.items():
        yield key, _sound(model, raw.get(key, {}))
    for kind, accounts in ACCOUNTS.items():
        entries = raw.get(kind, [])
        for n, entry in enumerate(entries if isinstance(entries, list) else []):
            yield place((kind, n)), _sound(accounts, entry)


def _sound(model: type[Section], entry: Any) -> Section:
    entry = entry if isinstance(entry, dict) else {}
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        faulty = {str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False)}
    filled = {key: value for key, value in entry.items() if key not in faulty}
    needed = {key: about.annotation for key, about in model.model_fields.items() if about.is_required()}
    return model.model_validate(filled | {key: _FILLING[needed[key]] for key in faulty if key in needed})


def _repeated_names(pieces: list[tuple[str, Section]]) -> Iterator[Fault]:
    """One name, one account, whatever the platform: the inbox tells its events apart by it."""
    named = [(key, piece.name) for key, piece in pieces if isinstance(piece, Account)]
    count = Counter(name.casefold() for _, name in named)
    for key, name in named:
        if count[name.casefold()] > 1:
            yield f"{key}.name", f"“{name}”用了 {count[name.casefold()]} 次，每个帐号起一个不同的名字"


def _secrets(key: str, piece: Section) -> Iterator[tuple[str, Secret]]:
    for name, value in piece:
        if isinstance(value, dict):
            yield from (
                (f"{key}.{name}.{inner}", one) for inner, one in value.items() if isinstance(one, Secret) and one
            )
            continue
        for n, secret in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(secret, Secret) and secret:
                yield f"{key}.{name}" + (f"[{n}]" if isinstance(value, tuple) else ""), secret


def _plain_secrets(secrets: list[tuple[str, Secret]], written: frozenset[str]) -> Iterator[Fault]:
    for key, secret in secrets:
        is_url = key.endswith(".url")
        stands = key in written or key.rpartition("[")[0] in written  # one of a list, or the only one
        if secret.origin == "plain" and stands and (not is_url or _PASSWORD.search(secret.value)):
            yield key, "密钥直接写在文件里，改成 env:变量名 或 file:路径 更稳妥"


def _written(value: Any, path: tuple[int | str, ...] = ()) -> Iterator[str]:
    """The key of each value that stands in the file itself."""
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield place(path)
        return
    for step, below in inner:
        yield from _written(below, (*path, step))
