"""The writer's own words of a mail: without what is quoted below them, and without the signature. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

TEXT_MOST = 20_000
"""Code points of a mail that are read."""
LINES_MOST = 4000
SIGNATURE_MOST = 12
"""Lines that a signature may have; what is longer is words."""

DIVIDER = re.compile(
    r"\s*(?:-{2,}\s*(?:原始邮件|原邮件|转发的?邮件(?:信息)?|original message|original|forwarded message)\s*-{2,}"
    r"|_{10,}|-{20,})\s*",
    re.IGNORECASE,
)
"""----- 原始邮件 -----, ------------------ 原始邮件 ------------------, ________________________________"""
WROTE = re.compile(
    r"\s*(?:(?:在|于)\s?.{4,80}(?:写道|写到)\s*[:：]|(?:on|at)\s.{4,200}\bwrote\s*:|.{2,120}于\s?.{4,60}写道\s*[:：]"
    r"|\d{4}[-/年].{2,100}(?:写道|wrote)\s*[:：])\s*",
    re.IGNORECASE,
)
HEADER = re.compile(
    r"\s*[*>]*\s*(发件人|发自|寄件者|from|发送时间|发送日期|日期|sent|date|收件人|to|抄送|cc|主题|subject)\s*[*]*\s*[:：]\s*(.*)",
    re.IGNORECASE,
)
FROM = frozenset({"发件人", "发自", "寄件者", "from"})
OTHERS = frozenset({"发送时间", "发送日期", "日期", "sent", "date", "收件人", "to", "主题", "subject"})
SENT_FROM = re.compile(
    r"\s*(?:发自我的|从我的.{1,20}发送|sent from my|获取\s*outlook|get outlook for|来自.{1,10}(?:邮箱|手机).{0,10}$)",
    re.IGNORECASE,
)
DASHES = re.compile(r"--\s*|—{2,}\s*")
RULE = re.compile(r"-{3,19}\s*|={3,}\s*|\*{3,}\s*|_{3,9}\s*")
CLOSING = re.compile(
    r"\s*(?:此致|敬礼|顺祝|顺颂|祝好|祝商祺|商祺|谨启|(?:best|kind) regards|regards|sincerely|thanks\s*&\s*regards)"
    r"[\s,，。.!！]*",
    re.IGNORECASE,
)
REACH = re.compile(
    r"(?:电话|手机|座机|传真|邮箱|邮编|地址|网址|微信|qq|tel|mobile|phone|fax|e-?mail|add(?:ress)?|web)\s*[:：/]|https?://"
    r"|[+\d(][\d\s()-]{7,}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Words:
    """``own`` are the writer's; ``quoted`` what stands below, with its own header lines; ``signature`` who it was."""

    own: str
    quoted: str = ""
    signature: str = ""


def words_of(text: str) -> Words:
    """The three parts of a mail's text."""
    lines = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")[: TEXT_MOST * 2].split("\n")[:LINES_MOST]
    )
    at = next((n for n in range(len(lines)) if _begins_quote(lines, n)), len(lines))
    own = [line for line in lines[:at] if not line.lstrip().startswith(">")]
    signed = _signature(own)
    return Words(_joined(own[:signed]), "\n".join(lines[at:]).strip()[:TEXT_MOST], _joined(own[signed:]))


def _begins_quote(lines: list[str], n: int) -> bool:
    line = lines[n]
    if DIVIDER.fullmatch(line):
        return any(HEADER.match(one) or WROTE.fullmatch(one) for one in lines[n + 1 : n + 6]) or "邮件" in line
    if len(line) < 300 and WROTE.fullmatch(line):
        return True
    if len(line) < 200 and n + 1 < len(lines) and WROTE.fullmatch(f"{line} {lines[n + 1].strip()}"):
        return line.lstrip()[:3].casefold().startswith(("on ", "at ", "在"))
    return _header(line) in FROM and sum(_header(one) in OTHERS for one in lines[n + 1 : n + 6]) >= 2


