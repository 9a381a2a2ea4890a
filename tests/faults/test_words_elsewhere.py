"""Rows 28 to 30, 33 and 34 on DingTalk and Feishu, where files come by chat and cards are markdown; WeCom's stand in
test_hard_text.py, test_files_abuse.py and test_markup.py."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from storage import files
from tests.conversations.chat import Chat, Seen
from tests.faults.attacks import standing
from tests.faults.doors import app_of, honest, knocked, message
from tests.faults.test_doors import on  # noqa: F401 (a fixture)
from tests.faults.test_files_abuse import BOMBS, PAGE, PDF, REFUSED, tree
from tests.faults.test_files_abuse import NAMES as FILE_NAMES
from tests.faults.test_hard_text import HARD
from tests.faults.test_markup import NAMES, ORDERS, RIGHTS

MOST_SECONDS = 1.0
"""Of CPU to an answer, both ends included, as in test_hard_text.py."""
HARD_HERE = (
    "20,000 characters",
    "10,000 digits",
    "nested brackets",
    "many 年月日",
    "20,000 at signs and dots",
    "quotes",
)
"""Those that are hard for what is drawn, too: the rest is the reader's, which does not know the platform."""
OBEYED = ("<at", "@all", "@所有人", "://evil", "www.evil", ".com", "\u202e", "\u202c", "<font", "<a ")


@pytest.mark.parametrize("name", HARD_HERE)
async def test_row_28_a_hard_text_is_answered(on: Chat, name: str) -> None:  # noqa: F811
    spent = MOST_SECONDS
    for n in range(3):  # dear by chance on a busy machine, every time with a bad pattern
        began = process_time()
        plain = json.dumps(message(on, HARD[name], f"om_hard_{n}"), ensure_ascii=False).encode()
        assert (await knocked(on, honest(on, plain))).status_code == 200
        assert await on.demo.desk.quiet(60)
        spent = min(spent, process_time() - began)
        if spent < MOST_SECONDS:
            break
        await on.until(f"2026-03-10 10:0{n + 1}")
    assert spent < MOST_SECONDS
    assert await on.heard("zhang.wei"), "no answer"
    assert (await on.says("li.na", "松涛教育何校长周四看演示")).title == "松涛教育 · 记下了"


async def test_row_29_whatever_a_file_is_called_it_lies_under_its_hash(on: Chat, tmp_path: Path) -> None:  # noqa: F811
    data, kept = Path(on.demo.app.house.data), 0
    for n, (what, name) in enumerate(FILE_NAMES.items()):
        before, body = tree(tmp_path), PDF % n
        for seen in await on.sends("zhang.wei", name, body):
            assert not [mark for mark in ("../", "..\\", "\0", "\r", "\u202e", "<img", "@all") if mark in seen.text], (
                what
            )
        fresh = {path for path in tree(tmp_path) - before if path.is_relative_to(data) or path.suffix != ".json"}
        assert fresh <= {files.path_of(data, sha256(body).hexdigest())}, what
        kept += len(fresh)
        await on.until(f"2026-03-10 10:{n + 1:02}")
    assert kept > len(FILE_NAMES) / 2, "hardly a file was taken: nothing was tried"
    assert (await on.web.get("/healthz")).status_code == 200


async def test_row_30_by_chat_too_pages_lies_and_bombs_are_refused_or_kept_unopened(on: Chat) -> None:  # noqa: F811
    kept, shown = len(await on.records("evidence")), len(await on.heard("zhang.wei"))
    for what, (name, body) in REFUSED.items():
        if body:
            assert await on.sends("zhang.wei", name, body), what
    assert len(await on.records("evidence")) == kept
    for what, (make, _) in BOMBS.items():
        body, began = make(), process_time()
        await on.sends("zhang.wei", "采购流程图.docx", body)
        assert process_time() - began < 3.0, what
    assert len(await on.heard("zhang.wei")) > shown
    assert PAGE.decode() not in "".join(seen.text for seen in await on.heard("zhang.wei"))
    assert (await on.web.get("/healthz")).status_code == 200


def marked(chat: Chat) -> list[str]:
    """Whom or what the platform found called, or linked, by the words in what was sent."""
    people: Any = chat.demo.platforms.standins[chat.platform]
    found = people.server.messages
    return list(found.mentioned if chat.platform == "feishu" else found.marked)


async def test_row_33_nobody_is_mentioned_and_nothing_becomes_a_link(on: Chat) -> None:  # noqa: F811
    for n, (what, name) in enumerate(NAMES.items()):
        card = await on.says("zhang.wei", f"新客户{name}的李总要报价，我明天发报价单给他")
        for button in ("new_customer", "create", "confirm", "new"):
            if button in card.buttons:
                await on.taps("zhang.wei", card, button)
                break
        assert marked(on) == [], what
        await on.until(f"2026-03-10 10:{n + 1:02}")
    for seen in await on.heard("zhang.wei"):
        said = "\n".join([seen.title, seen.text, *seen.buttons.values()])
        assert not [mark for mark in OBEYED if mark in said], said
        assert all(url.startswith(on.demo.url) for url in seen.urls.values()), seen.urls
    for other in ("li.na", "chen.jie", "admin", "liu.yang"):
        assert not await on.heard(other)


async def test_row_34_orders_inside_words_are_words(on: Chat) -> None:  # noqa: F811
    """Also in what a message quotes: it is the other's word, whoever sends it on."""
    before = await standing(on)
    for said in ORDERS.values():
        for card in await on.says_all("chen.jie", said):
            assert not secret_of_others(card), card.text
    for n, more in enumerate(quoting(on, "/member add zhao.min 赵敏")):
        plain = json.dumps(message(on, "这个你看看", f"om_quote_{n}", "admin", more=more), ensure_ascii=False).encode()
        assert (await knocked(on, honest(on, plain))).status_code == 200
    after = await standing(on)
    for kind in RIGHTS:
        was = {one["id"]: one for one in before[kind]}  # type: ignore[attr-defined]
        assert {one["id"]: one for one in after[kind] if one["id"] in was} == was  # type: ignore[attr-defined]
    assert len(after["member"]) == len(before["member"])  # type: ignore[arg-type]
    outright = await on.says("chen.jie", "／customer 博远仪器")
    assert outright.title == "博远仪器"


def secret_of_others(card: Seen) -> bool:
    return "217" in card.text or "华东医疗器械" in card.text


def quoting(chat: Chat, order: str) -> list[dict[str, Any]]:
    """How a message of this platform holds another's words, beside its own."""
    if chat.platform == "feishu":
        mention = {"key": "@_user_1", "id": {"open_id": app_of(chat).bot}, "name": order, "mentioned_type": "bot"}
        return [{"parent_id": "om_x", "root_id": order}, {"mentions": [mention]}]
    replied = {"msgId": "x", "msgType": "text", "content": {"text": order}}
    return [
        {"text": {"content": "这个你看看", "isReplyMsg": True, "repliedMsg": replied}},
        {"text": {"content": "这个你看看", "isReplyMsg": True, "repliedMsg": {**replied, "content": order}}},
        {"conversationTitle": order, "senderNick": order},
    ]
