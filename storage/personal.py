"""What is kept of one person: found by the words that name them, and wiped. For erasing, and for showing before it.

``sharp`` words name nobody else and are looked for everywhere; ``blunt`` ones (王总) only with the customers they
belong to: in their records, in what was said about them, and beside one of their names. Everything is read as the open
transaction sees it, a page at a time.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage import chain, chatfiles, chatlines, rows, sql
from storage.crypto import ring
from storage.records import Change, Record, changed
from storage.rows import fold, literal, to_json

PAGE = 500
MARK = "（已删除）"
"""What stands in the place of a name where a record cannot do without its words."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "cus": ("note", "tags", "custom"), "ali": ("text",),
    "opp": ("name", "signing_party", "payment_terms", "lost_reason", "custom", "blocked_reason"), "act": ("text",),
    "pro": ("what", "quote", "why_closed"), "evi": ("file", "note"), "tsk": ("what",), "cor": ("old", "new"),
    "wai": ("why", "reason"), "hov": ("reason", "note"), "rsk": ("facts",), "clm": ("words",),
    "ext": ("name",),
    "lead": ("name", "title", "wanted", "note", "phones", "emails", "external_ids", "utm", "arrivals"),
    "una": ("what", "text", "data"),
    "fct": ("who", "data", "note"), "vis": ("goals", "reason"),
}  # fmt: skip
"""By the prefix of a record's id: its fields that hold words of people."""
LEARNT = ("ali", "cor")
"""What is nothing without its words: it no longer counts."""
RAW = frozenset({"act.text", "pro.quote", "una.text"})
"""What somebody said: blank afterwards, where others keep their words without the name."""
REACH = frozenset({"lead.phones", "lead.emails"})
"""By what somebody is reached: nothing of it is left."""
PERSONAL: Mapping[str, Any] = {
    "name": "", "title": None, "department": None, "phones": (), "emails": (), "role": "",
}  # fmt: skip
SAID = (("outbox", "body"), ("card", "data"), ("moment", "data"))
"""JSON that repeats what records say."""
COMMAND = ("/privacy", "／privacy")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose traces: ``customers`` are ids, ``called`` all words that stand for them."""

    sharp: tuple[str, ...]
    blunt: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    called: tuple[str, ...] = ()

    def in_text(self, text: str, *, near: bool = False) -> bool:
        """The text names the person; ``near``: it is about one of the customers."""
        plain = fold(text)
        if any(fold(word) in plain for word in self.sharp):
            return True
        return any(fold(word) in plain for word in self.blunt) and (
            near or text.lstrip().startswith(COMMAND) or any(fold(word) in plain for word in self.called)
        )

    def without(self, text: str) -> str:
        """The text with the mark instead of the person's words."""
        for word in sorted({*self.sharp, *self.blunt}, key=len, reverse=True):
            text = text.replace(word, MARK)
        return text


@dataclass(frozen=True, slots=True)
class Traces:
    """What was found: messages as (seq, id), records with the fields that change, the files among them."""

    messages: tuple[tuple[int, str], ...] = ()
    changes: tuple[Change, ...] = ()
    files: tuple[str, ...] = ()
    chats: int = 0
    """Lines of kept chats."""
    examples: tuple[str, ...] = field(default=(), compare=False)

    def count(self, *prefixes: str) -> int:
        """How many of the records are of these kinds."""
        return len({one.record for one in self.changes if one.record.partition("_")[0] in prefixes})


async def traces(wanted: Wanted, now: datetime) -> Traces:
    """Everything that names the person, contacts apart, and what erasing it at ``now`` makes of the records."""
    about = await _events_of(wanted.customers) if wanted.blunt else set()
    messages: list[tuple[int, str]] = []
    examples: list[str] = []
    async for seq, id, text, payload in _messages():
        if wanted.in_text(text, near=id in about) or (payload and wanted.in_text(payload)):
            messages.append((seq, id))
            if text and not text.lstrip().startswith(COMMAND):
                examples.append(text)
    ids = {id for _, id in messages}
    changes: list[Change] = []
    files: list[str] = []
    for prefix, fields in WORDS.items():
        async for record in _candidates(prefix, fields, wanted, ids):
            change = _wiped(record, fields, wanted, ids, now)
            if change is not None:
                changes.append(change)
                if prefix == "evi" and getattr(record, "sha256", None):
                    files.append(str(record.sha256))  # type: ignore[attr-defined]
    chats = await chatlines.count_where(lambda text: wanted.in_text(text))
    return Traces(tuple(messages), tuple(changes), tuple(files), chats, tuple(examples[-3:]))


