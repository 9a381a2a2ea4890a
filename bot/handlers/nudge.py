"""A manager's taps on her list (E2), what she has the rep told in her name (E2b), and his answers back to her card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.messages import Push
from bot.followup.service import OPEN, move
from bot.followup.view import matter
from bot.handlers import helping
from bot.handlers.answers import turn_of
from bot.handlers.matters import ask_for_file
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.process import cases
from bot.process.cases import Case
from bot.replies import watch as say
from bot.replies import words
from bot.replies.wording import clock_of, cut, short_day
from bot.routing import Reply, Router, Tap
from storage import cards, commitments, members, outbox, watching
from storage.records import Change, Commitment, changed, made, new_id

router = Router()

LIST = ("risk.list",)
SHORT = 80
KEPT = ("opportunity", "customer", "list", "number", "n", "words", "card", "manager", "thing", "what", "commitment")


async def _case(tap: Tap, id: str) -> Case | None:
    found = await cases.of([id], turn_of(tap).house.playbooks, tap.now)
    return found[0] if found else None


def _gone(tap: Tap) -> Reply:
    return Reply(push=words.text("watch.gone", customer=str(tap.card.data.get("customer", "这单"))), card_state="open")


def chosen(tap: Tap) -> str | None:
    """The opportunity that was selected, or the only one; it must stand on the card."""
    deals = [str(id) for id in tap.card.data.get("deals", ())]
    picked = [id for id in deals if id in tap.selected] or deals
    return picked[0] if len(picked) == 1 else None


def _number(deals: list[str], id: str) -> str:
    return say.CIRCLED[deals.index(id)] if id in deals and len(deals) > 1 else ""


# -- the list ------------------------------------------------------------------------------------------------------


@router.tap("remind", "chosen", cards=LIST)
async def remind(tap: Tap) -> Reply:
    """提醒他: the words are shown first."""
    id = chosen(tap)
    if id is None:
        return Reply(push=words.text("watch.choose", label=words.label("remind")), card_state="open")
    case = await _case(tap, id)
    if case is None:
        return _gone(tap)
    said = say.nudge_words(case, 0)
    about = {
        "opportunity": id, "customer": case.customer, "words": said, "n": 0, "list": tap.card.id,
        "number": _number([str(one) for one in tap.card.data.get("deals", ())], id),
    }  # fmt: skip
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    letter = Letter(say.preview(case, said), to=tap.member.id, once=f"{tap.event}:preview", about=about,
                    awaits="nudge.words", awaits_until=until)  # fmt: skip
    return Reply(more=(letter,), card_state="open")


@router.tap("ack", cards=LIST)
async def ack(tap: Tap) -> Reply:
    """知道了: off the list for some working days, unless it changes."""
    id = chosen(tap)
    if id is None:
        return Reply(push=words.text("watch.choose", label=words.label("ack")), card_state="open")
    until = tap.calendar.workday_after(tap.now.date(), tap.playbook.watch.quiet_days)
    found = (await watching.risks_of([id])).get(id, [])
    changes = tuple(
        changed(one, "risk.acked", state="acked", quiet_until=until) for one in found if one.state != "early"
    )
    number = _number([str(one) for one in tap.card.data.get("deals", ())], id)
    row = await outbox.get(tap.card.id)
    status = say.piece("put_away", circle=number, day=short_day(until, tap.now.date()))
    push = say.with_status(unpack(row.body), status) if row else None
    return Reply(push=push, changes=changes, card_state="open")


# -- the words -----------------------------------------------------------------------------------------------------


@router.tap("other_words", cards=("nudge.preview",))
async def other_words(tap: Tap) -> Reply:
    case = await _case(tap, str(tap.card.data["opportunity"]))
    if case is None:
        return _gone(tap)
    n = int(tap.card.data.get("n", 0)) + 1
    said = say.nudge_words(case, n, _thing(tap))
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(push=say.preview(case, said), about={**_about(tap), "words": said, "n": n}, card_state="open",
                 awaits="nudge.words", awaits_until=until)  # fmt: skip


def _about(tap: Tap) -> dict[str, Any]:
    return {name: tap.card.data[name] for name in KEPT if name in tap.card.data}


def _thing(tap: Tap) -> str:
    """What she named in words of her own; "" where the risk says what it is about."""
    return str(tap.card.data.get("thing", "")) if tap.card.data.get("what") else ""


@router.tap("just_send", cards=("nudge.preview",))
async def just_send(tap: Tap) -> Reply:
    return await _send(tap, str(tap.card.data["words"]))


@router.answer("nudge.words")
async def own_words(tap: Tap) -> Reply | None:
    """The words that she types instead are what the rep is told."""
    if len(tap.words) > SHORT:
        return None
    reply = await _send(tap, tap.words)
    case = await _case(tap, str(tap.card.data["opportunity"]))
    if reply.push is None or case is None or not reply.more:
        return reply
    said = words.text("nudge.gone_out", clock=clock_of(tap.now), who=case.owner.name)
    return replace(reply, push=said)


async def _send(tap: Tap, said: str) -> Reply:
    case = await _case(tap, str(tap.card.data["opportunity"]))
    if case is None:
        return _gone(tap)
    about = {
        "opportunity": case.deal.id, "customer": case.customer, "manager": tap.member.id, "card": tap.card.id,
        "words": said, "thing": _thing(tap) or say.thing(case), "what": tap.card.data.get("what", ""),
        "commitment": tap.card.data.get("commitment", ""),
    }  # fmt: skip
    letter = Letter(
        say.nudge(case, tap.member.name, said, tap.now, _thing(tap)), to=case.owner.id,
        once=f"nudge:{case.deal.id}:{tap.now:%Y%m%d}", about=about, answer=False,
    )  # fmt: skip
    clock = clock_of(tap.now)
    number = str(tap.card.data.get("number", ""))
    more = [letter]
    row = await outbox.get(str(tap.card.data.get("list", "")))
    if row is not None:
        listed = say.with_status(unpack(row.body), say.piece("reminded", circle=number, clock=clock))
        more.append(Letter(listed, to=tap.member.id, once=f"{tap.event}:list", changes=row.id))
    card_ = say.sent(case, said, say.piece("reminded_plain", clock=clock))
    return Reply(push=card_, more=tuple(more), about={**_about(tap), "words": said})


# -- the rep's answers ---------------------------------------------------------------------------------------------


async def _back(tap: Tap, case: Case, status: str, said: str = "") -> Letter | None:
    """Onto the manager's card; a platform lets that be changed once, so that what comes later is a line of its own."""
    row = await cards.get(str(tap.card.data.get("card", "")))
    if row is None:
        return None
    if row.data.get("answered"):
        line = words.text(
            "nudge.back", who=case.owner.name, customer=case.customer, said=f"“{cut(said or status, 40)}”"
        )
        return Letter(line, to=row.member_id, once=f"{tap.event}:back")
    card = say.sent(case, str(tap.card.data.get("words", "")), status, said)
    return Letter(card, to=row.member_id, once=f"{tap.event}:back", changes=row.id, about={"answered": True})


