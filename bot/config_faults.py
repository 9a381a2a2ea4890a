"""What pydantic found wrong, as (key, what is wrong and how to mend it) in Chinese. No value is ever quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

Fault = tuple[str, str]

MENDS = {
    "missing": "这一项必须写",
    "string_type": "要写成带引号的文字",
    "bool_type": "要写 true 或 false",
    "bool_parsing": "要写 true 或 false",
    "int_type": "要写整数",
    "int_parsing": "要写整数",
    "int_from_float": "要写整数，不带小数",
    "float_type": "要写数字",
    "float_parsing": "要写数字",
    "string_too_short": "不能空着",
    "model_type": "要写成一节，例如 [server]，下面一行一项",
    "model_attributes_type": "要写成一节，例如 [server]，下面一行一项",
    "dict_type": "要写成一节，例如 [server]，下面一行一项",
    "tuple_type": "要写成列表；帐号每个一节，用两层方括号，例如 [[wecom]]",
    "list_type": "要写成列表",
}


def of(error: ValidationError, sections: Mapping[str, type[BaseModel]]) -> list[Fault]:
    """Every fault of ``error``; ``sections`` are asked for the nearest key where one is misspelt."""
    return [_fault(dict(one), sections) for one in error.errors(include_url=False, include_input=False)]


def place(path: Iterable[int | str]) -> str:
    """``wecom[0].secret``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _fault(error: Mapping[str, Any], sections: Mapping[str, type[BaseModel]]) -> Fault:
    path, kind, limits = error["loc"], error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return place(path), _unknown(path, sections)
    if kind == "literal_error":
        return place(path), f"只能写 {limits.get('expected', '')}".replace(" or ", " 或 ")
    if kind in ("greater_than_equal", "greater_than"):
        return place(path), f"要大于{'等于' if 'ge' in limits else ''} {limits.get('ge', limits.get('gt'))}"
    if kind in ("less_than_equal", "less_than"):
        return place(path), f"要小于{'等于' if 'le' in limits else ''} {limits.get('le', limits.get('lt'))}"
    return place(path), MENDS.get(kind) or str(error["msg"])


def _unknown(path: tuple[int | str, ...], sections: Mapping[str, type[BaseModel]]) -> str:
    return unknown(str(path[-1]), list(sections) if len(path) == 1 else list(sections[str(path[0])].model_fields))


def unknown(key: str, known: list[str]) -> str:
    """What to say of a key that there is none of."""
    near = get_close_matches(key, known, 1, 0.6)
    return f"没有这一项，是不是 {near[0]}" if near else f"没有这一项，可写的有 {'、'.join(known)}"
