"""A mailbox is read to its end, each mail once, whatever breaks off in between; and it is left as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.email import Adapter, Config, imap
from adapters.errors import AdapterError, Misconfigured, NotDeliverable, Retryable
from adapters.events import InboundEvent, Kept, Received
from adapters.messages import Address, Push, Text
from bot.clock import MovableClock
from tests.fixtures.imap_server import ImapServer, Letter

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def mail(n: int, text: str = "请报价") -> bytes:
    return (
        f"From: a{n}@songtao.cn\r\nTo: sales@example.com\r\nSubject: no {n}\r\nMessage-ID: <{n}@songtao.cn>\r\n"
        f"Date: Tue, 10 Mar 2026 09:1{n % 10}:00 +0800\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text} {n}\r\n"
    ).encode()


class Kept_:
    """A sink and bookmarks that a test looks into. ``breaks``: keeping fails so many times."""

    def __init__(self) -> None:
        self.received: dict[str, Received] = {}
        self.repeats = self.breaks = 0
        self.marks: dict[str, str] = {}

    async def keep(self, received: Received) -> bool:
        if self.breaks:
            self.breaks -= 1
            raise OSError("the disk is full")
        if received.key in self.received:
            self.repeats += 1
            return False
        self.received[received.key] = received
        return True

    async def kept(self, account: str, key: str) -> Kept | None:
        return None

    async def outcome(self, received: Received, seconds: float) -> Push | None:
        return None

    def refused(self, account: str, code: str) -> None: ...

    async def get(self, name: str) -> str | None:
        return self.marks.get(name)

    async def put(self, name: str, value: str) -> None:
        self.marks[name] = value


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    async with ImapServer() as one:
        yield one


def adapter_of(server: ImapServer, kept: Kept_, **more: object) -> Adapter:
    config = Config(name="sales", imap_url=server.url, user=server.user, password=server.password, **more)  # type: ignore[arg-type]
    return Adapter(config, MovableClock(NOW), kept)


def subjects(adapter: Adapter, kept: Kept_) -> list[str]:
    events = [adapter.parse(one.payload) for one in kept.received.values()]
    return [str(event.data["subject"]) for event in events if isinstance(event, InboundEvent)]


async def test_all_that_lies_there_is_kept_once_and_nothing_is_changed(server: ImapServer) -> None:
    kept = Kept_()
    adapter = adapter_of(server, kept)
    server.put(mail(1))
    server.put(mail(2))
    assert await adapter.look(kept) == 2
    assert await adapter.look(kept) == 0
    server.put(mail(3))
    assert await adapter.look(kept) == 1
    assert subjects(adapter, kept) == ["no 1", "no 2", "no 3"]
    assert kept.repeats == 0
    said = " ".join(server.commands)
    assert "STORE" not in said and "SELECT" not in said.replace("EXAMINE", ""), "it is opened for reading only"
    assert "BODY.PEEK" in said


async def test_what_could_not_be_kept_comes_again_and_nothing_is_skipped(server: ImapServer) -> None:
    kept = Kept_()
    adapter = adapter_of(server, kept)
    for n in range(1, 4):
        server.put(mail(n))
    kept.breaks = 1
    with pytest.raises(OSError, match="full"):
        await adapter.look(kept)
    assert await adapter.look(kept) == 3


async def test_killed_between_keeping_and_remembering_it_is_a_repeat(server: ImapServer) -> None:
    kept = Kept_()
    adapter = adapter_of(server, kept)
    server.put(mail(1))
    server.put(mail(2))
    await adapter.look(kept)
    kept.marks["email:sales:INBOX"] = "1:1"
    assert await adapter.look(kept) == 0
    assert (len(kept.received), kept.repeats) == (2, 1)


async def test_a_line_that_is_cut_within_a_mail_loses_nothing(server: ImapServer) -> None:
    kept = Kept_()
    adapter = adapter_of(server, kept)
    server.put(mail(1))
    server.fault = "cut"
    with pytest.raises(Retryable):
        await adapter.look(kept)
    server.fault = ""
    assert await adapter.look(kept) == 1


async def test_numbered_anew_only_what_is_new_is_taken(server: ImapServer) -> None:
    kept = Kept_()
    adapter = adapter_of(server, kept)
    server.put(mail(1))
    await adapter.look(kept)
    server.validity, server.letters = 9, []
    server.put(mail(4))
    server.put(mail(1))
    assert await adapter.look(kept) == 1
    assert kept.marks["email:sales:INBOX"] == "9:2"


async def test_a_refused_login_says_what_to_do(server: ImapServer) -> None:
    server.fault = "refuse"
    with pytest.raises(Misconfigured) as no:
        await adapter_of(server, Kept_()).look(Kept_())
    assert "授权码" in no.value.hint
    assert server.password not in str(no.value)


async def test_of_a_mail_that_is_too_large_the_beginning_is_read(server: ImapServer) -> None:
    kept = Kept_()
    adapter = adapter_of(server, kept, most_mb=1)
    server.put(mail(1, "x" * 2_000_000))
    assert await adapter.look(kept) == 1
    [event] = [adapter.parse(one.payload) for one in kept.received.values()]
    assert isinstance(event, InboundEvent)
    assert event.data["cut"] is True
    assert len(next(iter(kept.received.values())).payload) < 300_000


async def test_the_doctor_is_told_what_the_server_said(server: ImapServer) -> None:
    server.put(mail(1))
    assert await adapter_of(server, Kept_()).check() == "127.0.0.1 登录得上，最近 3 天 1 封"


async def test_a_maildir_is_emptied_into_cur(tmp_path: Path) -> None:
    kept = Kept_()
    adapter = Adapter(Config(name="here", maildir=tmp_path / "box"), MovableClock(NOW), kept)
    assert await adapter.look(kept) == 0
    (tmp_path / "box" / "new" / "1.a.host").write_bytes(mail(1))
    (tmp_path / "box" / "new" / "link").symlink_to("/etc/passwd")
    kept.breaks = 1
    with pytest.raises(OSError, match="full"):
        await adapter.look(kept)
    assert await adapter.look(kept) == 1
    assert [one.name for one in (tmp_path / "box" / "cur").iterdir()] == ["1.a.host:2,S"]
    assert await adapter.look(kept) == 0


async def test_nothing_is_sent_from_a_mailbox(server: ImapServer) -> None:
    with pytest.raises(NotDeliverable):
        await adapter_of(server, Kept_()).send(Address("sales", user="a@b.cn"), Text("x", "x"), key="k")


@pytest.mark.parametrize(
    ("config", "keys"),
    [
        (Config(name="a b"), ["name", "imap_url"]),
        (Config(name="a", imap_url="imaps://u:p@h"), ["imap_url", "user", "password"]),
        (Config(name="a", imap_url="https://h", user="u", password="p"), ["imap_url"]),
        (Config(name="a", imap_url="imaps://h", user="u", password="p", domains=("公司",)), ["domains"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told(config: Config, keys: list[str]) -> None:
    assert [key for key, _ in config.faults()] == keys


def test_other_letters_in_a_folders_name() -> None:
    from adapters.email.imap import _quoted

    assert _quoted("其他文件夹") == '"&UXZO1mWHTvZZOQ-"'
    assert _quoted('a"b&c') == '"a\\"b&-c"'


async def test_what_stands_in_the_way_is_told_once_and_that_it_is_over(server: ImapServer) -> None:
    said: list[str] = []

    async def told(name: str, fault: AdapterError | None) -> None:
        said.append(fault.code if fault else "back")

    config = Config(name="sales", imap_url=server.url, user=server.user, password=server.password)
    adapter = Adapter(config, MovableClock(NOW), Kept_(), told)
    adapter._config = replace(config, poll_seconds=0)
    server.fault = "refuse"
    await adapter.start(Kept_())
    await _until(lambda: said == ["misconfigured"] and len(server.commands) > 6)
    server.fault = ""
    await _until(lambda: said == ["misconfigured", "back"])
    await adapter.stop()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def test_what_the_server_tells_of_is_read_at_once_on_the_same_line(server: ImapServer) -> None:
    server.idles, kept = True, Kept_()
    adapter = adapter_of(server, kept, poll_seconds=600)
    server.put(mail(1))
    await adapter.start(kept)
    await _until(lambda: len(kept.received) == 1 and server.waited_for == 1)
    server.put(mail(2))
    await _until(lambda: len(kept.received) == 2)
    await _until(lambda: server.waited_for == 1)
    server.put(mail(3))
    await _until(lambda: len(kept.received) == 3)
    await adapter.stop()
    assert server.logins == 1
    assert subjects(adapter, kept) == ["no 1", "no 2", "no 3"]


async def test_a_server_that_says_nothing_of_its_own_is_asked_all_the_same(server: ImapServer) -> None:
    server.idles, kept = True, Kept_()
    adapter = adapter_of(server, kept, poll_seconds=1)
    await adapter.start(kept)
    await _until(lambda: server.waited_for == 1)
    server.letters.append(Letter(7, mail(1)))  # nobody is told
    await _until(lambda: len(kept.received) == 1)
    await adapter.stop()
    assert server.logins == 1


async def test_hung_up_on_it_comes_back_and_nobody_is_alarmed(server: ImapServer) -> None:
    server.idles, kept, said = True, Kept_(), []

    async def told(name: str, fault: AdapterError | None) -> None:
        said.append(fault)

    config = Config(name="sales", imap_url=server.url, user=server.user, password=server.password, poll_seconds=1)
    adapter = Adapter(config, MovableClock(NOW), kept, told)
    await adapter.start(kept)
    await _until(lambda: server.waited_for == 1)
    server.hang_up()
    server.put(mail(1))
    await _until(lambda: len(kept.received) == 1)
    await adapter.stop()
    assert (server.logins, said) == (2, [])


async def test_a_line_that_leads_nowhere_is_noticed(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "SECONDS", 0.5)
    server.idles, kept = True, Kept_()
    adapter = adapter_of(server, kept, poll_seconds=1)
    await adapter.start(kept)
    await _until(lambda: server.waited_for == 1)
    server.fault = "gone"
    server.put(mail(1))
    await _until(lambda: len(kept.received) == 1)
    await adapter.stop()
    assert server.logins == 2


async def test_stopped_while_it_waits_it_ends_at_once(server: ImapServer) -> None:
    server.idles = True
    adapter = adapter_of(server, Kept_(), poll_seconds=3600)
    await adapter.start(Kept_())
    await _until(lambda: server.waited_for == 1)
    async with asyncio.timeout(2):
        await adapter.stop()
    await _until(lambda: server.waited_for == 0)


async def test_what_comes_with_the_answer_itself_is_heard(server: ImapServer) -> None:
    """The server's word that there is something new may lie behind what was read already."""
    server.idles = True
    visit = imap.Imap(Config(name="a", imap_url=server.url, user=server.user, password=server.password))
    await asyncio.to_thread(visit.open)
    visit._box.held = b"+ waiting\r\n* 1 EXISTS\r\nW OK done\r\n"  # type: ignore[union-attr]
    assert await asyncio.to_thread(visit.wait, 30.0) is True
    await asyncio.to_thread(visit.close)
