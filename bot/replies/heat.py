"""E5: the week's heat map as a picture, a card and, where neither is to be had, a table of words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from html import escape

from adapters.messages import Card, Text
from bot.insight.heat import Cell, Heat, Row
from bot.replies import words
from bot.replies.evening import piece
from bot.replies.wording import cut, day_of, money, short_day

VALUE_MOST, NAMES_MOST, RED_LINES = 26, 3, 12
WIDTH, EDGE, NAME, NARROW, ROW_HIGH, ROWS_MOST = 720, 24, 116, 92, 92, 16
"""The picture in points of a phone twice as sharp as it is wide."""
INK, PALE, LINE, RED_INK = "#1f2933", "#8a94a0", "#d9dee4", "#a61b1b"
BLUES = ("#f4f6f8", "#e4eefb", "#cfe1f8", "#b3d0f3")
REDS = ("#fde4e1", "#fbcbc5", "#f7aaa1")


def card(heat: Heat, whose: str, now: datetime) -> Card:
    red = "、".join(one.customer for one in heat.red[:NAMES_MOST]) + ("等" if len(heat.red) > NAMES_MOST else "")
    value = piece("red_value", count=len(heat.red), days=heat.days, names=red)
    lines = [(piece("red"), value if heat.red else piece("red_none", days=heat.days))]
    if (densest := heat.densest()) is not None:
        lines.append((piece("densest"), piece("densest_value", stage=densest[0], count=densest[1])))
    if heat.quicker is not None:
        stage, before, after = heat.quicker
        said = piece("quicker_value", stage=stage, before=_one_place(before), after=_one_place(after))
        lines.append((piece("quicker"), said))
    if heat.elsewhere:
        lines.append((piece("elsewhere"), piece("elsewhere_value", count=heat.elsewhere)))
    return words.card(
        "heat.week", facts=[(label, cut(said, VALUE_MOST)) for label, said in lines],
        buttons=["see_red"] if heat.red else [], whose=cut(whose, 10), week=heat.first.isocalendar().week,
        first=short_day(heat.first, now.date()), last=short_day(heat.last, now.date()),
    )  # fmt: skip


def _one_place(value: Decimal) -> str:
    return f"{value:.1f}"


def reds(heat: Heat) -> Text:
    """只看红格: each of them on a line."""
    lines = [
        piece("red_line", customer=one.customer, owner=one.owner, stage=one.stage, days=one.days,
              worth=f" {money(one.deal.amount, one.deal.currency)}" if one.deal.amount else "")
        for one in heat.red[:RED_LINES]
    ]  # fmt: skip
    if len(heat.red) > RED_LINES:
        lines.append(piece("more_red", count=len(heat.red) - RED_LINES))
    return words.text("heat.week.red", words="\n".join(lines) or piece("red_none", days=heat.days))


def table(heat: Heat, whose: str, *, today: bool = False) -> Text:
    """The picture in words."""
    lines = [_title(whose, today)]
    for row in heat.rows[:ROWS_MOST]:
        cells = [
            piece("table_cell", stage=stage, count=cell.count) + _over(cell, heat.days)
            for stage, cell in zip(heat.stages, row.cells, strict=True) if cell.count
        ]  # fmt: skip
        lines.append(piece("table_row", owner=row.owner, cells="、".join(cells)))
    return words.text("heat.day.picture" if today else "heat.week.picture", words="\n".join(lines))


def _over(cell: Cell, days: int) -> str:
    return piece("table_over", count=cell.over, days=days) if cell.over else ""


# -- the picture ---------------------------------------------------------------------------------------------------


def svg(heat: Heat, whose: str, now: datetime, *, today: bool = False) -> str:
    """Light ground, dark words; a red cell says so in words too: colour alone tells nobody anything."""
    rows = heat.rows[:ROWS_MOST]
    top, wide = 164, (WIDTH - 2 * EDGE - NAME) / len(heat.stages)
    high = top + len(rows) * ROW_HIGH + 76
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{high}" viewBox="0 0 {WIDTH} {high}" '
        'font-family="sans-serif">',
        _text(EDGE, 54, _title(whose, today), 34, INK),
        _text(EDGE, 90, day_of(now.date(), now.date()) if today else _days(heat, now), 22, PALE),
    ]
    parts += [part for n, stage in enumerate(heat.stages) for part in _heading(stage, n, top, wide)]
    for n, row in enumerate(rows):
        parts += _row(row, top + n * ROW_HIGH, wide, heat)
    parts.append(_text(EDGE, high - 30, _legend(heat), 20, PALE))
    return "\n".join([*parts, "</svg>"])


def _title(whose: str, today: bool) -> str:
    return piece("picture_today" if today else "picture_title", whose=whose)


def _heading(stage: str, n: int, top: int, wide: float) -> list[str]:
    """The stage's name over its column, in two lines where the column is narrow."""
    half = (len(stage) + 1) // 2
    lines = [stage[:half], stage[half:]] if len(stage) > 3 and wide < NARROW else [stage]
    size = min(24, int(wide / max(_wide(line) for line in lines)))
    x = EDGE + NAME + wide * (n + 0.5)
    return [
        _text(x, top - 16 - (len(lines) - 1 - at) * (size + 4), line, size, INK, "middle")
        for at, line in enumerate(lines)
    ]  # fmt: skip


def _wide(said: str) -> float:
    """How wide it is in Han characters."""
    return sum(0.6 if one.isascii() else 1.0 for one in said)


def _days(heat: Heat, now: datetime) -> str:
    return piece(
        "picture_days", week=heat.first.isocalendar().week, first=short_day(heat.first, now.date()),
        last=short_day(heat.last, now.date()),
    )  # fmt: skip


def _legend(heat: Heat) -> str:
    more = len(heat.rows) - ROWS_MOST
    rest = piece("picture_more", count=more) if more > 0 else ""
    return piece("picture_legend", days=heat.days) + rest


def _row(row: Row, y: float, wide: float, heat: Heat) -> list[str]:
    parts = [_text(EDGE, y + ROW_HIGH / 2 + 9, cut(row.owner, 4), 26, INK)]
    for n, cell in enumerate(row.cells):
        parts += _cell(cell, EDGE + NAME + wide * n, y, wide, heat.days)
    return parts


def _cell(cell: Cell, x: float, y: float, wide: float, days: int) -> list[str]:
    fill = REDS[min(cell.over, len(REDS)) - 1] if cell.over else BLUES[min(cell.count, len(BLUES) - 1)]
    edge = f'stroke="{RED_INK}" stroke-width="3"' if cell.over else f'stroke="{LINE}" stroke-width="1"'
    parts = [
        f'<rect x="{x + 3:.1f}" y="{y + 3:.1f}" width="{wide - 6:.1f}" height="{ROW_HIGH - 6}" rx="8" fill="{fill}" '
        f"{edge}/>"
    ]
    middle = x + wide / 2
    if not cell.count:
        return [*parts, _text(middle, y + ROW_HIGH / 2 + 9, "–", 24, PALE, "middle")]
    if not cell.over:
        return [*parts, _text(middle, y + ROW_HIGH / 2 + 12, str(cell.count), 34, INK, "middle")]
    said = piece("picture_over", count=cell.over)
    size = min(20, int((wide - 14) / _wide(said)))
    return [
        *parts, _text(middle, y + 44, str(cell.count), 34, INK, "middle"),
        _text(middle, y + 74, said, size, RED_INK, "middle"),
    ]  # fmt: skip


def _text(x: float, y: float, said: str, size: int, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{escape(said)}</text>'
    )
