"""Mails as they come: old character sets, quoted text in many manners, signatures, pages, and what only looks like a
mail."""

from __future__ import annotations

import time
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from adapters.email.cut import text_of_html, words_of
from adapters.email.parse import keep, key_of, parse
from adapters.errors import BadPayload
from adapters.events import Ignored, InboundEvent

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
OURS = frozenset({"example.com"})


def event(raw: bytes, ours: frozenset[str] = OURS) -> InboundEvent:
    found = parse(keep(raw, NOW, False), "sales", ours)
    assert isinstance(found, InboundEvent), found
    return found


def ignored(raw: bytes) -> str:
    found = parse(keep(raw, NOW, False), "sales", OURS)
    assert isinstance(found, Ignored), found
    return found.why


def plain(body: str, head: str = "", sender: str = "sun@songtao.cn", charset: str = "utf-8") -> bytes:
    said = f"From: {sender}\r\nDate: Tue, 10 Mar 2026 09:14:00 +0800\r\n{head}"
    said += f"Content-Type: text/plain; charset={charset}\r\n\r\n"
    return said.encode() + body.encode(charset if charset != "gb2312" else "gb18030")


def test_who_when_and_what() -> None:
    head, sender = "Subject: =?utf-8?b?6YeH6LSt?=\r\n", "=?gb2312?B?y+/A7cqm?= <Sun@Songtao.cn>"
    found = event(plain("预计下单时间：2026-03-15\n", head, sender))
    assert (found.kind, found.sender.user, found.text) == ("mail", "sun@songtao.cn", "预计下单时间：2026-03-15")
    assert found.data["subject"] == "采购"
    assert found.at.isoformat() == "2026-03-10T09:14:00+08:00"


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "utf-8", "big5"])
def test_character_sets(charset: str) -> None:
    assert event(plain("報價單" if charset == "big5" else "镕基报价单", charset=charset)).text in (
        "報價單",
        "镕基报价单",
    )


def test_a_head_written_raw_and_a_set_that_nobody_knows() -> None:
    raw = "From: 孙老师 <sun@songtao.cn>\r\nSubject: 采购清单\r\n\r\n正文".encode("gb18030")
    found = event(raw)
    assert (found.data["name"], found.data["subject"], found.text) == ("孙老师", "采购清单", "正文")
    assert event(plain("报价").replace(b"charset=utf-8", b"charset=x-none")).text == "报价"


@pytest.mark.parametrize(
    "below",
    [
        "-----原始邮件-----\n发件人: a <a@b.cn>\n主题: x",
        "------------------ 原始邮件 ------------------\n发件人: \"a\";\n",
        "在 2026年3月9日，周一 10:00，李娜 <li@example.com> 写道：\n> 旧",
        "On Mon, Mar 9, 2026 at 10:00 AM Li Na <li@example.com> wrote:\n> old",
        "At 2026-03-09 10:00:00, \"Li\" <li@example.com> wrote:\nold",
        "发件人: 李娜 <li@example.com>\n发送时间: 2026年3月9日 10:00\n收件人: 孙老师\n主题: 报价\n\n旧",
        "From: Li <li@example.com>\nSent: Monday, March 9, 2026\nTo: Sun\nSubject: x\n\nold",
        "________________________________\nFrom: Li <li@example.com>\nSent: Monday\nTo: Sun\n",
        "> 旧的一行\n> 又一行",
    ],
)  # fmt: skip
def test_quoted_words_are_not_the_writers(below: str) -> None:
    assert (
        words_of(f"可以，周五前给我。\n\n{below}\n预计下单时间：2026-01-01").own.split("\n")[0] == "可以，周五前给我。"
    )
    assert "旧" not in words_of(f"可以。\n\n{below}").own
    assert "old" not in words_of(f"可以。\n\n{below}").own


@pytest.mark.parametrize(
    "signature",
    [
        "--\n孙丽\n电话 021-55551234",
        "发自我的iPhone",
        "此致\n敬礼\n孙丽",
        "孙丽 采购部\n电话：021-55551234\n地址：上海市某路 1 号",
        "Best regards,\nLily Sun",
        "———\n孙丽",
    ],
)
def test_a_signature_is_no_talk(signature: str) -> None:
    parts = words_of(f"请报价，数量 40 台。\n谢谢。\n\n{signature}\n")
    assert parts.own == "请报价，数量 40 台。\n谢谢。"
    assert parts.signature


