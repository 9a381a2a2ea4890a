"""写日报, 写周报 (E11): a draft for the rep alone, read from his record, to be changed and sent on by himself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.handlers.answers import turn_of
from bot.insight import own_days
from bot.insight.own_days import Span
from bot.letter import Letter
from bot.replies import report as say
from bot.replies.report import Section
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage.records import Member

router = Router()
CARD = ("report.draft",)
WANTS = re.compile(
    r"^(?:请?(?:帮我|给我|替我))?(?:写|出|来|生成|整理)?(?:一?[份个]|一下|下)?"
    r"(?P<when>今天|今日|昨天|昨日|本周|这周|上周|上个?星期)?的?(?P<kind>日报|周报)(?:草稿)?(?:吧|呗)?$"
)
BACK = frozenset({"昨天", "昨日", "上周", "上星期", "上个星期"})
EDIT = re.compile(r"^(?P<part>做了|进展|卡点|明天|下周|接着|补充)\s*[：:，,]?\s*(?P<said>.+)$", re.DOTALL)
PARTS = {"做了": "did", "进展": "progress", "卡点": "stuck", "明天": "next", "下周": "next", "接着": "next"}
EDIT_MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report; ``back`` None where it was not said of which days."""

    weekly: bool
    back: bool | None = None


def wanted(word: str) -> Wanted | None:
    """写日报, 帮我写一份上周的周报; None for any other words."""
    found = WANTS.match(word.strip())
    if found is None:
        return None
    when = found["when"]
    return Wanted(found["kind"] == "周报", when in BACK if when else None)


def is_edit(words_: str) -> bool:
    """明天：约装备科: a part of the draft by its name."""
    return len(words_) <= EDIT_MOST and EDIT.match(words_.strip()) is not None


async def answer(turn: Turn, want: Wanted) -> Reply:
    span = await own_days.meant(turn.member, turn.now, turn.calendar, weekly=want.weekly, back=want.back)
    found = await _sections(turn, turn.member, span, say.BY_PART, {})
    if not found:
        return Reply(push=say.nothing(span, turn.now))
    return Reply(push=say.draft(found, span, turn.now), about=_about(span, say.BY_PART, {}))


def _about(span: Span, way: int, edits: dict[str, str]) -> dict[str, Any]:
    return {**say.spelled(span), "way": way, "edits": edits}


async def _sections(turn: Turn, member: Member, span: Span, way: int, edits: dict[str, str]) -> list[Section]:
    zone = turn.now.tzinfo
    assert isinstance(zone, ZoneInfo)
    days = await own_days.look(member, span, turn.playbook, zone)
    return say.sections(days, turn.playbook, turn.now, way, edits)


def _kept(tap: Tap) -> tuple[Span, int, dict[str, str]]:
    data = tap.card.data
    return say.revived(data), int(data.get("way", 0)), dict(data.get("edits", {}))


@router.tap("send_all", cards=CARD)
async def send_all(tap: Tap) -> Reply:
    """发我全文: plain words to forward; the card stays."""
    span, way, edits = _kept(tap)
    found = await _sections(turn_of(tap), tap.member, span, way, edits)
    text = say.text(found, span, tap.member.name, tap.now)
    return Reply(more=(Letter(text, to=tap.member.id, once=f"{tap.event}:text"),), card_state="open")


@router.tap("other_way", cards=CARD)
async def other_way(tap: Tap) -> Reply:
    span, way, edits = _kept(tap)
    way = (way + 1) % say.WAYS
    found = await _sections(turn_of(tap), tap.member, span, way, edits)
    return Reply(push=say.draft(found, span, tap.now), about=_about(span, way, edits), card_state="open")


@router.tap("edit", cards=CARD)
async def edit(tap: Tap) -> Reply:
    span, way, edits = _kept(tap)
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    ask = Letter(
        say.ask_edit(span, tap.now), to=tap.member.id, once=f"{tap.event}:edit", about=_about(span, way, edits),
        awaits="report.edit", awaits_until=until,
    )  # fmt: skip
    return Reply(more=(ask,), card_state="open")


@router.answer("report.edit")
async def edited(tap: Tap) -> Reply | None:
    """A part by its name is put in its place; anything else stands at the end. The record stays as it is."""
    if len(tap.words) > EDIT_MOST:
        return None
    span, way, edits = _kept(tap)
    named = EDIT.match(tap.words.strip())
    part = PARTS.get(named["part"], "extra") if named else "extra"
    said = (named["said"] if named else tap.words).strip()
    edits[part] = "\n".join(filter(None, [edits.get("extra", ""), said])) if part == "extra" else said
    found = await _sections(turn_of(tap), tap.member, span, way, edits)
    return Reply(push=say.draft(found, span, tap.now), about=_about(span, way, edits))
