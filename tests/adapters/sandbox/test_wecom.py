"""The stand-in WeCom server refuses what the real one refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from adapters.sandbox.loopback import Platforms
from adapters.sandbox.world import World
from bot.clock import MovableClock
from tests.adapters.sandbox.conftest import Wecom, a_card
from tests.adapters.sandbox.fake import FakeBot


async def test_a_token_is_the_same_within_its_life_and_new_after(wecom: Wecom, clock: MovableClock) -> None:
    first = wecom.token
    assert await wecom.login() == first
    clock.advance(seconds=7201)
    assert (await wecom.send())["errcode"] == 42001
    assert await wecom.login() != first
    assert (await wecom.send())["errcode"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"corpid": "ww-other", "corpsecret": "x"}, 40013),
        ({"corpid": "wwsandbox00000001", "corpsecret": "wrong"}, 40001),
        ({"corpid": "wwsandbox00000001"}, 41004),
        ({"corpsecret": "x"}, 41002),
    ],
)
async def test_wrong_credentials(wecom: Wecom, query: dict[str, str], code: int) -> None:
    assert (await wecom.http.get("gettoken", params=query)).json()["errcode"] == code


async def test_a_call_needs_a_good_token(wecom: Wecom) -> None:
    wecom.token = ""
    assert (await wecom.send())["errcode"] == 41001
    wecom.token = "made-up"
    assert (await wecom.send())["errcode"] == 40014


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agentid": "1000002"}, 40056),
        ({"agentid": 99}, 301002),
        ({"touser": ""}, 82001),
        ({"touser": "no.body|no.one"}, 81013),
        ({"msgtype": "sticker"}, 40008),
        ({"text": None}, 40063),
        ({"text": {"content": ""}}, 44004),
        ({"msgtype": "markdown", "markdown": {"content": "字" * 683}}, 45002),
        ({"msgtype": "file", "file": {"media_id": "gone"}}, 40007),
        ({"msgtype": "textcard", "textcard": {"title": "题", "description": "述"}}, 41010),
        ({"msgtype": "news", "news": {"articles": []}}, 45008),
    ],
)
async def test_a_message_that_is_refused(wecom: Wecom, world: World, change: dict[str, Any], code: int) -> None:
    parts = {"to": change["touser"]} if "touser" in change else change
    assert (await wecom.send(**parts))["errcode"] == code
    assert world.inbox("zhang.wei") == []


async def test_what_is_not_json_is_said_so(wecom: Wecom) -> None:
    answer = await wecom.http.post("message/send", params={"access_token": wecom.token}, content=b"{'a': 1}")
    assert answer.json()["errcode"] == 47001
    assert "wrong json format" in answer.json()["errmsg"]


async def test_some_bad_receivers_are_named_and_the_others_get_it(wecom: Wecom, world: World) -> None:
    answer = await wecom.send(to="Zhang.Wei|No.Body")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "no.body")
    assert [item.to for item in world.inbox("zhang.wei")] == ["zhang.wei"]


async def test_a_long_text_is_cut_at_a_character(wecom: Wecom, world: World) -> None:
    assert (await wecom.send(text={"content": "字" * 700}))["errcode"] == 0
    assert world.inbox("zhang.wei")[0].shown.body == "字" * 682
    assert len(wecom.platforms.wecom.messages.cut) == 1


OPTIONS = [{"id": str(i), "text": f"第 {i}"} for i in range(11)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"card_type": "poster"}, 40058),
        ({"main_title": {}, "sub_title_text": ""}, 41016),
        ({"task_id": ""}, 42014),
        ({"task_id": "有空格 的"}, 42014),
        ({"task_id": "x" * 129}, 42014),
        ({"button_list": []}, 40016),
        ({"button_list": [{"text": "a", "key": str(i)} for i in range(7)]}, 40058),
        ({"button_list": [{"text": "a", "key": "x"}, {"text": "b", "key": "x"}]}, 42018),
        ({"button_list": [{"text": "", "key": "x"}]}, 42020),
        ({"button_list": [{"text": "a"}]}, 42019),
        ({"button_list": [{"text": "a", "key": "k" * 1025}]}, 42018),
        ({"button_list": [{"text": "a", "type": 1, "url": "javascript:x"}]}, 45034),
        ({"horizontal_content_list": [{"keyname": "a", "value": "b"}] * 7}, 40058),
        ({"jump_list": [{"type": 1, "title": "t", "url": "http://127.0.0.1/"}]}, 40058),
        ({"button_selection": {"question_key": "q", "option_list": OPTIONS}}, 40058),
        ({"button_selection": {"option_list": OPTIONS[:2]}}, 40058),
        ({"action_menu": {"action_list": []}}, 40058),
        ({"card_type": "text_notice"}, 40058),
        ({"card_type": "vote_interaction", "submit_button": {"text": "好", "key": "ok"}}, 40058),
    ],
)
async def test_a_card_that_is_refused(wecom: Wecom, bot: FakeBot, change: dict[str, Any], code: int) -> None:
    assert (await wecom.card(**change))["errcode"] == code


async def test_a_card_that_calls_back_needs_a_callback_url(wecom: Wecom) -> None:
    assert (await wecom.card())["errcode"] == 43012


async def test_a_task_id_goes_once(wecom: Wecom, bot: FakeBot) -> None:
    assert (await wecom.card())["errcode"] == 0
    assert (await wecom.card())["errcode"] == 42014


async def test_a_card_as_one_sees_it(wecom: Wecom, bot: FakeBot, world: World) -> None:
    await wecom.card(main_title={"title": "启" * 27, "desc": "状态"})
    shown = world.inbox("zhang.wei")[0].shown
    assert shown.title == "启" * 25 + "…"
    assert wecom.platforms.wecom.messages.cut == ["启" * 27]
    assert shown.words().splitlines()[2:] == [
        "状态",
        "承诺｜我方发报价单，周五 3月13日前",
        "依据：“我周五前把报价单发过去”",
    ]
    assert [(knob.id, knob.label, bool(knob.url)) for knob in shown.buttons] == [
        ("confirm", "确认", False),
        ("undo", "撤销", False),
        ("add_evidence", "补材料", True),
    ]


async def test_ticks_and_menus(wecom: Wecom, bot: FakeBot, world: World) -> None:
    box = {"question_key": "goals", "mode": 1, "option_list": [{"id": "a", "text": "甲", "is_checked": True}]}
    answer = await wecom.card(
        card_type="vote_interaction",
        checkbox=box,
        submit_button={"text": "就这些", "key": "done"},
        button_list=[],
        action_menu={"action_list": [{"text": "为什么", "key": "why"}]},
    )
    assert answer["errcode"] == 0
    assert answer["response_code"]
    shown = world.inbox("zhang.wei")[0].shown
    assert (shown.many, shown.options, shown.picked) == (True, (("a", "甲"),), ("a",))
    await wecom.platforms.tap("zhang.wei", 1, "why")
    await wecom.platforms.tap("zhang.wei", 1, "done")
    assert [heard["Event"] for heard in bot.heard] == ["template_card_menu_event", "template_card_event"]
    assert [heard["options"] for heard in bot.heard] == ["", "a"]


# the duplicate check


async def test_the_same_request_is_shown_once_within_its_interval(
    wecom: Wecom, bot: FakeBot, world: World, clock: MovableClock
) -> None:
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    first = await wecom.card(task_id="t1")
    plain = [await wecom.send(**check) for _ in range(3)]
    assert len({answer["msgid"] for answer in plain}) == 1
    assert len(world.inbox("zhang.wei")) == 2
    clock.advance(seconds=601)
    await wecom.send(**check)
    await wecom.send()
    assert len(world.inbox("zhang.wei")) == 4
    assert first["errcode"] == 0


async def test_a_repeated_card_is_no_refused_task(
    wecom: Wecom, bot: FakeBot, world: World, clock: MovableClock
) -> None:
    body = {"msgtype": "template_card", "template_card": a_card(), "enable_duplicate_check": 1}
    assert (await wecom.send(**body))["errcode"] == 0
    assert (await wecom.send(**body))["errcode"] == 0
    assert len(world.inbox("zhang.wei")) == 1
    clock.advance(seconds=1801)
    assert (await wecom.send(**body))["errcode"] == 42014


async def test_another_text_is_another_message(wecom: Wecom, world: World) -> None:
    for content in ("一", "二"):
        await wecom.send(enable_duplicate_check=1, text={"content": content})
    assert [item.shown.body for item in world.inbox("zhang.wei")] == ["一", "二"]


# limits


async def test_over_thirty_a_minute_are_taken_and_not_shown(wecom: Wecom, world: World, clock: MovableClock) -> None:
    for i in range(32):
        assert (await wecom.send(text={"content": str(i)}))["errcode"] == 0
    assert (len(world.inbox("zhang.wei")), len(world.dropped)) == (30, 2)
    await wecom.send(to="wang.fang")
    assert len(world.inbox("wang.fang")) == 1
    clock.advance(seconds=61)
    await wecom.send(text={"content": "又可以了"})
    assert len(world.inbox("zhang.wei")) == 31


# changing cards


async def test_a_response_code_dies_after_72_hours(wecom: Wecom, bot: FakeBot, clock: MovableClock) -> None:
    code = (await wecom.card())["response_code"]
    change = {"userids": ["zhang.wei"], "agentid": 1000002, "response_code": code, "button": {"replace_name": "好"}}
    clock.advance(hours=72, seconds=1)
    await wecom.login()
    assert (await wecom.post("message/update_template_card", change))["errcode"] == 40058


async def test_a_whole_card_is_replaced_for_those_named(wecom: Wecom, bot: FakeBot, world: World) -> None:
    code = (await wecom.card(to="zhang.wei|wang.fang"))["response_code"]
    new = a_card(main_title={"title": "撤销了"}, button_list=[{"text": "恢复", "key": "redo"}])
    change = {"userids": ["zhang.wei", "li.na"], "agentid": 1000002, "response_code": code, "template_card": new}
    answer = await wecom.post("message/update_template_card", change)
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["li.na"])
    assert world.inbox("zhang.wei")[0].shown.title == "撤销了"
    assert world.inbox("wang.fang")[0].shown.title == "华东医械 · 记下了"


async def test_a_refused_change_does_not_use_up_the_code(wecom: Wecom, bot: FakeBot) -> None:
    code = (await wecom.card())["response_code"]
    change: dict[str, Any] = {"userids": ["zhang.wei"], "agentid": 1000002, "response_code": code}
    assert (await wecom.post("message/update_template_card", change))["errcode"] == 40058
    good = change | {"button": {"replace_name": "好"}}
    assert (await wecom.post("message/update_template_card", good))["errcode"] == 0


async def test_recall_within_a_day(wecom: Wecom, world: World, clock: MovableClock) -> None:
    first, second = [await wecom.send(text={"content": words}) for words in ("一", "二")]
    assert (await wecom.post("message/recall", {"msgid": first["msgid"]}))["errcode"] == 0
    assert [item.n for item in world.inbox("zhang.wei")] == [2]
    clock.advance(hours=25)
    await wecom.login()
    assert (await wecom.post("message/recall", {"msgid": second["msgid"]}))["errcode"] == 40058


# media, members, groups


async def test_media_lies_there_for_three_days(wecom: Wecom, clock: MovableClock) -> None:
    files = {"media": ("报价单.pdf", b"%PDF-1.7 made up")}
    query = {"access_token": wecom.token, "type": "file"}
    kept = (await wecom.http.post("media/upload", params=query, files=files)).json()
    assert kept["created_at"] == str(int(clock.now().timestamp()))
    fetched = await wecom.http.get("media/get", params={"access_token": wecom.token, "media_id": kept["media_id"]})
    assert fetched.content == b"%PDF-1.7 made up"
    assert "attachment" in fetched.headers["content-disposition"]
    clock.advance(days=3, seconds=1)
    await wecom.login()
    assert (await wecom.get("media/get", media_id=kept["media_id"]))["errcode"] == 40007
    empty = await wecom.http.post(
        "media/upload", params=query | {"access_token": wecom.token}, files={"media": ("a", b"1")}
    )
    assert empty.json()["errcode"] == 40006


async def test_members(wecom: Wecom) -> None:
    assert (await wecom.get("user/get", userid="ZHANG.WEI"))["name"] == "张伟"
    assert (await wecom.get("user/get", userid="no.body"))["errcode"] == 60111
    users = (await wecom.get("user/list", department_id="1"))["userlist"]
    assert {"wang.fang", "zhao.min"} <= {one["userid"] for one in users}
    assert (await wecom.get("getcallbackip"))["ip_list"] == ["127.0.0.1"]
    assert (await wecom.get("agent/get", agentid="7"))["errcode"] == 301002


async def test_groups_that_the_app_made(wecom: Wecom, world: World) -> None:
    made = await wecom.post(
        "appchat/create", {"name": "主管群", "userlist": ["wang.fang", "admin"], "chatid": "managers"}
    )
    assert made["chatid"] == "managers"
    said = {"chatid": "managers", "msgtype": "text", "text": {"content": "【封账】"}}
    assert (await wecom.post("appchat/send", said))["errcode"] == 0
    assert [(item.chat, item.shown.body) for item in world.inbox("wang.fang")] == [("managers", "【封账】")]
    assert (await wecom.post("appchat/send", said | {"msgtype": "template_card"}))["errcode"] == 40008
    assert (await wecom.post("appchat/send", said | {"chatid": "none"}))["errcode"] == 86003


# faults


async def test_rate_limit_and_server_errors(wecom: Wecom, world: World, clock: MovableClock) -> None:
    world.faults.set("wecom", "429", 60)
    assert (await wecom.send())["errcode"] == 45009
    world.faults.set("wecom", "5xx", 60)
    answer = await wecom.http.post("message/send", params={"access_token": wecom.token}, json={})
    assert answer.status_code in (500, 502, 503)
    clock.advance(seconds=60)
    assert (await wecom.send())["errcode"] == 0
    assert len(world.inbox("zhang.wei")) == 1


async def test_tokens_made_void(wecom: Wecom, world: World) -> None:
    before = wecom.token
    world.faults.set("wecom", "token_expired", 60)
    assert (await wecom.send())["errcode"] == 42001
    assert await wecom.login() != before
    assert (await wecom.send())["errcode"] == 0


async def test_down_does_nothing_and_cut_does_it(wecom: Wecom, world: World) -> None:
    for mode, shown in (("down", 0), ("cut", 1)):
        world.faults.set("wecom", mode, 60)
        with pytest.raises(httpx.TransportError):
            await wecom.send(text={"content": mode})
        assert len(world.inbox("zhang.wei")) == shown
    world.faults.set("wecom", "none", 0)
    assert (await wecom.send())["errcode"] == 0


@pytest.mark.parametrize("mode", ["down", "cut"])
async def test_a_cut_line_is_reset_and_not_closed(wecom: Wecom, world: World, mode: str) -> None:
    world.faults.set("wecom", mode, 60)
    base = wecom.http.base_url
    reader, writer = await asyncio.open_connection(base.host, base.port)
    writer.write(f"GET {base.raw_path.decode()}gettoken HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 60)
    writer.close()


async def test_slow_answers_late_and_ends_with_the_fault(wecom: Wecom, world: World, clock: MovableClock) -> None:
    world.faults.set("wecom", "slow", 60)
    with pytest.raises(httpx.ReadTimeout):
        await wecom.http.post(
            "message/send",
            params={"access_token": wecom.token},
            json={"touser": "zhang.wei", "agentid": 1000002, "msgtype": "text", "text": {"content": "慢"}},
            timeout=httpx.Timeout(60, read=0.5),
        )
    async with asyncio.timeout(60):
        while not world.inbox("zhang.wei"):  # it is done all the same
            await asyncio.sleep(0.01)
    assert len(world.inbox("zhang.wei")) == 1
    clock.advance(seconds=61)
    assert (await wecom.send())["errcode"] == 0


async def test_a_plan_of_faults_call_by_call(wecom: Wecom, world: World) -> None:
    world.faults.plan("wecom", ["429", "none", "60020"])
    assert [(await wecom.send())["errcode"] for _ in range(4)] == [45009, 0, 60020, 0]


async def test_calls_are_counted(platforms: Platforms, wecom: Wecom) -> None:
    await wecom.send()
    assert platforms.wecom.calls == ["gettoken", "message/send"]
