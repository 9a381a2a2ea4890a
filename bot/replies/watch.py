"""Cards of what is to be looked at: B3, B4, B8, E2, E2b, E3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from adapters.messages import Card, Choice, Fact, Push, Text
from bot.process.cases import Case, Listed
from bot.process.watch import Line
from bot.replies import words
from bot.replies.wording import clock_of, cut, day_of, money, quote, short_day, weekday
from storage.records import Risk

VALUE_MOST = 26
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
MOST = 6
"""Opportunities on one card: as many facts as it holds."""
FILES = ("no_quote", "no_case")
"""Reasons whose mend is a file."""


def piece(key: str, **fields: object) -> str:
    return words.named("watch_words", key).format(**fields)


def worth(case: Case, lead: str = " · ") -> str:
    deal = case.deal
    return f"{lead}{money(deal.amount, deal.currency)}" if deal.amount else ""


def who(case: Case) -> str:
    return case.contact or piece("the_customer")


def last_words(case: Case, now: datetime, most: int = VALUE_MOST) -> str:
    """“等财务回话”（3月6日）; "" where nothing was said."""
    if case.last is None or not case.last.text:
        return ""
    said = piece("said_on", day=short_day(case.last.occurred_at.astimezone(now.tzinfo).date(), now.date()))
    return quote(case.last.text, most - 2 - len(said)) + said


def script(case: Case, kind: str) -> str:
    """What the rep may send; nothing goes to a customer but by his own hand."""
    return piece(f"{kind}_script", who=who(case))


def stall(case: Case, line: Line, now: datetime) -> Card:
    """B3."""
    since = case.deal.stage_since.astimezone(now.tzinfo).date()
    day = day_of(since, now.date())
    room = 30 - len(f"{worth(case)} · {day} 起")
    facts = [(piece("during"), piece("during_value", count=case.watched.sight.talks))]
    if said := last_words(case, now):
        facts.append((piece("last_said"), said))
    facts.append((piece("may_send"), quote(script(case, "stalled"), VALUE_MOST - 2)))
    return words.card(
        "stage.stall", facts=facts, customer=case.customer, stage=case.stage, n=case.stay(now),
        deal=cut(case.deal.name, max(2, room)), worth=worth(case), day=day,
    )  # fmt: skip


def stalls(found: Sequence[Case], now: datetime) -> Card:
    """B3 for all that came to one rep at one moment: which of them a button means is chosen."""
    facts = []
    for n, case in enumerate(found):
        stands = piece("stall_line", stage=case.stage, n=case.stay(now))
        name = cut(case.customer, max(4, VALUE_MOST - len(stands) - 1))
        facts.append((CIRCLED[n], f"{name} {stands}"))
    options = words.options((one.deal.id, cut(f"{CIRCLED[n]}{one.customer}", 12)) for n, one in enumerate(found))
    card = words.card("stage.stall.several", facts=facts, choice=Choice(piece("which"), options), count=len(found))
    return replace(card, kind="stage.stall")


def _when(line: Line, now: datetime) -> str:
    at = line.at.astimezone(now.tzinfo)
    return clock_of(at) if at.date() == now.date() else f"{weekday(at.date())} {clock_of(at)}"


def earlies(found: Sequence[tuple[Case, Line]], manager: str, now: datetime) -> Card:
    """E3 for all that the rep is told of at one moment."""
    facts, names = [], []
    for n, (case, line) in enumerate(found):
        what = f"{_when(line, now)} {piece(f'{line.kind}_early', hours=line.facts.get('hours', ''))}"
        facts.append((CIRCLED[n], f"{cut(case.customer, max(4, VALUE_MOST - len(what) - 1))} {what}"))
        names.append((case.deal.id, cut(f"{CIRCLED[n]}{case.customer}", 12)))
    along = piece("reads_along", manager=manager) if found[0][0].playbook.watch.copy_manager == "early" else None
    card = words.card(
        "risk.early.several", facts=facts, choice=Choice(piece("which"), words.options(names)), footer=along,
        count=len(found), manager=manager,
    )  # fmt: skip
    return replace(card, kind="risk.early")


def early(case: Case, line: Line, manager: str, now: datetime) -> Card:
    """E3."""
    left, when = line.at - now, _when(line, now)
    near = piece("near_hours", hours=max(1, round(left / timedelta(hours=1)))) if left < timedelta(hours=5) else when
    facts = [(piece("last_said"), said)] if (said := last_words(case, now)) else []
    facts.append((piece("may_send"), quote(script(case, line.kind), VALUE_MOST - 2)))
    what = piece(f"{line.kind}_early", hours=line.facts.get("hours", ""))
    along = piece("reads_along", manager=manager) if case.playbook.watch.copy_manager == "early" else None
    return words.card(
        "risk.early", facts=facts, footer=along, near=near, customer=case.customer, what=what, when=when,
        worth=worth(case), manager=manager,
    )  # fmt: skip


def blocked(case: Case, track: str, step: str, since: date, manager: str, today: date) -> Card:
    """B4; the reason is chosen, never written. Without a track it asks for the stage."""
    reasons = case.playbook.reasons.blocked
    options = words.options((f"r{n}", cut(reason, 12)) for n, reason in enumerate(reasons))
    return words.card(
        "step.blocked", choice=Choice(words.bit("reason_label"), options), customer=case.customer, step=step,
        line=f"{track}这条线 · " if track else "", since=f"{day_of(since, today)} 起", manager=manager,
    )  # fmt: skip


def memo(case: Case) -> Card:
    """B8."""
    return words.card("exempt.memo", customer=case.customer, deal=cut(case.deal.name, 16), worth=worth(case))


def several_blocked(found: Sequence[tuple[Case, str, date]], manager: str, today: date) -> Card:
    """B4 for all that is stuck at one moment: the reasons are asked one by one."""
    facts, names = [], []
    for n, (case, step, since) in enumerate(found):
        what = f"{step}，{day_of(since, today)} 起"
        facts.append((CIRCLED[n], f"{cut(case.customer, max(4, VALUE_MOST - len(what) - 1))} {what}"))
        names.append((case.deal.id, cut(f"{CIRCLED[n]}{case.customer}", 12)))
    card = words.card(
        "step.blocked.several", facts=facts, choice=Choice(piece("which"), words.options(names)), count=len(found),
        manager=manager,
    )  # fmt: skip
    return replace(card, kind="step.blocked")


def memos(found: Sequence[Case]) -> Card:
    """B8 for all that come back on one day."""
    facts = []
    for n, case in enumerate(found):
        name = cut(case.customer, 12)
        facts.append(
            (
                CIRCLED[n],
                f"{name} {cut(case.deal.name, max(2, VALUE_MOST - len(name) - len(worth(case)) - 1))}{worth(case)}",
            )
        )
    options = words.options((one.deal.id, cut(f"{CIRCLED[n]}{one.customer}", 12)) for n, one in enumerate(found))
    card = words.card("exempt.memo.several", facts=facts, choice=Choice(piece("which"), options), count=len(found))
    return replace(card, kind="exempt.memo")


def beside_stall(case: Case, now: datetime) -> tuple[str, str]:
    """A long stay, as a line on a card about something else of the customer."""
    return words.bit("stage"), cut(piece("stall_line", stage=case.stage, n=case.stay(now)), VALUE_MOST)


def beside_step(step: str, since: date, today: date) -> tuple[str, str]:
    return piece("stuck"), cut(f"{step}，{day_of(since, today)} 起", VALUE_MOST)


def beside_memo(case: Case) -> tuple[str, str]:
    return piece("out_of_reach"), cut(piece("out_of_reach_value", deal=case.deal.name), VALUE_MOST)


def with_lines(card: Card, lines: Sequence[tuple[str, str]]) -> Card:
    """The card with further facts, as many as it holds."""
    more = tuple(Fact(label, value) for label, value in dict.fromkeys(lines))
    return replace(card, facts=(*card.facts, *more)[:MOST])


def why(case: Case, risk: Risk, now: datetime) -> str:
    """谈 3 次，还没分项报价"""
    facts = dict(risk.facts)
    if risk.kind == "silent":
        heard = datetime.fromisoformat(str(facts["heard"]))
        facts["hours"] = case.watched.hours.between(heard, now)
    if risk.kind == "no_case":
        facts["hours"] = case.watched.hours.between(datetime.fromisoformat(str(facts["since"])), now)
    reason = f"：{case.deal.blocked_reason}" if case.deal.blocked_reason else ""
    fields = {**facts, "step": case.step(facts)[1], "reason": reason, "stage": case.stage, "stay": case.stay(now)}
    return piece(risk.kind, **fields)


def _lines(case: Case, number: str, now: datetime) -> list[tuple[str, str]]:
    assert case.risk is not None
    reason = why(case, case.risk, now)
    room = VALUE_MOST - len(reason) - len(worth(case, " ")) - 1
    do = piece(f"{case.risk.kind}_do", who=who(case))
    said = last_words(case, now, VALUE_MOST - len(do) - 2)
    worded = f"{do}（{said.replace('（', '').replace('）', '')}）" if said and len(do) < 14 else do
    return [
        (cut(f"{number}{case.owner.name}", 5), f"{cut(case.customer, max(3, room))}{worth(case, ' ')}：{reason}"),
        (f"{number}{piece('can_do')}", cut(worded, VALUE_MOST)),
    ]


def risk_list(listed: Listed, team: str, than: str, now: datetime) -> Card:
    """E2."""
    facts = [line for n, case in enumerate(listed.shown) for line in _lines(case, CIRCLED[n], now)]
    total = sum((one.amount or Decimal() for one in (case.deal for case in listed.shown)), Decimal())
    options = words.options((one.deal.id, cut(f"{CIRCLED[n]}{one.customer}", 12)) for n, one in enumerate(listed.shown))
    more = len(listed.deals) - len(listed.shown)
    footer = piece("more_deals", count=more) if more > 0 else ""
    return words.card(
        "risk.list", facts=facts[:6], choice=Choice(piece("which"), options), footer=footer,
        count=len(listed.shown), team=cut(team, 8), sum=money(total), than=than,
    )  # fmt: skip


def own_list(listed: Listed, who_: str, now: datetime) -> Card:
    """A rep's own 单: nobody to remind."""
    return replace(risk_list(listed, who_, "", now), buttons=(), choice=None)


