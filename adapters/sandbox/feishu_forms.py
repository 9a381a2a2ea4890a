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


class Forms:
    def __init__(self, world: World) -> None:
        self.world = world

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
