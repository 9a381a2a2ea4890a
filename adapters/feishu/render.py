"""Push → Feishu's JSON. The same key and push give the same body: nothing here knows the time or draws lots."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adapters.feishu.plaintext import BUTTON, CARD
from adapters.messages import Button, Card, Choice, Fact, Push, Text, plain, words
from adapters.safe_push import made_safe
from adapters.words import cut, cut_bytes, fit

TEXT_BYTES = 20_000
"""Far below the platform's 150 KB: nobody reads more in a chat."""
CARD_BYTES = 28_000
"""Of the platform's 30 KB, with room for what it adds."""
CHOICE = "choice"
"""The name of a card's one choice in its form."""
_TITLE, _STATUS, _LABEL, _VALUE, _WHY, _FOOTER = 60, 80, 12, 120, 300, 120
_FACTS, _BUTTONS, _ONE_OF, _TICKS = 20, 12, 50, 100
_KEY_MOST = 50
_HEADERS = {"plain": "blue", "decide": "orange", "alarm": "red", "done": "grey"}
_STYLES = {"main": "primary", "plain": "default", "danger": "danger"}
_MARKS = re.compile(r"[*_~`\[\]#|\\$]|:(?=\w+:)|^[-+](?=\s)|^-(?=--)", re.MULTILINE)


def message(push: Push, key: str, *, to_group: bool) -> tuple[str, str]:
    """(msg_type, content as JSON) that says ``push``: cards to people, to groups the same as words."""
    if to_group or isinstance(push, Text):
        return "text", dumped({"text": words_of(push)})
    return "interactive", dumped(card_of(push, key))


def uuid(key: str) -> str:
    """By this the platform tells a repeat: the key itself, or its digest where it is too long."""
    return key if 0 < len(key) <= _KEY_MOST else hashlib.sha256(key.encode()).hexdigest()[:_KEY_MOST]


def dumped(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def words_of(push: Push) -> str:
    """The push as text; the words that stand for its buttons, and our own addresses, are never cut."""
    clean = _unlinked(made_safe(push))
    if isinstance(clean, Card):
        buttons = words(clean.buttons, clean.choice)
        body = plain(clean).removesuffix(buttons).rstrip("\n")
        return cut_bytes(body, TEXT_BYTES, f"\n{buttons}" if buttons else "")
    links = [f"{button.label}  {button.url}" for button in clean.buttons if button.url]
    tail = "".join(f"\n{part}" for part in [*links, words(clean.buttons)] if part)
    return cut_bytes(clean.text, TEXT_BYTES, tail)


def card_of(card: Card, key: str) -> dict[str, Any]:
    """The card as JSON 2.0, of at most 28,000 bytes: too long, it gives up why first, then facts from the end."""
    clean = made_safe(card)
    for smaller in _ever_smaller(clean):
        form = _card(smaller, key)
        if len(dumped(form).encode()) <= CARD_BYTES:
            return form
    return _card(replace(clean, why="", footer="", facts=(), choice=None, status="", buttons=()), key)


def _ever_smaller(card: Card) -> Iterator[Card]:
    yield card
    card = replace(card, why="")
    yield card
    facts = card.facts
    for left in range(min(len(facts), _FACTS) - 1, -1, -1):
        yield replace(card, facts=(*facts[:left], Fact("还有", f"{len(facts) - left} 项")))


def _card(card: Card, key: str) -> dict[str, Any]:
    title = cut(card.title, _TITLE) or "跟进"
    return {
        "schema": "2.0",
        "config": {"update_multi": True, "summary": {"content": title}},
        "header": {"title": _plain(title), "template": _HEADERS[card.tone]},
        "body": {"direction": "vertical", "elements": list(_elements(card, key)) or [{"tag": "hr"}]},
    }


def _elements(card: Card, key: str) -> Iterator[dict[str, Any]]:
    if card.status:
        yield _grey(cut(card.status, _STATUS))
    for fact in _facts(card):
        label = cut(fact.label, _LABEL)
        yield {"tag": "markdown", "content": f"**{_bare(label)}**  {_bare(fit(fact.value, _VALUE))}"}
    for note, most in ((card.why, _WHY), (card.footer, _FOOTER)):
        if note:
            yield _grey(fit(note, most))
    buttons = [*card.buttons, *([card.link] if card.link is not None and card.link.url else [])]
    if card.choice is not None and card.choice.options:
        yield _form(card.choice, buttons, key)
    elif buttons:
        yield _row([_button(button, key) for button in buttons[:_BUTTONS]])


def _facts(card: Card) -> list[Fact]:
    facts = list(card.facts)
    if len(facts) > _FACTS:
        facts = [*facts[: _FACTS - 1], Fact("还有", f"{len(facts) - _FACTS + 1} 项")]
    return facts


def _form(choice: Choice, buttons: list[Button], key: str) -> dict[str, Any]:
    """The choice travels with whichever button is tapped: each of them hands the form in."""
    if not any(not button.url for button in buttons):
        buttons = [Button("choose", "就这些" if choice.many else "就这个", style="main"), *buttons]
    options = choice.options[: _TICKS if choice.many else _ONE_OF]
    select = {
        "tag": "multi_select_static" if choice.many else "select_static",
        "name": CHOICE,
        "placeholder": _plain(cut(choice.label, 30) or "请选择"),
        "options": [{"text": _plain(cut(one.label, 60)), "value": one.id} for one in options],
        "width": "fill",
    }
    faces = [_button(button, key, n) for n, button in enumerate(buttons[:_BUTTONS], 1)]
    return {"tag": "form", "name": "form", "elements": [select, _row(faces)]}


def _row(faces: list[dict[str, Any]]) -> dict[str, Any]:
    columns = [{"tag": "column", "width": "auto", "elements": [face]} for face in faces]
    return {"tag": "column_set", "flex_mode": "flow", "horizontal_spacing": "8px", "columns": columns}


def _button(button: Button, key: str, in_form: int = 0) -> dict[str, Any]:
    """``in_form``: its number among the buttons of a form, where each needs a name."""
    face: dict[str, Any] = {"tag": "button", "text": _plain(cut(button.label, 20)), "type": _STYLES[button.style]}
    if in_form:
        face["name"] = f"button_{in_form}"
    if button.url:
        return {**face, "behaviors": [{"type": "open_url", "default_url": button.url}]}
    called = {**face, "behaviors": [{"type": "callback", "value": {BUTTON: button.id, CARD: key}}]}
    return {**called, "form_action_type": "submit"} if in_form else called


def _plain(text: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": text}


def _grey(text: str) -> dict[str, Any]:
    lines = (f"<font color='grey'>{_bare(line)}</font>" for line in text.split("\n") if line.strip())
    return {"tag": "markdown", "content": "\n".join(lines), "text_size": "notation"}


def _bare(text: str) -> str:
    """Words in markdown that are nothing but words: what could be a mark is written as its number."""
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", text)


def _unlinked(push: Push) -> Push:
    """A plain text knows bold and named links, too; only words that are not ours hold their marks."""
    if isinstance(push, Text):
        return replace(push, text=_no_marks(push.text))
    facts = tuple(Fact(_no_marks(fact.label), _no_marks(fact.value)) for fact in push.facts)
    return replace(
        push,
        title=_no_marks(push.title),
        status=_no_marks(push.status),
        why=_no_marks(push.why),
        footer=_no_marks(push.footer),
        facts=facts,
    )


def _no_marks(text: str) -> str:
    return text.replace("](", "] (").replace("**", "＊＊").replace("~~", "～～").replace("__", "＿＿")
