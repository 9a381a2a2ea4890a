"""A rep's taps on what stands still or is about to be silent: B3, B4, B8, E3."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.handlers import anomaly, nudge
from bot.handlers.answers import turn_of
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.process import cases
from bot.process import service as process
from bot.process.cases import Case
from bot.process.gates import close
from bot.replies import watch as say
from bot.replies import words
from bot.replies.reading import title_name
from bot.replies.wording import cut, day_of
from bot.routing import Reply, Router, Tap
from storage import members, outbox
from storage.records import Activity, changed, made, new_id

router = Router()
router.include(nudge.router)
router.include(anomaly.router)

SCRIPTED = ("stage.stall", "risk.early")
SHORT = 60
ENDED = "失联"
"""Why an opportunity whose customer is out of reach is lost."""


def picked(tap: Tap) -> Tap | None:
    """The tap as one on the card of the opportunity that is meant; None where one of several must be chosen first."""
    deals = [str(id) for id in tap.card.data.get("deals", ())]
    if not deals:
        return tap
    found = [id for id in deals if id in tap.selected]
    if len(found) != 1:
        return None
    named, lines = tap.card.data["named"], tap.card.data["lines"]
    facts = dict(tap.card.data.get("facts_of", {})).get(found[0], {})
    meant = {"opportunity": found[0], "customer": named.get(found[0], ""), "line": lines.get(found[0], ""), **facts}
    return replace(tap, card=replace(tap.card, data={**tap.card.data, **meant}))


def choose(tap: Tap) -> Reply:
    return Reply(push=words.text("watch.choose", label=words.label(tap.button)), card_state="open")


def beside(tap: Tap, reply: Reply) -> Reply:
    """On a card of several what comes of one is said beside it: the others still wait there."""
    if not tap.card.data.get("deals") or reply.push is None:
        return reply
    letter = Letter(reply.push, to=tap.member.id, once=f"{tap.event}:{tap.button}", about=reply.about)
    return Reply(changes=reply.changes, more=(letter,), card_state="open")


async def of(tap: Tap) -> Case | Reply:
    """The opportunity of the card; what is true now where it is closed."""
    found = await cases.of([str(tap.card.data["opportunity"])], turn_of(tap).house.playbooks, tap.now)
    if found:
        return found[0]
    return Reply(push=words.text("watch.gone", customer=str(tap.card.data.get("customer", ""))), card_state="open")


def ask(tap: Tap, key: str, awaits: str = "") -> Reply:
    """A question in a message of its own; the card stays."""
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes) if awaits else None
    letter = Letter(words.text(key), to=tap.member.id, once=f"{tap.event}:{key}", about=_matter(tap), awaits=awaits,
                    awaits_until=until)  # fmt: skip
    return Reply(more=(letter,), card_state="open")


def _matter(tap: Tap) -> dict[str, Any]:
    names = ("opportunity", "customer", "line", "track", "step", "since")
    return {name: tap.card.data[name] for name in names if name in tap.card.data}


@router.tap("send_script", cards=SCRIPTED)
async def send_script(tap: Tap) -> Reply:
    """The words alone, to be forwarded; the card says that they come."""
    one = picked(tap)
    if one is None:
        return choose(tap)
    case = await of(one)
    if isinstance(case, Reply):
        return case
    script = words.text("promise.script", script=say.script(case, str(one.card.data["line"])))
    row = await outbox.get(tap.card.id)
    letter = Letter(script, to=tap.member.id, once=f"{tap.event}:script")
    spent = () if tap.card.data.get("deals") else ("send_script",)
    push = say.with_status(unpack(row.body), say.piece("script_next"), spent) if row else None
    return Reply(push=push, more=(letter,), card_state="open")


@router.tap("send_one", cards=("exempt.memo",))
async def send_one(tap: Tap) -> Reply:
    one = picked(tap)
    if one is None:
        return choose(tap)
    case = await of(one)
    if isinstance(case, Reply):
        return case
    return beside(tap, Reply(push=words.text("promise.script", script=say.script(case, "silent")), card_state="open"))


@router.tap("progress", cards=("stage.stall",))
async def progress(tap: Tap) -> Reply:
    return ask(tap, "watch.say_it")


@router.tap("say_reason", cards=("stage.stall", "step.blocked"))
async def say_reason(tap: Tap) -> Reply:
    """说下原因: the menu of reasons, for the stage, or for the step that is stuck."""
    one = picked(tap)
    if one is None:
        return choose(tap)
    case = await of(one)
    if isinstance(case, Reply):
        return case
    boss = await members.team(case.owner.team_id) if case.owner.team_id else None
    manager = await members.get(boss.manager_id) if boss and boss.manager_id else None
    facts = dict(one.card.data)
    track, step = case.step(facts) if facts.get("step") else ("", case.stage)
    began = datetime.fromisoformat(str(facts["since"])) if facts.get("step") else case.deal.stage_since
    since = began.astimezone(tap.now.tzinfo).date()
    card = say.blocked(case, track, step, since, manager.name if manager else "主管", tap.now.date())
    letter = Letter(card, to=tap.member.id, once=f"{tap.event}:reasons", about=_matter(one))
    return Reply(more=(letter,), card_state="open")


@router.tap("this_one", "chosen", cards=("step.blocked",))
async def this_one(tap: Tap) -> Reply:
    """就这个: the reason is kept with the opportunity, and stands in the manager's list."""
    if tap.card.data.get("deals"):
        return await say_reason(tap)
    if not tap.selected:
        return Reply(push=words.text("watch.choose", label=words.label("this_one")), card_state="open")
    case = await of(tap)
    if isinstance(case, Reply):
        return case
    reasons = case.playbook.reasons.blocked
    n = int(tap.selected[0].removeprefix("r"))
    reason = reasons[n] if n < len(reasons) else reasons[-1]
    _, step = case.step(dict(tap.card.data))
    again = case.watched.hours.after(tap.now, case.playbook.watch.step_hours)
    status = say.piece("reason", reason=cut(reason, 10), day=day_of(again.date(), tap.now.date()))
    card = words.card("step.reason", customer=case.customer, step=step or case.stage, done="原因记下了", status=status)
    kept = changed(case.deal, "opportunity.blocked", blocked_reason=reason)
    return Reply(push=card, changes=(kept,) if kept.after else ())