async def _promise(tap: Tap, case: Case, *, done: bool = False) -> tuple[Commitment, tuple[Change, ...]]:
    """What he was reminded of becomes a promise of today; one that stands already is moved to it, unless it is done."""
    standing = await commitments.get(str(tap.card.data.get("commitment", "")))
    if standing is not None and standing.state in OPEN and standing.owner_id == case.owner.id:
        if done or standing.due == tap.now.date():
            return standing, ()
        return standing.with_(due=tap.now.date(), evening=False, state="open"), move(standing, tap.now.date())
    promise = _new(tap, case)
    return promise, (made(promise),)


def _new(tap: Tap, case: Case) -> Commitment:
    thing = str(tap.card.data.get("thing", ""))
    file = case.risk is not None and case.risk.kind in say.FILES
    what = str(tap.card.data.get("what", "")) or (f"发{thing}" if file else say.piece("pushing", deal=thing))
    return Commitment(
        id=new_id("pro", tap.now), customer_id=case.deal.customer_id, opportunity_id=case.deal.id, by="us",
        what=what, due=tap.now.date(), owner_id=case.owner.id, author_id=tap.member.id, recorder_id=tap.member.id,
        said_at=tap.now, quote=words.label("today_send"), message_id=turn_of(tap).row.id,
    )  # fmt: skip


