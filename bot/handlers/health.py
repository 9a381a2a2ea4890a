"""The admin's taps on the bot's own troubles: an account that cannot speak, messages that could not be read."""

from __future__ import annotations

from bot.replies import alarm as say
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from storage import inbox, outbox

router = Router()


@router.tap("retry", cards=("bot.health",))
async def retry(tap: Tap) -> Reply:
    """再试: what waits on the account goes at once, and the card changes once more when it is through."""
    if "admin" not in tap.member.roles:
        return Reply(push=words.text("reading.no_card"))
    account = str(tap.card.data["account"])
    await outbox.without_waiting(account, tap.now)
    return Reply(push=say.tried_again(tap.card.data, tap.now), card_state="open")


@router.tap("try_again", cards=("bot.set_aside",))
async def read_again(tap: Tap) -> Reply:
    """再试一次: all that was set aside is read once more."""
    if "admin" not in tap.member.roles:
        return Reply(push=words.text("reading.no_card"))
    aside = await inbox.in_state("set_aside")
    await inbox.reopen([row.seq for row in aside])
    card = words.card(
        "bot.set_aside.again", who=cut(tap.member.name, 8), clock=clock_of(tap.now), count=len(aside),
    )  # fmt: skip
    return Reply(push=card)
