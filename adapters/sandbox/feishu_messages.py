"""``im/v1/messages`` of the stand-in Feishu server: send, change a card, take back."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from adapters.sandbox import feishu_cards as cards
from adapters.sandbox.feishu_app import FeishuApp, Refusal
from adapters.sandbox.wecom_cards import link_word
from adapters.sandbox.world import Item, Knob, Shown, World

TEXT_MOST, POST_MOST = 150 * 1024, 30 * 1024
SAME_WITHIN = 3600  # seconds in which a uuid counts
CHANGE_WITHIN = timedelta(days=14)
A_SECOND_TO_ONE, A_SECOND, A_MINUTE = 5, 50, 1000
"""What one person, group or message takes a second, and one app a second and a minute. Seconds are the machine's, so
that a clock which stands still lets more through in time; minutes are the sandbox's."""
NAMED_LINK = re.compile(r"^(?P<label>[^\n]{1,26}?) {2}(?P<url>https?://\S+)$", re.M)
OPEN_ID, CHAT_ID = re.compile(r"ou_[0-9a-f]{32}"), re.compile(r"oc_[0-9a-zA-Z]{1,60}")
STOPPED = re.compile(
    r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}|[48]00[ -]?\d{3}[ -]?\d{4})(?!\d)"
    r"|[\w.+-]+[@＠][\w-]+[.．]\w+"
)
Received = dict[str, Any]


