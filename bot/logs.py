"""Logs: one JSON object a line on stderr, Chinese unescaped. Never a body, a secret, a whole phone or a local variable.

Callers name ids and codes; what is cleaned here is the last net under them.
"""

from __future__ import annotations

import logging
import re
import sys
import unicodedata
from collections.abc import Collection, Mapping, MutableMapping
from functools import partial
from typing import Any, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from bot.clock import Clock

HIDDEN = "***"
BODIES = frozenset({"body", "payload", "text", "content", "plaintext", "plain", "words", "quote", "card", "push"})
"""Fields whose values are never written, whoever logs them; ``card`` and ``push`` only where they are not ids."""
_IDS = re.compile(r"[a-z]{2,4}_[0-9a-f]{32}")
_SECRET_KEY = re.compile(r"(?i)(^|_)(secret|token|password|passwd|authorization|cookie|aes_?key|api_?key|corpsecret)$")
_NAMES = r"[a-z_-]*(?:token|secret|signature|ticket|passw(?:or)?d|api_?key|aes_?key|sign)"
_NETS = (
    (re.compile(rf"(?i)\b({_NAMES})=[^&\s\"'<>]+"), r"\1=***"),  # in an address or a form
    (re.compile(rf"(?i)([\"']{_NAMES}[\"']\s*:\s*[\"'])[^\"']*"), r"\1***"),  # in JSON or a repr
    (re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"(://[^/@\s:]*:)[^/@\s]+@"), r"\1***@"),
    (re.compile(r"(/upload/)[\w-]{16,}"), r"\1***"),
    (re.compile(r"(?<![\w.])((?:\+?86[ -]?)?1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![\w.])"), r"\1****\2"),
)
_LONGEST = 2000
_CHATTY = ("aiohttp.access", "httpx", "httpcore", "apscheduler", "tortoise", "asyncio", "aiosqlite", "jieba")


def configure(clock: Clock, *, secrets: Collection[str] = (), level: str = "info", to: TextIO | None = None) -> None:
    """From now on structlog and the logging of libraries write to ``to`` (stderr), timed by ``clock``; ``secrets``
    never appear, wherever they were put."""
    stream = to or sys.stderr
    known = tuple(sorted(secrets, key=len, reverse=True))
    structlog.configure(
        processors=[
            _in_context,
            structlog.stdlib.add_log_level,
            partial(_placed, clock),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=12)),
            partial(_cleaned, known),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=partial(_NamedLogger, stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=level.upper(), handlers=[_Bridge()], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def clean(text: str, secrets: Collection[str] = ()) -> str:
    """The text on one line, without secrets, phones and what a terminal would obey."""
    text = text[: _LONGEST * 4]
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for net, instead in _NETS:
        text = net.sub(instead, text)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


class _NamedLogger(structlog.WriteLogger):
    def __init__(self, stream: TextIO, name: str = "") -> None:
        super().__init__(stream)
        self.name = name


class _Bridge(logging.Handler):
    """What libraries log, by the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        structlog.get_logger(record.name).log(record.levelno, "library", said=message, exc_info=record.exc_info)


def _in_context(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What is bound around the call; a bound ``event`` (the id of the event at hand) stands as ``of``."""
    bound = structlog.contextvars.get_contextvars()
    return {**{"of" if key == "event" else key: value for key, value in bound.items()}, **event}


def _placed(clock: Clock, logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """When, how grave, what, where: first, in this order."""
    head = {"at": clock.now().isoformat(timespec="milliseconds"), "level": event.pop("level", method)}
    return {**head, "what": event.pop("event", ""), "from": getattr(logger, "name", ""), **event}


def _cleaned(secrets: Collection[str], logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: _value(key, value, secrets) for key, value in event.items()}


def _value(key: str, value: Any, secrets: Collection[str]) -> Any:
    if _SECRET_KEY.search(key) or (key in BODIES and not (isinstance(value, str) and _IDS.fullmatch(value))):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {clean(str(k)): _value(str(k), v, secrets) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value("", one, secrets) for one in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    return clean(str(value), secrets)


def _harmless(character: str) -> str:
    """Line breaks, ESC and other controls as their escape; marks that turn the reading direction, too."""
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode()
    return character
