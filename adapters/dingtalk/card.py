"""Card → the variables of the card template (``card-template.json``, docs/configuring.md): strings, every one of them
always there, so that a card that changes keeps nothing of what it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.dingtalk.markdown import blocks, inert, quoted
from adapters.messages import Button, Card, Push, Text, words
from adapters.safe_push import made_safe
from adapters.words import cut, fit

SLOTS = 5
_TITLE, _STATUS, _KIND, _LABEL, _VALUE, _NOTE, _WHY, _FOOTER, _BUTTON = 26, 30, 8, 5, 26, 112, 80, 30, 10
_FACTS, _OPTIONS = 6, 20
MARKDOWN = ("head", "body")
"""The variables that are markdown; all others are read as they stand."""
BOOLEANS = ("link_open", *(f"button{n}_{does}" for n in range(1, SLOTS + 1) for does in ("tap", "open")))
"""Those that are "true" or "false": what is seen of a button, or of the page's link."""


def variables(push: Push) -> dict[str, str]:
    """What ``cardParamMap`` holds: kind, title, status, facts (a JSON list of label and value), why, footer, options,
    tone, link, link_url, and for each of the five slots button1, button1_id, button1_url, button1_style. Beside them
    the same made up for the shipped template: head, body (markdown), link_open, button1_tap, button1_open."""
    if isinstance(push, Text):
        status = cut(inert(made_safe(push).text.replace("\n", " ")), _STATUS)
        return {**_nothing(), "status": status, "head": quoted(status), "tone": "done"}
    card = made_safe(push)
    shown, left = _buttons(card)
    why, footer = _notes(card, left)
    status, options = cut(inert(card.status), _STATUS), _options(card)
    return {
        **_nothing(),
        "head": quoted(status),
        "body": _body(card, inert(why), inert(footer), options),
        "kind": cut(inert(card.label), _KIND),
        "title": cut(inert(card.title), _TITLE),
        "status": status,
        "facts": _facts(card),
        "why": inert(why),
        "footer": inert(footer),
        "options": options,
        "tone": card.tone,
        "link": inert(card.link.label) if card.link and card.link.url else "",
        "link_url": card.link.url if card.link else "",
        "link_open": _is(bool(card.link and card.link.url and card.link.label)),
        **{name: value for n, button in enumerate(shown, 1) for name, value in _slot(n, button).items()},
    }


def update(push: Push) -> dict[str, Any]:
    """The part of a call, or of the answer to a tap, that changes a card into ``push``."""
    changed = {k: v for k, v in variables(push).items() if isinstance(push, Card) or _of_a_text(k)}
    return {"cardData": {"cardParamMap": changed}, "cardUpdateOptions": {"updateCardDataByKey": True}}


def _of_a_text(name: str) -> bool:
    """A text takes the place of the status and of the buttons; the rest of the card stays to be read."""
    return name in ("status", "head", "tone", "options") or name.startswith("button")


def _nothing() -> dict[str, str]:
    names = ["kind", "title", "status", "why", "footer", "options", "link", "link_url"]
    names += [f"button{n}{part}" for n in range(1, SLOTS + 1) for part in ("", "_id", "_url", "_style")]
    return {
        **dict.fromkeys(names, ""), "facts": "[]", "tone": "plain", "head": "", "body": "",
        **dict.fromkeys(BOOLEANS, _is(False)),
    }  # fmt: skip


def _is(so: bool) -> str:
    return "true" if so else "false"


def _slot(n: int, button: Button) -> Mapping[str, str]:
    return {
        f"button{n}": cut(inert(button.label), _BUTTON),
        f"button{n}_id": button.id,
        f"button{n}_url": button.url,
        f"button{n}_style": button.style,
        f"button{n}_tap": _is(bool(button.label) and not button.url),
        f"button{n}_open": _is(bool(button.label and button.url)),
    }


def _buttons(card: Card) -> tuple[list[Button], list[Button]]:
    """(those that have a slot, those whose words go into the footer)."""
    return list(card.buttons[:SLOTS]), list(card.buttons[SLOTS:])


def _rows(card: Card) -> list[tuple[str, str]]:
    rows = [(cut(inert(fact.label), _LABEL), fit(inert(fact.value), _VALUE)) for fact in card.facts]
    return rows if len(rows) <= _FACTS else [*rows[: _FACTS - 1], ("还有", f"{len(rows) - _FACTS + 1} 项")]


def _facts(card: Card) -> str:
    rows = [{"label": label, "value": value} for label, value in _rows(card)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _body(card: Card, why: str, footer: str, options: str) -> str:
    facts = [f"**{label}** {value}" for label, value in _rows(card)]
    return blocks([*facts, options.replace("\n", "\n\n"), quoted(why), quoted(footer)])


def _notes(card: Card, left: list[Button]) -> tuple[str, str]:
    """(why, footer). A status that is too long is said whole beside why; where there is no room, why gives way."""
    status = card.status if len(card.status) > _STATUS else ""
    others = "也可以回：" + "、".join(button.label for button in left) if left else ""
    footer = "；".join(filter(None, [fit(card.footer, _FOOTER), others]))
    room = _NOTE - len(footer) - len(status)
    why = fit(card.why, min(_WHY, room)) if room > 8 else ""
    return "\n".join(filter(None, [status, why])), footer


def _options(card: Card) -> str:
    """The platform's cards have no list to choose from: each option has a number, and the number is the answer."""
    if card.choice is None or not card.choice.options:
        return ""
    lines = [f"{n} {inert(option.label)}" for n, option in enumerate(card.choice.options[:_OPTIONS], 1)]
    return "\n".join([inert(card.choice.label), *lines, words((), card.choice)]).strip("\n")
