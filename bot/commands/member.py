"""/member list, add, roles, team, leave, back, off, on, and the accounts: the people, by the admin."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot import access
from bot.commands import accounts, find
from bot.commands.registry import Call, Registry, Wrong
from bot.followup import service as followup
from bot.letter import Letter
from bot.members import service
from bot.replies import admin as say
from bot.replies import commands, words
from bot.replies.reading import greeting
from bot.replies.wording import short_day
from bot.routing import Reply
from bot.turn import Turn
from nlp import dates
from storage import commitments, figures, inbox, members, opportunities
from storage.records import Change, Member, Moment, Team
from storage.rows import fold

own = Registry()
DEPUTY = re.compile(r"[，, ]*(?:代理|替)(?:是|人)?[:：]?\s*(?P<name>\S+)")
USER = re.compile(r"[A-Za-z0-9][\w.@\-]*", re.ASCII)
"""How platforms write an account; people's names here are written in Han."""


@own.command("member", roles=("admin",))
async def member(turn: Turn, call: Call) -> Reply:
    if not call.words:
        return await listed(turn, call)
    verb = VERBS.get(fold(call.words[0]))
    if verb is not None:
        rest = call.rest[len(call.words[0]) :].strip()
        return await ACTS[verb](turn, Call(f"member {verb}", call.words[1:], rest, call.sure))
    if len(call.words) == 1 and not find.nearest(call.words[0], ACTS):
        return await one(turn, call.words[0])
    near = find.nearest(call.words[0], ACTS)
    nearest = f"/member {near} {' '.join(call.words[1:])}".strip() if near else ""
    raise Wrong("member.how", verb=commands.short(call.words[0]), nearest=nearest)


def roles() -> Mapping[str, str]:
    """Every role with its name."""
    table: Mapping[str, str] = words.entry("roles")
    return table


async def _teams() -> dict[str, Team]:
    return {team.id: team for team in await members.teams()}


async def listed(turn: Turn, call: Call) -> Reply:
    """Everybody, or those of one team; who has left stands last."""
    team = await find.team(call.rest, lambda name: f"/member list {name}") if call.words else None
    found = [one for one in await members.everyone(active=False) if team is None or one.team_id == team.id]
    found.sort(key=lambda one: not one.active)
    return Reply(push=say.members(found, await _teams(), turn.today))


async def one(turn: Turn, said: str) -> Reply:
    found = await find.member(turn, said, lambda name: f"/member {name}", gone=True)
    team = say.team_name(found, await _teams())
    has = await members.identities(found.id)
    return Reply(push=say.member(found, team, has, await load(found), turn.today))


async def load(member: Member) -> say.Load:
    """What the member has in hand."""
    deals, promises = await opportunities.of_owner(member.id), await commitments.of_owner(member.id)
    return say.Load(await figures.customers_of([member.id]), len(deals), len(promises))


# -- add -----------------------------------------------------------------------------------------------------------


async def add(turn: Turn, call: Call) -> Reply:
    """zhao.min 赵敏 销售 华东一组, in any order; the one team there is where none is said."""
    names = roles()
    has = find.roles_in(call.words, names)
    rest = [word for word in call.words if not find.roles_in([word], names)]
    user, account = _account(next((word for word in rest if USER.fullmatch(word)), ""), turn)
    if not user or not has:
        missing = [commands.piece(f"missing_{name}") for name, there in (("account", user), ("role", has)) if not there]
        raise Wrong("member.add", what="和".join(missing))
    taken = await members.by_identity(account, user)
    if taken is not None:
        raise Wrong("member.taken", user=user, name=taken.name)
    name, team = await _name_and_team([word for word in rest if not USER.fullmatch(word)], call)
    new = service.add(name or user, account, user, has, team, turn.now)
    # what the new member wrote before and was kept is read now, in the order of its coming
    await inbox.reopen([row.seq for row in await inbox.of_sender(account, user, ("refused",))])
    hello = Letter(greeting(new.member), to=new.member.id, once=f"hello:{new.member.id}")
    shown = say.added(new.member, team.name if team else commands.piece("no_team"))
    return Reply(push=shown, changes=new.changes, more=(hello,))


def _account(said: str, turn: Turn) -> tuple[str, str]:
    """(user, configured account) of zhao.min or zhao.min@wecom; the account at hand where none is named."""
    known = list(turn.house.hears_files)
    user, _, account = said.rpartition("@")
    if account in known:
        return user, account
    if turn.row.account in known or not said:
        return said, turn.row.account
    if len(known) > 1:
        raise Wrong("member.account", count=len(known), account=known[0])
    return said, known[0] if known else turn.row.account


async def _name_and_team(said: Sequence[str], call: Call) -> tuple[str, Team | None]:
    """Of the words left over one is a team's name, another the person's."""
    teams = await members.teams()
    own_team = next((team for team in teams for word in said if fold(word) == fold(team.name)), None)
    rest = [word for word in said if own_team is None or fold(word) != fold(own_team.name)]
    if len(rest) > 1:
        own_team = own_team or await find.team(rest[-1], lambda name: call.line.replace(rest[-1], name))
        rest = rest[:-1]
    if own_team is None and len(teams) == 1:
        own_team = teams[0]
    return " ".join(rest), own_team


# -- what changes a member -----------------------------------------------------------------------------------------


