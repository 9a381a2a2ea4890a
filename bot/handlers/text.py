"""What a member typed, in the order in which it may be meant: a command, a word of its own, a file, a correction, a
pasted chat, sales talk."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.capture.service import spoken_of
from bot.handlers import (
    ahead,
    asking,
    correct,
    day,
    edit,
    files,
    first,
    helping,
    leave,
    name_card,
    pasted,
    privately,
    quiet,
    reminding,
    report,
    tables,
    tagging,
    talk,
    unassigned,
    undoing,
    visits,
)
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from nlp.corrections import parse
from nlp.reading import Reading
from storage.records import CardRow

Command = Callable[[Turn], Awaitable[Reply]]

UNDO = frozenset({"撤销", "撤回", "撤掉", "取消刚才的", "undo"})
WHY = frozenset({"为什么", "为啥", "依据", "凭什么"})
FILES = frozenset(
    {"补材料", "上传", "上传文件", "传文件", "发文件", "文件怎么传", "怎么传文件", "文件怎么发", "怎么发文件"}
)
WRONG = frozenset(["不对", "错了", "记错了", "不是", "搞错了", "弄错了", "不是这样", "不对啊", "说错了", "口误"])
UNASSIGNED = frozenset({"待归类", "看待归类", "没归类的"})
SWAP = frozenset({"不是我说的", "说反了"})
"""Words with a meaning of their own, beside the labels of the card at hand."""


async def answer(turn: Turn, command: Command) -> Reply:
    text = turn.text
    if text.startswith(("/", "／")):
        return await command(turn)
    if turn.event.files:
        return await tables.answer(turn) or await name_card.answer(turn) or await files.answer(turn)
    if turn.event.unreadable:
        return await unreadable(turn)
    if len(text) > ahead.TOO_LONG:
        return Reply(push=words.text("reading.cannot.long", count=f"{len(text):,}"))
    if not text:
        return Reply()
    return await _as_command(turn, command) or await _by_word(turn) or await _by_meaning(turn)


async def _as_command(turn: Turn, command: Command) -> Reply | None:
    line = "" if turn.event.chat else await asking.line(turn)
    if not line:
        return None
    return await command(replace(turn, event=replace(turn.event, text=line)))


async def unreadable(turn: Turn) -> Reply:
    """A10: what cannot be read, with the way that can."""
    if turn.event.chat:
        return Reply()
    if turn.event.unreadable == "file":
        return await files.where(turn)
    if turn.event.unreadable == "location" and (near := await visits.near(turn)) is not None:
        return near
    key = "reading.cannot.voice" if turn.event.unreadable == "voice" else "reading.cannot.other"
    return Reply(push=words.text(key))


async def _by_word(turn: Turn) -> Reply | None:
    word = turn.text.strip("。.!！ ")
    if word in UNDO:
        return await undoing.by_word(turn)
    if word in FILES and not turn.event.chat:
        return await files.where(turn)
    if word in WHY:
        return await edit.why(turn)
    if word in SWAP:
        return await pasted.swapped(turn)
    if (want := report.wanted(word)) is not None and not turn.event.chat:
        return await report.answer(turn, want)
    if word in UNASSIGNED and not turn.event.chat:
        return await unassigned.by_word(turn)
    if word == words.label("see_waiting"):
        return await day.waiting(turn)
    if word == words.label("edit") or word in WRONG:
        return await edit.latest(turn) or _no_such_card(turn, word)
    for by_sentence in (helping.by_sentence, leave.by_sentence, reminding.by_sentence, privately.by_sentence):
        if (reply := await by_sentence(turn)) is not None:
            return reply
    return await quiet.answer(turn, word) or _no_such_card(turn, word)


def _no_such_card(turn: Turn, word: str) -> Reply | None:
    """A button's word or number, and no card that offers it."""
    if turn.event.chat or not (word in words.labels().values() or word.isdecimal()):
        return None
    return Reply(push=words.text("reading.no_card"))


async def _by_meaning(turn: Turn) -> Reply:
    named = await first.listed(turn)
    if named is not None:
        return named
    corrected = await tagging.answer(turn) or await correct.answer(turn)
    if corrected is not None:
        return corrected
    if await turn.house.names.seems_pasted(turn.text):
        return await pasted.answer(turn)
    reply = await talk.answer(turn)
    if reply.push is not None and reply.push.kind.startswith("reading.nothing") and correct.is_plainly_one(turn):
        return Reply(push=words.text("correct.nothing"))
    return reply


SAYS = re.compile(r"[说让我你他她吗吧呢了等怎谁很不没别]|什么|那边|这边")
"""What a sentence has and a name hardly ever."""


async def is_other_business(turn: Turn, card: CardRow) -> bool:
    """The sentence is plainly talk or a word of its own, not the answer that the card waits for (VOICE.md §2)."""
    word = turn.text.strip("。.!！ ")
    if turn.event.files or word in UNDO | WHY | SWAP or talk.is_greeting(turn.text) or report.wanted(word):
        return True
    if card.awaits == "report.edit" and report.is_edit(turn.text):
        return False
    if await turn.house.names.seems_pasted(turn.text):
        return True
    before = await spoken_of(turn.member, turn.at, turn.playbook)
    reading = await turn.house.names.reading(turn.text, turn.at, turn.calendar, context=before)
    says_much = bool(reading.stage or reading.action or reading.commitments)
    if card.awaits in ("reading.which_customer", "reading.customer_name"):
        asked = card.awaits == "reading.customer_name" or card.kind == "reading.who_is_it"
        return says_much or bool(reading.signals) or not _is_a_name(word, reading, asked=asked)
    if card.awaits == "reading.opportunity_name":
        return says_much or len(word) > asking.NAME_MOST
    return says_much and any(customer.known for customer in reading.customers)


def _is_a_name(word: str, reading: Reading, *, asked: bool) -> bool:
    """The sentence is a company's name and nothing else; where its name was asked for outright, most short ones are."""
    if len(word) > asking.NAME_MOST or parse(word) is not None:
        return False
    named = max((len(one.text) for one in reading.customers), default=0)
    return named * 2 > len(word) or (asked and not SAYS.search(word))
