"""The world behind the stand-in platforms: who works there, and what stands in their chats.

It knows no platform's wire format: the servers beside it turn theirs into :class:`Shown`.
"""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.sandbox.faults import Faults
from adapters.sandbox.shelf import Shelf
from bot.clock import Clock


class CannotDo(Exception):
    """What was asked of the sandbox cannot be done; ``code`` for machines, ``hint`` says what to do."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.hint = status, code, message, hint


@dataclass(frozen=True, slots=True)
class Colleague:
    user: str
    name: str
    role: str = ""
    """The word beside the name on the page."""
    leader: bool = False


PEOPLE = (
    Colleague("zhang.wei", "张伟", "销售"),
    Colleague("wang.fang", "王芳", "主管", leader=True),
    Colleague("admin", "管理员"),
    Colleague("li.na", "李娜", "销售"),
    Colleague("chen.jie", "陈杰", "销售"),
    Colleague("liu.yang", "刘洋", "法务"),
    Colleague("zhao.min", "赵敏", "还没加入"),
    Colleague("zhou.hao", "周浩", "还没加入"),
    Colleague("sun.li", "孙丽", "还没加入"),
    Colleague("guo.jing", "郭静", "还没加入"),
)
"""The sample company's directory. The last four work there, but the bot does not know them."""


TEAM = ("wang.fang", "zhang.wei", "li.na", "chen.jie")
"""Who is in a group before anybody else has spoken there."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A button as one sees it. ``menu``: it lies in the card's corner menu; ``main``: drawn as the first choice."""

    id: str
    label: str
    url: str = ""
    main: bool = False
    menu: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as one sees it in the chat. ``question`` names the choice to the platform; ``spent`` stands, grey,
    where the buttons were."""

    title: str = ""
    label: str = ""
    status: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    body: str = ""
    buttons: tuple[Knob, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    question: str = ""
    many: bool = False
    picked: tuple[str, ...] = ()
    spent: str = ""
    form: str = ""
    """What the platform calls this form of card; "" for a plain text."""
    tone: str = ""
    """decide or alarm, by the colour of the small word above the title."""

    def words(self) -> str:
        """All visible words, a line each; a fact is ``label｜value``."""
        facts = [f"{label}｜{value}" for label, value in self.facts]
        lines = [self.label, self.title, self.status, *facts, self.note, self.body, self.spent]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Item:
    """One message that reached ``to``; ``n`` counts per person. ``reference`` is the platform's id of the message,
    ``task`` the id the bot gave the card."""

    n: int
    at: datetime
    to: str
    platform: str
    account: str
    reference: str
    task: str
    shown: Shown
    turn: int
    chat: str = ""
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One message that ``user`` sent; ``event`` is the platform's id of it."""

    user: str
    at: datetime
    account: str
    event: str
    text: str
    turn: int


