"""/bind: a group belongs to a customer; what is heard there is about it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from adapters.messages import Button
from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.replies import commands as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from storage import bindings, customers, members
from storage.records import Binding, Change, Customer, changed, made, new_id
from storage.rows import fold

own = Registry()
OFF = frozenset({"off", "解绑", "取消", "不绑", "none"})


@own.command("bind")
async def bind(turn: Turn, call: Call) -> Reply:
    if not turn.event.chat:
        example = call.rest or await find.a_customer(turn)
        raise Wrong("bind.deaf" if turn.row.account in turn.house.deaf else "bind.private", example=example)
    bound = await bindings.of_chat(turn.row.account, turn.event.chat)
    if not call.words:
        return await _shown(turn, bound)
    await _may(turn, bound)
    if fold(call.words[0]) in OFF:
        return await _off(turn, bound)
    one = await find.customer(turn, call.rest, lambda name: f"/bind {name}")
    name = await customers.short_name(one.id)
    if bound is not None and bound.customer_id == one.id:
        return Reply(push=words.text("cmd.bind.already", customer=name))
    return Reply(push=words.text("cmd.bind", customer=name), changes=(_bound(turn, bound, one),))


async def _shown(turn: Turn, bound: Binding | None) -> Reply:
    """With the page of the group's customer, which may be put into a tab of the group."""
    if bound is None:
        return Reply(push=words.text("cmd.bind.none"))
    said = words.text("cmd.bind.already", customer=await customers.short_name(bound.customer_id))
    base = turn.house.public_url
    if not base:
        return Reply(push=said)
    query = urlencode({"in": bound.account, "chat": bound.chat})
    page = Button("open", words.label("customer_page"), url=f"{base}/sidebar/chat?{query}")
    return Reply(push=replace(said, buttons=(page,)))


async def _may(turn: Turn, bound: Binding | None) -> None:
    """Who does not see the group's customer does not take the group away from it. Raises Wrong."""
    if bound is None or bound.by_id == turn.member.id:
        return
    one = await customers.get(bound.customer_id)
    if one is not None and not turn.scope.sees(one):
        by = await members.get(bound.by_id)
        raise Wrong("bind.others", who=by.name if by is not None else say.role_names(["admin"]))


def _bound(turn: Turn, bound: Binding | None, one: Customer) -> Change:
    if bound is not None:
        return changed(bound, "binding.moved", customer_id=one.id, by_id=turn.member.id, at=turn.now)
    new = Binding(
        id=new_id("bnd", turn.now), account=turn.row.account, chat=turn.event.chat, customer_id=one.id,
        by_id=turn.member.id, at=turn.now,
    )  # fmt: skip
    return made(new)


async def _off(turn: Turn, bound: Binding | None) -> Reply:
    if bound is None:
        return Reply(push=words.text("cmd.bind.none"))
    gone = Change("binding.ended", bound.id, {"undone_at": turn.now}, {"undone_at": None})
    name = await customers.short_name(bound.customer_id)
    return Reply(push=words.text("cmd.bind.off", customer=name), changes=(gone,))
