"""F4–F6: what is said when a customer changes hands, to who gives, who takes and who decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.messages import Button, Card, Fact
from bot.handover.parcel import RULE, Owned, Parcel
from bot.handover.service import Case
from bot.handover.takers import Taker
from bot.letter import Letter
from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.followup import NUMBERS, VALUE_MOST, due_until
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, cut, moment_of, money, quote, short_day
from storage.records import Customer, Member

NAME_MOST = 8


def counted(parcel: Parcel) -> str:
    """商机 1、承诺 2、任务 1; only what there is, and nothing but the customer where that is all."""
    counts = (("deals", parcel.deals), ("promises", parcel.promises), ("tasks", parcel.tasks))
    return "、".join(words.bit(f"over_{name}", count=len(found)) for name, found in counts if found) or words.bit(
        "over_customer"
    )


def about(case: Case) -> dict[str, Any]:
    """What the taps on any of the cards need."""
    return {"handover": case.done.id, "customer": case.done.customer_id, "name": case.name}


def giver(case: Case, now: datetime, status: str | None = None) -> Card:
    """F4."""
    takes = f"{counted(case.parcel)}、{words.bit('over_talk')}"
    facts = [
        (words.bit("why_label"), cut(case.done.reason, VALUE_MOST)),
        (words.bit("taken_along"), cut(takes, VALUE_MOST)),
        (words.bit("signed_label"), words.bit("signed_still")),
    ]
    hours = round((case.done.returnable_until - case.done.at).total_seconds() / 3600)
    return words.card(
        "reassign.giver", facts=[fact for fact in facts if fact[1]], status=status, customer=title_name(case.name),
        name=case.taker.name, who=_decided(case), clock=clock_of(_at(case, now)), hours=hours,
    )  # fmt: skip


def _decided(case: Case) -> str:
    """Who decided; a rule is not a person."""
    return words.bit("a_rule") if case.done.items.get(RULE) else cut(case.by.name, NAME_MOST)


def taker(case: Case, now: datetime, playbook: Playbook, said: str = "", status: str | None = None) -> Card:
    """F5; ``said`` is what the giver answered."""
    lines = [
        (words.bit("most_urgent"), _urgent(case, now)),
        (words.bit("contact"), _contact(case)),
        (words.bit("last_said_label"), _last(case, now)),
        (words.bit("outside_label"), words.bit("outside_goes", at=until(case, now)) if case.outside else ""),
        (words.bit("handover_label"), quote(case.done.note, VALUE_MOST - 2) if case.done.note else ""),
        (cut(words.bit("says_label", who=case.giver.name), 5), quote(said, VALUE_MOST - 2) if said else ""),
    ]
    deal = max(case.parcel.deals, key=lambda one: one.amount or 0, default=None)
    stage = playbook.pipeline(deal.pipeline).stage(deal.stage) if deal else None
    ask = words.button("ask_giver", cut(words.bit("ask_giver", who=case.giver.name), 6))
    return words.card(
        "reassign.taker", facts=[(label, cut(value, VALUE_MOST)) for label, value in lines if value], status=status,
        buttons=["took_it", words.button("timeline", words.bit("see_timeline")), ask], customer=title_name(case.name),
        who=cut(case.giver.name, NAME_MOST), stage=f" · {stage.name}" if stage else "",
        amount=f" · {money(deal.amount, deal.currency)}" if deal and deal.amount else "",
    )  # fmt: skip


def _urgent(case: Case, now: datetime) -> str:
    """周五 3月13日前 发报价单: the first of ours that has a time."""
    ours = [one for one in case.parcel.promises if one.by == "us"]
    first = next((one for one in ours if one.due is not None), ours[0] if ours else None)
    return f"{due_until(first, now)} {first.what}" if first else ""


def _contact(case: Case) -> str:
    """装备科周主任（有预算审批权）"""
    one = case.contact
    if one is None:
        return ""
    role = f"（{one.role}）" if one.role else ""
    return f"{one.department or ''}{one.name}{one.title or ''}{role}"


def _last(case: Case, now: datetime) -> str:
    if case.last is None or not case.last.text:
        return ""
    day = f"（{short_day(case.last.occurred_at.astimezone(now.tzinfo).date(), now.date())}）"
    return quote(case.last.text, VALUE_MOST - 2 - len(day)) + day


def manager(case: Case, now: datetime, said: str = "", taken: str = "") -> Card:
    """F6; ``said`` is the giver's thought, ``taken`` when it was taken over."""
    facts = [
        (words.bit("from_label"), case.giver.name),
        (words.bit("taken_along"), counted(case.parcel)),
        (words.bit("took_label"), f"{case.taker.name} {taken}" if taken else ""),
        (cut(words.bit("says_label", who=case.giver.name), 5), quote(said, VALUE_MOST - 2) if said else ""),
    ]
    more = ["transfer_now"] if case.outside and case.done.state == "moved" else []
    shown = [(label, cut(value, VALUE_MOST)) for label, value in facts if value]
    return words.card(
        "reassign.manager", buttons=["go_back", *more], facts=shown,
        customer=title_name(case.name), name=cut(case.taker.name, NAME_MOST), clock=clock_of(_at(case, now)),
        until=until(case, now),
    )  # fmt: skip


