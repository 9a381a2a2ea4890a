"""Each shipped way of selling carries one deal from its first stage to won, by what is said and handed in."""

from __future__ import annotations

import pytest

from tests.conversations.chat import Chat, Seen

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
PDF = b"%PDF-1.4\n%%EOF\n"

WON = ("合同签回来了", "won")
STORIES: dict[str, list[tuple[str, str]]] = {
    "SaaS 七阶段": [
        ("线索确认了", "lead_in"),
        ("需求诊断做完了", "discovery"),
        ("@场景梳理.pdf", "产品演示"),
        ("产品演示做了", "demo"),
        ("演示做完了，预算大概 50 万", ""),
        ("拍板的见了，是秦经理", ""),
        ("见了决策人李总", ""),
        ("@演示纪要.pdf", "试用验证"),
        ("开始试用", "trial"),
        ("试用反馈不错", ""),
        ("进入报价", "proposal"),
        ("@报价单.pdf", "商务谈判"),
        ("商务谈判开始了", "negotiation"),
        ("@安全问卷.pdf", "合同签署"),
        ("/stage 博远仪器 合同签署", "contract_signing"),
    ],
    "买方旅程": [
        ("今天拜访了秦经理", "need"),
        ("方案对上了", "match"),
        ("@方案确认.pdf", "价值验证"),
        ("进入验证", "value"),
        ("@验证报告.pdf", "商务共识"),
        ("见了决策人李总", ""),
        ("商务谈妥了", "commercial"),
        ("@采购流程图.png", "决策落地"),
        ("上会通过了", "decision"),
    ],
    "家装五步": [
        ("量好房了", "measure"),
        ("@户型图.png", "方案讲解"),
        ("方案讲完了", "design"),
        ("@效果图1.png", "预算拆解"),
        ("@效果图2.png", "预算拆解"),
        ("@效果图3.png", "预算拆解"),
        ("预算拆完了", "budget"),
        ("@预算表.pdf", "施工承诺"),
        ("工期排好了", "schedule"),
        ("@工期表.pdf", "质保签署"),
        ("质保谈好了", "warranty"),
    ],
    "门店零售": [
        ("扫码建档了", "scan"),
        ("@货架.png", "特价试销"),
        ("特价铺了", "offer"),
        ("@特价单.pdf", "核销复盘"),
        ("核销完了", "redeem"),
        ("@核销表.pdf", "推荐上架"),
        ("同意上架", "recommend"),
        ("@上架照片.png", "长期供货"),
        ("定了长期供货", "supply"),
    ],
    "教育培训": [
        ("家长到访了", "visit"),
        ("试听课上了", "trial_class"),
        ("@学情报告.pdf", "学情报告"),
        ("学情报告讲了", "report"),
        ("约了下次", ""),
        ("课程方案发了", "course_plan"),
        ("@课程方案.pdf", "报名"),
        ("家长确认报名了", "contract_signing"),
    ],
    "医疗三线": [
        ("医院等级是三甲", ""),
        ("今天拜访了秦经理", ""),
        ("进入评估", "evaluation"),
        ("年手术量 320，采购决策链：设备科主任、分管院长", ""),
        ("三个痛点：视野模糊、备货慢、培训少", ""),
        ("产品型号是椎间孔镜，预计用量 60", ""),
        ("@门牌照片.png", "科室拜访"),
        ("@拜访资料.pdf", "科室拜访"),
        ("科室拜访做了", "academic.visit"),
        ("试用装送到了", "academic.sample"),
        ("/stage 博远仪器 院内议价", "negotiation"),
        ("报备交了", "compliance.filing"),
        ("伦理备案批了", "compliance.ethics"),
        ("/stage 博远仪器 协议签署", "contract_signing"),
        ("订单下了", "delivery.order"),
    ],
}


async def _hand_in(chat: Chat, file: str, stage: str) -> None:
    """The page lies on the card that asks for what the next gate wants, and on the one that says what is left."""
    answer = await chat.says("chen.jie", f"/stage 博远仪器 {stage}")
    pages = [seen.urls["add_evidence"] for seen in await chat.heard("chen.jie") if "add_evidence" in seen.urls]
    assert pages, answer.text
    await chat.uploads(pages[-1], file, PDF if file.endswith("pdf") else PNG)


async def _use(chat: Chat, template: str) -> Seen:
    asked = await chat.says("admin", f"/pipeline use {template} 华东一组")
    assert "会影响 6 个商机" in asked.text
    return await chat.taps("admin", asked, "execute")


@pytest.mark.parametrize("template", STORIES)
async def test_one_deal_from_the_first_stage_to_won(chat: Chat, template: str) -> None:
    await _use(chat, template)
    for said, reached in STORIES[template]:
        if said.startswith("@"):
            await _hand_in(chat, said[1:], reached)
            continue
        answer = await chat.says("chen.jie", said if said.startswith("/") else f"博远仪器{said}")
        deal = await chat.opportunity("博远仪器")
        track, _, step = reached.rpartition(".")
        where = deal["tracks"].get(track, {}).get("step") if track else deal["stage"]
        assert not reached or where == step, f"{said}: {answer.text}\n{deal}"
    asked = (await chat.says_all("chen.jie", "博远仪器合同昨天签回来了"))[-1]
    wanted = await chat.taps("chen.jie", asked, "win")
    assert wanted.kind == "gate.fields", wanted.text
    won = await chat.says("chen.jie", "主体是博远仪器股份有限公司，首付30%，验收后付70%")
    assert won.title.startswith("赢单：博远仪器"), won.text
    assert (await chat.opportunity("博远仪器"))["state"] == "won"


async def test_medical_keeps_no_number_that_is_none_and_lets_nobody_round_compliance(chat: Chat) -> None:
    await _use(chat, "医疗三线")
    card = await chat.says("chen.jie", "博远仪器年手术量 0")
    assert card.line("没存") == "年手术量要大于 0"
    blocked = await chat.says("chen.jie", "/stage 博远仪器 协议签署")
    assert "request_pass" not in blocked.buttons
    assert "合规走到「伦理备案」" in blocked.text
