"""Other systems push what they know: signed in, kept, answered, and in the record once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from adapters import hook, signing
from adapters.errors import BadSignature
from adapters.sandbox.website import SECRET
from bot import metrics
from bot.playbook import store
from storage import playbooks
from tests.conversations.chat import Chat

URL = "/hooks/website"
LEAD = {"kind": "lead", "name": "江雪", "phone": "139 1234 5678", "company": "恒川物流", "channel": "官网表单"}


def signed(chat: Chat, raw: bytes, secret: str = SECRET, *, off: float = 0) -> dict[str, str]:
    seconds = str(int(chat.demo.app.clock.now().timestamp() + off))
    mark = hmac.new(secret.encode(), seconds.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return {"X-Genjin-Timestamp": seconds, "X-Genjin-Signature": f"sha256={mark}"}


async def pushes(chat: Chat, body: Any, key: str = "", **more: Any) -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signed(chat, raw, **more) | ({"Idempotency-Key": key} if key else {})
    answer = await chat.web.post(URL, content=raw, headers=headers)
    await chat.demo.desk.quiet(20)
    return answer


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_lead_is_taken_in_once(chat_on_both: Chat) -> None:
    chat = chat_on_both
    first = await pushes(chat, LEAD, "form-1")
    again = await pushes(chat, LEAD, "form-1", off=3)
    assert (first.status_code, again.status_code, again.json()) == (202, 200, first.json())
    [lead] = await chat.records("lead")
    assert (lead["state"], lead["channel"], lead["via"]) == ("new", "web_form", "hook:website")
    assert (lead["phones"], lead["owner_id"], lead["recorder_id"]) == (["+8613912345678"], None, None)
    assert [one["event"] for one in lead["arrivals"]] == [first.json()["id"]]
    other = await pushes(chat, LEAD, "form-2", off=5)
    assert other.status_code == 202 and other.json()["id"] != first.json()["id"]
    [lead] = await chat.records("lead")
    assert len(lead["arrivals"]) == 2
    [kept, _] = [one for one in await chat.records("message") if one["account"] == "website"]
    assert (kept["id"], kept["state"], kept["event_key"]) == (first.json()["id"], "handled", "key:form-1")
    trail = [one for one in await chat.records("audit") if one["record"] == lead["id"]]
    assert [(one["kind"], one["actor"]) for one in trail] == [("lead.received", "system"), ("lead.merged", "system")]


async def test_a_key_is_good_for_another_body_after_seven_days_and_not_before(chat: Chat) -> None:
    first = await pushes(chat, LEAD, "k")
    await chat.until("2026-03-17 09:00")
    assert code(await pushes(chat, {**LEAD, "name": "江"}, "k")) == (422, "key_reused")
    await chat.until("2026-03-17 10:01")
    later = await pushes(chat, {**LEAD, "name": "江"}, "k")
    assert (later.status_code, later.json()["id"] == first.json()["id"]) == (202, False)
    assert (await pushes(chat, {**LEAD, "name": "江"}, "k")).json() == later.json()


async def test_without_a_key_a_captured_request_is_good_once(chat: Chat) -> None:
    raw = json.dumps(LEAD).encode()
    headers = signed(chat, raw)
    said = [await chat.web.post(URL, content=raw, headers=headers) for _ in range(3)]
    assert [one.status_code for one in said] == [202, 200, 200]
    assert len({one.json()["id"] for one in said}) == 1
    await chat.until("2026-03-10 10:06")
    assert code(await chat.web.post(URL, content=raw, headers=headers)) == (403, "stale")


async def test_a_captured_request_is_good_once_under_whichever_key(chat_on_both: Chat) -> None:
    """FAULTS 24: the key is not signed, so a new one makes nothing of an old request; nor does taking it away."""
    chat = chat_on_both
    raw = json.dumps(LEAD).encode()
    for n, (first, others) in enumerate((({"Idempotency-Key": "a"}, ("b", "c", "")), ({}, ("d", "e")))):
        headers = signed(chat, raw, off=n)
        taken = await chat.web.post(URL, content=raw, headers=headers | first)
        assert taken.status_code == 202
        for key in others:
            again = await chat.web.post(URL, content=raw, headers=headers | ({"Idempotency-Key": key} if key else {}))
            assert (again.status_code, again.json()) == (200, taken.json())
    headers = signed(chat, raw, off=2)
    answers = await asyncio.gather(
        *(chat.web.post(URL, content=raw, headers=headers | {"Idempotency-Key": f"all-{n}"}) for n in range(16))
    )
    assert sorted(one.status_code for one in answers) == [200] * 15 + [202]
    assert len({one.json()["id"] for one in answers}) == 1
    await chat.demo.desk.quiet(20)
    [lead] = await chat.records("lead")
    assert len(lead["arrivals"]) == 3


async def test_a_repeat_of_the_sender_is_good_for_its_key_alone(chat: Chat) -> None:
    """Signed anew it is the same event; captured, it is that event under any other key, too."""
    raw = json.dumps(LEAD).encode()
    taken = await pushes(chat, LEAD, "a")
    anew = signed(chat, raw, off=2)
    for key in ("a", "b", "c"):
        again = await chat.web.post(URL, content=raw, headers=anew | {"Idempotency-Key": key})
        assert (again.status_code, again.json()) == (200, taken.json())
    other = {**LEAD, "name": "江"}
    assert code(await pushes(chat, other, "a")) == (422, "key_reused")
    assert (await pushes(chat, other, "own")).status_code == 202  # within the same second: the refusal spoilt nothing


async def test_what_is_not_authentic_changes_nothing(chat: Chat) -> None:
    raw = json.dumps(LEAD).encode()
    good = signed(chat, raw)
    mark = good["X-Genjin-Signature"]
    before = metrics.refused.labels("website", "bad_signature")._value.get()
    for headers, wrong in (
        (signed(chat, raw, "another-secret-of-16"), (403, "bad_signature")),
        (signed(chat, raw + b" "), (403, "bad_signature")),
        ({**good, "X-Genjin-Signature": mark.upper()}, (403, "bad_signature")),
        ({**good, "X-Genjin-Signature": mark.removeprefix("sha256=")}, (403, "bad_signature")),
        ({**good, "X-Genjin-Timestamp": "173"}, (403, "bad_signature")),
        (signed(chat, raw, off=-301), (403, "stale")),
        (signed(chat, raw, off=301), (403, "stale")),
        ({**good, "X-Genjin-Timestamp": "１７７３"}, (400, "bad_request")),
        ({"X-Genjin-Signature": mark}, (400, "bad_request")),
        ({"X-Genjin-Timestamp": good["X-Genjin-Timestamp"]}, (400, "bad_request")),
        ([*good.items(), ("X-Genjin-Signature", mark)], (400, "bad_request")),
    ):
        sent = [(name, value.encode()) for name, value in (headers.items() if isinstance(headers, dict) else headers)]
        assert code(await chat.web.post(URL, content=raw, headers=sent)) == wrong
    assert (await chat.web.post("/hooks/nobody", content=raw, headers=good)).status_code == 404
    assert await chat.records("lead") == []
    assert [one for one in await chat.records("message") if one["account"] == "website"] == []
    assert metrics.refused.labels("website", "bad_signature")._value.get() == before + 5


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", (400, "bad_payload")),
        (b"\xff\xfe", (400, "bad_payload")),
        (b"{" * 100_000, (400, "bad_payload")),
        (b'{"kind":"lead","name":' + b"[" * 100_000 + b"]" * 100_000 + b"}", (400, "bad_payload")),
        ({"kind": "lead", "name": "江", "utm": {"a": [[[[[[[[1]]]]]]]]}}, (400, "bad_payload")),
        (b'{"kind":"finance","what":"x","name":"y","amount":NaN}', (400, "bad_payload")),
        (b"[1]", (422, "not_an_object")),
        ({"kind": "weather", "name": "江"}, (422, "unknown_kind")),
        ({"name": "江"}, (422, "unknown_kind")),
        ({"kind": ["lead"], "name": "江"}, (422, "unknown_kind")),
        ({"kind": "lead", "wanted": "40 台"}, (422, "nobody")),
        ({"kind": "lead", "name": {"first": "江"}}, (422, "bad_field")),
        ({"kind": "lead", "name": "江" * 201}, (422, "bad_field")),
        ({"kind": "lead", "name": "江", "at": "2026-03-10 10:00"}, (422, "bad_field")),
        ({"kind": "lead", "name": "江", "at": "2036-03-10T10:00:00+08:00"}, (422, "bad_field")),
        ({"kind": "finance", "company": "启明制造"}, (422, "bad_field")),
        ({"kind": "finance", "company": "启明制造", "what": "payment", "amount": -1}, (422, "bad_field")),
        ({"kind": "finance", "company": "启明制造", "what": "payment", "amount": 1e308}, (422, "bad_field")),
        ({"kind": "finance", "company": "启明制造", "what": "payment", "amount": "1.005"}, (422, "bad_field")),
        ({"kind": "finance", "company": "启明制造", "what": "payment", "amount": True}, (422, "bad_field")),
        ({"kind": "lead", "items": []}, (422, "too_many")),
        ({"kind": "lead", "items": [{"name": "江"}] * 201}, (422, "too_many")),
        ({"kind": "lead", "items": [{"name": "江"}, "雪"]}, (422, "bad_field")),
        (b'{"kind":"lead","name":"' + b"x" * 1024 * 1024 + b'"}', (413, "too_large")),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_refused_whole(chat: Chat, body: Any, wrong: tuple[int, str]) -> None:
    answer = await pushes(chat, body)
    assert code(answer) == wrong
    assert set(answer.json()["error"]) >= {"code", "message", "hint"}
    assert [await chat.records(kind) for kind in ("lead", "fact")] == [[], []]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity, gzip", "x"])
async def test_a_packed_body_is_not_unpacked(chat: Chat, encoding: str) -> None:
    raw = json.dumps(LEAD).encode()
    answer = await chat.web.post(URL, content=raw, headers=signed(chat, raw) | {"Content-Encoding": encoding})
    assert code(answer) == (400, "bad_payload") and "Content-Encoding" in answer.json()["error"]["hint"]
    assert await chat.records("lead") == []


async def test_nobody_sets_what_is_not_his(chat: Chat) -> None:
    rep = (await chat.records("member"))[1]["id"]
    taken = {**LEAD, "owner_id": rep, "state": "converted", "score": 99, "customer_id": "cus_1", "id": "lead_1"}
    answer = await pushes(chat, taken)
    assert answer.json()["ignored"] == ["owner_id", "state", "score", "customer_id", "id"]
    [lead] = await chat.records("lead")
    assert (lead["owner_id"], lead["state"], lead["score"], lead["customer_id"]) == (None, "new", 0, None)


async def test_a_known_customer_s_lead_is_its_owner_s(chat: Chat) -> None:
    await pushes(chat, {"kind": "lead", "company": "启明制造", "name": "小孟", "wanted": "备件"})
    [lead] = await chat.records("lead")
    deal = await chat.opportunity("启明制造")
    assert (lead["customer_id"], lead["owner_id"], lead["state"]) == (deal["customer_id"], deal["owner_id"], "assigned")


async def test_the_first_talk_makes_a_lead_an_opportunity(chat: Chat) -> None:
    await pushes(chat, {**LEAD, "company": "恒川物流有限公司"})
    await chat.says("zhang.wei", "今天拜访了恒川物流的江雪，她想要40台标签机，预算批了")
    [lead] = await chat.records("lead")
    deal = await chat.opportunity("恒川物流")
    assert (lead["state"], lead["opportunity_id"], lead["owner_id"]) == ("converted", deal["id"], deal["owner_id"])
    people = [one for one in await chat.records("contact") if one["customer_id"] == deal["customer_id"]]
    assert [(one["name"], one["phones"]) for one in people] == [("江雪", ["+8613912345678"])]
    await chat.says("zhang.wei", "撤销")
    assert [one for one in await chat.records("contact") if one["customer_id"] == deal["customer_id"]] == []
    [lead] = await chat.records("lead")
    assert (lead["state"], lead["opportunity_id"]) == ("new", None)


async def test_facts_are_kept_and_told_again_are_the_same(chat: Chat) -> None:
    paid = {"what": "first_payment", "company": "启明制造", "amount": "258000.00", "external_id": "pay-7"}
    await pushes(chat, {"kind": "finance", **paid})
    await pushes(chat, {"kind": "finance", **paid, "amount": "260000", "at": "2026-03-09T15:00:00+08:00"})
    deal = await chat.opportunity("启明制造")
    [fact] = await chat.records("fact")
    assert (fact["kind"], fact["what"]) == ("finance", "first_payment")
    assert (fact["amount"], fact["currency"]) == ("260000.00", "CNY")
    assert (fact["customer_id"], fact["opportunity_id"]) == (deal["customer_id"], deal["id"])
    assert fact["at"] == "2026-03-09T15:00:00+08:00"
    items = [{"what": "ticket", "customer": "没这家"}, {"what": "ticket", "phone": "13812340000", "external_id": "t-1"}]
    await pushes(chat, {"kind": "service", "items": [*items, {**items[1], "note": "再来"}]})
    facts = [one for one in await chat.records("fact") if one["kind"] == "service"]
    assert [(one["who"], one["customer_id"], one["note"]) for one in facts] == [
        ("没这家", None, ""),
        ("13812340000", None, "再来"),
    ]


RULE = """
[[rule]]
id = "price_page"
name = "看了价格页"
when = ["behaviour"]
if = 'event.behaviour == "price_page"'
then = [{ do = "push", to = "owner", say = "{customer}刚看了价格页" }]
"""


async def test_a_behaviour_wakes_the_rules_that_wait_for_it(chat: Chat) -> None:
    live = await playbooks.live(None)
    assert live is not None
    await store.add(live.text + RULE, author="test", now=live.created_at)
    await pushes(chat, {"kind": "behaviour", "what": "blog", "company": "启明制造"})
    assert not [one for one in await chat.heard("zhang.wei") if "价格页" in one.text]
    await pushes(chat, {"kind": "behaviour", "behaviour": "price_page", "company": "启明制造"})
    assert [one for one in await chat.heard("zhang.wei") if "启明制造刚看了价格页" in one.text + one.title]


async def test_the_sandbox_s_own_website(chat: Chat) -> None:
    said = await chat.web.post(
        "/sandbox/api/lead", json={"name": "江雪", "phone": "13912345678", "idempotency_key": "1"}
    )
    again = await chat.web.post(
        "/sandbox/api/lead", json={"name": "江雪", "phone": "13912345678", "idempotency_key": "1"}
    )
    assert (said.status_code, said.json()) == (200, again.json())
    assert [one["name"] for one in await chat.records("lead")] == ["江雪"]
    assert code(await chat.web.post("/sandbox/api/lead", json={"wanted": "x"})) == (422, "nobody")


async def test_both_secrets_hold_while_one_is_changed(chat: Chat) -> None:
    config = hook.Config("website", ("new-secret-of-16-chars", "old-secret-of-16-chars"))
    now = chat.demo.app.clock.now()
    for secret in config.secrets:
        sent = signing.headers(secret, b"{}", now)
        signing.check(sent[signing.TIMESTAMP], sent[signing.SIGNATURE], b"{}", config.secrets, now)
        with pytest.raises(BadSignature):
            signing.check(sent[signing.TIMESTAMP], sent[signing.SIGNATURE], b"{}", ("third-secret-of-16-ch",), now)
    assert "secret-of-16" not in repr(config)


async def test_its_owner_hears_of_a_lead_and_takes_it_up(chat: Chat) -> None:
    await pushes(
        chat, {"kind": "lead", "company": "启明制造", "name": "小孟", "phone": "13912345678", "wanted": "备件"}
    )
    [card] = await chat.heard_of("zhang.wei", "lead.assigned")
    assert (card.title, card.line("想要"), card.line("客户")) == ("新线索给你：启明制造", "备件", "启明制造（在跟）")
    assert "139****5678" in card.line("联系人") and "13912345678" not in card.text
    taken = await chat.taps("zhang.wei", card, "lead_take")
    assert taken.title == "启明制造开成商机了"
    [lead] = await chat.records("lead")
    deals = [one for one in await chat.records("opportunity") if one["customer_id"] == lead["customer_id"]]
    assert (lead["state"], lead["opportunity_id"]) == ("converted", deals[-1]["id"])
    assert (deals[-1]["name"], deals[-1]["stage"], len(deals)) == ("备件", "initial_contact", 2)
    assert [one["name"] for one in await chat.records("contact") if one["phones"] == ["+8613912345678"]] == ["小孟"]
    assert not await chat.heard_of("li.na", "lead.assigned")


async def test_a_lead_that_is_none_says_why(chat: Chat) -> None:
    await pushes(chat, {"kind": "lead", "company": "启明制造", "name": "小孟", "phone": "13912345678"})
    [card] = await chat.heard_of("zhang.wei", "lead.assigned")
    asked = await chat.taps("zhang.wei", card, "lead_none")
    assert list(asked.buttons.values()) == ["预算不足", "需求错配", "决策人缺失"]
    assert "需求错配" in (await chat.taps("zhang.wei", asked, "pick:2")).text
    [lead] = await chat.records("lead")
    assert (lead["state"], lead["reason"]) == ("invalid", "需求错配")
    await pushes(chat, {"kind": "lead", "phone": "13912345678", "wanted": "又要了"})
    [lead] = await chat.records("lead")
    assert (lead["state"], lead["reason"]) == ("assigned", "")


async def test_a_lead_for_nobody_is_told_to_the_admins_and_given_by_hand(chat: Chat) -> None:
    await pushes(chat, LEAD)
    await pushes(chat, {"kind": "lead", "name": "赵工", "phone": "13800138000"})
    [told] = await chat.heard_of("admin", "lead.unowned")
    assert told.text == "新线索没人跟：恒川物流（官网表单 10:00），现在一共 1 条。看和分：/leads"
    assert not await chat.heard_of("zhang.wei", "lead.unowned")
    seen = await chat.says("admin", "/leads")
    assert seen.text.splitlines()[:3] == [
        "没人跟的线索 2 条：", "1 恒川物流 江雪 · 官网表单 · 周二 3月10日 10:00",
        "2 赵工 · 其他渠道 · 周二 3月10日 10:00",
    ]  # fmt: skip
    assert "没找到“没这家”" in (await chat.says("admin", "/leads 没这家 张伟")).text
    assert "恒川物流分给张伟了" in (await chat.says("admin", "/leads 恒川物流 张伟")).text
    assert [one.title for one in await chat.heard_of("zhang.wei", "lead.assigned")] == ["新线索给你：恒川物流"]
    assert (await chat.says("admin", "/leads stuck")).text == "收进 2：没人跟 1，有人在跟 1。看没人跟的：/leads"
    await chat.says("admin", "/leads 1 li.na")
    assert (await chat.says("admin", "/leads")).text.startswith("没有没人跟的线索")
    assert (await chat.says("zhang.wei", "/leads")).kind == "cmd.noright"
