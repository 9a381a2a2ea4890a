"""The Chinese lunar calendar as data, 2000 to 2051, and the twenty-four solar terms.

One row a year: the day of the first month's first day, the months in order (1 = 30 days, 0 = 29 days), and the month
after which a leap month comes (0 = none). From 2020 on drawn from the ephemeris of lunar_python 1.4 and found
equal, month by month, to lunardate 0.2 and borax 4.1; before, from lunardate 0.3 and found equal to cnlunar 0.2.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

YEARS: dict[int, tuple[str, str, int]] = {
    2000: ("02-05", "110010010110", 0),
    2001: ("01-24", "1101010010101", 4),
    2002: ("02-12", "110101001010", 0),
    2003: ("02-01", "110110100101", 0),
    2004: ("01-22", "0101101010101", 2),
    2005: ("02-09", "010101101010", 0),
    2006: ("01-29", "1010101011011", 7),
    2007: ("02-18", "001001011101", 0),
    2008: ("02-07", "100100101101", 0),
    2009: ("01-26", "1100100101011", 5),
    2010: ("02-14", "101010010101", 0),
    2011: ("02-03", "101101001010", 0),
    2012: ("01-23", "1011010101010", 4),
    2013: ("02-10", "101011010101", 0),
    2014: ("01-31", "0101010110101", 9),
    2015: ("02-19", "010010111010", 0),
    2016: ("02-08", "101001011011", 0),
    2017: ("01-28", "0101001010111", 6),
    2018: ("02-16", "010100101011", 0),
    2019: ("02-05", "101010010011", 0),
    2020: ("01-25", "0111010010101", 4),
    2021: ("02-12", "011010101010", 0),
    2022: ("02-01", "101011010101", 0),
    2023: ("01-22", "0100110110101", 2),
    2024: ("02-10", "010010110110", 0),
    2025: ("01-29", "1010010101110", 6),
    2026: ("02-17", "101001001110", 0),
    2027: ("02-06", "110100100110", 0),
    2028: ("01-26", "1110100100110", 5),
    2029: ("02-13", "110101010011", 0),
    2030: ("02-03", "010110101010", 0),
    2031: ("01-23", "0110101101010", 3),
    2032: ("02-11", "100101101101", 0),
    2033: ("01-31", "0100101011101", 11),
    2034: ("02-19", "010010101101", 0),
    2035: ("02-08", "101001001101", 0),
    2036: ("01-28", "1101001001011", 6),
    2037: ("02-15", "110100100101", 0),
    2038: ("02-04", "110101010010", 0),
    2039: ("01-24", "1101101010100", 5),
    2040: ("02-12", "101101011010", 0),
    2041: ("02-01", "010101101101", 0),
    2042: ("01-22", "0100101011011", 2),
    2043: ("02-10", "010010011011", 0),
    2044: ("01-30", "1010010010111", 7),
    2045: ("02-17", "101001001011", 0),
    2046: ("02-06", "101010100101", 0),
    2047: ("01-26", "1011010100101", 5),
    2048: ("02-14", "011011010010", 0),
    2049: ("02-02", "101011011010", 0),
    2050: ("01-23", "0101010110110", 3),
    2051: ("02-11", "100100110111", 0),
}
FIRST_YEAR, LAST_YEAR = min(YEARS), max(YEARS)


def new_year(year: int) -> date | None:
    """The first day of the lunar year that begins in ``year``; None outside the table."""
    row = YEARS.get(year)
    return date(year, int(row[0][:2]), int(row[0][3:])) if row else None


@lru_cache(maxsize=4096)
def day_of(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The day that is lunar ``month``/``day`` of the lunar year beginning in ``year``; None where there is no such day
    or outside the table. ``day`` -1 is the month's last day."""
    first = new_year(year)
    if first is None:
        return None
    months, leap_after = YEARS[year][1], YEARS[year][2]
    if leap and leap_after != month:
        return None
    index = month - 1 + (1 if leap or 0 < leap_after < month else 0)
    length = 30 if months[index] == "1" else 29
    if day < 0:
        day = length
    if not 1 <= day <= length:
        return None
    return first + timedelta(days=sum(30 if m == "1" else 29 for m in months[:index]) + day - 1)


def eve(year: int) -> date | None:
    """除夕 before the lunar year that begins in ``year``; None outside the table."""
    first = new_year(year)
    return first - timedelta(days=1) if first else None


TERMS: dict[str, tuple[int, float]] = {
    "小寒": (1, 5.4055), "大寒": (1, 20.12), "立春": (2, 3.87), "雨水": (2, 18.73), "惊蛰": (3, 5.63),
    "春分": (3, 20.646), "清明": (4, 4.81), "谷雨": (4, 20.1), "立夏": (5, 5.52), "小满": (5, 21.04),
    "芒种": (6, 5.678), "夏至": (6, 21.37), "小暑": (7, 7.108), "大暑": (7, 22.83), "立秋": (8, 7.5),
    "处暑": (8, 23.13), "白露": (9, 7.646), "秋分": (9, 23.042), "寒露": (10, 8.318), "霜降": (10, 23.438),
    "立冬": (11, 7.438), "小雪": (11, 22.36), "大雪": (12, 7.18), "冬至": (12, 21.94),
}  # fmt: skip
"""Each solar term's month, and the day in it by the usual formula of this century."""
_OFF_BY_ONE = {
    ("立秋", 2002): 1, ("小满", 2008): 1, ("小暑", 2016): 1, ("小寒", 2019): -1, ("冬至", 2021): -1, ("雨水", 2026): -1,
}  # fmt: skip


def term(name: str, year: int) -> date | None:
    """The day of the solar term in the year; None for another word or another century."""
    found = TERMS.get(name)
    if found is None or not 2000 <= year < 2100:
        return None
    month, constant = found
    short = year - 2000
    leaps = (short - 1) // 4 if month < 3 else short // 4
    return date(year, month, int(short * 0.2422 + constant) - leaps + _OFF_BY_ONE.get((name, year), 0))