class World:
    """People, chats and faults. ``revision`` rises with every change; the shelf keeps it all where it has a path."""

    def __init__(self, clock: Clock, people: tuple[Colleague, ...] = PEOPLE, shelf: Shelf | None = None) -> None:
        self.clock, self.shelf = clock, shelf or Shelf()
        self.faults = Faults(clock)
        self.revision = 0
        self.began = 0
        """What reached anybody after this turn is new: set when somebody does something."""
        self.dropped: list[tuple[str, Shown]] = []
        """What a platform took and did not show: over its silent limit."""
        self._people = {one.user.casefold(): one for one in people}
        self._items: dict[str, list[Item]] = {}
        self._copies: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._said: dict[str, list[Said]] = {}
        self._read: dict[str, int] = {}
        self._turn = 0
        self._serial = 0
        self._load()

    # people

    @property
    def people(self) -> tuple[Colleague, ...]:
        return tuple(self._people.values())

    def person(self, user: str) -> Colleague | None:
        """Who goes by ``user`` (compared folded), or None."""
        return self._people.get(user.casefold())

    def join(self, user: str, name: str = "") -> Colleague:
        """The one who goes by ``user``, hired now if nobody does."""
        known = self.person(user)
        if known is not None:
            return known
        hired = self._people[user.casefold()] = Colleague(user, name or user)
        self.shelf.put(f"hired:{user.casefold()}", [hired.user, hired.name])
        return hired

    def leave(self, user: str) -> None:
        """The company's directory deletes the person."""
        self.shelf.put(f"left:{user.casefold()}", True)

    def has_left(self, user: str) -> bool:
        return bool(self.shelf.get(f"left:{user.casefold()}"))

    # chats

    def group(self, chat: str, joins: str = "") -> list[str]:
        """Who is in the group: the sales team that everybody knows, and ``joins``, who speaks there now."""
        there: list[str] = self.shelf.get(f"group:{chat}") or list(TEAM)
        if joins and joins.casefold() not in {one.casefold() for one in there}:
            there = [*there, self.join(joins).user]
            self.shelf.put(f"group:{chat}", there)
        return there

    def put(
        self, to: str, platform: str, account: str, reference: str, shown: Shown, task: str = "", chat: str = ""
    ) -> Item:
        """The new message in the chat of ``to``."""
        box = self._items.setdefault(to.casefold(), [])
        self._turn += 1
        item = Item(len(box) + 1, self.clock.now(), to, platform, account, reference, task, shown, self._turn, chat)
        box.append(item)
        self._file(item)
        return self._keep(item)

    def change(self, item: Item, shown: Shown, recalled: bool = False) -> Item:
        """The item as it stands now, in its old place."""
        new = dataclasses.replace(item, shown=shown, recalled=recalled)
        self._items[item.to.casefold()][item.n - 1] = new
        return self._keep(new)

    def hear(self, user: str, account: str, event: str, text: str) -> Said:
        """Notes that ``user`` said something."""
        self._turn += 1
        said = Said(user, self.clock.now(), account, event, text, self._turn)
        self._said.setdefault(user.casefold(), []).append(said)
        self.revision += 1
        self.shelf.put(f"said:{said.turn}", [user, said.at.isoformat(), account, event, text])
        return said

    def inbox(self, user: str, after: int = 0) -> list[Item]:
        """What reached ``user``, oldest first, without the first ``after`` and what was recalled."""
        return [item for item in self._items.get(user.casefold(), [])[max(after, 0) :] if not item.recalled]

    def item(self, user: str, n: int) -> Item | None:
        box = self._items.get(user.casefold(), [])
        return box[n - 1] if 0 < n <= len(box) and not box[n - 1].recalled else None

    def sent_as(self, account: str, reference: str) -> list[Item]:
        """The copies of one message, one a receiver."""
        return [self._items[user][n - 1] for user, n in self._copies.get((account, reference), [])]

    def talk(self, user: str, most: int = 60) -> list[Item | Said]:
        """What was said and heard in ``user``'s chat, in order, at most the last ``most``."""
        both: list[Item | Said] = [*self.inbox(user), *self._said.get(user.casefold(), [])]
        return sorted(both, key=lambda one: one.turn)[-most:]

    def begin(self) -> None:
        """Somebody does something now: what reached people before is no longer new."""
        self.began = self._turn

    def unread(self, user: str) -> int:
        return len(self.inbox(user, self._read.get(user.casefold(), 0)))

    def saw(self, user: str) -> None:
        """``user`` has looked at the chat: nothing is unread."""
        self._read[user.casefold()] = len(self._items.get(user.casefold(), []))

    # what platforms number

    def serial(self) -> int:
        """A new 63-bit number, rising with the sandbox clock, and unlike any from before a restart."""
        now = int(self.clock.now().timestamp() * 1000) << 22 | secrets.randbits(21)
        self._serial = now if now >> 22 > self._serial >> 22 else self._serial + 1
        return self._serial

    def since(self, seconds: float) -> datetime:
        return self.clock.now() - timedelta(seconds=seconds)

    # the shelf

    def _file(self, item: Item) -> None:
        self._copies.setdefault((item.account, item.reference), []).append((item.to.casefold(), item.n))

    def _keep(self, item: Item) -> Item:
        self.revision += 1
        fields = dataclasses.asdict(item) | {"at": item.at.isoformat()}
        self.shelf.put(f"item:{item.to.casefold()}:{item.n}", fields)
        return item

    def _load(self) -> None:
        for _, (user, name) in self.shelf.under("hired:"):
            self._people.setdefault(user.casefold(), Colleague(user, name))
        for _, fields in self.shelf.under("item:"):
            item = _item(fields)
            self._items.setdefault(item.to.casefold(), []).append(item)
            self._file(item)
            self._turn = max(self._turn, item.turn)
        for turn, (user, at, account, event, text) in self.shelf.under("said:"):
            said = Said(user, datetime.fromisoformat(at), account, event, text, int(turn))
            self._said.setdefault(user.casefold(), []).append(said)
            self._turn = max(self._turn, said.turn)
            self._serial = max(self._serial, int(event) if event.isdigit() else 0)
        for user in self._items:
            self.saw(user)
        self.begin()


def _item(fields: dict[str, Any]) -> Item:
    shown = dict(fields["shown"])
    shown["facts"] = tuple((label, value) for label, value in shown["facts"])
    shown["options"] = tuple((one, label) for one, label in shown["options"])
    shown["buttons"] = tuple(Knob(**knob) for knob in shown["buttons"])
    shown["picked"] = tuple(shown["picked"])
    return Item(**fields | {"at": datetime.fromisoformat(fields["at"]), "shown": Shown(**shown)})
