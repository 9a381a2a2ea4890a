"""/stage NAME STAGE: through the same gate as what is said; backwards, won and lost wait for a tap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.playbook.model import Pipeline, Playbook, Stage
from bot.process import service as process
from bot.process.gates import Decision, decide, judge
from bot.replies import commands as say
from bot.replies import facts, reading, words
from bot.replies.gate import gate_card
from bot.routing import Reply
from bot.turn import Turn
from storage import customers, evidence, opportunities, uploads
from storage.records import Customer, Opportunity
from storage.rows import fold

own = Registry()


@own.command("stage")
async def stage(turn: Turn, call: Call) -> Reply:
    walked = of_track(call.words, turn.playbook)
    if walked is not None:
        return await _walk(turn, *walked)
    name, said = taken_apart(call.words, turn.playbook)
    if not name:
        raise Wrong("stage.both", example=f"/stage {await find.a_customer(turn)} {said or _second(turn.playbook)}")
    one, which = await find.leading(turn, name, lambda found: f"/stage {found} {said}".strip())
    deals = await opportunities.open_of(one.id)
    short = await customers.short_name(one.id)
    if not deals:
        raise Wrong("stage.no_deal", name=short)
    fitting = [deal for deal in deals if which and fold(which) in fold(deal.name)]
    if not said and which and not fitting:
        said = which
    deals = fitting or deals
    if not said:
        raise _no_stage(short, deals[0], turn.playbook)
    return await (_which(deals, one, said, turn) if len(deals) > 1 else to(turn, deals[0], short, said))


def of_track(said: Sequence[str], playbook: Playbook) -> tuple[tuple[str, ...], str] | None:
    """(words of the customer, ``track.step``) where the last words name a step, with its track before it or alone."""
    for line in playbook.pipelines:
        for track in line.tracks:
            step = next((one for one in track.steps if said and one.name == said[-1].strip(find.QUOTES)), None)
            if step is not None and find.stage_of(playbook.pipelines, said[-1]) is None:
                rest = tuple(said[:-1])
                return rest[:-1] if rest and rest[-1] == track.name else rest, f"{track.id}.{step.id}"
    return None


async def _walk(turn: Turn, name: tuple[str, ...], target: str) -> Reply:
    """/stage 客户 合规 伦理备案: the step of a track, through its gate."""
    one, which = await find.leading(turn, name, lambda found: f"/stage {found} {target}")
    deals = await opportunities.open_of(one.id)
    short = await customers.short_name(one.id)
    fitting = [deal for deal in deals if which and fold(which) in fold(deal.name)] or deals
    deal = next((one for one in fitting if turn.playbook.pipeline(one.pipeline).reached(target)), None)
    if deal is None:
        raise Wrong("stage.no_deal", name=short)
    pipeline = turn.playbook.pipeline(deal.pipeline)
    step, track = pipeline.reached(target), pipeline.track(target.partition(".")[0])
    assert step is not None and track is not None
    decision = judge(pipeline, deal, target, await evidence.counts(deal.id))
    if decision.way == "same":
        return Reply(push=words.text("cmd.stage.same", customer=short, stage=step.name))
    if decision.way == "tap":
        return await _asked(turn, deal, short, step, decision)
    if decision.way == "block":
        return await _blocked(turn, deal, short, step, decision)
    line = (track.name, facts.step_line(track, decision, turn.playbook))
    card = say.moved(short, line[1], await _upload(turn, deal, decision) if decision.missing else "", line[0])
    shown = [[fact.label, fact.value] for fact in card.facts]
    about = {**_about(turn, deal, short, decision), "facts": shown, "stage": "", "missing": []}
    return Reply(push=card, changes=process.advance(deal, decision, turn.at), about=about)


def taken_apart(said: Sequence[str], playbook: Playbook) -> tuple[tuple[str, ...], str]:
    """(words of the customer, words of the stage), in whichever order they stand, glued or not; without a stage that
    there is, the last of several words is taken for it."""
    for n in range(1, min(2, len(said)) + 1):
        for stage, rest in ((said[-n:], said[:-n]), (said[:n], said[n:])):
            if find.stage_of(playbook.pipelines, " ".join(stage)):
                return tuple(rest), " ".join(stage)
    if len(said) == 1:
        return _glued(said[0], playbook)
    return tuple(said[:-1]), said[-1] if said else ""


def _glued(word: str, playbook: Playbook) -> tuple[tuple[str, ...], str]:
    """松涛教育方案演示"""
    names = [stage.name for line in playbook.pipelines for stage in line.stages]
    name = next((name for name in names if word.endswith(name) and word != name), "")
    return (word.removesuffix(name),), name


def _second(playbook: Playbook) -> str:
    stages = playbook.main.open_stages
    return stages[min(1, len(stages) - 1)].name


def _no_stage(name: str, deal: Opportunity, playbook: Playbook) -> Wrong:
    pipeline = playbook.pipeline(deal.pipeline)
    here = pipeline.place(deal.stage)
    ahead = pipeline.stages[min(here + 1, len(pipeline.stages) - 1)]
    return Wrong("stage.which", name=name, stage=pipeline.stages[here].name, example=f"/stage {name} {ahead.name}")


async def _which(deals: Sequence[Opportunity], one: Customer, said: str, turn: Turn) -> Reply:
    """Several opportunities: which one is a tap; its call names it."""
    calls = [f"/stage {one.name} {deal.name} {said}" for deal in deals[:3]]
    card = say.which_deal(await customers.short_name(one.id), deals, turn.playbook)
    return Reply(push=card, about={"calls": calls}, question=True)


async def to(turn: Turn, deal: Opportunity, name: str, said: str) -> Reply:
    """The opportunity to the stage that is called so: moved, asked, or told what its gate still lacks."""
    pipeline = turn.playbook.pipeline(deal.pipeline)
    target = pipeline.named(said.strip(find.QUOTES))
    if target is None:
        near = find.nearest_stage(pipeline, said)
        stages = "、".join(stage.name for stage in pipeline.stages)
        raise Wrong("stage.none", stage=say.short(said), stages=stages, nearest=f"/stage {name} {near}" if near else "")
    counts = await evidence.counts(deal.id)
    decision = decide(pipeline, deal, target, counts)
    if decision.way == "same":
        return Reply(push=words.text("cmd.stage.same", customer=name, stage=target.name))
    if decision.way == "tap":
        return await _asked(turn, deal, name, target, decision)
    if decision.way == "block":
        return await _blocked(turn, deal, name, target, decision)
    return await _moved(turn, deal, name, pipeline, decision)


async def _asked(turn: Turn, deal: Opportunity, name: str, target: Stage, decision: Decision) -> Reply:
    about = _about(turn, deal, name, decision)
    if decision.backwards:
        card = words.card("reading.waits.back", customer=reading.title_name(name), stage=target.name)
        return Reply(push=card, about=about, question=True)
    assert target.ends is not None
    missing = [turn.playbook.called(kind) for kind in decision.missing]
    card = say.waits(name, target.ends, turn.text, missing, await _upload(turn, deal, decision), turn.at)
    return Reply(push=card, about={**about, "way": target.ends}, question=True)


async def _blocked(turn: Turn, deal: Opportunity, name: str, target: Stage, decision: Decision) -> Reply:
    """B1: the stage stays, and the page for what is missing lies on the card."""
    have = process.in_hand(deal, decision.target, await evidence.of_opportunity(deal.id), turn.playbook)
    eyes = reading.Eyes(turn.playbook, turn.now, None, await _upload(turn, deal, decision), turn.hears_files)
    card = gate_card(reading.title_name(name), target.name, decision.missing, eyes, have, may_pass=not decision.final)
    return Reply(push=card, about=_about(turn, deal, name, decision))


async def _moved(turn: Turn, deal: Opportunity, name: str, pipeline: Pipeline, decision: Decision) -> Reply:
    here, there = pipeline.stage(decision.frm), pipeline.stage(decision.to)
    missing = [turn.playbook.called(kind) for kind in decision.missing]
    line = facts.move_line(here.name if here else "", there.name if there else "", decision.way, missing)
    card = say.moved(name, line, await _upload(turn, deal, decision) if decision.missing else "")
    shown = [[fact.label, fact.value] for fact in card.facts]
    about = {**_about(turn, deal, name, decision), "facts": shown, "stage": "", "missing": []}
    return Reply(push=card, changes=process.advance(deal, decision, turn.at), about=about)


def _about(turn: Turn, deal: Opportunity, name: str, decision: Decision) -> dict[str, Any]:
    """What the taps on the card need; the same words as on the card of a reading."""
    return {
        "message": turn.row.id, "events": [turn.row.id], "name": name, "customer": deal.customer_id,
        "opportunity": deal.id, "stage": decision.target, "missing": list(decision.missing), "facts": [],
    }  # fmt: skip


async def _upload(turn: Turn, deal: Opportunity, decision: Decision) -> str:
    """The address of a page for what the gate wants; "" where nothing is wanted or no page can be reached."""
    kinds = process.files_for(decision, turn.playbook)
    if not turn.house.public_url or not kinds:
        return ""
    page = uploads.Upload(
        member_id=turn.member.id, customer_id=deal.customer_id, expires_at=turn.now + uploads.LIVES,
        opportunity_id=deal.id, kinds=kinds, stage=decision.target, event=turn.row.id,
    )  # fmt: skip
    return f"{turn.house.public_url}/upload/{await uploads.put(page)}"