async def _events_of(customer_ids: Sequence[str]) -> set[str]:
    """Ids of the messages from which the customers' records came."""
    found: set[str] = set()
    for table in ("activity", "commitment", "evidence"):
        where = f"customer_id IN ({sql.marks(customer_ids)}) AND message_id IS NOT NULL"
        found |= {row[0] for row in await sql.fetch(f"SELECT message_id FROM {table} WHERE {where}", *customer_ids)}
    return found


async def _messages() -> AsyncIterator[tuple[int, str, str, str]]:
    """(seq, id, text, payload) of each that is not on its way."""
    after = 0
    while True:
        page = await sql.fetch(
            "SELECT seq, id, text, text_key, payload, payload_key, account, event_key FROM message WHERE seq > ? "
            "AND state <> 'new' AND (text IS NOT NULL OR payload IS NOT NULL) ORDER BY seq LIMIT ?",
            after, PAGE,
        )  # fmt: skip
        for seq, id, text, text_key, payload, payload_key, account, event_key in page:
            said = b"" if text is None else ring().open(bytes(text), text_key, f"text:{id}")
            raw = b"" if payload is None else ring().open(bytes(payload), payload_key, f"payload:{account}:{event_key}")
            yield seq, id, said.decode(), raw.decode("utf-8", "replace")
        if len(page) < PAGE:
            return
        after = page[-1][0]


async def _candidates(prefix: str, fields: Sequence[str], wanted: Wanted, events: set[str]) -> AsyncIterator[Record]:
    """Records of the kind in which one of the words stands, or (evidence) that came with one of the messages."""
    table: rows.Table[Any] = rows.TABLES[prefix]
    asked: list[tuple[str, list[Any]]] = [(f'"{name}" LIKE ? ESCAPE \'!\'', [f"%{literal(word)}%"])
                                          for name in fields for word in (*wanted.sharp, *wanted.blunt)]  # fmt: skip
    if prefix == "evi":
        asked += [(f"message_id IN ({sql.marks(part)})", list(part)) for part in _parts(sorted(events))]
    seen: set[str] = set()
    for where, args in asked:
        for row in await sql.fetch(f"{table.select} WHERE {where}", *args):
            record = table.decode(row)
            if record.id not in seen:
                seen.add(record.id)
                yield record


def _wiped(record: Record, fields: Sequence[str], wanted: Wanted, events: set[str], now: datetime) -> Change | None:
    """The record without the person; None where it does not name them."""
    prefix = record.prefix
    near = (record.id if prefix == "cus" else getattr(record, "customer_id", None)) in wanted.customers
    near = near or getattr(record, "message_id", None) in events
    came_along = prefix == "evi" and getattr(record, "message_id", None) in events
    after: dict[str, Any] = {}
    for name in fields:
        value = getattr(record, name)
        text = value if isinstance(value, str) else to_json(value) if value else ""
        if text and wanted.in_text(text, near=near):
            after[name] = _blank(f"{prefix}.{name}", value, wanted)
    if prefix == "evi" and (after or came_along):
        after |= {"file": MARK if getattr(record, "file", None) else None, "sha256": None, "size": 0, "note": ""}
    if prefix in LEARNT and after:
        after["undone_at"] = record.undone_at or now
    return changed(record, f"{type(record).__name__.lower()}.erased", **after) if after else None


