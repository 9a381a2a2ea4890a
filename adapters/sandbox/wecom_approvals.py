"""Approvals of the stand-in WeCom: forms that somebody filled in, the event of each step, and the form when asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import cdata
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.world import World

STATUS = {"running": 1, "agreed": 2, "refused": 3, "withdrawn": 4}
STEP = {"running": 1, "agreed": 2, "refused": 3, "withdrawn": 6}
"""What the event says happened, by what the form came to."""
APPROVALS_APP = 3010040
TEMPLATE = "C4WsandboxContract000000001"


SPAN_MOST = 31 * 86_400
PAGE_MOST = 100


class Approvals:
    """``page``: no page of a list is longer, whatever was asked for."""

    def __init__(self, world: World) -> None:
        self.world, self.page = world, PAGE_MOST

    def write(self, user: str, form: Mapping[str, str], state: str, title: str) -> dict[str, Any]:
        """The form as it stands in the office: one of the same applicant, title and content moves on."""
        title = title or "合同审批"
        for number, known in self.world.shelf.under("approval:"):
            if (known["user"], known["title"], known["form"]) == (user, title, dict(form)):
                return self._put(number, {**known, "state": state})
        now = self.world.clock.now()
        number = f"{now:%Y%m%d}{sum(1 for _ in self.world.shelf.under('approval:')) + 1:04d}"
        made = {"user": user, "title": title, "form": dict(form), "state": state, "asked": int(now.timestamp())}
        return self._put(number, made)

    def _put(self, number: str, thing: dict[str, Any]) -> dict[str, Any]:
        kept = {**thing, "number": number, "at": int(self.world.clock.now().timestamp())}
        self.world.shelf.put(f"approval:{number}", kept)
        return kept

    def listed(self, _: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """``oa/getapprovalinfo``: by when they were handed in. The end is that no cursor follows."""
        start, end, size = (_whole(body.get(name)) for name in ("starttime", "endtime", "size"))
        if start is None or end is None or not 0 <= end - start <= SPAN_MOST or not 0 < (size or 0) <= PAGE_MOST:
            raise Refusal(301025, "get approval param error")
        cursor = str(body.get("new_cursor") or "")
        if cursor and not self.world.shelf.get(f"approvals:{cursor}"):
            raise Refusal(301025, "get approval param error")
        wanted = [one.get("value") for one in body.get("filters") or [] if one.get("key") == "template_id"]
        found = [
            number
            for number, form in self.world.shelf.under("approval:")
            if start <= form["asked"] <= end and (not wanted or TEMPLATE in wanted)
        ]
        begin, most = int(cursor.rpartition("-")[2] or 0), min(size or PAGE_MOST, self.page)
        answer: dict[str, Any] = {"sp_no_list": found[begin : begin + most]}
        if begin + most < len(found):
            answer["new_next_cursor"] = f"{start:x}-{begin + most}"
            self.world.shelf.put(f"approvals:{answer['new_next_cursor']}", True)
        return answer

    def detail(self, _: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """``oa/getapprovaldetail``"""
        found = self.world.shelf.get(f"approval:{body.get('sp_no')}")
        if found is None:
            raise Refusal(301025, "get approval param error")
        step: dict[str, Any] = {"approver": {"userid": "wang.fang"}, "speech": "", "sp_status": STATUS[found["state"]],
                "sptime": found["at"] if found["state"] != "running" else 0, "media_id": []}  # fmt: skip
        return {
            "info": {
                "sp_no": found["number"],
                "sp_name": found["title"],
                "sp_status": STATUS[found["state"]],
                "template_id": TEMPLATE,
                "apply_time": found["asked"],
                "applyer": {"userid": found["user"], "partyid": "1"},
                "sp_record": [{"sp_status": step["sp_status"], "approverattr": 1, "details": [step]}],
                "notifyer": [],
                "apply_data": {"contents": [_control(n, *pair) for n, pair in enumerate(found["form"].items())]},
                "comments": [],
            }
        }


def _whole(told: object) -> int | None:
    """The platform takes its numbers as text, too."""
    return int(told) if isinstance(told, int) or (isinstance(told, str) and told.isdigit()) else None


def _control(n: int, label: str, value: str) -> dict[str, Any]:
    """A control whose value carries empty fields of others, as the platform's do."""
    empty: dict[str, Any] = {
        "tips": [],
        "members": [],
        "departments": [],
        "files": [],
        "children": [],
        "stat_field": [],
    }
    return {
        "control": "Text",
        "id": f"Text-{1600000000 + n}",
        "title": [{"text": label, "lang": "zh_CN"}],
        "value": {"text": value, **empty},
    }


def approval_event(app: WecomApp, form: Mapping[str, Any], at: datetime) -> bytes:
    """``sys_approval_change``: from the platform, of the approval app."""
    status = STATUS[form["state"]]
    info = (
        f"<SpNoStr>{cdata(form['number'])}</SpNoStr><SpNo>{form['number']}</SpNo><SpName>{cdata(form['title'])}</SpName>"
        f"<SpStatus>{status}</SpStatus><TemplateId>{cdata(TEMPLATE)}</TemplateId><ApplyTime>{form['asked']}</ApplyTime>"
        f"<Applyer><UserId>{cdata(form['user'])}</UserId><Party>{cdata('1')}</Party></Applyer>"
        f"<SpRecord><SpStatus>{status}</SpStatus><ApproverAttr>1</ApproverAttr></SpRecord>"
        f"<StatuChangeEvent>{STEP[form['state']]}</StatuChangeEvent>"
    )
    return (
        f"<xml><ToUserName>{cdata(app.corp_id)}</ToUserName><FromUserName>{cdata('sys')}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType>{cdata('event')}</MsgType>"
        f"<Event>{cdata('sys_approval_change')}</Event><AgentID>{APPROVALS_APP}</AgentID>"
        f"<ApprovalInfo>{info}</ApprovalInfo></xml>"
    ).encode()