def test_a_table_of_figures_is_no_signature() -> None:
    own = "清单如下：\n------\n标签机 40 台\n电话线 2 条\n电源 3 个"
    assert words_of(own).own == own or "标签机 40 台" in words_of(own).own


def test_a_page_is_read_as_it_is_seen() -> None:
    page = (
        "<html><head><style>p{}</style><title>x</title></head><body><p>第一段&nbsp;&amp;</p><script>alert(1)</script>"
        "<div>第二段<br>第三行</div><blockquote>旧的</blockquote></body></html>"
    )
    seen = text_of_html(page)
    assert seen.split("\n")[0] == "第一段 &"
    assert "alert" not in seen
    assert words_of(seen).own.endswith("第三行")


def test_files_beside_the_words() -> None:
    pdf = b64encode(b"%PDF-1.4").decode()
    logo = b64encode(b"\x89PNG\r\n").decode()
    raw = (
        "From: sun@songtao.cn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
        "--c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n文字\r\n"
        "--c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>页面</p>\r\n--c--\r\n"
        f'--b\r\nContent-Type: application/pdf; name="=?gb2312?B?suG5utfcvduSLnBkZg==?="\r\n'
        f"Content-Disposition: attachment; filename*=utf-8''%E6%B8%85%E5%8D%95.pdf\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{pdf}\r\n"
        f"--b\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <l>\r\n"
        f"Content-Disposition: inline; filename=logo.png\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{logo}\r\n--b--\r\n"
    ).encode()
    found = event(raw)
    assert found.text == "文字"
    assert [(one.name, one.body) for one in found.data["attachments"]] == [("清单.pdf", b"%PDF-1.4")]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Auto-Submitted: auto-replied\r\n", "automatic"),
        ("Precedence: bulk\r\n", "automatic"),
        ("List-Unsubscribe: <mailto:x@y.z>\r\n", "list"),
        ("Return-Path: <>\r\n", "automatic"),
    ],
)
def test_what_machines_send_is_let_go(head: str, why: str) -> None:
    assert ignored(plain("x", head)) == why
    assert ignored(plain("x", sender="MAILER-DAEMON@songtao.cn")) == "automatic"
    assert ignored(plain("x", sender="noreply@songtao.cn")) == "automatic"


def test_a_colleagues_own_mail_is_no_customers() -> None:
    assert ignored(plain("报价见附件", sender="li.na@example.com")) == "own_mail"
    inner = "---------- 转发邮件 ----------\n发件人: 王五 <wang@example.com>\n主题: 内部\n收件人: x\n\n内容"
    assert ignored(plain(inner, "Subject: Fwd: x\r\n", sender="li.na@example.com")) == "own_mail"


def test_the_same_mail_has_one_key_and_a_borrowed_id_another() -> None:
    one = plain("内容", "Message-ID: <1@songtao.cn>\r\n")
    again = b"Received: from somewhere\r\n" + one
    forged = plain("别的", "Message-ID: <1@songtao.cn>\r\n")
    assert key_of(one) == key_of(again) == key_of(one.replace(b"\r\n", b"\n"))
    assert key_of(forged) != key_of(one)


def test_a_moment_that_cannot_be_is_not_believed() -> None:
    for said in ("Fri, 1 Jan 2199 00:00:00 +0000", "nonsense", "Tue, 10 Mar 1990 00:00:00 +0800", "Tue, 99 Foo 2026"):
        raw = plain("x").replace(b"Tue, 10 Mar 2026 09:14:00 +0800", said.encode())
        assert event(raw).at == NOW


