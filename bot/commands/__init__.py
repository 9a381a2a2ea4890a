"""Every slash command, and the router of their cards."""

from __future__ import annotations

from bot.commands import (
    audit,
    bind,
    bring,
    calendar,
    customer,
    export,
    health,
    help,
    leads,
    lexicon,
    member,
    my,
    note,
    pipeline,
    privacy,
    promise,
    reassign,
    risk,
    rule,
    stage,
    taps,
    team,
    today,
    undo,
    webhook,
)
from bot.commands.registry import Registry
from bot.commands.undo import TakeBack
from bot.routing import Router


def build(take_back: TakeBack) -> Registry:
    """All commands there are; ``take_back`` answers /undo (see :mod:`bot.commands.undo`)."""
    registry = Registry()
    for part in (today, my, customer, stage, promise, note, bind, reassign, risk):
        registry.include(part.own)
    undo.on(registry, take_back)
    help.on(registry)
    for part in (
        member,
        team,
        calendar,
        pipeline,
        rule,
        lexicon,
        leads,
        bring,
        export,
        privacy,
        health,
        webhook,
        audit,
    ):
        registry.include(part.own)
    return registry


def routes(registry: Registry) -> Router:
    """The taps on the commands' cards and the sentences that answer them."""
    router = taps.on(registry)
    router.include(promise.router)
    router.include(lexicon.router)
    router.include(pipeline.router)
    router.include(calendar.router)
    router.include(rule.router)
    router.include(privacy.router)
    router.include(bring.router)
    return router
