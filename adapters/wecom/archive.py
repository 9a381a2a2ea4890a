"""The session archive 会话内容存档: pulled by sequence number, opened, and put where everything else that comes in is
put, the number it came to in the same commit. Reading blocks, so it has a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from binascii import Error as BadBase64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.base import Sink
from adapters.errors import BadPayload, Misconfigured, NotDeliverable, Unseen
from adapters.events import Received
from adapters.http import MB
from adapters.wecom.archive_sdk import Sdk
from adapters.wecom.archive_source import ArchiveFault, Files, Sealed, Source
from adapters.wecom.archive_trouble import HINTS, KEY_HINT, Trouble
from adapters.wecom.config import Config
from bot.clock import Clock

log = structlog.get_logger(__name__)
T = TypeVar("T")

AT_ONCE = 500
FILE_MOST = 100 * MB
MD5 = "#"
"""Between a file's id and the hash of what is in it, in a handle; no id holds it."""
DOUBTED_MOST = 200
EVERY = 15.0
"""Seconds between two looks; the platform says at most so often that there is something new."""
LATER = 60.0
"""After a failure."""
KEY_WAIT = 300.0
"""So often what waits for its key is tried."""
SEALED = "sealed"
"""The key of a payload that could not be opened, and waits for its key."""
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000


