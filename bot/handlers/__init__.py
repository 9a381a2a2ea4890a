"""Every handler's taps and answers in one router."""

from bot.handlers import answers, closing, correct, edit, gate, promise, quiet, strangers, undoing, which
from bot.routing import Router

router = Router()
for _part in (promise, which, answers, closing, gate, correct, edit, quiet, strangers, undoing):
    router.include(_part.router)
