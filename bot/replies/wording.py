"""How Genjin writes days, moments, money and quotes (VOICE.md §1 "Writing")."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

WEEKDAYS = "一二三四五六日"
QUOTE_MOST = 40
NBSP = " "
PHONE = re.compile(r"(?<![0-9A-Za-z])(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![0-9A-Za-z])")
MAIL = re.compile(r"(?<![A-Za-z0-9_.+-])([_.+-]?[A-Za-z0-9])[A-Za-z0-9_.+-]{0,200}@([\w-]+(?:\.[\w-]+)+)")
"""Looked for where a word begins and no farther than any address is long: 20,000 digits are no address either."""


def weekday(day: date) -> str:
    return f"周{WEEKDAYS[day.weekday()]}"


def short_day(day: date, today: date) -> str:
    """3月13日, with the year only where it is not this one."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def day_of(day: date, today: date) -> str:
    """周五 3月13日"""
    return f"{weekday(day)} {short_day(day, today)}"


def clock_of(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def moment_of(moment: datetime, today: date) -> str:
    """周三 3月18日 14:00"""
    return f"{day_of(moment.date(), today)} {clock_of(moment)}"


def interval_of(start: datetime, end: datetime, today: date) -> str:
    """周三 3月18日 14:00–16:00; across days both ends are named in full."""
    if start.date() == (end - timedelta(microseconds=1)).date():
        return f"{moment_of(start, today)}–{clock_of(end)}"
    return f"{moment_of(start, today)}–{moment_of(end, today)}"


def due_of(due: date | datetime | None, today: date, *, evening: bool = False) -> str:
    """How a card names what a commitment is due by: 周五 3月13日前, 周二 3月10日 晚上, 周三 3月18日 14:00 前."""
    if due is None:
        return "没说时间"
    if isinstance(due, datetime):
        return f"{moment_of(due, today)} 前"
    return f"{day_of(due, today)} 晚上" if evening else f"{day_of(due, today)}前"


def near_day(day: date, today: date) -> str:
    """今天, 明天 or the weekday: only beside a full date, because cards are read again days later."""
    return {0: "今天", 1: "明天"}.get((day - today).days, weekday(day))


def money(amount: Decimal, currency: str = "CNY") -> str:
    """¥217 万, ¥1.2 亿, below ten thousand ¥8,600; other currencies with their code."""
    sign = "¥" if currency == "CNY" else f"{currency} "
    for unit, word in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if abs(amount) >= unit:
            return f"{sign}{_trim(amount / unit)} {word}"
    return f"{sign}{_trim(amount)}"


def _trim(value: Decimal) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def masked(text: str) -> str:
    """``text`` with the phones and mail addresses in it masked: a card is read over shoulders (VOICE.md §2)."""
    if "1" in text:
        text = PHONE.sub(r"\1****\2", text)
    return MAIL.sub(r"\1****@\2", text) if "@" in text else text


def quote(words: str, most: int = QUOTE_MOST) -> str:
    """“…” cut on a character."""
    flat = " ".join(words.split())
    return f"“{cut(flat, most)}”"


def beside(text: str) -> str:
    """``text`` before a Han character: with a blank where it ends in a clock or a Latin letter (15:00 给您)."""
    return f"{text} " if text[-1:].isascii() and text[-1:].isalnum() else text


def cut(text: str, most: int) -> str:
    """At most ``most`` code points, phones masked first: half a phone would be one that nothing masks."""
    text = masked(text)
    return text if len(text) <= most else text[: most - 1] + "…"


def local(reach: str) -> str:
    """A phone as one writes it at home: without +86."""
    return reach.removeprefix("+86")


def mask_phone(phone: str) -> str:
    """139****5678: the whole number stands only behind a login."""
    digits = phone.removeprefix("+86") if phone.startswith("+86") else phone
    return digits if len(digits) < 8 else f"{digits[:3]}****{digits[-4:]}"