DEEPER = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
HOSTILE = {
    "empty": b"",
    "no head": b"\r\n\r\nx",
    "nul": b"From: a@b.cn\r\nSubject: \x00\r\n\r\n\x00",
    "deep": b"From: a@b.cn\r\n" + b"".join(DEEPER % (n, n) for n in range(3000)),
    "many parts": b"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 50_000,
    "long head": b"From: " + b"<" * 500_000 + b"a@b.cn\r\n\r\nx",
    "words in words": b"From: a@b.cn\r\nSubject: " + b"=?utf-8?b?" * 50_000 + b"\r\n\r\nx",
    "bad base64": b"From: a@b.cn\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
    "dashes": b"From: a@b.cn\r\n\r\n" + b"-" * 1_000_000,
    "tags": b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + b"<" * 500_000,
    "comments": b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
    "marked": b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + b"<![CDATA[" * 50_000,
    "wrote": b"From: a@b.cn\r\n\r\n" + b"On " * 300_000,
    "surrogates": b"From: a@b.cn\r\nSubject: \xff\xfe\xed\xa0\x80\r\n\r\n\xed\xa0\x80",
    "attributes": b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + b"<a " * 200_000,
    "scripts": b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + b"<script>" * 100_000,
    "phones": b"From: a@b.cn\r\n\r\n" + b"1 " * 400_000,
    "entities": b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + b"&#" * 300_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_mail_holds_up_or_breaks_anything(name: str) -> None:
    started = time.process_time()
    try:
        found = parse(keep(HOSTILE[name], NOW, False), "sales", OURS)
    except BadPayload:
        found = None
    assert time.process_time() - started < 1.0
    if isinstance(found, InboundEvent):
        found.text.encode("utf-8")
        str(found.data["subject"]).encode("utf-8")


@pytest.mark.parametrize(
    "head",
    [
        "Subject: 自动回复：外出\r\n", "Subject: Automatic reply: x\r\n", "X-Autoreply: yes\r\n",
        "Precedence: list\r\n", "Feedback-ID: 1:2\r\n", "Subject: 已读：报价\r\n", "Subject: 系统退信\r\n",
    ],
)  # fmt: skip
def test_what_machines_send_of_their_own_accord(head: str) -> None:
    assert ignored(plain("我出差到 2026-03-15", head)) in ("automatic", "list")


def test_a_question_about_what_came_back_is_a_persons() -> None:
    assert event(plain("怎么办", "Subject: 退信怎么处理\r\n")).text == "怎么办"


@pytest.mark.parametrize("charset", ["us-ascii", "iso-8859-1", "windows-1252"])
def test_a_set_that_was_named_without_looking(charset: str) -> None:
    for real in ("utf-8", "gb18030"):
        raw = plain("").replace(b"charset=utf-8", f"charset={charset}".encode()) + "预计下单时间".encode(real)
        assert event(raw).text == "预计下单时间"
    french = plain("").replace(b"charset=utf-8", b"charset=iso-8859-1") + "déjà vu".encode("latin-1")
    assert event(french).text == "déjà vu"


def mixed(kind: str, body: bytes, sender: str = "sun@songtao.cn", subject: str = "x") -> bytes:
    head = f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    return (
        f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n请看\r\n--b\r\n{kind}\r\n\r\n".encode()
        + body + b"\r\n--b--\r\n"
    )  # fmt: skip


def test_a_closed_mail_is_named_and_a_seal_is_no_file() -> None:
    closed = event(mixed("Content-Type: application/pkcs7-mime; name=smime.p7m", b"0"))
    assert (closed.text, closed.data["left_out"]) == ("", ("加密的信",))
    sealed = event(mixed("Content-Type: application/pkcs7-signature; name=smime.p7s", b"0"))
    assert (sealed.text, sealed.data["attachments"]) == ("请看", ())


def test_of_a_mail_that_was_cut_no_file_is_taken_for_whole() -> None:
    raw = mixed("Content-Type: application/pdf; name=a.pdf", b"%PDF-1.4 half")
    found = parse(keep(raw, NOW, True), "sales", OURS)
    assert isinstance(found, InboundEvent)
    assert (found.data["attachments"], found.data["left_out"]) == ((), ("a.pdf",))


def test_a_colleague_passes_a_mail_on_as_a_file() -> None:
    inner = "From: 孙老师 <sun@songtao.cn>\r\nSubject: 采购\r\n\r\n预计下单时间：2026-03-15".encode()
    found = event(mixed("Content-Type: message/rfc822", inner, "li.na@example.com", "看下"))
    assert (found.sender.user, found.data["name"], found.data["passed_on_by"]) == (
        "sun@songtao.cn", "孙老师", "li.na@example.com",
    )  # fmt: skip
    assert (found.text, found.data["subject"]) == ("预计下单时间：2026-03-15", "采购")


def test_what_a_thread_is_called() -> None:
    head = (
        "Message-ID: <c@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\nThread-Index: " + "A" * 40 + "\r\n"
    )
    assert event(plain("好", head)).data["thread"] == ["<c@x>", "<b@x>", "<a@x>", "index:" + "A" * 29]
