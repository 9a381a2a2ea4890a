"""Approval forms as values: which of a company's forms are about a deal, what each of their fields means here, and how
far an approved one carries the opportunity (CAP-3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bot.playbook.fault import Fault
from bot.playbook.value import Name, Value, Word

if TYPE_CHECKING:
    from bot.playbook.model import Playbook

FIELDS = ("customer", "opportunity", "amount", "signing_party", "payment_terms", "sign_date")
"""What a form's field may mean, beside the fields of the trade's own."""
Label = Annotated[str, Field(min_length=1, max_length=120)]


class ApprovalForm(Value):
    """A form is this one where its template's code is among ``templates``, or its title holds one of ``titles``.

    ``fields``: what a field means → the ids or labels it has on the forms, the best first.
    """

    id: Word
    name: Name
    templates: tuple[Label, ...] = ()
    """The platforms' codes; where every form lists some, no other form of the company is even looked into."""
    titles: tuple[Label, ...] = ()
    stage: Word | None = None
    """The stage that an approved form carries to, through its gate: its id, or what the reader calls it."""
    fields: Mapping[str, tuple[Label, ...]] = Field(default_factory=dict)

    def is_one(self, template: str, title: str) -> bool:
        return template in self.templates or any(words in title for words in self.titles)


CONTRACT = ApprovalForm(
    id="contract",
    name="合同审批",
    titles=("合同审批", "合同评审", "合同会签", "合同签署审批"),
    stage="contract_signing",
    fields={
        "customer": ("客户名称", "客户", "客户全称", "客户单位", "对方单位", "合同相对方"),
        "opportunity": ("商机", "商机名称", "项目", "项目名称"),
        "amount": ("合同金额", "合同总额", "合同总金额", "签约金额", "金额"),
        "signing_party": ("签约主体", "签约公司", "甲方", "甲方名称"),
        "payment_terms": ("付款方式", "付款条件", "付款条款", "结算方式"),
        "sign_date": ("签约日期", "预计签约日期", "签订日期", "签署日期"),
    },
)
"""What a playbook that names no form of its own reads."""


def form_faults(playbook: Playbook) -> Iterator[Fault]:
    """What does not hold in the ``[[approval]]`` of a playbook."""
    seen: set[str] = set()
    stages = {name for line in playbook.pipelines for stage in line.stages for name in (stage.id, *stage.reads)}
    for n, form in enumerate(playbook.approvals):
        place = f"approval[{n}]"
        if form.id in seen:
            yield Fault(place, f"id “{form.id}”写了不止一次，只能有一个")
        seen.add(form.id)
        if not form.templates and not form.titles:
            yield Fault(place, "写上 templates（模板编号）或 titles（表单名里的字），不然认不出是哪张表")
        if form.stage is not None and form.stage not in stages and playbook.approvals != (CONTRACT,):
            yield Fault(f"{place}.stage", f"流程里没有 {form.stage} 这一步")
        for field in form.fields:
            if field not in FIELDS and playbook.custom_field(field) is None:
                known = "、".join(FIELDS)
                yield Fault(f"{place}.fields.{field}", f"没有这一项，有的是 {known}，和 [[field]] 里的行业字段")
