"""A rule says itself: gates and stages as Chinese sentences."""

from __future__ import annotations

from bot.playbook.model import Pipeline, Playbook, Stage


def gate(stage: Stage, playbook: Playbook) -> str:
    """进「方案演示」要：会议记录 1 份、已发文档 1 份；缺了先走、材料待补."""
    wants = [_amount(kind, n, playbook) for kind, n in stage.entry.items()]
    wants += [f"说清{playbook.called(field)}" for field in stage.fields]
    if not wants:
        return f"进「{stage.name}」不用材料{_by_hand(stage)}"
    missing = "缺了先不动" if stage.missing == "block" else "缺了先走、材料待补"
    return f"进「{stage.name}」要：{'、'.join(wants)}；{missing}{_by_hand(stage)}"


def stay(stage: Stage) -> str:
    """停留超过 5 个工作日算久; empty where the stage has no limit."""
    return f"停留超过 {stage.max_stay_days} 个工作日算久" if stage.max_stay_days else ""


def pipeline(one: Pipeline, playbook: Playbook) -> str:
    """The whole pipeline, a stage a line."""
    lines = [f"「{one.name}」：{' → '.join(stage.name for stage in one.open_stages)}"]
    for stage in one.stages:
        if stage.entry or stage.fields:
            lines.append(gate(stage, playbook))
    return "\n".join(lines)


def wanted(kind: str, playbook: Playbook) -> str:
    """采购流程图（客户内部谁签、几步）: what to hand in, by name."""
    known = playbook.evidence.get(kind)
    return f"{known.name}（{known.hint}）" if known and known.hint else playbook.called(kind)


def _amount(kind: str, n: int, playbook: Playbook) -> str:
    known = playbook.evidence.get(kind)
    return f"{playbook.called(kind)} {n} {known.measure if known else '份'}"


def _by_hand(stage: Stage) -> str:
    return "，而且要你点头" if stage.ends else ""
