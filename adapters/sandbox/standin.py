"""What a stand-in platform does for its people: they speak, send files, tap and decide, and the bot hears of it as
from the real one. One stand-in plays one platform's server and all that leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from adapters.sandbox.world import CannotDo, Item, Knob


class StandIn(Protocol):
    """``base`` is where the server listens, set once it does. An ``account`` left empty means the first one. What
    people do returns the platform's id of the event once the bot acknowledged it, and raises CannotDo."""

    platform: str
    base: str

    @property
    def accounts(self) -> Sequence[str]:
        """The names of its accounts, as in the configuration."""
        ...

    def application(self) -> web.Application:
        """The server's side: what the bot calls."""
        ...

    def settings(self, account: str) -> dict[str, Any]:
        """The account's table of the configuration, pointed at this server."""
        ...

    def point(self, account: str, url: str) -> None:
        """``url`` is where the bot takes the account's callbacks."""
        ...

    def user_of(self, user: str, account: str = "") -> str:
        """What the platform calls the person who goes by ``user`` in the sandbox."""
        ...

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def say(self, user: str, text: str, account: str = "", chat: str = "") -> str: ...
    async def send_file(self, user: str, name: str, data: bytes, account: str = "", chat: str = "") -> str: ...
    async def enter(self, user: str, account: str = "") -> str: ...
    async def tap(self, item: Item, knob: Knob, chosen: Sequence[str]) -> str: ...
    async def leave(self, user: str, account: str = "") -> str:
        """The company deletes the person's account."""
        ...

    async def approve(
        self, user: str, form: Mapping[str, str], state: str = "agreed", title: str = "", account: str = ""
    ) -> str:
        """The approval that ``user`` asked for reaches ``state`` (running, agreed, refused, withdrawn); ``form`` is
        label → what was filled in."""
        ...


@dataclass(frozen=True, slots=True)
class ChatLine:
    """What is said in a chat that is kept: words, a file by its name, or that the message ``recalls`` is taken back."""

    text: str = ""
    file: tuple[str, bytes] | None = None
    recalls: str = ""


@runtime_checkable
class Keeps(Protocol):
    """A stand-in in which the company keeps what is said in its chats."""

    async def talk(self, sender: str, to: Sequence[str], said: ChatLine, room: str = "", account: str = "") -> str: ...


def knob_of(item: Item, button: str) -> Knob:
    """The button of that id. Raises CannotDo for one that is not there or opens a page."""
    for knob in item.shown.buttons:
        if knob.id == button and knob.url:
            raise CannotDo(400, "opens_a_page", f"{button} opens a page and calls nothing back", f"打开 {knob.url}")
        if knob.id == button:
            return knob
    there = "、".join(knob.id for knob in item.shown.buttons) or "没有按钮"
    raise CannotDo(400, "no_such_button", f"item {item.n} has no button {button}", f"现在有：{there}")


def chosen_of(item: Item, select: Sequence[str]) -> tuple[str, ...]:
    """The options that go with the tap: those named, else those the card came with. Raises CannotDo."""
    known = {one for one, _ in item.shown.options}
    strange = [one for one in select if one not in known]
    if strange or (len(select) > 1 and not item.shown.many):
        hint = f"可选：{'、'.join(sorted(known)) or '无'}"
        raise CannotDo(400, "no_such_option", f"cannot choose {list(select)}", hint)
    return tuple(select) or item.shown.picked
