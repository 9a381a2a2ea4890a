"""Every handler's taps and answers in one router."""

from bot.handlers import answers, correct, promise, strangers, undoing
from bot.routing import Router

router = Router()
for _part in (promise, answers, correct, strangers, undoing):
    router.include(_part.router)
