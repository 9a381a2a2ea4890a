"""What the reader found in one message: findings with their words, their rule and how sure they are.

Every span is ``[start, end)`` in code points of the text as given, and ``text[start:end]`` is the finding's ``text``.
Moments are aware datetimes in the offset of the ``now`` that was passed in; intervals are ``[start, end)``.
``confidence`` lies in 0..1; ``rule`` is a dotted word that names the rule of grammar that decided (``signing.future``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Literal, NamedTuple

from nlp.values import value

Span = tuple[int, int]
Grain = Literal["minute", "hour", "halfday", "day", "week", "month", "quarter", "year"]
Action = Literal["wechat", "phone", "visit", "demo", "email", "other"]
Stage = Literal["initial_contact", "needs_confirmed", "solution_demo", "negotiation", "contract_signing", "won", "lost"]
Due = date | datetime
"""The last day of a deadline, or its moment where a clock time was said."""
Side = Literal["us", "customer"]
Speaker = Literal["rep", "customer"]

STAGE_ORDER: tuple[Stage, ...] = (
    "initial_contact",
    "needs_confirmed",
    "solution_demo",
    "negotiation",
    "contract_signing",
    "lost",
    "won",
)
"""How far a stage stands from the first hello; of several in one message the last of these is the message's."""


@value
class Finding:
    """The words, the rule and the confidence that every finding carries."""

    text: str
    span: Span
    rule: str
    confidence: float


@value
class When(Finding):
    """A date or moment as an interval. ``due`` is set when the words are a deadline (X 前, X 内):
    the last day of X, or its moment where a clock time was said."""

    start: datetime
    end: datetime
    grain: Grain
    due: date | datetime | None = None
    evening: bool = False
    """The day part said was an evening (今晚): a promise due then is late only next morning."""

    @property
    def last_day(self) -> date:
        """The last day the interval touches."""
        return (self.end - timedelta(microseconds=1)).date()

    @property
    def clock(self) -> bool:
        """A clock time was said."""
        return self.grain in ("minute", "hour")


class Candidate(NamedTuple):
    """A known customer that a mention may stand for, with how it was found and how well it fits (0..1)."""

    id: str
    name: str
    how: str
    score: float


@value
class Customer(Finding):
    """A mention of an organisation. ``name`` is the known customer it stands for, else the mention itself.
    ``candidates`` holds, best first, every known customer it may be, when more than one or an unsure one fits."""

    name: str
    known: bool
    id: str = ""
    how: str = ""
    """exact, alias, abbreviation, pinyin, typo, suffix, context …"""
    candidates: tuple[Candidate, ...] = ()


@value
class Contact(Finding):
    """A person on the customer's side. ``customers`` are the known customers that have such a contact."""

    name: str
    title: str | None = None
    department: str | None = None
    customers: tuple[Candidate, ...] = ()


@value
class Phone(Finding):
    value: str
    """E.164"""


@value
class Email(Finding):
    value: str


@value
class Amount(Finding):
    value: Decimal
    currency: str = "CNY"


@value
class ActionFound(Finding):
    value: Action
    when: When | None = None
    arranged: bool = False
    """Firmly arranged for ``when``, not done yet."""


@value
class StageFound(Finding):
    value: Stage
    when: When | None = None
    """For a future signing: the day said."""


@value
class Signal(Finding):
    value: str
    """One word of the closed list in ``nlp.signals.SIGNALS``."""


@value
class Commitment(Finding):
    by: Side
    what: str
    """Verb and object, shortest: 发报价单"""
    due: date | datetime | None = None
    when: When | None = None


@value
class Deal:
    """What the message says of one customer; ``customer`` is None where none is named.
    Indexes point into the lists of the Reading."""

    customer: str | None
    customer_id: str = ""
    stage: StageFound | None = None
    action: ActionFound | None = None
    signals: tuple[Signal, ...] = ()
    commitments: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()
    amounts: tuple[int, ...] = ()
    mention: int | None = None
    """Index into ``Reading.customers``; None when the customer came from a contact or is not named."""


span_of: Callable[[Finding], Span] = attrgetter("span")
"""Where a finding stands; quicker than to ask it."""


class Why(NamedTuple):
    """One line of explanation: ``field`` is a path such as ``stage`` or ``dates[0]``."""

    field: str
    span: Span
    rule: str
    confidence: float


@value
class Reading:
    text: str
    now: datetime
    dates: tuple[When, ...] = ()
    customers: tuple[Customer, ...] = ()
    contacts: tuple[Contact, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    amounts: tuple[Amount, ...] = ()
    action: ActionFound | None = None
    stage: StageFound | None = None
    signals: tuple[Signal, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    deals: tuple[Deal, ...] = ()
    why: tuple[Why, ...] = field(default=())

    @property
    def is_business(self) -> bool:
        """Something a record could be made of. A lone date, phone or amount is not."""
        return bool(self.customers or self.contacts or self.stage or self.action or self.signals or self.commitments)
