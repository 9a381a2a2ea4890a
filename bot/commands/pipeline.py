"""/pipeline list, show, use: the ways of selling that come with the program, and one for a team (VOICE.md §4)."""

from __future__ import annotations

from collections import Counter
from importlib import resources

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.commands.taps import not_now, said
from bot.playbook import describe, load, mapping, store
from bot.playbook.model import Playbook
from bot.replies import commands as brief
from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import members, opportunities
from storage.records import Change, Opportunity, Team, changed
from storage.rows import fold

own = Registry()
router = Router()
CARDS = ("cmd.pipeline.preview",)


@own.command("pipeline", roles=("admin",))
async def pipeline(turn: Turn, call: Call) -> Reply:
    verb = fold(call.words[0]) if call.words else "list"
    if verb in ("list", "列表"):
        return _listed(turn.playbook)
    if verb in ("show", "看"):
        shown = _named(" ".join(call.words[1:]), "show")[1] if len(call.words) > 1 else turn.playbook
        return Reply(push=words.text("cmd.pipeline.show", name=shown.name, lines=describe.everything(shown)))
    if verb in ("use", "用"):
        return await _use(turn, call)
    near = find.nearest(verb, ("list", "show", "use")) or "list"
    raise Wrong("pipeline.how", verb=brief.short(verb), nearest=f"/pipeline {near} {' '.join(call.words[1:])}".strip())


@router.tap("execute", cards=CARDS)
async def execute(tap: Tap) -> Reply:
    """〔执行〕: the call runs as it was shown, with the rights of whoever taps."""
    assert tap.turn is not None
    return await own.answer(said(tap.turn, str(tap.card.data["command"])), sure=True)


router.tap("not_now", cards=CARDS)(not_now)


def templates() -> dict[str, tuple[str, Playbook]]:
    """File → (its text, the playbook): all that come with the program."""
    files = sorted(resources.files("bot.playbook").joinpath("shipped").iterdir(), key=lambda one: one.name)
    texts = {one.name.removesuffix(".toml"): one.read_text("utf-8") for one in files if one.name.endswith(".toml")}
    return {name: (text, load.parse(text)) for name, text in texts.items()}


def _listed(live: Playbook) -> Reply:
    lines = [
        f"{one.name}{'（在用）' if one.name == live.name else ''}：{' → '.join(s.name for s in one.main.open_stages)}"
        for _, one in templates().values()
    ]
    return Reply(push=words.text("cmd.pipeline.list", lines="\n".join(lines)))


def _named(word: str, verb: str, rest: str = "") -> tuple[str, Playbook]:
    """The template of that name or file. Raises Wrong with the nearest."""
    wanted, every = fold(word.strip(find.QUOTES)), templates()
    found = every.get(wanted) or next((one for one in every.values() if fold(one[1].name) == wanted), None)
    if found is not None:
        return found
    names = [one.name for _, one in every.values()]
    near = next((name for name in names if wanted and wanted in fold(name)), "") or find.nearest(word, names)
    nearest = f"/pipeline {verb} {near} {rest}".strip() if near else ""
    raise Wrong("pipeline.none", name=brief.short(word), names="、".join(names), nearest=nearest)


async def _use(turn: Turn, call: Call) -> Reply:
    """Shown first with what it touches; then the next version of that team, its open opportunities moved over."""
    if len(call.words) < 3:
        teams = await members.teams()
        name = call.words[1] if len(call.words) > 1 else "医疗三线"
        raise Wrong("pipeline.use", nearest=f"/pipeline use {name} {teams[0].name if teams else '华东一组'}")
    name, last = " ".join(call.words[1:-1]), call.words[-1]
    text, new = _named(name, "use", last)
    team = await find.team(last, lambda name: f"/pipeline use {new.name} {name}")
    live = await turn.house.playbooks.current(team.id)
    deals = await _deals(team)
    stands = Counter((deal.pipeline, deal.stage) for deal in deals)
    count, without = mapping.affected(live.playbook, new, stands)
    line = f"/pipeline use {new.name} {team.name}"
    if not call.sure:
        names = "、".join(f"「{stage.name}」" for stage in without[:4])
        key = "cmd.pipeline.effect" if without else "cmd.pipeline.effect.all"
        why = words.text(key, count=count, stages=len(without), names=names).text
        card = words.card("cmd.pipeline.preview", name=new.name, team=team.name, why=why)
        return Reply(push=card, about={"command": line, "title": f"换成{new.name}"}, question=True)
    kept = mapping.with_own(text, live.version.text, live.playbook.lexicon)
    version = await store.add(kept, author=turn.member.id, now=turn.now, team_id=team.id)
    note = {"_n": version.n, "_hash": version.hash, "_team": team.id, "_why": line}
    moves = [_moved(deal, live.playbook, new, turn) for deal in deals]
    done = words.text("cmd.pipeline.done", team=team.name, name=new.name, n=version.n, count=count)
    return Reply(push=done, changes=(Change("playbook.live", version.id, note), *moves))


async def _deals(team: Team) -> list[Opportunity]:
    people = [one.id for one in await members.of_team(team.id)]
    return await opportunities.of_owner(people) if people else []


def _moved(deal: Opportunity, old: Playbook, new: Playbook, turn: Turn) -> Change:
    """What was owed by the old gates is let go; how long it has stood there goes on."""
    there = mapping.landing(old.pipeline(deal.pipeline), deal.stage, new.main).stage
    owed = tuple(one for one in deal.evidence_missing if one in new.evidence)
    return changed(deal, "opportunity.pipeline", pipeline=new.main.id, stage=there.id, evidence_missing=owed)
