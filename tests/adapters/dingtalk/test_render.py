"""What a push becomes on DingTalk, to the letter; budgets; and that no word in it can be more than a word."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.dingtalk.card import BOOLEANS, variables
from adapters.dingtalk.render import (
    PARAM_BYTES,
    changed_card,
    file_template,
    new_card,
    param,
    template,
    to_group,
    to_person,
    to_webhook,
    words_of,
)
from adapters.errors import PlatformRefused
from adapters.messages import Button, Card, Choice, Fact, Option, Push, Text
from tests.adapters.dingtalk.twins import config
from tests.adapters.wecom.test_render import CLEAR

PLAIN = replace(CLEAR, buttons=CLEAR.buttons[:3])
SETTINGS = config(card_template_id="t.schema", robot_code="robot")


def test_a_card_to_the_letter() -> None:
    body = new_card("zhang.wei", CLEAR, "psh_1", SETTINGS, "genjin-ding")
    filled = body["cardData"].pop("cardParamMap")
    assert body == {
        "cardTemplateId": "t.schema",
        "outTrackId": "psh_1",
        "userIdType": 1,
        "callbackType": "HTTP",
        "callbackRouteKey": "genjin-ding",
        "cardData": {},
        "openSpaceId": "dtv1.card//IM_ROBOT.zhang.wei",
        "imRobotOpenSpaceModel": {"supportForward": False, "lastMessageI18n": {"ZH_CN": "松涛教育 · 记下了"}},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": "robot"},
    }
    assert filled.pop("head") == "> 已记下，有错点改"
    body = filled.pop("body").split("\n\n")
    assert body[1] == "**承诺** 我方发方案，周二 3月10日 晚上" and body[-1].startswith("> 依据：“定了周四")
    seen = {name: filled.pop(name) for name in BOOLEANS}
    assert [name for name, value in seen.items() if value == "true"] == [
        "button1_tap", "button2_tap", "button3_tap", "button4_open",
    ]  # fmt: skip
    assert set(seen.values()) == {"true", "false"}
    facts = json.loads(filled.pop("facts"))
    assert facts[1] == {"label": "承诺", "value": "我方发方案，周二 3月10日 晚上"}
    assert {name: value for name, value in filled.items() if value} == {
        "kind": "跟进",
        "title": "松涛教育 · 记下了",
        "status": "已记下，有错点改",
        "why": "依据：“定了周四下午两点看演示”是已约好，不是打算。",
        "tone": "plain",
        "button1": "确认", "button1_id": "confirm", "button1_style": "main",
        "button2": "改", "button2_id": "edit", "button2_style": "plain",
        "button3": "撤销", "button3_id": "undo", "button3_style": "plain",
        "button4": "补材料", "button4_id": "add_evidence", "button4_style": "plain",
        "button4_url": "https://bot.example/upload/1?a=1&b=2",
    }  # fmt: skip
    assert new_card("zhang.wei", CLEAR, "psh_1", SETTINGS, "")["callbackType"] == "STREAM"


def test_a_changed_card_leaves_nothing_of_what_it_was() -> None:
    done = Card("reading.clear", "松涛教育 · 记下了", status="张伟 10:02 确认", tone="done")
    body = changed_card(done, "psh_1")
    assert (body["outTrackId"], body["userIdType"]) == ("psh_1", 1)
    assert body["cardData"]["cardParamMap"].keys() == variables(CLEAR).keys()
    assert body["cardData"]["cardParamMap"]["button1"] == ""


def test_without_a_template_a_card_is_markdown_and_its_buttons_are_words() -> None:
    key, values = template(PLAIN)
    assert (key, values["title"]) == ("sampleMarkdown", "松涛教育 · 记下了")
    assert values["text"] == "\n\n".join(
        [
            "#### 松涛教育 · 记下了",
            "> 已记下，有错点改",
            "**客户** 松涛教育（何校长是他家联系人）",
            "**承诺** 我方发方案，周二 3月10日 晚上",
            "**阶段** 需求确认 → 方案演示（材料已齐）",
            "**动作** 方案演示，约好 周四 3月12日 14:00",
            "> 依据：“定了周四下午两点看演示”是已约好，不是打算。",
            "1 确认  2 改  3 撤销  （回数字或字都行）",
        ]
    )


def test_pages_are_buttons_of_an_action_card() -> None:
    key, values = template(CLEAR)
    assert (key, values["singleTitle"]) == ("sampleActionCard", "补材料")
    assert values["singleURL"] == "https://bot.example/upload/1?a=1&b=2"
    assert values["text"].endswith("1 确认  2 改  3 撤销  4 补材料  （回数字或字都行）")
    linked = replace(CLEAR, link=Button("why", "为什么", "https://bot.example/why"))
    key, values = template(linked)
    assert (key, values["actionTitle1"], values["actionTitle2"]) == ("sampleActionCard2", "补材料", "为什么")
    assert values["actionURL2"] == "https://bot.example/why"
    key, values = template(Text("t", "文件在这里传：", (Button("add_evidence", "上传", "https://bot.example/u"),)))
    assert (key, values["title"], values["singleURL"]) == (
        "sampleActionCard",
        "文件在这里传：",
        "https://bot.example/u",
    )


def test_a_choice_is_numbered_lines() -> None:
    choice = Choice("原因", (Option("abroad", "医生出国参会"), Option("changed", "采购流程变更")))
    card = Card("step.blocked", "卡在哪？", buttons=(Button("pick", "就这个"),), choice=choice)
    assert variables(card)["options"] == "原因\n1 医生出国参会\n2 采购流程变更\n（回数字就行）"
    assert "1　医生出国参会\n\n2　采购流程变更" in template(card)[1]["text"]
    assert template(card)[1]["text"].endswith("（回数字就行；也可以回：就这个）")


def test_too_many_buttons_become_words_and_too_many_facts_a_count() -> None:
    card = Card(
        "c", "标题", buttons=tuple(Button(f"b{n}", f"按钮{n}") for n in range(7)),
        facts=tuple(Fact("事项", f"第 {n} 件") for n in range(9)), why="依据" * 80, footer="说明" * 40,
        status="态" * 60,
    )  # fmt: skip
    filled = variables(card)
    assert (filled["button5"], filled["footer"][-13:]) == ("按钮4", "；也可以回：按钮5、按钮6")
    assert json.loads(filled["facts"])[-1] == {"label": "还有", "value": "4 项"}
    assert len(json.loads(filled["facts"])) == 6
    assert len(filled["why"]) + len(filled["footer"]) <= 112 + 1


def test_groups_get_plain_text() -> None:
    body = to_group("cidG==", "robot", CLEAR)
    assert (body["openConversationId"], body["msgKey"]) == ("cidG==", "sampleText")
    assert json.loads(body["msgParam"])["content"].startswith("【松涛教育 · 记下了】\n已记下，有错点改")
    assert to_webhook(CLEAR)["at"] == {"isAtAll": False}


def test_files_are_pictures_or_files() -> None:
    assert file_template("名片.jpg", b"\xff\xd8\xff card", "@m") == ("sampleImageMsg", {"photoURL": "@m"})
    form = file_template("瑞禾报价_v2.PDF", b"%PDF-", "@m")
    assert form == ("sampleFile", {"mediaId": "@m", "fileName": "瑞禾报价_v2.PDF", "fileType": "pdf"})


EVIL = [
    "[点此](http://evil.example)", "@all", "<@all>", '<font color="red">红</font>', '<at user_id="all"></at>',
    "![x](http://evil.example/a.png)", "**粗** `码` ~~删~~", "# 标题", "> 引", "- 项", "1. 项", "dingtalk://x/y",
    "a|b", "\u202e倒", "www.evil.com", "x" * 3000, "表情👨\u200d👩\u200d👧" * 200, "\\[x\\](http://a)",
]  # fmt: skip


def everywhere(word: str) -> Card:
    return Card(
        "c", word, status=word, facts=(Fact(word, word),), why=f"{word}\n{word}", footer=word, label=word,
        buttons=(Button("confirm", word), Button("page", word, "https://bot.example/x?y=1")),
        choice=Choice(word, (Option("a", word),)), link=Button("why", word, "https://bot.example/why"),
    )  # fmt: skip


def plain_and_marked(push: Push) -> tuple[list[str], list[str]]:
    """Every text that people see, addresses of our own buttons left out; the second are read as markdown."""
    key, values = template(push)
    plain = [value for name, value in values.items() if "URL" not in name and name != "text"]
    plain += [words_of(push).replace("https://bot.example", "")]
    marked = [values["text"]] if "text" in values else []
    if isinstance(push, Card):
        filled = variables(push)
        marked += [value for name, value in filled.items() if not name.endswith("url") and name != "facts"]
        marked += [value for row in json.loads(filled["facts"]) for value in row.values()]
    assert key.startswith("sample")
    return plain, marked


@pytest.mark.parametrize("word", EVIL, ids=range(len(EVIL)))
def test_words_of_customers_stay_words(word: str) -> None:
    for push in (everywhere(word), Text("t", word), Text("t", word, everywhere(word).buttons)):
        plain, marked = plain_and_marked(push)
        assert not [text for text in plain + marked for sign in ("@", "<", "://", "\u202e", "www.") if sign in text]
        assert not [text for text in marked for sign in ("[", "]", "`", "~", "\\", "|") if sign in text]
    marked_card = template(replace(everywhere(word), buttons=(), link=None, choice=None))[1]["text"]
    lines = [line.removeprefix("> ") for line in marked_card.split("\n") if line]
    assert [line for line in lines if line.startswith(("#", "- ", "+ ", "1. "))] == lines[:1]
    assert marked_card.count("**") == 2


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=6000))
def test_whatever_is_said_fits_and_is_cut_on_a_character(word: str) -> None:
    for push in (everywhere(word), replace(everywhere(word), buttons=(), link=None), Text("t", word)):
        for body in (to_person("zhang.wei", "robot", template(push)), to_group("cid", "robot", push)):
            assert len(body["msgParam"].encode("utf-8", "replace")) <= PARAM_BYTES
            json.loads(body["msgParam"])
    filled = variables(everywhere(word))
    assert len(filled["title"]) <= 26 and len(filled["status"]) <= 30
    assert all(isinstance(value, str) for value in filled.values())


def test_the_same_key_and_push_give_the_same_bytes() -> None:
    def both() -> list[Any]:
        return [new_card("z", CLEAR, "psh_1", SETTINGS, ""), to_person("z", "robot", template(CLEAR))]

    assert both() == both()


def test_what_the_platform_would_not_take_never_leaves() -> None:
    with pytest.raises(PlatformRefused):
        new_card("z", CLEAR, "not a key", SETTINGS, "")
    with pytest.raises(PlatformRefused):
        param({"content": "字" * 6000})
