"""少发点 and 今天别吵: how much a member wants to hear (VOICE.md §5). Nobody else sees it."""

from __future__ import annotations

from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage.records import Change, Member, changed

router = Router()

LESS = frozenset({"少发点", "少发一点", "提醒太多", "太吵了", "这类少发"})
HUSH = frozenset({"今天别吵", "今天别发了", "今天安静点"})
LEVELS = {"hear_all": "all", "hear_less": "less", "hear_promises": "promises"}


def answer(turn: Turn, word: str) -> Reply | None:
    """The reply to one of the two wishes; None for any other word."""
    if word in LESS:
        return Reply(push=words.card("quiet.level"))
    if word in HUSH:
        change = _prefer(turn.member, quiet_on=turn.today.isoformat())
        return Reply(push=words.text("quiet.today"), changes=(change,))
    return None


@router.tap(*LEVELS, cards=("quiet.level",))
async def level(tap: Tap) -> Reply:
    change = _prefer(tap.member, level=LEVELS[tap.button])
    return Reply(push=words.card("quiet.set", level=words.label(tap.button)), changes=(change,), event=tap.event)


def _prefer(member: Member, **wishes: str) -> Change:
    return changed(member, "member.prefs", prefs={**member.prefs, **wishes})
