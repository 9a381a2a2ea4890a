"""/rule list, show, test, try, publish, back, on, off, health: what follows by itself, changed with care."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.commands import find, rule_change
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.rule_change import named
from bot.commands.taps import not_now, said
from bot.playbook import store
from bot.replies import commands as brief
from bot.replies import rule_command as say
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import marks, members, playbooks, rulerun
from storage.records import Change
from storage.rows import fold

own = Registry()
router = Router()
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@own.command("rule", roles=("admin",))
async def rule(turn: Turn, call: Call) -> Reply:
    word = call.words[0] if call.words else "list"
    verb = VERBS.get(fold(word))
    if verb is not None:
        rest = call.rest[len(word) :].strip()
        return await ACTS[verb](turn, Call(f"rule {verb}", call.words[1:], rest, call.sure))
    rules = await rule_change.every(turn)
    if len(call.words) == 1 and any(fold(word) in (fold(one.name), one.id) for one in rules):
        return await show(turn, Call("rule show", call.words, call.rest))
    near = find.nearest(word, ACTS)
    nearest = f"/rule {near} {' '.join(call.words[1:])}".strip() if near else ""
    raise Wrong("rule.how", verb=brief.short(word), nearest=nearest)


async def listed(turn: Turn, call: Call) -> Reply:
    """Every rule with how it is: in use, off, changed in a draft, tried by a team."""
    live, off = await turn.house.live(turn.member), await marks.beginning(store.RULE_OFF)
    tried = await _tried()
    lines = []
    for one in await rule_change.every(turn):
        found = await named(turn, one.id, "show")
        lines.append(say.line(found, store.RULE_OFF + one.id in off, tried.get(one.id, ())))
    return Reply(push=say.rules(lines, live.playbook.name))


async def _tried() -> dict[str, list[str]]:
    """Rule → the names of the teams that try it."""
    teams = {team.id: team.name for team in await members.teams()}
    found: dict[str, list[str]] = {}
    for version in await playbooks.trials():
        for id in await rule_change.tried_in(version):
            found.setdefault(id, []).append(teams.get(version.team_id or "", ""))
    return found


async def show(turn: Turn, call: Call) -> Reply:
    """When, if and then in words; what a draft would change stands beneath."""
    found = await named(turn, call.rest, "show")
    live = await turn.house.live(turn.member)
    return Reply(push=say.shown(found, live.playbook, found.rule.id in live.off))


async def off(turn: Turn, call: Call) -> Reply:
    """From the next event on, whatever the version."""
    found = await named(turn, call.rest, "off")
    await store.switch_off(found.rule.id, f"{turn.now.isoformat()} {turn.member.name}")
    change = Change("rule.off", f"sys_rule_{found.rule.id}", {"why": "command", "by": turn.member.id})
    return Reply(push=say.off(found.rule), changes=(change,))


async def on(turn: Turn, call: Call) -> Reply:
    found = await named(turn, call.rest, "on")
    if not found.rule.on:
        raise Wrong("rule.not_on", name=found.rule.name)
    if not await store.switch_on(found.rule.id):
        raise Wrong("rule.is_on", name=found.rule.name)
    change = Change("rule.on", f"sys_rule_{found.rule.id}", {"why": "command", "by": turn.member.id})
    return Reply(push=say.on(found.rule), changes=(change,))


async def health(turn: Turn, call: Call) -> Reply:
    """How often each was asked, fired and failed in a week, how long that took, and what became slow."""
    await turn.house.tally.write(turn.now)
    week, hour = await rulerun.since(turn.now - WEEK), await rulerun.since(turn.now - HOUR)
    why = {name.removeprefix(store.RULE_OFF): said for name, said in (await marks.beginning(store.RULE_OFF)).items()}
    rules = await rule_change.every(turn)
    return Reply(push=say.health(rules, week, hour, why))


Act = Callable[[Turn, Call], Awaitable[Reply]]
ACTS: Mapping[str, Act] = {
    "list": listed,
    "show": show,
    "test": rule_change.test,
    "try": rule_change.try_out,
    "publish": rule_change.publish,
    "back": rule_change.back,
    "on": on,
    "off": off,
    "health": health,
}
VERBS = {
    **{verb: verb for verb in ACTS},
    **{"列表": "list", "看": "show", "试跑": "test", "试": "try", "发布": "publish", "退回": "back", "恢复": "on"},
    **{"停": "off", "健康": "health", "ls": "list"},
}


# -- taps ----------------------------------------------------------------------------------------------------------


async def _run(tap: Tap, line: str, *, sure: bool = False) -> Reply:
    assert tap.turn is not None
    return await own.answer(said(tap.turn, line), sure=sure)


@router.tap("execute", cards=("cmd.rule.publish",))
async def execute(tap: Tap) -> Reply:
    """〔执行〕: the call runs as it was shown, with the rights of whoever taps."""
    return await _run(tap, str(tap.card.data["command"]), sure=True)


router.tap("not_now", cards=("cmd.rule.publish", "cmd.rule.team"))(not_now)


@router.tap("one_team", cards=("cmd.rule.test",))
async def one_team(tap: Tap) -> Reply:
    """〔只给一组试〕: which; of a single team it is that one."""
    name, teams = str(tap.card.data["name"]), await members.teams()
    calls = [f"/rule try {name} {team.name}" for team in teams[: say.TEAMS_MOST]]
    if len(calls) == 1:
        return await _run(tap, calls[0])
    if not calls:
        raise Wrong("rule.no_team")
    card = say.which_team(name, [team.name for team in teams[: say.TEAMS_MOST]])
    return Reply(push=card, about={"calls": calls, "title": name}, card_state="open")


@router.tap("pick", cards=("cmd.rule.team",))
async def this_team(tap: Tap) -> Reply:
    return await _run(tap, str(tap.card.data["calls"][int(tap.button.partition(":")[2]) - 1]))


@router.tap("compare", cards=("cmd.rule.test",))
async def compare(tap: Tap) -> Reply:
    """〔看对比〕: the opportunities on which the two differ."""
    return Reply(push=say.compared(tap.card.data.get("lines", ())), card_state="open")
