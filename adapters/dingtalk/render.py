"""Push → DingTalk's JSON. The same key and push give the same body: nothing here knows the time or draws lots."""

from __future__ import annotations

import json
import re
from typing import Any

from adapters.dingtalk.card import update, variables
from adapters.dingtalk.config import Config
from adapters.dingtalk.markdown import blocks, inert, quoted
from adapters.errors import PlatformRefused
from adapters.messages import Button, Card, Push, Text, plain, words
from adapters.safe_push import made_safe
from adapters.words import cut, cut_bytes, fit

PARAM_BYTES = 15_000
"""What the platform takes as one ``msgParam``."""
_TEXT_BYTES = 6000
"""Of words in it, so that it fits however much of them JSON must escape."""
_TITLE, _LINE, _PAGES = 26, 60, 5
_TRACK = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_FILES = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar", "txt", "csv"})


def words_of(push: Push) -> str:
    """The push as plain text; the words that stand for its buttons are never cut."""
    clean = made_safe(push)
    buttons = words(clean.buttons, clean.choice) if isinstance(clean, Card) else words(clean.buttons)
    links = "" if isinstance(clean, Card) else "\n".join(f"{b.label}  {b.url}" for b in clean.buttons if b.url)
    body = plain(clean).removesuffix(buttons).rstrip("\n")
    return cut_bytes(body, _TEXT_BYTES, "".join(f"\n{part}" for part in (links, buttons) if part))


def template(push: Push, linked: Push | None = None) -> tuple[str, dict[str, Any]]:
    """(msgKey, msgParam) of a robot's message to a person: a text as it is, a card as markdown, what the buttons do
    said as words to type too. Those that open a page are buttons; with ``linked``, the same push in which each does,
    all are."""
    pages = _pages(linked or push)
    if isinstance(push, Text) and not pages:
        return "sampleText", {"content": words_of(push)}
    clean = made_safe(push)
    title = cut(clean.title if isinstance(clean, Card) else clean.text.split("\n")[0], _TITLE) or "小跟"
    text = _markdown(clean)
    if not pages:
        return "sampleMarkdown", {"title": title, "text": text}
    if len(pages) == 1:
        only = pages[0]
        return "sampleActionCard", {"title": title, "text": text, "singleTitle": only.label, "singleURL": only.url}
    named = {
        name: value
        for n, page in enumerate(pages, 1)
        for name, value in ((f"actionTitle{n}", page.label), (f"actionURL{n}", page.url))
    }
    return f"sampleActionCard{len(pages)}", {"title": title, "text": text, **named}


def file_template(name: str, content: bytes, media: str) -> tuple[str, dict[str, Any]]:
    """(msgKey, msgParam) of a file that was uploaded as ``media``."""
    if form_of(content) == "image":
        return "sampleImageMsg", {"photoURL": media}
    ending = name.rpartition(".")[2].lower()
    return "sampleFile", {"mediaId": media, "fileName": name, "fileType": ending if ending in _FILES else "file"}


def form_of(content: bytes) -> str:
    """A picture that the chat shows, or a file to be opened."""
    return "image" if content.startswith(_IMAGES) else "file"


def to_person(user: str, robot: str, form: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"robotCode": robot, "userIds": [user], "msgKey": form[0], "msgParam": param(form[1])}


def to_group(chat: str, robot: str, push: Push) -> dict[str, Any]:
    """Groups get plain text on every platform."""
    content = param({"content": words_of(push)})
    return {"robotCode": robot, "openConversationId": chat, "msgKey": "sampleText", "msgParam": content}


def to_webhook(push: Push) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": words_of(push)}, "at": {"isAtAll": False}}


def new_card(user: str, card: Card, key: str, config: Config, route: str) -> dict[str, Any]:
    """The interactive card for a person; ``route`` names the registered callback address, "" in Stream mode."""
    back = {"callbackType": "HTTP", "callbackRouteKey": route} if route else {"callbackType": "STREAM"}
    filled = variables(card)
    return {
        "cardTemplateId": config.card_template_id,
        "outTrackId": track(key),
        "userIdType": 1,
        **back,
        "cardData": {"cardParamMap": filled},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{user}",
        "imRobotOpenSpaceModel": {"supportForward": False, "lastMessageI18n": {"ZH_CN": filled["title"]}},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": config.robot},
    }


def tried_card(key: str, config: Config) -> dict[str, Any]:
    """A card of the configured template that is made and delivered to nobody."""
    filled = variables(Card("card.check", title="genjin check"))
    return {
        "cardTemplateId": config.card_template_id,
        "outTrackId": track(key),
        "userIdType": 1,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": filled},
        "imRobotOpenSpaceModel": {"supportForward": False},
    }


def changed_card(push: Push, key: str) -> dict[str, Any]:
    """The call that makes the card sent with ``key`` into ``push``."""
    return {"outTrackId": track(key), "userIdType": 1, **update(push)}


def track(key: str) -> str:
    if not _TRACK.fullmatch(key):
        raise PlatformRefused("a key must be 1 to 64 of 0-9 A-Z a-z _ . -", "这是跟进自己的错，请把这条记录发给维护者")
    return key


def param(values: dict[str, Any]) -> str:
    """The JSON text that the platform wants inside of its JSON. Raises PlatformRefused over its size."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode("utf-8", "replace")) > PARAM_BYTES:
        raise PlatformRefused("msgParam is over 15,000 bytes", "这是跟进自己的错，请把这条记录发给维护者")
    return text


def _markdown(clean: Push) -> str:
    """The title as a heading, facts with their label in bold, why and status as quotations."""
    if isinstance(clean, Text):
        return cut_bytes(inert(clean.text).replace("\n", "\n\n"), _TEXT_BYTES, _tail(words(clean.buttons)))
    status, choice = cut(inert(clean.status), _LINE), clean.choice
    facts = [f"**{inert(fact.label)}** {fit(inert(fact.value), _LINE)}" for fact in clean.facts]
    options = [f"{n}　{inert(option.label)}" for n, option in enumerate(choice.options, 1)] if choice else []
    asked = [inert(choice.label)] if choice and choice.label else []
    notes = [quoted(inert(part)) for part in (clean.why, clean.footer) if part]
    head = [f"#### {cut(inert(clean.title), _TITLE)}", quoted(status)]
    said = words(clean.buttons, choice)
    return cut_bytes(blocks([*head, *facts, *asked, *options, *notes]), _TEXT_BYTES, _tail(said))


def _tail(said: str) -> str:
    return f"\n\n{inert(said)}" if said else ""


def _pages(push: Push) -> list[Button]:
    """The buttons that open a page, the card's own link last; their words made safe."""
    clean = made_safe(push)
    link = clean.link if isinstance(clean, Card) else None
    found = [button for button in (*clean.buttons, link) if button is not None and button.url]
    return found[:_PAGES]
