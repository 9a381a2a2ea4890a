"""待归类, the unassigned inbox: what came in and could not be placed waits visibly, alarms after its time, and is
placed by one tap (``bot/handlers/unassigned.py``).

Whoever brings something in and finds no home for it calls :func:`put`; whoever can do more with a customer once it is
known than note the words down registers that with :func:`places`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot import record
from bot.access import LEADERS, Scope
from bot.house import House
from bot.letter import Letter
from bot.outbox import service as outbox
from bot.replies import unassigned as say
from storage import customers, members
from storage import unassigned as stored
from storage.records import Activity, Change, Customer, Member, Unassigned, changed, made, new_id

if TYPE_CHECKING:
    from bot.routing import Reply, Tap

SYSTEM = "system"
TEXT_MOST = 4000

Place = Callable[[Unassigned, Customer, "Tap"], Awaitable["Reply"]]
_places: dict[str, Place] = {}


async def put(
    kind: str,
    what: str,
    *,
    key: str,
    house: House,
    now: datetime,
    text: str = "",
    member: str | None = None,
    options: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    message: str | None = None,
    at: datetime | None = None,
    tell: bool = True,
) -> Unassigned:
    """The thing as it waits from now on; written at once, to be called inside the caller's transaction.

    ``kind``: where it came from, in a word (approval, mail, hook, phone, archive …); :func:`places` registers what is
    done with its kind. ``what``: one line for a card (合同审批「启明制造年框」); ``text``: its words. ``key``: the same
    thing waits once, a repeat changes nothing and answers with what stands. ``member``: id of whom it concerns, who
    gets the card; without one all admins do. ``options``: ids of the customers it may belong to, likeliest first.
    ``data``: what placing it will need, as JSON. ``message``: id of the inbox message it came with. ``at``: when it
    happened. ``tell`` False: no card of its own, it stands in the list alone.
    """
    known = await stored.by_key(key)
    if known is not None:
        return known
    one = Unassigned(
        id=new_id("una", now), kind=kind, key=key, what=what, text=text[:TEXT_MOST], member_id=member,
        options=tuple(options), data=dict(data or {}), message_id=message, at=at or now,
    )  # fmt: skip
    await record.keep([made(one)], house, actor=SYSTEM, event=message or "", at=now)
    for letter in await _cards(one, now) if tell else ():
        heard = await members.get(letter.to)
        await outbox.put(letter, now, await house.live(heard), message or "")
    return one


async def _cards(one: Unassigned, now: datetime) -> list[Letter]:
    if one.member_id is not None:
        return [await card(one, one.member_id, now)]
    return [await card(one, admin.id, now) for admin in await members.with_role("admin")]


async def card(one: Unassigned, to: str, now: datetime, *, once: str = "", waiting: int = 0) -> Letter:
    """The card on which it is placed; ``waiting``: how many others wait beside it."""
    found = await customers.many(one.options) if one.options else {}
    options = [found[id] for id in one.options if id in found][: say.PICKS_MOST]
    names = await customers.short_names(options)
    return Letter(
        say.card(one, [names[option.id] for option in options], now, waiting), to=to, once=once or f"{one.id}:{to}",
        about={"unassigned": one.id, "options": [option.id for option in options]}, answer=bool(once), question=True,
        awaits="unassigned.whose", awaits_until=now + timedelta(minutes=10),
    )  # fmt: skip


async def theirs(member: Member, scope: Scope) -> list[Unassigned]:
    """What waits and may be placed by the member: the own, for leaders the team's, for an admin all."""
    if scope.owners is None:
        return await stored.waiting(None)
    leads = bool(LEADERS & set(member.roles))
    return await stored.waiting(scope.ids() if leads else [member.id])


# -- placing -------------------------------------------------------------------------------------------------------


def places(kind: str) -> Callable[[Place], Place]:
    """Registers what is done when somebody says whose a thing of this kind is: the reply to the tap, of which the
    mark that it is placed becomes a part. Without one its words become an activity of the customer's."""

    def register(place: Place) -> Place:
        _places[kind] = place
        return place

    return register


def place_of(kind: str) -> Place | None:
    """What is registered for the kind; None where nothing is."""
    return _places.get(kind)


def placed(one: Unassigned, customer: Customer, by: str, now: datetime) -> Change:
    return changed(
        one, "unassigned.placed", state="placed", customer_id=customer.id, by_id=by, ended_at=now
    )  # fmt: skip


def answered(one: Unassigned, by: str, now: datetime) -> Change:
    """What was asked has its answer, whichever."""
    return changed(one, "unassigned.placed", state="placed", by_id=by, ended_at=now)


def dropped(one: Unassigned, by: str, now: datetime) -> Change:
    """It is nobody's business."""
    return changed(one, "unassigned.dropped", state="dropped", by_id=by, ended_at=now)


ACTIONS = {"mail": "email", "phone": "phone", "archive": "wechat"}
"""What was done, where its kind tells."""


def noted(one: Unassigned, customer: Customer, opportunity: str | None, by: str, now: datetime) -> Change:
    """Its words as an activity of the customer's. They are what somebody outside said or wrote: nothing advances by
    them."""
    return made(
        Activity(
            id=new_id("act", now), customer_id=customer.id, opportunity_id=opportunity, action=ACTIONS.get(one.kind),
            author_id=one.member_id or by, recorder_id=by, occurred_at=one.at, text=one.text or one.what,
            message_id=one.message_id,
        )
    )  # fmt: skip
