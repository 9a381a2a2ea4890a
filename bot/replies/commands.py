"""What slash commands answer (VOICE.md §4): wrong calls, help, one's own figures, stages and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.messages import Button, Card, Push, Text
from bot.access import LEADERS
from bot.followup.view import Matter
from bot.playbook.model import Pipeline, Playbook
from bot.replies import facts, words
from bot.replies import followup as promises
from bot.replies.ending import waiting_card
from bot.replies.reading import opportunity_label, title_name
from bot.replies.wording import clock_of, cut, money
from storage.opportunities import Figure
from storage.records import Opportunity

TITLE_MOST, STATUS_MOST, VALUE_MOST, WHY_MOST = 26, 30, 26, 80
LINES_MOST = 500
"""Lines of an answer, which a chat shows page by page."""
NAME_MOST = 12
STAGES_SHOWN = 3
NEAREST_LEAD = 4
"""Code points of 是不是：, which stands before the nearest call."""


def short(name: str) -> str:
    """A name as typed, for a message: on one line, cut."""
    return cut(" ".join(name.split()), NAME_MOST)


def piece(key: str, **fields: object) -> str:
    """One of the small pieces of the answers, filled."""
    return str(words.entry("said")[key]).format(**fields)


def wrong_words(key: str, *, alone: bool = False, **fields: object) -> str:
    """What is wrong with a call, in words; ``alone``: no right call stands beside it."""
    texts = words.entry("wrong")
    return str(texts.get(f"{key}.alone", texts[key]) if alone else texts[key]).format(**fields)


def word_of(command: str, name: str) -> str:
    """What texts say of a command: usage, brief, what, example; "" where they say nothing."""
    return str(words.entry(f"command.{command}").get(name, ""))


# -- wrong calls and help ------------------------------------------------------------------------------------------


def wrong(what: str, nearest: str = "") -> Push:
    """G4: a card with the nearest right call to tap, where there is one and it fits; else a text."""
    if not nearest:
        return words.text("cmd.wrong", what=what, buttons=[])
    lead = str(words.entry("cmd.wrong")["status"])
    if len(what) > TITLE_MOST or len(nearest) > WHY_MOST:
        return words.text("cmd.wrong", what=f"{what}。{lead.format(nearest=nearest)}")
    if len(nearest) > STATUS_MOST - NEAREST_LEAD:
        return words.card("cmd.wrong", what=what, status=lead.format(nearest=""), why=nearest)
    return words.card("cmd.wrong", what=what, nearest=nearest)


def role_names(roles: Iterable[str]) -> str:
    return "、".join(words.named("roles", role) for role in roles)


def noright(name: str, roles: Sequence[str]) -> Card:
    return words.card("cmd.noright", name=name, who=role_names(roles))


def asked(who: str, name: str, line: str) -> Card:
    """What the one who may gets when somebody else's call is handed on."""
    return words.card("cmd.asked", name=cut(who, 8), command=name, line=cut(line, STATUS_MOST))


def help_of(name: str, roles: Sequence[str]) -> Text:
    who = role_names(roles) or piece("everyone")
    return words.text("cmd.help.one", name=name, what=word_of(name, "what"), example=word_of(name, "example"), who=who)


def help_all(names: Sequence[str], roles: Sequence[str]) -> Text:
    """/help: what there is for these roles."""
    lines = [piece("help_intro"), *_lines_of(names), piece("help_example")]
    if LEADERS & set(roles):
        lines.append(piece("help_leader"))
    return words.text("cmd.help", words="\n".join([*lines, *_groups_of(names)]))


def _lines_of(names: Sequence[str]) -> list[str]:
    """The commands of everyone, those of one line together: /stage 松涛教育 方案演示 改阶段 · /promise 我的承诺"""
    lines: dict[object, list[str]] = {}
    for name in names:
        entry = words.entry(f"command.{name}")
        if "line" in entry:
            shown = " ".join(filter(None, [f"/{name}", str(entry.get("usage", "")), str(entry["brief"])]))
            lines.setdefault(entry["line"], []).append(shown)
    return [" · ".join(line) for line in lines.values()]


