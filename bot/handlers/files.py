"""Files in chat, where the platform delivers them: stored first, then matched to what was promised or wanted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from bot.capture.evidence import LARGEST, File, HandedIn, Wanted, hand_in, kind_of_content, safe_name, wanted_next
from bot.followup.view import matter, matters
from bot.replies import followup as say
from bot.replies import handed, words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply
from bot.turn import Fetched, Turn
from storage import activities, commitments, customers, evidence, files, opportunities, uploads
from storage.records import Commitment

MOST_LINKS, LINK_MOST = 4, 6
"""Links on one answer, and the code points of each."""


async def answer(turn: Turn) -> Reply:
    """What the first file of the message comes to, and the rest kept beside it."""
    replies = [await _one(turn, file) for file in turn.files]
    if not replies:
        return Reply(push=words.text("reading.cannot.other"))
    changes = tuple(change for reply in replies for change in reply.changes)
    first = replies[0]
    return Reply(push=first.push, changes=changes, about=first.about, question=first.question)


async def hand_over(turn: Turn, fetched: Fetched) -> Reply:
    """What one file comes to."""
    return await _one(turn, fetched)


async def _one(turn: Turn, fetched: Fetched) -> Reply:
    if fetched.body is None:
        return Reply(push=words.text("files.gone"))
    file = await stored(turn, fetched.name, fetched.body)
    if file is None:
        return Reply(push=words.text("reading.cannot.type", suffix=PurePosixPath(fetched.name).suffix or "未知"))
    wanted = await standing(turn)
    if wanted.customer_id is None and not wanted.promises:
        unread = turn.house.ocr is None and (file.mime or "").startswith("image/")
        return Reply(push=words.text("card.no_reader" if unread else "reading.cannot.file_where"))
    found = hand_in(file, turn.member, turn.now, wanted, turn.playbook, turn.row.id)
    return await said(found, turn)


async def where(turn: Turn) -> Reply:
    """The page for what waits for a file, where the chat carries none; of several matters one link each."""
    if turn.hears_files:
        return Reply(push=words.text("reading.cannot.file_here"))
    wanted = await standing(turn)
    promises = wanted.promises[:MOST_LINKS]
    kinds = wanted.kinds if wanted.opportunity is not None else ()
    if not turn.house.public_url or not (promises or kinds):
        return Reply(push=words.text("reading.cannot.file_where"))
    links = [
        words.button("upload", cut(one.what, LINK_MOST), await _page(turn, one.customer_id, one)) for one in promises
    ]
    if kinds and wanted.opportunity is not None and len(links) < MOST_LINKS:
        name = cut("、".join(turn.playbook.called(kind) for kind in kinds), LINK_MOST)
        links.append(words.button("upload", name, await _page(turn, wanted.opportunity.customer_id, None, wanted)))
    if len(links) == 1:
        links = [words.button("upload", url=links[0].url)]
    key = "reading.cannot.file" if len(links) == 1 else "reading.cannot.file_which"
    return Reply(push=words.text(key, buttons=links))


async def _page(turn: Turn, customer: str, promise: Commitment | None, wanted: Wanted | None = None) -> str:
    deal = wanted.opportunity if wanted else None
    word = await uploads.put(
        uploads.Upload(
            member_id=turn.member.id,
            customer_id=customer,
            expires_at=turn.now + uploads.LIVES,
            opportunity_id=deal.id if deal else promise.opportunity_id if promise else None,
            commitment_id=promise.id if promise else None,
            kinds=wanted.kinds if wanted else (),
            stage=wanted.stage if wanted else "",
            event=turn.row.id,
        )
    )
    return f"{turn.house.public_url}/upload/{word}"


async def stored(turn: Turn, name: str, body: bytes) -> File | None:
    """The file in the evidence store; None for a type that is not taken. Hashing and writing leave the loop alone."""
    mime = kind_of_content(body)
    if mime is None or len(body) > LARGEST:
        return None
    sha = await asyncio.to_thread(files.put, turn.house.data, body)
    return File(safe_name(name), sha, len(body), mime)


async def standing(turn: Turn) -> Wanted:
    """What waits for a file: the context's customer where there is one, with every open promise of the sender."""
    last = await activities.latest_of_member(turn.member.id, turn.at - _window(turn))
    ours = tuple(c for c in await commitments.of_owner(turn.member.id) if c.by == "us")
    if last is None or last.customer_id is None:
        return Wanted(None, ours)
    mine = tuple(c for c in ours if c.customer_id == last.customer_id) or ours
    deal = await opportunities.get(last.opportunity_id) if last.opportunity_id else None
    counts = await evidence.counts(deal.id) if deal else {}
    kinds, stage = wanted_next(deal, counts, turn.playbook) if deal else ((), "")
    return Wanted(last.customer_id, mine, deal, counts, kinds, stage)


def _window(turn: Turn) -> timedelta:
    return timedelta(minutes=turn.playbook.context.minutes)


async def said(found: HandedIn, turn: Turn) -> Reply:
    """C5, C7, or what came in for the gate."""
    about = {"evidence": found.evidence.id, "events": [turn.row.id], "message": turn.row.id}
    if found.kept is not None:
        done = found.kept.with_(state="kept", closed_at=turn.now, evidence_id=found.evidence.id)
        card = say.closed(replace(await matter(done), proof=found.evidence), turn.now, turn.calendar)
        return Reply(push=card, changes=found.changes, about={**about, "commitment": found.kept.id})
    if found.which:
        card = say.which(await matters(found.which), turn.now, file=found.evidence.file or "")
        options = [one.id for one in found.which]
        about = {**about, "options": options, "brief": found.evidence.file or ""}
        return Reply(push=card, changes=found.changes, about=about, question=True)
    name = await customers.short_name(found.evidence.customer_id) if found.evidence.customer_id else ""
    return Reply(push=handed.came(found, name, turn.playbook, clock_of(turn.now)), changes=found.changes, about=about)
