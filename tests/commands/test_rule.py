"""/rule: a changed rule is tried on the past, then by one team, then holds; each version is kept."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from bot.cli.replay import found_in, lines_of
from bot.exchange import records
from bot.playbook import load, store
from bot.playbook.rule_text import block, with_rule
from storage import audit, playbooks, tasks
from storage.records import PlaybookVersion, changed
from tests.commands.conftest import Desk

MENDED = (
    '[[rule]]\nid = "demo_done"\nname = "演示后发方案"\nwhen = ["activity"]\n'
    "if = \"activity.action == 'demo' && activity.done || 'price_objection' in signals\"\n"
    'then = [{ do = "task", items = ["发定制方案"], minutes = 1440 }]\n'
)


async def drafted(desk: Desk, block: str = MENDED, id: str = "demo_done") -> PlaybookVersion:
    live = await playbooks.live(None)
    assert live is not None
    text = with_rule(live.text, id, block)
    return await store.add(text, author="test", now=desk.clock.now(), live=False)


async def all_done(desk: Desk) -> None:
    """What was to be made is made, so that the same may be asked for again."""
    now, deal = desk.clock.now(), await desk.deal("启明制造")
    open_ = [one for one in await tasks.of_opportunity(deal.id) if one.state != "done"]
    done = [changed(one, "task.done", state="done", done_at=now) for one in open_]
    await audit.apply(done, actor="test", event="", at=now)


async def told(desk: Desk) -> None:
    """Three things of the last weeks, one of them a demo that took place."""
    for days, text in ((30, "启明制造郑总今天看了演示"), (2, "启明制造郑总嫌太贵"), (1, "启明制造郑总来电话了")):
        desk.clock.set(desk.clock.now() + timedelta(days=days))
        await desk.says("zhang.wei", text)
        await all_done(desk)


async def test_untested_is_not_published_and_the_right_call_is_a_tap_away(desk: Desk) -> None:
    await drafted(desk)
    heard = await desk.says("admin", "/rule publish 演示后发方案")
    assert "先试跑" in heard.text
    assert "/rule test 演示后发方案" in heard.text
    assert (await desk.taps("admin", heard, "use_it")).push.kind == "cmd.rule.test"


async def test_a_draft_is_shown_on_the_past_then_tried_by_a_team_then_holds(desk: Desk) -> None:
    await told(desk)
    await drafted(desk)
    heard = await desk.says("admin", "/rule test 演示后发方案")
    assert (heard.title, heard.status) == ("过去 90 天会触发 2 次", "多建任务 1 件")
    assert heard.line("现在") == "触发 1 次"
    lines = await desk.taps("admin", heard, "compare")
    assert "多｜" in lines.text
    assert "任务：发定制方案" in lines.text
    [opened] = [one for one in await tasks.of_opportunity((await desk.deal("启明制造")).id) if one.rule == "demo_done"]
    heard = await desk.says("admin", "/rule try 演示后发方案 华东一组")
    assert "给华东一组试了" in heard.text
    await desk.says("zhang.wei", "启明制造郑总又嫌太贵了")
    made = [one for one in await tasks.of_opportunity((await desk.deal("启明制造")).id) if one.rule == "demo_done"]
    assert [one.id for one in made if one.id != opened.id], "the team's rule is the one on trial"
    company = await desk.house.playbooks.current(None)
    assert "price_objection" not in next(one.condition for one in company.playbook.rules if one.id == "demo_done")
    assert "华东一组在试" in (await desk.says("admin", "/rule list")).text
    heard = await desk.says("admin", "/rule publish 演示后发方案")
    assert heard.line("试跑").endswith("触发 2 次")
    await desk.taps("admin", heard, "execute")
    live = await playbooks.live(None)
    assert live is not None
    assert "price_objection" in str(block(live.text, "demo_done"))
    assert not await playbooks.trials()


async def test_back_is_as_it_was_and_every_version_is_kept(desk: Desk) -> None:
    before = await playbooks.live(None)
    await drafted(desk)
    await desk.says("admin", "/rule test demo_done")
    heard = await desk.says("admin", "/rule publish demo_done")
    heard = await desk.taps("admin", heard, "execute")
    assert "要退回：/rule back 演示后发方案" in heard.text
    await desk.says("admin", "/rule back 演示后发方案")
    live = await playbooks.live(None)
    assert before is not None
    assert live is not None
    assert load.parse(live.text) == load.parse(before.text)
    assert [(one.n, one.state) for one in await playbooks.all()] == [
        (1, "past"), (2, "draft"), (3, "past"), (4, "live"),
    ]  # fmt: skip
    kinds = [one.kind for one in await audit.entries(limit=500)]
    assert kinds.count("playbook.live") == 2


async def test_off_is_off_for_everyone_until_it_is_on(desk: Desk) -> None:
    assert "停了" in (await desk.says("admin", "/rule off 演示后发方案")).text
    await desk.says("zhang.wei", "启明制造郑总今天看了演示")
    assert not await tasks.of_opportunity((await desk.deal("启明制造")).id)
    assert "演示后发方案 · 停着" in (await desk.says("admin", "/rule list")).text
    assert "停着的规则 1 条" in (await desk.says("admin", "/health")).text
    assert "恢复了" in (await desk.says("admin", "/rule on 演示后发方案")).text
    await desk.says("zhang.wei", "启明制造郑总今天又看了演示")
    assert await tasks.of_opportunity((await desk.deal("启明制造")).id)


async def test_what_each_did_and_how_long_it_took(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造郑总今天看了演示")
    heard = await desk.says("admin", "/rule health")
    assert "演示后发方案：问 1，触发 1，失败 0" in heard.text


async def test_a_rule_says_itself(desk: Desk) -> None:
    heard = await desk.says("admin", "/rule show 演示后来电谈价")
    assert "什么时候｜记了动作，只在「方案演示」" in heard.text
    assert "就做｜推进到「价格谈判」" in heard.text


async def test_wrong_calls_show_the_right_one(desk: Desk) -> None:
    assert "/rule show 演示后发方案" in (await desk.says("admin", "/rule show 演示发方案")).text
    assert "没有要换的" in (await desk.says("admin", "/rule publish 演示后发方案")).text
    assert "管理员" in (await desk.says("zhang.wei", "/rule list")).text
    assert "没有更早的样子" in (await desk.says("admin", "/rule back 演示后发方案")).text


async def test_a_rule_is_put_in_its_place_and_every_other_line_stays() -> None:
    text = load.shipped()
    made = with_rule(text, "demo_done", MENDED)
    assert block(made, "demo_done") == MENDED.rstrip()
    assert with_rule(made, "demo_done", block(text, "demo_done")) == text.rstrip() + "\n"
    assert block(with_rule(text, "demo_done", None), "demo_done") is None


async def test_an_export_told_once_more_says_only_what_differs(desk: Desk, tmp_path: Path) -> None:
    await told(desk)
    file = tmp_path / "message.jsonl"
    file.write_text("\n".join([json.dumps(one) async for one in records.items("message")]), "utf-8")
    lines = list(lines_of(file))
    live = await desk.house.playbooks.current(None)
    same = await found_in(lines, None, live, desk.house)
    assert (same.messages, same.read, same.rules.differences()) == (3, [], [])
    new = load.parse(with_rule(live.version.text, "demo_done", MENDED))
    other = await found_in(lines, new, live, desk.house)
    assert [(sign, one.kind, one.what) for sign, one in other.rules.differences()] == [(1, "task", "发定制方案")]
    await store.switch_off("demo_done", "")
    without = await found_in(lines, None, await desk.house.playbooks.current(None), desk.house)
    assert [(sign, one.rule) for sign, one in without.rules.differences()] == [(-1, "demo_done")]
