"""The bytes of a mail → what was written, by whom, with what beside. A mail is data: nothing in it is a command, no
address in it is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from hashlib import sha1
from typing import Any

from adapters.email.config import PUBLIC
from adapters.email.cut import TEXT_MOST, Forwarded, forwarded, text_of_html, words_of
from adapters.email.headers import (
    HEAD_MOST,
    addresses,
    decoded,
    domain,
    has_surrogates,
    header,
    moment,
    named_address,
    piece,
    sender,
)
from adapters.errors import BadPayload
from adapters.events import Ignored, InboundEvent, Person

HEAD = b"genjin-mail 1 "
"""Begins what is kept of a mail: the moment it was taken in, and whether it was cut, on a line of their own."""
PARTS_MOST = 300
LINES_OF_PARTS_MOST, DEEPEST = 5000, 200
"""Lines that may begin a part, and parts that may hold others: what has more is not even taken apart."""
ATTACHMENTS_MOST = 30
NAMES_MOST = 200
ID = re.compile(r"<[^<>\s]{3,300}>")
INDEX_LETTERS = 29
"""Base64 of the first 21 of 22 bytes: the last letter would hold bits of what follows."""
PASSED_ON = re.compile(r"\s*(?:转发|转寄|fwd?|fw)\s*[:：]", re.IGNORECASE)
ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounce|notifications?|newsletter)s?\b.*@", re.IGNORECASE
)
BY_SUBJECT = re.compile(
    r"\s*(?:自动回复|自动答复|自动应答|自动回覆|系统退信|退信通知|已读(?:回执)?\s*[:：]|未读\s*[:：]|automatic reply"
    r"|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|undeliver|delivery (?:status|failure|has failed)"
    r"|mail delivery (?:failed|system|subsystem)|failure notice|read\s*[:：])",
    re.IGNORECASE,
)
"""What machines write above what they send of their own accord, where they say it nowhere else."""
SEALS = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
"""The seal on a mail is none of its files."""
CLOSED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


def keep(raw: bytes, now: datetime, cut: bool) -> bytes:
    """What the inbox keeps of a mail; ``cut``: the rest of it was not read."""
    return HEAD + f"{now.isoformat()} {'cut' if cut else 'whole'}\n".encode() + raw


def key_of(raw: bytes) -> str:
    """The same mail has the same key, also read from another folder or after the server numbered anew; one that only
    borrows another's id has its own."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    named = re.findall(rb"^(?:message-id|from|date):[^\n]*(?:\n[ \t][^\n]*)*", head, re.IGNORECASE | re.MULTILINE)
    return sha1(b"\n".join(sorted(named)) + b"\n\n" + body, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    body: bytes


def parse(payload: bytes, account: str, ours: frozenset[str]) -> InboundEvent | Ignored:
    """The event in ``payload``. Raises BadPayload for what is no mail. Of a colleague's mail only what he passes on
    of a customer's counts; what machines send is ignored."""
    first, _, raw = payload.partition(b"\n")
    if not first.startswith(HEAD):
        raise BadPayload("no mail of ours")
    moment, how = first.removeprefix(HEAD).decode("ascii").split(" ")
    received, cut = datetime.fromisoformat(moment), how == "cut"
    if raw.count(b"\n--") > LINES_OF_PARTS_MOST or raw.count(b"boundary=") > DEEPEST:
        raise BadPayload("a mail of more parts than any has")
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        if why := _automatic(message):
            return Ignored(why)
        return _event(message, raw, account, ours, received, cut)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError, AssertionError, MessageError) as error:
        raise BadPayload(f"the mail cannot be read: {type(error).__name__}") from error


def _event(
    message: Message, raw: bytes, account: str, ours: frozenset[str], received: datetime, cut: bool
) -> InboundEvent | Ignored:
    text, files, left = _contents(message, cut)
    name, address = sender(message)
    if not address:
        return Ignored("no_sender")
    parts, subject = words_of(text), header(message, "Subject")
    passed_on = None
    own = parts.own
    if domain(address) in ours:
        inner = _attached(message)
        passed_on = _passed_on(subject, parts.quoted) or (_of_inner(inner) if inner is not None else None)
        if inner is not None and passed_on is not None:
            files += _contents(inner, cut)[1]
        if passed_on is None:
            return Ignored("own_mail")
        by, own, subject = address, passed_on.own, passed_on.subject or subject
        name, address = named_address(passed_on.sender)
        if not address or domain(address) in ours:
            return Ignored("own_mail")
    data: dict[str, Any] = {
        "subject": subject[:NAMES_MOST], "name": name[:60], "signature": parts.signature if passed_on is None else "",
        "to": addresses(message, "To"), "cc": addresses(message, "Cc"), "thread": _thread(message),
        "passed_on_by": by if passed_on is not None else "", "attachments": tuple(files), "left_out": tuple(left),
        "cut": cut, "public": domain(address) in PUBLIC,
    }  # fmt: skip
    at = moment(message, received)
    return InboundEvent(key_of(raw), "mail", Person(account, address), at, text=own[:TEXT_MOST], data=data)