def transferred(case: Case, state: str, why: str, now: datetime) -> Card:
    """F6 once the platform was asked: where that stands, and no way back any more."""
    facts = manager(case, now).facts
    rest = (Fact(words.bit("why_label"), cut(why, VALUE_MOST)),) if why else ()
    status = words.bit(f"transfer_{state}", name=cut(case.giver.name, NAME_MOST))
    return replace(manager(case, now), status=status, facts=(*facts, *rest), buttons=(), tone="done")


def _at(case: Case, now: datetime) -> datetime:
    return case.done.at.astimezone(now.tzinfo)


def until(case: Case, now: datetime) -> str:
    """周三 3月11日 10:30"""
    return f"{moment_of(case.done.returnable_until.astimezone(now.tzinfo), now.date())} "


def letters(case: Case, now: datetime, playbook: Playbook) -> tuple[Letter, ...]:
    """F4 and F5, and F6 to the giver's manager where somebody else decided; who decided is answered with F6."""
    found = [Letter(taker(case, now, playbook), to=case.taker.id, once=f"{case.done.id}:taker", about=about(case),
                    answer=False)]  # fmt: skip
    if case.giver.id != case.by.id:
        found.append(
            Letter(giver(case, now), to=case.giver.id, once=f"{case.done.id}:giver", about=about(case), answer=False)
        )
    if case.manager is not None:
        found.append(
            Letter(manager(case, now), to=case.manager.id, once=f"{case.done.id}:manager", about=about(case),
                   answer=False)
        )  # fmt: skip
    return tuple(found)


# -- given back ----------------------------------------------------------------------------------------------------


def back(case: Case, who: Member, stays: Sequence[Owned], parcel: Parcel, now: datetime) -> Card:
    """What F6 becomes by 退回: what went back, and what could not."""
    facts = [(words.bit("went_back"), cut(counted(parcel), VALUE_MOST))]
    facts += [(words.bit("stays_label"), cut(f"{_called(one)}（{_why(one)}）", VALUE_MOST)) for one in stays[:4]]
    return words.card(
        "reassign.back", facts=facts, customer=title_name(case.name), name=cut(case.giver.name, NAME_MOST),
        who=cut(who.name, NAME_MOST), clock=clock_of(now),
    )  # fmt: skip


def _called(one: Owned) -> str:
    return one.name if isinstance(one, Customer) or hasattr(one, "name") else one.what


def _why(one: Owned) -> str:
    if one.undone_at is not None:
        return words.bit("stays_undone")
    return words.bit("stays_closed" if getattr(one, "state", "open") not in ("open", "overdue") else "stays_moved")


def thought(case: Case, said: str, now: datetime) -> Card:
    """What the giver thinks of it, in his words, to who decided."""
    return words.card(
        "reassign.thought", facts=[(cut(words.bit("says_label", who=case.giver.name), 5), quote(said, VALUE_MOST - 2))],
        who=cut(case.giver.name, NAME_MOST), customer=title_name(case.name), name=cut(case.taker.name, NAME_MOST),
        until=until(case, now),
    )  # fmt: skip


# -- who takes it --------------------------------------------------------------------------------------------------


def pick(name: str, owner: str, parcel: Parcel, takers: Sequence[Taker]) -> Card:
    """Three who could take it, with what each has in hand."""
    facts = [
        (NUMBERS[n], words.bit("load", who=one.member.name, customers=one.customers, promises=one.promises))
        for n, one in enumerate(takers)
    ]
    buttons: list[str | Button] = list(words.picks(cut(one.member.name, 6) for one in takers))
    return words.card(
        "reassign.pick", facts=[(label, cut(value, VALUE_MOST)) for label, value in facts],
        buttons=[*buttons, "not_now"], customer=title_name(name), who=cut(owner, NAME_MOST), words=counted(parcel),
    )  # fmt: skip


def preview(name: str, owner: str, to: str, parcel: Parcel) -> Card:
    return words.card(
        "cmd.reassign.preview", customer=title_name(name), name=cut(to, NAME_MOST), who=cut(owner, NAME_MOST),
        words=counted(parcel),
    )  # fmt: skip


def request(name: str, who: str, to: str, why: str, parcel: Parcel) -> Card:
    """What the manager gets when a rep asks for it."""
    head = words.bit("wants_to", who=cut(to, NAME_MOST)) if to else words.bit("wants_nobody")
    buttons = ["execute", "reassign", "not_now"] if to else ["reassign", "not_now"]
    return words.card(
        "reassign.request", facts=[(words.bit("why_label"), cut(why, VALUE_MOST))] if why else [], buttons=buttons,
        who=cut(who, NAME_MOST), customer=title_name(name), words=f"{head} · {counted(parcel)}",
    )  # fmt: skip
