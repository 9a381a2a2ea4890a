"""The office that decides on forms, as a test plays it beside the chat: what it decided is told to the bot as an event,
and the form itself is given out when the bot asks for it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.errors import SendError
from adapters.events import Approval, FormField, Ignored, InboundEvent, Person, Received
from tests.conversations.chat import TUESDAY, Chat

ACCOUNT = "wecom"


@dataclass
class Office:
    """``faults``: what asking for a form fails with, one a call, before it is given out; ``asked``: whom it was asked
    for."""

    chat: Chat
    forms: dict[str, Approval] = field(default_factory=dict)
    faults: list[SendError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _told: int = 0

    def __post_init__(self) -> None:
        adapter: Any = self.chat.demo.app.adapters[ACCOUNT]
        read = adapter.parse

        def parse(payload: bytes) -> InboundEvent | Ignored:
            return self._event(payload) if payload.startswith(b"{") else read(payload)

        adapter.parse, adapter.approval = parse, self.form

    async def form(self, id: str) -> Approval:
        self.asked.append(id)
        if self.faults:
            raise self.faults.pop(0)
        return self.forms[id]

    async def decides(
        self, state: Any, form: dict[str, str], *, by: str = "zhang.wei", id: str = "0310-17", title: str = "合同审批",
        template: str = "tpl_contract", at: datetime = TUESDAY, key: str = "",
    ) -> None:  # fmt: skip
        """The form of ``by`` is agreed, refused, withdrawn or still running, which the bot is told of."""
        fields = tuple(FormField(f"Text-{n}", label, value) for n, (label, value) in enumerate(form.items()))
        self.forms[id] = Approval(id, template, state, by, title, fields, at)
        self._told += 1
        event = {"approval": id, "template": template, "state": state, "at": at.isoformat()}
        received = Received(
            ACCOUNT, key or f"form-{self._told}", self.chat.demo.app.clock.now(), json.dumps(event).encode(), "sys", at
        )
        await self.chat.demo.app.sink.keep(received)
        await self.chat.demo.desk.quiet(20)

    def _event(self, payload: bytes) -> InboundEvent:
        data = json.loads(payload)
        at = datetime.fromisoformat(data.pop("at"))
        return InboundEvent(f"form-{self._told}", "approval", Person(ACCOUNT, "sys"), at, data=data)
