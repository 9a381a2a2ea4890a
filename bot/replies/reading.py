"""Cards of VOICE.md A: what a message was read as, what is asked back, what was corrected and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from adapters.messages import Button, Card, Text
from bot.capture.values import Ask, Entry, Proposal
from bot.playbook.model import Playbook
from bot.replies import facts, words
from bot.replies.wording import beside, cut, due_of, money, quote, short_day
from nlp.reading import Candidate, Reading
from storage.records import Activity, Member, Opportunity

NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩"
PICKS_MOST = 3
TITLE_NAME_MOST = 14
STATUS_MOST = 30


@dataclass(frozen=True, slots=True)
class Eyes:
    """What every card of a reading is written with: the playbook, today, the channel, and the message before."""

    playbook: Playbook
    now: datetime
    last: Activity | None = None
    upload: str = ""
    """Address of the upload page for the card's commitment and gate; "" where there is nothing to hand in."""
    files_by_chat: bool = False

    @property
    def today(self) -> date:
        return self.now.date()


def title_name(name: str) -> str:
    return cut(name, TITLE_NAME_MOST)


def lines_of(entry: Entry, eyes: Eyes, before: Sequence[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    """All that A1 has to say; ``before`` are the lines of the card that this one folds into itself."""
    lines = facts.of_entry(entry, eyes.playbook, eyes.today, eyes.last)
    return facts.taking_in(lines, before) if before else lines


def clear(entry: Entry, eyes: Eyes, lines: Sequence[tuple[str, str]] | None = None) -> Card:
    """A1"""
    return words.card(
        "reading.clear",
        customer=title_name(entry.name),
        facts=facts.shorten(list(lines) if lines is not None else lines_of(entry, eyes)),
        why=facts.basis([entry], eyes.playbook),
        buttons=_main_buttons(eyes),
    )


def _main_buttons(eyes: Eyes) -> list[str | Button]:
    line: list[str | Button] = ["confirm", "edit", "undo"]
    if eyes.upload:
        line.append(words.button("add_evidence", url=eyes.upload))
    return line


def two(entries: Sequence[Entry], eyes: Eyes) -> Card:
    """A3: several customers in one message, each with its point."""
    lines: list[tuple[str, str]] = []
    for n, entry in enumerate(entries[:3]):
        lines.append((words.bit("n_customer", n=NUMBERS[n]), facts.customer_line(entry, eyes.last)))
        points = facts.of_entry(entry, eyes.playbook, eyes.today, eyes.last)[1:]
        point = "；".join(value for _, value in points[:2]) or quote(entry.activity.text, 20)
        lines.append((words.bit("point", n=NUMBERS[n]), point))
    edits: list[str | Button] = [Button(f"edit_{n + 1}", f"改{NUMBERS[n]}") for n in range(min(len(entries), 2))]
    return words.card(
        "reading.two_customers",
        count="两" if len(entries) == 2 else str(len(entries)),
        facts=facts.shorten(lines),
        why=facts.basis(entries, eyes.playbook),
        buttons=[words.button("all_right"), *edits, "undo"],
    )


def confirmed(data: Mapping[str, Any], who: str, clock: str) -> Card:
    """The same card after its 确认; ``data`` is what its row keeps of it."""
    facts_ = [(str(label), str(value)) for label, value in data.get("shown", [])]
    card = words.card(
        "reading.confirmed", customer="", who=who, clock=clock, facts=facts_, why=str(data.get("why", ""))
    )
    return replace(card, title=str(data["title"]))


# -- asking -------------------------------------------------------------------------------------------------------


def ask(question: Ask, proposal: Proposal, reading: Reading, eyes: Eyes) -> Card | Text:
    if question.kind == "which_opportunity":
        return which_opportunity(question, reading, eyes)
    return which_customer(question, reading, eyes)


def which_customer(question: Ask, reading: Reading, eyes: Eyes) -> Card:
    """A2: who it may be, at most three, a new one, none of them."""
    options = question.customers[:PICKS_MOST]
    lines = [
        (words.bit("looks_like" if n == 0 else "also_like"), _likeness(option)) for n, option in enumerate(options)
    ]
    if question.new and not options:
        lines.append((words.bit("looks_like"), words.bit("new_one", name=cut(question.new, 18))))
    lines.append((words.bit("to_record"), to_record(question.deal, reading)))
    buttons: list[str | Button] = [Button(f"pick:{n}", cut(option.name, 6)) for n, option in enumerate(options, 1)]
    key = "reading.which_customer" if options or question.new else "reading.who_is_it"
    return words.card(key, facts=facts.shorten(lines), buttons=[*buttons, "new_customer", "none"])


LIKENESS = {"pinyin": "same_sound", "alias": "same_letters", "abbreviation": "same_letters", "typo": "similar"}


def _likeness(option: Candidate) -> str:
    key = LIKENESS.get(option.how)
    return option.name + (words.bit(key) if key else "")


def to_record(n: int, reading: Reading) -> str:
    """In a few words, what waits to be recorded of the deal numbered ``n``."""
    deal = reading.deals[n]
    parts = [words.named("signals", signal.value) for signal in deal.signals]
    parts += [reading.commitments[i].what for i in deal.commitments]
    if deal.action:
        parts.append(words.named("actions", deal.action.value))
    said = quote(reading.text, 14)
    return f"{'、'.join(parts[:2])}（{said}）" if parts else said


def which_opportunity(question: Ask, reading: Reading, eyes: Eyes) -> Card:
    """A4"""
    options = question.opportunities[:PICKS_MOST]
    lines = [(words.bit("to_record"), to_record(question.deal, reading))]
    numerals = ("one", "two", "three")
    lines += [(words.bit(numerals[n]), opportunity_label(deal, eyes.playbook)) for n, deal in enumerate(options)]
    buttons: list[str | Button] = [Button(f"pick:{n}", cut(deal.name, 6)) for n, deal in enumerate(options, 1)]
    return words.card(
        "reading.which_opportunity",
        customer=title_name(question.words),
        count=len(question.opportunities),
        facts=facts.shorten(lines),
        buttons=[*buttons, *(["both"] if len(question.opportunities) == 2 else []), "none"],
    )


def opportunity_label(deal: Opportunity, playbook: Playbook) -> str:
    """二期产线 · ¥217 万 · 价格谈判"""
    stage = playbook.pipeline(deal.pipeline).stage(deal.stage)
    amount = money(deal.amount, deal.currency) if deal.amount is not None else ""
    return " · ".join(part for part in (deal.name, amount, stage.name if stage else "") if part)


# -- corrected and taken back -------------------------------------------------------------------------------------


def undone(name: str, when: str, lines: Sequence[tuple[str, str]]) -> Card:
    """A6"""
    card = words.card("reading.undone", customer=title_name(name), when=when, facts=facts.shorten(list(lines)))
    return card if name else replace(card, title=words.bit("undone_plain"))


def corrected(name: str, clock: str, lines: Sequence[tuple[str, str]]) -> Card:
    """A5"""
    return words.card("reading.corrected", customer=title_name(name), clock=clock, facts=facts.shorten(list(lines)))


def transcript(
    count: int,
    theirs: int,
    ours: int,
    day: date,
    entry: Entry | None,
    told: tuple[str, str] | None,
    idle: int,
    eyes: Eyes,
) -> Card:
    """A9; ``told`` are words of the customer's, and who said them when."""
    lines: list[tuple[str, str]] = []
    if entry is not None:
        lines.append((words.bit("customer"), facts.customer_line(entry, eyes.last)))
        if told is not None:
            lines.append((words.bit("customer_said"), _said_by(*told)))
        for one in entry.commitments:
            if one.by == "us":
                due = f"{due_of(one.due, eyes.today, evening=one.evening)} " if one.due else ""
                lines.append((words.bit("you_promised"), f"{due}{one.what}"))
            else:
                lines.append((words.bit("commitment"), facts.promise_line(one, eyes.today)))
        line = facts.stage_line(entry, eyes.playbook)
        if line:
            lines.append((words.bit("stage"), line))
    if idle:
        lines.append((words.bit("left_out"), words.bit("small_talk", count=idle)))
    return words.card(
        "reading.transcript",
        count=count,
        theirs=theirs,
        ours=ours,
        day=short_day(day, eyes.today),
        facts=facts.shorten(lines),
        buttons=_main_buttons(eyes),
    )


def _said_by(said: str, who: str) -> str:
    """“月底前要装两台”（周主任 10:23）"""
    return f"{quote(said, max(8, facts.VALUE_MOST - len(who) - 4))}（{who}）"


def why(reading: Reading) -> Text:
    """The whole chain: for each field its words, its rule, and how sure the reader was, in words."""
    lines = [
        words.bit(
            "why_line",
            field=_field_name(one.field),
            said=cut(reading.text[slice(*one.span)], 16),
            rule=one.rule,
            sure=_sureness(one.confidence),
        )
        for one in reading.why
    ]
    return words.text("reading.why", lines="\n".join(lines) or words.bit("why_nothing"))


def _field_name(path: str) -> str:
    return words.named("fields", path.partition("[")[0])


def _sureness(confidence: float) -> str:
    return words.bit("sure" if confidence >= 0.9 else "fairly_sure" if confidence >= 0.75 else "not_sure")


def hello_admin(name: str, account: str, user: str, clock: str, several: bool = False) -> Card:
    """G3, to the admin; with ``several`` platforms it may be a colleague of whom another account is known."""
    who = cut(user, STATUS_MOST - len(account) - 9)
    card = words.card("hello.ask_admin", name=beside(cut(name, 20)), account=account, user=who, clock=clock)
    if not several:
        return card
    known = Button("add_known", words.label("add_known"))
    return replace(card, buttons=(*card.buttons[:-1], known, card.buttons[-1]))


def greeting(member: Member) -> Text:
    """G2"""
    return words.text("hello.rep", name=member.name)
