"""The fact lines of a card, from what a message came to: 客户, 承诺, 阶段, 日期, 金额, the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from bot.capture.values import Entry
from bot.capture.whose import Known
from bot.playbook.model import Playbook, Track
from bot.process.gates import Decision
from bot.replies import knowledge, words
from bot.replies.wording import clock_of, cut, day_of, due_of, local, moment_of, money, quote
from storage.records import Activity, Commitment, Contact, Opportunity

MOST = 6
VALUE_MOST = 26
NAMED_MOST = 2
"""Missing things that a line names; more are counted."""
Line = tuple[str, str]


def of_entry(entry: Entry, playbook: Playbook, today: date, last: Activity | None) -> list[Line]:
    """Every line that the entry is worth, unshortened."""
    brought = [
        *_opened(entry),
        *_promises(entry, today),
        *_stage(entry, playbook),
        *_steps(entry, playbook),
        *_fields(entry),
        *_day(entry, today),
        *_amount(entry),
        *_action(entry, today),
        *_signals(entry),
        *_considers(entry, playbook),
        *_people(entry),
        *knowledge.decides(entry.decides),
    ]
    said = (words.bit("said"), quote(entry.activity.text, VALUE_MOST - 2))
    return [(words.bit("customer"), customer_line(entry, last)), *(brought or [said])]


def taking_in(lines: list[Line], before: Iterable[Line]) -> list[Line]:
    """``lines`` with those of the card that folds into this one, in the order of facts; of what there is one of (the
    stage, the day, the amount) the newer stands."""
    ones = {words.bit(name) for name in ("customer", "opportunity", "stage", "date", "amount", "said")}
    newer = {label for label, _ in lines} | {words.bit("customer"), "…"}
    kept = [line for line in before if line not in lines and not (line[0] in ones and line[0] in newer)]
    order = [words.bit(name) for name in ("customer", "opportunity", "commitment", "kept", "stage", "date", "amount")]
    merged = [*lines, *(line for line in kept if line[0] not in (words.bit("customer"), words.bit("said"), "…"))]
    return sorted(merged, key=lambda line: order.index(line[0]) if line[0] in order else len(order))


def day_moved(old: str, new: str) -> list[Line]:
    """日期｜周五 3月13日前 → 周四 3月19日前; on two lines where one has no room: a day is never cut."""
    both = words.bit("field_change", old=old, new=new)
    if len(both) <= VALUE_MOST:
        return [(words.bit("date"), both)]
    return [(words.bit("date"), new), (words.bit("was"), old)]


def along(commitments: int, dates: int) -> str:
    """承诺 1 件、日期 1 个一起移过去: what there is of either; "" where there is nothing."""
    parts = [words.bit("along_commitments", count=commitments)] if commitments else []
    parts += [words.bit("along_dates", count=dates)] if dates else []
    return words.bit("along", what="、".join(parts)) if parts else ""


def shorten(lines: list[Line], most: int = MOST) -> list[Line]:
    """At most ``most`` lines; the last then says how many were left out. Values are cut on a character."""
    lines = [(name, cut(value, VALUE_MOST)) for name, value in lines]
    if len(lines) <= most:
        return lines
    rest = words.bit("more_facts", count=len(lines) - most + 1)
    return [*lines[: most - 1], ("…", rest)]


def customer_line(entry: Entry, last: Activity | None) -> str:
    """The customer, with why in brackets where it was not named outright."""
    if entry.customer is None:
        return entry.name + words.bit("not_on_books")
    how = entry.whose.how if isinstance(entry.whose, Known) else ""
    said = entry.whose.words if isinstance(entry.whose, Known) else ""
    if how == "contact" and said:
        return entry.name + words.bit("is_contact", who=said)
    if how == "group":
        return entry.name + words.bit("from_group")
    if how == "context" and last is not None:
        zone = entry.activity.occurred_at.tzinfo
        return entry.name + words.bit("from_context", clock=clock_of(last.occurred_at.astimezone(zone)))
    if how in ("pinyin", "typo", "fuzzy"):
        return entry.name + words.bit("should_be", words=said)
    return entry.name


def _opened(entry: Entry) -> Iterator[Line]:
    if entry.new_opportunity and entry.opportunity:
        line = words.bit("new_opportunity", customer=entry.name, name=entry.opportunity.name)
        yield words.bit("opportunity"), line


def called(one: Contact) -> str:
    """信息科马工"""
    return f"{one.department or ''}{one.name}{one.title or ''}"


def promised(one: Commitment) -> str:
    """我方发报价单; 客户发报价单"""
    return words.bit("ours_plain" if one.by == "us" else "theirs_plain", what=one.what)


def promise_line(one: Commitment, today: date) -> str:
    """我方发报价单，周五 3月13日前"""
    side = "ours" if one.by == "us" else "theirs"
    if one.due is None:
        return words.bit(f"{side}_plain", what=one.what)
    return words.bit(side, what=one.what, due=due_of(one.due, today, evening=one.evening))


def _promises(entry: Entry, today: date) -> Iterator[Line]:
    for one in entry.commitments:
        yield words.bit("commitment"), promise_line(one, today)
    for _, after in entry.moved:
        due = due_of(after.due, today, evening=after.evening)
        yield words.bit("commitment"), words.bit("moved", what=after.what, due=due)
    for one in entry.kept:
        day = day_of(one.said_at.date(), today)
        yield words.bit("kept"), words.bit("kept_line", what=one.what, day=day)
    for one in entry.dropped:
        yield words.bit("commitment"), words.bit("dropped", what=one.what)
    if "commitment" in entry.unsure and entry.deal is not None:
        yield words.bit("commitment"), words.bit("unsure_commitment", words=cut(entry.activity.text, 10))


def stage_line(entry: Entry, playbook: Playbook) -> str | None:
    """价格谈判 → 合同签署，还差采购流程图; None where the stage stands as it stood."""
    decision, deal = entry.decision, entry.opportunity
    if decision is None or deal is None or decision.way in ("same", "tap"):
        return None
    pipeline = playbook.pipeline(deal.pipeline)
    old, new = pipeline.stage(decision.frm), pipeline.stage(decision.to)
    assert old is not None and new is not None
    return move_line(old.name, new.name, decision.way, [playbook.called(kind) for kind in decision.missing])


def move_line(old: str, new: str, way: str, missing: list[str]) -> str:
    if way == "block" and len(missing) > NAMED_MOST:
        return words.bit("move_blocked", old=old, new=new, missing=words.bit("many", count=len(missing)))
    if way == "block":
        return words.bit("move_blocked", old=old, new=new, missing="、".join(missing))
    if way == "warn" and missing:
        return words.bit("move_owed", old=old, new=new, count=len(missing))
    return words.bit("move_ready", old=old, new=new)


def _stage(entry: Entry, playbook: Playbook) -> Iterator[Line]:
    if "stage" in entry.unsure and entry.stage and entry.opportunity:
        stage = playbook.pipeline(entry.opportunity.pipeline).stage_reading(entry.stage.value)
        if stage is not None:
            yield words.bit("stage"), words.bit("unsure_stage", stage=stage.name)
    line = stage_line(entry, playbook)
    if line:
        yield words.bit("stage"), line


def _steps(entry: Entry, playbook: Playbook) -> Iterator[Line]:
    """合规｜报备 → 伦理备案"""
    for one in entry.steps:
        assert entry.opportunity is not None
        track = playbook.pipeline(entry.opportunity.pipeline).track(one.track)
        if track is not None:
            yield track.name, step_line(track, one, playbook)


def step_line(track: Track, one: Decision, playbook: Playbook) -> str:
    old, new = track.step(one.frm), track.step(one.to)
    before = old.name if old else words.bit("not_begun")
    return move_line(before, new.name if new else "", one.way, [playbook.called(kind) for kind in one.missing])


def _fields(entry: Entry) -> Iterator[Line]:
    yield from entry.fields
    for mend in entry.bad_fields:
        yield words.bit("not_kept"), mend


def _day(entry: Entry, today: date) -> Iterator[Line]:
    if entry.signing is not None:
        assert entry.opportunity and entry.opportunity.sign_date
        yield words.bit("date"), words.bit("sign_date", day=day_of(entry.opportunity.sign_date, today))


def _amount(entry: Entry) -> Iterator[Line]:
    deal = entry.opportunity
    if entry.amount_from is not None and deal is not None and deal.amount is not None:
        yield words.bit("amount"), amount_line(entry.amount_from, deal)


def amount_line(before: Opportunity, after: Opportunity) -> str:
    assert after.amount is not None
    new = money(after.amount, after.currency)
    return new if before.amount is None else words.bit("move", old=money(before.amount, before.currency), new=new)


def _action(entry: Entry, today: date) -> Iterator[Line]:
    activity = entry.activity
    if activity.action is None:
        return
    name = words.named("actions", activity.action)
    if activity.planned_for is None:
        yield words.bit("action"), name
        return
    when = _planned(activity.planned_for, entry, today)
    yield words.bit("action"), words.bit("arranged", action=name, when=when)


def _planned(at: datetime, entry: Entry, today: date) -> str:
    when = entry.deal.action.when if entry.deal and entry.deal.action else None
    return moment_of(at, today) if when and when.clock else day_of(at.date(), today)


def _people(entry: Entry) -> Iterator[Line]:
    """Somebody new, or a phone that was not known: 找谁｜张总 139****1111"""
    for change in entry.changes:
        if change.kind == "contact.reach" and (change.after.get("phones") or change.after.get("emails")):
            reach = [*change.after.get("phones", ()), *change.after.get("emails", ())]
            yield words.bit("contact"), " ".join([_called(entry, change.record), *map(local, reach[-1:])]).strip()


def _called(entry: Entry, id: str) -> str:
    """张总, by what the message made of the person; "" for one who was on the books."""
    made_now = next((c.after for c in entry.changes if c.record == id and c.kind == "contact.created"), {})
    return f"{made_now.get('name', '')}{made_now.get('title') or ''}"


def _signals(entry: Entry) -> Iterator[Line]:
    if entry.deal is None:
        return
    names = [words.named("signals", signal.value) for signal in entry.deal.signals]
    if len(names) == 1:
        said = cut(entry.deal.signals[0].text, 12)
        yield words.bit("signal"), words.bit("quoted", what=names[0], words=said)
    elif names:
        yield words.bit("signal"), "、".join(names)


def _considers(entry: Entry, playbook: Playbook) -> Iterator[Line]:
    if entry.considers is not None:
        yield knowledge.considers(entry.considers, playbook.watch.considering_enough)


def basis(entries: Iterable[Entry], playbook: Playbook) -> str:
    """〈依据〉: the words that each thing rests on; at most two, the surest claims to the record first."""
    lines: list[str] = []
    for entry in entries:
        lines += _basis_of(entry, playbook)
    return words.bit("why", lines="；".join(dict.fromkeys(lines[:3]))) if lines else ""


def _basis_of(entry: Entry, playbook: Playbook) -> list[str]:
    lines: list[str] = []
    if entry.stage and entry.opportunity and entry.decision and entry.decision.way in ("move", "warn", "block"):
        stage = playbook.pipeline(entry.opportunity.pipeline).stage(entry.decision.to)
        arranged = entry.deal is not None and entry.deal.action is not None and entry.deal.action.arranged
        if arranged and entry.stage.rule.endswith("future"):
            pass  # what is arranged says so itself, in the next line
        elif entry.stage.rule.endswith("future"):
            lines.append(words.bit("why_stage_future", words=cut(entry.stage.text, 20)))
        elif stage is not None:
            lines.append(words.bit("why_stage", words=cut(entry.stage.text, 20), stage=stage.name))
    if entry.deal and entry.deal.action and entry.deal.action.arranged:
        lines.append(words.bit("why_arranged", words=cut(entry.deal.action.text, 20)))
    for one in entry.commitments[:1]:
        lines.append(words.bit("why_ours" if one.by == "us" else "why_theirs", words=cut(one.quote, 24)))
    return lines
