"""Slash commands as data: name, who may, what runs; and the way from a typed line to its answer (VOICE.md §4)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import structlog

from bot import access
from bot.commands import pages
from bot.errors import GenjinError, WrongCall
from bot.replies import commands as say
from bot.routing import Reply
from bot.turn import Turn
from storage.records import Member
from storage.rows import fold

log = structlog.get_logger(__name__)

Run = Callable[[Turn, "Call"], Awaitable[Reply]]

HELP = frozenset({"help", "帮助", "?", "-h", "--help"})
"""As they are compared: folded, so that ？ is ?."""
HEAD = re.compile(r"[a-zA-Zａ-ｚＡ-Ｚ]+|\S+")
"""Also where the arguments follow without a blank: /stage松涛教育 方案演示."""


@dataclass(frozen=True, slots=True)
class Call:
    """A typed line taken apart: ``words`` are the arguments, ``rest`` all of them as typed. ``sure``: what it would do
    has been shown and 执行 was tapped."""

    name: str
    words: tuple[str, ...] = ()
    rest: str = ""
    sure: bool = False

    @property
    def line(self) -> str:
        return f"/{self.name} {self.rest}".strip()


@dataclass(frozen=True, slots=True)
class Command:
    """``roles``: who may; empty for everyone. What it is called in words lies in texts/commands.toml."""

    name: str
    run: Run
    roles: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """One line: what it does."""
        return say.word_of(self.name, "what")

    @property
    def example(self) -> str:
        return say.word_of(self.name, "example")


class Wrong(WrongCall):
    """A call that cannot be meant so. ``nearest`` is the right call nearest to it, made of what was typed, so that it
    can be run by a tap; without one the message itself (``key.alone`` where there is such) shows how it is written."""

    def __init__(self, key: str, *, nearest: str = "", **fields: object) -> None:
        super().__init__(say.wrong_words(key, alone=not nearest, **fields), nearest)


@dataclass(slots=True)
class Registry:
    commands: dict[str, Command] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands.values())

    def command(self, name: str, roles: tuple[str, ...] = ()) -> Callable[[Run], Run]:
        """Registers the function below it as ``/name``."""

        def register(run: Run) -> Run:
            if name in self.commands:
                raise ValueError(f"two commands called /{name}")
            self.commands[name] = Command(name, run, roles)
            return run

        return register

    def include(self, other: Registry) -> None:
        for command in other:
            self.command(command.name, command.roles)(command.run)

    def open_to(self, member: Member) -> list[Command]:
        """The commands that the member may use, in the order in which they are listed."""
        return [command for command in self if access.may(member, command.roles)]

    async def answer(self, turn: Turn, *, sure: bool = False, page: int = 1) -> Reply:
        """The command's answer, or what is wrong and the nearest right call; of a long one a page, all of it as
        page 0."""
        reply = await self._answer(turn, sure=sure)
        return pages.shown(reply, turn.text, page) if page else reply

    async def _answer(self, turn: Turn, *, sure: bool) -> Reply:
        call = parse(turn.text, sure=sure)
        command = self.commands.get(call.name)
        log.info("command", name=call.name if command else "unknown", member=turn.member.id)
        if not call.name:
            return self.help(turn.member)
        if command is None:
            return self._unknown(call, turn.member)
        if not access.may(turn.member, command.roles):
            about = {"command": call.line, "roles": list(command.roles), "name": call.name}
            return Reply(push=say.noright(call.name, command.roles), about=about)
        if call.words and fold(call.words[0]) in HELP:
            return self.help_of(command.name)
        return await _run(command, turn, call)

    def help(self, member: Member) -> Reply:
        """What there is for this member."""
        return Reply(push=say.help_all([c.name for c in self.open_to(member)], member.roles))

    def help_of(self, name: str) -> Reply:
        return Reply(push=say.help_of(name, self.commands[name].roles))

    def nearest(self, name: str, member: Member) -> str:
        """The name of the command that the member may have meant; "" where none is near."""
        names = [command.name for command in self.open_to(member)]
        return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.5)), "")

    def _unknown(self, call: Call, member: Member) -> Reply:
        near = self.nearest(call.name, member)
        if not near:
            return Reply(push=say.wrong(say.wrong_words("command", alone=True, name=say.short(call.name))))
        return wrong_call(Wrong("command", name=say.short(call.name), nearest=f"/{near} {call.rest}".strip()), near)


async def _run(command: Command, turn: Turn, call: Call) -> Reply:
    try:
        return await command.run(turn, call)
    except WrongCall as wrong:
        return wrong_call(wrong, command.name)
    except GenjinError as fault:
        return Reply(push=say.wrong(f"{fault.message}{fault.hint}"))


def wrong_call(wrong: WrongCall, name: str) -> Reply:
    """G4: what is wrong, and the nearest right call to tap."""
    return Reply(push=say.wrong(wrong.message, wrong.nearest), about={"nearest": wrong.nearest, "name": name})


def parse(line: str, *, sure: bool = False) -> Call:
    """``/`` or ``／``, any case, half-width or full, arguments separated by any white space."""
    typed = line.strip().lstrip("/／").strip()
    found = HEAD.match(typed)
    head = found.group() if found else ""
    rest = typed[len(head) :].strip()
    return Call(fold(head), tuple(rest.split()), rest, sure)
