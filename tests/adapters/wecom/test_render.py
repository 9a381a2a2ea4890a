"""What a push becomes on WeCom, to the letter; budgets; and that no word in it can be more than a word."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import xmltodict
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import PlatformRefused
from adapters.messages import Address, Button, Card, Choice, Fact, Option, Push, Text, plain
from adapters.sandbox.wecom_cards import draw, judge
from adapters.wecom.render import card_of, change, changed_card, interval, message, words_of
from adapters.wecom.reply import answer
from adapters.words import cut, cut_bytes, fit, safe
from tests.adapters.wecom.twins import AT

TO = Address("main", "zhang.wei")
CLEAR = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=(
        Fact("客户", "松涛教育（何校长是他家联系人）"),
        Fact("承诺", "我方发方案，周二 3月10日 晚上"),
        Fact("阶段", "需求确认 → 方案演示（材料已齐）"),
        Fact("动作", "方案演示，约好 周四 3月12日 14:00"),
    ),
    why="依据：“定了周四下午两点看演示”是已约好，不是打算。",
    buttons=(
        Button("confirm", "确认", style="main"),
        Button("edit", "改"),
        Button("undo", "撤销"),
        Button("add_evidence", "补材料", "https://bot.example/upload/1?a=1&b=2"),
    ),
    label="跟进",
)


def sent(push: Push, key: str = "out_1") -> dict[str, Any]:
    path, body = message(TO, push, key, 1000002)
    assert path == "message/send"
    return body


def test_a_card_with_buttons_to_the_letter() -> None:
    assert sent(CLEAR) == {
        "touser": "zhang.wei",
        "msgtype": "template_card",
        "agentid": 1000002,
        "template_card": {
            "card_type": "button_interaction",
            "source": {"desc": "跟进", "desc_color": 0},
            "main_title": {"title": "松涛教育 · 记下了", "desc": "已记下，有错点改"},
            "sub_title_text": "依据：“定了周四下午两点看演示”是已约好，不是打算。",
            "horizontal_content_list": [
                {"keyname": "客户", "value": "松涛教育（何校长是他家联系人）"},
                {"keyname": "承诺", "value": "我方发方案，周二 3月10日 晚上"},
                {"keyname": "阶段", "value": "需求确认 → 方案演示（材料已齐）"},
                {"keyname": "动作", "value": "方案演示，约好 周四 3月12日 14:00"},
            ],
            "button_list": [
                {"text": "确认", "style": 1, "key": "confirm"},
                {"text": "改", "style": 2, "key": "edit"},
                {"text": "撤销", "style": 2, "key": "undo"},
                {"text": "补材料", "style": 2, "type": 1, "url": "https://bot.example/upload/1?a=1&b=2"},
            ],
            "task_id": "out_1",
        },
        "enable_duplicate_check": 1,
        "duplicate_check_interval": interval("out_1"),
    }


def test_the_same_card_as_text_for_places_without_cards() -> None:
    assert words_of(CLEAR) == "\n".join(
        [
            "【松涛教育 · 记下了】",
            "已记下，有错点改",
            "客户  松涛教育（何校长是他家联系人）",
            "承诺  我方发方案，周二 3月10日 晚上",
            "阶段  需求确认 → 方案演示（材料已齐）",
            "动作  方案演示，约好 周四 3月12日 14:00",
            "依据：“定了周四下午两点看演示”是已约好，不是打算。",
            "补材料  https://bot.example/upload/1?a=1&b=2",
            "1 确认  2 改  3 撤销  4 补材料  （回数字或字都行）",
        ]
    )


def test_one_of_many_is_a_select_beside_the_buttons() -> None:
    choice = Choice("原因", (Option("abroad", "医生出国参会"), Option("changed", "采购流程变更")))
    card = card_of(
        Card("step.blocked", "瑞禾医疗 · 伦理备案卡在哪？", buttons=(Button("pick", "就这个"),), choice=choice), "k"
    )
    assert card is not None
    assert card["button_selection"] == {
        "question_key": "choice",
        "title": "原因",
        "option_list": [
            {"id": "unchosen", "text": "请选择"},
            {"id": "abroad", "text": "医生出国参会"},
            {"id": "changed", "text": "采购流程变更"},
        ],
    }
    assert card["button_list"] == [{"text": "就这个", "style": 2, "key": "pick"}]


def test_ticks_are_a_vote_and_a_second_button_becomes_a_word() -> None:
    card = Card(
        "visit.arrival",
        "即将到达 瑞禾医疗",
        status="上次见面 2月26日",
        choice=Choice("目标", (Option("a", "周主任：要采购流程图"), Option("b", "马工：对接口清单")), many=True),
        buttons=(Button("set", "就这些"), Button("not_today", "今天不去")),
    )
    assert card_of(card, "k") == {
        "card_type": "vote_interaction",
        "main_title": {"title": "即将到达 瑞禾医疗", "desc": "上次见面 2月26日；也可以回：今天不去"},
        "checkbox": {
            "question_key": "choice",
            "option_list": [
                {"id": "a", "text": "周主任：要采购流程图", "is_checked": False},
                {"id": "b", "text": "马工：对接口清单", "is_checked": False},
            ],
            "mode": 1,
        },
        "submit_button": {"text": "就这些", "key": "set"},
        "task_id": "k",
    }
    assert words_of(card).endswith(
        "1 周主任：要采购流程图\n2 马工：对接口清单\n（回数字，可以几个，如 1 3；也可以回：就这些、今天不去）"
    )


def test_pages_alone_are_a_notice() -> None:
    card = Card(
        "heat.week", "上周热力图", facts=(Fact("红格", "3 单"),), link=Button("open", "打开看板", "https://b.example/1")
    )
    assert card_of(card, "k") == {
        "card_type": "text_notice",
        "main_title": {"title": "上周热力图"},
        "horizontal_content_list": [{"keyname": "红格", "value": "3 单"}],
        "jump_list": [{"type": 1, "title": "打开看板", "url": "https://b.example/1"}],
        "card_action": {"type": 1, "url": "https://b.example/1"},
    }


def test_a_card_without_button_and_page_is_said_as_text() -> None:
    body = sent(Card("c", "改好了", status="10:04 改"))
    assert (body["msgtype"], body["text"]) == ("text", {"content": "【改好了】\n10:04 改"})


def test_a_spent_card_keeps_its_kind_and_greys_its_buttons() -> None:
    done = replace(CLEAR, status="张伟 10:02 确认", buttons=(), tone="done")
    card = changed_card(done, "out_1")
    assert (card["card_type"], card["replace_text"], card["task_id"]) == ("button_interaction", "已处理", "out_1")
    assert "replace_text" not in changed_card(replace(done, buttons=(Button("undo", "撤销"),)), "out_1")
    body = change(TO, done, "out_1", 7, "rc")
    assert body == {"userids": ["zhang.wei"], "agentid": 7, "response_code": "rc", "template_card": card}
    assert change(TO, Text("t", "已并入下一张"), "out_1", 7, "rc")["button"] == {"replace_name": "已并入下一张"}


def test_a_text_says_its_buttons_and_links_its_pages() -> None:
    push = Text(
        "reading.cannot",
        "文件在这里传：",
        (Button("upload", "上传", 'https://b.example/u?a=1&b="'), Button("no", "不传")),
    )
    assert sent(push)["text"]["content"] == (
        '文件在这里传：\n<a href="https://b.example/u?a=1&amp;b=%22">上传</a>\n1 上传  2 不传  （回数字或字都行）'
    )


def test_two_keys_make_two_requests_of_one_text() -> None:
    again = Text("reading.nothing", "这句没记。")
    assert sent(again, "out_1") == sent(again, "out_1") != sent(again, "out_2")
    assert all(7200 <= interval(f"out_{n}") <= 14400 for n in range(1000))


@pytest.mark.parametrize("key", ["a:b", "", "键", "x" * 129, "a b", "a/b"])
def test_a_key_that_cannot_be_a_task_is_an_error_and_never_sent(key: str) -> None:
    with pytest.raises(PlatformRefused):
        message(TO, CLEAR, key, 1)


# budgets


def test_too_long_why_gives_way_first_and_the_footer_stays() -> None:
    card = replace(CLEAR, why="因" * 200, footer="尾" * 30)
    note = sent(card)["template_card"]["sub_title_text"]
    assert note == "因" * 79 + "…\n" + "尾" * 30


def test_too_many_facts_are_counted() -> None:
    facts = tuple(Fact(f"项{n}", str(n)) for n in range(8))
    rows = sent(replace(CLEAR, facts=facts))["template_card"]["horizontal_content_list"]
    assert [row["value"] for row in rows] == ["0", "1", "2", "3", "4", "3 项"]
    assert rows[-1]["keyname"] == "还有"


def test_a_status_over_its_line_is_whole_in_the_note() -> None:
    status = "很长的状态" * 8
    card = sent(replace(CLEAR, status=status))["template_card"]
    assert card["main_title"]["desc"] == cut(status, 30)
    assert card["sub_title_text"].startswith(status)


def test_buttons_without_room_become_words() -> None:
    many = tuple(Button(f"pick:{n}", f"第{n}个") for n in range(1, 9))
    card = sent(replace(CLEAR, buttons=many))["template_card"]
    assert [button["key"] for button in card["button_list"]] == [f"pick:{n}" for n in range(1, 7)]
    assert card["sub_title_text"].endswith("也可以回：第7个、第8个")


def test_a_long_quote_is_cut_inside_its_marks() -> None:
    assert (
        fit("“财务那边说要等到下个季度的预算批下来才能继续往前走”（郑总）", 26)
        == "“财务那边说要等到下个季度的预算批下来才…”（郑总）"
    )
    assert fit("没有引号的很长很长很长很长很长很长很长很长的话", 10) == "没有引号的很长很长…"


@pytest.mark.parametrize(
    ("text", "most", "cut_to"),
    [
        ("短", 3, "短"),
        ("一二三四", 3, "一二…"),
        ("好👨‍👩‍👧‍👦的事", 4, "好…"),
        ("好👍🏽的", 3, "好…"),
        ("cafe\u0301s!", 5, "caf…"),
    ],
)
def test_a_cut_falls_between_characters(text: str, most: int, cut_to: str) -> None:
    assert cut(text, most) == cut_to


def test_text_is_cut_at_2048_bytes_and_its_words_stay() -> None:
    content = sent(Text("t", "汉" * 5000, (Button("ok", "确认"),)))["text"]["content"]
    assert 2040 <= len(content.encode()) <= 2048
    assert content.endswith("…\n1 确认  （回数字或字都行）")
    assert cut_bytes("👍🏽" * 10, 21) == "👍🏽👍🏽…"
    assert cut_bytes("abc", 3) == "abc"


words = st.text(max_size=60) | st.sampled_from(
    ["很长" * 300, "@all", "<a href='x'>", "“" + "话" * 90 + "”", "a\nb\r\nc"]
)
named = words.map(lambda text: "好" + text)  # the platform wants a name on each button and option
pages = st.sampled_from(["", "https://b.example"])
buttons = st.lists(st.builds(Button, st.uuids().map(str), named, pages), max_size=9)
facts = st.lists(st.builds(Fact, words, words), max_size=9).map(tuple)
options = st.lists(st.builds(Option, st.uuids().map(str), named), min_size=1, max_size=25).map(tuple)
cards = st.builds(
    Card,
    kind=st.just("k"),
    title=words.map(lambda text: "题" + text),
    status=words,
    facts=facts,
    why=words,
    footer=words,
    buttons=buttons.map(tuple),
    choice=st.none() | st.builds(Choice, words, options, st.booleans()),
    link=st.none() | st.just(Button("open", "看板", "https://b.example/x")),
    label=words,
    tone=st.sampled_from(["plain", "decide", "alarm", "done"]),
)


@settings(max_examples=200, deadline=None)
@given(cards)
def test_whatever_is_asked_the_platform_takes_the_card(card: Card) -> None:
    """Judged by the stand-in's own rules, which refuse what the real one refuses."""
    for form in (card_of(card, "out_1"), changed_card(card, "out_1")):
        if form is None:
            continue
        judge(form, callback=True)
        shown = draw(form)
        assert card.choice is not None or shown.cut == ()
        json.dumps(form, ensure_ascii=False).encode()
    assert len(words_of(card).encode()) <= 2048
    assert xmltodict.parse(answer(card, user="u", corp_id="c", task="out_1", at=AT))


