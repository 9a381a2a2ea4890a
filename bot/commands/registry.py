"""Slash commands as data: name, words, who may, an example; and the way from a typed line to its answer."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.messages import Text
from bot import access
from bot.errors import GenjinError, NotFound, WrongCall
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn

Run = Callable[[Turn, "Call"], Awaitable[Reply]]

HELP = frozenset({"help", "帮助", "?", "？"})


@dataclass(frozen=True, slots=True)
class Call:
    """A typed line taken apart: ``words`` are the arguments, ``rest`` all of them as typed."""

    name: str
    words: tuple[str, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    what: str
    """One line: what it does."""
    example: str
    run: Run
    roles: tuple[str, ...] = ()
    """Who may; empty for everyone."""


@dataclass(slots=True)
class Registry:
    commands: dict[str, Command] = field(default_factory=dict)

    def command(
        self, name: str, what: str, example: str, roles: tuple[str, ...] = ()
    ) -> Callable[[Run], Run]:
        """Registers the function below it as ``/name``."""

        def register(run: Run) -> Run:
            if name in self.commands:
                raise ValueError(f"two commands called /{name}")
            self.commands[name] = Command(name, what, example, run, roles)
            return run

        return register

    def include(self, other: Registry) -> None:
        for command in other.commands.values():
            self.command(command.name, command.what, command.example, command.roles)(command.run)

    async def answer(self, turn: Turn) -> Reply:
        """The command's answer, or what is wrong and the nearest right call (VOICE.md G4)."""
        call = parse(turn.text)
        command = self.commands.get(call.name)
        if command is None:
            return self._unknown(call)
        if not access.may(turn.member, command.roles):
            who = "、".join(words.named("roles", role) for role in command.roles)
            return Reply(push=words.text("cmd.noright", name=call.name, who=who))
        if call.words and call.words[0] in HELP:
            return Reply(push=self.help_of(command))
        try:
            return await command.run(turn, call)
        except WrongCall as wrong:
            return Reply(push=words.text("cmd.wrong", what=wrong.message, nearest=wrong.nearest))
        except (NotFound, GenjinError) as fault:
            return Reply(push=words.text("cmd.wrong", what=fault.message, nearest=fault.hint))

    def help_of(self, command: Command) -> Text:
        who = "、".join(words.named("roles", role) for role in command.roles) or "所有人"
        return words.text("cmd.help", name=command.name, what=command.what, example=command.example, who=who)

    def _unknown(self, call: Call) -> Reply:
        near = difflib.get_close_matches(call.name, self.commands, n=1, cutoff=0.5)
        if not near:
            return Reply(push=words.text("cmd.unknown", name=call.name))
        nearest = f"/{near[0]} {call.rest}".strip()
        return Reply(push=words.text("cmd.nearest", name=call.name, nearest=nearest), about={"nearest": nearest})


def parse(line: str) -> Call:
    """``/`` or ``／``, any case, arguments separated by any white space."""
    head, _, rest = line.strip().lstrip("/／").partition(" ")
    return Call(head.strip().casefold(), tuple(rest.split()), rest.strip())
