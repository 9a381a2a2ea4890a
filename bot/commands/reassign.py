"""/reassign CUSTOMER [WHO] [WHY]: a customer goes to a colleague, shown before it is done; of a rep's own customers the
manager decides."""

from __future__ import annotations

from bot import access
from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.followup.escalate import superior
from bot.handover import service as handover
from bot.handover.takers import least_loaded
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import reassign as say
from bot.replies import words
from bot.replies.wording import short_day
from bot.routing import Reply
from bot.turn import Turn
from storage import customers, members
from storage.records import Customer, Member

own = Registry()
TO = ("转给", "交给", "给", "→")
TAKES = frozenset({"rep", "manager", "director"})


def called(name: str) -> str:
    return f"/reassign {name}"


@own.command("reassign")
async def reassign(turn: Turn, call: Call) -> Reply:
    if not call.words:
        raise Wrong("reassign.name", example=called(f"{await find.a_customer(turn)} 李娜"))
    one, rest = await _taken_apart(turn, call)
    giver = await members.get(one.owner_id)
    assert giver is not None
    who, _, why = rest.partition(" ")
    leads = "admin" in turn.member.roles or bool(access.led(turn.member, await members.teams(), turn.today))
    taker = await _taker(turn, one, giver, who, leads) if who else None
    if not leads:
        return await _asks(turn, one, taker, why)
    if taker is None:
        raise await _whom(turn, one, giver, why)
    if not call.sure:
        card = say.preview(await customers.short_name(one.id), giver.name, taker.name, await handover.gather(one))
        return Reply(push=card, about={"command": call.line})
    hours = turn.playbook.watch.returnable_hours
    case = await handover.move(one, taker, by=turn.member, reason=why, now=turn.now, hours=hours)
    return Reply(
        push=say.manager(case, turn.now), changes=case.changes, more=say.letters(case, turn.now, turn.playbook),
        about=say.about(case),
    )  # fmt: skip


async def _taken_apart(turn: Turn, call: Call) -> tuple[Customer, str]:
    """The customer and the words behind it; 李娜 瑞禾医疗 means the same."""
    said = call.words
    if len(said) == 2 and await members.named(said[0]) and await find.exactly(turn, said[1]):
        said = (said[1], said[0])
    return await find.leading(turn, said, called)


async def _taker(turn: Turn, one: Customer, giver: Member, said: str, leads: bool) -> Member:
    """The colleague who is named and can take the customer over. Raises Wrong."""
    head = next((word for word in TO if said.startswith(word) and said != word), "")
    name = await customers.short_name(one.id)
    who = await find.member(turn, said.removeprefix(head), lambda other: called(f"{name} {other}"))
    if who.id == giver.id:
        raise Wrong("reassign.same", name=who.name, customer=name)
    if not TAKES & set(who.roles) or (leads and not turn.scope.covers(who.id)):
        raise Wrong("reassign.outside", name=who.name)
    if Away.of(who).on(turn.today):
        until = short_day(who.leave_until, turn.today) if who.leave_until else ""
        raise Wrong("reassign.away", name=who.name, day=until, customer=name)
    return who


async def _whom(turn: Turn, one: Customer, giver: Member, why: str) -> Wrong:
    """Nobody was named: the call with whoever has least in hand, to tap."""
    name = await customers.short_name(one.id)
    found = await least_loaded(giver, turn.scope, turn.today, 1)
    if not found:
        return Wrong("reassign.whom", example=called(f"{name} 李娜"))
    nearest = called(f"{name} {found[0].member.name} {why}".strip())
    return Wrong("reassign.whom", name=found[0].member.name, customers=found[0].customers, nearest=nearest)


async def _asks(turn: Turn, one: Customer, taker: Member | None, why: str) -> Reply:
    """A rep's own call: the manager decides."""
    id = superior(turn.member, await members.teams(), await members.everyone(), turn.today)
    boss = await members.get(id) if id else None
    if boss is None:
        raise Wrong("reassign.no_manager")
    name = await customers.short_name(one.id)
    card = say.request(name, turn.member.name, taker.name if taker else "", why, await handover.gather(one))
    ask = Letter(
        card, to=boss.id, once=f"{turn.row.id}:reassign", question=True, answer=False,
        about={
            "customer": one.id, "name": name, "asker": turn.member.id, "reason": why,
            "to": taker.id if taker else "",
        },
    )  # fmt: skip
    return Reply(push=words.text("reassign.requested", who=boss.name, customer=name), more=(ask,))