def nudge_words(case: Case, n: int, about: str = "") -> str:
    """The ``n``-th way to say it, from 0; ``about`` is what, where the risk does not say it."""
    kind = case.risk.kind if case.risk else "stalled"
    key = "nudge_file_1" if n % 3 == 0 and kind in FILES else f"nudge_{n % 3 + 1}"
    return piece(key, thing=about or thing(case))


def thing(case: Case) -> str:
    return piece(f"{case.risk.kind if case.risk else 'stalled'}_thing")


def preview(case: Case, said: str) -> Card:
    facts = [(piece("you_say"), quote(said, VALUE_MOST - 2))]
    return words.card("nudge.preview", facts=facts, who=case.owner.name, customer=case.customer)


def sent(case: Case, said: str, status: str, back: str = "") -> Card:
    facts = [(piece("you_say"), quote(said, VALUE_MOST - 2))]
    if back:
        facts.append((cut(piece("says", who=case.owner.name), 5), quote(back, VALUE_MOST - 2)))
    return words.card("nudge.sent", facts=facts, who=case.owner.name, customer=case.customer, status=status)


def nudge(case: Case, manager: str, said: str, now: datetime, about: str = "") -> Card:
    """E2b: in her name, in her words."""
    facts = [(cut(piece("says", who=manager), 5), quote(said, VALUE_MOST - 2))]
    return words.card(
        "nudge", facts=facts, who=manager, customer=case.customer, thing=about or thing(case), clock=clock_of(now),
        stay=f"{worth(case, '')} · 第 {case.stay(now)} 个工作日".removeprefix(" · "),
    )  # fmt: skip


def with_status(push: Push, status: str, gone: Sequence[str] = ()) -> Push:
    """The same card with another status line, without the buttons ``gone``."""
    if isinstance(push, Text):
        return push
    return replace(push, status=status, buttons=tuple(one for one in push.buttons if one.id not in gone))