@router.tap("unblocked", cards=("step.blocked",))
async def unblocked(tap: Tap) -> Reply:
    """已经通了: the reason no longer holds."""
    one = picked(tap)
    if one is None:
        return choose(tap)
    case = await of(one)
    if isinstance(case, Reply):
        return case
    open_ = changed(case.deal, "opportunity.unblocked", blocked_reason=None)
    return replace(ask(one, "watch.say_step"), changes=(open_,) if open_.after else ())


@router.tap("lost_contact", cards=SCRIPTED)
async def lost_contact(tap: Tap) -> Reply:
    one = picked(tap)
    return ask(one, "watch.ask_lost", "watch.lost") if one is not None else choose(tap)


@router.answer("watch.lost")
async def lost_because(tap: Tap) -> Reply | None:
    """客户失联 with its reason (PROC-9): not counted for two weeks."""
    if len(tap.words) > SHORT:
        return None
    case = await of(tap)
    return case if isinstance(case, Reply) else _exempt(tap, case, tap.words)


@router.tap("two_weeks", cards=("exempt.memo",))
async def two_weeks(tap: Tap) -> Reply:
    one = picked(tap)
    if one is None:
        return choose(tap)
    case = await of(one)
    return case if isinstance(case, Reply) else beside(tap, _exempt(one, case, ""))


def _exempt(tap: Tap, case: Case, why: str) -> Reply:
    day = tap.now.date() + timedelta(days=case.playbook.watch.exempt_days)
    until = tap.calendar.workday_from(day)
    change = changed(case.deal, "opportunity.exempt", exempt_until=until)
    noted = replace(change, after={**change.after, "_why": why}) if why else change
    card = words.card("watch.exempt", customer=case.customer, day=day_of(until, tap.now.date()))
    return Reply(push=card, changes=(noted,))


@router.tap("close_deal", cards=("exempt.memo",))
async def close_deal(tap: Tap) -> Reply:
    """关掉商机: lost because out of reach; the day to ask again is the next tap."""
    one = picked(tap)
    if one is None:
        return choose(tap)
    case = await of(one)
    if isinstance(case, Reply):
        return case
    pipeline = case.playbook.pipeline(case.deal.pipeline)
    ending = pipeline.ending("lost")
    assert ending is not None
    changes = process.by_hand(case.deal, close(pipeline, case.deal, ending, Counter()), case.playbook, tap.now,
                              reason=ENDED)  # fmt: skip
    about = {
        "opportunity": case.deal.id, "name": case.customer, "reason": ENDED, "message": tap.event,
        "events": [tap.event],
        "facts": [[words.bit("customer"), case.customer],
                  [words.bit("stage"), words.bit("move", old=case.stage, new=ending.name)]],
    }  # fmt: skip
    card = words.card("reading.ask_again_on", customer=title_name(case.customer))
    return beside(tap, Reply(push=card, changes=changes, about=about, card_state="open"))


@router.tap("contacted", cards=("risk.early",))
async def contacted(tap: Tap) -> Reply:
    one = picked(tap)
    return ask(one, "watch.say_contact", "watch.contacted") if one is not None else choose(tap)


@router.answer("watch.contacted")
async def contact_said(tap: Tap) -> Reply | None:
    """The sentence is a contact of this opportunity; one that names a customer is read as any other."""
    if len(tap.words) > SHORT or str(tap.card.data.get("customer", "")) in tap.words:
        return None
    case = await of(tap)
    if isinstance(case, Reply):
        return case
    turn = turn_of(tap)
    contact = Activity(
        id=new_id("act", tap.now), customer_id=case.deal.customer_id, opportunity_id=case.deal.id,
        action=_by(tap.words), author_id=tap.member.id, recorder_id=tap.member.id, occurred_at=tap.now,
        text=tap.words, confirmed=True, message_id=turn.row.id,
    )  # fmt: skip
    return Reply(push=words.text("watch.heard", customer=case.customer), changes=(made(contact),))


def _by(said: str) -> str:
    ways = {"电话": "phone", "打": "phone", "微信": "wechat", "拜访": "visit", "见": "visit", "邮件": "email"}
    return next((way for word, way in ways.items() if word in said), "other")