# words that are only words

EVIL = [
    "[点此](http://evil.com)",
    "http://evil.com/x",
    "https://evil.cn",
    "WWW.evil.com",
    "@all",
    "@所有人",
    "<@all>",
    '<font color="red">涨</font>',
    '<at user_id="all"></at>',
    '<a href="http://evil">点</a>',
    "&lt;a href=x&gt;",
    "]]><MsgType>text</MsgType><![CDATA[",
    "$userName=li.na$",
    "\x1b[31m红\x00\u202e反\u2028行",
    "\ud800孤",
    "长" * 3000,
]


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_a_customers_words_stay_words(evil: str) -> None:
    card = Card(
        "k",
        evil,
        evil,
        (Fact(evil, evil),),
        evil,
        evil,
        (Button("ok", evil),),
        Choice(evil, (Option("1", evil),)),
        label=evil,
    )
    for push in (card, replace(card, buttons=(), choice=None), Text("k", evil, (Button("ok", evil),))):
        for said in (json.dumps(sent(push), ensure_ascii=False), words_of(push)):
            said.encode()
            for bad in (
                "<",
                ">",
                "@",
                "http://evil",
                "https://evil",
                "WWW.",
                "&lt;",
                "\x1b",
                "\x00",
                "\u202e",
                "\u2028",
            ):
                assert bad not in said
    xml = xmltodict.parse(answer(card, user="u", corp_id="c", task="t", at=AT))["xml"]
    assert xml["MsgType"] == "update_template_card"
    assert set(xml) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "TemplateCard"}


def test_what_is_no_markup_stays_as_it_is() -> None:
    for kept in (
        "A&B 公司",
        "报价_v2.pdf",
        "¥12.5 万",
        "3 < 5".replace("<", "＜"),
        "14:00–16:00",
        "a/b",
        "“好”",
        "两行\n字",
    ):
        assert safe(kept) == kept


def test_plain_is_the_same_for_every_platform() -> None:
    assert plain(Text("k", "在呢")) == "在呢"
    assert plain(Card("k", "题", buttons=(Button("ok", "好"),))) == "【题】\n1 好  （回数字或字都行）"


def test_an_address_cannot_end_its_cdata() -> None:
    address = "https://b.example/?q=]]><x>"
    card = Card("k", "题", buttons=(Button("open", "看", address),))
    xml = xmltodict.parse(answer(card, user="u", corp_id="c", task="t", at=AT))["xml"]
    assert xml["TemplateCard"]["ButtonList"]["Url"] == address
