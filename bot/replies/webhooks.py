"""What /webhook answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.messages import Text
from bot.replies import words
from bot.replies.commands import listed as lines
from bot.replies.commands import piece
from storage.records import Webhook


@dataclass(frozen=True, slots=True)
class Told:
    """An address, and how many calls were heard, wait, were given up; why the latest was not heard."""

    one: Webhook
    sent: int
    waiting: int
    dead: int
    reason: str


def listed(found: Sequence[Told]) -> Text:
    if not found:
        return words.text("cmd.webhook.none")
    return words.text(
        "cmd.webhook.list", count=len(found), lines=lines([_line(n, one) for n, one in enumerate(found, 1)])
    )


def _line(n: int, told: Told) -> str:
    """1 crm.example.com/genjin · 阶段变化、线索分配 · 送到 12，在等 1，没送到 0（外部地址答了 500）"""
    reason = piece("webhook_reason", reason=told.reason) if told.reason and (told.waiting or told.dead) else ""
    return piece(
        "webhook_line", n=n, url=told.one.url, events=_events(told.one), sent=told.sent, waiting=told.waiting,
        dead=told.dead, reason=reason,
    )  # fmt: skip


def _events(one: Webhook) -> str:
    return "、".join(words.named("webhook_events", event) for event in one.events)


def added(one: Webhook, secret: str, n: int) -> Text:
    return words.text("cmd.webhook.added", url=one.url, events=_events(one), secret=secret, n=n)


def removed(one: Webhook) -> Text:
    return words.text("cmd.webhook.removed", url=one.url)


def tested(one: Webhook) -> Text:
    return words.text("cmd.webhook.tested", url=one.url)


def given_up(one: Webhook, reason: str, count: int) -> Text:
    """Whose address it is alone: what stands behind the host may be a secret."""
    return words.text("webhook.given_up", host=urlsplit(one.url).hostname or "", reason=reason, count=count)


def retried(one: Webhook, count: int) -> Text:
    return words.text("cmd.webhook.retried" if count else "cmd.webhook.nothing", url=one.url, count=count)