def _blank(field_: str, value: Any, wanted: Wanted) -> Any:
    if field_ in RAW:
        return ""
    if field_ in REACH:
        return ()
    if isinstance(value, str):
        return wanted.without(value)
    if isinstance(value, tuple):
        return tuple(wanted.without(one) for one in value)
    return _deep(value, wanted.without)


def _deep(value: Any, turned: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return turned(value)
    if isinstance(value, Mapping):
        return {turned(str(name)): _deep(one, turned) for name, one in value.items()}
    return [_deep(one, turned) for one in value] if isinstance(value, list | tuple) else value


# -- wiping --------------------------------------------------------------------------------------------------------


async def wipe(wanted: Wanted, found: Traces, records: Sequence[str]) -> int:
    """Texts, payloads and what repeats them are gone; how many audit entries lost their payload. ``records`` lose
    theirs whatever stands in it. To be called when the changes of ``found`` are made, and all else is written."""
    for part in _parts([seq for seq, _ in found.messages]):
        await sql.run(
            "UPDATE message SET text = NULL, text_key = NULL, payload = NULL, payload_key = NULL "
            f"WHERE seq IN ({sql.marks(part)})", *part,
        )  # fmt: skip
    await chatlines.forget_where(lambda text: wanted.in_text(text))
    await _unsay(wanted, [id for _, id in found.messages])
    for word in wanted.sharp:
        await sql.run("DELETE FROM leadkey WHERE key LIKE ? ESCAPE '!'", f"%:{literal(word)}%")
    return await chain.erase(records) + await _forget_payloads(wanted)


async def _unsay(wanted: Wanted, events: Sequence[str]) -> None:
    for table, column in SAID:
        for word in wanted.sharp:
            await _replace(table, column, word, "", ())
        for word in wanted.blunt:
            for name in wanted.called:
                await _replace(table, column, word, f" AND \"{column}\" LIKE ? ESCAPE '!'", (f"%{literal(name)}%",))
            for part in _parts(events) if table != "moment" else ():
                await _replace(table, column, word, f" AND event IN ({sql.marks(part)})", part)


async def _replace(table: str, column: str, word: str, more: str, args: Sequence[Any]) -> None:
    await sql.run(
        f'UPDATE "{table}" SET "{column}" = REPLACE("{column}", ?, ?) WHERE "{column}" LIKE ? ESCAPE \'!\'{more}',
        word, MARK, f"%{literal(word)}%", *args,
    )  # fmt: skip


async def _forget_payloads(wanted: Wanted) -> int:
    """Audit entries whose payload names the person lose it, with its salt."""
    await chain.flush()
    theirs = await _records_of(wanted.customers) if wanted.blunt else set()
    after, gone = 0, 0
    while True:
        page = await sql.fetch(
            "SELECT p.n, a.record, p.payload, p.payload_key FROM audit_payload p JOIN audit a ON a.n = p.n "
            "WHERE p.n > ? ORDER BY p.n LIMIT ?", after, PAGE,
        )  # fmt: skip
        told = [
            n for n, record, payload, key in page
            if wanted.in_text(ring().open(bytes(payload), key, f"audit:{n}").decode(), near=record in theirs)
        ]  # fmt: skip
        if told:
            gone += await sql.run(f"DELETE FROM audit_payload WHERE n IN ({sql.marks(told)})", *told)
        if len(page) < PAGE:
            return gone
        after = page[-1][0]


async def _records_of(customer_ids: Sequence[str]) -> set[str]:
    """The customers and all that belongs to them."""
    found = set(customer_ids)
    for table in rows.TABLES.values():
        if "customer_id" in table.kinds:
            where = f"customer_id IN ({sql.marks(customer_ids)})"
            found |= {row[0] for row in await sql.fetch(f"SELECT id FROM {table.name} WHERE {where}", *customer_ids)}
    return found


async def shared(sha: str) -> bool:
    """The file is still the evidence of something, or waits to be."""
    if await sql.value("SELECT 1 FROM evidence WHERE sha256 = ? LIMIT 1", sha) is not None:
        return True
    return await chatfiles.waits_for(sha)


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + PAGE] for start in range(0, len(values), PAGE))
