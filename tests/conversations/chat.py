"""A chat with the bot as a test tells it: somebody says, taps or waits, and reads what stands in the chat.

Everything travels as in production: signed and encrypted callbacks in, the stand-in platform's API out.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.cli.demo import Demo

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=ZONE)


@dataclass(frozen=True)
class Seen:
    """One message in somebody's chat."""

    n: int
    to: str
    kind: str
    title: str
    text: str
    buttons: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def line(self, label: str) -> str:
        """The value of a fact line; AssertionError when the card has none of that name."""
        for row in self.text.splitlines():
            name, found, value = row.partition("｜")
            if found and name == label:
                return value
        raise AssertionError(f"no line {label} in:\n{self.text}")

    def has(self, label: str) -> bool:
        return any(row.startswith(f"{label}｜") for row in self.text.splitlines())


class Chat:
    """``platform``: where people speak unless they say otherwise; "" is the first."""

    def __init__(self, demo: Demo, web: httpx.AsyncClient, platform: str = "") -> None:
        self.demo, self.web, self.platform = demo, web, platform

    async def says(self, who: str, text: str, *, on: str = "", chat: str = "") -> Seen:
        """The answer to ``text``: the newest message after it. AssertionError when there was none."""
        found = await self.says_all(who, text, on=on, chat=chat)
        assert found, f"no answer to {text}"
        return found[0]

    async def says_all(self, who: str, text: str, *, on: str = "", chat: str = "") -> list[Seen]:
        """``on`` a platform, in the group ``chat`` ("" in private)."""
        before = await self._newest(who)
        await self._post("say", {"platform": on or self.platform, "as": who, "text": text, "chat": chat or None})
        return await self.heard(who, before)

    async def sends(self, who: str, name: str, data: bytes, *, on: str = "", chat: str = "") -> list[Seen]:
        """What answers a file."""
        before = await self._newest(who)
        file = {"name": name, "content_base64": b64encode(data).decode()}
        said = {"platform": on or self.platform, "as": who, "text": "", "chat": chat or None, "file": file}
        await self._post("say", said)
        return await self.heard(who, before)

    async def taps(self, who: str, card: Seen, button: str, *select: str) -> Seen:
        """What the tapped card became, or the new message that answered the tap; ``select``: what was chosen on it."""
        before = await self._newest(who)
        await self._post("tap", {"as": who, "n": card.n, "button": button, "select": list(select)})
        new = await self.heard(who, before)
        return new[-1] if new else await self.look(who, card)

    async def look(self, who: str, card: Seen) -> Seen:
        """The card as it stands in the chat now."""
        return next(seen for seen in await self.heard(who) if seen.n == card.n)

    async def until(self, moment: str) -> None:
        """Moves the clock, through everything that falls due, to ``2026-03-12 17:40``."""
        await self._post("clock", {"now": datetime.fromisoformat(moment).replace(tzinfo=ZONE).isoformat()})

    async def heard(self, who: str, after: int = 0) -> list[Seen]:
        answer = await self.web.get("/sandbox/api/inbox", params={"as": who, "after": after})
        answer.raise_for_status()
        return [_seen(item) for item in answer.json()["items"]]

    async def heard_of(self, who: str, kind: str) -> list[Seen]:
        """What stands in the chat of one kind (``promise.ahead``)."""
        return [seen for seen in await self.heard(who) if seen.kind == kind]

    async def platforms_of(self, who: str) -> set[str]:
        """Where anything reached that person."""
        answer = await self.web.get("/sandbox/api/inbox", params={"as": who})
        return {item["platform"] for item in answer.json()["items"]}

    async def records(self, kind: str, undone: bool = False) -> list[dict[str, Any]]:
        params = {"kind": kind} | ({"undone": "1"} if undone else {})
        answer = await self.web.get("/sandbox/api/records", params=params)
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def opportunity(self, customer: str) -> dict[str, Any]:
        """The one opportunity of the customer of that name or alias."""
        ids = [c["id"] for c in await self.records("customer") if customer in (c["name"], *c["aliases"])]
        found = [o for o in await self.records("opportunity") if o["customer_id"] in ids]
        assert len(found) == 1, f"{customer}: {len(found)} opportunities"
        return found[0]

    async def uploads(self, url: str, name: str, body: bytes, purpose: str = "") -> httpx.Response:
        data = {"for": purpose} if purpose else {}
        answer = await self.web.post(url, files={"file": (name, body)}, data=data)
        await self.demo.desk.quiet(20)
        return answer

    async def mails(
        self, sender: str, subject: str, text: str, *files: tuple[str, bytes], html: str = "", answers: str = ""
    ) -> str:
        """Somebody outside writes to the company's mailbox; what the mail is called."""
        kept = [{"name": name, "content_base64": b64encode(body).decode()} for name, body in files]
        body = {"from": sender, "subject": subject, "text": text, "attachments": kept, "html": html, "answers": answers}
        return str((await self._post("email", body))["event_id"])

    async def decides(self, who: str, form: dict[str, str], state: str = "agreed", *, on: str = "") -> None:
        """The approval that ``who`` asked for comes to its end."""
        body = {"platform": on or self.platform, "as": who, "form": form, "state": state}
        await self._post("approval", body)

    async def fault(self, mode: str, seconds: int) -> None:
        await self._post("fault", {"platform": self.platform, "mode": mode, "for": seconds})

    async def _newest(self, who: str) -> int:
        return max((seen.n for seen in await self.heard(who)), default=0)

    async def _post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.web.post(f"/sandbox/api/{what}", json=body)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said


def _seen(item: dict[str, Any]) -> Seen:
    buttons = {button["id"]: button["label"] for button in item["buttons"]}
    urls = {button["id"]: button["url"] for button in item["buttons"] if button["url"]}
    return Seen(item["n"], item["to"], item["kind"], item["title"], item["text"], buttons, urls)
