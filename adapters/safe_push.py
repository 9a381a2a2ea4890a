"""A push in which every word is safe: replies hold customers' words, and here nobody can tell which they are.

Addresses stay as they are: they come from our own buttons only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import overload

from adapters.messages import Button, Card, Choice, Fact, Option, Push, Text
from adapters.words import cut, line, safe

_LABEL = 26
"""Code points. Longer than any budget, short enough that the words behind a text never fill it."""


@overload
def made_safe(push: Card) -> Card: ...
@overload
def made_safe(push: Text) -> Text: ...
def made_safe(push: Push) -> Push:
    """The push with every text escaped, one line each but for why, footer and a plain text."""
    buttons = tuple(_button(button) for button in push.buttons)
    if isinstance(push, Text):
        return replace(push, text=safe(push.text).strip(), buttons=buttons)
    return replace(
        push,
        title=line(push.title),
        status=line(push.status),
        label=line(push.label),
        facts=tuple(Fact(line(fact.label), line(fact.value)) for fact in push.facts),
        why=safe(push.why).strip(),
        footer=safe(push.footer).strip(),
        buttons=buttons,
        choice=_choice(push.choice),
        link=_button(push.link) if push.link else None,
    )


def _button(button: Button) -> Button:
    return replace(button, label=cut(line(button.label), _LABEL))


def _choice(choice: Choice | None) -> Choice | None:
    if choice is None:
        return None
    return Choice(
        cut(line(choice.label), _LABEL),
        tuple(Option(o.id, cut(line(o.label), _LABEL)) for o in choice.options),
        choice.many,
    )