@router.tap("today_send", cards=("nudge",))
async def today_send(tap: Tap) -> Reply:
    """今天发: a promise of today, on both sides."""
    case = await _case(tap, str(tap.card.data["opportunity"]))
    if case is None:
        return _gone(tap)
    status = say.piece("promised_today", day=f"今天 {short_day(tap.now.date(), tap.now.date())}")
    back = await _back(tap, case, status)
    _, changes = await _promise(tap, case)
    return Reply(
        push=await _answered(tap, status), changes=changes, more=(back,) if back else (),
        about=_about(tap),
    )  # fmt: skip


@router.tap("done", cards=("nudge",))
async def done(tap: Tap) -> Reply:
    """已经发了: the file is asked for, as for any promise; what is no file is closed at once."""
    case = await _case(tap, str(tap.card.data["opportunity"]))
    if case is None:
        return _gone(tap)
    promise, changes = await _promise(tap, case, done=True)
    back = await _back(tap, case, say.piece("said_done", clock=clock_of(tap.now)))
    reply = await ask_for_file(tap, await matter(promise))
    return replace(reply, changes=changes, more=(*reply.more, *((back,) if back else ())))


@router.tap("ask_help", cards=("nudge",))
async def ask_help(tap: Tap) -> Reply:
    """请人帮忙: a promise of today, and who is to keep it."""
    case = await _case(tap, str(tap.card.data["opportunity"]))
    if case is None:
        return _gone(tap)
    promise, changes = await _promise(tap, case)
    back = await _back(tap, case, say.piece("asks_help"))
    card, data = await helping.whom(tap, await matter(promise))
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    ask = Letter(card, to=tap.member.id, once=f"{tap.event}:whom", about=data, awaits="help.whom", awaits_until=until)
    return Reply(
        push=await _answered(tap, say.piece("asks_help")), changes=changes,
        more=(ask, *((back,) if back else ())), about=_about(tap),
    )  # fmt: skip


async def _answered(tap: Tap, status: str) -> Push | None:
    row = await outbox.get(tap.card.id)
    return say.with_status(unpack(row.body), status, ("today_send", "done", "reply_line", "ask_help")) if row else None


@router.tap("reply_line", cards=("nudge",))
async def reply_line(tap: Tap) -> Reply:
    manager = await members.get(str(tap.card.data.get("manager", "")))
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    letter = Letter(words.text("nudge.say", who=manager.name if manager else ""), to=tap.member.id,
                    once=f"{tap.event}:say", about=_about(tap), awaits="nudge.reply", awaits_until=until)  # fmt: skip
    return Reply(more=(letter,), card_state="open")


@router.answer("nudge.reply")
async def replied(tap: Tap) -> Reply | None:
    """His words, as he said them, on her card."""
    if len(tap.words) > SHORT:
        return None
    case = await _case(tap, str(tap.card.data["opportunity"]))
    manager = await members.get(str(tap.card.data.get("manager", "")))
    if case is None or manager is None:
        return None
    back = await _back(tap, case, say.piece("replied", who=tap.member.name, clock=clock_of(tap.now)), tap.words)
    told = words.text("nudge.told", who=manager.name, said=f"“{cut(tap.words, 40)}”")
    return Reply(push=told, more=(back,) if back else ())
