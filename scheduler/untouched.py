"""A kind of push that somebody leaves untouched again and again halves itself and says so; later it is asked whether it
is wanted at all (VOICE.md §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from adapters.messages import Card
from bot.letter import Letter
from bot.outbox.diet import HALVED, HALVES, KEPT, TOUCHED
from bot.replies import words
from storage import cards
from storage.records import Change, Member, changed

HALVED_AT, ASKED_AT = 5, 10


async def weighed(letter: Letter, member: Member, now: datetime) -> tuple[Letter | None, Change | None]:
    """The letter as it goes out, None where it is the half that is left out; and what is remembered of it."""
    kind = letter.push.kind
    if kind not in HALVES or letter.changes is not None:
        return letter, None
    halved = kind in member.prefs.get(HALVED, ())
    count = await _untouched(member, kind)
    if count >= ASKED_AT and halved:
        return _asked(letter, kind), _prefer(member, **{KEPT: {**member.prefs.get(KEPT, {}), kind: now.isoformat()}})
    if halved:
        return (None if _left_out(letter) else letter), None
    if count < HALVED_AT:
        return letter, None
    said = words.bit("halved", count=count)
    push = letter.push
    if isinstance(push, Card):
        push = replace(push, why=push.why or said) if push.footer else replace(push, footer=said)
    return replace(letter, push=push), _prefer(member, **{HALVED: sorted({*member.prefs.get(HALVED, ()), kind})})


async def _untouched(member: Member, kind: str) -> int:
    """How many of the kind were left untouched one after the other, since it was last asked about."""
    since = str(member.prefs.get(KEPT, {}).get(kind, ""))
    count = 0
    for card in await cards.recent_of_kind(member.id, kind, ASKED_AT):
        if card.data.get(TOUCHED) or card.state == "done" or (since and card.created_at.isoformat() < since):
            break
        count += 1
    return count


def _left_out(letter: Letter) -> bool:
    """Every second one, told by what it is about: the same whoever reckons it, however often."""
    return sha256(letter.once.encode()).digest()[0] % 2 == 0


def _asked(letter: Letter, kind: str) -> Letter:
    card = words.card("quiet.still", kind=words.named("push_kinds", kind), count=ASKED_AT)
    return Letter(card, to=letter.to, once=f"quiet.still:{letter.once}", about={"kind": kind})


def _prefer(member: Member, **wishes: object) -> Change:
    return changed(member, "member.prefs", prefs={**member.prefs, **wishes})
