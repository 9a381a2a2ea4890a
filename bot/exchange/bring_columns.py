"""What the columns of an import are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CUSTOMER = ("客户", "客户名称", "公司", "公司名称", "单位")
OWNER = ("负责人", "销售", "跟进人")
NOTE = ("备注", "说明")
PHONE = ("电话", "手机", "联系电话", "phones")
EMAIL = ("邮箱", "邮件", "emails")
TITLE = ("称呼", "职务")
_FACT: Mapping[str, Sequence[str]] = {
    "company": CUSTOMER,
    "what": ("事项", "类型", "状态", "事件"),
    "at": ("时间", "日期", "发生时间"),
    "amount": ("金额",),
    "currency": ("币种",),
    "external_id": ("编号", "单号", "合同号", "工单号"),
    "phone": PHONE,
    "note": NOTE,
}
COLUMNS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "members": {
        "name": ("姓名", "名字"),
        "user": ("帐号", "账号", "userid", "用户名"),
        "account": ("平台", "平台帐号"),
        "roles": ("角色", "岗位"),
        "team": ("团队", "组", "部门"),
    },
    "customers": {
        "name": CUSTOMER,
        "aliases": ("简称", "别名", "又名"),
        "owner": OWNER,
        "note": NOTE,
        "contact": ("联系人",),
        "title": TITLE,
        "department": ("科室", "联系人部门"),
        "phone": PHONE,
        "email": EMAIL,
    },
    "contacts": {
        "customer": CUSTOMER,
        "name": ("联系人", "姓名", "名字"),
        "title": TITLE,
        "department": ("科室", "部门", "联系人部门"),
        "phone": PHONE,
        "email": EMAIL,
        "role": ("决策角色", "角色"),
    },
    "leads": {
        "name": ("姓名", "联系人", "名字"),
        "title": TITLE,
        "company": CUSTOMER,
        "credit_code": ("统一社会信用代码", "信用代码", "税号"),
        "phone": PHONE,
        "email": EMAIL,
        "wanted": ("需求", "想要", "产品", "意向产品"),
        "tags": ("标签", "需求标签"),
        "channel": ("渠道",),
        "source": ("来源", "来源渠道", "线索来源"),
        "note": NOTE,
        "owner": OWNER,
    },
    "opportunities": {
        "customer": CUSTOMER,
        "name": ("商机", "商机名称", "项目"),
        "stage": ("阶段",),
        "state": ("状态",),
        "amount": ("金额", "预计金额"),
        "currency": ("币种",),
        "sign_date": ("预计签约", "签约日期", "预计签约日"),
        "signing_party": ("签约主体",),
        "payment_terms": ("付款方式",),
        "lost_reason": ("输单原因",),
        "created_at": ("创建时间", "创建日期"),
        "closed_at": ("关闭时间", "成交日期"),
        "owner": OWNER,
    },
    "history": {
        "customer": CUSTOMER,
        "author": ("谁", "作者", "跟进人", "销售"),
        "at": ("时间", "日期", "跟进时间", "occurred_at"),
        "action": ("方式", "动作", "跟进方式"),
        "text": ("内容", "跟进内容", "记录"),
        "opportunity": ("商机", "商机名称", "项目"),
    },
    "finance": _FACT,
    "contracts": _FACT,
    "delivery": _FACT,
    "service": _FACT,
}
"""By kind: our key, and what a heading may call it."""
NOT_YET: Mapping[str, str] = {"targets": "目标", "products": "产品"}
"""Kinds of the contract that have no home in the record yet."""
