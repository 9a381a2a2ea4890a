"""Calls to the platform, against a server on loopback: tokens, refusals, faults of the line, limits, files, pages."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from adapters.dingtalk import Adapter
from adapters.dingtalk.client import _fetchable
from adapters.dingtalk.signature import page_signature
from adapters.errors import (
    Misconfigured,
    NotDeliverable,
    PlatformRefused,
    Retryable,
    SendError,
    TokenRejected,
    Unseen,
)
from adapters.events import FileRef, FormField
from adapters.messages import Address, Attached, Button, Card, Sent, Text
from bot.clock import MovableClock
from tests.adapters.dingtalk.twins import DELIVER, NOW_MS, SEND, Platform, config, mac, refusal

TO = Address("ding", "zhang.wei")
GROUP = Address("ding", chat="cidG==")
WORDS = Text("t", "明天 10:00 回访华东医疗")
CARD = Card("c", "松涛教育 · 记下了", buttons=(Button("confirm", "确认"),))


def only(*good: str) -> Callable[[web.Request], Any]:
    """Takes only these tokens."""

    def say(request: web.Request) -> Any:
        if request.headers["x-acs-dingtalk-access-token"] in good:
            return {"processQueryKey": "pq"}
        return web.json_response({"code": "InvalidAuthentication", "message": "no"}, status=401)

    return say


def delivered(success: bool = True, why: str = "") -> Callable[[web.Request], Any]:
    entry = {"spaceType": "IM_ROBOT", "success": success, "errorMsg": why}
    return lambda _: {"success": True, "result": {"outTrackId": "psh_1", "deliverResults": [entry]}}


async def tried(adapter: Adapter, push: Any = WORDS, key: str = "psh_1", to: Address = TO) -> SendError:
    with pytest.raises(SendError) as refused:
        await adapter.send(to, push, key=key)
    return refused.value


async def test_a_text_is_said_and_named(sender: Adapter, platform: Platform) -> None:
    sent = await sender.send(TO, WORDS, key="psh_1")
    assert (sent.reference, sent.change_code) == ("pq", "")
    (body,) = platform.bodies[SEND]
    assert (body["userIds"], body["msgKey"]) == (["zhang.wei"], "sampleText")
    assert json.loads(body["msgParam"]) == {"content": "明天 10:00 回访华东医疗"}


async def test_a_card_goes_out_by_its_key_and_is_changed_by_it(made: Any, platform: Platform) -> None:
    platform.say[DELIVER] = delivered()
    adapter = made(card_template_id="t.schema")
    sent = await adapter.send(TO, CARD, key="psh_1")
    assert (sent.reference, sent.change_code, sent.change_uses) == ("psh_1", "psh_1", None)
    (route,) = platform.bodies["v1.0/card/callbacks/register"]
    assert (route["callbackRouteKey"], route["forceUpdate"]) == ("genjin-ding", True)
    assert route["apiSecret"] == "card-api-secret-demo"
    await adapter.send(TO, CARD, key="psh_2")
    assert platform.calls["v1.0/card/callbacks/register"] == 1
    for _ in range(3):
        changed = await adapter.change(TO, CARD, key="psh_1", change_code=sent.change_code)
        assert changed.change_uses is None and changed.reference == ""
    assert [body["outTrackId"] for body in platform.bodies["v1.0/card/instances"]] == ["psh_1"] * 3
    assert platform.asked[-1].method == "PUT"
    with pytest.raises(NotDeliverable):
        await adapter.change(TO, CARD, key="psh_9", change_code="")


async def test_a_card_that_did_not_reach_its_member_is_not_taken_for_sent(made: Any, platform: Platform) -> None:
    adapter = made(card_template_id="t.schema", mode="stream")
    platform.say[DELIVER] = delivered(False, "staffId.notExisted")
    assert isinstance(await tried(adapter, CARD), NotDeliverable)
    platform.say[DELIVER] = delivered(False, "send.too.fast")
    assert isinstance(await tried(adapter, CARD), Retryable)


async def test_a_card_that_is_there_already_is_not_said_twice(made: Any, platform: Platform) -> None:
    platform.say[DELIVER] = refusal(400, "param.outTrackId.existed")
    sent = await made(card_template_id="t.schema", mode="stream").send(TO, CARD, key="psh_1")
    assert (sent.change_code, sent.data) == ("psh_1", {"repeat": True})
    for other in ("param.outTrackId.invalid", "param.outTrackId.notExisted"):
        platform.say[DELIVER] = refusal(400, other)
        assert isinstance(await tried(made(card_template_id="t.schema", mode="stream"), CARD), PlatformRefused)


@pytest.mark.parametrize(
    ("list_name", "kind"), [("invalidStaffIdList", NotDeliverable), ("flowControlledStaffIdList", Retryable)]
)
async def test_a_good_answer_may_hide_who_was_not_reached(
    sender: Adapter, platform: Platform, list_name: str, kind: type[SendError]
) -> None:
    platform.say[SEND] = lambda _: {"processQueryKey": "pq", list_name: ["Zhang.Wei"]}
    assert type(await tried(sender)) is kind


async def test_groups_and_the_groups_own_robot(made: Any, platform: Platform, base: str) -> None:
    adapter = made(webhook=f"{base}robot/send?access_token=t", webhook_secret="SEC1")
    await adapter.send(GROUP, CARD, key="a")
    (body,) = platform.bodies["v1.0/robot/groupMessages/send"]
    assert (body["openConversationId"], body["msgKey"]) == ("cidG==", "sampleText")
    await adapter.send(Address("ding", chat="webhook"), CARD, key="b")
    query = platform.asked[-1].query
    assert query["sign"] == mac("SEC1", f"{query['timestamp']}\nSEC1") and query["timestamp"] == str(NOW_MS)
    platform.say["robot/send"] = lambda _: {"errcode": 310000, "errmsg": "sign not match"}
    assert isinstance(await tried(adapter, to=Address("ding", chat="webhook")), NotDeliverable)
    for strange in ("cid 1", "../x", "http://169.254.169.254/"):
        assert isinstance(await tried(adapter, to=Address("ding", chat=strange)), NotDeliverable)


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot/send?access_token=1", "https://oapi.dingtalk.com.evil.cn/robot/send",
        "https://169.254.169.254/robot/send", "https://oapi.dingtalk.com@evil.cn/robot/send", "file:///robot/send",
        "https://oapi.dingtalk.com:8443/robot/send", "https://oapi.dingtalk.com/other", "https://[::1", "",
    ],
)  # fmt: skip
async def test_a_webhook_elsewhere_is_never_posted_to(made: Any, platform: Platform, url: str) -> None:
    adapter = made(webhook=url)
    assert isinstance(await tried(adapter, to=Address("ding", chat="webhook")), PlatformRefused | NotDeliverable)
    assert not platform.calls
    if url:
        assert "webhook" in dict(adapter._config.faults())


async def test_twenty_a_minute_reach_the_groups_robot(made: Any, platform: Platform, base: str, now: Any) -> None:
    adapter = made(webhook=f"{base}robot/send?access_token=t")
    for n in range(20):
        await adapter.send(Address("ding", chat="webhook"), WORDS, key=f"k{n}")
    busy = await tried(adapter, key="k20", to=Address("ding", chat="webhook"))
    assert isinstance(busy, Retryable) and busy.wait == 60


async def test_nobody_else_is_reached(sender: Adapter, platform: Platform) -> None:
    for user in ("", "a,b", "a b", "../x", "a\n", "x" * 65):
        assert isinstance(await tried(sender, to=Address("ding", user)), NotDeliverable)
    assert not platform.calls


# tokens


async def test_a_hundred_calls_with_a_dead_token_fetch_one(
    sender: Adapter, platform: Platform, now: MovableClock
) -> None:
    """What is over the rate of a second goes in the next one."""
    await sender.send(TO, WORDS, key="first")
    now.advance(seconds=1)
    platform.say[SEND] = only("token-2")
    left = list(range(100))
    while left:
        said = await asyncio.gather(
            *(sender.send(Address("ding", f"u{n}"), WORDS, key=f"k{n}") for n in left), return_exceptions=True
        )
        assert all(isinstance(one, Sent | Retryable) for one in said)
        left = [n for n, one in zip(left, said, strict=True) if isinstance(one, Retryable)]
        now.advance(seconds=1)
    assert platform.tokens == 2


async def test_a_token_that_is_refused_again_is_told_once(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = only("never")
    refused = await tried(sender)
    assert isinstance(refused, TokenRejected) and refused.mend == "核对 client_id 和 client_secret"
    assert platform.calls[SEND] == 2


async def test_a_failed_fetch_is_not_repeated_by_all_who_wait(sender: Adapter, platform: Platform, now: Any) -> None:
    platform.say["v1.0/oauth2/accessToken"] = refusal(503, "ServiceUnavailable")
    many = await asyncio.gather(*(tried(sender, key=f"k{n}") for n in range(30)))
    assert all(isinstance(one, Retryable) for one in many)
    assert platform.calls["v1.0/oauth2/accessToken"] == 1


async def test_the_old_secret_is_tried_while_it_is_being_changed(made: Any, platform: Platform) -> None:
    def strict(request: web.Request) -> Any:
        return (
            {"accessToken": "t", "expireIn": 7200}
            if len(platform.asked) > 1
            else refusal(400, "invalidClientIdOrSecret")(request)
        )

    platform.say["v1.0/oauth2/accessToken"] = strict
    await made(client_secret="new", old_client_secret="old").send(TO, WORDS, key="a")
    assert [one["appSecret"] for one in platform.bodies["v1.0/oauth2/accessToken"]] == ["new", "old"]


async def test_wrong_credentials_name_their_mend(sender: Adapter, platform: Platform) -> None:
    platform.say["v1.0/oauth2/accessToken"] = refusal(400, "invalidClientIdOrSecret")
    refused = await tried(sender)
    assert isinstance(refused, Misconfigured)
    assert (refused.cause, refused.mend) == ("应用的密钥不对", "核对 client_id 和 client_secret")
    with pytest.raises(Misconfigured):
        await sender.check()


# refusals


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", Retryable),
        (400, "send.too.fast", Retryable),
        (429, "", Retryable),
        (500, "ServerError", Retryable),
        (504, "Gateway.Timeout", Unseen),
        (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", Misconfigured),
        (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", Misconfigured),
        (400, "invalidParameter.robotCode.empty", Misconfigured),
        (400, "staffId.notExisted", NotDeliverable),
        (400, "invalidParameter.msgParam", PlatformRefused),
        (418, "something.of.tomorrow", PlatformRefused),
    ],
)
async def test_what_a_refusal_means(
    sender: Adapter, platform: Platform, status: int, code: str, kind: type[SendError]
) -> None:
    platform.say[SEND] = refusal(status, code, "缺 [Card.Instance.Write] 权限")
    refused = await tried(sender)
    assert type(refused) is kind
    assert refused.hint and "token" not in refused.message
    if "Permission" in code:
        assert "Card.Instance.Write" in refused.cause


@pytest.mark.parametrize(
    ("code", "kind"),
    [(90018, Retryable), (90020, Misconfigured), (88, Unseen), (60121, NotDeliverable), (12345, PlatformRefused)],
)
async def test_what_a_number_of_the_old_api_means(
    sender: Adapter, platform: Platform, code: int, kind: type[SendError]
) -> None:
    platform.say["media/upload"] = lambda _: {"errcode": code, "errmsg": "no"}
    file = Text("t", "文件", file=Attached("a.pdf", "0" * 64, b"%PDF-1.7"))
    assert type(await tried(sender, file)) is kind


@pytest.mark.parametrize(
    "page",
    [
        lambda _: web.Response(text="<html>blocked</html>", content_type="text/html", status=403),
        lambda _: web.Response(text="<html>blocked</html>", content_type="text/html"),
        lambda _: {"status": 1111, "punish": "deny"},
    ],
    ids=["page", "page of 200", "object"],
)
async def test_a_blocked_address_stops_every_call_for_five_minutes(
    sender: Adapter, platform: Platform, now: MovableClock, page: Any
) -> None:
    platform.say[SEND] = page
    blocked = await tried(sender)
    assert isinstance(blocked, Retryable) and not isinstance(blocked, Unseen) and blocked.wait == 300
    platform.calls.clear()
    assert isinstance(await tried(sender, key="b", to=GROUP), Retryable)
    assert not platform.calls
    now.advance(seconds=301)
    del platform.say[SEND]
    await sender.send(TO, WORDS, key="psh_1")


async def test_a_busy_call_holds_up_its_like_and_nothing_else(sender: Adapter, platform: Platform, now: Any) -> None:
    platform.say[SEND] = refusal(429, "", **{"Retry-After": "17"})
    busy = await tried(sender)
    assert isinstance(busy, Retryable) and busy.wait == 17
    assert isinstance(await tried(sender, key="b"), Retryable) and platform.calls[SEND] == 1
    await sender.send(GROUP, WORDS, key="c")
    now.advance(seconds=18)
    del platform.say[SEND]
    await sender.send(TO, WORDS, key="psh_1")


async def test_forty_a_second_and_the_months_calls(made: Any, platform: Platform, now: MovableClock) -> None:
    adapter = made(monthly_calls=45)
    for n in range(40):
        await adapter.send(TO, WORDS, key=f"k{n}")
    assert isinstance(await tried(adapter, key="k40"), Retryable)
    now.advance(seconds=1)
    for n in range(40, 45):
        await adapter.send(TO, WORDS, key=f"k{n}")
    spent = await tried(adapter, key="k45")
    assert isinstance(spent, Misconfigured) and spent.cause == "本月接口次数用完了"
    assert platform.calls[SEND] == 45
    now.advance(hours=24 * 31)
    await adapter.send(TO, WORDS, key="k45")


# the line


def unseen(platform: Platform, path: str = SEND) -> None:
    platform.say[path] = lambda _: web.Response(text='{"processQ', content_type="application/json")


async def test_a_sending_whose_answer_was_not_seen_is_repeated_once(sender: Adapter, platform: Platform) -> None:
    unseen(platform)
    assert isinstance(await tried(sender), Unseen)
    assert isinstance(await tried(sender), Unseen)
    for _ in range(3):
        assert isinstance(await tried(sender), NotDeliverable)
    assert platform.calls[SEND] == 2
    del platform.say[SEND]
    await sender.send(TO, WORDS, key="psh_2")


async def test_it_is_not_repeated_while_the_platform_is_away(sender: Adapter, platform: Platform) -> None:
    """An outage of any length costs no message: the one repeat waits until the platform is heard again."""
    unseen(platform)
    assert isinstance(await tried(sender), Unseen)
    unseen(platform, "v1.0/oauth2/accessToken")
    for _ in range(5):
        away = await tried(sender)
        assert isinstance(away, Retryable) and not isinstance(away, Unseen)
    assert platform.calls[SEND] == 1
    platform.say["v1.0/oauth2/accessToken"] = lambda _: {"accessToken": "t", "expireIn": 7200}
    del platform.say[SEND]
    assert (await sender.send(TO, WORDS, key="psh_1")).reference == "pq"


async def test_a_refusal_is_no_repeat(sender: Adapter, platform: Platform, now: MovableClock) -> None:
    for _ in range(4):
        platform.say[SEND] = refusal(503, "ServiceUnavailable")
        assert isinstance(await tried(sender), Retryable)
        now.advance(seconds=5)
    del platform.say[SEND]
    await sender.send(TO, WORDS, key="psh_1")
    assert platform.calls[SEND] == 5


async def test_a_redirect_is_not_followed(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = lambda _: web.Response(status=302, headers={"Location": "/elsewhere"})
    assert isinstance(await tried(sender), Retryable)
    assert not platform.calls["elsewhere"]


async def test_nothing_secret_is_logged(
    sender: Adapter, platform: Platform, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    platform.say[SEND] = refusal(500, "x")
    await tried(sender)
    written = caplog.text + "".join(capsys.readouterr())
    assert "token-1" not in written and "app-secret" not in written


# files


async def test_a_file_is_fetched_by_its_code(sender: Adapter, platform: Platform, base: str) -> None:
    platform.say["v1.0/robot/messageFiles/download"] = lambda _: {"downloadUrl": f"{base}files/1.jpg?sign=a%2Bb"}
    platform.say["files/1.jpg"] = lambda _: web.Response(body=b"\xff\xd8\xff a card")
    assert await sender.fetch(FileRef("dc", kind="image")) == ("image.jpg", b"\xff\xd8\xff a card")
    assert platform.asked[-1].path_qs == "/files/1.jpg?sign=a%2Bb"  # signed addresses are asked for as they are
    assert await sender.fetch(FileRef("dc", "../合同.pdf")) == ("../合同.pdf", b"\xff\xd8\xff a card")
    assert platform.bodies["v1.0/robot/messageFiles/download"][0]["downloadCode"] == "dc"


ELSEWHERE = [
    "file:///etc/passwd", "https://127.0.0.1/x", "http://169.254.169.254/latest", "https://2130706433/x",
    "https://[::1]/x", "https://localhost/x", "ftp://files.example/x", "https://[", "//files.example/x",
]  # fmt: skip


async def test_a_file_elsewhere_is_never_fetched(sender: Adapter, platform: Platform) -> None:
    for url in ELSEWHERE:
        platform.say["v1.0/robot/messageFiles/download"] = lambda _, url=url: {"downloadUrl": url}
        with pytest.raises(PlatformRefused):
            await sender.fetch(FileRef("dc"))
    for nothing in ("", None, 7):
        platform.say["v1.0/robot/messageFiles/download"] = lambda _, it=nothing: {"downloadUrl": it}
        with pytest.raises(Unseen):
            await sender.fetch(FileRef("dc"))
    platform.say["v1.0/robot/messageFiles/download"] = refusal(400, "invalidParameter.downloadCode.invalid")
    with pytest.raises(PlatformRefused) as gone:
        await sender.fetch(FileRef("dc"))
    assert "再发一次" in gone.value.hint


def test_a_file_is_fetched_over_https_whatever_was_said() -> None:
    assert _fetchable("http://f.example.com/a%2Bb?s=1%2F", config()) == "https://f.example.com/a%2Bb?s=1%2F"


async def test_a_file_is_sent_and_uploaded_once(sender: Adapter, platform: Platform, now: MovableClock) -> None:
    platform.say["media/upload"] = lambda _: {"errcode": 0, "media_id": "@media"}
    file = Text("t", "报价", file=Attached("瑞禾报价.pdf", "0" * 64, b"%PDF-1.7"))
    platform.say[SEND] = refusal(503, "busy")
    await tried(sender, file)
    del platform.say[SEND]
    now.advance(seconds=5)
    await sender.send(TO, file, key="psh_1")
    assert platform.calls["media/upload"] == 1
    assert json.loads(platform.bodies[SEND][-1]["msgParam"])["mediaId"] == "@media"


async def test_where_the_new_token_is_not_taken_for_media_the_old_one_is(sender: Adapter, platform: Platform) -> None:
    def upload(request: web.Request) -> Any:
        old = request.query["access_token"] == "old-token"
        return {"errcode": 0, "media_id": "@m"} if old else {"errcode": 40014, "errmsg": "invalid"}

    platform.say["media/upload"] = upload
    await sender.send(TO, Text("t", "图", file=Attached("a.png", "0" * 64, b"\x89PNG\r\n\x1a\n ")), key="psh_1")
    assert platform.bodies[SEND][0]["msgKey"] == "sampleImageMsg"


# what is asked


async def test_an_approval_is_read_with_its_form(sender: Adapter, platform: Platform) -> None:
    cells = [{"label": "产品", "key": "c1", "value": "A"}, {"label": "数量", "key": "c2", "value": "3"}]
    form = [
        {"id": "TextField-1", "name": "客户名称", "value": "华东医疗", "componentType": "TextField"},
        {"id": "MoneyField-2", "bizAlias": "amount", "name": "合同金额（元）", "value": "2170000"},
        {"id": "r", "name": '["开始","结束"]', "value": '["2026-12-01","2026-12-31"]'},
        {"id": "m", "name": "付款方式", "value": '["预付","尾款"]'},
        {"id": "t", "name": "明细", "value": json.dumps([{"rowValue": cells, "rowNumber": "1"}])},
        {"id": "e", "name": "备注", "value": "null"},
    ]
    result = {
        "title": "张伟提交的合同审批", "status": "COMPLETED", "result": "agree", "originatorUserId": "zhang.wei",
        "createTime": "2026-11-22T08:00Z", "finishTime": "2026-11-22T09:30Z", "formComponentValues": form,
    }  # fmt: skip
    platform.say["v1.0/workflow/processInstances"] = lambda _: {"success": True, "result": result}
    found = await sender.approval("pi 1&x=2")
    assert (found.id, found.state, found.applicant, found.at.isoformat()) == (
        "pi 1&x=2", "agreed", "zhang.wei", "2026-11-22T09:30:00+00:00",
    )  # fmt: skip
    assert platform.asked[-1].query["processInstanceId"] == "pi 1&x=2"
    assert found.form == (
        FormField("TextField-1", "客户名称", "华东医疗"), FormField("amount", "合同金额（元）", "2170000"),
        FormField("r", "开始、结束", "2026-12-01、2026-12-31"), FormField("m", "付款方式", "预付、尾款"),
        FormField("c1", "产品", "A"), FormField("c2", "数量", "3"), FormField("e", "备注", ""),
    )  # fmt: skip
    for state, ours in (("RUNNING", "running"), ("TERMINATED", "withdrawn")):
        result.update(status=state, result="")
        assert (await sender.approval("pi")).state == ours
    platform.say["v1.0/workflow/processInstances"] = lambda _: {"success": True}
    with pytest.raises(Unseen):
        await sender.approval("pi")


async def test_a_page_knows_who_opens_it(sender: Adapter, platform: Platform) -> None:
    platform.say["topapi/v2/user/getuserinfo"] = lambda _: {"errcode": 0, "result": {"userid": "zhang.wei"}}
    assert await sender.whose("in-app") == "zhang.wei"
    platform.say["topapi/v2/user/getuserinfo"] = lambda _: {"errcode": 40078, "errmsg": "invalid code"}
    platform.say["v1.0/oauth2/userAccessToken"] = lambda _: {"accessToken": "persons-own"}
    platform.say["v1.0/contact/users/me"] = lambda _: {"unionId": "u1", "nick": "张伟"}
    member = {"userid": "zhang.wei", "contact_type": 0}
    platform.say["topapi/user/getbyunionid"] = lambda _: {"errcode": 0, "result": member}
    assert await sender.whose("by-login") == "zhang.wei"
    member["contact_type"] = 1
    with pytest.raises(NotDeliverable):
        await sender.whose("by-login")
    platform.say["v1.0/oauth2/userAccessToken"] = refusal(400, "invalidParameter.authCode.notFound")
    with pytest.raises(PlatformRefused):
        await sender.whose("used")


async def test_where_a_browser_logs_in(sender: Adapter, base: str) -> None:
    there = urlsplit(sender.login_url("https://bot.example/sidebar?a=1", "state&x"))
    assert f"{there.scheme}://{there.netloc}/" == base and there.path == "/oauth2/auth"
    asked = parse_qs(there.query)
    assert (asked["redirect_uri"], asked["state"]) == (["https://bot.example/sidebar?a=1"], ["state&x"])


async def test_a_page_is_given_its_keys(made: Any, platform: Platform) -> None:
    platform.say["v1.0/oauth2/jsapiTickets"] = lambda _: {"jsapiTicket": "ticket", "expireIn": 7200}
    adapter = made(corp_id="dingcorp", agent_id="42")
    for _ in range(2):
        keys = await adapter.page_keys("https://bot.example/sidebar?x=1#part")
    url = "https://bot.example/sidebar?x=1"
    assert keys["signature"] == page_signature("ticket", keys["nonceStr"], keys["timeStamp"], url)
    assert (keys["agentId"], keys["corpId"], platform.calls["v1.0/oauth2/jsapiTickets"]) == ("42", "dingcorp", 1)
    with pytest.raises(Misconfigured):
        await made().page_keys("https://bot.example/")


async def test_missed_events_are_asked_for_and_kept_once(made: Any, platform: Platform, shelf: Any) -> None:
    event = {"eventId": "ev-1", "processInstanceId": "pi-1", "type": "finish", "result": "agree", "staffId": "z"}
    lost = {"callBackTag": "bpms_instance_change", "callBackData": json.dumps(event), "eventTime": NOW_MS}
    strange = {"callBackTag": "", "callBackData": "no json"}
    platform.say["v1.0/event/callbacks/failedResults"] = lambda _: {"failedList": [lost, strange, lost, 7]}
    adapter = made()
    await adapter.start(shelf)
    await asyncio.sleep(0.3)
    (kept,) = shelf.kept
    assert kept.key == "ev-1"
    assert adapter.parse(kept.payload).data["state"] == "agreed"
    await adapter.stop()


async def test_the_doctor_is_told_what_answers(made: Any, platform: Platform, base: str, unused_tcp_port: int) -> None:
    said = await made(client_id="dingX").check()
    assert said == "钉钉应答正常：应用 dingX，HTTP 回调，没配卡片模板，按钮打开网页或回文字"
    streaming = made(client_id="dingX", mode="stream", card_template_id="t")
    opened = {"endpoint": f"ws://{urlsplit(base).netloc}/connect", "ticket": "t"}
    platform.say["v1.0/gateway/connections/open"] = lambda _: opened
    assert await streaming.check() == "钉钉应答正常：应用 dingX，Stream，卡片模板可用"
    assert "ticket" not in platform.asked[-1].query  # no line of the running bot is taken from it
    opened["endpoint"] = f"ws://127.0.0.1:{unused_tcp_port}/connect"
    with pytest.raises(Misconfigured) as closed:
        await streaming.check()
    assert closed.value.mend.startswith("防火墙放行 127.0.0.1")


async def test_the_directory_names_a_stranger(sender: Adapter, platform: Platform) -> None:
    platform.say["topapi/v2/user/get"] = lambda _: {"errcode": 0, "result": {"userid": "zhao.min", "name": "赵敏"}}
    assert await sender.name_of("zhao.min") == "赵敏"
    platform.say["topapi/v2/user/get"] = lambda _: {"errcode": 60121, "errmsg": "no such user"}
    assert await sender.name_of("nobody") == ""
