"""Feishu's cards (JSON 2.0): what the platform refuses in one, and how the client shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from adapters.sandbox.feishu_app import Refusal
from adapters.sandbox.wecom_cards import link_word
from adapters.sandbox.world import Knob, Shown

CARD_MOST = 30 * 1024  # bytes
ELEMENTS_MOST = 200
CONTAINERS = frozenset({"column_set", "column", "form", "interactive_container", "collapsible_panel"})
LEAVES = frozenset(
    {"markdown", "div", "hr", "img", "button", "select_static", "multi_select_static", "input", "date_picker",
     "picker_time", "picker_datetime", "select_person", "checker", "overflow", "person", "table", "chart"}
)  # fmt: skip
NAMED_IN_FORM = frozenset({"button", "select_static", "multi_select_static", "input", "date_picker"})
TEMPLATES = frozenset(
    {"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet", "purple", "indigo", "grey",
     "default"}
)  # fmt: skip
TONES = {"orange": "decide", "red": "alarm"}
STYLES = frozenset(
    {"default", "primary", "danger", "text", "primary_text", "danger_text", "primary_filled", "danger_filled", "laser"}
)
FACT = re.compile(r"\*\*(?P<label>[^*\n]+)\*\*\s+(?P<value>.*)", re.S)
GREY = re.compile(r"<font color='grey'>(.*?)</font>", re.S)
MENTION = re.compile(r"<at\s+(?:user_id|id|ids|email)=[\"']?([^\s\"'>]+)", re.I)
LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+)\)")


@dataclass(frozen=True, slots=True)
class Faces:
    """A button as the platform keeps it: what a tap hands over."""

    knob: Knob
    value: Any
    in_form: bool
    name: str


def opened(content: str) -> dict[str, Any]:
    """The card in a message's ``content``. Raises Refusal."""
    if len(content.encode()) > CARD_MOST:
        raise Refusal(230025, "The length of the message content reaches its limit.")
    try:
        card = json.loads(content)
    except ValueError as error:
        raise Refusal(
            230001, "Your request contains an invalid request parameter, content is not a string in json."
        ) from error
    if not isinstance(card, dict):
        raise Refusal(230001, "Your request contains an invalid request parameter, content is not a card.")
    judge(card)
    return card


def judge(card: Mapping[str, Any]) -> None:
    """Raises Refusal for what the platform builds no card of."""
    if card.get("schema") != "2.0":
        raise Refusal(230099, "Failed to create card content, schema is not 2.0")
    if card.get("config", {}).get("update_multi") is not True:
        raise Refusal(230099, "Failed to create card content, a shared card needs update_multi")
    head = card.get("header", {})
    if head.get("template", "default") not in TEMPLATES or not _plain(head.get("title")):
        raise Refusal(230099, "Failed to create card content, header invalid")
    elements = list(walk(card))
    if not 1 <= len(elements) <= ELEMENTS_MOST:
        raise Refusal(230099, "Failed to create card content, number of elements")
    names: list[str] = []
    for element, in_form in elements:
        _judge_one(element, in_form, names)
    if len(set(names)) != len(names):
        raise Refusal(230099, "Failed to create card content, name repeated")


def _judge_one(element: Mapping[str, Any], in_form: bool, names: list[str]) -> None:
    tag = element.get("tag")
    if tag not in CONTAINERS | LEAVES:
        raise Refusal(230099, f"Failed to create card content, unknown tag {tag}")
    if in_form and tag in NAMED_IN_FORM:
        if not element.get("name"):
            raise Refusal(230099, f"Failed to create card content, {tag} in a form needs a name")
        names += [str(element["name"])] if element.get("name") else []
    if tag == "markdown" and not isinstance(element.get("content"), str):
        raise Refusal(230099, "Failed to create card content, markdown without content")
    if tag == "button":
        _judge_button(element)
    if tag in ("select_static", "multi_select_static"):
        options = element.get("options")
        if not isinstance(options, list) or not options or any(not one.get("value") for one in options):
            raise Refusal(230099, "Failed to create card content, select without options")
    if tag == "form" and not any(one.get("form_action_type") == "submit" for one, _ in _inside(element, True)):
        raise Refusal(230099, "Failed to create card content, a form needs a submit button")


