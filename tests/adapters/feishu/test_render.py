"""Cards and texts as Feishu's JSON: whole, small enough, and with nothing in them that is not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from adapters.feishu import render
from adapters.messages import Button, Card, Choice, Fact, Option, Text

CARD = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=(Fact("客户", "松涛教育（何校长是他家联系人）"), Fact("承诺", "我方发方案，周二 3月10日")),
    why="依据：“定了周四下午两点看演示”是已约好",
    footer="回“改”也行",
    buttons=(Button("confirm", "确认", style="main"), Button("undo", "撤销", style="danger")),
    link=Button("page", "补材料", "https://genjin.example/upload/x"),
)
HOSTILE = {
    "link": "[点此](http://evil.example)",
    "mention": '<at id=all></at><at user_id="all">所有人</at>@all',
    "font": "<font color='red'>急</font>",
    "image": "![x](img_v2_1)",
    "entity": "&#60;at id=all&#62;&lt;b&gt;",
    "marks": "**粗** ~~删~~ __线__ `码` | 表 | # 题 $x$ :OK: \\*",
    "list": "- 一\n- 二\n---",
    "script": "<script>alert(1)</script>",
    "template": "${name} {{name}}",
    "bare link": "www.evil.com/x",
    "long": "松" * 3000,
    "unpaired": "a\ud800b\x00",
    "family": "👨‍👩‍👧" * 400,
}
NEVER = ("<at", "http://evil", "<script", "](http://", "@all", "www.evil.com")


def texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in ("content", "text") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(tree, list):
        for one in tree:
            yield from texts(one)


def tags(tree: Any, tag: str) -> list[dict[str, Any]]:
    if isinstance(tree, dict):
        mine = [tree] if tree.get("tag") == tag else []
        return mine + [one for value in tree.values() for one in tags(value, tag)]
    return [one for value in tree for one in tags(value, tag)] if isinstance(tree, list) else []


def test_a_card_has_its_places() -> None:
    form = render.card_of(CARD, "out_1")
    assert (form["schema"], form["header"]["template"]) == ("2.0", "blue")
    assert form["header"]["title"]["content"] == form["config"]["summary"]["content"] == "松涛教育 · 记下了"
    lines = [one["content"] for one in tags(form, "markdown")]
    assert lines == [
        "<font color='grey'>已记下，有错点改</font>",
        "**客户**  松涛教育（何校长是他家联系人）",
        "**承诺**  我方发方案，周二 3月10日",
        "<font color='grey'>依据：“定了周四下午两点看演示”是已约好</font>",
        "<font color='grey'>回“改”也行</font>",
    ]
    buttons = tags(form, "button")
    assert [(one["text"]["content"], one["type"]) for one in buttons] == [
        ("确认", "primary"), ("撤销", "danger"), ("补材料", "default"),
    ]  # fmt: skip
    assert buttons[0]["behaviors"] == [{"type": "callback", "value": {"b": "confirm", "k": "out_1"}}]
    assert buttons[2]["behaviors"] == [{"type": "open_url", "default_url": "https://genjin.example/upload/x"}]


@pytest.mark.parametrize(
    ("tone", "colour"), [("plain", "blue"), ("decide", "orange"), ("alarm", "red"), ("done", "grey")]
)
def test_the_header_tells_the_tone(tone: Any, colour: str) -> None:
    assert render.card_of(Card("k", "t", tone=tone), "x")["header"]["template"] == colour


@pytest.mark.parametrize("many", [False, True])
def test_a_choice_is_a_form_that_every_button_hands_in(many: bool) -> None:
    options = (Option("a", "演示"), Option("b", "报价"))
    card = Card("k", "选一下", buttons=(Button("pick", "就这个"),), choice=Choice("哪件", options, many=many))
    (form,) = tags(render.card_of(card, "out_1"), "form")
    (select,) = tags(form, "multi_select_static" if many else "select_static")
    assert (select["name"], [one["value"] for one in select["options"]]) == ("choice", ["a", "b"])
    (button,) = tags(form, "button")
    assert (button["form_action_type"], button["name"]) == ("submit", "button_1")
    bare = Card("k", "选一下", choice=Choice("哪件", options, many=many), link=Button("p", "看全部", "https://x.y/z"))
    faces = tags(render.card_of(bare, "out_1"), "button")
    assert [face["text"]["content"] for face in faces] == ["就这些" if many else "就这个", "看全部"]


def test_the_same_push_gives_the_same_bytes() -> None:
    assert render.message(CARD, "out_1", to_group=False) == render.message(CARD, "out_1", to_group=False)
    assert render.uuid("out_1") == "out_1"
    assert len(render.uuid("x" * 51)) == 50 != len(render.uuid("y" * 51) + render.uuid(""))
    assert render.uuid("x" * 51) != render.uuid("x" * 52)


def hostile_card(name: str) -> Card:
    return Card(
        "reading.clear", name, name, (Fact(name, name), Fact("客户", f"{name}（何校长）")), why=name, footer=name,
        buttons=(Button("confirm", name),), choice=Choice(name, (Option("a", name),)), label=name,
    )  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_row_33_words_stay_words(name: str) -> None:
    for push in (hostile_card(name), Text("k", name, buttons=(Button("a", name),))):
        for to_group in (False, True):
            form, content = render.message(push, "out_1", to_group=to_group)
            assert form == ("interactive" if isinstance(push, Card) and not to_group else "text")
            sent = content.encode()  # raises where a character was cut in two
            assert len(sent) < 30 * 1024
            for said in texts(json.loads(content)):
                assert not [mark for mark in NEVER if mark in said], said
                assert not said.endswith("\u200d…")
                seen = re.sub(r"</?font[^>]*>", "", said)
                assert "<" not in seen
                assert ">" not in seen


@pytest.mark.parametrize("name", ["link", "marks", "list"])
def test_what_is_escaped_reads_as_it_was_said(name: str) -> None:
    """The client shows the numbers as their characters: nothing of the name is lost, and nothing in it is a mark."""
    form = render.card_of(Card("k", "t", facts=(Fact("客户", HOSTILE[name]),)), "x")
    (line,) = [one["content"].partition("**  ")[2] for one in tags(form, "markdown")]
    assert not re.search(r"[*_~`\[\]|]", re.sub(r"&#\d+;", "", line))
    said = HOSTILE[name].replace("http://", "http：//").replace(".example", ".example").replace("\n", " ")
    assert unescape(line) == said


def test_too_much_gives_up_why_first_then_facts_from_the_end() -> None:
    wide = "*" * 120  # five bytes each, once escaped
    facts = tuple(Fact(str(n), wide) for n in range(20))
    card = Card("k", "t", facts=facts, why="因为" + "*" * 290, buttons=(Button("confirm", "确认"),))
    form = render.card_of(card, "x")
    assert len(render.dumped(form).encode()) <= render.CARD_BYTES
    options = tuple(Option(f"{n:0100}", "松" * 60) for n in range(100))
    huge = Card("k", "t", facts=facts, why="为" * 300, choice=Choice("哪", options, many=True))
    lines = [one["content"] for one in tags(render.card_of(huge, "x"), "markdown")]
    assert len(render.dumped(render.card_of(huge, "x")).encode()) <= render.CARD_BYTES
    assert lines[-1].startswith("**还有**  ")
    assert not [line for line in lines if "为为" in line]
    assert tags(render.card_of(huge, "x"), "multi_select_static")


def test_more_facts_than_anybody_reads_are_counted() -> None:
    lines = tags(render.card_of(Card("k", "t", facts=tuple(Fact(str(n), "x") for n in range(30))), "x"), "markdown")
    assert [lines[-1]["content"], len(lines)] == ["**还有**  11 项", 20]


def test_a_group_gets_words() -> None:
    form, content = render.message(CARD, "out_1", to_group=True)
    assert form == "text"
    assert json.loads(content)["text"].splitlines()[:3] == [
        "【松涛教育 · 记下了】",
        "已记下，有错点改",
        "客户  松涛教育（何校长是他家联系人）",
    ]


def test_a_text_keeps_its_links_and_words_when_it_is_cut() -> None:
    text = Text("k", "松" * 20_000, buttons=(Button("see", "看文件", "https://g.example/f"), Button("ack", "知道了")))
    said = render.words_of(text)
    assert len(said.encode()) <= render.TEXT_BYTES
    assert said.splitlines()[1:] == ["看文件  https://g.example/f", "1 看文件  2 知道了  （回数字或字都行）"]
    assert said.splitlines()[0].endswith("松…")
