"""The card template of :func:`adapters.dingtalk.card.variables`, in the form that DingTalk's card platform exports and
imports (更多 → 导入).

No page describes that form. It follows what open-dingtalk/dingtalk-card-examples exported (schemaVersion 2.0.0), with
none but the parts that stand there: a standard card, markdown bound to a variable, a block of buttons. The drawing
that clients load (``widgetInfo``) is left out: the editor makes it when the template is saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.dingtalk.card import BOOLEANS, MARKDOWN, SLOTS, variables
from adapters.messages import Card

NAMES: Mapping[str, str] = {
    "kind": "小字", "title": "标题", "status": "标题下的一行", "facts": "事实（JSON）", "why": "依据", "footer": "脚注",
    "options": "选项", "tone": "plain、decide、alarm、done", "link": "页面", "link_url": "页面的地址",
    "head": "标题下的一行，排好版", "body": "事实、依据、选项、脚注，排好版", "link_open": "有页面",
}  # fmt: skip
_PACKAGE = {
    "package": "@ali/dxComponent", "version": "1.0.0", "main": "./src/index.tsx", "destructuring": False, "subName": "",
}  # fmt: skip


_PARTS = ("Markdown", "ButtonBlock", "StdCard")


def exported() -> str:
    """The file to import."""
    editor = {
        "schemaVersion": "2.0.0",
        "schema": {
            "version": "1.0.0",
            "componentsMap": [{**_PACKAGE, "exportName": name, "componentName": name} for name in _PARTS],
            "componentsTree": [_card()],
            "i18n": {},
        },
        "mockData": {"cardData": _sample(), "cardPrivateData": {}, "localData": {}},
        "editVersion": 0,
        "customWidgetInfo": "",
        "useCustomWidgetInfo": False,
        "variableList": [_variable(name) for name in variables(_SAMPLE)],
        "formList": [],
        "expList": [],
        "localList": [],
        "hsfList": [],
        "lwpList": [],
        "extension": {"extendType": "NORMAL", "fileTypeList": []},
    }  # fmt: skip
    text = json.dumps(editor, ensure_ascii=False, separators=(",", ":"))
    return json.dumps({"editorData": text, "widgetInfo": "", "type": "standard", "mode": "card"}, ensure_ascii=False)


_SAMPLE = Card("card.sample", title="松涛教育 · 记下了", status="已记下，有错点改")


def _sample() -> dict[str, Any]:
    """What the editor shows while nothing is sent."""
    filled = variables(_SAMPLE)
    return {name: value == "true" if name in BOOLEANS else value for name, value in filled.items()}


def _variable(name: str) -> dict[str, Any]:
    kind = "markdown" if name in MARKDOWN else "boolean" if name in BOOLEANS else "string"
    return {
        "name": name, "private": False, "type": kind, "id": name, "description": NAMES.get(name, "按钮"),
        "editorVarType": "variables",
    }  # fmt: skip


def _card() -> dict[str, Any]:
    props = {
        "cardName": _text("${title}"), "tagText": _text("${kind}"), "tagColor": _fixed("dynamicSelect", "blue"),
        "tagStyle": "hollow", "showCloseButton": False, "actionType": "url", "urlType": "all", "url": _link(""),
        "linkCondition": _always(), "disabledWhileForward": False,
    }  # fmt: skip
    parts = [_markdown("head", 8), _markdown("body", 8), _buttons()]
    return _node("StdCard", "card", "", props) | {"fileName": "genjin", "dataSource": {"list": []}, "children": parts}


def _markdown(name: str, above: int) -> dict[str, Any]:
    content = {
        "type": "dynamicMarkdown", "valueType": "variable", "value": "", "variable": name, "variableType": "global",
    }  # fmt: skip
    margins = {"marginLeft": 12, "marginRight": 12, "marginTop": above, "marginBottom": 0, "innerOffset": 0}
    return _node("Markdown", name, NAMES[name], {"mdVer": 0, "visible": _always(), "content": content, **margins})


def _buttons() -> dict[str, Any]:
    """Each slot twice: as it calls back, and as it opens a page; one of both is seen, or neither."""
    found = [one for n in range(1, SLOTS + 1) for one in (_calls(f"button{n}"), _opens(f"button{n}"))]
    found.append(_opens("link"))
    keyed = [{"$$key": str(n), **one} for n, one in enumerate(found)]
    return _node("ButtonBlock", "buttons", "按钮", {"buttons": keyed})


def _calls(name: str) -> dict[str, Any]:
    """回传请求 with the parameter ``action``."""
    action = {"type": "variable", "variable": f"{name}_id", "value": "", "name": "action", "variableType": "global"}
    params = [{**action, "id": "1"}]
    return _button(name, f"{name}_tap") | {"actionType": "request", "actionId": _text(""), "params": params}


def _opens(name: str) -> dict[str, Any]:
    return _button(name, f"{name}_open") | {"actionType": "url", "urlType": "all", "url": _link(f"{name}_url")}


def _button(label: str, seen_while: str) -> dict[str, Any]:
    condition = {
        "value": "", "op": "isTrue", "variable": seen_while, "variableType": "global", "type": "variable",
        "valueType": "fixed", "valueVariableType": "global",
    }  # fmt: skip
    return {
        "id": seen_while,
        "text": _text(f"${{{label}}}"),
        "status": "normal",
        "color": "blue",
        "visible": _always() | {"valueType": "condition", "condition": {"op": "and", "conditions": [condition]}},
    }


def _node(component: str, id: str, title: str, props: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "componentName": component, "id": f"node_genjin_{id}", "props": dict(props), "title": title, "hidden": False,
        "isLocked": False, "condition": True, "conditionGroup": "",
    }  # fmt: skip


def _text(content: str) -> dict[str, Any]:
    return {"type": "dynamicString", "content": content, "i18n": False}


def _link(variable: str) -> dict[str, Any]:
    return _fixed("dynamicLink", "") | ({"valueType": "variable", "variable": variable} if variable else {})


def _fixed(kind: str, value: str) -> dict[str, Any]:
    return {"type": kind, "valueType": "fixed", "value": value, "variable": "", "variableType": "global"}


def _always() -> dict[str, Any]:
    condition: dict[str, Any] = {"op": "and", "conditions": []}
    return {"type": "dynamicVisible", "value": True, "valueType": "fixed", "condition": condition}
