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
from adapters.errors import Misconfigured, Retryable

SECONDS = 20.0
"""How long a server may be silent."""
CUT_AT = 256 * 1024
"""So much is read of a mail that is too large."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


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
    """One visit: logged in, the folder open. Raises Misconfigured and Retryable."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._box: imaplib.IMAP4 | None = None
        self.validity = ""

    def open(self) -> None:
        config = self._config
        try:
            self._box = self._line()
            self._login()
            self._introduce()
            answer, _ = self._box.select(_quoted(config.folder), readonly=True)
            if answer != "OK":
                raise Misconfigured(f"no folder {config.folder}", "检查 [[email]] 的 folder，收件箱写 INBOX")
            found = self._box.response("UIDVALIDITY")[1]
            self.validity = found[0].decode("ascii", "replace") if found and isinstance(found[0], bytes) else "0"
        except (imaplib.IMAP4.abort, OSError) as error:
            raise Retryable(f"the mailbox cannot be reached: {type(error).__name__}", "检查 imap_url 和网络") from error
        except imaplib.IMAP4.error as error:
            raise Retryable(f"the server did not go on: {_words(error)}", "看邮箱服务是否开了 IMAP") from error

    def _line(self) -> imaplib.IMAP4:
        config, context = self._config, ssl.create_default_context()
        if config.secure:
            return imaplib.IMAP4_SSL(config.host, config.port, ssl_context=context, timeout=SECONDS)
        plain = imaplib.IMAP4(config.host, config.port, timeout=SECONDS)
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
