"""The stand-in DingTalk by itself: it seals as the vectors do, and refuses what the real one refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_people import DingtalkPeople
from adapters.sandbox.dingtalk_pushes import mac
from adapters.sandbox.loopback import on_loopback
from adapters.sandbox.world import CannotDo, World
from bot.clock import MovableClock
from tests.adapters.dingtalk.twins import BY_ID
from tests.fixtures.web import web_at

SEND, CARD = "v1.0/robot/oToMessages/batchSend", "v1.0/card/instances/createAndDeliver"


class Dingtalk:
    """A plain client of the stand-in server."""

    def __init__(self, people: DingtalkPeople, http: httpx.AsyncClient) -> None:
        self.people, self.http, self.token = people, http, ""
        self.app: DingtalkApp = people.server.apps[0]

    async def login(self, **other: str) -> httpx.Response:
        keys = {"appKey": self.app.client_id, "appSecret": self.app.client_secret, **other}
        answer = await self.http.post("v1.0/oauth2/accessToken", json=keys)
        self.token = answer.json().get("accessToken", self.token)
        return answer

    async def post(self, path: str, body: Any, method: str = "POST") -> httpx.Response:
        headers = {"x-acs-dingtalk-access-token": self.token}
        return await self.http.request(method, path, json=body, headers=headers)

    async def send(self, **parts: Any) -> httpx.Response:
        param = json.dumps({"content": "你好"})
        body = {"robotCode": self.app.client_id, "userIds": ["zhang.wei"], "msgKey": "sampleText", "msgParam": param}
        return await self.post(SEND, {**body, **parts})

    async def card(self, **parts: Any) -> httpx.Response:
        body = {
            "cardTemplateId": "sandbox.schema", "outTrackId": "t1", "userIdType": 1, "callbackType": "STREAM",
            "cardData": {"cardParamMap": {"title": "标题", "button1": "确认", "button1_id": "confirm"}},
            "openSpaceId": "dtv1.card//IM_ROBOT.zhang.wei",
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self.app.client_id},
        }  # fmt: skip
        return await self.post(CARD, {**body, **parts})


@pytest.fixture
async def ding(world: World) -> AsyncIterator[Dingtalk]:
    people = DingtalkPeople(world)
    async with on_loopback(world, [people]), web_at(people.base) as http:
        client = Dingtalk(people, http)
        await client.login()
        yield client


def code(answer: httpx.Response) -> tuple[int, Any]:
    body = answer.json()
    return answer.status_code, body.get("code") or body.get("errcode")


def test_it_signs_as_the_vectors_do() -> None:
    case = BY_ID["robot-text-valid"]
    stamp, secret = case["request"]["headers"]["timestamp"], case["config"]["app_secret"]
    assert mac(secret, f"{stamp}\n{secret}") == case["request"]["headers"]["sign"]
    case = BY_ID["card-http-valid"]
    stamp = case["request"]["headers"]["x-ddpaas-signature-timestamp"]
    assert mac(case["config"]["api_secret"], stamp) == case["request"]["headers"]["x-ddpaas-signature"]


async def test_tokens_are_the_apps_and_die(ding: Dingtalk, clock: MovableClock) -> None:
    assert code(await ding.login(appSecret="wrong")) == (400, "invalidClientIdOrSecret")
    first = ding.token
    await ding.login()
    assert ding.token == first
    clock.advance(seconds=7201)
    assert code(await ding.send()) == (401, "InvalidAuthentication")
    await ding.login()
    assert ding.token != first and (await ding.send()).status_code == 200
    ding.people.world.faults.set("dingtalk", "token_expired", 1)
    assert code(await ding.send()) == (401, "InvalidAuthentication")


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ({"robotCode": "other"}, "invalidParameter.robotCode.notExisted"),
        ({"userIds": []}, "invalidParameter.userIds.empty"),
        ({"userIds": [f"u{n}" for n in range(21)]}, "invalidParameter.userIds.overMax"),
        ({"userIds": ["nobody"]}, "staffId.notExisted"),
        ({"msgKey": "sampleOther"}, "invalidParameter.msgKey.invalid"),
        ({"msgParam": {"content": "x"}}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": json.dumps({"content": "字" * 5001}, ensure_ascii=False)}, "invalidParameter.msgParam.invalid"),
        ({"msgKey": "sampleMarkdown"}, "invalidParameter.msgParam.invalid"),
        ({"msgKey": "sampleFile", "msgParam": json.dumps({"mediaId": "@no"})}, "invalidParameter.mediaId.invalid"),
    ],
)  # fmt: skip
async def test_what_a_robot_may_not_send(ding: Dingtalk, parts: dict[str, Any], refused: str) -> None:
    assert code(await ding.send(**parts)) == (400, refused)
    assert ding.people.world.inbox("zhang.wei") == []


async def test_some_are_reached_and_the_others_named(ding: Dingtalk) -> None:
    answer = (await ding.send(userIds=["zhang.wei", "nobody"])).json()
    assert (answer["invalidStaffIdList"], bool(answer["processQueryKey"])) == (["nobody"], True)
    assert len(ding.people.world.inbox("zhang.wei")) == 1


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ({"cardTemplateId": "gone"}, "param.cardTemplateId.notExisted"),
        ({"outTrackId": ""}, "param.outTrackId.invalid"),
        ({"userIdType": 2}, "param.openSpaceId.invalid"),
        ({"callbackType": "HTTP", "callbackRouteKey": "none"}, "param.callbackRouteKey.notExisted"),
        ({"cardData": {"cardParamMap": {"n": 1}}}, "param.cardParamMap.invalid"),
        ({"imRobotOpenDeliverModel": {}}, "invalidParameter.robotCode.notExisted"),
    ],
)
async def test_what_no_card_may_be(ding: Dingtalk, parts: dict[str, Any], refused: str) -> None:
    assert code(await ding.card(**parts)) == (400, refused)


async def test_a_card_is_one_however_often_it_is_sent_and_changes_by_key(ding: Dingtalk) -> None:
    for _ in range(2):
        assert (await ding.card()).json()["result"]["deliverResults"][0]["success"] is True
    [item] = ding.people.world.inbox("zhang.wei")
    change = {"outTrackId": "t1", "cardData": {"cardParamMap": {"status": "好了"}}}
    by_key = {**change, "cardUpdateOptions": {"updateCardDataByKey": True}}
    await ding.post("v1.0/card/instances", by_key, "PUT")
    [item] = ding.people.world.inbox("zhang.wei")
    assert (item.shown.title, item.shown.status) == ("标题", "好了")
    await ding.post("v1.0/card/instances", change, "PUT")
    [item] = ding.people.world.inbox("zhang.wei")
    assert (item.shown.title, item.shown.buttons) == ("", ())
    assert code(await ding.post("v1.0/card/instances", {"outTrackId": "none"}, "PUT")) == (
        400, "param.outTrackId.notExisted",
    )  # fmt: skip


async def test_a_registered_address_stays_unless_it_is_forced(ding: Dingtalk) -> None:
    def body(url: str, **more: Any) -> dict[str, Any]:
        return {"callbackRouteKey": "r", "callbackUrl": url, "apiSecret": "s", **more}

    for url, more, there in (("http://a/", {}, "http://a/"), ("http://b/", {}, "http://a/"),
                             ("http://b/", {"forceUpdate": True}, "http://b/")):  # fmt: skip
        answer = await ding.post("v1.0/card/callbacks/register", body(url, **more))
        assert answer.json()["result"]["callbackUrl"] == there


async def test_more_than_forty_a_second_are_refused(ding: Dingtalk) -> None:
    said = [code(await ding.send(userIds=["nobody"]))[0] for _ in range(60)]
    assert set(said) <= {400, 403} and said[:40] == [400] * 40 and (403 in said)


@pytest.mark.parametrize(("mode", "status"), [("429", 403), ("5xx", 500), ("moved", 302)])
async def test_faults_are_the_platforms(ding: Dingtalk, mode: str, status: int) -> None:
    ding.people.world.faults.set("dingtalk", mode, 60)
    answer = await ding.send()
    assert answer.status_code == status or (mode == "5xx" and answer.status_code >= 500)
    assert ding.people.world.inbox("zhang.wei") == []


async def test_a_line_is_cut_before_or_behind_the_deed(ding: Dingtalk) -> None:
    for mode, there in (("down", 0), ("cut", 1)):
        ding.people.world.faults.set("dingtalk", mode, 60)
        with pytest.raises(httpx.TransportError):
            await ding.send()
        assert len(ding.people.world.inbox("zhang.wei")) == there


async def test_a_ticket_opens_one_line(ding: Dingtalk) -> None:
    asked = {"clientId": ding.app.client_id, "subscriptions": [{"type": "EVENT", "topic": "*"}]}
    assert code(await ding.http.post("v1.0/gateway/connections/open", json=asked)) == (401, "authFailed")
    assert (await ding.http.get("connect", params={"ticket": "made-up"})).status_code == 401


async def test_people_can_do_only_what_the_client_lets_them(ding: Dingtalk) -> None:
    for deed in (
        ding.people.send_file("zhang.wei", "a.pdf", b"%PDF", chat="组"),
        ding.people.enter("zhang.wei"),
        ding.people.say("zhang.wei", "你好", "other"),
        ding.people.approve("zhang.wei", {}, "odd"),
    ):
        with pytest.raises(CannotDo):
            await deed
