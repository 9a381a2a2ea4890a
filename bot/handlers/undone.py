"""What stands again once a message is taken back, line by line (VOICE.md A6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.capture.undo import plain
from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.facts import called, promised
from bot.replies.wording import beside, cut, day_of, due_of, money
from storage import commitments, customers, evidence, opportunities
from storage.records import AuditEntry, Change

Line = tuple[str, str]


async def lines(entries: Sequence[AuditEntry], playbook: Playbook, now: datetime) -> list[Line]:
    """The stage before, the promises that no longer count …; one line that says so where nothing of it shows."""
    found = [await _line(plain(entry.kind), entry.change, playbook, now) for entry in entries if entry.change]
    said = list(dict.fromkeys(line for line in found if line is not None))
    return said or [(words.bit("recorded"), words.bit("record_gone"))]


async def _line(kind: str, change: Change, playbook: Playbook, now: datetime) -> Line | None:
    noun, _, what = kind.partition(".")
    if noun == "opportunity":
        return await _of_opportunity(what, change, playbook, now.date())
    if noun == "commitment":
        return await _of_commitment(what, change, now)
    if noun == "binding":
        return words.bit("group_label"), words.bit("group_free" if what == "created" else "group_back")
    if kind == "contact.corrected" and change.before:
        return await _of_contact(change)
    if kind == "customer.tags" and change.before is not None:
        new, old = (" · ".join(side["tags"]) or "—" for side in (change.after, change.before))
        return words.bit("tags_label"), _back(cut(new, 7), cut(old, 10))
    if kind == "customer.created":
        customer = await customers.get(change.record, undone=True)
        return (words.bit("customer"), words.bit("not_opened", what=cut(customer.name, 14))) if customer else None
    if kind == "evidence.created":
        proof = await evidence.get(change.record, undone=True)
        file = cut(proof.file, 14) if proof and proof.file else ""
        return (words.bit("material"), words.bit("file_off", what=beside(file))) if file else None
    return None


async def _of_opportunity(what: str, change: Change, playbook: Playbook, today: date) -> Line | None:
    before = change.before or {}
    if what == "stage" and "stage" in change.after and before:
        return words.bit("stage"), _back(_stage(change.after["stage"], playbook), _stage(before["stage"], playbook))
    if what in ("won", "lost"):
        deal = await opportunities.get(change.record, undone=True)
        old = words.named("values", what)
        return words.bit("stage"), _back(old, _stage(deal.stage, playbook)) if deal else old
    if what == "amount" and change.after.get("amount") is not None:
        new = money(change.after["amount"], str(change.after.get("currency", "CNY")))
        old_amount = before.get("amount")
        same = str(before.get("currency") or change.after.get("currency") or "CNY")
        back = _back(new, money(old_amount, same)) if old_amount is not None else words.bit("taken_down", what=new)
        return words.bit("amount"), back
    if what == "sign_date" and change.after.get("sign_date"):
        new = day_of(change.after["sign_date"], today)
        if before.get("sign_date"):
            return words.bit("date"), _back(new, day_of(before["sign_date"], today))
        return words.bit("date"), words.bit("taken_down", what=words.bit("sign_date", day=new))
    if what == "created":
        deal = await opportunities.get(change.record, undone=True)
        return (words.bit("opportunity"), words.bit("not_opened", what=cut(deal.name, 14))) if deal else None
    return None


async def _of_commitment(what: str, change: Change, now: datetime) -> Line | None:
    promise = await commitments.get(change.record, undone=True)
    if promise is None:
        return None
    name, label = cut(promise.what, 12), words.bit("commitment")
    if what == "created":
        return label, words.bit("withdrawn", what=cut(str(change.after.get("what", promise.what)), 12))
    if what == "side" and change.before:
        old = promised(promise.with_(by=change.after["by"]))
        return label, _back(cut(old, 8), cut(promised(promise.with_(by=change.before["by"])), 8))
    if what == "corrected" and change.before:
        return label, _back(cut(str(change.after["what"]), 8), cut(str(change.before["what"]), 8))
    if what == "moved" and change.before:
        due, evening = change.before.get("due"), bool(change.before.get("evening"))
        due = due.astimezone(now.tzinfo) if isinstance(due, datetime) else due
        return label, words.bit("moved_back", what=name, due=due_of(due, now.date(), evening=evening))
    if what in ("kept", "withdrawn"):
        return label, words.bit("restored", what=name)
    if what == "reopened":
        return label, words.bit("closed_again", what=name)
    return None


async def _of_contact(change: Change) -> Line | None:
    """李总 → 王总（回到之前）; a phone is not spelt out."""
    person = await customers.contact(change.record, undone=True)
    if person is None or change.before is None:
        return None
    if "phones" in change.after:
        return words.bit("phone_label"), words.bit("phone_back", who=called(person))
    return words.bit("contact_label"), _back(
        called(person.with_(**change.after)), called(person.with_(**change.before))
    )


def _back(old: str, new: str) -> str:
    return words.bit("move_back", old=old, new=new)


def _stage(id: object, playbook: Playbook) -> str:
    names = {stage.id: stage.name for pipeline in playbook.pipelines for stage in pipeline.stages}
    return names.get(str(id), str(id))
