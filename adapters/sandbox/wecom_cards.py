"""WeCom's cards: what the platform refuses in one, and how the client shows it.

Numbers are those of the platform's pages (path/90236, 90313). A list that is too long is refused; a text over its
suggested length is not, the client cuts it: such cuts are listed in ``Drawn.cut``, for a test to find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.world import Knob, Shown

INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")
NOTICES = ("text_notice", "news_notice")
MOST = {"horizontal_content_list": 6, "jump_list": 3, "vertical_content_list": 4, "button_list": 6, "select_list": 3}
TONES = {"1": "decide", "2": "alarm"}
LINKS = {
    "补材料": "add_evidence",
    "上传": "add_evidence",
    "传表格": "upload_table",
    "看文件": "see_file",
    "看时间线": "timeline",
}
"""A link carries no key, so its stable word is told from its label."""
LENGTHS = {"title": 26, "desc": 30, "note": 112, "keyname": 5, "value": 26, "button": 10}
TASK_ID = re.compile(r"[0-9A-Za-z_@\-]{1,128}")


class Refusal(Exception):
    """The platform says no: its error code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Drawn:
    shown: Shown
    cut: tuple[str, ...] = ()


def judge(card: Mapping[str, Any], *, callback: bool) -> None:
    """Raises Refusal for what the platform does not take in a new card; ``callback``: the app has a callback URL."""
    kind = card.get("card_type")
    if kind not in INTERACTIVE + NOTICES:
        raise Refusal(40058, "invalid card_type")
    if not _part(card, "main_title").get("title") and not card.get("sub_title_text"):
        raise Refusal(41016, "missing title")
    if kind in NOTICES:
        _judge_action(_part(card, "card_action"))
    if calls_back(card):
        if not callback:
            raise Refusal(43012, "require agent with callback url")
        judge_task(card.get("task_id"))
    _judge_lists(card, str(kind))


def calls_back(card: Mapping[str, Any]) -> bool:
    return card.get("card_type") in INTERACTIVE or "action_menu" in card


def judge_task(task: object) -> None:
    if not isinstance(task, str) or not TASK_ID.fullmatch(task):
        raise Refusal(42014, "taskid has existed or empty or exceed max len")


def _judge_action(action: Mapping[str, Any]) -> None:
    if action.get("type") not in (1, 2) or (action["type"] == 1 and not action.get("url")):
        raise Refusal(40058, "card_action missing or invalid")


def _judge_lists(card: Mapping[str, Any], kind: str) -> None:
    for name, most in MOST.items():
        if len(_rows(card, name)) > most:
            raise Refusal(40058, f"{name} exceed max count {most}")
    if "jump_list" in card and kind not in NOTICES:
        raise Refusal(40058, f"jump_list not allowed in {kind}")
    if kind == "button_interaction":
        _judge_buttons(_rows(card, "button_list"))
    if kind == "vote_interaction":
        _judge_options(_part(card, "checkbox"), 20)
    if kind in ("vote_interaction", "multiple_interaction"):
        _judge_key(_part(card, "submit_button"))
    for select in [*_rows(card, "select_list"), *([card["button_selection"]] if "button_selection" in card else [])]:
        _judge_options(select, 10)
    if "action_menu" in card:
        actions = _rows(_part(card, "action_menu"), "action_list")
        if not 1 <= len(actions) <= 3:
            raise Refusal(40058, "action_list must hold 1 to 3")
        for action in actions:
            _judge_key(action)


def _judge_buttons(buttons: Sequence[Mapping[str, Any]]) -> None:
    if not buttons:
        raise Refusal(40016, "invalid button size")
    for button in buttons:
        if button.get("type", 0) == 1:
            if not str(button.get("url", "")).startswith(("http://", "https://")):
                raise Refusal(45034, "url must have a scheme")
        else:
            _judge_key(button)
        if button.get("style", 1) not in (1, 2, 3, 4):
            raise Refusal(40017, "invalid button style")
    keys = [button["key"] for button in buttons if button.get("type", 0) == 0]
    if len(set(keys)) != len(keys):
        raise Refusal(42018, "button key repeated")


def _judge_key(button: Mapping[str, Any]) -> None:
    if not button.get("text"):
        raise Refusal(42020, "missing button name")
    if not button.get("key"):
        raise Refusal(42019, "missing button key")
    if len(str(button["key"]).encode()) > 1024:
        raise Refusal(42018, "invalid button key")


