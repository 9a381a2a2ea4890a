"""/member link, unlink, prefer: the accounts of one person on several platforms."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import find
from bot.commands.registry import Call, Wrong
from bot.letter import Letter
from bot.members import accounts, enrol, service
from bot.replies import admin as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from storage import members
from storage.members import PREFERRED
from storage.records import Change, Identity, Member
from storage.rows import fold

LATEST = frozenset({"auto", "最近", "自动", "随便"})
"""No account is preferred: pushes go where the person spoke last."""


async def link(turn: Turn, call: Call) -> Reply:
    """张伟 feishu ou_xxx, in any order; the name alone shows the accounts there are."""
    who, rest = await find.colleague(turn, call, call.words)
    account, user = _named(turn, rest)
    if not account and not user:
        return Reply(push=say.accounts(who, await members.identities(who.id)))
    if not account or not user:
        raise Wrong("member.link", name=who.name, example=_other_than(turn, await members.identities(who.id)))
    taken = await members.identity(account, user)
    if taken is not None:
        return await _moved(turn, call, taken, who)
    return await _linked(turn, who, account, user, accounts.link(who, account, user, turn.now))


def _named(turn: Turn, said: Sequence[str]) -> tuple[str, str]:
    """(configured account, user) of ``feishu ou_xxx`` or ``ou_xxx@feishu``; "" for what is not there."""
    account = user = ""
    for word in said:
        head, _, tail = word.rpartition("@")
        if head and (found := accounts.called(tail, turn.house.labels, turn.house.hears_files)):
            return found, head
        found = accounts.called(word, turn.house.labels, turn.house.hears_files)
        if found and not account:
            account = found
        else:
            user = word
    return account, user


def _other_than(turn: Turn, has: Sequence[Identity]) -> str:
    """A configured account that the person has not, for an example."""
    names = list(turn.house.hears_files)
    return next((name for name in names if name not in [one.account for one in has]), names[0] if names else "feishu")


async def _moved(turn: Turn, call: Call, taken: Identity, who: Member) -> Reply:
    """The account is somebody's already: whoever has nothing in hand and no other account gives it up, by 执行."""
    holder = await members.get(taken.member_id)
    if taken.member_id == who.id or holder is None:
        raise Wrong("member.same", name=who.name)
    if await find.in_hand(holder) or len(await members.identities(holder.id)) > 1 or "admin" in holder.roles:
        raise Wrong("member.linked", user=taken.user, account=taken.account, name=holder.name)
    if not call.sure:
        return Reply(push=say.move_preview(holder, who, taken), about={"command": call.line})
    changes = (*accounts.move(taken, who), *service.deactivate(holder, await members.teams()))
    return await _linked(turn, who, taken.account, taken.user, changes)


async def _linked(turn: Turn, who: Member, account: str, user: str, changes: tuple[Change, ...]) -> Reply:
    await accounts.read_what_was_kept(account, user)
    has = [f"{one.account} {one.user}" for one in await members.identities(who.id)]
    label = turn.house.labels.get(account, account)
    told = Letter(say.linked_here(who, label), to=who.id, once=f"linked:{who.id}:{account}:{user}", account=account)
    return Reply(push=say.linked(who, [*has, f"{account} {user}"]), changes=changes, more=(told,))


async def code(turn: Turn, call: Call) -> Reply:
    """张伟: what he says on the other platform, so that nobody has to look an id up."""
    who, _ = await find.colleague(turn, call, call.words)
    return Reply(push=words.text("cmd.member.code", name=who.name, code=await enrol.issue(who.id, turn.now)))


async def unlink(turn: Turn, call: Call) -> Reply:
    """张伟 feishu, or with the account's own name where there are two; the last one stays."""
    who, rest = await find.colleague(turn, call, call.words)
    has = await members.identities(who.id)
    account, user = _named(turn, rest)
    found = await accounts.one_of(who, account, user) if account or user else []
    if not found or len(found) > 1:
        raise Wrong("member.unlink", name=who.name, example=f"{has[-1].account} {has[-1].user}" if has else "feishu")
    if len(has) == 1:
        raise Wrong("member.last_account", name=who.name)
    gone = found[0]
    left = [one for one in await members.ways_to(who) if one.id != gone.id]
    await accounts.send_elsewhere(gone, left[0])
    changes = accounts.unlink(gone, turn.now)
    if who.prefs.get(PREFERRED) == gone.account and all(one.account != gone.account for one in left):
        changes = (*changes, *accounts.prefer(who, ""))
    return Reply(push=say.unlinked(who, gone, left), changes=changes)


async def prefer(turn: Turn, call: Call) -> Reply:
    """张伟 feishu: his pushes go there; 张伟 auto: to where he spoke last."""
    who, rest = await find.colleague(turn, call, call.words)
    has = await members.identities(who.id)
    account, _ = _named(turn, rest)
    if rest and fold(rest[0]) in LATEST:
        changes = accounts.prefer(who, "")
        push = words.text("cmd.member.prefer.latest", name=who.name)
    elif account in [one.account for one in has]:
        changes = accounts.prefer(who, account)
        push = words.text("cmd.member.prefer", name=who.name, account=turn.house.labels.get(account, account))
    else:
        raise Wrong("member.prefer", name=who.name, example=has[-1].account if has else "wecom")
    if not changes:
        raise Wrong("member.same", name=who.name)
    return Reply(push=push, changes=changes)
