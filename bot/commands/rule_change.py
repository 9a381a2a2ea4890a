"""The way of a changed rule: tried on the past, then by one team, then in force; and back.

What is changed is written in a draft (``genjin playbook load FILE --draft``). The newest draft of the same scope is the
one that counts: its rules that differ from those in force are what can be tested, tried and published.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.commands import find
from bot.commands.registry import Call, Wrong
from bot.house import zone_of
from bot.playbook import load, rule_text, store
from bot.playbook.rules import Rule
from bot.playbook.store import Live
from bot.playbook.tell_rule import digest
from bot.playbook.times import Times
from bot.process import replay
from bot.process.replay import Ground
from bot.replies import commands as brief
from bot.replies import rule_command as say
from bot.replies.rule_command import Found
from bot.routing import Reply
from bot.turn import Turn
from storage import marks, members, playbooks
from storage.records import Change, PlaybookVersion, Team
from storage.rows import fold

__all__ = ["Found", "back", "every", "ground_of", "named", "publish", "test", "tried_in", "try_out"]

TESTED = "rule.tested:"
"""The mark of a rule that was tried on the past: which definition, when, and how often it would have fired."""
LIMIT_SECONDS = 2.0
"""How long a test may take, ahead of any transaction; what is gone through by then is told as at least."""
STOP = frozenset({"off", "停", "不试了", "stop"})


async def every(turn: Turn) -> list[Rule]:
    """The rules in force, then those that only a draft has."""
    live, draft = await _in_force(turn)
    known = {rule.id for rule in live}
    return [*live, *(rule for rule in draft.values() if rule.id not in known)]


async def _in_force(turn: Turn) -> tuple[tuple[Rule, ...], dict[str, Rule]]:
    live = await turn.house.live(turn.member)
    draft = await playbooks.latest("draft", live.version.team_id)
    rules = {rule.id: rule for rule in load.parse(draft.text).rules} if draft is not None else {}
    return load.parse(live.version.text).rules, rules


async def named(turn: Turn, said: str, verb: str) -> Found:
    """The rule of that name or id, as it is in force and as the draft has it. Raises Wrong with the nearest."""
    live, draft = await _in_force(turn)
    rules = [*live, *draft.values()]
    wanted = fold(said.strip(find.QUOTES + " "))
    if not wanted:
        raise Wrong("rule.name", verb=verb, example=rules[0].name if rules else "演示后发方案")
    one = next((rule for rule in rules if wanted in (fold(rule.name), rule.id)), None)
    if one is None:
        near = find.nearest(said, [rule.name for rule in rules])
        raise Wrong("rule.none", name=brief.short(said), nearest=f"/rule {verb} {near}" if near else "")
    now = next((rule for rule in live if rule.id == one.id), None)
    new = draft.get(one.id)
    return Found(now, new if new is not None and (now is None or digest(new) != digest(now)) else None)


async def tried_in(version: PlaybookVersion) -> list[str]:
    """The rules that a version on trial is about."""
    return (await marks.get(store.TRIED + version.id) or "").split()


# -- on the past ---------------------------------------------------------------------------------------------------


async def test(turn: Turn, call: Call) -> Reply:
    """What it would have done in the last 90 days, beside what is in force."""
    found = await named(turn, call.rest, "test")
    if found.rule.after_call:
        raise Wrong("rule.asks_outside", name=found.rule.name)
    live = await turn.house.live(turn.member)
    before = (found.now,) if found.now is not None and found.new is not None else ()
    ground = await ground_of(live, before, (found.rule,))
    tries = f"rule.test:{digest(found.rule)}"
    result = turn.ahead(tries, lambda: replay.over(ground, turn.now, seconds=LIMIT_SECONDS))
    await marks.put(TESTED + found.rule.id, json.dumps([digest(found.rule), turn.now.isoformat(), result.after.fired]))
    return Reply(
        push=say.tested(found, result), question=False,
        about={"name": found.rule.name, "lines": say.difference_lines(result, turn.now, live.playbook)},
    )  # fmt: skip


async def ground_of(
    live: Live, before: Sequence[Rule] | None, after: Sequence[Rule], events: frozenset[str] | None = None
) -> Ground:
    """Whose opportunities the version holds for, with their hours."""
    teams = {team.id: team for team in await members.teams()}
    everyone = await members.everyone(active=False)
    team = live.version.team_id
    owners = {one.id: one for one in everyone if team is None or one.team_id == team}
    times = {
        id: Times.of(live.playbook, live.calendar, zone_of(teams.get(one.team_id or "")), one)
        for id, one in owners.items()
    }
    return Ground(live.playbook, owners, times, before, after, events)


async def _tested(rule: Rule) -> tuple[str, int] | None:
    """When this very definition was tried on the past, and how often it would have fired; None where it was not."""
    said = await marks.get(TESTED + rule.id)
    which, at, fired = json.loads(said) if said else ("", "", 0)
    return (at, fired) if which == digest(rule) else None


async def _changed(turn: Turn, said: str, verb: str) -> tuple[Rule, PlaybookVersion, tuple[str, int]]:
    """A rule of the draft that was tried on the past. Raises Wrong."""
    found = await named(turn, said, verb)
    name = found.rule.name
    if found.new is None:
        raise Wrong("rule.same", name=name)
    tested = (turn.now.isoformat(), 0) if found.new.after_call else await _tested(found.new)
    if tested is None:
        raise Wrong("rule.untested", nearest=f"/rule test {name}")
    live = await turn.house.live(turn.member)
    draft = await playbooks.latest("draft", live.version.team_id)
    assert draft is not None
    return found.new, draft, tested


# -- by one team ---------------------------------------------------------------------------------------------------


async def try_out(turn: Turn, call: Call) -> Reply:
    """演示后发方案 华东一组: only that team's opportunities; 停 behind it ends that."""
    said, last = " ".join(call.words[:-1]), call.words[-1] if len(call.words) > 1 else ""
    if fold(last) in STOP:
        return await _stop(turn, said)
    if not last:
        found = await named(turn, call.rest, "try")
        teams = await members.teams()
        raise Wrong("rule.team", nearest=f"/rule try {found.rule.name} {teams[0].name if teams else '华东一组'}")
    rule, draft, _ = await _changed(turn, said, "try")
    team = await find.team(last, lambda name: f"/rule try {rule.name} {name}")
    trial = await playbooks.latest("trial", team.id)
    base = trial or await playbooks.live(team.id)
    assert base is not None
    text = rule_text.with_rule(base.text, rule.id, rule_text.block(draft.text, rule.id))
    tries = {rule.id, *(await tried_in(trial) if trial is not None else ())}
    version = await store.add(text, author=turn.member.id, now=turn.now, team_id=team.id, tries=tries)
    note = {"_n": version.n, "_hash": version.hash, "_team": team.id, "_rule": rule.id}
    return Reply(push=say.on_trial(rule, team, version.n), changes=(Change("playbook.trial", version.id, note),))


