"""A push without whole phone numbers and mail addresses: a company may let Feishu stop messages that hold them as plain
words (230028), and a card that is stopped reaches nobody."""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.messages import Card, Choice, Fact, Push, Text

HINT = "飞书没让发完整的号码和邮箱，在客户页看"
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?86[ -]?)?"
    r"(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?[2-9]\d{6,7}|[48]00[ -]?\d{3}[ -]?\d{4})(?!\d)"
)
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}[@＠][A-Za-z0-9-]+(?:[.．][A-Za-z0-9-]+)+")
_DIGIT = re.compile(r"\d")


def masked(push: Push) -> Push | None:
    """``push`` with stars for what is stopped, and where to read it whole; None where it holds nothing of the kind."""
    hidden = _hidden(push)
    if hidden == push:
        return None
    if isinstance(hidden, Text):
        return replace(hidden, text=f"{hidden.text}\n{HINT}")
    return replace(hidden, footer="；".join(filter(None, [hidden.footer, HINT])))


def _hidden(push: Push) -> Push:
    buttons = tuple(replace(one, label=_starred(one.label)) for one in push.buttons)
    if isinstance(push, Text):
        return replace(push, text=_starred(push.text), buttons=buttons)
    return replace(
        push,
        title=_starred(push.title),
        status=_starred(push.status),
        facts=tuple(Fact(_starred(fact.label), _starred(fact.value)) for fact in push.facts),
        why=_starred(push.why),
        footer=_starred(push.footer),
        buttons=buttons,
        choice=_choice(push),
    )


def _choice(card: Card) -> Choice | None:
    if card.choice is None:
        return None
    options = tuple(replace(one, label=_starred(one.label)) for one in card.choice.options)
    return replace(card.choice, label=_starred(card.choice.label), options=options)


def _starred(text: str) -> str:
    """139＊＊＊＊5678 and s＊＊＊（songtao）: enough to tell which is meant; a narrow star would be markdown."""
    return _MAIL.sub(lambda found: _of_mail(found[0]), _PHONE.sub(lambda found: _of_phone(found[0]), text))


def _of_phone(number: str) -> str:
    digits = "".join(_DIGIT.findall(number))
    digits = digits[2:] if digits.startswith("86") and len(digits) > len("13912345678") else digits
    return f"{digits[:-8] or digits[0]}＊＊＊＊{digits[-4:]}"


def _of_mail(address: str) -> str:
    name, _, domain = address.replace("＠", "@").partition("@")
    return f"{name[0]}＊＊＊（{domain.partition('.')[0].partition('．')[0]}）"
