"""Somebody writes who is no member yet, or for the first time (VOICE.md G2, G3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.events import InboundEvent
from bot.house import House
from bot.letter import Letter
from bot.members import accounts, enrol
from bot.replies import reading as say
from bot.replies import words
from bot.replies.wording import beside, clock_of, cut
from bot.routing import Reply, Router, Tap
from bot.turn import Ahead, Brought, Turn
from storage import cards, members
from storage.records import Change, Identity, Member, Message, changed, made, new_id

router = Router()
NAME_MOST = 12
"""Code points of a colleague's name."""


async def answer(event: InboundEvent, row: Message, house: House, brought: Brought) -> Reply:
    """A message of an unknown person makes no record: kept as refused, answered once a day (CONTRACTS, members)."""
    now = house.clock.now()
    if (code := enrol.said(event.text)) and not event.chat:
        return await _enrolled(code, event, row, now)
    if house.unknown == "join":
        name = _name(event, row, house, brought)
        member, changes = await newcomer(name, event.sender.user, row.account, ("rep",), now)
        greeting = Letter(say.greeting(member), to=member.id, once=f"hello:{member.id}")
        return Reply(changes=changes, more=(greeting,), state="again", reason="joined")
    asked = await _ask_admins(event, row, house, brought)
    return Reply(state="refused", reason="unknown_member", stranger=_word(house), more=asked)


async def _enrolled(code: str, event: InboundEvent, row: Message, now: datetime) -> Reply:
    """认领 12345678: the account is the member's to whom the code was given, and what was kept is read."""
    id = await enrol.redeem(code, now)
    member = await members.get(id) if id else None
    if member is None or not member.active:
        return Reply(reason="wrong_code", stranger="hello.code.wrong")
    user = event.sender.user
    await accounts.read_what_was_kept(row.account, user)
    return Reply(changes=accounts.link(member, row.account, user, now), stranger="hello.code.known")


def _word(house: House) -> str:
    return "hello.unknown" if house.unknown == "ask" else "hello.refused"


def _name(event: InboundEvent, row: Message, house: House, brought: Brought) -> str:
    """What people call the sender, as the message or the company's directory says it. Raises Ahead."""
    told, key = str(event.data.get("name") or "").strip(), f"name:{event.sender.user}"
    if not told and key not in brought.made:
        raise Ahead(key, lambda: house.name_of(row.account, event.sender.user))
    return told or str(brought.made[key])


async def _ask_admins(event: InboundEvent, row: Message, house: House, brought: Brought) -> tuple[Letter, ...]:
    if house.unknown != "ask":
        return ()
    now, name = house.clock.now(), _name(event, row, house, brought)
    label, several = house.labels.get(row.account, row.account), len(house.hears_files) > 1
    card = say.hello_admin(name, label, event.sender.user, clock_of(now), several)
    about = {"account": row.account, "user": event.sender.user, "name": name}
    day = f"{now:%Y%m%d}"
    return tuple(
        Letter(card, to=admin.id, once=f"unknown:{row.account}:{event.sender.user}:{admin.id}:{day}", about=about)
        for admin in await members.with_role("admin")
    )


async def newcomer(
    name: str, user: str, account: str, roles: tuple[str, ...], now: datetime
) -> tuple[Member, tuple[Change, ...]]:
    """A member made from a platform account, in the first team there is."""
    teams = await members.teams()
    member = Member(
        id=new_id("mem", now), name=name, roles=roles, team_id=teams[0].id if teams else None, greeted_at=now
    )
    identity = Identity(id=new_id("idn", now), member_id=member.id, account=account, user=user)
    return member, (made(member), made(identity))


