"""Personal data of somebody on the customers' side: what there is of it, taken along, or erased."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.exchange import hand_out
from bot.exchange.hand_out import HandedOut
from bot.exchange.records import TOLD
from bot.exchange.told.book import book
from bot.exchange.told.flow import message_item
from nlp import labels, phones
from storage import (
    audit,
    chatfiles,
    chatlines,
    connect,
    customers,
    due,
    evidence,
    externals,
    files,
    inbox,
    personal,
    playbooks,
    rows,
)
from storage.personal import PERSONAL, Traces, Wanted
from storage.records import Change, Contact, Customer, Evidence, Moment, changed, new_id
from storage.rows import table_of

FORGET = "privacy.files"
"""The moment at which files of what was erased go; it comes again should the process die meanwhile."""
FULL_NAME = re.compile(r"[\u4e00-\u9fff·]{2,8}|[A-Za-z]+(?:[ .][A-Za-z]+)+")
FAMILIAR = "小老阿大"
"""小马 is called so by many."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: the people on the books who are (one person may stand there twice), their customers, and the
    words by which they are found."""

    said: str
    contacts: tuple[Contact, ...]
    customers: tuple[Customer, ...]
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of the person."""

    person: Person
    traces: Traces
    taught: bool = False
    """A playbook's own words name the person: they are taken out by hand."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How much of each kind, as it is told and written down."""
        of = self.traces.count
        proofs = of("evi")
        every = {
            "contacts": len(self.person.contacts), "messages": len(self.traces.messages) + self.traces.chats,
            "activities": of("act"), "commitments": of("pro", "tsk"), "files": proofs, "learnt": of("ali", "cor"),
            "leads": of("lead"), "others": of("cus", "opp", "wai", "hov", "rsk", "fct", "una", "clm"),
        }  # fmt: skip
        return {name: n for name, n in every.items() if n}


async def called(said: str) -> list[tuple[Customer, list[Contact]]]:
    """The people who are called or reached so, by customer."""
    reach = phones.find(said)
    word = reach[0].value if reach else said
    found: dict[str, list[Contact]] = {}
    for one in await customers.people(word):
        found.setdefault(one.customer_id, []).append(one)
    known = [(await customers.get(id, undone=True), people) for id, people in found.items()]
    return [(one, people) for one, people in known if one is not None]


async def person(said: str, found: Iterable[tuple[Customer, Sequence[Contact]]]) -> Person:
    """The person that these contacts are. Without any it is somebody whom only messages name."""
    found = list(found)
    people = tuple(one for _, theirs in found for one in theirs)
    companies = tuple(one for one, _ in found)
    sharp: list[str] = []
    blunt: list[str] = []
    for one in people:
        full = await _names_nobody_else(one, {company.id for company in companies})
        (sharp if full else blunt).append(one.name if len(one.name) > 1 else "")
        blunt += [f"{head}{tail}" for head in (one.name, one.name[:1]) for tail in _titles(one.title or "")]
        sharp += [word for reach in one.phones for word in _spelled(reach)] + [*one.emails, *map(_masked, one.emails)]
    if not people:
        sharp.append(said)
    names = [one.name for one in companies] + [
        alias.text for one in companies for alias in await customers.aliases(one.id)
    ]
    names += [await customers.short_name(one.id) for one in companies]
    wanted = Wanted(_known(sharp), _known(blunt), tuple(one.id for one in companies), _known(names))
    return Person(said, people, companies, wanted)


def may_be_found(said: str) -> bool:
    """Words by which somebody without an entry may be looked for: a full name, a phone, an address; not any word."""
    return bool(phones.find(said)) or "@" in said or _is_full(said)


async def _names_nobody_else(one: Contact, companies: set[str]) -> bool:
    """A full name that no contact of another customer has."""
    if not _is_full(one.name):
        return False
    return all(other.customer_id in companies for other in await customers.people(one.name))


def _is_full(name: str) -> bool:
    """江雪, Emily Zhao; not 王总, 小马, nor a word that means something else."""
    if not FULL_NAME.fullmatch(name) or name[0] in FAMILIAR or labels.is_titled(name):
        return False
    return labels.is_person(name) or len(name) > 3


def _titles(title: str) -> list[str]:
    """采购经理, 经理"""
    return [one for one in dict.fromkeys((title, title[-2:])) if one]


