"""An arranged visit: its goals are asked for when one is about to arrive (VOICE.md D3), and what was taken is told."""

from __future__ import annotations

import re

import pytest

from storage import due
from tests.bot.web.phone import Phone
from tests.conversations.chat import Chat

ARRANGED = "明天上午九点半到瑞禾医疗见周主任"


async def arranged(chat: Chat) -> None:
    await chat.says("li.na", "瑞禾医疗周主任说周四前给我们流程图")
    await chat.says("li.na", "我周五前给瑞禾医疗周主任发报价单")
    await chat.says("li.na", ARRANGED)


async def test_goals_are_asked_for_a_quarter_of_an_hour_before(chat: Chat) -> None:
    await arranged(chat)
    await chat.until("2026-03-11 09:14")
    assert await chat.heard_of("li.na", "visit.arrival") == []
    await chat.until("2026-03-11 09:15")
    [card] = await chat.heard_of("li.na", "visit.arrival")
    assert card.title == "即将到达 瑞禾医疗" and "装备科 · 第一次见面" in card.text
    goals = await options(chat, "li.na", card.n)
    assert goals[0].endswith("催流程图") and "带上报价单" in goals and goals[-1] == "其他"
    planned = await chat.taps("li.na", card, "just_these", "goal:0", "goal:1")
    assert "09:15 拜访计划已建，2 个目标" in planned.text and "拍照取证" in planned.buttons.values()
    [visit] = await chat.records("visit")
    assert visit["state"] == "planned" and len(visit["goals"]) == 2 and visit["planned_for"][:16] == "2026-03-11T09:30"
    await chat.until("2026-03-11 12:00")
    assert len(await chat.heard_of("li.na", "visit.arrival")) <= 1


async def options(chat: Chat, who: str, n: int) -> list[str]:
    answer = await chat.web.get("/sandbox/api/inbox", params={"as": who, "after": n - 1})
    return [one["label"] for one in answer.json()["items"][0]["options"]]


async def test_the_planned_visit_is_the_one_that_was_made(chat: Chat) -> None:
    await arranged(chat)
    await chat.until("2026-03-11 09:15")
    [card] = await chat.heard_of("li.na", "visit.arrival")
    planned = await chat.taps("li.na", card, "just_these", "goal:0")
    address = next(iter(planned.urls.values()))
    async with Phone(chat.demo, "li.na") as phone:
        page = await phone.opens(address.removeprefix(chat.demo.url))
        [visit] = await chat.records("visit")
        assert page.status_code == 200 and visit["goals"][0] in page.text
        path = page.url.path
        await phone.posts(path, {"lat": "31.2304", "lon": "121.4737", "accuracy": "18"}, files={"none": ("", b"")})
    [made] = await chat.records("visit")
    assert (made["id"], made["state"], made["goals"]) == (visit["id"], "there", visit["goals"])


async def test_on_the_opened_page_goals_are_ticked_before_the_card(chat: Chat) -> None:
    await arranged(chat)
    id = next(str(one["id"]) for one in await chat.records("customer") if "瑞禾医疗" in one["aliases"])
    async with Phone(chat.demo, "li.na") as phone:
        assert "即将到达" not in (await phone.opens(f"/sidebar/customer/{id}")).text
        await chat.until("2026-03-11 08:00")
        page = await phone.opens(f"/sidebar/customer/{id}")
        assert "即将到达" in page.text and "催流程图" in page.text
        goal = re.search(r'name="goal0" value="([^"]+)"', page.text)
        assert goal is not None
        done = await phone.posts(f"/sidebar/customer/{id}/plan", {"goal0": goal[1], "goal1": "别的", "owner": "x"})
        assert "拜访计划建好了" in done.text and "即将到达" not in done.text
    [visit] = await chat.records("visit")
    assert len(visit["goals"]) == 1 and visit["goals"][0].endswith("催流程图")
    await chat.until("2026-03-11 09:20")
    assert await chat.heard_of("li.na", "visit.arrival") == []


async def test_not_today_is_the_next_working_day(chat: Chat) -> None:
    await arranged(chat)
    await chat.until("2026-03-11 09:15")
    [card] = await chat.heard_of("li.na", "visit.arrival")
    assert "今天不去" in card.text
    assert "已改期：周四 3月12日 09:30" in (await chat.says("li.na", "今天不去")).text
    await chat.until("2026-03-12 09:15")
    titles = [one.title for one in await chat.heard("li.na") if one.kind == "visit.arrival"]
    assert titles == ["即将到达 瑞禾医疗"] * 2


async def test_what_was_taken_back_is_not_asked_for(chat: Chat) -> None:
    await chat.says("li.na", ARRANGED)
    await chat.says("li.na", "撤销")
    await chat.until("2026-03-11 09:30")
    assert await chat.heard_of("li.na", "visit.arrival") == []


async def test_a_sent_position_near_the_time_is_an_arrival(chat: Chat) -> None:
    await arranged(chat)
    people = chat.demo.platforms.wecom_people
    app = people.server.apps[0]

    async def sends_position(n: int) -> None:
        plain = (
            f"<xml><ToUserName>{app.corp_id}</ToUserName><FromUserName>li.na</FromUserName>"
            f"<CreateTime>{int(chat.demo.app.clock.now().timestamp())}</CreateTime><MsgType>location</MsgType>"
            f"<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Scale>16</Scale><Label>瑞禾</Label>"
            f"<MsgId>77{n}</MsgId><AgentID>{app.agent_id}</AgentID></xml>"
        )
        assert (await people.callbacks.post(app, plain.encode(), chat.demo.app.clock.now())).ok
        await chat.demo.desk.quiet(20)

    await sends_position(1)
    assert await chat.heard_of("li.na", "visit.arrival") == []
    await chat.until("2026-03-11 08:40")
    await sends_position(2)
    [card] = await chat.heard_of("li.na", "visit.arrival")
    assert card.title == "即将到达 瑞禾医疗"
    await chat.until("2026-03-11 09:20")
    assert len(await chat.heard_of("li.na", "visit.arrival")) == 1


@pytest.mark.parametrize("said", ["明天去瑞禾医疗拜访周主任", "下周去拜访瑞禾医疗"])
async def test_a_day_without_a_clock_asks_at_no_hour(chat: Chat, said: str) -> None:
    await chat.says("li.na", said)
    assert await due.of_kinds(["visit.arrival"]) == []
