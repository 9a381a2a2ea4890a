"""An IMAP mailbox, read and never changed: opened for reading only, peeked into, nothing is marked, moved or deleted.

All of it blocks: call it on a thread.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adapters.email.config import LOOPBACK, Config
from adapters.email.line import Sealed, Waiting
from adapters.errors import Misconfigured, Retryable

SECONDS = 20.0
"""How long a server may be silent."""
CUT_AT = 256 * 1024
"""So much is read of a mail that is too large."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
IDLE_MOST = 25 * 60.0
"""A server may hang up on who has waited for 29 minutes [RFC 2177]."""
EXISTS = re.compile(rb"\* \d+ EXISTS\b", re.IGNORECASE)
IDLE_TAG = b"W"
"""Python's own tags are four letters and a number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox has been read: the server's numbering, and the last number of it."""

    validity: str
    uid: int

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}"

    @classmethod
    def of(cls, kept: str) -> Mark:
        validity, _, uid = kept.rpartition(":")
        return cls(validity, int(uid))


class Imap:
    """One visit: logged in, the folder open, as long as one stays. Raises Misconfigured and Retryable."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._box: Waiting | None = None
        self.validity = ""
        self.waits = False
        """The server tells of its own accord that there is something new."""

    def open(self) -> None:
        config = self._config
        try:
            self._box = self._line()
            self._login()
            self._introduce()
            self._box.probed()
            self.waits = b"IDLE" in b" ".join(one for one in self._box.capability()[1] if one).upper().split()
            answer, _ = self._box.select(_quoted(config.folder), readonly=True)
            if answer != "OK":
                raise Misconfigured(f"no folder {config.folder}", "检查 [[email]] 的 folder，收件箱写 INBOX")
            found = self._box.response("UIDVALIDITY")[1]
            self.validity = found[0].decode("ascii", "replace") if found and isinstance(found[0], bytes) else "0"
        except (imaplib.IMAP4.abort, OSError) as error:
            raise Retryable(f"the mailbox cannot be reached: {type(error).__name__}", "检查 imap_url 和网络") from error
        except imaplib.IMAP4.error as error:
            raise Retryable(f"the server did not go on: {_words(error)}", "看邮箱服务是否开了 IMAP") from error

    def _line(self) -> Waiting:
        config, context = self._config, ssl.create_default_context()
        if config.secure:
            return Sealed(config.host, config.port, ssl_context=context, timeout=SECONDS)
        plain = Waiting(config.host, config.port, timeout=SECONDS)
        if config.host not in LOOPBACK:  # a password goes over no open line
            plain.starttls(context)
        return plain

    def _login(self) -> None:
        assert self._box is not None
        try:
            self._box.login(self._config.user, self._config.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            hint = "检查 user 和 password；国内邮箱多半要先开 IMAP，再用授权码"
            raise Misconfigured("the mailbox refused the login", hint, cause="邮箱登录不上", mend=hint) from error

    def _introduce(self) -> None:
        """Some servers open no folder for who has not said its name."""
        assert self._box is not None
        if "ID" in self._box.capabilities:
            with contextlib.suppress(imaplib.IMAP4.error):
                self._box.xatom("ID", '("name" "genjin" "vendor" "genjin")')

    def numbers(self, mark: Mark | None, since: date) -> list[int]:
        """The mails behind the mark, else those since that day, the oldest first."""
        if mark is not None and mark.validity == self.validity:
            found = self._asked("SEARCH", f"UID {mark.uid + 1}:*")
            return sorted(n for n in _numbers(found) if n > mark.uid)  # the last one is always among them
        return sorted(_numbers(self._asked("SEARCH", f"SINCE {since.day:02d}-{MONTHS[since.month - 1]}-{since.year}")))

    def fetch(self, uid: int, most: int) -> tuple[bytes, bool] | None:
        """(the mail, whether it was cut); None for one that is gone by now."""
        told = [SIZE.search(one) for one in self._asked("FETCH", str(uid), "(RFC822.SIZE)")]
        size = next((one for one in told if one is not None), None)
        if size is None:
            return None
        cut = int(size[1]) > most
        what = f"(BODY.PEEK[]<0.{CUT_AT}>)" if cut else "(BODY.PEEK[])"
        answer = self._raw("FETCH", str(uid), what)
        body = next((one[1] for one in answer if isinstance(one, tuple) and len(one) > 1), None)
        return (body, cut) if isinstance(body, bytes) else None

    def wait(self, seconds: float) -> bool:
        """Stays on the line until the server says something (True where it is that there is a new mail), or the time is
        over. Raises Retryable where nobody is at the other end any more."""
        assert self._box is not None
        box = self._box
        box.untagged_responses.clear()
        try:
            box.send(IDLE_TAG + b" IDLE\r\n")
            new = self._until(box, b"+")
            if not new and box.comes(min(seconds, IDLE_MOST)):
                new = EXISTS.match(self._said(box)) is not None
            box.send(b"DONE\r\n")
            return self._until(box, IDLE_TAG + b" ") or new
        except (imaplib.IMAP4.error, OSError) as error:
            raise Retryable(f"the line is gone: {type(error).__name__}") from error

    def _until(self, box: Waiting, mark: bytes) -> bool:
        """A new mail was told of before the line that begins with the mark."""
        new = False
        while not (line := self._said(box)).startswith(mark):
            if line.startswith(IDLE_TAG + b" "):
                raise imaplib.IMAP4.abort("no IDLE")
            new = new or EXISTS.match(line) is not None
        return new

    @staticmethod
    def _said(box: Waiting) -> bytes:
        line = box.readline()
        if not line.endswith(b"\n") or line.upper().startswith(b"* BYE"):
            raise imaplib.IMAP4.abort("hung up")
        return line

    def _asked(self, *command: str) -> list[bytes]:
        flat: list[bytes] = []
        for one in self._raw(*command):
            flat += one if isinstance(one, tuple) else [one]
        return flat

    def _raw(self, *command: str) -> list[bytes | tuple[bytes, ...]]:
        assert self._box is not None
        try:
            answer, data = self._box.uid(*command)
        except (imaplib.IMAP4.error, OSError) as error:
            raise Retryable(f"the server did not answer: {type(error).__name__}") from error
        if answer != "OK":
            raise Retryable(f"the server refused {command[0]}")
        found: list[bytes | tuple[bytes, ...]] = []
        for one in data or ():
            if isinstance(one, bytes | tuple):  # None where there is nothing
                found.append(one)
        return found

    def close(self) -> None:
        if self._box is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                self._box.logout()
            with contextlib.suppress(OSError):  # also where the line was cut
                self._box.shutdown()

    def cut(self) -> None:
        """Ends the visit at once, from another thread: whoever waits for an answer waits no longer."""
        if self._box is not None:
            with contextlib.suppress(OSError):
                self._box.sock.shutdown(2)


def _numbers(answer: Sequence[bytes]) -> list[int]:
    return [int(one) for line in answer for one in line.split() if one.isdigit()]


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:80]


def _quoted(folder: str) -> str:
    """The folder's name as the protocol has it: quoted, other letters in its own UTF-7."""
    return '"' + _utf7(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(name: str) -> str:
    out, other = "", ""
    for c in [*name, ""]:
        if c and not " " <= c <= "~":
            other += c
            continue
        if other:
            out += "&" + other.encode("utf-7").decode("ascii").strip("+-").replace("/", ",") + "-"
            other = ""
        out += "&-" if c == "&" else c
    return out
