"""A file handed in: what it is by its content, and what it settles (LOOP-6, PROC-2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from bot.followup import service as followup
from bot.followup.fit import of_file
from bot.playbook.model import Playbook
from bot.process import service as process
from bot.process.gates import Decision, lacking
from storage.records import Change, Commitment, Evidence, Member, Opportunity, made, new_id

LARGEST = 100 * 1024 * 1024
NAME_MOST = 120

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"#!AMR", "audio/amr"),
)
"""First bytes of the kinds that are taken; pictures, PDF, old Office. What is a ZIP is looked into for new Office."""

OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MARKUP = re.compile(rb"<\s*(?:!doctype|html|svg|script|\?xml)", re.IGNORECASE)
UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069\u200b-\u200f]")


def kind_of_content(body: bytes) -> str | None:
    """The media type by the first bytes; None for a type that is not taken. Nothing is decoded or unpacked."""
    for start, mime in MAGIC:
        if body.startswith(start):
            return mime
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "image/heic"
    if body.startswith(b"PK\x03\x04"):
        return _office(body)
    return _plain(body)


def _office(body: bytes) -> str | None:
    try:
        with ZipFile(BytesIO(body)) as archive:
            names = archive.namelist()[:2000]
    except (BadZipFile, ValueError, OSError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((mime for start, mime in OFFICE.items() if any(name.startswith(start) for name in names)), None)


def _plain(body: bytes) -> str | None:
    head = body[:4096]
    if b"\x00" in head or MARKUP.search(head):
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            head.decode(encoding)
        except UnicodeDecodeError as fault:
            if fault.start < len(head) - 4:
                continue
        return "text/plain"
    return None


def safe_name(name: str) -> str:
    """The name a file is shown and downloaded by: no path, no control or direction marks, at most 120 characters."""
    last = re.split(r"[/\\]", name.replace("%2e", ".").replace("%2E", ".").replace("%2f", "/").replace("%2F", "/"))[-1]
    clean = UNSAFE.sub("", last).strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    if dot and len(clean) > NAME_MOST:
        clean = f"{stem[: NAME_MOST - len(suffix) - 1]}.{suffix}"
    return clean[:NAME_MOST] or "文件"


@dataclass(frozen=True, slots=True)
class File:
    """A file that is already in the evidence store."""

    name: str
    sha256: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """``changes`` record the file and what it settles. ``which``: the promises it may be for, where several fit."""

    evidence: Evidence
    changes: tuple[Change, ...]
    kept: Commitment | None = None
    decision: Decision | None = None
    which: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands open where the file comes in: promises of ours, and the evidence that gates wait for."""

    customer_id: str | None
    promises: tuple[Commitment, ...] = ()
    opportunity: Opportunity | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    stage: str = ""
    purpose: str = ""
    """``commitment`` or ``gate`` where the sender said which; else the file's name decides."""


def wanted_next(opportunity: Opportunity, counts: Mapping[str, int], playbook: Playbook) -> tuple[tuple[str, ...], str]:
    """The kinds of evidence that the next stage's gate still wants, and that stage; what is owed comes first."""
    pipeline = playbook.pipeline(opportunity.pipeline)
    ahead = pipeline.stages[pipeline.place(opportunity.stage) + 1 :]
    if not ahead or ahead[0].ends == "lost":
        return opportunity.evidence_missing, ""
    kinds = [kind for kind in lacking(ahead[0], opportunity, counts, pipeline) if kind in playbook.evidence]
    return tuple(dict.fromkeys((*opportunity.evidence_missing, *kinds))), ahead[0].id if ahead[0].ends is None else ""


def hand_in(file: File, member: Member, now: datetime, wanted: Wanted, playbook: Playbook, event: str) -> HandedIn:
    """What the file comes to. One promise that fits is kept by it; a gate that waited for it opens."""
    fits = () if wanted.purpose == "gate" else _fits(file, wanted, playbook)
    kind = process.kind_of(file.name, playbook, wanted.kinds)
    gate = wanted.purpose != "commitment" and (kind in wanted.kinds or (not fits and len(wanted.kinds) == 1))
    if gate and kind not in wanted.kinds:
        kind = wanted.kinds[0]
    kept = (
        fits[0] if len(fits) == 1 and not (gate and wanted.purpose != "commitment" and kind in wanted.kinds) else None
    )
    if kept is not None and kind == "other":
        kind = "document_sent"
    proof = Evidence(
        id=new_id("evi", now),
        kind=kind,
        file=file.name,
        sha256=file.sha256,
        size=file.size,
        mime=file.mime,
        customer_id=wanted.customer_id,
        opportunity_id=_deal(wanted, kept),
        member_id=member.id,
        at=now,
        commitment_id=kept.id if kept else None,
        message_id=event,
    )
    changes: list[Change] = [made(proof)]
    if kept is not None:
        changes += followup.keep(kept, now, proof, why="file")
    decision = None
    if wanted.opportunity is not None:
        counts = Counter(wanted.counts)
        counts[kind] += 1
        stage = wanted.stage if gate else None
        decision, moved = process.evidence_came(wanted.opportunity, counts, playbook, now, stage or None)
        changes += moved
    return HandedIn(proof, tuple(changes), kept, decision if gate else None, fits if len(fits) > 1 else ())


def _fits(file: File, wanted: Wanted, playbook: Playbook) -> tuple[Commitment, ...]:
    """The promises that the file's name speaks of; the only one there is when the page was opened for it."""
    named = of_file(file.name, wanted.promises, playbook.synonyms)
    if named:
        return named
    return wanted.promises if wanted.purpose == "commitment" else ()


def _deal(wanted: Wanted, kept: Commitment | None) -> str | None:
    if wanted.opportunity is not None:
        return wanted.opportunity.id
    return kept.opportunity_id if kept else None
