"""The picture of E5: what stands in it, and that customer-made names cannot break it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from defusedxml.ElementTree import fromstring

from bot.clock import SHANGHAI
from bot.insight.heat import Cell, Heat, Row
from bot.replies import heat as say
from bot.replies import png

NOW = datetime(2026, 3, 9, 9, 10, tzinfo=SHANGHAI)
STAGES = ("线索", "初步接触", "需求确认", "产品演示", "方案报价", "商务谈判", "合同签署")


def week(*rows: Row) -> Heat:
    return Heat(date(2026, 3, 2), date(2026, 3, 8), 5, STAGES, rows)


def row(owner: str, over: int = 0) -> Row:
    return Row(owner, (Cell(3, over), *[Cell()] * (len(STAGES) - 1)))


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in fromstring(svg).iter() if one.tag.endswith("text")]


def test_a_red_cell_says_so_in_words() -> None:
    svg = say.svg(week(row("张伟", 2), row("李娜")), "华东一组", NOW)
    said = texts(svg)
    assert said[:2] == ["上周热力图 · 华东一组", "第 10 周 3月2日–3月8日"]
    assert said.count("3") == 2 and said.count("超期 2") == 1
    assert "商务" in said and "谈判" in said, "a narrow column has its name in two lines"


def test_names_cannot_break_the_picture() -> None:
    svg = say.svg(week(row('<"&>')), "</svg><script>", NOW)
    assert '<"&>' in texts(svg)
    assert "上周热力图 · </svg><script>" in texts(svg)


def test_a_large_team_is_cut_and_says_so() -> None:
    said = texts(say.svg(week(*[row(f"销售{n}") for n in range(20)]), "华东一组", NOW))
    assert said[-1].endswith("；还有 4 人没画")


def test_without_a_chinese_font_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "font", lambda: None)
    assert png.drawn(say.svg(week(row("张伟", 2)), "华东一组", NOW)) is None


def test_it_becomes_a_picture_of_that_size() -> None:
    """On a machine with a Chinese font, which .ci/need-tools sees to."""
    body = png.drawn(say.svg(week(row("张伟", 2)), "华东一组", NOW))
    assert body is not None and body.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(body[16:20], "big") == say.WIDTH
