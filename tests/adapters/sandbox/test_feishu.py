"""The stand-in Feishu: it seals as the real one, and refuses what the real one refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_callbacks import TRIES
from adapters.sandbox.feishu_people import FeishuPeople
from adapters.sandbox.feishu_seal import BadFeishuSeal, FeishuSeal
from adapters.sandbox.loopback import on_loopback
from adapters.sandbox.shelf import Shelf
from adapters.sandbox.world import CannotDo, World
from bot.clock import MovableClock
from tests.adapters.feishu.twins import VECTORS
from tests.adapters.sandbox.fake import START
from tests.fixtures.web import web_at

SEALED = [
    case for case in VECTORS
    if case["kind"] in ("http_event", "card_callback") and case["config"]["encrypt_key"]
    and case["expect"]["outcome"] == "accept"
]  # fmt: skip


@pytest.mark.parametrize("case", SEALED, ids=lambda case: case["id"])
def test_its_seal_is_the_sdks(case: dict[str, Any]) -> None:
    seal, body = FeishuSeal(case["config"]["encrypt_key"]), case["request"]["body"].encode()
    encrypt = json.loads(body)["encrypt"]
    assert seal.close(seal.open(encrypt), base64.b64decode(encrypt)[:16]) == encrypt
    head = case["request"]["headers"]
    if head:
        signed = seal.sign(head["X-Lark-Request-Timestamp"], head["X-Lark-Request-Nonce"], body)
        assert signed == head["X-Lark-Signature"]


@pytest.mark.parametrize("odd", ["", "AAAA", "%%%", base64.b64encode(b"0" * 32).decode()])
def test_what_is_not_sealed_so_is_not_opened(odd: str) -> None:
    with pytest.raises(BadFeishuSeal):
        FeishuSeal("a key").open(odd)


class Lark:
    """A plain client of the stand-in server."""

    def __init__(self, people: FeishuPeople, http: httpx.AsyncClient) -> None:
        self.people, self.http, self.token = people, http, ""
        self.app = people.app()

    async def login(self, **changes: str) -> dict[str, Any]:
        body = {"app_id": self.app.app_id, "app_secret": self.app.secret, **changes}
        said = (await self.http.post("auth/v3/tenant_access_token/internal", json=body)).json()
        self.token = said.get("tenant_access_token", self.token)
        return said

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, dict[str, Any]]:
        head = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.http.request(method, path, params=query, json=body, headers=head)
        return answer.status_code, answer.json()

    async def send(
        self, to: str = "", form: str = "text", content: Any = None, **more: str
    ) -> tuple[int, dict[str, Any]]:
        said = content if isinstance(content, str) else json.dumps(content or {"text": "你好"}, ensure_ascii=False)
        body = {"receive_id": to or self.app.open_id("zhang.wei"), "msg_type": form, "content": said, **more}
        return await self.call("POST", "im/v1/messages", body, receive_id_type="open_id")

    async def code(self, *given: Any, **more: Any) -> int:
        return int((await self.send(*given, **more))[1]["code"])


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
async def people(clock: MovableClock) -> AsyncIterator[FeishuPeople]:
    people = FeishuPeople(World(clock))
    async with on_loopback(people.world, [people]):
        yield people


@pytest.fixture
async def lark(people: FeishuPeople) -> AsyncIterator[Lark]:
    async with web_at(f"{people.base}/open-apis/") as http:
        client = Lark(people, http)
        assert (await client.login())["expire"] == 7200
        yield client


def card(*elements: dict[str, Any], **parts: Any) -> dict[str, Any]:
    head = {"title": {"tag": "plain_text", "content": "松涛教育"}, "template": "orange"}
    whole = {"schema": "2.0", "config": {"update_multi": True}, "header": head, "body": {"elements": list(elements)}}
    return {**whole, **parts}


def button(**parts: Any) -> dict[str, Any]:
    face = {"tag": "button", "text": {"tag": "plain_text", "content": "确认"}, "type": "primary"}
    return {**face, "behaviors": [{"type": "callback", "value": {"b": "confirm", "k": "out_1"}}], **parts}


def form(*elements: dict[str, Any]) -> dict[str, Any]:
    return card({"tag": "form", "name": "f", "elements": list(elements)})


MARKDOWN = {"tag": "markdown", "content": "**客户**  松涛 &#42; 教育"}
SELECT = {"tag": "select_static", "name": "choice", "options": [{"text": {"content": "演示"}, "value": "a"}]}
GOOD = {
    "words": card(MARKDOWN),
    "a button": card(button()),
    "a page": card(button(behaviors=[{"type": "open_url", "default_url": "https://x.y"}])),
    "a form": form(SELECT, button(name="n", form_action_type="submit")),
}
BAD = {
    "of the old kind": card(MARKDOWN, schema="1.0"),
    "not shared": card(MARKDOWN, config={}),
    "without a title": card(MARKDOWN, header={"template": "red"}),
    "of no colour": card(MARKDOWN, header={"title": {"content": "x"}, "template": "pink"}),
    "an unknown tag": card({"tag": "action", "actions": []}),
    "a note": card({"tag": "note", "elements": []}),
    "a button that does nothing": card(button(behaviors=[])),
    "a button without words": card(button(text={"content": ""})),
    "a page that is none": card(button(behaviors=[{"type": "open_url", "default_url": "javascript:x"}])),
    "a form without a button": form(SELECT),
    "a nameless select": form({**SELECT, "name": ""}, button(name="n", form_action_type="submit")),
    "a name twice": form({**SELECT, "name": "n"}, button(name="n", form_action_type="submit")),
    "no options": card({**SELECT, "options": []}),
    "201 elements": card(*[MARKDOWN] * 201),
}  # fmt: skip


@pytest.mark.parametrize("one", GOOD.values(), ids=GOOD)
async def test_a_good_card_is_shown(one: dict[str, Any], lark: Lark) -> None:
    status, said = await lark.send(form="interactive", content=one)
    assert (status, said["code"]) == (200, 0)
    (item,) = lark.people.world.inbox("zhang.wei")
    assert (item.reference, item.shown.title, item.shown.tone) == (said["data"]["message_id"], "松涛教育", "decide")


@pytest.mark.parametrize("one", BAD.values(), ids=BAD)
async def test_a_card_that_cannot_be_built_is_refused(one: dict[str, Any], lark: Lark) -> None:
    assert await lark.send(form="interactive", content=one) == (400, {"code": 230099, "msg": _any()})
    assert lark.people.world.inbox("zhang.wei") == []


class _any:
    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other != ""

    def __hash__(self) -> int:
        return 0


async def test_it_is_drawn_as_one_sees_it(lark: Lark) -> None:
    grey = {"tag": "markdown", "content": "<font color='grey'>已记下</font>"}
    await lark.send(form="interactive", content=card(grey, MARKDOWN, button()))
    (item,) = lark.people.world.inbox("zhang.wei")
    assert (item.shown.status, item.shown.facts, item.task) == ("已记下", (("客户", "松涛 * 教育"),), "out_1")
    assert [(one.id, one.label, one.main) for one in item.shown.buttons] == [("confirm", "确认", True)]


async def test_whoever_is_called_by_name_is_noted(lark: Lark) -> None:
    await lark.send(content={"text": '<at user_id="all"></at> 散会'})
    await lark.send(
        form="interactive",
        content=card({"tag": "markdown", "content": "<at id=ou_x></at> [点此](http://evil.example)"}),
    )
    assert lark.people.server.messages.mentioned == ["all", "ou_x"]
    assert [one.url for one in lark.people.world.inbox("zhang.wei")[1].shown.buttons] == ["http://evil.example"]


BIG = card({"tag": "markdown", "content": "x" * (30 * 1024)})
MALFORMED: dict[str, tuple[dict[str, Any], int]] = {
    "no JSON": ({"content": "no json"}, 230001),
    "a list": ({"content": "[]"}, 230001),
    "no words": ({"content": {"text": ""}}, 230001),
    "of no type": ({"form": "markdown"}, 230001),
    "a picture that is not there": ({"form": "image", "content": {"image_key": "img_0"}}, 230001),
    "a long uuid": ({"uuid": "x" * 51}, 99992402),
    "a long text": ({"content": {"text": "x" * (150 * 1024)}}, 230025),
    "a big card": ({"form": "interactive", "content": BIG}, 230025),
}


@pytest.mark.parametrize(("given", "code"), MALFORMED.values(), ids=MALFORMED)
async def test_what_is_not_well_formed_is_refused(given: dict[str, Any], code: int, lark: Lark) -> None:
    assert await lark.code(**given) == code
    assert (await lark.call("POST", "im/v1/messages", {"receive_id": "ou_1"}))[1]["code"] == 99992402


async def test_nobody_unknown_is_reached(lark: Lark) -> None:
    assert await lark.code(FeishuApp(app_id="cli_other").open_id("zhang.wei")) == 99992351
    body = {"receive_id": "oc_nowhere", "msg_type": "text", "content": '{"text": "x"}'}
    assert (await lark.call("POST", "im/v1/messages", body, receive_id_type="chat_id"))[1]["code"] == 230002
    group = lark.people.server.messages.know_chat(lark.app, "g1")
    assert (await lark.call("POST", "im/v1/messages", {**body, "receive_id": group}, receive_id_type="chat_id"))[
        0
    ] == 200
    assert lark.people.world.inbox("wang.fang")[0].chat == "g1"


async def test_a_uuid_counts_for_an_hour(lark: Lark, clock: MovableClock) -> None:
    first = [await lark.send(uuid="out_1") for _ in range(3)]
    assert len({said["data"]["message_id"] for _, said in first}) == 1
    clock.advance(seconds=3601)
    again = await lark.send(uuid="out_1")
    assert again[1]["data"]["message_id"] != first[0][1]["data"]["message_id"]
    assert len(lark.people.world.inbox("zhang.wei")) == 2


async def test_a_sixth_message_in_a_second_is_refused(lark: Lark) -> None:
    codes = [await lark.code() for _ in range(6)]
    assert (codes[:5], codes[5]) == ([0] * 5, 230020)


async def test_tokens(lark: Lark, clock: MovableClock) -> None:
    token = lark.token
    assert (await lark.login())["tenant_access_token"] == token
    clock.advance(minutes=91)
    assert (await lark.login())["tenant_access_token"] != token
    lark.token = token
    clock.advance(minutes=30)
    assert await lark.send() == (400, {"code": 99991663, "msg": _any()})
    for odd, code in (("", 99991661), ("u-1", 99991671), ("t-1", 99991663)):
        lark.token = odd
        assert await lark.code() == code
    assert (await lark.login(app_secret="x"))["code"] == 10014
    assert (await lark.login(app_id="x"))["code"] == 10003
    await lark.login()
    lark.people.world.faults.set("feishu", "token_expired", 1)
    assert await lark.code() == 99991663


async def test_a_card_is_changed_by_its_sender_for_a_fortnight(lark: Lark, clock: MovableClock) -> None:
    _, said = await lark.send(form="interactive", content=card(button()))
    path = f"im/v1/messages/{said['data']['message_id']}"
    new = {"content": json.dumps(card(MARKDOWN))}
    assert (await lark.call("PATCH", path, new))[1]["code"] == 0
    assert lark.people.world.inbox("zhang.wei")[0].shown.buttons == ()
    assert (await lark.call("PATCH", path, {"content": "{}"}))[1]["code"] == 230099
    assert (await lark.call("PATCH", "im/v1/messages/om_0", new))[1]["code"] == 230012
    clock.advance(days=14, seconds=1)
    await lark.login()
    assert (await lark.call("PATCH", path, new))[1]["code"] == 230031
    assert (await lark.call("DELETE", path))[1]["code"] == 0
    assert (await lark.call("PATCH", path, new))[1]["code"] == 230011


async def test_files(lark: Lark) -> None:
    head = {"Authorization": f"Bearer {lark.token}"}

    async def upload(path: str, name: str, data: bytes, **fields: str) -> dict[str, Any]:
        files = {"image" if path.endswith("images") else "file": (name, data)}
        return dict((await lark.http.post(path, data=fields, files=files, headers=head)).json())

    kept = await upload("im/v1/files", "a.pdf", b"%PDF", file_type="pdf", file_name="a.pdf")
    assert await lark.code(form="file", content=kept["data"]) == 0
    assert (await upload("im/v1/files", "a", b"x", file_type="exe", file_name="a"))["code"] == 234001
    assert (await upload("im/v1/files", "a", b"", file_type="pdf", file_name="a"))["code"] == 234010
    assert (await upload("im/v1/images", "a", b"<svg>", image_type="message"))["code"] == 234011
    key = kept["data"]["file_key"]
    assert (await lark.call("GET", f"im/v1/messages/om_1/resources/{key}", type="file"))[1]["code"] == 234003


@pytest.mark.parametrize(("mode", "status"), [("429", 429), ("230020", 400), ("5xx", 500)])
async def test_faults_are_played(mode: str, status: int, lark: Lark) -> None:
    lark.people.world.faults.set("feishu", mode, 60)
    answer = await lark.http.get("bot/v3/info", headers={"Authorization": f"Bearer {lark.token}"})
    assert answer.status_code == status or (status == 500 <= answer.status_code)
    if mode == "429":
        assert answer.headers["x-ogw-ratelimit-reset"] == "2"
    lark.people.world.faults.set("feishu", "none", 0)
    assert (await lark.call("GET", "bot/v3/info"))[1]["bot"]["open_id"] == lark.app.bot


async def test_a_login_code_is_good_once_and_names_the_company(lark: Lark, clock: MovableClock) -> None:
    lark.people.point("feishu", "http://127.0.0.1:9/callback/feishu/feishu")
    base = lark.people.base

    async def code(user: str, back: str = "http://127.0.0.1:9/pages") -> httpx.Response:
        query = {"client_id": lark.app.app_id, "redirect_uri": back, "state": "s1"}
        return await lark.http.get(
            f"{base}/open-apis/authen/v1/authorize", params=query, headers={"Cookie": f"feishu_client={user}"}
        )

    for user, tenant in (("zhang.wei", lark.app.tenant), ("guest.bob", "another-tenant")):
        there = httpx.URL((await code(user)).headers["location"])
        assert there.params["state"] == "s1"
        form = {"grant_type": "authorization_code", "client_id": lark.app.app_id, "client_secret": lark.app.secret,
                "code": there.params["code"]}  # fmt: skip
        token = (await lark.http.post("authen/v2/oauth/token", json=form)).json()["access_token"]
        assert (await lark.http.post("authen/v2/oauth/token", json=form)).json()["code"] == 20003
        head = {"Authorization": f"Bearer {token}"}
        data = (await lark.http.get("authen/v1/user_info", headers=head)).json()["data"]
        assert (data["open_id"], data["tenant_key"]) == (lark.app.open_id(user), tenant)
    assert (await code("zhang.wei", "http://evil.example/x")).status_code == 200  # a page that says no
    assert (await code("")).status_code == 200


async def test_people_cannot_do_what_the_platform_cannot(people: FeishuPeople) -> None:
    with pytest.raises(CannotDo) as no:
        await people.say("zhang.wei", "在吗")
    assert no.value.code == "no_callback_url"
    with pytest.raises(CannotDo) as no:
        await people.send_file("zhang.wei", "a.pdf", b"%PDF", chat="g1")
    assert no.value.code == "unsupported_by_platform"
    people.callbacks._pause = 0
    people.point("feishu", "http://127.0.0.1:9/nowhere")
    with pytest.raises(CannotDo) as no:
        await people.say("zhang.wei", "在吗")
    assert (no.value.code, f"after {TRIES} tries" in str(no.value)) == ("callback_failed", True)
    people.point("feishu", "http://192.0.2.1/x")
    with pytest.raises(ValueError, match="loopback"):
        await people.say("zhang.wei", "在吗")


async def test_a_restart_forgets_nothing(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "shelf.jsonl"
    for n in range(2):
        people = FeishuPeople(World(clock, shelf=Shelf(path)))
        app = people.app()
        if n == 0:
            body = {
                "receive_id": app.open_id("li.na"),
                "msg_type": "text",
                "content": '{"text": "好"}',
                "uuid": "out_1",
            }
            first = people.server.messages.send(app, body, "open_id")
            people.world.hear("li.na", "feishu", "om_1", "在")
        else:
            assert people.server.messages.send(app, body, "open_id") == first
            assert [item.shown.body for item in people.world.inbox("li.na")] == ["好"]
        people.world.shelf.close()
