"""Cards of what helps in a talk: an objection met (B6), cases for it (B5), and 考虑 taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import PurePosixPath

from adapters.messages import Attached, Button, Card, Text
from bot.knowledge.match import Match
from bot.playbook.knowledge import WHEN, Objection
from bot.replies import words
from bot.replies.wording import beside, clock_of, cut, moment_of, quote, short_day
from nlp.workdays import Calendar
from storage.records import Contact, Evidence

VALUE_MOST, LABEL_MOST = 26, 5
WHY_MOST = 80
SHOWN = 3
"""Cases or words on one card."""
AFTERNOON = time(15, 0)
Line = tuple[str, str]


def piece(key: str, **fields: object) -> str:
    return words.named("knowledge_words", key).format(**fields)


# -- B6 ------------------------------------------------------------------------------------------------------------


def objection(one: Objection, whom: str, said: str, at: datetime, file: Evidence | None, calendar: Calendar) -> Card:
    """B6: what to ask first, what to give, what comes next; the file where there is one."""
    then = calendar.workday_after(at.date(), 2)
    when = moment_of(datetime.combine(then, AFTERNOON), at.date())
    give = _file(one, file, at) if file is not None else one.give
    facts = [
        (piece("ask_first"), quote(one.ask, VALUE_MOST - 2)),
        (piece("then_give"), cut(give, VALUE_MOST)),
        (piece("next_step"), cut(one.then.format(**{WHEN: when}), VALUE_MOST)),
    ]
    take = [Button("take_file", _take(one.file))] if one.file else []
    return words.card(
        "objection.card", facts=facts, buttons=[*take, "similar_cases", "not_helpful"], name=cut(one.name, 8),
        what=_what(one), whom=beside(whom), clock=clock_of(at), said=quote(said, 16),
    )  # fmt: skip


def thanks(one: Objection) -> Card:
    return words.card("objection.thanks", name=cut(one.name, 8), what=_what(one))


def _what(one: Objection) -> str:
    return cut(one.file, 10) if one.file else piece("ask")


def _file(one: Objection, file: Evidence, now: datetime) -> str:
    """成本构成分解图（PDF，3月2日版）"""
    ending = PurePosixPath(file.file or "").suffix.removeprefix(".").lower()
    form = words.named("file_forms", ending)
    day = short_day(file.at.astimezone(now.tzinfo).date(), now.date())
    return piece("file_ready", file=cut(one.file, 10), form=form.upper() if form == ending else form, day=day)


def _take(file: str) -> str:
    key = {"图": "take_map", "表": "take_table"}.get(file[-1:], "take_file")
    return piece(key)


def file_itself(file: Evidence) -> Text:
    """The file; its words only where a platform cannot carry it."""
    assert file.file is not None and file.sha256 is not None
    text = words.text("objection.file", file=file.file)
    return Text(text.kind, text.text, file=Attached(file.file, file.sha256))


def no_file(one: Objection) -> Text:
    return words.text("objection.no_file", file=one.file) if one.file else words.text("objection.no_file_kind")


# -- B5 ------------------------------------------------------------------------------------------------------------


def case_line(name: str, whose: str, days: int, given: str) -> Line:
    """恒川精工｜太贵，给成本构成分解图，12 天签"""
    bare = piece("case_bare", name=name, days=days)
    room = VALUE_MOST - len(piece("case", name=name, given="", days=days))
    value = piece("case", name=name, given=cut(given, room), days=days) if given and room >= 4 else bare
    return cut(whose, LABEL_MOST), value


def script_line(one: Match) -> Line:
    """Words as a quote; what another customer went through as it is told."""
    said = one.script.says
    return one.script.title, cut(said, VALUE_MOST) if one.script.case else quote(said, VALUE_MOST - 2)


def cases(key: str, one: Objection, lines: Sequence[Line], real: int, times: int) -> Card:
    """B5: at most three; ``real`` of them are cases, the others words."""
    counts = (("count_cases", real), ("count_scripts", len(lines) - real))
    what = "、".join(piece(key, count=count) for key, count in counts if count)
    shown = [(label, cut(value, VALUE_MOST)) for label, value in lines]
    return words.card(key, facts=shown, name=cut(one.name, 8), what=what, n=times)


def scripts(found: Sequence[Match]) -> Text:
    """The whole words, to be forwarded."""
    return words.text("guide.words", lines=_whole(found))


def for_customer(name: str, found: Sequence[Match]) -> Text:
    """What may be said to this customer, each with how it did."""
    if not found:
        return words.text("customer.scripts.none", customer=name)
    return words.text("customer.scripts", customer=name, lines=_whole(found))


def _whole(found: Sequence[Match]) -> str:
    """第一句：“先看您的校区清单，我按清单报。”（用过 3 单，签约 2 单）"""
    lines = []
    for one in found:
        did = piece("did", taken=one.worked.taken, won=one.worked.won) if one.worked.taken else ""
        lines.append(piece("words_line", title=one.script.title, says=one.script.says, did=did))
    return "\n".join(lines)


def stopped(one: Objection) -> Card:
    return words.card("guide.stopped", name=cut(one.name, 8))


# -- 考虑 ----------------------------------------------------------------------------------------------------------


def considers(shown: Sequence[str], enough: int) -> Line:
    """考虑｜5 项中 3 项：要对比表、问周期、指定技术（意向高）"""
    if not shown:
        return piece("considering"), piece("considers_none")
    keen = piece("keen") if len(shown) >= enough else ""
    which = "、".join(words.named("considering", one) for one in shown)
    room = VALUE_MOST - len(piece("considers", count=len(shown), which="", keen=keen))
    return piece("considering"), piece("considers", count=len(shown), which=cut(which, room), keen=keen)


# -- tags ----------------------------------------------------------------------------------------------------------


def decides(told: Sequence[tuple[str, str]]) -> list[Line]:
    """决策｜刘科长：有预算审批权"""
    return [
        (piece("decides"), piece("decides_so", who=who, role=role) if role else piece("decides_not", who=who))
        for who, role in told
    ]


def tags_line(tags: Sequence[str]) -> str:
    return " · ".join(tags)


def tags_changed(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """标签｜医疗 → 医疗 · 公开招标; on two lines where one has no room."""
    before, after = tags_line(old) or "—", tags_line(new)
    both = words.bit("field_change", old=before, new=after)
    if len(both) <= VALUE_MOST:
        return [(piece("tags"), both)]
    return [(piece("tags"), cut(after, VALUE_MOST)), (words.bit("was"), cut(before, VALUE_MOST))]


def known_of(tags: Sequence[str], people: Sequence[Contact]) -> str:
    """标签：教育局 · 装备科。决策链：教育局-装备科科长-有预算审批权; "" where nothing is known."""
    chain = [
        "-".join(filter(None, [next(iter(tags), ""), f"{one.department or ''}{one.title or ''}", one.role]))
        for one in people
        if one.role
    ]
    lines = [piece("tags_are", tags=tags_line(tags))] if tags else []
    lines += [piece("chain_is", chain="；".join(dict.fromkeys(chain)))] if chain else []
    return cut("。".join(lines), WHY_MOST)


# -- G8 ------------------------------------------------------------------------------------------------------------


def newcomer(
    tags: Sequence[str], first: Contact | None, found: Sequence[Match], who: Sequence[str], deals: int, won: int
) -> Card:
    """G8: whom to see first, the words that worked, and from how many deals that is known."""
    facts = [(piece("whom_first"), cut(place(first), VALUE_MOST))] if first is not None else []
    facts += [script_line(one) for one in found]
    name = piece("and_others", who=who[0]) if len(who) > 1 else who[0]
    return words.card(
        "newcomer.scripts", facts=facts, tag=cut(tags[0], 6), count=len(found), tags=" · ".join(tags), who=beside(name),
        deals=deals, won=won,
    )  # fmt: skip


def place(one: Contact) -> str:
    """装备科科长（有预算审批权）: the place, not the person, who is another customer's."""
    title = piece("old_head") if one.title in ("总", None) else one.title
    who = f"{one.department or ''}{title}"
    return piece("who_decides", who=who, role=one.role) if one.role else who


def newcomer_thanks(tag: str) -> Card:
    return words.card("newcomer.thanks", tag=cut(tag, 6))


# -- E9 ------------------------------------------------------------------------------------------------------------


def concern(one: Objection, count: int) -> Text:
    """E9: 这小时 7 人碰到“价格太高”。"""
    return words.text("concern", count=count, name=concern_name(one))


def concern_name(one: Objection) -> str:
    known = words.entry("concerns")
    return str(known.get(one.signal, one.name))


def heard(one: Objection, said: Sequence[tuple[str, str, str]]) -> Text:
    """Who heard it of whom, in the words as said."""
    lines = "\n".join(piece("heard_line", who=who, customer=name, said=quote(words_, 30)) for who, name, words_ in said)
    return words.text("concern.words", name=concern_name(one), lines=lines)
