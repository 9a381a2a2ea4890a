"""The robot's messages on the stand-in DingTalk: to persons, to groups, and by a group's own robot."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from adapters.sandbox.dingtalk_app import DingtalkApp, Refusal
from adapters.sandbox.wecom_cards import link_word
from adapters.sandbox.world import Knob, Shown, World

PARAM_MOST = 15_000  # bytes
TO_MOST = 20
A_MINUTE = 20
"""Messages that a group's own robot may send; beyond it the robot is blocked."""
WEBHOOK_SECRET = "SECsandbox0000000000000000000000000001"  # noqa: S105 (made up, of the stand-in alone)
LINK = re.compile(r"^(?P<label>[^\n]{1,26}?) {2}(?P<url>https?://\S+)$", re.M)
CARDS = re.compile(r"sampleActionCard([2-5])?")


class Messages:
    """``marked`` lists texts in which somebody was mentioned, or a link made, by words: a bot that escapes what people
    wrote leaves it empty."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.marked: list[str] = []
        self._posted: list[datetime] = []

    def to_persons(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        users = body.get("userIds")
        _judge_robot(app, body)
        if not isinstance(users, list) or not users:
            raise Refusal("invalidParameter.userIds.empty")
        if len(users) > TO_MOST:
            raise Refusal("invalidParameter.userIds.overMax")
        shown = self._read(app, body)
        known = {str(one): self.world.person(str(one)) for one in users}
        if not any(known.values()):
            raise Refusal("staffId.notExisted")
        reference = self._reference()
        for person in filter(None, known.values()):
            self.world.put(person.user, "dingtalk", app.name, reference, shown)
        lost = [one for one, person in known.items() if person is None]
        return {"processQueryKey": reference, "invalidStaffIdList": lost, "flowControlledStaffIdList": []}

    def to_group(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        _judge_robot(app, body)
        chat = chat_name(str(body.get("openConversationId") or ""))
        if not chat:
            raise Refusal("invalidParameter.openConversationId.invalid")
        shown, reference = self._read(app, body), self._reference()
        for user in self.world.group(chat):
            self.world.put(user, "dingtalk", app.name, reference, shown, chat=chat)
        return {"processQueryKey": reference}

    def by_webhook(self, app: DingtalkApp, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """``robot/send``: signed with the group's secret, at most 20 a minute."""
        stamp, sign = query.get("timestamp", ""), query.get("sign", "")
        made = hmac.new(WEBHOOK_SECRET.encode(), f"{stamp}\n{WEBHOOK_SECRET}".encode(), "sha256")
        if query.get("access_token") != app.agent_id:
            raise Refusal(300005, "token is not exist")
        old = not stamp.isdigit() or abs(int(stamp) - self.world.clock.now().timestamp() * 1000) > 3_600_000
        if old or not hmac.compare_digest(b64encode(made.digest()).decode(), sign):
            raise Refusal(310000, "sign not match")
        if sum(at > self.world.since(60) for at in self._posted) >= A_MINUTE:
            raise Refusal(130101, "send too fast")
        self._posted.append(self.world.clock.now())
        content = body.get("text", {}).get("content") if body.get("msgtype") == "text" else None
        if not isinstance(content, str) or not content:
            raise Refusal(40035, "invalid parameter")
        for user in self.world.group("webhook"):
            self.world.put(user, "dingtalk", app.name, self._reference(), Shown(body=content), chat="webhook")
        return {"errcode": 0, "errmsg": "ok"}

    def _reference(self) -> str:
        return f"pq{self.world.serial():x}{secrets.token_urlsafe(6)}"

    def _read(self, app: DingtalkApp, body: Mapping[str, Any]) -> Shown:
        key, written = str(body.get("msgKey") or ""), body.get("msgParam")
        if not isinstance(written, str) or len(written.encode()) > PARAM_MOST:
            raise Refusal("invalidParameter.msgParam.invalid")
        try:
            values = json.loads(written)
        except ValueError as error:
            raise Refusal("invalidParameter.msgParam.invalid") from error
        if not isinstance(values, dict):
            raise Refusal("invalidParameter.msgParam.invalid")
        if CARDS.fullmatch(key):
            shown = self._of_card(values, key)
        else:
            shown = _READERS[key](values) if key in _READERS else self._of_media(values, key)
        self._note_marks(shown)
        return shown

    def _of_card(self, values: Mapping[str, Any], key: str) -> Shown:
        found = CARDS.fullmatch(key)
        many = int(found[1]) if found and found[1] else 0
        names = [(f"actionTitle{n}", f"actionURL{n}") for n in range(1, many + 1)] or [("singleTitle", "singleURL")]
        pages = [(_need(values, title), _need(values, url)) for title, url in names]
        if not all(url.startswith(("http://", "https://", "dingtalk://")) for _, url in pages):
            raise Refusal("invalidParameter.msgParam.invalid", "a URL must have a scheme")
        knobs = tuple(Knob(link_word(label, n), label, url) for n, (label, url) in enumerate(pages))
        return marked(_need(values, "title"), _need(values, "text"), knobs)

    def _of_media(self, values: Mapping[str, Any], key: str) -> Shown:
        if key not in ("sampleFile", "sampleImageMsg"):
            raise Refusal("invalidParameter.msgKey.invalid")
        media = self.world.shelf.get(f"media:{_need(values, 'mediaId' if key == 'sampleFile' else 'photoURL')}")
        if media is None:
            raise Refusal("invalidParameter.mediaId.invalid")
        name = _need(values, "fileName") if key == "sampleFile" else media["name"]
        return Shown(body=f"[{media['kind']}] {name}", form=media["kind"])

    def _note_marks(self, shown: Shown) -> None:
        words = "\n".join([shown.title, shown.body])
        if "](" in words or "@" in words:
            self.marked.append(words)


