"""``message/*`` of the stand-in WeCom server: send, change a card, take back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_cards import INTERACTIVE, Refusal, calls_back, draw, judge
from adapters.sandbox.wecom_texts import READERS
from adapters.sandbox.world import Item, Shown, World

A_MINUTE, AN_HOUR = (30, 60), (1000, 3600)  # messages a member, seconds; beyond it silently dropped
CODE_LIFE = timedelta(hours=72)
RECALL_WITHIN = timedelta(hours=24)
SAME_WITHIN, SAME_MOST = 1800, 4 * 3600  # seconds


class Messages:
    """``cut`` lists texts that the client had to shorten: a bot that keeps its budgets leaves it empty."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cut: list[str] = []
        self._sent: dict[str, list[datetime]] = {}

    # send

    def send(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        judge_agent(app, body)
        good, bad = self._receivers(body)
        kind = str(body.get("msgtype", ""))
        shown = self._read(app, kind, body)
        card = body[kind] if kind == "template_card" else {}
        msgid = self._once(app, body, good, card) or self._deliver(app, good, shown, card, body)
        answer: dict[str, Any] = {"msgid": msgid, "invaliduser": "|".join(bad).lower()}
        if calls_back(card):
            answer["response_code"] = self.new_code(app, msgid)
        return answer

    def _receivers(self, body: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        named = [one for one in str(body.get("touser") or "").split("|") if one]
        if not named and not body.get("toparty") and not body.get("totag"):
            raise Refusal(82001, "no receiver")
        if len(named) > 1000:
            raise Refusal(40032, "invalid userid list length")
        if "@all" in named:
            return [one.user for one in self.world.people], []
        found = {one: self.world.person(one) for one in named}
        good = [known.user for known in found.values() if known]
        if not good:
            raise Refusal(81013, "user & party & tag all invalid")
        return good, [one for one, known in found.items() if known is None]

    def _read(self, app: WecomApp, kind: str, body: Mapping[str, Any]) -> Shown:
        part = body.get(kind)
        if kind not in ("text", "markdown", "textcard", "news", "image", "voice", "video", "file", "template_card"):
            raise Refusal(40008, "invalid message type")
        if not isinstance(part, Mapping):
            raise Refusal(40063, f"{kind} missing")
        if kind == "template_card":
            judge(part, callback=bool(app.callback_url))
            drawn = draw(part)
            self.cut += drawn.cut
            return drawn.shown
        return self._plain(kind, part)

    def _plain(self, kind: str, part: Mapping[str, Any]) -> Shown:
        if kind in READERS:
            return READERS[kind](part, self.cut)
        media = self.world.shelf.get(f"media:{part.get('media_id')}")
        if media is None:
            raise Refusal(40007, "invalid media_id")
        if media["kind"] != kind:
            raise Refusal(40004, "invalid media type")
        return Shown(body=f"[{kind}] {media['name']}", form=kind)

    def _once(self, app: WecomApp, body: Mapping[str, Any], good: list[str], card: Mapping[str, Any]) -> str:
        """The msgid of the same request within its interval: it is not shown again. "" for a new one.

        The platform does not say what it answers to a repeat; here it is the first one's msgid.
        """
        if not body.get("enable_duplicate_check"):
            self._new_task(app, card)
            return ""
        mark = f"same:{app.name}:{_digest(body)}"
        seconds = min(float(body.get("duplicate_check_interval") or SAME_WITHIN), SAME_MOST)
        before = self.world.shelf.get(mark)
        if before and datetime.fromisoformat(before["at"]) > self.world.since(seconds):
            return str(before["msgid"])
        self._new_task(app, card)
        return ""

    def _new_task(self, app: WecomApp, card: Mapping[str, Any]) -> None:
        if card.get("task_id") and self.world.shelf.get(f"task:{app.name}:{card['task_id']}"):
            raise Refusal(42014, "taskid has existed or empty or exceed max len")

    def _deliver(
        self, app: WecomApp, good: list[str], shown: Shown, card: Mapping[str, Any], body: Mapping[str, Any]
    ) -> str:
        msgid = f"sb{self.world.serial():x}{secrets.token_urlsafe(12)}"
        task = str(card.get("task_id") or "")
        if task:
            self.world.shelf.put(f"task:{app.name}:{task}", msgid)
        note = {"at": self.world.clock.now().isoformat(), "msgid": msgid}
        self.world.shelf.put(f"same:{app.name}:{_digest(body)}", note)
        for user in good:
            if self.room_for(user):
                self.world.put(user, "wecom", app.name, msgid, shown, task)
            else:
                self.world.dropped.append((user, shown))
        return msgid

    def room_for(self, user: str) -> bool:
        """One more message reaches the member; counts it. Beyond the limits the platform says ok and shows nothing."""
        now, sent = self.world.clock.now(), self._sent.setdefault(user.casefold(), [])
        sent[:] = [at for at in sent if self.world.since(AN_HOUR[1]) < at <= now]
        for most, seconds in (A_MINUTE, AN_HOUR):
            if sum(at > self.world.since(seconds) for at in sent) >= most:
                return False
        sent.append(now)
        return True

    # change

    def new_code(self, app: WecomApp, msgid: str) -> str:
        """A response_code: good once, for 72 hours."""
        code = secrets.token_urlsafe(24)
        until = (self.world.clock.now() + CODE_LIFE).isoformat()
        self.world.shelf.put(f"code:{code}", {"app": app.name, "msgid": msgid, "until": until, "used": False})
        return code

    def update(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        judge_agent(app, body)
        code = self._code(app, str(body.get("response_code") or ""))
        copies = self.world.sent_as(app.name, code["msgid"])
        change = self._change(app, body, copies)
        users = self._changed_for(body, copies)
        self.world.shelf.put(f"code:{body['response_code']}", code | {"used": True})
        for item in copies:
            if item.to.casefold() in users:
                self.world.change(item, change(item))
        has = {item.to.casefold() for item in copies}
        return {"invaliduser": sorted(users - has)}

    def _code(self, app: WecomApp, text: str) -> dict[str, Any]:
        code: dict[str, Any] | None = self.world.shelf.get(f"code:{text}")
        if code is None or self.world.clock.now() >= datetime.fromisoformat(code["until"]):
            raise Refusal(40058, "invalid response_code")
        if code["app"] != app.name:
            raise Refusal(42015, "agent not match")
        if code["used"]:
            raise Refusal(42022, "response_code has been used")
        return code

    def _changed_for(self, body: Mapping[str, Any], copies: list[Item]) -> set[str]:
        if body.get("atall") == 1:
            return {item.to.casefold() for item in copies}
        named = body.get("userids")
        if not isinstance(named, list) or not named:
            raise Refusal(82001, "no receiver")
        return {str(one).casefold() for one in named}

    def _change(self, app: WecomApp, body: Mapping[str, Any], copies: list[Item]) -> Any:
        button, card = body.get("button"), body.get("template_card")
        if isinstance(card, Mapping):
            self._judge_change(app, card, copies)
            drawn = draw(card)
            self.cut += drawn.cut
            return lambda _: drawn.shown
        if not isinstance(button, Mapping) or not button.get("replace_name"):
            raise Refusal(40058, "neither button nor template_card")
        if any(item.shown.form not in INTERACTIVE for item in copies):
            raise Refusal(40058, "button of a card without buttons")
        return lambda item: greyed(item.shown, str(button["replace_name"]))

    def _judge_change(self, app: WecomApp, card: Mapping[str, Any], copies: list[Item]) -> None:
        """A changed card keeps its task: giving none, or its own, is no repeat."""
        task = copies[0].task if copies else "changed"
        judge({"task_id": task} | dict(card), callback=bool(app.callback_url))

    # take back

    def recall(self, app: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        copies = self.world.sent_as(app.name, str(body.get("msgid") or ""))
        if not copies or copies[0].at < self.world.clock.now() - RECALL_WITHIN:
            raise Refusal(40058, "invalid msgid")
        for item in copies:
            self.world.change(item, item.shown, recalled=True)
        return {}


def greyed(shown: Shown, text: str) -> Shown:
    """The card with ``text``, grey, where its buttons were; links stay."""
    return replace(shown, buttons=tuple(knob for knob in shown.buttons if knob.url), options=(), spent=text)


def judge_agent(app: WecomApp, body: Mapping[str, Any]) -> None:
    agent = body.get("agentid")
    if not isinstance(agent, int) or isinstance(agent, bool):
        raise Refusal(40056, "invalid agentid")
    if agent != app.agent_id:
        raise Refusal(301002, "no privilege to access/modify contact/party/agent")


def _digest(body: Mapping[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
