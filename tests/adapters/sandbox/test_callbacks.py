"""What people do in the sandbox reaches the bot as the platform would send it."""

from __future__ import annotations

import pytest

from adapters.sandbox.loopback import Platforms
from adapters.sandbox.world import CannotDo, World
from tests.adapters.sandbox.conftest import Wecom
from tests.adapters.sandbox.fake import START, FakeBot


async def test_words_travel_sealed_and_signed(platforms: Platforms, bot: FakeBot) -> None:
    event = await platforms.say("zhang.wei", "王总说 a<b & ]]> 完")
    heard = bot.heard[0]
    assert heard["Content"] == "王总说 a<b & ]]> 完"
    assert (heard["FromUserName"], heard["MsgType"], heard["MsgId"]) == ("zhang.wei", "text", event)
    assert heard["CreateTime"] == str(int(START.timestamp()))
    assert 2**31 < int(event) < 2**63


async def test_message_ids_rise_and_differ(platforms: Platforms, bot: FakeBot) -> None:
    ids = [int(await platforms.say("zhang.wei", f"第 {i} 句")) for i in range(5)]
    assert ids == sorted(set(ids))


async def test_control_characters_are_left_out_as_the_client_does(platforms: Platforms, bot: FakeBot) -> None:
    await platforms.say("zhang.wei", "预算\x00已\x1b批😀")
    assert bot.heard[0]["Content"] == "预算已批😀"


async def test_a_callback_is_tried_three_times_then_given_up(platforms: Platforms, bot: FakeBot) -> None:
    bot.answers = [(500, ""), (503, "")]
    await platforms.say("zhang.wei", "一")
    assert len(bot.heard) == 3
    assert len({heard["MsgId"] for heard in bot.heard}) == 1
    bot.answers = [(500, "")] * 3
    with pytest.raises(CannotDo) as no:
        await platforms.say("zhang.wei", "二")
    assert no.value.code == "callback_failed"
    assert len(bot.heard) == 6


async def test_a_tap_brings_button_task_and_a_code_for_one_change(
    platforms: Platforms, bot: FakeBot, wecom: Wecom, world: World
) -> None:
    await wecom.card()
    await platforms.tap("zhang.wei", 1, "confirm")
    heard = bot.heard[0]
    assert (heard["Event"], heard["EventKey"], heard["TaskId"]) == ("template_card_event", "confirm", "task-1")
    assert heard["CardType"] == "button_interaction"
    change = {
        "userids": ["zhang.wei"],
        "agentid": wecom.app.agent_id,
        "response_code": heard["ResponseCode"],
        "button": {"replace_name": "已确认"},
    }
    assert (await wecom.post("message/update_template_card", change))["errcode"] == 0
    shown = world.inbox("zhang.wei")[0].shown
    assert shown.spent == "已确认"
    assert [knob.id for knob in shown.buttons] == ["add_evidence"]
    assert (await wecom.post("message/update_template_card", change))["errcode"] == 42022


async def test_a_passive_reply_changes_the_card_of_the_one_who_tapped(
    platforms: Platforms, bot: FakeBot, wecom: Wecom, world: World
) -> None:
    await wecom.card(to="zhang.wei|wang.fang")
    bot.answers = [
        (
            200,
            "<xml><ToUserName>zhang.wei</ToUserName><FromUserName>ww</FromUserName><CreateTime>1</CreateTime>"
            "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"
            "<MainTitle><Title>华东医械 · 记下了</Title><Desc>张伟 10:02 确认</Desc></MainTitle>"
            "<HorizontalContentList><KeyName>客户</KeyName><Value>华东医械</Value></HorizontalContentList>"
            "<HorizontalContentList><KeyName>承诺</KeyName><Value>发报价单</Value></HorizontalContentList>"
            "<ButtonList><Text>撤销</Text><Style>2</Style><Key>undo</Key></ButtonList></TemplateCard></xml>",
        )
    ]
    await platforms.tap("zhang.wei", 1, "confirm")
    shown = world.inbox("zhang.wei")[0].shown
    assert shown.status == "张伟 10:02 确认"
    assert shown.facts == (("客户", "华东医械"), ("承诺", "发报价单"))
    assert [knob.id for knob in shown.buttons] == ["undo"]
    assert world.inbox("wang.fang")[0].shown.status == "已记下，有错点改"


async def test_a_reply_that_is_not_rightly_sealed_changes_nothing(
    platforms: Platforms, bot: FakeBot, wecom: Wecom, world: World
) -> None:
    await wecom.card()
    before = world.inbox("zhang.wei")[0].shown

    async def forged(_: dict[str, str]) -> str:
        return ""

    bot.on_event = forged
    bot.sealed = lambda plain: "<xml><Encrypt>AAAA</Encrypt></xml>"  # type: ignore[method-assign]
    bot.answers = [(200, "x")]
    await platforms.tap("zhang.wei", 1, "undo")
    assert world.inbox("zhang.wei")[0].shown == before


async def test_a_choice_travels_with_the_tap(platforms: Platforms, bot: FakeBot, wecom: Wecom) -> None:
    choice = {
        "question_key": "customer",
        "title": "哪家",
        "option_list": [{"id": "a", "text": "瑞禾医疗"}, {"id": "b", "text": "瑞和药房"}],
    }
    await wecom.card(button_selection=choice)
    await platforms.tap("zhang.wei", 1, "confirm", ["b"])
    assert bot.heard[0]["options"] == "b"
    with pytest.raises(CannotDo, match="cannot choose"):
        await platforms.tap("zhang.wei", 1, "confirm", ["c"])
    with pytest.raises(CannotDo, match="cannot choose"):
        await platforms.tap("zhang.wei", 1, "confirm", ["a", "b"])


async def test_what_cannot_be_tapped_says_why(platforms: Platforms, bot: FakeBot, wecom: Wecom) -> None:
    await wecom.card()
    for n, button, code in (
        (1, "nothing", "no_such_button"),
        (1, "add_evidence", "opens_a_page"),
        (2, "x", "no_such_item"),
    ):
        with pytest.raises(CannotDo) as no:
            await platforms.tap("zhang.wei", n, button)
        assert no.value.code == code
    assert bot.heard == []


async def test_the_url_check_opens_the_echo(platforms: Platforms, bot: FakeBot) -> None:
    app = platforms.wecom.apps[0]
    assert not await platforms.wecom_people.callbacks.check_url(app, START)  # the fake answers no GET


async def test_callbacks_stay_on_loopback(platforms: Platforms) -> None:
    platforms.point("wecom", "http://93.184.216.34/callback/wecom/wecom")
    with pytest.raises(ValueError, match="loopback only"):
        await platforms.say("zhang.wei", "你好")