class Messages:
    """``mentioned`` lists who was called by name in what was sent: a bot that escapes its words leaves it empty.
    ``strict``: the company has the content check on, which stops plain phone numbers and mail addresses; ``stopped``
    are further words that it stops."""

    def __init__(self, world: World) -> None:
        self.world, self.strict, self.stopped = world, False, tuple[str, ...]()
        self.mentioned: list[str] = []
        self._seconds: dict[str, deque[float]] = {}
        self._minutes: dict[str, list[datetime]] = {}

    # send

    def send(self, app: FeishuApp, body: Mapping[str, Any], kind: str) -> Received:
        if kind not in ("open_id", "union_id", "user_id", "email", "chat_id"):
            raise Refusal(99992402, "field validation failed, receive_id_type")
        to, uuid = str(body.get("receive_id") or ""), str(body.get("uuid") or "")
        if not to or len(uuid) > 50:
            raise Refusal(99992402, "field validation failed")
        people, chat = self._receivers(app, to, kind)
        before = self._same(app, uuid)
        if before is not None:
            return before
        self._room(app, to)
        self._check(str(body.get("content")))
        shown, card = self._read(app, str(body.get("msg_type") or ""), body.get("content"))
        return self._deliver(app, people, chat, shown, card, uuid)

    def _receivers(self, app: FeishuApp, to: str, kind: str) -> tuple[list[str], str]:
        """(people, the group's name in the sandbox)."""
        if kind == "chat_id":
            chat = self.chat_name(app, to)
            return self.world.group(chat), chat
        person = self.person(app, to) if kind == "open_id" else self.world.person(to)
        if person is None:  # which code an unknown person gets is not written anywhere we read
            raise Refusal(99992351, "The request you send is not a valid {open_id} or not exists")
        return [person.user], ""

    def person(self, app: FeishuApp, open_id: str) -> Any:
        return next((one for one in self.world.people if app.open_id(one.user) == open_id), None)

    def chat_name(self, app: FeishuApp, chat: str) -> str:
        """Raises Refusal for a group without the bot."""
        name: str | None = self.world.shelf.get(f"feishu:chat:{app.name}:{chat}")
        if not CHAT_ID.fullmatch(chat) or name is None:
            raise Refusal(230002, "The bot can not be outside the group.")
        return name

    def know_chat(self, app: FeishuApp, chat: str) -> str:
        """The group's id, the bot being in it from now on."""
        id = app.chat_id(chat)
        self.world.shelf.put(f"feishu:chat:{app.name}:{id}", chat)
        return id

    def _read(self, app: FeishuApp, form: str, content: object) -> tuple[Shown, dict[str, Any] | None]:
        if not isinstance(content, str):
            raise Refusal(230001, "Your request contains an invalid request parameter, content is not a string.")
        if form == "interactive":
            card = cards.opened(content)
            self.mentioned += cards.mentioned(card)
            return cards.draw(card), card
        if len(content.encode()) > (POST_MOST if form == "post" else TEXT_MOST):
            raise Refusal(230025, "The length of the message content reaches its limit.")
        reader: Callable[[dict[str, Any]], Shown] | None = {
            "text": self._text, "post": self._post, "image": self._image, "file": self._file,
        }.get(form)  # fmt: skip
        if reader is None:
            raise Refusal(230001, "Your request contains an invalid request parameter, msg_type.")
        return reader(_object(content)), None

    def _text(self, content: dict[str, Any]) -> Shown:
        said = content.get("text")
        if not isinstance(said, str) or not said.strip():
            raise Refusal(230001, "Your request contains an invalid request parameter, text is empty.")
        self.mentioned += cards.MENTION.findall(said)
        links = enumerate((*NAMED_LINK.findall(said), *cards.LINK.findall(said)))
        return Shown(body=said, buttons=tuple(Knob(link_word(label, n), label, url) for n, (label, url) in links))

    def _post(self, content: dict[str, Any]) -> Shown:
        inner = content.get("zh_cn") or {}
        pieces = [piece for line in inner.get("content") or [] for piece in line]
        self.mentioned += [str(one.get("user_id")) for one in pieces if one.get("tag") == "at"]
        return Shown(title=str(inner.get("title") or ""), body="".join(str(one.get("text") or "") for one in pieces))

    def _image(self, content: dict[str, Any]) -> Shown:
        return self._kept("image", content.get("image_key"))

    def _file(self, content: dict[str, Any]) -> Shown:
        return self._kept("file", content.get("file_key"))

    def _kept(self, kind: str, key: object) -> Shown:
        thing = self.world.shelf.get(f"feishu:file:{key}")
        if thing is None or thing["kind"] != kind:
            raise Refusal(230001, f"Your request contains an invalid request parameter, {kind}_key.")
        return Shown(body=f"[{kind}] {thing['name']}", form=kind)

    def _deliver(
        self, app: FeishuApp, people: list[str], chat: str, shown: Shown, card: dict[str, Any] | None, uuid: str
    ) -> Received:
        message = f"om_{self.world.serial():x}"
        told = {"message_id": message, "msg_type": shown.form or "text", "chat_id": app.chat_id(chat) if chat else "",
                "create_time": str(int(self.world.clock.now().timestamp() * 1000))}  # fmt: skip
        if card is not None:
            self.world.shelf.put(f"feishu:card:{message}", card)
        if uuid:
            note = {"at": self.world.clock.now().isoformat(), "told": told}
            self.world.shelf.put(f"feishu:uuid:{app.name}:{uuid}", note)
        for user in people:
            self.world.put(user, "feishu", app.name, message, shown, cards.task_of(card) if card else "", chat)
        return told

    def _same(self, app: FeishuApp, uuid: str) -> Received | None:
        """What was told of the same uuid within the hour: it is not shown again."""
        note = self.world.shelf.get(f"feishu:uuid:{app.name}:{uuid}") if uuid else None
        if note is None or datetime.fromisoformat(note["at"]) <= self.world.since(SAME_WITHIN):
            return None
        return dict(note["told"])

    def _check(self, content: str) -> None:
        if (self.strict and STOPPED.search(content)) or any(word in content for word in self.stopped):
            raise Refusal(230028, "The messages do NOT pass the audit.")

    # limits

    def _room(self, app: FeishuApp, to: str) -> None:
        """Raises Refusal where one person, group or message, or the whole app, is over its rate."""
        if not self._fits(f"{app.name}:{to}", A_SECOND_TO_ONE):
            raise Refusal(230020, "The operation triggers the frequency limit.")
        now, sent = self.world.clock.now(), self._minutes.setdefault(app.name, [])
        sent[:] = [at for at in sent if self.world.since(60) < at <= now]
        if len(sent) >= A_MINUTE or not self._fits(app.name, A_SECOND):
            raise Refusal(99991400, "request trigger frequency limit", status=429, wait=1)
        sent.append(now)

    def _fits(self, name: str, most: int) -> bool:
        now, taken = monotonic(), self._seconds.setdefault(name, deque())
        while taken and now - taken[0] >= 0.95:  # a call takes its way, so what left a second apart may come closer
            taken.popleft()
        if len(taken) >= most:
            return False
        taken.append(now)
        return True

    # change and take back

    def change(self, app: FeishuApp, message: str, body: Mapping[str, Any]) -> Received:
        copies = self._own(app, message)
        if any(item.recalled for item in copies):
            raise Refusal(230011, "The message is recalled.")
        if self.world.clock.now() - copies[0].at > CHANGE_WITHIN:
            raise Refusal(230031, "The message can not be edited, it is sent more than 14 days ago.")
        content = body.get("content")
        if not isinstance(content, str) or copies[0].shown.form != "interactive":
            raise Refusal(230001, "This message is NOT a card.")
        self._check(content)
        card = cards.opened(content)
        self._room(app, message)
        self.become(message, card, app)
        return {}

    def become(self, message: str, card: dict[str, Any], app: FeishuApp) -> None:
        """The card stands for everybody as it is now."""
        self.mentioned += cards.mentioned(card)
        self.world.shelf.put(f"feishu:card:{message}", card)
        for item in self.world.sent_as(app.name, message):
            self.world.change(item, cards.draw(card), recalled=item.recalled)

    def recall(self, app: FeishuApp, message: str) -> Received:
        for item in self._own(app, message):
            self.world.change(item, item.shown, recalled=True)
        return {}

    def _own(self, app: FeishuApp, message: str) -> list[Item]:
        copies = self.world.sent_as(app.name, message)
        if not copies:
            raise Refusal(230012, "You are NOT the sender of the message.")
        return copies


def _object(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Refusal(230001, "Your request contains an invalid request parameter, content is not json.") from error
    if not isinstance(found, dict):
        raise Refusal(230001, "Your request contains an invalid request parameter, content is no object.")
    return found
