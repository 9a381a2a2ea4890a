"""Moments, days, money and lengths of time as the page says them (VOICE: 周五 3月13日, 18:00, ¥217 万)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

APPS = {"wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书"}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def day(when: date) -> str:
    return f"{WEEKDAYS[when.weekday()]} {when.month}月{when.day}日"


def clock(when: datetime) -> str:
    return f"{when:%H:%M}"


def near(when: datetime, now: datetime) -> str:
    """周四 18:00 within this week, 下周一 09:00 in the next, else 3月5日 14:00."""
    monday = now.date() - timedelta(days=now.weekday())
    weeks = (when.date() - monday).days // 7
    if weeks in (0, 1):
        return f"{'下' if weeks else ''}{WEEKDAYS[when.weekday()]} {clock(when)}"
    return f"{when.month}月{when.day}日 {clock(when)}"


def span(length: timedelta) -> str:
    """1 天 6 小时, 40 分, 3 天: the two largest parts, down to minutes."""
    minutes = int(length.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "天"), (rest // 60, "小时"), (rest % 60, "分")]
    told = [f"{n} {unit}" for n, unit in parts if n][:2]
    return " ".join(told[:1] if days > 6 else told) or "不到 1 分"


def left(due: date | datetime, now: datetime) -> str:
    """How long until ``due``: of a day in days, of a moment to the minute. "" when it has passed."""
    if isinstance(due, datetime):
        return span(due - now) if due > now else ""
    days = (due - now.date()).days
    return "" if days < 0 else ("今天", "明天")[days] if days < 2 else f"{days} 天"


def money(amount: str | None, currency: str = "CNY") -> str:
    """¥217 万, ¥1.2 亿, ¥8,600; "" where there is none."""
    if not amount:
        return ""
    value = Decimal(amount)
    sign = {"CNY": "¥", "USD": "$", "EUR": "€"}.get(currency, f"{currency} ")
    for unit, word in ((Decimal(10**8), " 亿"), (Decimal(10**4), " 万")):
        if abs(value) >= unit:
            return f"{sign}{_short(value / unit)}{word}"
    return f"{sign}{_short(value)}"


def _short(value: Decimal) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def moment(text: str | None, now: datetime) -> datetime | None:
    """An ISO moment in the zone of ``now``; None for none, and for a bare day."""
    return datetime.fromisoformat(text).astimezone(now.tzinfo) if text and "T" in text else None


def due_of(text: str | None, now: datetime) -> date | datetime | None:
    """A commitment's due: a day, or a moment where a clock time was said."""
    return moment(text, now) or (date.fromisoformat(text) if text else None)


def short_hash(text: str) -> str:
    return f"{text[:4]}…{text[-4:]}" if len(text) > 12 else text
