"""选日期 on the card of a node (VOICE.md A8): four ready days to tap, and of a trial then how long it lasts; words
still answer."""

from __future__ import annotations

from datetime import date, timedelta

from bot.capture import trial
from bot.capture.nodes import Told
from bot.followup.service import ready_dates
from bot.handlers.nodes import ANSWERED_WITHIN, answered, asked_of
from bot.replies import nodes as say
from bot.replies import words
from bot.routing import Reply, Router, Tap

router = Router()
DAY = ("reading.fields.day",)
LASTS = (7, 14, 30)
"""Days of a trial that can be tapped, its first among them."""


@router.tap("pick_date", cards=("reading.fields",))
async def which_day(tap: Tap) -> Reply:
    """The next working days; of a trial the first day of it."""
    wanted = [str(one) for one in tap.card.data.get("wants", ())]
    field = next((one for one in wanted if say.is_day(one, tap.playbook)), "")
    if not field:
        return Reply(push=words.text("reading.no_card"))
    return _asks(tap, field, list(ready_dates(tap.now.date(), tap.calendar)), None)


def _asks(tap: Tap, field: str, days: list[date], first: date | None) -> Reply:
    data = tap.card.data
    card = say.which_day(str(data["act"]), str(data["name"]), field, days, first, tap.now.date())
    about = {
        "day_of": field, "days": [one.isoformat() for one in days], "first": first.isoformat() if first else "",
    }  # fmt: skip
    return Reply(push=card, question=True, card_state="open", about=about, awaits="reading.fields",
                 awaits_until=tap.now + ANSWERED_WITHIN)  # fmt: skip


@router.tap("pick", cards=DAY)
async def this_day(tap: Tap) -> Reply:
    data, n = tap.card.data, int(tap.button.partition(":")[2] or 0)
    deal, node = await asked_of(tap)
    days = [date.fromisoformat(str(one)) for one in data.get("days", ())]
    if deal is None or node is None or not 0 < n <= len(days):
        return Reply(push=words.text("reading.no_card"))
    field, day, begun = str(data["day_of"]), days[n - 1], str(data.get("first", ""))
    if field == trial.PERIOD and not begun:
        return _asks(tap, field, [day + timedelta(days=lasts - 1) for lasts in LASTS], day)
    return await answered(tap, _told(field, day, begun, tap), deal, node)


def _told(field: str, day: date, begun: str, tap: Tap) -> Told:
    """The day as what the sentence would have told."""
    if field == trial.PERIOD:
        return Told(custom={"trial_from": begun, "trial_until": day.isoformat()})
    mapped = tap.playbook.custom_field(field)
    if mapped is None:
        return Told(terms={field: day})
    kept = {field: day.isoformat()}
    return Told(customer=kept) if mapped.of == "customer" else Told(custom=kept)
