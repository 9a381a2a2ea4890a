"""What the world remembers: also across a restart."""

from __future__ import annotations

from pathlib import Path

from adapters.sandbox.loopback import on_loopback
from adapters.sandbox.shelf import Shelf
from adapters.sandbox.world import Knob, Shown, World
from bot.clock import MovableClock
from tests.adapters.sandbox.fake import listening

CARD = Shown(
    title="记下了",
    facts=(("客户", "华东医械"),),
    buttons=(Knob("undo", "撤销"),),
    options=(("a", "甲"),),
    picked=("a",),
)


def test_a_restart_forgets_nothing(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "sandbox.jsonl"
    world = World(clock, shelf=Shelf(path))
    item = world.put("zhang.wei", "wecom", "wecom", "m1", CARD, task="t1")
    world.hear("Zhang.Wei", "wecom", "7", "王总说预算已批")
    world.join("new.one", "新人")
    changed = world.change(item, Shown(title="撤销了"))
    world.shelf.close()
    again = World(clock, shelf=Shelf(path))
    assert again.inbox("zhang.wei") == [changed]
    assert [type(one).__name__ for one in again.talk("zhang.wei")] == ["Item", "Said"]
    assert again.person("NEW.ONE") is not None
    assert again.put("zhang.wei", "wecom", "wecom", "m2", CARD).n == 2
    again.shelf.close()
    third = World(clock, shelf=Shelf(path))
    assert third.inbox("zhang.wei")[1].shown == CARD
    third.shelf.close()


def test_a_line_cut_by_a_crash_is_left_out(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "sandbox.jsonl"
    world = World(clock, shelf=Shelf(path))
    world.put("zhang.wei", "wecom", "wecom", "m1", CARD)
    world.shelf.close()
    with path.open("a") as file:
        file.write('["item:zhang.wei:2", {"n": 2, "at"')
    again = World(clock, shelf=Shelf(path))
    assert [item.n for item in again.inbox("zhang.wei")] == [1]
    again.shelf.close()


def test_who_speaks_in_a_group_is_in_it(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "sandbox.jsonl"
    world = World(clock, shelf=Shelf(path))
    assert "zhang.wei" in world.group("g1")
    assert world.group("g1", joins="liu.yang")[-1] == "liu.yang"
    world.group("g1", joins="Zhang.Wei")
    world.shelf.close()
    again = World(clock, shelf=Shelf(path))
    assert again.group("g1").count("zhang.wei") == 1
    assert "liu.yang" in again.group("g1")
    assert "liu.yang" not in again.group("g2")
    again.shelf.close()


def test_unread_counts_until_looked_at(world: World) -> None:
    world.put("wang.fang", "wecom", "wecom", "m1", CARD)
    world.put("wang.fang", "wecom", "wecom", "m2", CARD)
    assert world.unread("wang.fang") == 2
    world.saw("wang.fang")
    assert world.unread("wang.fang") == 0


def test_numbers_rise_within_one_moment_and_across_restarts(tmp_path: Path, clock: MovableClock) -> None:
    numbers = list[int]()
    for _ in range(3):
        world = World(clock, shelf=Shelf(tmp_path / "sandbox.jsonl"))
        for _ in range(3):
            numbers.append(world.serial())
            world.hear("zhang.wei", "wecom", str(numbers[-1]), "话")
        world.shelf.close()
    clock.advance(seconds=-60)
    last = World(clock, shelf=Shelf(tmp_path / "sandbox.jsonl"))
    numbers.append(last.serial())
    last.shelf.close()
    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 2**63


async def test_codes_and_repeats_survive_a_restart(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "sandbox.jsonl"
    body = {
        "touser": "zhang.wei",
        "agentid": 1000002,
        "msgtype": "text",
        "text": {"content": "早"},
        "enable_duplicate_check": 1,
    }
    for _ in range(2):
        world = World(clock, shelf=Shelf(path))
        async with on_loopback(world) as platforms, listening(platforms):
            platforms.wecom.messages.send(platforms.wecom.apps[0], body)
            assert len(world.inbox("zhang.wei")) == 1
