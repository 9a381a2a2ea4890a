"""What an adapter is: it turns a platform's bytes into ours and ours into the platform's, and knows no business."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from adapters.errors import AdapterError
from adapters.events import Approval, FileRef, Ignored, InboundEvent, Kept, Outsider, Received
from adapters.messages import Address, Push, Sent


class Sink(Protocol):
    """Where an adapter puts what came in."""

    async def keep(self, received: Received) -> bool:
        """True when it is new, False for a repeat; returns only after it is on disk. Raises when it cannot be."""
        ...

    async def kept(self, account: str, key: str, nonce: str = "") -> Kept | None:
        """What is kept under that key, else what the nonce came with; None for nothing."""
        ...

    async def mark(self, name: str) -> int | None:
        """How far the last that was kept with this mark came; None before the first."""
        ...

    async def outcome(self, received: Received, seconds: float) -> Push | None:
        """The card that a tap's card has become, when the worker is done within ``seconds``; else None."""
        ...

    def refused(self, account: str, code: str) -> None:
        """Counts a callback that was not authentic or not well-formed."""
        ...


class Adapter(Protocol):
    name: str
    """The account's name in the configuration."""
    label: str
    """What people call the platform."""
    files_by_chat: bool
    """The platform delivers file messages on this account."""

    def routes(self) -> Sequence[web.RouteDef]: ...
    async def start(self, sink: Sink) -> None: ...
    def parse(self, payload: bytes) -> InboundEvent | Ignored:
        """Raises BadPayload for a plaintext that is not the platform's."""
        ...

    async def send(self, to: Address, push: Push, *, key: str) -> Sent:
        """``key`` is the idempotency key: the same key and push give the same bytes. Raises SendError."""
        ...

    async def change(self, to: Address, push: Push, *, key: str, change_code: str) -> Sent:
        """Changes the card that was sent with ``key``; ``change_code`` from its sending or from the tap."""
        ...

    def remember(self, sent: Sequence[tuple[Address, float]]) -> None:
        """What was sent in the hour before this process began, as seconds ago, oldest first: the platform still counts
        it."""
        ...

    async def fetch(self, file: FileRef) -> tuple[str, bytes]:
        """(name, bytes) of a file; at most 100 MB. Raises SendError."""
        ...

    async def name_of(self, user: str) -> str:
        """What the company's directory calls this user; "" where it does not tell us. Raises SendError."""
        ...

    async def check(self) -> str:
        """One line for the doctor: what the platform said to our credentials. Raises SendError."""
        ...

    async def stop(self) -> None: ...


@runtime_checkable
class Listener(Protocol):
    """An adapter that hears over a line of its own."""

    @property
    def hears(self) -> bool:
        """The line is up, or none is needed."""
        ...


class Door(Protocol):
    """How a page inside the chat app learns who looks at it: the app says so. An adapter may be one."""

    frames: Sequence[str]
    """Origins of the chat app's own pages, the only ones in whose frames ours may stand."""

    def login_url(self, back: str, state: str) -> str:
        """Where the browser goes to be named. It comes to ``back`` with a code and ``state`` (letters and digits)."""
        ...

    async def whose(self, code: str) -> str:
        """The platform's user id of whoever brought the code; a code is good once. Raises SendError; NotDeliverable
        for someone outside the company."""
        ...

    async def page_keys(self, url: str) -> dict[str, Any]:
        """What the page at ``url`` needs to call the app's functions, signatures included. Raises SendError."""
        ...


Told = Callable[[str, AdapterError | None], Awaitable[None]]
"""Hears of an account what stands in the way of reading, and None once it stands there no more."""


@runtime_checkable
class ReadsChats(Protocol):
    """An adapter that may read chats which the company keeps, beside what is said to it."""

    def tell_of_chats(self, told: Told) -> None:
        """Who hears what stands in the way of that."""
        ...


@runtime_checkable
class KnowsAliases(Protocol):
    """An adapter on which some way in names people otherwise than the rest of the platform does."""

    async def user_of(self, alias: str) -> str:
        """The user who is meant; "" where it is nobody's alias, a user's own name among them. Raises SendError."""
        ...


@runtime_checkable
class OpensForwards(Protocol):
    """An adapter whose platform hands a merged forward over closed."""

    async def forwarded(self, handle: str) -> str:
        """What lies in it, as the lines of a pasted chat; "" where nothing has words. Raises SendError."""
        ...


@runtime_checkable
class Approver(Protocol):
    """An adapter whose platform has approvals."""

    async def approval(self, id: str) -> Approval:
        """The form of that id, as it stands now. Raises SendError."""
        ...


@runtime_checkable
class ListsApprovals(Approver, Protocol):
    """An adapter whose platform tells which forms were handed in, so that what was missed can be asked for."""

    async def handed_in(
        self, since: datetime, until: datetime, templates: Sequence[str], titles: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """(id, template) of each form handed in then, whatever became of it, each once; the template "" where the
        list does not tell it. ``templates`` are the codes and ``titles`` pieces of the names of those that matter; a
        platform that cannot tell by them lists all. Raises SendError."""
        ...


@runtime_checkable
class PageScripts(Protocol):
    """A door whose pages may ask the chat app with whom the member talks: the files of the page for it, in the order
    in which they are loaded."""

    scripts: Sequence[Path]


@runtime_checkable
class Contacts(Protocol):
    """An adapter whose platform tells of people outside."""

    async def contact(self, external: str) -> Outsider:
        """Who that is, with what each of ours noted. Raises SendError."""
        ...


class Bookmarks(Protocol):
    """How far something that is looked into was read; kept for good."""

    async def get(self, name: str) -> str | None: ...
    async def put(self, name: str, value: str) -> None:
        """Returns once it is on disk."""
        ...


@runtime_checkable
class HandsOver(Protocol):
    """An adapter whose platform hands people outside over from one of ours to another."""

    async def hand_over(self, external: str, giver: str, taker: str) -> None:
        """Asks for it; that it began is no proof that it will be done. Raises SendError."""
        ...

    async def handed_over(self, external: str, giver: str, taker: str) -> str:
        """done, waiting, refused (they did not want to), full (the taker has too many), unknown. Raises SendError."""
        ...


class TokenStore(Protocol):
    """Where short-lived tokens are shared between replicas; one refresh at a time across all who share it."""

    async def get(self, name: str) -> str | None: ...
    async def put(self, name: str, token: str, seconds: float) -> None: ...
    async def drop(self, name: str, token: str) -> None:
        """Forgets ``name`` only where it still holds ``token``: a newer one stays."""
        ...


class Limits(Protocol):
    """Rate limits shared between replicas."""

    async def take(self, name: str, per: float, most: int) -> float:
        """0 when one more may go now (and is counted), else the seconds to wait; ``most`` in any ``per`` seconds."""
        ...

    def took(self, name: str, ago: Sequence[float]) -> None:
        """What was counted before this process began, as seconds ago, oldest first; what is shared knows it anyway."""
        ...
