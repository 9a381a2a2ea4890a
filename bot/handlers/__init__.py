"""Every handler's taps and answers in one router."""

from bot.handlers import answers, closing, correct, edit, promise, strangers, undoing
from bot.routing import Router

router = Router()
for _part in (promise, answers, closing, correct, edit, strangers, undoing):
    router.include(_part.router)
