"""Which adapter an account of the configuration has: the one list of platforms."""

from __future__ import annotations

from adapters import wecom
from adapters.base import Adapter
from adapters.http import Http
from bot.clock import Clock
from bot.config import Config
from storage.memory import Memory


def adapters_of(config: Config, clock: Clock, http: Http, memory: Memory) -> dict[str, Adapter]:
    """By account, not yet started."""
    return {account.name: wecom.Adapter(account, clock, http, memory, memory) for account in config.wecom}
