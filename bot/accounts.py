"""Which adapter an account of the configuration has: the one list of platforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from adapters import dingtalk, email, feishu, hook, wecom
from adapters.base import Adapter
from adapters.errors import SendError
from adapters.http import Http
from bot.clock import Clock
from bot.config import Config
from storage import marks
from storage.connect import transaction
from storage.memory import Memory

log = structlog.get_logger(__name__)


def adapters_of(config: Config, clock: Clock, http: Http, memory: Memory) -> dict[str, Adapter]:
    """By account, not yet started."""
    found: list[Adapter] = [wecom.Adapter(account, clock, http, memory, memory) for account in config.wecom]
    for ding in config.dingtalk:
        reached = replace(ding, callback_url=f"{config.public_url}/callback/dingtalk/{ding.name}")
        found.append(dingtalk.Adapter(reached, clock, http, memory, memory))
    found += [feishu.Adapter(account, clock, http, memory, memory) for account in config.feishu]
    return {adapter.name: adapter for adapter in found}


def hooks_of(config: Config, clock: Clock) -> dict[str, Adapter]:
    """The systems that push to us, by account, not yet started; nothing is ever sent to one."""
    found = [hook.Adapter(one, clock) for one in config.hook]
    return {one.name: one for one in found}


def mailboxes_of(config: Config, clock: Clock, told: email.Told | None = None) -> dict[str, Adapter]:
    """The mailboxes that are read, by account, not yet started; nothing is ever sent from one. ``told`` hears what
    stands in the way."""
    found = [email.Adapter(one, clock, Marks(), told) for one in config.email]
    return {one.name: one for one in found}


class Marks:
    """How far mailboxes were read, in the database."""

    async def get(self, name: str) -> str | None:
        return await marks.get(name)

    async def put(self, name: str, value: str) -> None:
        async with transaction():
            await marks.put(name, value)


NAMES_MOST = 1000


class Directory:
    """What the accounts' directories call people who are no members: asked once of each."""

    def __init__(self, adapters: Mapping[str, Adapter]) -> None:
        self._adapters = adapters
        self._names: dict[tuple[str, str], str] = {}

    async def name_of(self, account: str, user: str) -> str:
        """The user's own name for people to read, else the user name itself: nobody waits for a directory that is
        closed to us."""
        if (account, user) not in self._names:
            if len(self._names) >= NAMES_MOST:
                self._names.clear()
            self._names[account, user] = await self._asked(account, user)
        return self._names[account, user] or user

    async def _asked(self, account: str, user: str) -> str:
        adapter = self._adapters.get(account)
        try:
            return (await adapter.name_of(user)).strip() if adapter else ""
        except SendError as fault:
            log.info("name.untold", account=account, code=fault.code)
            return ""