class Keys:
    """Private keys by version: ``3.pem`` in the folder opens what was sealed with the public key of version 3."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[int, int], RSAPrivateKey] = {}

    def random_key(self, version: int, sealed: str) -> str:
        """What ``encrypt_random_key`` says. With the wrong key it is random words, not an error: whoever opens the
        content by it notices. Raises ArchiveFault."""
        private = self._of(version)
        try:
            return private.decrypt(base64.b64decode(sealed, validate=True), PKCS1v15()).decode("ascii")
        except (BadBase64, ValueError) as error:
            raise ArchiveFault("decrypt", "the random key does not open") from error

    def count(self) -> int:
        """How many there are."""
        return len(list(self._folder.glob("*.pem"))) if self._folder.is_dir() else 0

    def _of(self, version: int) -> RSAPrivateKey:
        path = self._folder / f"{int(version)}.pem"
        try:
            stamp = path.stat().st_mtime_ns
            if (version, stamp) not in self._known:
                found = load_pem_private_key(path.read_bytes(), password=None)
                if not isinstance(found, RSAPrivateKey):
                    raise ArchiveFault("key_missing", f"{path.name} is no RSA key")
                self._known[version, stamp] = found
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ArchiveFault("key_missing", f"no key of version {int(version)}") from error
        return self._known[version, stamp]


class Archive:
    """Made once for each account; it reads where ``archive_dir`` or ``archive_sdk`` is configured."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._keys = Keys(Path(config.archive_private_keys))
        self._source: Source | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._doubted: dict[str, str] = {}
        """Files that were not what their messages say: how each came."""
        self._unopened = ""
        """Why a message of the last pull did not open."""
        self._waits = False
        """And none has opened since."""
        self.trouble = Trouble(config.name)
        self.mark = f"archive:{config.name}"

    async def start(self, sink: Sink) -> None:
        if not self._config.archived:
            return
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._task = asyncio.create_task(self._run(sink), name=f"archive:{self._config.name}")

    async def stop(self) -> None:
        """What is being pulled is not waited for: it is pulled again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def _run(self, sink: Sink) -> None:
        while True:
            pause = EVERY
            try:
                while await self.pull(sink) == AT_ONCE:
                    pass
            except ArchiveFault as fault:
                log.warning("archive.failed", account=self._config.name, code=fault.code)
                await self.trouble.met(fault)
                await self._do(self._begin_anew)
                pause = EVERY if fault.again else LATER
            except Exception:
                log.exception("archive.not_kept", account=self._config.name)
                pause = LATER
            self._wake.clear()
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def pull(self, sink: Sink) -> int:
        """How many messages are behind where we were, and now in the inbox; at most :data:`AT_ONCE`. Raises
        ArchiveFault, and whatever keeping raises: what was not kept is pulled again."""
        seq = int(await sink.mark(self.mark) or 0)
        found = await self._do(lambda: self._opened(seq))
        now = self._clock.now()
        kept = [sink.keep(self._received(one, payload, now)) for one, payload in found]
        await asyncio.gather(*kept)
        if self._unopened:
            await self.trouble.met(ArchiveFault(self._unopened))
        elif found or not self._waits:
            await self.trouble.over()
        self._waits = bool(self._unopened) or (self._waits and not found)
        return len(found)

    async def media(self, file: str, most: int) -> bytes:
        """Raises ArchiveFault."""
        return await self._do(lambda: self._ready().media(file, most))

    async def fetch(self, file: str) -> bytes:
        """The file. Raises NotDeliverable where there is none such, Unseen where it is worth another try."""
        handle, _, md5 = file.partition(MD5)
        try:
            body = await self.media(handle, FILE_MOST)
            if md5 and not await self._do(lambda: self._whole(handle, body, md5)):
                raise ArchiveFault("file", "the file is not what its message says", again=True)
            return body
        except ArchiveFault as fault:
            if fault.again:
                raise Unseen(f"the archive did not give the file: {fault.code}") from fault
            raise NotDeliverable(f"the archive has no such file: {fault.code}") from fault

    def _whole(self, handle: str, body: bytes, md5: str) -> bool:
        """It is the file of which the message tells, or came twice the same: what is told is wrong at times."""
        came = hashlib.md5(body, usedforsecurity=False).hexdigest()
        if came == md5 or self._doubted.get(handle) == came:
            self._doubted.pop(handle, None)
            return True
        while len(self._doubted) >= DOUBTED_MOST:
            self._doubted.pop(next(iter(self._doubted)))
        self._doubted[handle] = came
        return False

    def again(self, entry: dict[str, Any]) -> bytes:
        """The JSON of a message that could not be opened when it came. Raises Misconfigured while its key is missing,
        BadPayload where it opens with none. It blocks for some milliseconds."""
        try:
            if self._source is None:
                raise ArchiveFault("system", "the archive is not open yet", again=True)
            return self._reopened(entry)
        except ArchiveFault as fault:
            if fault.code == "key_missing" or fault.again:
                raise Misconfigured(
                    f"an archived message waits for its key: {fault.code}", KEY_HINT, KEY_WAIT, cause="存档缺私钥"
                ) from fault
            raise BadPayload(f"an archived message does not open: {fault.code}") from fault

    async def check(self) -> str:
        """What there is to read with, in words; "" where no archive is read. Raises Misconfigured."""
        if not self._config.archived:
            return ""
        try:
            await asyncio.to_thread(self._proven)
        except ArchiveFault as fault:
            raise Misconfigured(f"会话存档读不了（{fault.code}）", HINTS.get(fault.code, KEY_HINT)) from fault
        return f"；会话存档可读，私钥 {self._keys.count()} 个"

    def _proven(self) -> None:
        """A source of its own: the one that reads belongs to its thread."""
        source = self._made()
        try:
            source.pull(2**62, 1)
        finally:
            source.close()

    def _reopened(self, entry: dict[str, Any]) -> bytes:
        return self._open(Sealed(0, "", int(entry["version"]), str(entry["key"]), str(entry["body"])))

    async def _do(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise ArchiveFault("system", "the archive is not started", again=True)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # on the thread

    def _ready(self) -> Source:
        if self._source is None:
            self._source = self._made()
        return self._source

    def _made(self) -> Source:
        config = self._config
        if config.archive_sdk and not config.archive_dir:
            return Sdk(Path(config.archive_sdk), config.corp_id, config.archive_secret)
        return Files(Path(config.archive_dir))

    def _begin_anew(self) -> None:
        """The library's pass runs out by time."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _opened(self, seq: int) -> list[tuple[Sealed, bytes]]:
        self._unopened = ""
        return [(one, self._payload(one)) for one in self._ready().pull(seq, AT_ONCE)]

    def _payload(self, one: Sealed) -> bytes:
        """The message's JSON; what does not open is kept as it came, for the key may come yet."""
        try:
            return self._open(one)
        except ArchiveFault as fault:
            if fault.again:
                raise
            log.warning("archive.unopened", account=self._config.name, code=fault.code, version=one.version)
            self._unopened = fault.code
            kept = {"version": one.version, "key": one.key, "body": one.body, "msgid": one.id, "why": fault.code}
            return json.dumps({SEALED: kept}).encode()

    def _open(self, one: Sealed) -> bytes:
        if one.plain is not None:
            return json.dumps(one.plain, ensure_ascii=False).encode()
        body = self._ready().open(self._keys.random_key(one.version, one.key), one.body)
        try:
            if not isinstance(json.loads(body), dict):
                raise ValueError("not an object")
        except (ValueError, RecursionError) as error:
            raise ArchiveFault("decrypt", "what it opened to is no message") from error
        return body

    # what the inbox keeps

    def _received(self, one: Sealed, payload: bytes, now: datetime) -> Received:
        message = json.loads(payload)
        return Received(
            self._config.name, f"archive:{one.id}", now, payload, f"archive:{chat_of(message)}", sent_at(message),
            mark=(self.mark, one.seq),
        )  # fmt: skip


def chat_of(message: dict[str, Any]) -> str:
    """The room, or who talk to each other: what is said there stays in order."""
    room = message.get("roomid")
    if isinstance(room, str) and room:
        return room
    to = message.get("tolist")
    people = {str(message.get("from") or ""), *(str(one) for one in (to if isinstance(to, list) else []))}
    return "|".join(sorted(people))[:200]


def sent_at(message: dict[str, Any]) -> datetime | None:
    """``msgtime`` (``time`` of a switch) in milliseconds; None where it is no time."""
    at = message.get("msgtime", message.get("time"))
    if not isinstance(at, int) or isinstance(at, bool) or not _EARLIEST <= at <= _LATEST:
        return None
    return datetime.fromtimestamp(at / 1000, UTC)
