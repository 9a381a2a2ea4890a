"""Rows 40 and 41: every character of a search means itself; an event is one log line, without secret, phone or body."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from adapters.sandbox.wecom_callbacks import sealed
from bot import sample
from storage import audit, customers, members
from storage.connect import transaction
from storage.records import Customer, made, new_id
from tests.conversations.chat import Chat
from tests.faults.attacks import knocks, logged, plain_of, the_app

SEARCHED = (
    "%", "_", "%%%", "华东%", "华_医械", "%医%", "\\%", "\\", "*", "华*", "华东.械", ".*", "^", "$", "[华]东",
    "(华东", "华东)+", "(a+)+$", "'", "''", "' OR 1=1 --", "\"", "\"华东\"", ";DROP TABLE customer;--",
    "华东 OR 启明", "华东 AND 医械",
    "NOT 华东", "NEAR(华东 医械)", "name:华东", "{华东}", "华东^2", "-华东", "+华东", "\0", "华\0东", "%s",
    "{0}", "{{7*7}}", "$1", "👨‍👩‍👧", "\u202e械医东华", "a" * 2000, "%" * 2000, "(" * 2000,
)  # fmt: skip
ODD = (
    "百分%百教育",
    "下_划线教育",
    "星*号教育",
    "引'号\"教育",
    "括(号)教育",
    "反\\斜教育",
    "点.点教育",
    "[方]括教育",
    "加+教育",
)


async def keep_customers(chat: Chat, *names: str) -> None:
    """Customers of chen.jie's that are called so."""
    now = chat.demo.app.clock.now()
    owner = await members.by_identity("wecom", "chen.jie")
    assert owner is not None
    async with transaction():
        new = [
            made(Customer(id=new_id("cus", now), name=name, owner_id=owner.id, recorder_id=owner.id, created_at=now))
            for name in names
        ]
        await audit.apply(new, actor=owner.id, event="test", at=now)


@pytest.mark.parametrize("start", range(0, len(SEARCHED), 12))
async def test_row_40_no_character_of_a_search_is_an_operator(chat: Chat, start: int) -> None:
    """zhang.wei has 华东医械 and 启明制造: a pattern that worked would show one of them."""
    for said in SEARCHED[start : start + 12]:
        began = process_time()
        heard = await chat.says_all("zhang.wei", f"/customer {said}")
        assert process_time() - began < 2.0, said
        for seen in heard:
            if said.strip("“”\"'「」《》，,。 ") and said != '"华东"' and said != "华\0东":
                assert seen.title not in ("华东医械", "启明制造"), said
            assert "出错" not in seen.text, said
    assert {c["name"] for c in await chat.records("customer")} == {line[0] for line in sample.CUSTOMERS}


async def test_row_40_odd_names_are_found_by_themselves_alone(chat: Chat) -> None:
    await keep_customers(chat, *ODD, "百分之百教育", "下划划线教育", "星星号教育", "点点点教育")
    for name in ODD:
        shown = await chat.says("chen.jie", f"/customer {name}")
        assert shown.title == name, shown.text
    for part, name in (("分%百", ODD[0]), ("下_划", ODD[1]), ("星*号", ODD[2]), ("点.点", ODD[6])):
        found = await customers.search(part, None, 5)
        assert [one.name for one in found] == [name]


async def test_row_40_odd_names_are_read_in_talk(chat: Chat) -> None:
    """Names go into the reader's index: a character of a pattern in one must not break the reading of others."""
    await keep_customers(chat, *ODD, "(((教育", ".*", "[", "\\")
    card = await chat.says("chen.jie", "今天拜访了博远仪器的秦经理，聊了聊备件")
    assert card.line("客户").startswith("博远仪器")
    for name in ODD:
        assert await chat.says_all("chen.jie", f"今天拜访了{name}的李总，他要报价"), name


FORGERS = '恒川\n{"at": "2026", "level": "error", "what": "forged"}\r\x1b[31m\x1b]0;x\x07\u2028物流'
PHONE = "13912345678"
WORDS = "预算批了三百万"


async def test_row_41_a_name_makes_no_line_of_the_log_and_no_word_stands_in_it(chat: Chat) -> None:
    """What is said, tapped, searched and refused with line breaks, ESC codes, a phone and secrets in it."""
    app, now = the_app(chat), chat.demo.app.clock.now()
    said = f"新客户{FORGERS}的李总，电话{PHONE}，{WORDS}"
    with logged(chat) as log:
        await keep_customers(chat, FORGERS)
        await chat.says_all("zhang.wei", said)
        await chat.says_all("zhang.wei", f"/customer {FORGERS}")
        await chat.says_all("zhang.wei", f"/no\n{said}")
        await chat.says_all("zhang.wei", "王总 09:40\n" + said + "\n\n张伟 09:41\n好的")
        query, body = sealed(app, plain_of(chat, said), now)
        await knocks(chat, {**query, "msg_signature": app.token}, body)
        await knocks(chat, *sealed(app, b"<xml>" + said.encode(), now))
        await chat.web.get(f"/upload/{app.secret}", params={"access_token": app.secret})
        assert await chat.demo.desk.quiet(20)
        written = log.getvalue()
        lines = log.lines()  # each is JSON on its own
    assert lines
    assert len(written.splitlines()) == len(lines), "a name broke a line"
    assert "forged" not in {line["what"] for line in lines}
    assert not set(written) & set("\x1b\x07\r\u2028")
    for word in (PHONE, PHONE[3:7], WORDS, "恒川", app.secret, app.token, app.aes_key, query["msg_signature"]):
        assert word not in written, word


async def test_row_41_the_audit_trail_holds_with_such_names_in_it(chat: Chat) -> None:
    await keep_customers(chat, FORGERS)
    await chat.says_all("chen.jie", "今天拜访了博远仪器的秦经理")
    assert (await chat.demo.desk.verify()).broken is None
    named = [one for one in await chat.records("customer") if one["name"].startswith("恒川")]
    assert [one["name"] for one in named] == [FORGERS]
    assert "\n" not in json.dumps(named, ensure_ascii=False)


async def test_row_41_an_error_inside_is_a_word_outside(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that breaks with a token and a phone in its error tells neither outside nor in the log."""
    app = the_app(chat)

    async def breaks(*_: Any) -> None:
        raise RuntimeError(f"https://qyapi.weixin.qq.com/cgi-bin/x?access_token=abcdefghijklmn {app.secret} {PHONE}")

    monkeypatch.setattr("bot.web.upload.uploads.get", breaks)
    with logged(chat) as log:
        answer = await chat.web.get("/upload/abcdefabcdefabcdefabcdef")
        written = log.getvalue()
    assert answer.status_code == 500
    assert set(answer.json()["error"]) == {"code", "message", "hint"}
    for word in ("Traceback", "RuntimeError", "qyapi", "aiohttp", "Python", app.secret, PHONE, "abcdefabcdef"):
        assert word not in answer.text
        assert word not in str(answer.headers)
    assert len(log.of("request.failed")) == 1 == len(written.splitlines())
    for word in (app.secret, PHONE, "abcdefghijklmn", "abcdefabcdef"):
        assert word not in written
