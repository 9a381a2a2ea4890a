"""What else the stand-in DingTalk's API gives out: files, people, forms of approvals, missed events, tickets."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import BodyPartReader, web

from adapters.sandbox.dingtalk_app import DingtalkApp, Refusal
from adapters.sandbox.world import World

MB = 1024 * 1024
MEDIA_MOST = {"image": 20 * MB, "voice": 2 * MB, "video": 20 * MB, "file": 20 * MB}
CODE, FORM_NAME = "PROC-SANDBOX", "合同审批"
"""The one template there is, and what it is called in the office."""
PAGE_MOST = 20
CODE_LIVES = timedelta(hours=2)
TICKET_LIVES = 7200
STATES = {"running": ("RUNNING", ""), "agreed": ("COMPLETED", "agree"), "refused": ("COMPLETED", "refuse"),
          "withdrawn": ("TERMINATED", "")}  # fmt: skip


class Desk:
    """``missed`` are events that could not be delivered and wait to be asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.missed: list[dict[str, Any]] = []
        self.page = PAGE_MOST

    # files

    def keep(self, name: str, kind: str, data: bytes) -> str:
        """The media id of a file that now lies at the platform."""
        media = f"@sb{secrets.token_urlsafe(24)}"
        self.world.shelf.put(f"media:{media}", {"name": name, "kind": kind, "data": b64encode(data).decode()})
        return media

    def hand_over(self, name: str, kind: str, data: bytes) -> str:
        """The downloadCode of a file that somebody sent to the robot."""
        code = secrets.token_urlsafe(24)
        until = (self.world.clock.now() + CODE_LIVES).isoformat()
        self.world.shelf.put(f"ding:code:{code}", {"media": self.keep(name, kind, data), "until": until})
        return code

    async def upload(self, app: DingtalkApp, request: web.Request) -> dict[str, Any]:
        kind = request.query.get("type", "")
        if kind not in MEDIA_MOST or not request.content_type.startswith("multipart/"):
            raise Refusal(40004, "不合法的媒体文件类型")
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
                data = bytes(await part.read())
                if not 0 < len(data) <= MEDIA_MOST[kind]:
                    raise Refusal(40006, "不合法的文件大小")
                return {"errcode": 0, "type": kind, "media_id": self.keep(part.filename, kind, data)}
        raise Refusal(40035, "缺少参数 media")

    def download(self, app: DingtalkApp, body: Mapping[str, Any], base: str) -> dict[str, Any]:
        known = self.world.shelf.get(f"ding:code:{body.get('downloadCode')}")
        if body.get("robotCode") != app.client_id:
            raise Refusal("invalidParameter.robotCode.notExisted")
        if known is None or datetime.fromisoformat(known["until"]) < self.world.clock.now():
            raise Refusal("invalidParameter.downloadCode.invalid")
        return {"downloadUrl": f"{base}/files/{known['media'].removeprefix('@')}?sign={secrets.token_urlsafe(8)}"}

    async def file(self, request: web.Request) -> web.Response:
        thing = self.world.shelf.get(f"media:@{request.match_info['media']}")
        if thing is None:
            return web.Response(status=404)
        return web.Response(body=b64decode(thing["data"]), content_type="application/octet-stream")

    # people

    def person(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self.world.person(str(body.get("userid") or ""))
        if known is None:
            raise Refusal(60121, "找不到该用户")
        found = {"userid": known.user, "name": known.name, "unionid": f"union-{known.user}", "active": True}
        return {"errcode": 0, "errmsg": "ok", "result": found}

    # approvals

    def fill(self, user: str, form: Mapping[str, str], state: str, title: str) -> dict[str, Any]:
        """The approval as it now stands, kept under its id; a state other than running ends it."""
        id = f"pi{self.world.serial():x}"
        now = self.world.clock.now()
        status, result = STATES[state]
        values = [
            {"id": f"TextField-{n}", "name": label, "value": value, "componentType": "TextField"}
            for n, (label, value) in enumerate(form.items(), 1)
        ]
        known = {
            "id": id, "code": CODE, "title": title, "status": status, "result": result,
            "originatorUserId": user,
            "createTime": _iso(now), "finishTime": "" if status == "RUNNING" else _iso(now),
            "asked": int(now.timestamp() * 1000),
            "formComponentValues": values,
        }  # fmt: skip
        self.world.shelf.put(f"ding:form:{id}", known)
        return known

    async def form(self, app: DingtalkApp, request: web.Request) -> dict[str, Any]:
        known = self.world.shelf.get(f"ding:form:{request.query.get('processInstanceId')}")
        if known is None:
            raise Refusal("processInstance.notExisted")
        return {"success": True, "result": {name: known[name] for name in known if name not in ("id", "code", "asked")}}

    async def code_of(self, app: DingtalkApp, request: web.Request) -> dict[str, Any]:
        if request.query.get("name") != FORM_NAME:
            raise Refusal("process.notExisted", "审批模板不存在")
        return {"success": True, "result": {"processCode": CODE}}

    def forms(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """The ids of a template's instances, by when they were handed in (milliseconds)."""
        start, end, begin, size = (body.get(name) for name in ("startTime", "endTime", "nextToken", "maxResults"))
        if body.get("processCode") != CODE:
            raise Refusal("process.notExisted", "审批模板不存在")
        if not all(isinstance(one, int) for one in (start, begin, size)) or not isinstance(end, int | None):
            raise Refusal("param.error", "参数错误")
        if not 0 < int(size or 0) <= PAGE_MOST:
            raise Refusal("param.error", "参数错误")
        until = end if isinstance(end, int) else float("inf")
        kept = self.world.shelf.under("ding:form:")
        found = [id for id, form in kept if int(start or 0) <= form["asked"] <= until]
        after = int(begin or 0) + min(int(size or 0), self.page)
        more = {"nextToken": after} if after < len(found) else {}
        return {"success": True, "result": {"list": found[int(begin or 0) : after], **more}}

    # what could not be delivered

    async def failed(self, app: DingtalkApp, request: web.Request) -> dict[str, Any]:
        """Reading takes them away."""
        found, self.missed = self.missed[:20], self.missed[20:]
        return {"failedList": found, "hasMore": bool(self.missed)}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
