"""Card → the variables of the card template that docs/configuring.md describes: strings, every one of them always
there, so that a card that changes keeps nothing of what it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.dingtalk.markdown import inert
from adapters.messages import Button, Card, Push, Text, words
from adapters.safe_push import made_safe
from adapters.words import cut, fit

SLOTS = 5
_TITLE, _STATUS, _KIND, _LABEL, _VALUE, _NOTE, _WHY, _FOOTER, _BUTTON = 26, 30, 8, 5, 26, 112, 80, 30, 10
_FACTS, _OPTIONS = 6, 20


def variables(push: Push) -> dict[str, str]:
    """What ``cardParamMap`` holds: kind, title, status, facts (a JSON list of label and value), why, footer, options,
    tone, link, link_url, and for each of the five slots button1, button1_id, button1_url, button1_style."""
    if isinstance(push, Text):
        return {**_nothing(), "status": cut(inert(made_safe(push).text.replace("\n", " ")), _STATUS), "tone": "done"}
    card = made_safe(push)
    shown, left = _buttons(card)
    why, footer = _notes(card, left)
    return {
        **_nothing(),
        "kind": cut(inert(card.label), _KIND),
        "title": cut(inert(card.title), _TITLE),
        "status": cut(inert(card.status), _STATUS),
        "facts": _facts(card),
        "why": inert(why),
        "footer": inert(footer),
        "options": _options(card),
        "tone": card.tone,
        "link": inert(card.link.label) if card.link and card.link.url else "",
        "link_url": card.link.url if card.link else "",
        **{name: value for n, button in enumerate(shown, 1) for name, value in _slot(n, button).items()},
    }


def update(push: Push) -> dict[str, Any]:
    """The part of a call, or of the answer to a tap, that changes a card into ``push``."""
    changed = {k: v for k, v in variables(push).items() if isinstance(push, Card) or _of_a_text(k)}
    return {"cardData": {"cardParamMap": changed}, "cardUpdateOptions": {"updateCardDataByKey": True}}


def _of_a_text(name: str) -> bool:
    """A text takes the place of the status and of the buttons; the rest of the card stays to be read."""
    return name in ("status", "tone", "options") or name.startswith("button")


def _nothing() -> dict[str, str]:
    names = ["kind", "title", "status", "why", "footer", "options", "link", "link_url"]
    names += [f"button{n}{part}" for n in range(1, SLOTS + 1) for part in ("", "_id", "_url", "_style")]
    return {**dict.fromkeys(names, ""), "facts": "[]", "tone": "plain"}


def _slot(n: int, button: Button) -> Mapping[str, str]:
    return {
        f"button{n}": cut(inert(button.label), _BUTTON),
        f"button{n}_id": button.id,
        f"button{n}_url": button.url,
        f"button{n}_style": button.style,
    }


def _buttons(card: Card) -> tuple[list[Button], list[Button]]:
    """(those that have a slot, those whose words go into the footer)."""
    return list(card.buttons[:SLOTS]), list(card.buttons[SLOTS:])


def _facts(card: Card) -> str:
    rows = [{"label": cut(inert(fact.label), _LABEL), "value": fit(inert(fact.value), _VALUE)} for fact in card.facts]
    if len(rows) > _FACTS:
        rows = [*rows[: _FACTS - 1], {"label": "还有", "value": f"{len(rows) - _FACTS + 1} 项"}]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


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
