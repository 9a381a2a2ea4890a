"""Phone numbers as E.164 and e-mail addresses, out of chat text.

Known shapes: mainland mobile (also spoken in characters), landline with area code, 400 and 800 numbers, any +CC
number; Hong Kong, Macau and Taiwan also with a bare 852, 853 or 886 before the right length. An extension is not part
of the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.firsts import sought
from nlp.fold import fold
from nlp.numerals import DIGITS
from nlp.reading import Email, Phone

_SEP = r"[ \-]{0,2}"
_OPEN, _CLOSE = r"(?<![0-9A-Za-z_+*])(?<!\d[.\-])", r"(?![0-9A-Za-z_*]|[.\-]\d{6})"
_CN = r"(?:(?:\+|00)?86[ \-]{0,2})?"
_MOBILE = re.compile(
    rf"{_OPEN}{_CN}\(?(1[3-9]\d\)?(?:{_SEP}\d{{4}}){{2}}|1[3-9]\d{{2}}[ \-]\d{{3}}[ \-]\d{{4}}"
    rf"|1[3-9]\d{{2}}[ \-]\d{{4}}[ \-]\d{{3}}|1[3-9]\d[ \-]\d{{3}}[ \-]\d{{5}}"
    rf"|1[3-9]\d{{3}}[ \-]\d{{6}}|1[3-9]\d{{4}}[ \-]\d{{5}}){_CLOSE}"
)
_LANDLINE = re.compile(
    rf"{_OPEN}(?:(?:\+|00)86[ \-]{{0,2}}\(?0?\)?|\(?0)(10|2\d|[3-9]\d{{2}})\)?{_SEP}"
    r"(?P<local>[2-8]\d{3}[ \-]?\d{4}|[2-8]\d{2}[ \-]?\d{4})(?![0-9A-Za-z_]|\.\d)"
)
_SERVICE = re.compile(rf"{_OPEN}{_CN}([48]00(?:{_SEP}\d){{7}})(?![0-9A-Za-z_]|[.\-]\d)")
_CODED = re.compile(
    r"(?<![0-9A-Za-z_])(?:\+|00(?=[1-9]))([1-9]\d{0,2}(?:[ \-]{0,2}\(?\d{1,4}\)?){2,7})(?![0-9A-Za-z_])"
)
_NEAR = re.compile(
    rf"{_OPEN}\(?(852|853)\)?[ \-]{{1,2}}([2-9]\d{{3}}[ \-]?\d{{4}})(?!\d)"
    rf"|{_OPEN}\(?(886)\)?[ \-]{{1,2}}\(?0?\)?"
    rf"(9\d{{2}}[ \-]?\d{{3}}[ \-]?\d{{3}}|[2-8][ \-]?\d{{3,4}}[ \-]?\d{{4}})(?!\d)"
)
_SPOKEN = re.compile(
    r"(?<![零〇一二三四五六七八九十])一[三四五六七八九][零〇一二三四五六七八九]{9}(?![零〇一二三四五六七八九十百千万])"
)
_OTHER_NUMBER = sought(
    r"(?:(?:订单|运单|单|税|卡|[Qq]{2}群?|SN|sn|ID|No|NO|SF|密码|条码|型号)(?:号码?|码|编号)?"
    r"|(?:快递|物流|流水|税务登记|账|账户|身份证|证件|证|会议|房间|发票|合同|序列|编|货|批|案|学|工|车牌|项目|邮|区)(?:号码?|编号)"
    r"|邀请码|验证码|取件码|信用代码|腾讯会议|会议ID|顺丰|圆通|中通|韵达)[ 是为:#.]{0,3}$"
)
_ANY = re.compile(r"\d(?:\D{0,5}\d){6}|一[三四五六七八九]")
"""Digits enough for a number, or the beginning of a spoken one; a text without has none."""
_DIGITS, FEWEST = re.compile(r"\d"), 7
_MONEY = re.compile(r"\s?(?:元|块|万|亿|台|件|个|套|%)")


def find(text: str) -> tuple[Phone, ...]:
    """Every phone number of the text, in order, with ``value`` in E.164; empty when there is none."""
    folded = fold(text)
    if ("一" not in folded and len(_DIGITS.findall(folded)) < FEWEST) or not _ANY.search(folded):
        return ()
    taken: list[Phone] = []
    for start, end, value, rule in sorted(_candidates(folded), key=lambda c: (c[0], -c[1])):
        if taken and start < taken[-1].span[1]:
            continue
        if _OTHER_NUMBER.search(folded, max(0, start - 14), start) or _MONEY.match(folded, end):
            continue
        taken.append(Phone(text[start:end], (start, end), f"phone.{rule}", 0.98, value))
    return tuple(taken)


def _candidates(text: str) -> Iterator[tuple[int, int, str, str]]:
    yield from _written(text)
    for match in _SPOKEN.finditer(text):
        yield *match.span(), "+86" + "".join(str(DIGITS[c]) for c in match[0]), "spoken"


def _written(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _MOBILE.finditer(text):
        yield *match.span(), "+86" + _digits(match[1]), "mobile"
    for match in _LANDLINE.finditer(text):
        yield match.start(), match.end(), "+86" + match[1] + _digits(match["local"]), "landline"
    for match in _SERVICE.finditer(text):
        yield *match.span(), "+86" + _digits(match[1]), "service"
    for match in _NEAR.finditer(text):
        yield *match.span(), "+" + (match[1] or match[3]) + _digits(match[2] or match[4]), "near"
    for match in _CODED.finditer(text):
        digits = _international(match[1])
        if digits:
            yield *match.span(), "+" + digits, "coded"


_LENGTHS = {
    "86": (10, 11),
    "852": (8, 8),
    "853": (8, 8),
    "886": (8, 9),
    "1": (10, 10),
    "65": (8, 8),
    "81": (9, 10),
    "82": (8, 10),
}
"""How many digits follow a country code, where that is known."""


def _international(said: str) -> str | None:
    """The digits after the +, without a trunk zero in brackets; None where there cannot be so many."""
    digits = _digits(re.sub(r"\(0\)", "", said))
    for code, (low, high) in _LENGTHS.items():
        if digits.startswith(code):
            return digits if low <= len(digits) - len(code) <= high else None
    return digits if 8 <= len(digits) <= 15 else None


def _digits(words: str) -> str:
    return "".join(c for c in words if c.isdecimal())


_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_\-])?$|[A-Za-z0-9]$")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9\-]|\.[A-Za-z0-9])"
)


def emails(text: str) -> tuple[Email, ...]:
    """Every e-mail address of the text, in order, as written but in half-width; empty when there is none."""
    found: list[Email] = []
    if "@" not in text and "＠" not in text:
        return ()
    folded = fold(text)
    at = folded.find("@")
    while at >= 0:
        local, domain = _LOCAL.search(folded, max(0, at - 64), at), _DOMAIN.match(folded, at + 1)
        if local and domain and (not found or local.start() >= found[-1].span[1]):
            start, end = local.start(), domain.end()
            found.append(Email(text[start:end], (start, end), "email", 0.99, folded[start:end]))
        at = folded.find("@", at + 1)
    return tuple(found)