async def _stop(turn: Turn, said: str) -> Reply:
    rule = (await named(turn, said, "try")).rule
    teams = await _ends(rule.id)
    if not teams:
        raise Wrong("rule.not_tried", name=rule.name)
    change = Change("rule.trial_ended", f"sys_rule_{rule.id}", {"teams": [team.id for team in teams]})
    return Reply(push=say.trial_ended(rule, teams), changes=(change,))


async def _ends(rule: str) -> list[Team]:
    """No team tries the rule any more; whoever did."""
    teams, found = {team.id: team for team in await members.teams()}, []
    for version in await playbooks.trials():
        tries = await tried_in(version)
        if rule not in tries:
            continue
        left = [one for one in tries if one != rule]
        if left:
            await marks.put(store.TRIED + version.id, " ".join(left))
            await playbooks.touch()
        else:
            await playbooks.set_state(version.id, "past")
        found += [teams[version.team_id]] if version.team_id in teams else []
    return found


# -- in force ------------------------------------------------------------------------------------------------------


async def publish(turn: Turn, call: Call) -> Reply:
    """The draft's rule among those in force: shown first, and only where it was tried on the past."""
    rule, draft, tested = await _changed(turn, call.rest, "publish")
    if not call.sure:
        about = {"command": f"/rule publish {rule.name}", "title": rule.name}
        return Reply(push=say.publish(rule, tested, turn.now), about=about, question=True)
    return await _live(turn, rule.id, rule_text.block(draft.text, rule.id), rule.name, f"/rule publish {rule.name}")


async def back(turn: Turn, call: Call) -> Reply:
    """As it was before it last became another."""
    found = await named(turn, call.rest, "back")
    live, id = await turn.house.live(turn.member), found.rule.id
    mine = rule_text.block(live.version.text, id)
    for version in await playbooks.past(live.version.team_id):
        if version.n > live.version.n or await marks.get(store.TRIED + version.id) is not None:
            continue
        other = rule_text.block(version.text, id)
        if other != mine:
            return await _live(turn, id, other, found.rule.name, f"/rule back {found.rule.name}")
    raise Wrong("rule.no_past", name=found.rule.name)


async def _live(turn: Turn, id: str, block: str | None, name: str, line: str) -> Reply:
    live = await turn.house.live(turn.member)
    text = rule_text.with_rule(live.version.text, id, block)
    version = await store.add(text, author=turn.member.id, now=turn.now, team_id=live.version.team_id)
    await _ends(id)
    await store.switch_on(id)
    note = {"_n": version.n, "_hash": version.hash, "_team": version.team_id, "_why": line}
    push = say.published(name, version.n, gone=block is None)
    return Reply(push=push, changes=(Change("playbook.live", version.id, note),))