def _judge_button(button: Mapping[str, Any]) -> None:
    if not _plain(button.get("text")) or button.get("type", "default") not in STYLES:
        raise Refusal(230099, "Failed to create card content, button invalid")
    behaviors = button.get("behaviors")
    if not isinstance(behaviors, list) or not behaviors:
        raise Refusal(230099, "Failed to create card content, button does nothing")
    for one in behaviors:
        if one.get("type") == "open_url" and not str(one.get("default_url", "")).startswith(("http://", "https://")):
            raise Refusal(230099, "Failed to create card content, url invalid")
        if one.get("type") not in ("open_url", "callback"):
            raise Refusal(230099, "Failed to create card content, behavior unknown")


def walk(card: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Every element, and whether it lies in a form."""
    yield from _inside(card.get("body", {}), False)


def _inside(box: Mapping[str, Any], in_form: bool) -> Iterator[tuple[Mapping[str, Any], bool]]:
    for name in ("elements", "columns"):
        for element in box.get(name) or []:
            if isinstance(element, Mapping):
                yield element, in_form
                yield from _inside(element, in_form or element.get("tag") == "form")


def faces(card: Mapping[str, Any]) -> list[Faces]:
    """The buttons in their order. The stand-in takes the stable word out of what the button carries, as it takes the
    ``key`` of a WeCom button; to a real client it is just a value."""
    found: list[Faces] = []
    for element, in_form in walk(card):
        if element.get("tag") != "button":
            continue
        label, value = _plain(element.get("text")), _calls(element)
        url = next((str(one["default_url"]) for one in element["behaviors"] if one.get("type") == "open_url"), "")
        word = str(value.get("b")) if isinstance(value, Mapping) and value.get("b") else link_word(label, len(found))
        knob = Knob(word, label, "" if value is not None else url, main=element.get("type") == "primary")
        found.append(Faces(knob, value, in_form, str(element.get("name", ""))))
    return found


def _calls(button: Mapping[str, Any]) -> Any:
    """What the button hands over; None where it only opens a page."""
    return next((one.get("value") for one in button.get("behaviors") or [] if one.get("type") == "callback"), None)


def task_of(card: Mapping[str, Any]) -> str:
    """The id that the bot gave the card."""
    values = (face.value for face in faces(card))
    return next((str(one["k"]) for one in values if isinstance(one, Mapping) and one.get("k")), "")


def draw(card: Mapping[str, Any]) -> Shown:
    """The card as the client shows it."""
    head = card.get("header", {})
    status, notes, facts, body = "", [], [], []
    for n, said in enumerate(_words(card)):
        fact = FACT.fullmatch(said)
        grey = GREY.findall(said)
        if fact:
            facts.append((seen(fact["label"]), seen(fact["value"])))
        elif grey and n == 0:
            status = seen("\n".join(grey))
        elif grey:
            notes.append(seen("\n".join(grey)))
        else:
            body.append(seen(said))
    name, select = _select(card)
    links = [Knob(f"link:{n}", label, url) for n, (label, url) in enumerate(_links(card), 1)]
    return Shown(
        title=_plain(head.get("title")),
        status=status,
        facts=tuple(facts),
        note="\n".join(notes),
        body="\n".join(body),
        buttons=(*(face.knob for face in faces(card)), *links),
        options=tuple((str(one["value"]), _plain(one.get("text"))) for one in select.get("options") or []),
        question=name,
        many=select.get("tag") == "multi_select_static",
        picked=tuple(str(one) for one in [select.get("initial_option")] if one),
        form="interactive",
        tone=TONES.get(str(head.get("template")), ""),
    )


def seen(markdown: str) -> str:
    """Markdown as one reads it: marks are gone, numbers are their characters."""
    bare = LINK.sub(r"\1", re.sub(r"</?font[^>]*>", "", markdown))
    return unescape(re.sub(r"\*\*|~~|`", "", bare))


def mentioned(card: Mapping[str, Any]) -> list[str]:
    """Whom the card calls by name."""
    return [who for said in _words(card) for who in MENTION.findall(said)]


def _links(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [found for said in _words(card) for found in LINK.findall(said)]


def _words(card: Mapping[str, Any]) -> list[str]:
    return [str(one["content"]) for one, _ in walk(card) if one.get("tag") == "markdown"]


def _select(card: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    for element, _ in walk(card):
        if element.get("tag") in ("select_static", "multi_select_static"):
            return str(element.get("name", "")), element
    return "", {}


def _plain(text: Any) -> str:
    return str(text.get("content") or "") if isinstance(text, Mapping) else ""
