from __future__ import annotations

from typing import Any

import pytest

from storage import cards, marks, playbooks
from storage.errors import Clash
from storage.records import CardRow, PlaybookVersion
from tests.storage.samples import NOW, at

pytestmark = pytest.mark.usefixtures("db")


def card(id: str, minutes: float = 0, **fields: Any) -> CardRow:
    given: dict[str, Any] = {"event": "msg_1", "data": {"pick": ["opp_1"]}, "state": "open", "question": False}
    return CardRow(
        id=id, member_id="mem_1", kind="reading.clear", created_at=at(minutes=minutes), **{**given, **fields}
    )


async def test_put_and_put_in_place():
    await cards.put(card("a"))
    await cards.put(card("a", data={"x": 1}, state="done"))
    assert await cards.get("a") == card("a", data={"x": 1}, state="done")
    assert await cards.get("b") is None


async def test_the_newest_open_card():
    await cards.put(card("a"), card("b", 1), card("c", 2, state="done"))
    newest = await cards.newest_open("mem_1")
    assert newest is not None and newest.id == "b"
    assert [one.id for one in await cards.recent_open("mem_1", 5)] == ["b", "a"]
    assert await cards.newest_open("mem_2") is None
    assert await cards.fold(["a", "b", "c"]) == 2
    assert await cards.newest_open("mem_1") is None
    assert [one.state for one in await cards.of_event("msg_1")] == ["folded", "folded", "done"]


async def test_update_sets_what_it_is_given():
    await cards.put(card("a"))
    assert await cards.update("a", state="done", awaits="amount", awaits_until=at(minutes=5))
    assert await cards.get("a") == card("a", state="done", awaits="amount", awaits_until=at(minutes=5))
    assert not await cards.update("b", state="done")
    with pytest.raises(ValueError, match="colour"):
        await cards.update("a", colour="red")


async def test_a_question_awaits_its_answer_for_a_while():
    await cards.put(card("a", question=True, awaits="amount", awaits_until=at(minutes=10)), card("b", 1))
    waiting = await cards.awaiting("mem_1", at(minutes=10))
    assert waiting is not None and waiting.id == "a"
    assert await cards.awaiting("mem_1", at(minutes=11)) is None
    assert [one.id for one in await cards.questions("mem_1")] == ["a"]
    assert [one.id for one in await cards.overdue_questions(at(minutes=1))] == ["a"]
    assert await cards.overdue_questions(NOW) == []
    await cards.update("a", state="done")
    assert await cards.questions("mem_1") == [] and await cards.awaiting("mem_1", NOW) is None


async def test_a_mark_is_found_again():
    assert await marks.get("beat") is None
    await marks.put("beat", "1")
    await marks.put("beat", "2")
    assert await marks.get("beat") == "2"


def version(n: int, state: Any = "live", team: str | None = None) -> PlaybookVersion:
    return PlaybookVersion(
        id=f"pbk_{n}", n=n, text="[a]", hash="h", author="mem_1", team_id=team, state=state, created_at=NOW
    )


async def test_one_version_is_live_a_team():
    stamps = [await playbooks.stamp()]
    assert await playbooks.live() is None
    for made in (version(1), version(2, "draft"), version(3), version(4, team="team_1")):
        assert await playbooks.next_n() == made.n
        await playbooks.put(made)
        stamps.append(await playbooks.stamp())
    assert [one.state for one in await playbooks.all()] == ["past", "draft", "live", "live"]
    for team, n in ((None, 3), ("team_2", 3), ("team_1", 4)):
        found = await playbooks.live(team)
        assert found is not None and found.n == n
    assert await playbooks.set_state("pbk_2", "live")
    stamps.append(await playbooks.stamp())
    assert [one.state for one in await playbooks.all()] == ["past", "live", "past", "live"]
    assert not await playbooks.set_state("pbk_9", "live")
    assert len(set(stamps)) == len(stamps)
    with pytest.raises(Clash):
        await playbooks.put(version(2))
    assert await playbooks.get(2) == version(2)
