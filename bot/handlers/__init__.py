"""Every handler's taps and answers in one router."""

from bot.handlers import (
    answers,
    closing,
    correct,
    duty,
    edit,
    evening,
    first,
    gate,
    health,
    helping,
    knowledge,
    override,
    promise,
    quiet,
    reassign,
    report,
    ruled,
    strangers,
    trial,
    undoing,
    watch,
    which,
)
from bot.routing import Router

router = Router()
for _part in (
    promise,
    which,
    answers,
    closing,
    gate,
    override,
    correct,
    duty,
    edit,
    evening,
    first,
    health,
    helping,
    knowledge,
    quiet,
    reassign,
    report,
    ruled,
    strangers,
    trial,
    undoing,
    watch,
):
    router.include(_part.router)
