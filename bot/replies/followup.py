"""Cards of VOICE.md C: what is said of promises, ahead, on the day, late, and when they are closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.messages import Button, Card, Choice, Push, Text
from bot.followup.view import Matter
from bot.replies import words
from bot.replies.wording import clock_of, cut, day_of, due_of, moment_of, money, near_day, quote, short_day, weekday
from nlp.workdays import Calendar
from storage.records import Commitment, Evidence

MOST = 6
"""Promises on one card: as many as it has lines."""
TITLE_MOST = 26
STATUS_MOST = 30
VALUE_MOST = 26
OPTION_MOST = 12
PICKS_MOST = 3
LATE_MOST = 20
"""Code points of a late promise in its card's title."""
LEAST_ROOM = 8
"""Code points that a promise and its customer need beside the day."""
NUMBERS = "一二三四五六"
CIRCLED = "①②③④⑤⑥"
ORDINALS = ("第一件", "第二件", "第三件", "第四件", "第五件")
ASKS_FOR_A_FILE = (
    "发",
    "提交",
    "提供",
    "递交",
    "出",
    "做",
    "交",
    "整理",
    "准备",
    "传",
    "报",
    "补",
    "改",
    "写",
    "寄",
    "送",
)


A_WORD = ("答复", "回复", "回话", "消息", "电话", "说法", "准信", "时间", "折扣", "支持")
"""What is given without a file."""


def wants_file(promise: Commitment) -> bool:
    """Something is to be handed over, so that there may be a file to prove it; a call or a visit has none."""
    what = promise.what.removeprefix("把")
    return what.startswith(ASKS_FOR_A_FILE) or (what.startswith("给") and not what.endswith(A_WORD))


def due_day(promise: Commitment, now: datetime) -> str:
    """The due without 前: 周五 3月13日, 周三 3月11日 16:30, 周二 3月10日 晚上."""
    if isinstance(promise.due, datetime):
        return moment_of(promise.due.astimezone(now.tzinfo), now.date())
    if promise.due is None:
        return words.bit("no_due")
    return f"{day_of(promise.due, now.date())}{' 晚上' if promise.evening else ''}"


def due_until(promise: Commitment, now: datetime) -> str:
    """周五 3月13日前"""
    due = promise.due
    return due_of(due.astimezone(now.tzinfo) if isinstance(due, datetime) else due, now.date(), evening=promise.evening)


def _near(promise: Commitment, now: datetime) -> str:
    """明天, 周一; of a clock time today 今天 17:00."""
    due = promise.due
    if isinstance(due, datetime):
        local = due.astimezone(now.tzinfo)
        day = near_day(local.date(), now.date())
        return f"{day} {clock_of(local)} " if local.date() == now.date() else day
    return near_day(due, now.date()) if due else ""


def _whom(lead: str, matter: Matter) -> str:
    """Customer and contact, cut to what the status line leaves beside ``lead``."""
    room = STATUS_MOST - len(lead)
    return matter.whom if len(matter.whom) <= room else cut(matter.customer, room)


def what_of(matter: Matter, beside: int) -> str:
    return cut(matter.promise.what, TITLE_MOST - beside)


