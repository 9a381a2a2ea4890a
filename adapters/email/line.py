"""The line to an IMAP server, on which one can also wait: for what the server says of its own accord.

Python's own reader keeps what it has read too far out of sight, and one that waited in vain reads no more; so the bytes
that are at hand lie here, where they can be seen.
"""

from __future__ import annotations

import contextlib
import imaplib
import selectors
import socket
import ssl
from typing import Literal

LINE_MOST = 1_000_000
PIECE = 64 * 1024
PROBES = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))
"""A line that leads nowhere any more is noticed within two minutes, also while nobody has a word to say."""


class Waiting(imaplib.IMAP4):
    """Reads through a store of its own."""

    held = b""

    def read(self, size: int) -> bytes:
        pieces = [self.held]
        missing = size - len(self.held)
        while missing > 0:
            piece = self.sock.recv(min(missing, PIECE))
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
        whole = b"".join(pieces)
        self.held = whole[size:]
        return whole[:size]

    def readline(self) -> bytes:
        while (end := self.held.find(b"\n")) < 0:
            if len(self.held) > LINE_MOST:
                raise self.error("a line that is longer than any has")
            piece = self.sock.recv(PIECE)
            if not piece:
                break
            self.held += piece
        line = self.held[: end + 1] if end >= 0 else self.held
        self.held = self.held[len(line) :]
        return line

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Literal["OK"], list[None]]:
        answer = super().starttls(ssl_context)
        self.held = b""  # what came before the seal was said by anybody
        return answer

    def probed(self) -> None:
        """The system looks now and then whether the other end is there."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in PROBES:
            if hasattr(socket, name):
                with contextlib.suppress(OSError):
                    self.sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def comes(self, seconds: float) -> bool:
        """Something is there to be read, now or within the time."""
        if self.held or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(seconds))


class Sealed(Waiting, imaplib.IMAP4_SSL):
    """The same, sealed from its first byte."""
