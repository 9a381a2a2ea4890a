"""How one customer stands, on /customer's card, and its latest activities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from adapters.messages import Card, Text
from bot.followup.view import Matter
from bot.playbook.model import Playbook
from bot.replies import followup as promises
from bot.replies import knowledge, words
from bot.replies.commands import STATUS_MOST, TITLE_MOST, VALUE_MOST, piece, total
from bot.replies.wording import clock_of, cut, day_of, moment_of, quote, short_day
from storage.opportunities import Figure
from storage.records import Activity, Contact, Opportunity


def card(
    name: str, status: str, last: Activity | None, found: Sequence[Matter], people: Sequence[Contact], missing: str,
    ahead: str, note: str, now: datetime, tags: Sequence[str] = (),
) -> Card:  # fmt: skip
    """/customer: 末句, 承诺, 找谁, 还差, 下次, 备注, each where there is something to say; below, its tags."""
    deciding = sorted(people, key=lambda one: not one.role)
    lines = [
        (piece("last_words"), _last_words(last, now) if last else ""),
        (words.bit("commitment"), _promise(found, now)),
        (words.bit("contact"), "、".join(_person(one) for one in deciding[:3])),
        (words.bit("short_of"), missing),
        (piece("next"), ahead),
        (piece("note"), note.strip().splitlines()[-1] if note.strip() else ""),
    ]
    shown = [(label, cut(value, VALUE_MOST)) for label, value in lines if value]
    return words.card(
        "cmd.customer", customer=cut(name, TITLE_MOST), status=cut(status, STATUS_MOST), facts=shown,
        why=knowledge.known_of(tags, people),
    )  # fmt: skip


def standing(deals: Sequence[Opportunity], playbook: Playbook, owner: str) -> str:
    """方案演示 · ¥46 万 · 张伟; of several 2 个商机 · ¥132 万 · 张伟"""
    if not deals:
        return f"{piece('no_deal')} · {owner}"
    stage = playbook.pipeline(deals[0].pipeline).stage(deals[0].stage)
    head = piece("deals", count=len(deals)) if len(deals) > 1 else stage.name if stage else deals[0].stage
    sums = total(Figure("", deal.currency, 1, deal.amount) for deal in deals if deal.amount is not None)
    return " · ".join(filter(None, [head, *sums.split("，"), owner]))


def _last_words(last: Activity, now: datetime) -> str:
    day = short_day(last.occurred_at.astimezone(now.tzinfo).date(), now.date())
    room = VALUE_MOST - len(piece("last_said", words="“”", day=day))
    return piece("last_said", words=quote(last.text or words.named("actions", last.action or "other"), room), day=day)


def _promise(found: Sequence[Matter], now: datetime) -> str:
    """The promise that is due first, and how many more there are."""
    if not found:
        return ""
    more = f"（{piece('and_more', count=len(found) - 1)}）" if len(found) > 1 else ""
    line = f"{found[0].promise.what}，{promises.due_day(found[0].promise, now)}"
    return cut(line, VALUE_MOST - len(more)) + more


def _person(contact: Contact) -> str:
    """装备科周主任（有预算审批权）"""
    who = f"{contact.department or ''}{contact.name}{contact.title or ''}"
    return knowledge.piece("who_decides", who=who, role=contact.role) if contact.role else who


def missing_for(kinds: Sequence[str], stage: str, playbook: Playbook) -> str:
    """采购流程图（进「合同签署」）; （待补） where it was let pass."""
    if not kinds:
        return ""
    key, names = ("gate" if stage else "owed"), "、".join(playbook.called(kind) for kind in kinds)
    room = VALUE_MOST - len(piece(key, missing="", stage=stage))
    return piece(key, missing=cut(names, max(4, room)), stage=stage)


def planned(activity: Activity, now: datetime) -> str:
    """方案演示，周四 3月12日 14:00"""
    assert activity.planned_for is not None
    at = activity.planned_for.astimezone(now.tzinfo)
    when = moment_of(at, now.date()) if (at.hour, at.minute) != (0, 0) else day_of(at.date(), now.date())
    return piece("planned", action=words.named("actions", activity.action or "other"), when=when)


def signing(day: date, today: date) -> str:
    return piece("signing", day=day_of(day, today))


def timeline(name: str, activities: Sequence[Activity], now: datetime) -> Text:
    """The latest activities, youngest first: 3月10日 10:02 电话：“郑总要九五折”"""
    if not activities:
        return words.text("cmd.customer.timeline.none", customer=name)
    lines = [_activity_line(one, now) for one in activities]
    return words.text("cmd.customer.timeline", customer=name, count=len(lines), lines="\n".join(lines))


def _activity_line(one: Activity, now: datetime) -> str:
    at = one.occurred_at.astimezone(now.tzinfo)
    action = f" {words.named('actions', one.action)}" if one.action else ""
    return f"{short_day(at.date(), now.date())} {clock_of(at)}{action}：{quote(one.text, 30)}"