def line(matter: Matter, now: datetime) -> str:
    """发报价单 · 瑞禾医疗 · 周五 3月13日; without the customer where a fact has no room for all three."""
    day = due_day(matter.promise, now)
    room = VALUE_MOST - len(day) - 6
    if room < LEAST_ROOM:
        return f"{cut(matter.promise.what, VALUE_MOST - len(day) - 3)} · {day}"
    what = cut(matter.promise.what, max(4, room - min(len(matter.customer), room // 2)))
    return f"{what} · {cut(matter.customer, room - len(what))} · {day}"


def ahead(matters: Sequence[Matter], now: datetime) -> Card:
    """C1; several of one moment on one card."""
    if len(matters) > 1:
        near = {_near(one.promise, now).split(" ")[0] for one in matters}
        return _several(
            "promise.ahead", matters, now, f"{near.pop() if len(near) == 1 else '快'}到期 {len(matters)} 件"
        )
    one = matters[0]
    due, when = due_until(one.promise, now), _near(one.promise, now)
    said = f"（{short_day(one.promise.said_at.astimezone(now.tzinfo).date(), now.date())}）"
    facts = (
        [(words.bit("said_label"), quote(one.promise.quote, VALUE_MOST - 2 - len(said)) + said)]
        if one.promise.quote
        else []
    )
    return words.card(
        "promise.ahead", facts=facts, buttons=[done_button(one), "move", "not_needed"], when=when,
        what=what_of(one, len(when) + 3), due=due, whom=_whom(due + " · ", one),
    )  # fmt: skip


def done_button(matter: Matter) -> Button:
    """已经发了; of a call or a visit 已经办了."""
    return words.button("done", None if wants_file(matter.promise) else words.bit("done_act"))


def on_the_day(matters: Sequence[Matter], now: datetime, at_hand: Evidence | None = None) -> Card:
    """C2; ``at_hand`` is a file on record that looks like what was promised."""
    if len(matters) > 1:
        return _several("promise.now", matters, now, f"今天到期 {len(matters)} 件")
    one = matters[0]
    due = due_day(one.promise, now)
    facts = []
    if at_hand is not None and at_hand.file:
        stored = words.bit("stored_on", day=short_day(at_hand.at.astimezone(now.tzinfo).date(), now.date()))
        facts.append((words.bit("at_hand_label"), cut(at_hand.file, VALUE_MOST - len(stored)) + stored))
    buttons: list[str | Button] = [done_button(one), "move", "not_needed", "ask_help"]
    return words.card(
        "promise.now", facts=facts, buttons=buttons, what=what_of(one, 5), due=due, whom=_whom(due + " · ", one)
    )


def late(matters: Sequence[Matter], now: datetime, calendar: Calendar) -> Card:
    """C3."""
    others: list[str | Button] = [words.button("move_monday", _move_label(now, calendar)), "move", "ask_help"]
    if len(matters) > 1:
        return _several("promise.late", matters, now, f"{len(matters)} 件还没见到", ["done", *others])
    one = matters[0]
    due, file = due_day(one.promise, now), wants_file(one.promise)
    script = late_script(one, now, calendar)
    title = words.bit(
        "late_thing" if file else "late_act", what=cut(one.thing if file else one.promise.what, LATE_MOST)
    )
    return words.card(
        "promise.late",
        facts=[(words.bit("may_send"), quote(script, VALUE_MOST - 2))] if script else [],
        buttons=[done_button(one), *others],
        title=title,
        due=due,
        whom=_whom(f" · 原定 {due}", one),
    )


def _move_label(now: datetime, calendar: Calendar) -> str:
    return f"改到{weekday(calendar.workday_after(now.date()))}"


def late_script(matter: Matter, now: datetime, calendar: Calendar) -> str:
    """What the rep may send about a late promise: 周主任，报价单周一给您。"""
    day = weekday(calendar.workday_after(now.date()))
    who = f"{matter.contact}，" if matter.contact else ""
    key = "script_late" if wants_file(matter.promise) else "script_late_act"
    return words.bit(key, who=who, thing=matter.thing, what=matter.promise.what, day=day)


def _several(
    kind: str, matters: Sequence[Matter], now: datetime, title: str, buttons: Sequence[str | Button] | None = None
) -> Card:
    """One card for several promises of one moment: which of them a button means is chosen."""
    card = words.card(
        kind,
        facts=[(NUMBERS[n], line(one, now)) for n, one in enumerate(matters)],
        status=words.bit("choose_one"),
        buttons=buttons,
        choice=choice(matters),
        when="", what="", due="", whom="", title="", count="", who="",
    )  # fmt: skip
    return replace(card, title=title)


def choice(matters: Sequence[Matter], numbers: str = NUMBERS) -> Choice:
    """Which promise: by number and words."""
    options = [(one.promise.id, cut(f"{numbers[n]} {one.promise.what}", OPTION_MOST)) for n, one in enumerate(matters)]
    return Choice(words.bit("which_promise"), words.options(options))


def late_manager(
    matters: Sequence[Matter], now: datetime, said: Mapping[str, str] | None = None, status: str | None = None
) -> Card:
    """C4: all of a day's moment that goes to one manager; ``said`` is what the owners answered, by promise."""
    said = said or {}
    if len(matters) == 1:
        one = matters[0]
        quiet = words.bit("on_leave_now" if one.away.on(now.date()) else "no_answer_yet")
        answer = quote(said[one.promise.id], VALUE_MOST - 2) if one.promise.id in said else quiet
        facts = [
            (words.bit("commitment"), cut(f"{one.promise.what}，{due_day(one.promise, now)}", VALUE_MOST)),
            (cut(f"{one.owner}说", 5), answer),
        ]
        deal = one.opportunity
        worth = f" · {money(deal.amount, deal.currency)}" if deal and deal.amount else ""
        head = f"{one.owner} · "
        who = head + cut(one.customer, STATUS_MOST - len(head) - len(worth)) + worth
        return words.card("promise.late.manager", facts=facts, status=status, count=1, who=who)
    facts = []
    for n, one in enumerate(matters):
        facts.append((cut(f"{CIRCLED[n]}{one.owner}", 5), line(one, now)))
        if one.promise.id in said and len(facts) < MOST:
            facts.append((cut(f"{one.owner}说", 5), quote(said[one.promise.id], VALUE_MOST - 2)))
    owners = Counter(one.owner for one in matters)
    who = cut("，".join(f"{name} {n} 件" for name, n in owners.items()), STATUS_MOST)
    return words.card(
        "promise.late.manager",
        facts=facts[:MOST],
        choice=choice(matters, CIRCLED),
        status=status,
        count=len(matters),
        who=who,
    )


def customers_word(matter: Matter, now: datetime) -> Card:
    """C6."""
    promise = matter.promise
    who = cut(matter.contact or matter.customer, 8)
    due = promise.due.astimezone(now.tzinfo).date() if isinstance(promise.due, datetime) else promise.due
    when = ("今天" if due == now.date() else weekday(due)) if due else ""
    shown = due_day(promise, now)
    return words.card(
        "promise.customer",
        facts=[(words.bit("may_send"), quote(customer_script(matter), VALUE_MOST - 2))],
        who=who,
        when=when,
        what=cut(promise.what, TITLE_MOST - len(who) - len(when) - 1),
        due=shown,
        customer=cut(matter.customer, STATUS_MOST - len(shown) - 3),
    )


def customer_script(matter: Matter) -> str:
    return words.bit("script_customer", who=f"{matter.contact}，" if matter.contact else "")


def closed(matter: Matter, now: datetime, calendar: Calendar, by: str = "") -> Card:
    """C5; ``by`` is who handed the file in, where it was not the reader of the card."""
    promise = matter.promise
    at = (promise.closed_at or now).astimezone(now.tzinfo)
    facts = [(words.bit("customer"), cut(matter.whom, VALUE_MOST))]
    if matter.proof is not None and matter.proof.file:
        source = words.bit("proof_from", who=by or "你")
        facts.append((words.bit("material"), cut(matter.proof.file, VALUE_MOST - len(source)) + source))
    return words.card(
        "promise.closed", facts=facts, what=what_of(matter, 3), when=moment_of(at, now.date()),
        early=_early(promise, at, calendar),
    )  # fmt: skip


def _early(promise: Commitment, at: datetime, calendar: Calendar) -> str:
    """，提前 1 天; nothing when it was on the day or after."""
    due = promise.due.astimezone(at.tzinfo).date() if isinstance(promise.due, datetime) else promise.due
    days = calendar.workdays_between(at.date(), due) if due else 0
    return words.bit("early_days", days=days) if days > 0 else ""


def which(matters: Sequence[Matter], now: datetime, *, file: str = "", said: str = "") -> Card:
    """C7: a file or a sentence that may close several."""
    shown = matters[:PICKS_MOST]
    picks = [Button(f"pick:{n + 1}", ORDINALS[n]) for n in range(len(shown))]
    return words.card(
        "promise.which",
        facts=[(NUMBERS[n], line(one, now)) for n, one in enumerate(shown)],
        buttons=[*picks, words.button("none")],
        asked=words.bit("which_for_file" if file else "which_for_words"),
        words=cut(file, STATUS_MOST) if file else quote(said, STATUS_MOST - 2),
    )


def with_footer(push: Push, footer: str) -> Push:
    """The same push with a footer; a text has none and says it behind."""
    if isinstance(push, Text):
        return Text(push.kind, f"{push.text}\n{footer}", push.buttons)
    return replace(push, footer=footer)