def _header(line: str) -> str:
    found = HEADER.match(line) if len(line) < 400 else None
    return found[1].casefold() if found else ""


def _signature(lines: list[str]) -> int:
    """Where the signature begins; the number of lines where there is none."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    first = max(0, end - SIGNATURE_MOST)
    for n in range(first, end):
        line = lines[n].strip()
        if n and (DASHES.fullmatch(line) or SENT_FROM.match(line) or CLOSING.fullmatch(line)):
            return n
        if n and RULE.fullmatch(line) and any(REACH.match(one.strip()) for one in lines[n + 1 : end]):
            return n
    reaching = [n for n in range(max(1, first), end) if REACH.match(lines[n].strip())]
    if len(reaching) < 2:
        return len(lines)
    start = reaching[0]
    while start > 1 and lines[start - 1].strip() and len(lines[start - 1].strip()) <= 30 and start > first:
        start -= 1
    return start


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()[:TEXT_MOST]


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The head of a mail that was passed on, and its words; ``sender`` as it stood there."""

    sender: str
    subject: str
    own: str


def forwarded(quoted: str) -> Forwarded | None:
    """What a passed-on mail says, by the header lines that stand above it; None where there are none."""
    lines = quoted.split("\n")
    heads = [n for n in range(min(12, len(lines))) if _header(lines[n])]
    first = next((n for n in heads if _header(lines[n]) in FROM), None)
    if first is None:
        return None
    last = first
    while last + 1 < len(lines) and (_header(lines[last + 1]) or (last - first < 8 and _goes_on(lines, last + 1))):
        last += 1
    found = {_header(line): HEADER.match(line) for line in lines[first : last + 1] if _header(line)}
    sender = next((match[2].strip() for name, match in found.items() if name in FROM and match), "")
    subject = next((match[2].strip() for name, match in found.items() if name in ("主题", "subject") and match), "")
    return Forwarded(sender, subject, words_of("\n".join(lines[last + 1 :])).own)


def _goes_on(lines: list[str], n: int) -> bool:
    """A header line that was broken: the next one is a header again."""
    return bool(lines[n].strip()) and n + 1 < len(lines) and bool(_header(lines[n + 1]))


# -- HTML ----------------------------------------------------------------------------------------------------------

BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "blockquote"})
HIDDEN = frozenset({"script", "style", "title", "noscript", "template"})
QUOTE_LINE = "\n----- 原始邮件 -----\n"
QUOTES = ("gmail_quote", "isreplycontent", "divrplyfwdmsg", "mailquote", "qmquote", "ntes-mailmaster-quote", "moz-cite")


TAG = re.compile(r"(<[^<>]{0,4000}>)")
NAME = re.compile(r"</?\s*([A-Za-z0-9]{1,12})")


def text_of_html(html: str) -> str:
    """What a reader sees of a page, a block a line, and a line that says so where the quoted mail begins; nothing is
    fetched and nothing runs. It looks at each character once: no page is too crooked for it."""
    pieces: list[str] = []
    hidden = ""
    for token in TAG.split(_without_comments(html[: TEXT_MOST * 10])):
        named = NAME.match(token) if token.startswith("<") and token.endswith(">") else None
        if named is None:
            if not hidden:
                pieces.append(re.sub(r"\s+", " ", unescape(token)))
            continue
        tag, closes = named[1].casefold(), token.startswith("</")
        if hidden:
            hidden = "" if closes and tag == hidden else hidden
        elif tag in HIDDEN and not closes and not token.endswith("/>"):
            hidden = tag
        else:
            pieces.append(_of_tag(tag, closes, token))
    lines = [line.strip() for line in "".join(pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _of_tag(tag: str, closes: bool, token: str) -> str:
    if not closes and (tag == "blockquote" or any(mark in token.casefold() for mark in QUOTES)):
        return QUOTE_LINE
    return "\n" if tag in BLOCKS else " " if tag in ("td", "th") else ""


def _without_comments(html: str) -> str:
    """Up to a comment that never ends."""
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, html[at:]])