def marked(title: str, text: str, knobs: tuple[Knob, ...] = ()) -> Shown:
    """Markdown as one sees it: the heading, the quotation below it, facts with their label in bold, the rest."""
    heading, status = title, ""
    facts: list[tuple[str, str]] = []
    rest: list[str] = []
    for block in filter(None, (block.strip() for block in text.split("\n\n"))):
        fact = re.fullmatch(r"\*\*(.+?)\*\* (.*)", block)
        if block.startswith("#### "):
            heading = block[5:]
        elif block.startswith("> ") and not (status or facts or rest):
            status = block[2:]
        elif fact:
            facts.append((fact[1], fact[2]))
        else:
            rest.append("\n".join(line.removeprefix("> ").rstrip() for line in block.split("\n")))
    return Shown(heading, "", status, tuple(facts), "", "\n".join(rest), knobs, form="markdown")


def _text(values: Mapping[str, Any]) -> Shown:
    """A plain text; addresses that stand in it by themselves can be opened."""
    content = _need(values, "content")
    found = list(LINK.finditer(content))
    knobs = tuple(Knob(link_word(one["label"], n), one["label"], one["url"]) for n, one in enumerate(found))
    return Shown(body=content, buttons=knobs)


def _markdown(values: Mapping[str, Any]) -> Shown:
    return marked(_need(values, "title"), _need(values, "text"))


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Shown]] = {"sampleText": _text, "sampleMarkdown": _markdown}


def _need(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal("invalidParameter.msgParam.invalid", f"{name} missing")
    return value


def _judge_robot(app: DingtalkApp, body: Mapping[str, Any]) -> None:
    if body.get("robotCode") != app.client_id:
        raise Refusal("invalidParameter.robotCode.notExisted", "robot 不存在")


def chat_id(chat: str) -> str:
    """What the platform calls a group of the sandbox."""
    return f"cid{b64encode(chat.encode()).decode()}"


def chat_name(chat: str) -> str:
    """The group of that id; "" for an id that is none."""
    try:
        return b64decode(chat.removeprefix("cid"), validate=True).decode() if chat.startswith("cid") else ""
    except ValueError:
        return ""
