"""Taps on what commands answered: the nearest right call, help, 执行 of a preview, handing a call on, a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.commands import customer, note, pages
from bot.commands.registry import Registry
from bot.letter import Letter
from bot.replies import commands as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import customers, members
from storage.records import Member

NOTE = "customer.note"
PREVIEWS = ("cmd.member.off.preview", "cmd.member.move.preview", "cmd.reassign.preview")


def on(registry: Registry) -> Router:
    """The router of the commands' cards; a tapped call runs by ``registry``, with the rights of whoever taps."""
    router = Router()

    async def run(tap: Tap, line: str, *, sure: bool = False) -> Reply:
        """The call as though it had been typed. A card that comes of it lives on in the tapped one's place."""
        assert tap.turn is not None
        reply = await registry.answer(said(tap.turn, line), sure=sure)
        return replace(reply, card_state="open" if reply.push is not None and reply.push.buttons else "done")

    @router.tap("use_it", cards=("cmd.wrong", "cmd.asked"))
    async def use_it(tap: Tap) -> Reply:
        return await run(tap, str(tap.card.data["nearest"]))

    @router.tap("see_help", cards=("cmd.wrong",))
    async def see_help(tap: Tap) -> Reply:
        name = str(tap.card.data.get("name", ""))
        known = {command.name for command in registry.open_to(tap.member)}
        reply = registry.help_of(name) if name in known else registry.help(tap.member)
        return replace(reply, card_state="open")

    @router.tap("execute", cards=PREVIEWS)
    async def execute(tap: Tap) -> Reply:
        return await run(tap, str(tap.card.data["command"]), sure=True)

    @router.tap("next_page")
    async def next_page(tap: Tap) -> Reply:
        """下一页: the call once more, with what is true now; a text of a page stays as it was said."""
        assert tap.turn is not None
        page = int(tap.card.data.get("page", 1))
        reply = await registry.answer(said(tap.turn, str(tap.card.data["command"])), page=page)
        return replace(reply, card_state="done")

    @router.tap("my_customers", cards=("hello.rep",))
    async def mine(tap: Tap) -> Reply:
        return replace(await run(tap, "/my"), card_state="open")

    @router.tap("pick", cards=("cmd.which",))
    async def this_one(tap: Tap) -> Reply:
        return await run(tap, str(tap.card.data["calls"][int(tap.button.partition(":")[2]) - 1]))

    _also(router)
    return router


def said(turn: Turn, line: str) -> Turn:
    """The turn as though ``line`` had been typed."""
    return replace(turn, event=replace(turn.event, kind="message", text=line))


def _also(router: Router) -> None:
    router.tap("not_now", cards=(*PREVIEWS, "cmd.asked"))(not_now)
    router.tap("forward_it", cards=("cmd.noright",))(forward_it)
    router.tap("timeline", cards=("cmd.customer", "reassign.taker"))(timeline)
    router.tap("add_line", cards=("cmd.customer",))(add_line)
    router.answer(NOTE)(line_added)


async def not_now(tap: Tap) -> Reply:
    return Reply(push=words.card("cmd.left", title=str(tap.card.data.get("title", ""))))


async def forward_it(tap: Tap) -> Reply:
    """The call goes to those who may run it; they see it and decide by a tap."""
    line, roles = str(tap.card.data["command"]), [str(role) for role in tap.card.data["roles"]]
    to = [one for one in await _with_one_of(roles) if one.id != tap.member.id]
    if not to:
        return Reply(push=words.text("cmd.forwarded.nobody", who=say.role_names(roles)))
    card = say.asked(tap.member.name, str(tap.card.data["name"]), line)
    more = tuple(
        Letter(card, to=one.id, once=f"{tap.event}:asked:{one.id}", about={"nearest": line}, question=True)
        for one in to
    )
    who = "、".join(one.name for one in to[:3])
    return Reply(push=words.text("cmd.forwarded", who=who, command=line), more=more)


async def _with_one_of(roles: list[str]) -> list[Member]:
    found = {one.id: one for role in roles for one in await members.with_role(role)}
    return list(found.values())


async def timeline(tap: Tap) -> Reply:
    """The customer's latest activities; only for whoever sees the customer now."""
    id = str(tap.card.data["customer"])
    one = await customers.get(id)
    if one is None or tap.turn is None or not await _sees(tap, id):
        return _gone(tap)
    reply = await customer.timeline(one, tap.turn)
    line = f"/customer {await customers.short_name(id)} 时间线"
    return replace(pages.shown(reply, line, 1), card_state="open")


async def add_line(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    push = words.text("cmd.customer.add_line", customer=str(tap.card.data["name"]))
    return Reply(push=push, about={"customer": tap.card.data["customer"], "name": tap.card.data["name"]},
                 awaits=NOTE, awaits_until=until, card_state="open")  # fmt: skip


async def line_added(tap: Tap) -> Reply | None:
    """The sentence becomes the customer's note."""
    id = str(tap.card.data["customer"])
    one = await customers.get(id)
    if one is None or not await _sees(tap, id):
        return _gone(tap)
    return await note.noted(one, tap.words)


async def _sees(tap: Tap, customer_id: str) -> bool:
    one = await customers.get(customer_id)
    return one is not None and tap.turn is not None and tap.turn.scope.sees(one)


def _gone(tap: Tap) -> Reply:
    name = say.short(str(tap.card.data.get("name", "")))
    return Reply(push=say.wrong(say.wrong_words("customer.none", alone=True, name=name)), card_state="open")
