from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from storage import inbox, marks, nonces, sql
from storage.connect import Database, transaction
from storage.errors import LeaseLost, StorageError
from storage.inbox import Intake
from tests.storage.samples import NOW, at


@pytest.fixture
async def intake(db: Database) -> AsyncIterator[Intake]:
    intake = Intake(db)
    await intake.start()
    yield intake
    await intake.stop()


async def came(
    intake: Intake, key: str, *, of: str = "c1", sent: datetime | None = NOW, payload: bytes = b"{}"
) -> bool:
    return await intake.keep(
        account="wecom", key=key, conversation=of, sent_at=sent, received_at=NOW, payload=payload, kind="message"
    )


async def expire_leases(table: str = "message") -> None:
    """The database's clock has gone past every lease."""
    await sql.run(f"UPDATE {table} SET lease_until = 1 WHERE lease_until IS NOT NULL")


async def test_kept_is_new_once(intake: Intake):
    assert await came(intake, "k", payload=b"\x00\xff")
    assert not await came(intake, "k")
    message = await inbox.by_key("wecom", "k")
    assert message is not None
    assert (message.state, message.payload, message.sent_at, message.tries) == ("new", b"\x00\xff", NOW, 0)
    assert await inbox.get(message.id) == message


async def test_every_callback_twice_at_concurrency_32_is_kept_once(intake: Intake):
    keys = [f"k{n % 16}" for n in range(32)]
    new = await asyncio.gather(*(came(intake, key) for key in keys))
    assert sum(new) == 16
    assert sorted([key async for key in inbox.ids()]) == sorted(set(keys))
    assert await inbox.counts() == {"new": 16, "oldest": NOW}


async def test_what_comes_with_a_nonce_comes_once_under_whichever_key_also_after_a_restart(db: Database):
    async def came(intake: Intake, key: str, nonce: str, account: str = "hook") -> bool:
        return await intake.keep(
            account=account, key=key, conversation="", sent_at=NOW, received_at=NOW, payload=b"{}", kind="other",
            nonce=nonce,
        )  # fmt: skip

    first = Intake(db)
    await first.start()
    at_once = await asyncio.gather(*(came(first, f"k{n}", "s1") for n in range(8)), came(first, "other", "s2"))
    assert sum(at_once) == 2 and at_once[-1]
    assert await came(first, "k0", "s1", account="another hook")
    await first.stop()
    again = Intake(db)
    await again.start()
    assert [await came(again, key, "s1") for key in ("k0", "new", "")] == [False] * 3
    kept = await nonces.key_of("hook", "s1")
    assert kept is not None and (await inbox.by_key("hook", kept)) is not None
    assert len([key async for key in inbox.ids("hook")]) == 2
    assert await nonces.prune(NOW) == 0 and await nonces.prune(NOW + timedelta(seconds=1)) == 3
    assert await nonces.key_of("hook", "s1") is None
    await again.stop()


async def marked(intake: Intake, key: str, mark: int, kind: str | None = "other") -> bool:
    return await intake.keep(
        account="wecom", key=key, conversation="", sent_at=None, received_at=NOW, payload=b"{}", kind=kind,  # type: ignore[arg-type]
        mark=("archive:main", mark),
    )  # fmt: skip


async def test_a_mark_is_on_disk_with_what_it_brought_and_only_rises(intake: Intake):
    assert await marked(intake, "m9", 9)
    assert await marks.get("archive:main") == "9"
    assert await marked(intake, "m4", 4)
    assert await marked(intake, "m10", 10)
    assert await marks.get("archive:main") == "10"  # and not "9", which sorts behind it


async def test_a_batch_that_is_not_kept_leaves_the_mark(intake: Intake):
    assert await marked(intake, "m1", 1)
    both = await asyncio.gather(
        marked(intake, "m2", 2), marked(intake, "m3", 3, kind=None), return_exceptions=True
    )  # a row that the table refuses
    assert all(isinstance(one, Exception) for one in both)
    assert await marks.get("archive:main") == "1"
    assert await inbox.by_key("wecom", "m2") is None


