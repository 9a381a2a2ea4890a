"""Approval forms at the stand-in Feishu: what ``approval/v4`` tells of them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.world import World

TEMPLATE = "SANDBOX-CONTRACT-0001"
STATES = {"running": "PENDING", "agreed": "APPROVED", "refused": "REJECTED", "withdrawn": "CANCELED"}


PAGE_MOST = 100


class Forms:
    """``page``: no page of a list is longer, whatever was asked for."""

    def __init__(self, world: World) -> None:
        self.world, self.page = world, PAGE_MOST

    def write(self, app: FeishuApp, user: str, form: Mapping[str, str], state: str, title: str) -> dict[str, Any]:
        """The instance as the platform keeps it, with its new state."""
        at = str(int(self.world.clock.now().timestamp() * 1000))
        widgets = [
            {"id": f"widget{n}", "custom_id": "", "name": label, "type": "input", "value": value}
            for n, (label, value) in enumerate(form.items(), 1)
        ]
        instance = {
            "approval_name": title or "合同审批",
            "approval_code": TEMPLATE,
            "instance_code": f"{secrets.token_hex(4)}-{secrets.token_hex(8)}".upper(),
            "open_id": app.open_id(user),
            "status": STATES[state],
            "start_time": at,
            "end_time": "0" if state == "running" else at,
            "form": json.dumps(widgets, ensure_ascii=False),
            "reverted": False,
        }
        self.world.shelf.put(f"feishu:form:{app.name}:{instance['instance_code']}", instance)
        return instance

    async def instance(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        known: dict[str, Any] | None = self.world.shelf.get(f"feishu:form:{app.name}:{request.match_info['id']}")
        if known is None:
            raise Refusal(1390003, "instance code not found")
        return known

    async def listed(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        """The codes of a template's instances, by when they were handed in (milliseconds)."""
        asked = request.query
        code, start, end = (asked.get(name, "") for name in ("approval_code", "start_time", "end_time"))
        token, size = asked.get("page_token", ""), asked.get("page_size", "100")
        if code != TEMPLATE:
            raise Refusal(1390002, "approval code not found")
        if not all(one.isdigit() for one in (start, end, size)) or not 0 < int(size) <= PAGE_MOST:
            raise Refusal(1390001, "param is invalid")
        if token and self.world.shelf.get(f"feishu:forms:{token}") is None:
            raise Refusal(1390001, "param is invalid")
        forms = self.world.shelf.under(f"feishu:form:{app.name}:")
        found = [id for id, form in forms if int(start) <= int(form["start_time"]) <= int(end)]
        begin = self.world.shelf.get(f"feishu:forms:{token}") or 0
        after = begin + min(int(size), self.page)
        more, following = after < len(found), secrets.token_hex(8)
        self.world.shelf.put(f"feishu:forms:{following}", after)
        tail = {"page_token": following} if more else {}
        return {"instance_code_list": found[begin:after], "has_more": more, **tail}

    async def subscribe(self, app: FeishuApp, request: web.Request) -> dict[str, Any]:
        if request.match_info["id"] != TEMPLATE:
            raise Refusal(1390002, "approval code not found")
        if self.subscribed(app):
            raise Refusal(1390007, "subscription existed")
        self.world.shelf.put(f"feishu:subscribed:{app.name}", True)
        return {}

    def subscribed(self, app: FeishuApp) -> bool:
        """Only then does the app hear of forms."""
        return bool(self.world.shelf.get(f"feishu:subscribed:{app.name}"))

    async def wait_subscribed(self, app: FeishuApp, seconds: float = 5.0) -> bool:
        """A bot that has just started is given the time to ask."""
        for _ in range(int(seconds / 0.02)):
            if self.subscribed(app):
                return True
            await asyncio.sleep(0.02)
        return False
