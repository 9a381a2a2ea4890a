"""A playbook says itself: pipelines, gates, tracks and fields as Chinese sentences."""

from __future__ import annotations

from collections.abc import Iterator

from bot.playbook.knowledge import WHEN, Objection
from bot.playbook.model import CustomField, Pipeline, Playbook, Stage
from bot.playbook.tell_rule import ACTIONS, sentence


def gate(stage: Stage, playbook: Playbook) -> str:
    """进「方案演示」要：会议记录 1 份、已发文档 1 份；缺了先走、材料待补."""
    wants = [_amount(kind, n, playbook) for kind, n in stage.entry.items()]
    wants += [f"说清{playbook.called(field)}" for field in (*stage.fields, *stage.custom)]
    wants += [playbook.called(f"{track}.{step}") for track, step in stage.tracks.items()]
    if stage.agree:
        wants.append(f"{'、'.join(playbook.called(field) for field in stage.agree)}和之前记的一致")
    if not wants:
        return f"进「{stage.name}」不用材料{_by_hand(stage)}"
    missing = "缺了先不动" if stage.missing == "block" else "缺了先走、材料待补"
    return f"进「{stage.name}」要：{'、'.join(wants)}；{missing}{_pass(stage)}{_by_hand(stage)}"


def stay(stage: Stage) -> str:
    """停留超过 5 个工作日算久; empty where the stage has no limit."""
    return f"停留超过 {stage.max_stay_days} 个工作日算久" if stage.max_stay_days else ""


def leave(stage: Stage, playbook: Playbook) -> str:
    """出「方案演示」前要有：会议记录 1 份; empty where leaving wants nothing."""
    if not stage.exit:
        return ""
    return f"出「{stage.name}」要有：{'、'.join(_amount(kind, n, playbook) for kind, n in stage.exit.items())}"


def beside(stage: Stage) -> Iterator[str]:
    """What belongs to a stage beside its gate, each as a sentence."""
    if stage.required:
        yield f"「{stage.name}」里要做：{'、'.join(ACTIONS.get(one, one) for one in stage.required)}"
    if said := stay(stage):
        yield f"「{stage.name}」{said}"
    if stage.guide:
        yield f"站在「{stage.name}」：{stage.guide}"


def pipeline(one: Pipeline, playbook: Playbook) -> str:
    """The whole pipeline, a gate a line; then its tracks."""
    lines = [f"「{one.name}」：{' → '.join(stage.name for stage in one.open_stages)}"]
    for stage in one.stages:
        if stage.entry or stage.fields or stage.custom or stage.tracks or stage.agree:
            lines.append(gate(stage, playbook))
        if said := leave(stage, playbook):
            lines.append(said)
    for track in one.tracks:
        lines.append(f"并行「{track.name}」：{' → '.join(step.name for step in track.steps)}")
        lines += [gate(step, playbook) for step in track.steps if step.entry or step.fields or step.custom]
    return "\n".join(lines)


def field(one: CustomField) -> str:
    """客户的「医院等级」：三甲、三乙、二甲里选一个"""
    whose = "客户" if one.of == "customer" else "商机"
    choices = "、".join(one.choices)
    how = {
        "text": f"文字，最多 {one.most} 字",
        "number": "数字" + (f"，要大于 {one.above:g}" if one.above is not None else ""),
        "choice": f"{choices}里选一个",
        "choices": f"{choices}里可选几个",
        "day": "日期",
        "table": f"表格，每行写{'，'.join(column.name for column in one.columns)}",
    }
    return f"{whose}的「{one.name}」：{how[one.kind]}"


def everything(playbook: Playbook) -> str:
    """The whole process in sentences, one a line."""
    lines = []
    for one in playbook.pipelines:
        lines.append(pipeline(one, playbook))
        steps = [*one.stages, *(step for track in one.tracks for step in track.steps)]
        lines += [said for stage in steps for said in beside(stage)]
    rules = (sentence(one, playbook) for one in playbook.rules)
    return "\n".join([*lines, *map(field, playbook.custom), *map(objection, playbook.objections), *rules])


def objection(one: Objection) -> str:
    """听到“太贵”：先问“…”，再给成本构成（成本构成分解图），接着约 20 分钟过图"""
    file = f"（{one.file}）" if one.file else ""
    then = one.then.format(**{WHEN: "两个工作日后"})
    return f"听到“{one.name}”：先问“{one.ask}”，再给{one.give}{file}，接着{then}"


def wanted(kind: str, playbook: Playbook) -> str:
    """采购流程图（客户内部谁签、几步）: what to hand in, by name."""
    known = playbook.evidence.get(kind)
    return f"{known.name}（{known.hint}）" if known and known.hint else playbook.called(kind)


def _amount(kind: str, n: int, playbook: Playbook) -> str:
    known = playbook.evidence.get(kind)
    return f"{playbook.called(kind)} {n} {known.measure if known else '份'}"


def _by_hand(stage: Stage) -> str:
    return "，而且要你点头" if stage.ends else ""


def _pass(stage: Stage) -> str:
    if stage.missing != "block":
        return ""
    return "，主管可放行" if stage.override else "，谁也不能放行"