async def test_one_that_no_longer_waits_holds_nobody_up(intake: Intake):
    gone = asyncio.create_task(came(intake, "gone"))
    stays = asyncio.create_task(came(intake, "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays
    assert await inbox.by_key("wecom", "gone") is not None


async def test_stopped_it_answers_all_that_wait_and_takes_no_more(intake: Intake):
    waiting = [asyncio.create_task(came(intake, f"k{n}")) for n in range(50)]
    await asyncio.sleep(0)
    await intake.stop()
    assert all(await asyncio.gather(*waiting))
    with pytest.raises(StorageError):
        await came(intake, "late")


async def test_odd_text_is_kept_on_both_databases(intake: Intake):
    assert await came(intake, "a\x00b\ud800", of="\ud800")
    assert not await came(intake, "a\x00b\ud800")
    (message,) = await inbox.claim(now=NOW, owner="me")
    await inbox.done(message.seq, "me", sender="\x00", text="x\x00\ud801y")
    found = await inbox.by_key("wecom", "a\x00b\ud800")
    assert found is not None and found.text == "x\ufffd?y"


async def test_a_conversation_is_claimed_together_and_in_order(intake: Intake):
    await came(intake, "b", sent=at(seconds=5))
    await came(intake, "a", sent=at(seconds=5))
    await came(intake, "c", sent=at(seconds=1))
    await came(intake, "other", of="c2", sent=at(seconds=3))
    claimed = await inbox.claim(now=NOW, owner="me")
    assert [message.event_key for message in claimed] == ["c", "other", "a", "b"]
    assert {message.tries for message in claimed} == {1}
    await came(intake, "d")
    await came(intake, "another", of="c3")
    assert [message.event_key for message in await inbox.claim(now=NOW, owner="you")] == ["another"]


async def test_once_the_conversation_is_done_the_next_is_claimed(intake: Intake):
    await came(intake, "a")
    (first,) = await inbox.claim(now=NOW, owner="me")
    await came(intake, "b")
    assert await inbox.claim(now=NOW, owner="me") == []
    await inbox.done(first.seq, "me", sender="zhang.wei", text="你好", member_id="mem_1")
    assert [message.event_key for message in await inbox.claim(now=NOW, owner="me")] == ["b"]
    done = await inbox.get(first.id)
    assert done is not None
    assert (done.state, done.sender, done.text, done.member_id) == ("handled", "zhang.wei", "你好", "mem_1")
    assert await inbox.newest_handled("c1") == NOW
    assert await inbox.newest_handled("c9") is None


async def test_without_a_conversation_each_goes_its_own_way(intake: Intake):
    await came(intake, "a", of="")
    assert len(await inbox.claim(now=NOW, owner="me")) == 1
    await came(intake, "b", of="")
    assert len(await inbox.claim(now=NOW, owner="me")) == 1


async def test_after_its_lease_another_has_it_and_the_first_is_told(intake: Intake):
    await came(intake, "a")
    (mine,) = await inbox.claim(now=NOW, owner="me")
    await expire_leases()
    (yours,) = await inbox.claim(now=NOW, owner="you")
    assert (yours.seq, yours.tries) == (mine.seq, 2)
    with pytest.raises(LeaseLost):
        await inbox.done(mine.seq, "me")
    assert not await inbox.again(mine.seq, retry_at=NOW, reason="x", owner="me")
    await inbox.done(yours.seq, "you")
    with pytest.raises(LeaseLost):
        await inbox.done(yours.seq, "you")


async def test_a_lost_lease_takes_the_effects_with_it(intake: Intake):
    await came(intake, "a")
    (mine,) = await inbox.claim(now=NOW, owner="me")
    await expire_leases()
    await inbox.claim(now=NOW, owner="you")
    with pytest.raises(LeaseLost):
        async with transaction():
            await sql.run("INSERT INTO mark (name, value) VALUES ('effect', '1')")
            await inbox.done(mine.seq, "me")
    assert await sql.value("SELECT COUNT(*) FROM mark") == 0


async def test_again_waits_for_its_moment_and_holds_nobody_up(intake: Intake):
    await came(intake, "a")
    await came(intake, "b", sent=at(seconds=1))
    first, second = await inbox.claim(now=NOW, owner="me")
    await inbox.again(first.seq, retry_at=at(seconds=60), reason="waits for an older one")
    await inbox.done(second.seq, "me")
    assert await inbox.claim(now=at(seconds=59), owner="me") == []
    assert await inbox.next_ready() == at(seconds=60)
    assert not await inbox.ready(at(seconds=59)) and await inbox.ready(at(seconds=60))
    assert [message.tries for message in await inbox.claim(now=at(seconds=60), owner="me")] == [2]


async def test_set_aside_is_left_alone_until_it_is_reopened(intake: Intake):
    await came(intake, "a")
    (message,) = await inbox.claim(now=NOW, owner="me")
    assert await inbox.set_aside(message.seq, "KeyError: 'x'")
    assert await inbox.claim(now=at(days=1), owner="me") == []
    assert [m.reason for m in await inbox.in_state("set_aside")] == ["KeyError: 'x'"]
    assert await inbox.reopen([message.seq]) == 1
    assert [m.tries for m in await inbox.claim(now=NOW, owner="me")] == [1]


async def test_what_a_stranger_sent_is_found_again(intake: Intake):
    await came(intake, "a")
    (message,) = await inbox.claim(now=NOW, owner="me")
    await inbox.done(message.seq, "me", state="refused", sender="new.one", text="你好")
    assert [m.event_key for m in await inbox.of_sender("wecom", "new.one", ("refused", "waiting"))] == ["a"]
    assert await inbox.of_sender("wecom", "new.one", ("handled",)) == []


async def test_bodies_and_words_are_forgotten_in_time(intake: Intake):
    for key in ("done", "open"):
        await came(intake, key, of=key)
    done = next(m for m in await inbox.claim(now=NOW, owner="me") if m.event_key == "done")
    await inbox.done(done.seq, "me", text="你好")
    assert await inbox.prune(payload_before=NOW, text_before=NOW) == (0, 0)
    assert await inbox.prune(payload_before=at(days=1), text_before=NOW) == (1, 0)
    pruned, kept = await inbox.by_key("wecom", "done"), await inbox.by_key("wecom", "open")
    assert pruned is not None and (pruned.payload, pruned.text) == (None, "你好")
    assert kept is not None and kept.payload == b"{}"
    assert await inbox.prune(payload_before=at(days=1), text_before=at(days=1)) == (0, 1)
    assert not await came(intake, "done")  # what is forgotten is still known


async def test_forgetting_goes_through_all_however_many(intake: Intake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "PRUNED_AT_ONCE", 7)
    await asyncio.gather(*(came(intake, f"k{n}", of=f"c{n}") for n in range(30)))
    for message in await inbox.claim(now=NOW, owner="me"):
        await inbox.done(message.seq, "me", text="x")
    assert await inbox.prune(payload_before=at(days=1), text_before=at(days=1)) == (30, 30)
    assert await inbox.prune(payload_before=at(days=1), text_before=at(days=1)) == (0, 0)


async def test_messages_are_paged(intake: Intake):
    for n in range(5):
        await came(intake, f"k{n}")
    first = await inbox.messages(limit=3)
    assert [m.event_key for m in first] == ["k0", "k1", "k2"]
    assert [m.event_key for m in await inbox.messages(limit=3, after=first[-1].seq)] == ["k3", "k4"]


async def test_two_workers_never_share_a_conversation(intake: Intake):
    await asyncio.gather(*(came(intake, f"k{n}", of=f"c{n % 7}", sent=at(seconds=n)) for n in range(70)))
    handling: set[str] = set()
    handled: dict[str, list[datetime]] = {}

    async def work(owner: str) -> None:
        while claimed := await inbox.claim(now=NOW, owner=owner, limit=9):
            mine = {message.conversation for message in claimed}
            assert not mine & handling
            handling.update(mine)
            await asyncio.sleep(0)
            for message in claimed:
                assert message.sent_at is not None
                handled.setdefault(message.conversation, []).append(message.sent_at)
            handling.difference_update(mine)
            for message in claimed:
                await inbox.done(message.seq, owner)

    while await inbox.ready(NOW):
        await asyncio.gather(*(work(f"w{n}") for n in range(4)))
    assert sum(len(line) for line in handled.values()) == 70
    assert all(line == sorted(line) for line in handled.values())