def _thread(message: Message) -> list[str]:
    """What the mail calls itself, what it answers, and what its thread began with; Outlook has a name of its own for
    a thread (the first 22 bytes of Thread-Index)."""
    own = ID.findall(header(message, "Message-ID"))[:1]
    answers = ID.findall(header(message, "In-Reply-To"))[:5]
    before = ID.findall(header(message, "References"))
    index = re.sub(r"\s", "", header(message, "Thread-Index"))[:INDEX_LETTERS]
    named = [f"index:{index}"] if len(index) == INDEX_LETTERS else []
    return list(dict.fromkeys((*own, *answers, *before[:10], *before[-20:], *named)))


def _attached(message: Message) -> Message | None:
    """The mail within the mail, where there is one."""
    for part in message.walk():
        inside = part.get_payload()
        if part is not message and part.get_content_type() == "message/rfc822" and isinstance(inside, list) and inside:
            return inside[0] if isinstance(inside[0], Message) else None
    return None


def _of_inner(inner: Message) -> Forwarded:
    return Forwarded(header(inner, "From"), header(inner, "Subject"), words_of(_contents(inner, False)[0]).own)


def _passed_on(subject: str, quoted: str) -> Forwarded | None:
    return forwarded(quoted) if PASSED_ON.match(subject) else None


def _automatic(message: Message) -> str:
    """Why it is no person's mail; "" where it may be one."""
    auto = header(message, "Auto-Submitted").casefold()
    kind = header(message, "Precedence").casefold()
    if (
        (auto and auto != "no")
        or kind in ("bulk", "junk", "auto_reply", "list")
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or BY_SUBJECT.match(header(message, "Subject"))
        or message.get_content_type() == "multipart/report"
    ):
        return "automatic"
    if any(message.get(name) for name in ("List-Unsubscribe", "List-Id", "Feedback-ID")):
        return "list"
    if header(message, "Return-Path") == "<>" or ROBOTS.match(sender(message)[1]):
        return "automatic"
    return ""


# -- contents ------------------------------------------------------------------------------------------------------


def _contents(message: Message, cut: bool) -> tuple[str, list[Attachment], list[str]]:
    """(the text that a person reads, the files beside it, the names of those that were left out). Of a mail that was
    ``cut`` no file is whole for sure."""
    plain, html = "", ""
    files: list[Attachment] = []
    left: list[str] = []
    for part in _leaves(message):
        name, kind = _filename(part), part.get_content_type()
        if kind in SEALS:
            continue
        if kind in CLOSED:
            return "", [], ["加密的信"]
        beside = part.get_content_disposition() == "attachment" or bool(name)
        if beside and part.get("Content-ID") and part.get_content_maintype() == "image":
            continue  # a logo in the text
        if beside:
            body = part.get_payload(decode=True)
            if cut or not isinstance(body, bytes) or len(files) >= ATTACHMENTS_MOST:
                left.append(name or "附件")
            elif body:
                files.append(Attachment(name or "附件", body))
        elif kind == "text/plain" and not plain.strip():
            plain = _text(part)
        elif kind == "text/html" and not html:
            html = _text(part)
    return plain if plain.strip() else text_of_html(html), files, left


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that hold something, in order; a mail within the mail is one of its files."""
    waiting: list[Message] = [message]
    seen = 0
    while waiting and seen < PARTS_MOST:
        part = waiting.pop()
        seen += 1
        inside = part.get_payload()
        if isinstance(inside, list) and part.get_content_type() != "message/rfc822":
            waiting += [one for one in reversed(inside) if isinstance(one, Message)]
        elif not isinstance(inside, list):
            yield part


def _text(part: Message) -> str:
    body = part.get_payload(decode=True)
    return decoded(body[: TEXT_MOST * 60], str(part.get_content_charset() or "")) if isinstance(body, bytes) else ""


def _filename(part: Message) -> str:
    try:
        said = (part.get_filename() or "")[:HEAD_MOST]
        pieces = decode_header(said)
    except (ValueError, LookupError, TypeError, MessageError):
        return "附件"
    named = "".join(piece(*one) for one in pieces)
    if has_surrogates(named):
        named = decoded(named.encode("utf-8", "surrogateescape"), "")
    return " ".join(named.split())[:NAMES_MOST]