@router.tap("add_rep", "add_manager", cards=("hello.ask_admin",))
async def add(tap: Tap) -> Reply:
    """The admin lets somebody in; the messages that were kept are read now."""
    if "admin" not in tap.member.roles:
        return Reply(push=words.text("reading.no_card"))
    account, user = tap.card.data["account"], tap.card.data["user"]
    name = tap.card.data.get("name") or user
    if await members.by_identity(account, user) is not None:
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    role = "manager" if tap.button == "add_manager" else "rep"
    member, changes = await newcomer(name, user, account, (role,), tap.now)
    await accounts.read_what_was_kept(account, user)
    card = words.card(
        "hello.added",
        name=beside(cut(name, 20)),
        who=cut(tap.member.name, 8),
        clock=clock_of(tap.now),
        role=words.named("roles", role),
    )
    hello = Letter(say.greeting(member), to=member.id, once=f"hello:{member.id}")
    return Reply(push=card, changes=changes, more=(hello,))


@router.tap("add_known", cards=("hello.ask_admin",))
async def known(tap: Tap) -> Reply:
    """A colleague on a further platform: whose account it is says the admin's next sentence."""
    if "admin" not in tap.member.roles:
        return Reply(push=words.text("reading.no_card"))
    return _whose(tap, "hello.whose")


def _whose(tap: Tap, key: str, **fields: str) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    about = {
        "account": tap.card.data["account"],
        "user": tap.card.data["user"],
        "asks": tap.card.data.get("asks", tap.card.id),
    }
    return Reply(
        push=words.text(key, **fields), card_state="open", about=about, awaits="hello.whose", awaits_until=until
    )


@router.answer("hello.whose")
async def known_by_name(tap: Tap) -> Reply | None:
    """The name of the colleague; what is too long for one is read as any other talk."""
    name = tap.words.strip("。.,， ")
    if "admin" not in tap.member.roles or len(name) > NAME_MOST:
        return None
    found = await members.named(name)
    if len(found) != 1:
        return _whose(tap, "hello.whose.none", name=name)
    account, user = tap.card.data["account"], tap.card.data["user"]
    if await members.by_identity(account, user) is not None:
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    await accounts.read_what_was_kept(account, user)
    await cards.update(str(tap.card.data["asks"]), state="done")
    platform = tap.turn.house.labels.get(account, account) if tap.turn else account
    told = words.text("hello.known", name=found[0].name, platform=platform, user=user)
    return Reply(push=told, changes=accounts.link(found[0], account, user, tap.now))


@router.tap("add_not", cards=("hello.ask_admin",))
async def leave_out(tap: Tap) -> Reply:
    name = tap.card.data.get("name") or tap.card.data["user"]
    return Reply(
        push=words.card(
            "hello.not_added", name=beside(cut(name, 20)), who=cut(tap.member.name, 8), clock=clock_of(tap.now)
        )
    )


async def hello(turn: Turn) -> Reply:
    """A member opened the bot: greeted once, silent ever after."""
    if turn.member.greeted_at is not None or turn.event.data.get("event") == "leave":
        return Reply()
    return Reply(push=say.greeting(turn.member), changes=(_greeted(turn),))


def greeted(reply: Reply, turn: Turn) -> Reply:
    """The same reply with the hello behind it: the first words of a member are answered, and he is greeted."""
    first = Letter(say.greeting(turn.member), to=turn.member.id, once=f"hello:{turn.member.id}")
    return replace(reply, changes=(*reply.changes, _greeted(turn)), more=(*reply.more, first))


def _greeted(turn: Turn) -> Change:
    return changed(turn.member, "member.greeted", greeted_at=turn.now)


@router.tap("try_one", cards=("hello.rep",))
async def try_one(tap: Tap) -> Reply:
    return Reply(push=words.text("hello.try"), card_state="open")


@router.tap("who_sees", cards=("hello.rep",))
async def who_sees(tap: Tap) -> Reply:
    team = await members.team(tap.member.team_id) if tap.member.team_id else None
    manager = await members.get(team.manager_id) if team and team.manager_id else None
    name = manager.name if manager else words.named("roles", "admin")
    return Reply(push=words.text("hello.who_sees", manager=name), card_state="open")