async def set_roles(turn: Turn, call: Call) -> Reply:
    names = roles()
    # somebody may be called as a role is: the words that are no role come first
    others = [word for word in call.words if not find.roles_in([word], names)]
    who, _ = await find.colleague(turn, call, others or call.words[:1])
    has = find.roles_in(call.words if others else call.words[1:], names)
    if not has or len(others) > 1:
        raise Wrong("member.roles", roles="、".join(names.values()), name=who.name)
    if "admin" not in has:
        await _keep_an_admin(who)
    changes = service.set_roles(who, has, await members.teams())
    return _done(who, changes, "cmd.member.roles", name=who.name, roles=commands.role_names(has))


async def set_team(turn: Turn, call: Call) -> Reply:
    who, rest = await find.colleague(turn, call, call.words)
    team = await find.team(" ".join(rest), lambda name: f"/member team {who.name} {name}")
    return _done(who, service.move(who, team), "cmd.member.team", name=who.name, team=team.name)


def _done(who: Member, changes: tuple[Change, ...], key: str, **fields: str) -> Reply:
    if not changes:
        raise Wrong("member.same", name=who.name)
    return Reply(push=words.text(key, **fields), changes=changes)


async def _keep_an_admin(who: Member) -> None:
    """The last admin stays one. Raises Wrong."""
    admins = await members.with_role("admin")
    if [one.id for one in admins] == [who.id]:
        other = next((one.name for one in await members.everyone() if one.id != who.id), who.name)
        raise Wrong("member.last_admin", name=who.name, example=other)


async def leave(turn: Turn, call: Call) -> Reply:
    """李娜 3月11日到3月20日; 王芳 3月11日 代理 李娜; 李娜 回来了 ends it."""
    who, rest = await find.colleague(turn, call, call.words)
    line = " ".join(rest)
    said = DEPUTY.search(line)
    line = DEPUTY.sub("", line)
    deputy = await _deputy(turn, who, said["name"], line) if said else None
    if any(word in line for word in ("回来", "取消", "销假")):
        return await _back(turn, who)
    found = dates.find(line, turn.now, turn.calendar)
    if not found:
        raise Wrong("member.leave", name=who.name, day=short_day(turn.calendar.next_workday(turn.today), turn.today))
    first, last = found[0].start.date(), max(one.last_day for one in found)
    moments, cancelled = await _planned_anew(who.with_(leave_from=first, leave_until=last), turn)
    return Reply(
        push=say.on_leave(who, first, last, turn.today, deputy), changes=service.leave(who, first, last, deputy),
        moments=moments, cancel=cancelled,
    )  # fmt: skip


async def _deputy(turn: Turn, who: Member, said: str, days: str) -> Member:
    """Who stands in for a manager on leave. Raises Wrong."""
    deputy = await find.member(turn, said, lambda name: f"/member leave {who.name} {days.strip()} 代理 {name}")
    if deputy.id == who.id or not access.LEADERS & set(who.roles):
        raise Wrong("member.deputy", name=who.name, other=deputy.name)
    return deputy


async def back(turn: Turn, call: Call) -> Reply:
    who, _ = await find.colleague(turn, call, call.words)
    return await _back(turn, who)


async def _back(turn: Turn, who: Member) -> Reply:
    deputy = await members.get(who.deputy_id) if who.deputy_id else None
    reply = _done(who, service.back(who, deputy), "cmd.member.back", name=who.name)
    moments, cancelled = await _planned_anew(who.with_(leave_from=None, leave_until=None), turn)
    return replace(reply, moments=moments, cancel=cancelled)


async def _planned_anew(who: Member, turn: Turn) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    """The reminders of the member's open promises around the leave, and the promises whose old ones are void."""
    live, now = await turn.house.live(who), turn.now.astimezone(await turn.house.zone(who))
    open_ones = await commitments.of_owner(who.id, ("open",))
    moments = [
        moment
        for one in open_ones
        for moment in followup.remember(
            one, playbook=live.playbook, calendar=live.calendar, owner=who, now=now, promised=now
        )
    ]
    return tuple(moments), tuple(one.id for one in open_ones)


async def off(turn: Turn, call: Call) -> Reply:
    """Shown first, done by 执行."""
    who, _ = await find.colleague(turn, call, call.words)
    await _keep_an_admin(who)
    if not call.sure:
        return Reply(push=say.off_preview(who, await load(who)), about={"command": call.line})
    return Reply(push=say.off(who), changes=service.deactivate(who, await members.teams()))


async def on(turn: Turn, call: Call) -> Reply:
    who, _ = await find.colleague(turn, call, call.words, gone=True)
    fields = {"roles": commands.role_names(who.roles), "team": say.team_name(who, await _teams())}
    return _done(who, service.activate(who), "cmd.member.on", name=who.name, **fields)


ACTS: Mapping[str, Callable[[Turn, Call], Awaitable[Reply]]] = {
    "list": listed,
    "add": add,
    "roles": set_roles,
    "team": set_team,
    "leave": leave,
    "back": back,
    "off": off,
    "on": on,
    "code": accounts.code,
    "link": accounts.link,
    "unlink": accounts.unlink,
    "prefer": accounts.prefer,
}
VERBS = {**{verb: verb for verb in ACTS}, "role": "roles", "ls": "list"}
