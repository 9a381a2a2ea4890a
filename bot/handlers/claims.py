"""撞单: words about a customer that is somebody else's become a claim; the manager decides by a tap (VOICE.md F10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import claiming
from bot.capture import facts
from bot.capture.service import Considered
from bot.capture.values import Ask, Said
from bot.claiming import Claimed, Way
from bot.letter import Letter
from bot.replies import claims as say
from bot.replies import reassign, words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import claims, customers, members
from storage.records import Change

router = Router()
CARD = ("claim",)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message comes to for the customers in it that are somebody else's."""

    claimed: tuple[Claimed, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for one in self.claimed for change in one.changes)

    @property
    def asked(self) -> tuple[Letter, ...]:
        """The managers' cards."""
        return tuple(letter for one in self.claimed for letter in one.letters)

    def letters(self, to: str, event: str, but: int = 0) -> tuple[Letter, ...]:
        """The managers' cards, and what the member hears of each behind the first ``but``."""
        heard = [Letter(one.push, to=to, once=f"{event}:claim:{n}") for n, one in enumerate(self.claimed) if n >= but]
        return (*heard, *self.asked)

    def alone(self, turn: Turn, event: str) -> Reply:
        """The reply where the message brings nothing else."""
        more = self.letters(turn.member.id, event, 1)
        return Reply(push=self.claimed[0].push, changes=self.changes, more=more, event=event, about={"events": [event]})


async def taken(turn: Turn, considered: Considered, said: Said) -> tuple[Considered, Taken]:
    """``considered`` without what is others', and what becomes of that."""
    theirs = [ask for ask in considered.proposal.asks if ask.kind == "foreign"]
    if not theirs:
        return considered, Taken()
    asks = tuple(ask for ask in considered.proposal.asks if ask.kind != "foreign")
    found = [await _claimed(turn, ask, considered, said) for ask in _each_once(theirs)]
    rest = replace(considered, proposal=replace(considered.proposal, asks=asks))
    return rest, Taken(tuple(found))


def _each_once(asks: Sequence[Ask]) -> list[Ask]:
    return list({ask.customer_id: ask for ask in reversed(asks)}.values())[::-1]


async def _claimed(turn: Turn, ask: Ask, considered: Considered, said: Said) -> Claimed:
    activity = facts.activity(considered.reading.deals[ask.deal], said, turn.member, None, None)
    return await claiming.said(
        ask.words, ask.customer_id, activity, member=turn.member, house=turn.house, now=turn.now
    )  # fmt: skip


# -- the manager ---------------------------------------------------------------------------------------------------


@router.tap("pick", cards=CARD)
async def to_one(tap: Tap) -> Reply:
    """归李娜, 归张伟"""
    return await _decide(tap, "owner" if tap.button == "pick:1" else "claimer")


@router.tap("together", cards=CARD)
async def together(tap: Tap) -> Reply:
    return await _decide(tap, "together")


@router.tap("separate", cards=CARD)
async def separate(tap: Tap) -> Reply:
    return await _decide(tap, "separate")


@router.tap("end_together", cards=("claim.decided",))
async def end_together(tap: Tap) -> Reply:
    """不一起跟了: the owner alone again."""
    turn, claim = tap.turn, await claims.get(str(tap.card.data.get("claim", "")))
    customer = await customers.get(claim.customer_id) if claim is not None else None
    if turn is None or claim is None or customer is None:
        return Reply(push=words.text("claim.over"))
    if not turn.scope.covers(customer.owner_id):
        return Reply(push=words.text("reading.no_card"))
    told = await claiming.apart(claim, by=tap.member, house=turn.house, now=tap.now, event=tap.event)
    if told is None:
        return Reply(push=words.text("claim.over"))
    after = await claims.get(claim.id) or claim
    both = [await members.get(id) for id in (after.owner_id, after.member_id)]
    sides = await claiming.sides(after, both[0] or tap.member, both[1] or tap.member)
    name = await customers.short_name(customer.id)
    return Reply(push=say.decided(after, sides, name, tap.member.name, tap.now), more=told)


async def _decide(tap: Tap, way: Way) -> Reply:
    turn, claim = tap.turn, await claims.get(str(tap.card.data.get("claim", "")))
    customer = await customers.get(claim.customer_id) if claim is not None else None
    if turn is None or claim is None or claim.state != "open" or customer is None:
        return Reply(push=words.text("claim.over"))
    if not turn.scope.covers(customer.owner_id):
        return Reply(push=words.text("reading.no_card"))
    name = await customers.short_name(customer.id)
    done = await claiming.decide(claim, way, by=tap.member, house=turn.house, now=tap.now, event=tap.event)
    if done is None:
        return Reply(push=words.text("claim.over"))
    more = list(done.letters)
    if done.case is not None:
        more += reassign.letters(done.case, tap.now, tap.playbook)
        more.append(
            Letter(
                reassign.manager(done.case, tap.now), to=tap.member.id, once=f"{done.case.done.id}:by",
                about=reassign.about(done.case),
            )
        )  # fmt: skip
    push = say.decided(done.claim, done.sides, name, tap.member.name, tap.now)
    return Reply(push=push, more=tuple(more))
