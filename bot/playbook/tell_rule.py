"""A rule says itself: when, if and then as Chinese lines."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from bot.playbook.model import Playbook
from bot.playbook.rules import Advance, Assign, Call, MakeTask, Remind, Rule, Tag, Tell, Then

ACTIONS = {"wechat": "微信沟通", "phone": "电话", "visit": "面访", "demo": "方案演示", "email": "邮件", "other": "其他"}
WHEN = {
    "activity": "记了动作", "stage": "换了阶段", "signal": "听到信号", "evidence": "来了材料", "promise": "答应了事",
    "approval": "审批有结果", "behaviour": "客户有行为", "absence": "一直没等到", "timer": "到了时候",
}  # fmt: skip
WHO = {
    "owner": "本人", "manager": "主管", "director": "总监", "legal": "法务", "finance": "财务", "service": "客服",
    "product": "产品", "admin": "管理员",
}  # fmt: skip
SINCE = {"stage": "进阶段", "activity": "上个动作", "signal": "上个信号"}


def digest(rule: Rule) -> str:
    """The same for two rules that do the same, whatever way they are written."""
    return sha256(rule.model_dump_json(by_alias=True).encode()).hexdigest()[:16]


def lines(rule: Rule, playbook: Playbook) -> list[str]:
    """什么时候, 条件, 就做, 其他: a line each."""
    found = [f"什么时候｜{_when(rule, playbook)}"]
    if rule.condition != "true":
        found.append(f"条件｜{rule.condition}")
    found += [f"就做｜{then(one, playbook)}" for one in rule.then]
    return [*found, f"先后｜{rule.priority}，最多 {rule.timeout_ms} 毫秒，失败 {rule.failures} 次就停"]


def sentence(rule: Rule, playbook: Playbook) -> str:
    """规则「演示后发方案」：记了动作，条件 …；建任务：发定制方案（24 小时内）"""
    condition = f"，条件 {rule.condition}" if rule.condition != "true" else ""
    unused = "" if rule.on else "（没启用）"
    does = "；".join(then(one, playbook) for one in rule.then)
    return f"规则「{rule.name}」{unused}：{_when(rule, playbook)}{condition}；{does}"


def _when(rule: Rule, playbook: Playbook) -> str:
    said = "、".join(WHEN[one] for one in rule.when)
    if rule.stages:
        said += f"，只在{'、'.join(f'「{_stage(id, playbook)}」' for id in rule.stages)}"
    if rule.after_hours is not None:
        said += f"，{SINCE[rule.since]}后 {rule.after_hours:g} 小时"
    if rule.without:
        said += f"，还没有{'、'.join(ACTIONS.get(one) or playbook.called(one) for one in rule.without)}"
    return said


def then(one: Then, playbook: Playbook) -> str:
    """推进到「方案演示」; 建任务：发定制方案（24 小时内）"""
    return "".join(_then(one, playbook))


def _then(one: Then, playbook: Playbook) -> Iterator[str]:
    if isinstance(one, Advance):
        yield f"推进到「{_stage(one.stage, playbook)}」"
    elif isinstance(one, MakeTask):
        yield f"建任务：{'、'.join(one.items)}（{_hours(one.minutes)}内）"
    elif isinstance(one, Remind):
        yield f"{one.hours:g} 小时后提醒{WHO[one.to]}：{one.say}"
    elif isinstance(one, Tell):
        yield f"告诉{WHO[one.to]}：{one.say}"
    elif isinstance(one, Tag):
        yield f"给客户加标签“{one.tag}”"
    elif isinstance(one, Assign):
        yield f"转给{WHO.get(one.to, one.to)}"
    elif isinstance(one, Call):
        yield f"问 {one.url}"


def _hours(minutes: int) -> str:
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


def _stage(id: str, playbook: Playbook) -> str:
    return next((stage.name for line in playbook.pipelines if (stage := line.stage(id)) is not None), id)
