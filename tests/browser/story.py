"""A bot of cardboard that plays the story of the sentence, for the page to show: real server, real callbacks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from adapters.sandbox.desk import Coming, Entry, Mark, Notes, Step, Track
from adapters.sandbox.loopback import Platforms
from tests.adapters.sandbox.fake import FakeBot, FakeDesk

STEPS = ("初步接触", "需求确认", "方案演示", "价格谈判", "合同签署")
FACTS = [
    ("客户", "华东医械（王总是他家联系人）"),
    ("信号", "预算已批"),
    ("阶段", "价格谈判 → 合同签署，还差采购流程图"),
    ("日期", "预计签约 周三 3月18日"),
    ("承诺", "我方发报价单，周五 3月13日前"),
]
WORDS = (
    ("客户", "王总"),
    ("信号", "预算已批"),
    ("日期", "下周三"),
    ("阶段", "签合同"),
    ("承诺", "我周五前把报价单发过去"),
)


def digest(n: int) -> str:
    return f"{(n * 2654435761) % 2**64:016x}" * 4


class Story:
    """Answers callbacks as the bot would: a card for the sentence, a changed card for a tap, a reminder on the eve."""

    def __init__(self, platforms: Platforms, bot: FakeBot, desk: FakeDesk, upload: str) -> None:
        self.platforms, self.desk, self.upload = platforms, desk, upload
        self.n = 1040
        bot.on_event = self.hear
        desk.rows |= {
            "member": [{"id": "mem_1", "name": "张伟"}, {"id": "mem_2", "name": "王芳"}],
            "customer": [
                {"id": "cus_1", "name": "华东医疗器械有限公司", "aliases": ["华东医械"], "owner_id": "mem_1"},
                {"id": "cus_2", "name": "松涛教育", "aliases": [], "owner_id": "mem_1"},
            ],
            "contact": [{"id": "con_1", "customer_id": "cus_1", "name": "王", "title": "总", "department": None}],
            "opportunity": [{"id": "opp_1", "customer_id": "cus_1", "name": "影像工作站采购", "state": "open",
                             "stage": "negotiation", "amount": "2170000.00", "currency": "CNY", "sign_date": None}],
            "activity": [
                {"id": "act_1", "customer_id": "cus_1", "action": "phone", "recorder_id": "mem_1", "confirmed": True,
                 "occurred_at": "2026-03-09T16:30:00+08:00", "text": "谈维保年限"},
                {"id": "act_0", "customer_id": "cus_1", "action": "demo", "recorder_id": "mem_1", "confirmed": True,
                 "occurred_at": "2026-03-05T14:00:00+08:00", "text": "方案演示，2 位决策人到场"},
            ],
        }  # fmt: skip
        desk.tracks["opp_1"] = self.track()
        for title, detail in (("建立客户", "华东医疗器械有限公司"), ("阶段推进", "方案演示 → 价格谈判")):
            self.log(title, detail, "张伟的话")

    def track(self) -> Track:
        notes = ("✓ 2 天", "✓ 4 天", "✓ 3 天", "第 2 天", "缺 1 件")
        states = ("done", "done", "done", "here", "gated")
        steps = tuple(Step(*one) for one in zip(STEPS, states, notes, strict=True))  # type: ignore[arg-type]
        return Track(steps, "合同签署", have=("预算证明：预算已批",), missing=("采购流程图",))

    def log(self, title: str, detail: str, by: str) -> None:
        self.n += 1
        at = self.desk.clock.now()
        self.desk.chain.insert(0, Entry(self.n, at, title, detail, by, digest(self.n), digest(self.n - 1)))

    async def hear(self, event: dict[str, str]) -> str:
        if event["MsgType"] == "text":
            self.said(event)
        elif event.get("EventKey") == "confirm":
            self.log("确认读法", "5 处都对", "张伟")
            return self.confirmed()
        return ""

    def said(self, event: dict[str, str]) -> None:
        text, user = event["Content"], event["FromUserName"]
        if "报价单" not in text:
            self.send(user, "cmd.help", {"msgtype": "text", "text": {"content": "这句没记。客户的事直接说就行。"}})
            return
        marks = [Mark((text.index(word), text.index(word) + len(word)), label) for label, word in WORDS if word in text]
        self.desk.read[event["MsgId"]] = Notes(tuple(marks), "cus_1")
        self.send(user, "reading.clear", {"msgtype": "template_card", "template_card": self.card("已记下，有错点改")})
        self.record(text)

    def record(self, text: str) -> None:
        now = self.desk.clock.now()
        self.desk.rows["activity"].append(
            {"id": "act_2", "customer_id": "cus_1", "action": "wechat", "recorder_id": "mem_1", "confirmed": False,
             "occurred_at": now.isoformat(), "text": "预算已批，约下周三签约"})  # fmt: skip
        said = {"customer_id": "cus_1", "state": "open", "said_at": now.isoformat()}
        quote = {"quote": "我周五前把报价单发过去"}
        self.desk.rows["commitment"] = [
            {"id": "pro_1", "by": "us", "what": "发报价单", "due": "2026-03-13"} | said | quote,
            {"id": "pro_2", "by": "customer", "what": "签合同", "due": "2026-03-18"} | said,
        ]
        self.desk.rows["opportunity"][0]["sign_date"] = "2026-03-18"
        day = datetime(2026, 3, 12, 17, 40, tzinfo=now.tzinfo)
        self.desk.next = [
            Coming(day, "提醒张伟：明天到期"),
            Coming(day + timedelta(days=1, minutes=30), "没发 → 再提醒张伟"),
            Coming(day + timedelta(days=1, hours=1), "没发 → 告诉王芳"),
            Coming(datetime(2026, 3, 16, 8, 40, tzinfo=now.tzinfo), "早报：补采购流程图"),
        ]
        self.log("预算", "未知 → 已批", "张伟的话")
        self.log("阶段未推进", "想进 合同签署，缺采购流程图", "门禁")
        self.log("记下承诺", "发报价单 · 周五 3月13日前", "张伟的话")

    def card(self, status: str) -> dict[str, Any]:
        return {
            "card_type": "button_interaction",
            "main_title": {"title": "华东医械 · 记下了", "desc": status},
            "horizontal_content_list": [{"keyname": label, "value": value} for label, value in FACTS],
            "sub_title_text": "依据：“下周三签”是将来；“我…前…发”是你答应的事。",
            "button_list": [
                {"text": "确认", "style": 1, "key": "confirm"},
                {"text": "改", "style": 2, "key": "edit"},
                {"text": "撤销", "style": 2, "key": "undo"},
                {"text": "补材料", "style": 2, "type": 1, "url": self.upload},
            ],
            "task_id": f"task-{self.n}",
        }

    def send(self, user: str, kind: str, body: dict[str, Any]) -> None:
        app = self.platforms.wecom.apps[0]
        sent = self.platforms.wecom.messages.send(app, {"touser": user, "agentid": app.agent_id} | body)
        self.desk.kinds[sent["msgid"]] = kind

    def confirmed(self) -> str:
        facts = "".join(
            f"<HorizontalContentList><KeyName>{label}</KeyName><Value>{value}</Value></HorizontalContentList>"
            for label, value in FACTS
        )
        return (
            "<xml><ToUserName>zhang.wei</ToUserName><FromUserName>ww</FromUserName><CreateTime>1</CreateTime>"
            "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType><MainTitle>"
            f"<Title>华东医械 · 记下了</Title><Desc>张伟 10:00 确认</Desc></MainTitle>{facts}"
            "<ButtonList><Text>撤销</Text><Style>2</Style><Key>undo</Key></ButtonList></TemplateCard></xml>"
        )

    async def stepped(self, to: datetime) -> None:
        """What falls due on the way is said, each at its own moment."""
        for one in [coming for coming in self.desk.next if coming.at <= to]:
            self.desk.next.remove(one)
            self.desk.clock.set(one.at)
            if "明天到期" in one.what:
                self.remind()
            elif "王芳" in one.what:
                self.escalate()
        self.desk.clock.set(to)

    def remind(self) -> None:
        card = {
            "card_type": "button_interaction",
            "main_title": {"title": "明天到期：发报价单", "desc": "周五 3月13日前 · 华东医械 王总"},
            "horizontal_content_list": [{"keyname": "原话", "value": "“我周五前把报价单发过去”（3月10日）"}],
            "button_list": [
                {"text": "已经发了", "style": 1, "key": "done"},
                {"text": "改时间", "style": 2, "key": "move"},
                {"text": "不用了", "style": 2, "key": "not_needed"},
                {"text": "补材料", "style": 2, "type": 1, "url": self.upload},
            ],
            "task_id": f"task-{self.n}-ahead",
        }
        self.send("zhang.wei", "promise.ahead", {"msgtype": "template_card", "template_card": card})
        self.log("提醒送达", "明天到期：发报价单", "小跟 → 张伟")

    def escalate(self) -> None:
        card = {
            "card_type": "button_interaction",
            "main_title": {"title": "1 件答应客户的事没闭环", "desc": "张伟 · 华东医械 · ¥217 万"},
            "horizontal_content_list": [{"keyname": "承诺", "value": "发报价单，周五 3月13日"}],
            "button_list": [
                {"text": "问问他", "style": 1, "key": "nudge"},
                {"text": "知道了", "style": 2, "key": "ack"},
            ],
            "task_id": f"task-{self.n}-late",
        }
        self.send("wang.fang", "promise.late.manager", {"msgtype": "template_card", "template_card": card})
        self.desk.rows["commitment"][0]["state"] = "overdue"
        self.log("承诺过期", "发报价单：未了 → 过期", "时钟")
