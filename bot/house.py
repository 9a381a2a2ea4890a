"""What every way in needs at hand, wired once by ``bot.app`` and passed along; nothing here is made twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.meter import Meter
from adapters.ocr import Ocr
from bot import access
from bot.capture.names import NameBook
from bot.capture.second import SecondReader
from bot.clock import SHANGHAI, Clock
from bot.playbook.store import Live, PlaybookStore
from bot.process.tally import Tally
from storage import members
from storage.records import Member, Team


async def _by_user_name(_: str, user: str) -> str:
    return user


@dataclass(slots=True)
class House:
    clock: Clock
    names: NameBook
    playbooks: PlaybookStore
    data: Path
    public_url: str = ""
    hears_files: Mapping[str, bool] = field(default_factory=dict)
    """By account: the platform delivers file messages."""
    deaf: frozenset[str] = frozenset()
    """Accounts whose platform lets the bot hear no group."""
    hands_over: frozenset[str] = frozenset()
    """Accounts whose platform hands people outside over from one of ours to another."""
    transfer: Callable[[], None] = lambda: None
    """Tells whoever hands over there that there is something to ask."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """By account: what people call its platform."""
    name_of: Callable[[str, str], Awaitable[str]] = _by_user_name
    """(account, user) → what people call somebody who is no member; asks over the network."""
    unknown: str = "ask"
    """What to do with somebody who is no member: ask, join, refuse."""
    managers_chat: str = ""
    admins_chat: str = ""
    tally: Tally = field(default_factory=Tally)
    """How the rules do."""
    call: Callable[[], None] = lambda: None
    """Tells whoever asks outside addresses that there is something to ask."""
    post: Callable[[], None] = lambda: None
    """Tells whoever tells addresses outside that there is something to tell."""
    bring: Callable[[], None] = lambda: None
    """Tells whoever brings in tables that there is one."""
    redraws: frozenset[str] = frozenset()
    """Accounts whose platform lets a card be changed as often as there is news."""
    ocr: Ocr | None = None
    """Reads pictures, where the extra is installed."""
    second: SecondReader | None = None
    """The large model, where one is configured."""
    meters: Mapping[str, Meter] = field(default_factory=dict)
    """By account: the calls of the month, where its platform limits them."""

    async def live(self, member: Member | None) -> Live:
        """The playbook that holds for the member's team, its calendar, and where calls run short."""
        live = await self.playbooks.current(member.team_id if member else None)
        short = {account: meter.level for account, meter in self.meters.items() if meter.level}
        return replace(live, calls=short) if short else live

    def reading_as(self, live: Live) -> House:
        """The house whose reader knows the words of this playbook."""
        if live.lexicon is self.names.lexicon:
            return self
        return replace(self, names=self.names.in_words_of(live.lexicon))

    async def scope(self, member: Member) -> access.Scope:
        """Whose customers the member sees; asked for every message, so only a leader's people are counted. What those
        have in hand who left is the leader's to give on."""
        today = self.clock.now().astimezone(SHANGHAI).date()
        led = access.led(member, await members.teams(), today)
        return access.scope(member, await members.ids_in(led, left=True))

    async def zone(self, member: Member) -> ZoneInfo:
        """The zone of the member's team, found among all, which a turn reads for the scope anyway."""
        teams = await members.teams() if member.team_id else []
        return zone_of(next((team for team in teams if team.id == member.team_id), None))


def zone_of(team: Team | None) -> ZoneInfo:
    return ZoneInfo(team.zone) if team else SHANGHAI
