"""Promises in one customer's part of a message: made, moved, kept, given up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture import facts
from bot.capture.part import Part
from bot.followup.fit import dropped, same_deed
from bot.followup.service import withdraw
from storage.records import Commitment, Contact, changed, made


def made_or_moved(
    part: Part, people: tuple[Contact, ...]
) -> tuple[tuple[Commitment, ...], tuple[tuple[Commitment, Commitment], ...]]:
    assert part.customer is not None
    fresh: list[Commitment] = []
    moved: list[tuple[Commitment, Commitment]] = []
    standing = part.memory.promises.get(part.customer.id, ())
    for index in part.deal.commitments:
        said = part.reading.commitments[index]
        if not part.sure("commitment", said.confidence):
            continue
        one = facts.commitment(said, part.said, part.memory.member, part.customer, part.opportunity, people)
        same = next((c for c in standing if c.by == one.by and same_deed(c.what, one.what)), None)
        if same is None:
            part.changes.append(made(one))
            fresh.append(one)
        elif one.due is not None and one.due != same.due and not (part.said.late and same.said_at > part.said.at):
            after = same.with_(due=one.due, evening=one.evening)
            part.changes.append(changed(same, "commitment.moved", due=one.due, evening=one.evening))
            moved.append((same, after))
    return tuple(fresh), tuple(moved)


def kept(part: Part, fitting: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
    if len(fitting) != 1:
        return ()
    change = changed(
        fitting[0],
        "commitment.kept",
        state="kept",
        closed_at=part.said.at,
        why_closed="said",
        message_id=fitting[0].message_id,
    )
    part.changes.append(change)
    return (fitting[0].with_(state="kept", closed_at=part.said.at),)


def given_up(part: Part, standing: Sequence[Commitment]) -> tuple[Commitment, ...]:
    """The one promise that the words say is not wanted any more (TIME-1: by tap or by saying so)."""
    found = dropped(part.reading.text, standing, part.playbook.synonyms)
    if len(found) != 1:
        return ()
    part.changes += withdraw(found[0], part.said.at, "说了不用")
    return found
