"""Every correction is a labelled example: the team sees how well its own words are read."""

from __future__ import annotations

from bot.capture.examples import scored
from bot.cli.own import figures, table
from bot.clock import SHANGHAI
from tests.commands.conftest import Desk


async def test_what_nobody_touched_counts_for_the_reader(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造郑总说预算批了")
    await desk.says("zhang.wei", "启明制造郑总说预算批了，我周五前发报价单")
    await desk.says("zhang.wei", "是下周四")
    total = await scored(desk.house.names, desk.house.playbooks, SHANGHAI)
    assert (total.recorded, total.touched, total.untouched, total.gone) == (2, 1, 0.5, 0)


async def test_a_corrected_sentence_is_read_again_as_today(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造郑总说预算批了，我周五前发报价单")
    await desk.says("zhang.wei", "是下周四")
    total = await scored(desk.house.names, desk.house.playbooks, SHANGHAI)
    assert (dict(total.given), dict(total.right)) == ({"date": 1}, {"date": 0})
    [missed] = total.misses
    assert missed.correction.new == "下周四"
    heard = await desk.says("admin", "/lexicon learnt")
    assert "更正 日期：" in heard.text
    assert "改过 1 处，照现在的读法对 0 处" in heard.text
    assert "改过 1 处，照现在的读法对 0（0.0%）" in table(total)
    assert figures(total)["fields"]["date"] == {"corrected": 1, "right_now": 0}  # type: ignore[index]


async def test_a_word_learnt_by_correction_makes_its_example_right(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造郑总说预算批了")
    await desk.says("zhang.wei", "不是启明制造，是华东医械")
    total = await scored(desk.house.names, desk.house.playbooks, SHANGHAI)
    assert total.given["customer"] == 1


async def test_before_the_first_correction(desk: Desk) -> None:
    total = await scored(desk.house.names, desk.house.playbooks, SHANGHAI)
    assert (total.share, total.untouched) == (1.0, 1.0)
    assert "还没有人改过" in table(total)


async def test_a_corrected_stage_offers_its_words_for_the_lexicon(desk: Desk) -> None:
    await desk.says("zhang.wei", "启明制造郑总把需求清单确认了")
    await desk.says("zhang.wei", "不是需求确认，是方案演示")
    heard = await desk.says("admin", "/lexicon learnt")
    assert "更正 阶段：" in heard.text
    assert "照改的读：/lexicon add 方案演示 " in heard.text
