"""Numerals as Chinese writes them, to exact numbers: 26, ２６, 二十六, 廿六, 二〇二六, 两百五, 三点五."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5}
DIGITS |= {"陆": 6, "柒": 7, "捌": 8, "玖": 9, "〇": 0, "俩": 2, "仨": 3}
_TENS = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30, "拾": 10, "佰": 100, "仟": 1000}
_BIG = {"万": 10**4, "亿": 10**8}

HAN = "零〇一二三四五六七八九十百两廿卅"
"""The characters of a small Chinese numeral (up to hundreds), for use inside a character class."""

_HAN_DECIMAL = re.compile(r"([^点]+)点([零〇一二三四五六七八九]+)")


_FIGURES = re.compile(r"\d+(?:\.\d+)?")


@lru_cache(maxsize=4096)
def integer(words: str) -> int | None:
    """The whole number that the (folded) words write; None when they write none."""
    if words.isdecimal():
        return int(words)
    if all(c in DIGITS for c in words):
        return int("".join(str(DIGITS[c]) for c in words)) if words else None
    return _composed(words)


def decimal(words: str) -> Decimal | None:
    """The number that the words write, with its decimals (3.5, 1,234.50, 三点五, 两百五); None when they write none."""
    plain = words.replace(",", "").replace(" ", "")
    if plain.isdecimal():
        return Decimal(plain)
    if _FIGURES.fullmatch(plain):
        return Decimal(plain)
    spoken = _HAN_DECIMAL.fullmatch(plain)
    if spoken:
        whole = integer(spoken[1])
        return None if whole is None else Decimal(f"{whole}." + "".join(str(DIGITS[c]) for c in spoken[2]))
    whole = integer(plain)
    return None if whole is None else Decimal(whole)


def _composed(words: str) -> int | None:
    """A numeral with 十 百 千 万 亿; a trailing digit after a unit counts tenths of that unit (两百五 = 250)."""
    total = section = 0
    digit: int | None = None
    last_unit = 0
    for c in words:
        if c in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[c]
            last_unit = 0 if digit == 0 else last_unit
        elif c in _TENS:
            section += (1 if digit is None else digit) * _TENS[c]
            digit, last_unit = None, 1 if c in "廿卅" else _TENS[c]
        elif c in _BIG:
            section, digit = section + (digit or 0), None
            total, section = (
                (total + (section or 1)) * _BIG[c] if _BIG[c] > total > 0 else total + (section or 1) * _BIG[c],
                0,
            )
            last_unit = _BIG[c]
        else:
            return None
    return total + section + (digit or 0) * (last_unit // 10 if last_unit > 10 else 1)


def approximate(words: str) -> tuple[int, int] | None:
    """The two ends of a spoken pair of neighbouring digits (两三 → 2, 3; 三五 → 3, 5); None for anything else."""
    if len(words) != 2 or any(c not in DIGITS for c in words):
        return None
    low, high = DIGITS[words[0]], DIGITS[words[1]]
    return (low, high) if 0 < low < high <= low + 2 else None
