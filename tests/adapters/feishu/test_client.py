"""Sending, changing, fetching: through a server that answers what the platform answers, good and bad."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from aiohttp import web

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
from adapters.feishu import Adapter
from adapters.feishu.codes import ContentStopped
from adapters.messages import Address, Attached, Button, Card, Text
from tests.adapters.feishu.twins import GROUP, ZHANG, Platform, config, refused
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf

TO, CHAT = Address("lark", ZHANG), Address("lark", chat=GROUP)
CARD = Card("reading.clear", "松涛教育", buttons=(Button("confirm", "确认"),))
HI = Text("k", "好")
SEND = "im/v1/messages"


async def test_a_card_is_sent_with_its_key(sender: Adapter, platform: Platform) -> None:
    sent = await sender.send(TO, CARD, key="out_1")
    assert (sent.reference, sent.change_code, sent.change_uses) == ("om_new", "om_new", None)
    (body,) = platform.bodies[SEND]
    assert (body["receive_id"], body["msg_type"], body["uuid"]) == (ZHANG, "interactive", "out_1")
    assert json.loads(body["content"])["schema"] == "2.0"
    assert platform.queries[-1] == {"receive_id_type": "open_id"}


async def test_a_group_gets_text(sender: Adapter, platform: Platform) -> None:
    sent = await sender.send(CHAT, CARD, key="out_1")
    assert (platform.bodies[SEND][0]["msg_type"], platform.queries[-1]) == ("text", {"receive_id_type": "chat_id"})
    assert (sent.change_code, sent.change_uses) == ("", 0)


@pytest.mark.parametrize(
    "to", [Address("lark", "all"), Address("lark", "ou_a,ou_b"), Address("lark"), Address("lark", chat="x")]
)
async def test_nobody_but_one_is_addressed(to: Address, sender: Adapter, platform: Platform) -> None:
    with pytest.raises(NotDeliverable):
        await sender.send(to, HI, key="out_1")
    assert not platform.calls


async def test_a_card_is_changed_in_its_place(sender: Adapter, platform: Platform) -> None:
    sent = await sender.change(TO, CARD, key="out_1", change_code="om_1")
    assert platform.calls["PATCH im/v1/messages/om_1"] == 1
    assert sent.change_uses is None
    for push, code in ((CARD, ""), (CARD, "../om_1"), (HI, "om_1")):
        with pytest.raises(NotDeliverable):
            await sender.change(TO, push, key="out_1", change_code=code)


@pytest.mark.parametrize("code", [230011, 230012, 230031, 230110])
async def test_a_card_that_can_be_changed_no_more_is_said_anew(code: int, sender: Adapter, platform: Platform) -> None:
    platform.say["im/v1/messages/om_1"] = refused(code)
    with pytest.raises(PlatformRefused):
        await sender.change(TO, CARD, key="out_1", change_code="om_1")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (99991400, Retryable), (230020, Retryable), (11232, Retryable),
        (99991663, TokenRejected), (99991672, Misconfigured), (99991543, Misconfigured), (230006, Misconfigured),
        (230001, PlatformRefused), (230099, PlatformRefused), (230028, ContentStopped), (4711, PlatformRefused),
        (230002, NotDeliverable), (230013, NotDeliverable), (230018, NotDeliverable),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 400])
async def test_a_refusal_is_known_by_its_code(
    code: int, status: int, kind: type[SendError], sender: Adapter, platform: Platform
) -> None:
    platform.say[SEND] = refused(code, status)
    with pytest.raises(SendError) as no:
        await sender.send(TO, HI, key="out_1")
    assert type(no.value) is kind or (kind is Retryable and isinstance(no.value, Retryable))
    assert no.value.hint
    assert "secret" not in no.value.message


async def test_row_14_a_dead_token_is_renewed_once_for_a_hundred(sender: Adapter, platform: Platform) -> None:
    def judged(request: web.Request) -> Any:
        if request.headers["Authorization"] == "Bearer t-1":
            return web.json_response({"code": 99991663, "msg": "expired"}, status=400)
        return {"code": 0, "data": {"message_id": "om_new"}}

    platform.say[SEND] = judged
    several = (sender.send(Address("lark", f"ou_{n}"), HI, key=f"out_{n}") for n in range(40))
    assert len(await asyncio.gather(*several)) == 40
    assert platform.tokens == 2


async def test_row_14_a_refresh_that_fails_is_no_storm(sender: Adapter, platform: Platform) -> None:
    platform.say["auth/v3/tenant_access_token/internal"] = refused(10014, 200)
    several = [sender.send(Address("lark", f"ou_{n}"), HI, key=f"out_{n}") for n in range(20)]
    answers = await asyncio.gather(*several, return_exceptions=True)
    assert all(isinstance(one, Misconfigured) for one in answers)
    assert platform.calls["POST auth/v3/tenant_access_token/internal"] == 1


@pytest.mark.parametrize(("head", "wait"), [({"x_ogw_ratelimit_reset": "7"}, 7), ({"Retry_After": "9"}, 9), ({}, 1)])
@pytest.mark.parametrize(("code", "status"), [(99991400, 429), (99991400, 400), (0, 429)])
async def test_row_13_it_waits_as_long_as_it_is_told(
    head: dict[str, str], wait: float, code: int, status: int, sender: Adapter, platform: Platform, now: Any
) -> None:
    platform.say[SEND] = refused(code, status, **head)
    with pytest.raises(Retryable) as busy:
        await sender.send(TO, HI, key="out_1")
    assert busy.value.wait == wait
    with pytest.raises(Retryable):
        await sender.send(Address("lark", "ou_other"), HI, key="out_2")
    assert platform.calls[f"POST {SEND}"] == 1
    del platform.say[SEND]
    now.advance(seconds=wait + 1)
    await sender.send(TO, HI, key="out_1")


async def test_a_busy_group_holds_up_nobody_else(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = refused(230020)
    with pytest.raises(Retryable):
        await sender.send(CHAT, HI, key="out_1")
    del platform.say[SEND]
    await sender.send(TO, HI, key="out_2")


async def test_no_more_than_the_platform_takes(sender: Adapter, platform: Platform, now: Any) -> None:
    """Five a second to one person by waiting; a thousand a minute by coming again."""
    began = time.monotonic()
    for n in range(6):
        await sender.send(TO, HI, key=f"out_{n}")
    assert time.monotonic() - began >= 1.0
    sender.remember([(TO, 70.0), *((Address("lark", "ou_b"), 59.0) for _ in range(1000))])
    with pytest.raises(Retryable) as full:
        await sender.send(Address("lark", "ou_c"), HI, key="out_7")
    assert full.value.wait == pytest.approx(1.0)
    now.advance(seconds=1.01)
    await sender.send(TO, HI, key="out_7")
    assert platform.calls[f"POST {SEND}"] == 7


ODD = {
    "half a JSON": lambda: web.Response(text='{"code": 0, "da', content_type="application/json"),
    "a page": lambda: web.Response(text="<html>log in</html>", content_type="text/html"),
    "a gateway's page": lambda: web.Response(status=502, text="<html>bad gateway</html>"),
    "a list": lambda: web.json_response(["x"]),
    "a code in words": lambda: web.json_response({"code": "many"}),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_row_12_an_answer_that_cannot_be_read_is_unseen(odd: Any, sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = lambda _: odd()
    with pytest.raises(Unseen):
        await sender.send(TO, HI, key="out_1")


async def test_row_12_a_redirect_is_not_followed(sender: Adapter, platform: Platform) -> None:
    platform.say[SEND] = lambda _: web.Response(status=302, headers={"Location": "/open-apis/elsewhere"})
    with pytest.raises(Retryable):
        await sender.send(TO, HI, key="out_1")
    assert "POST elsewhere" not in platform.calls
    assert "GET elsewhere" not in platform.calls


async def test_a_file_is_uploaded_once_and_sent(sender: Adapter, platform: Platform) -> None:
    platform.say["im/v1/files"] = lambda _: {"code": 0, "data": {"file_key": "file_1"}}
    platform.say["im/v1/images"] = lambda _: {"code": 0, "data": {"image_key": "img_1"}}
    offer = Text("k", "发不到这里", file=Attached("报价单.pdf", "0" * 64, b"%PDF-1.4"))
    for _ in range(2):
        await sender.send(TO, offer, key="out_1")
    assert platform.calls["POST im/v1/files"] == 1
    (upload,) = platform.bodies["im/v1/files"]
    assert b'name="file_type"' in upload
    assert b"pdf" in upload
    assert "报价单.pdf".encode() in upload
    assert [one["content"] for one in platform.bodies[SEND]] == ['{"file_key":"file_1"}'] * 2
    picture = Text("k", "", file=Attached("热力图.png", "0" * 64, b"\x89PNG\r\n\x1a\n0"))
    await sender.send(CHAT, picture, key="out_2")
    assert platform.bodies[SEND][-1]["msg_type"] == "image"
    await sender.send(TO, Text("k", "发不到这里", file=Attached("空.pdf", "0" * 64)), key="out_3")
    assert json.loads(platform.bodies[SEND][-1]["content"]) == {"text": "发不到这里"}


async def test_a_file_is_fetched(sender: Adapter, platform: Platform) -> None:
    path = "im/v1/messages/om_1/resources/file_1"
    platform.say[path] = lambda _: web.Response(body=b"%PDF", content_type="application/pdf")
    assert await sender.fetch(FileRef("om_1/file_1?file", "报价单.pdf")) == ("报价单.pdf", b"%PDF")
    assert platform.queries[-1] == {"type": "file"}
    named = {"Content-Disposition": 'attachment; filename="a.json"'}
    platform.say[path] = lambda _: web.json_response({"code": 7}, headers=named)
    assert (await sender.fetch(FileRef("om_1/file_1?image", kind="image")))[0] == "image"
    platform.say[path] = refused(234008)
    with pytest.raises(PlatformRefused):
        await sender.fetch(FileRef("om_1/file_1?file"))
    platform.say[path] = lambda _: web.Response(body=b"", content_type="application/pdf")
    with pytest.raises(Unseen):
        await sender.fetch(FileRef("om_1/file_1?file"))


@pytest.mark.parametrize(
    "handle", ["", "om_1", "om_1/../x?file", "om_1/x?file&y", "http://127.0.0.1/x", "om_1/x/y?file"]
)
async def test_row_42_nothing_else_is_fetched(handle: str, sender: Adapter, platform: Platform) -> None:
    with pytest.raises(PlatformRefused):
        await sender.fetch(FileRef(handle))
    assert not platform.calls


FORM = [
    {"id": "w1", "custom_id": "amount", "name": "合同金额", "type": "amount", "value": 800000.50},
    {"id": "w2", "name": "签约主体", "type": "radioV2", "value": "华星科技有限公司"},
    {"id": "w3", "name": "附件", "type": "attachmentV2", "value": ["https://x/1"], "ext": "合同.pdf,附录.pdf"},
    {"id": "w4", "name": "工期", "type": "dateInterval", "value": {"start": "2026-12-01", "end": "2026-12-31"}},
    {"id": "w5", "name": "明细", "type": "fieldList", "value": [[{"id": "w6", "name": "品名", "value": "探头"}],
                                                              [{"id": "w6", "name": "品名", "value": "主机"}]]},
    {"id": "w7", "name": "付款方式", "type": "checkboxV2", "value": ["预付", "尾款"]},
    "odd",
]  # fmt: skip


async def test_an_approval_is_told_whole(sender: Adapter, platform: Platform, now: Any) -> None:
    data = {"approval_name": "合同审批", "approval_code": "T-1", "status": "APPROVED", "open_id": ZHANG,
            "start_time": "1795300000000", "end_time": 1795309000000, "form": json.dumps(FORM)}  # fmt: skip
    platform.say["approval/v4/instances/INST-1"] = lambda _: {"code": 0, "data": data}
    told = await sender.approval("INST-1")
    assert (told.id, told.template, told.state, told.applicant, told.title) == (
        "INST-1",
        "T-1",
        "agreed",
        ZHANG,
        "合同审批",
    )
    assert told.at.timestamp() == 1795309000
    assert told.form == (
        FormField("amount", "合同金额", "800000.5"),
        FormField("w2", "签约主体", "华星科技有限公司"),
        FormField("w3", "附件", "合同.pdf、附录.pdf"),
        FormField("w4", "工期", "2026-12-01 – 2026-12-31"),
        FormField("w6", "品名", "探头"),
        FormField("w6", "品名", "主机"),
        FormField("w7", "付款方式", "预付、尾款"),
    )
    data |= {"reverted": True, "form": "[}"}
    with pytest.raises(Unseen):
        await sender.approval("INST-1")
    data["form"] = ""
    assert (await sender.approval("INST-1")).state == "withdrawn"
    with pytest.raises(PlatformRefused):
        await sender.approval("../x")


async def test_whoever_opens_a_page_is_named(sender: Adapter, platform: Platform) -> None:
    assert sender.login_url("https://g.example/back?a=1", "s1") == (
        "https://accounts.feishu.cn/open-apis/authen/v1/authorize"
        "?client_id=cli_a1b2c3d4e5f6&redirect_uri=https%3A%2F%2Fg.example%2Fback%3Fa%3D1&state=s1"
    )
    with pytest.raises(ValueError, match="state"):
        sender.login_url("https://g.example", "a&b")
    platform.say["authen/v2/oauth/token"] = lambda _: {"code": 0, "access_token": "u-1"}
    person = {"open_id": ZHANG, "tenant_key": "ours"}
    platform.say["authen/v1/user_info"] = lambda _: {"code": 0, "data": person}
    platform.say["tenant/v2/tenant/query"] = lambda _: {"code": 0, "data": {"tenant": {"tenant_key": "ours"}}}
    assert await sender.whose("code-1") == ZHANG
    assert platform.bodies["authen/v2/oauth/token"][0]["code"] == "code-1"
    person["tenant_key"] = "theirs"
    with pytest.raises(NotDeliverable):
        await sender.whose("code-2")
    assert platform.calls["GET tenant/v2/tenant/query"] == 1
    platform.say["authen/v2/oauth/token"] = refused(20003)
    with pytest.raises(PlatformRefused):
        await sender.whose("code-1")
    with pytest.raises(PlatformRefused):
        await sender.whose("")


async def test_a_page_gets_its_keys_from_one_ticket(sender: Adapter, platform: Platform) -> None:
    platform.say["jssdk/ticket/get"] = lambda _: {"code": 0, "data": {"ticket": "tk", "expire_in": 7200}}
    first, second = [await sender.page_keys("https://g.example/p#x") for _ in range(2)]
    assert (first["appId"], first["timestamp"]) == ("cli_a1b2c3d4e5f6", 1795310000000)
    assert first["nonceStr"] != second["nonceStr"]
    assert platform.calls["POST jssdk/ticket/get"] == 1


async def test_the_doctor_is_told_the_bots_name(sender: Adapter, platform: Platform) -> None:
    platform.say["bot/v3/info"] = lambda _: {"code": 0, "bot": {"app_name": "跟进", "open_id": "ou_bot"}}
    assert await sender.check() == "飞书应答正常：机器人「跟进」，用回调地址收消息"


async def test_approvals_are_asked_for_by_their_templates(
    platform: Platform, http: Any, now: Any, aiohttp_server: Any
) -> None:
    server = await aiohttp_server(platform.app())
    account = config(approval_codes=("T-1", "T-2", "T-3"), api_base=str(server.make_url("/")))
    asking = Adapter(account, now, http, MemoryTokens(), MemoryLimits(now))
    path = "approval/v4/approvals/{}/subscribe"
    platform.say[path.format("T-1")] = refused(1390007)
    platform.say[path.format("T-2")] = refused(1390002)
    platform.say["bot/v3/info"] = lambda _: {"code": 0, "bot": {"app_name": "跟进", "open_id": "ou_bot"}}
    await asking.start(Shelf())
    async with asyncio.timeout(10):
        while not platform.calls[f"POST {path.format('T-3')}"]:
            await asyncio.sleep(0.01)
    await asking.stop()
    with pytest.raises(PlatformRefused) as no:
        await asking.check()
    assert "approval_codes" in no.value.hint