def _spelled(phone: str) -> list[str]:
    """A phone as people write it, and as a card shows it."""
    home = phone.removeprefix("+86")
    if len(home) != 11:
        return [phone, home]
    parts = (home[:3], home[3:7], home[7:])
    return [phone, home, " ".join(parts), "-".join(parts), f"{home[:3]}****{home[7:]}"]


def _masked(mail: str) -> str:
    head, _, tail = mail.partition("@")
    return f"{head[:1]}****@{tail}"


def _known(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if len(word) > 1))


# -- what there is -------------------------------------------------------------------------------------------------


async def look(who: Person, now: datetime) -> Found:
    """What is kept of the person now."""
    found = await personal.traces(who.wanted, now)
    texts = [version.text for version in await playbooks.all() if version.state == "live"]
    return Found(who, found, any(word in text for text in texts for word in who.wanted.sharp))


async def taken_along(found: Found, data: Path, now: datetime) -> HandedOut:
    """Everything about the person in one sealed archive: what was recorded and said, and the files."""
    known = await book()
    told: dict[str, list[dict[str, Any]]] = {}
    for record in found.person.contacts:
        told.setdefault("contact", []).append(TOLD["contact"][1](record, known))
    for change in found.traces.changes:
        noun = table_of(change.record).name
        if noun in TOLD:
            kept = await _record(change.record)
            told.setdefault(noun, []).append(TOLD[noun][1](kept, known))
    said = [await inbox.get(id) for _, id in found.traces.messages]
    told["message"] = [message_item(one, known) for one in said if one is not None]
    body = json.dumps(told, ensure_ascii=False, indent=1).encode()
    count = sum(map(len, told.values()))
    return await hand_out.archive(data, "person", [("person.json", body), *await _files(found, data)], count, now)


async def _record(id: str) -> Any:
    return await rows.by_id(table_of(id), id, undone=True)


async def _files(found: Found, data: Path) -> list[tuple[str, bytes]]:
    out = []
    for change in found.traces.changes:
        proof = await evidence.get(change.record, undone=True) if change.record.startswith("evi_") else None
        if isinstance(proof, Evidence) and proof.sha256:
            content = await asyncio.to_thread(files.read, data, proof.sha256)
            out.append((f"files/{proof.sha256[:8]}-{Path(proof.file or 'file').name}", content))
    return out


# -- erasing -------------------------------------------------------------------------------------------------------


def erase_at_last(who: Person, *, actor: str, event: str, now: datetime) -> None:
    """Erases when all else of the open transaction is written, the words of the call itself among it."""
    connect.at_last(f"privacy.erase:{event}", partial(_erase, who, actor, event, now))


async def _erase(who: Person, actor: str, event: str, now: datetime) -> None:
    found = await look(who, now)
    gone = [changed(one, "contact.erased", **PERSONAL, undone_at=one.undone_at or now) for one in who.contacts]
    outside = [known for one in who.contacts for known in await externals.of_contact(one.id)]
    gone += [changed(one, "external.erased", name="", external="", undone_at=now) for one in outside]
    waited: list[str] = []
    for one in outside:
        await chatlines.forget(one.external)
        waited += await chatfiles.forget_of(one.external)
    done = {one.record for one in gone}
    others = [one for one in found.traces.changes if one.record not in done]
    changes = [change for change in (*gone, *others) if change.after]
    await audit.apply(changes, actor=actor, event=event, at=now)
    blank = [one.record for one in changes if one.record.partition("_")[0] in ("con", "ext", *personal.LEARNT)]
    payloads = await personal.wipe(who.wanted, found.traces, blank)
    job = new_id("job", now)
    remarks = {**{f"_{name}": n for name, n in found.counts.items()}, "_payloads": payloads}
    await audit.apply([Change("privacy.erased", job, remarks)], actor=actor, event=event, at=now)
    await forget_later([*found.traces.files, *waited], job, now)


async def forget_later(shas: Sequence[str], record: str, now: datetime) -> None:
    """Files on which nothing rests any more are gone once this is committed."""
    if shas:
        await due.put([Moment(id=new_id("due", now), at=now, kind=FORGET, record=record, data={"sha256": list(shas)})])


async def forget(data: Path, sha: str) -> None:
    """The file is gone, unless something else rests on it."""
    if not await personal.shared(sha):
        await asyncio.to_thread(files.forget, data, sha)