def _judge_options(choice: Mapping[str, Any], most: int) -> None:
    options = _rows(choice, "option_list")
    if not choice.get("question_key") or not 1 <= len(options) <= most:
        raise Refusal(40058, f"question_key missing or option_list not within 1 to {most}")
    if any(not one.get("id") or not one.get("text") or len(str(one["id"]).encode()) > 128 for one in options):
        raise Refusal(40058, "option without id or text")


def draw(card: Mapping[str, Any]) -> Drawn:
    """The card as the client shows it."""
    cut: list[str] = []

    def fit(text: object, what: str) -> str:
        said = str(text or "")
        if len(said) > LENGTHS[what]:
            cut.append(said)
            return said[: LENGTHS[what] - 1] + "…"
        return said

    title = _part(card, "main_title")
    facts = [(fit(row.get("keyname"), "keyname"), fit(row.get("value"), "value")) for row in _facts(card)]
    choice, many = _choice(card)
    shown = Shown(
        title=fit(title.get("title"), "title"),
        label=str(_part(card, "source").get("desc", "")),
        status=fit(title.get("desc"), "desc"),
        facts=tuple(facts),
        note=fit(card.get("sub_title_text"), "note"),
        body=_quote(card),
        buttons=() if card.get("replace_text") else tuple(_knobs(card, fit)),
        options=tuple((str(one["id"]), str(one["text"])) for one in _rows(choice, "option_list")),
        question=str(choice.get("question_key", "")),
        many=many,
        picked=_picked(choice),
        spent=str(card.get("replace_text") or ""),
        form=str(card.get("card_type", "")),
        tone=TONES.get(str(_part(card, "source").get("desc_color", 0)), ""),
    )
    return Drawn(shown, tuple(cut))


def link_word(label: str, n: int) -> str:
    """The stable word of a button that opens a page."""
    return LINKS.get(label, f"open:{n + 1}")


def _facts(card: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tall = [{"keyname": row.get("title"), "value": row.get("desc")} for row in _rows(card, "vertical_content_list")]
    return [*_rows(card, "horizontal_content_list"), *tall]


def _quote(card: Mapping[str, Any]) -> str:
    emphasis, quote = _part(card, "emphasis_content"), _part(card, "quote_area")
    parts = [emphasis.get("title"), emphasis.get("desc"), quote.get("title"), quote.get("quote_text")]
    return "\n".join(str(part) for part in parts if part)


def _choice(card: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    if "checkbox" in card:
        return card["checkbox"], card["checkbox"].get("mode", 0) in (1, "1")
    selects = _rows(card, "select_list")
    return (selects[0] if selects else _part(card, "button_selection")), False


def _picked(choice: Mapping[str, Any]) -> tuple[str, ...]:
    """What is chosen before anybody chose: ticks as sent; of a list the named one, else the first."""
    options = _rows(choice, "option_list")
    if "mode" in choice:
        return tuple(str(one["id"]) for one in options if one.get("is_checked") in (True, "true", "1"))
    ids = [str(one["id"]) for one in options]
    named = str(choice.get("selected_id") or "")
    return (named,) if named in ids else tuple(ids[:1])


def _knobs(card: Mapping[str, Any], fit: Any) -> list[Knob]:
    knobs: list[Knob] = []
    for button in _rows(card, "button_list"):
        url = str(button.get("url", "")) if str(button.get("type", 0)) == "1" else ""
        name = str(button.get("key") or link_word(str(button.get("text")), len(knobs)))
        knobs.append(Knob(name, fit(button.get("text"), "button"), url, main=str(button.get("style", 0)) == "1"))
    submit = _part(card, "submit_button")
    if submit:
        knobs.append(Knob(str(submit["key"]), fit(submit["text"], "button"), main=True))
    for action in _rows(_part(card, "action_menu"), "action_list"):
        knobs.append(Knob(str(action["key"]), fit(action["text"], "button"), menu=True))
    links = [(row.get("title"), row.get("url")) for row in _rows(card, "jump_list")]
    links.append(("打开", _part(card, "card_action").get("url")))
    for label, page in links:
        if page and page not in {knob.url for knob in knobs}:
            knobs.append(Knob(link_word(str(label), len(knobs)), str(label), str(page)))
    return knobs


def _part(card: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = card.get(name)
    return part if isinstance(part, Mapping) else {}


def _rows(card: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = card.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