def _groups_of(names: Sequence[str]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for name in names:
        if group := word_of(name, "group"):
            groups.setdefault(group, []).append(f"/{name} {word_of(name, 'brief')}")
    return [f"{group}：{' · '.join(line)}" for group, line in groups.items()]


# -- one's own -----------------------------------------------------------------------------------------------------


def mine(
    who: str, customers: int, figures: Sequence[Figure], waiting: int, pipelines: Sequence[Pipeline], unplaced: int = 0
) -> Push:
    """/my: figures; a card where something waits for a tap."""
    deals = sum(one.count for one in figures)
    if not customers and not deals:
        return words.text("cmd.my.none", who=who)
    fields: dict[str, Any] = {"who": who, "customers": f"{customers:,}", "deals": f"{deals:,}", "sum": total(figures)}
    stages = _stages(figures, pipelines)
    if not waiting and not unplaced:
        return words.text("cmd.my", stages=f"{stages}。" if stages else "", buttons=[], **fields)
    buttons = ["see_waiting"] if waiting else []
    shown = [(words.bit("waiting_label"), words.bit("cards_waiting", count=waiting))] if waiting else []
    if unplaced:
        buttons.append("see_unassigned")
        shown.append((words.bit("unplaced_label"), words.bit("unplaced", count=unplaced)))
    if fields["sum"]:
        shown.insert(0, (words.bit("amount"), fields["sum"].removeprefix("，")))
    return words.card("cmd.my", stages=stages, facts=shown, buttons=buttons, **fields)


def total(figures: Iterable[Figure]) -> str:
    """，¥612 万; each currency by itself; nothing where no amount is known."""
    sums: dict[str, Decimal] = {}
    for one in figures:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return "".join(f"，{money(amount, currency)}" for currency, amount in sums.items() if amount)


def _stages(figures: Sequence[Figure], pipelines: Sequence[Pipeline]) -> str:
    """价格谈判 3 · 需求确认 6 · 其他 5: the furthest first."""
    counts: dict[str, int] = {}
    for one in figures:
        counts[one.stage] = counts.get(one.stage, 0) + one.count
    order = {stage.id: (n, stage.name) for line in reversed(pipelines) for n, stage in enumerate(line.stages)}
    furthest = sorted(counts, key=lambda id: -order.get(id, (-1, id))[0])
    room = STAGES_SHOWN if len(furthest) <= STAGES_SHOWN else STAGES_SHOWN - 1
    shown = [piece("stage_count", stage=order.get(id, (0, id))[1], count=counts[id]) for id in furthest[:room]]
    rest = sum(counts[id] for id in furthest[room:])
    return " · ".join([*shown, *([piece("others", count=rest)] if rest else [])])


def at_stage(stage: str, deals: Sequence[Opportunity], names: Mapping[str, str]) -> Text:
    """/my STAGE: each opportunity on a line, by the name of its customer."""
    if not deals:
        return words.text("cmd.my.stage.none", stage=stage)
    lines = [_deal_line(deal, names.get(deal.customer_id, "")) for deal in deals]
    figures = [Figure(stage, deal.currency, 1, deal.amount) for deal in deals if deal.amount is not None]
    return words.text("cmd.my.stage", stage=stage, count=len(deals), sum=total(figures), lines=listed(lines))


def _deal_line(deal: Opportunity, customer: str) -> str:
    amount = money(deal.amount, deal.currency) if deal.amount is not None else ""
    return " · ".join(filter(None, [customer, deal.name, amount]))


def listed(lines: Sequence[str], most: int = LINES_MOST) -> str:
    """One a line; the last says how many were left out."""
    if len(lines) <= most:
        return "\n".join(lines)
    return "\n".join([*lines[: most - 1], piece("and_more", count=len(lines) - most + 1)])


def promise_list(matters: Sequence[Matter], now: datetime) -> Text:
    """1 发方案 · 松涛教育 · 周二 3月10日"""
    lines = [
        f"{n} {one.promise.what} · {one.customer} · {promises.due_day(one.promise, now)}"
        for n, one in enumerate(matters, 1)
    ]
    return words.text("cmd.promise" if len(matters) > 1 else "cmd.promise.one", lines=listed(lines))


# -- stages and notes ----------------------------------------------------------------------------------------------


def moved(name: str, line: str, upload: str, label: str = "") -> Card:
    """A1 with the stage line alone."""
    buttons: list[str | Button] = ["confirm", "undo"]
    if upload:
        buttons.append(words.button("add_evidence", url=upload))
    shown = facts.shorten([(words.bit("customer"), name), (label or words.bit("stage"), line)])
    return words.card("reading.clear", customer=title_name(name), facts=shown, buttons=buttons)


def waits(name: str, way: str, line: str, missing: Sequence[str], upload: str, at: datetime) -> Card:
    """A11: won and lost wait for a tap, whoever says so."""
    said = piece("command_said", words=cut(line, VALUE_MOST - 11), clock=clock_of(at))
    shown = [(words.bit("basis"), said)]
    if way == "won" and missing:
        shown.append((words.bit("short_of"), cut("、".join(missing), VALUE_MOST)))
    return waiting_card(title_name(name), way, shown, upload if missing else "")


def which_deal(name: str, deals: Sequence[Opportunity], playbook: Playbook) -> Card:
    """Which of several opportunities is meant."""
    numerals = ("one", "two", "three")
    shown = [(words.bit(numerals[n]), opportunity_label(deal, playbook)) for n, deal in enumerate(deals[:3])]
    buttons = [Button(f"pick:{n}", cut(deal.name, 6)) for n, deal in enumerate(deals[:3], 1)]
    return words.card(
        "cmd.which", customer=title_name(name), count=len(deals), facts=facts.shorten(shown), buttons=buttons
    )


def noted(name: str) -> Card:
    return words.card("cmd.note", customer=cut(name, TITLE_MOST - 5))
