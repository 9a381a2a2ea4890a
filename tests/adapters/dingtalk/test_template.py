"""The card template that is imported at DingTalk's card platform fits what the bot sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

from adapters.dingtalk.card import BOOLEANS, MARKDOWN, variables
from adapters.dingtalk.template import exported
from adapters.messages import Text
from tests.adapters.wecom.test_render import CLEAR

FILE = resources.files("adapters.dingtalk").joinpath("card-template.json").read_text("utf-8")
TEMPLATE = json.loads(FILE)
EDITOR = json.loads(TEMPLATE["editorData"])
[CARD] = EDITOR["schema"]["componentsTree"]


def parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from parts(value)
    elif isinstance(node, list):
        for value in node:
            yield from parts(value)


def shown(filled: dict[str, str]) -> list[str]:
    """The words of the card as the template shows them, in their order; a button with what it does."""

    def said(content: str) -> str:
        return re.sub(r"\$\{(\w+)\}", lambda found: filled[found[1]], content)

    words = [said(CARD["props"][name]["content"]) for name in ("cardName", "tagText")]
    for child in CARD["children"]:
        if child["componentName"] == "Markdown":
            words.append(filled[child["props"]["content"]["variable"]])
            continue
        for button in child["props"]["buttons"]:
            if all(filled[one["variable"]] == "true" for one in button["visible"]["condition"]["conditions"]):
                does = button["url"]["variable"] if button["actionType"] == "url" else button["params"][0]["variable"]
                words.append(f"{said(button['text']['content'])} → {filled[does]}")
    return [word for word in words if word]


def test_the_file_is_the_one_that_the_code_makes() -> None:
    assert exported() + "\n" == FILE
    assert set(TEMPLATE) == {"editorData", "widgetInfo", "type", "mode"}


def test_it_knows_every_variable_and_no_other() -> None:
    named = {one["name"]: one["type"] for one in EDITOR["variableList"]}
    assert named.keys() == variables(CLEAR).keys() == variables(Text("t", "说")).keys()
    assert {name for name, kind in named.items() if kind == "boolean"} == set(BOOLEANS)
    assert {name for name, kind in named.items() if kind == "markdown"} == set(MARKDOWN)
    used = {part["variable"] for part in parts(CARD) if part.get("variable")}
    used |= {word for part in parts(CARD) for word in re.findall(r"\$\{(\w+)\}", str(part.get("content", "")))}
    assert used <= named.keys() and {"title", "kind", "head", "body", "button5", "button5_url", "link_url"} <= used


def test_what_the_member_sees() -> None:
    seen = shown(variables(CLEAR))
    assert seen[:3] == ["松涛教育 · 记下了", "跟进", "> 已记下，有错点改"]
    assert seen[3].startswith("**客户** 松涛教育")
    assert seen[4:] == [
        "确认 → confirm", "改 → edit", "撤销 → undo", "补材料 → https://bot.example/upload/1?a=1&b=2",
    ]  # fmt: skip


def test_a_button_calls_back_with_its_id_as_action() -> None:
    calls = [button for part in parts(CARD) for button in part.get("buttons", ()) if button["actionType"] == "request"]
    assert len(calls) == 5
    assert all([one["name"] for one in button["params"]] == ["action"] for button in calls)


def test_a_text_that_takes_the_cards_place_leaves_no_button() -> None:
    assert shown({**variables(CLEAR), **variables(Text("t", "办好了"))}) == ["> 办好了"]
