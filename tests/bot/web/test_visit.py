"""到访取证 (CAP-9): position, photo and paper, each checked, kept with its hash and tied to the gate."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.capture.evidence import File
from bot.capture.photo import NoPicture, size_of, stamped
from bot.capture.visit import Brought, Spot, spot_of, visited, was_there
from bot.clock import SHANGHAI
from bot.playbook.load import parse, shipped
from storage.records import Customer, Member, Opportunity
from tests.bot.web.phone import Phone
from tests.bot.web.test_sidebar import PDF, customer
from tests.conversations.chat import Chat

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)
GOOD = {"lat": "31.2304", "lon": "121.4737", "accuracy": "18.4"}
POOR = GOOD | {"accuracy": "120"}


def picture(width: int = 640, height: int = 480, form: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (90, 120, 90)).save(out, form, **more)
    return out.getvalue()


async def there(phone: Phone, chat: Chat, fields: dict[str, str], name: str = "瑞禾医疗", **files: Any) -> Any:
    id = await customer(chat, name)
    await phone.opens(f"/sidebar/customer/{id}/there")
    return await phone.posts(f"/sidebar/customer/{id}/there", fields, files=files or {"none": ("", b"")})


@pytest.fixture
async def phone(chat: Chat) -> Any:
    async with Phone(chat.demo, "li.na") as one:
        one.web.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Mobile/15E148"
        yield one


async def test_what_was_taken_on_site_is_kept_and_said(phone: Phone, chat: Chat) -> None:
    photo = picture()
    answer = await there(phone, chat, GOOD | {"network": "4g"}, photo=("IMG_1.jpg", photo), paper=("方案 v3.pdf", PDF))
    assert answer.status_code == 200 and "取证好了" in answer.text and "看照片" in answer.text
    [visit] = await chat.records("visit")
    assert visit["position"] == {"lat": "31.23040", "lon": "121.47370", "accuracy": 18}
    assert (visit["state"], visit["device"], visit["network"], visit["reason"]) == ("there", "phone", "4g", "")
    kinds = {one["kind"]: one for one in (await chat.records("evidence"))[-4:]}
    assert set(kinds) == {"meeting_record", "location", "photo", "document_sent"}
    assert kinds["photo"]["sha256"] == sha256(photo).hexdigest()
    assert kinds["photo"]["file"] == "到访 瑞禾医疗 0310-1000.jpg"
    assert {one["opportunity_id"] for one in kinds.values()} == {(await chat.opportunity("瑞禾医疗"))["id"]}
    told = (await chat.heard("li.na"))[-1]
    assert told.text == "取证好了：瑞禾医疗 10:00，误差 18 米，照片 1 张，方案 v3.pdf v1。"


async def test_versions_are_told_apart_by_what_is_in_them(phone: Phone, chat: Chat) -> None:
    for n, body in enumerate((PDF, PDF + b" more", PDF)):
        await there(phone, chat, GOOD, paper=(f"方案 v{n + 1}.pdf", body))
    said = [one.text for one in await chat.heard("li.na") if one.kind == "visit.evidence"]
    assert [text.rstrip("。")[-2:] for text in said] == ["v1", "v2", "v1"]


async def test_a_position_that_is_no_good_asks_for_why(phone: Phone, chat: Chat) -> None:
    answer = await there(phone, chat, POOR)
    assert answer.status_code == 400 and "定位误差 120 米，要 50 米内。到窗边再试，或拍门牌。" in answer.text
    answer = await there(phone, chat, {})
    assert answer.status_code == 400 and "还没有位置" in answer.text
    assert await chat.records("visit") == []
    answer = await there(phone, chat, POOR | {"reason": "地下室没信号"})
    assert answer.status_code == 200
    [visit] = await chat.records("visit")
    assert visit["reason"] == "地下室没信号" and visit["position"]["accuracy"] == 120
    assert "location" not in [one["kind"] for one in await chat.records("evidence")]
    assert "定位误差 120 米（地下室没信号）" in (await chat.heard("li.na"))[-1].text


async def test_the_door_instead_of_a_position(phone: Phone, chat: Chat) -> None:
    answer = await there(phone, chat, POOR, photo=("x.jpg", picture()))
    assert answer.status_code == 200
    assert "拍了门牌" in (await chat.heard("li.na"))[-1].text
    kinds = [one["kind"] for one in await chat.records("evidence")]
    assert "photo" in kinds and "location" not in kinds


@pytest.mark.parametrize("spot", [
    ("91", "0", "5"), ("0", "181", "5"), ("nan", "0", "5"), ("0", "0", "nan"), ("0", "0", "-1"), ("0", "0", "0"),
    ("inf", "0", "5"), ("0", "0", "1e308"), ("x", "0", "5"), ("", "", ""), ("1" * 400, "0", "5"),
])  # fmt: skip
def test_what_is_no_place_on_earth_is_none(spot: tuple[str, str, str]) -> None:
    assert spot_of(*spot) is None


async def test_a_photo_is_shown_with_time_and_place_and_kept_as_it_came(phone: Phone, chat: Chat) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    photo = picture(800, 600, exif=exif)
    await there(phone, chat, GOOD, photo=("x.jpg", photo))
    [proof] = [one for one in await chat.records("evidence") if one["kind"] == "photo"]
    shown = await phone.gets(f"/sidebar/photo/{proof['id']}")
    assert shown.headers["content-type"] == "image/jpeg" and "sandbox" in shown.headers["content-security-policy"]
    with Image.open(BytesIO(shown.content)) as seen:
        assert seen.size == (800, 600)
        foot = [seen.getpixel((x, 590)) for x in range(0, 800, 4)]
    assert b"SecretCamera" in photo and b"SecretCamera" not in shown.content
    assert any(sum(p) < 300 for p in foot)  # type: ignore[arg-type]
    assert (await phone.gets(f"/sidebar/file/{proof['id']}")).content == photo
    async with Phone(chat.demo, "zhang.wei") as other:
        await other.opens()
        assert (await other.gets(f"/sidebar/photo/{proof['id']}")).status_code == 404


@pytest.mark.parametrize(("name", "body"), [
    ("x.jpg", b"\xff\xd8\xff" + b"0" * 100), ("x.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40), ("x.svg", b"<svg/>"),
    ("x.jpg", b"not a picture"), ("x.gif", picture(form="GIF")),
])  # fmt: skip
async def test_what_is_no_picture_is_refused(phone: Phone, chat: Chat, name: str, body: bytes) -> None:
    answer = await there(phone, chat, GOOD, photo=(name, body))
    assert answer.status_code == 415 and "照片打不开" in answer.text
    assert await chat.records("visit") == []


def test_a_picture_that_would_burst_is_not_decoded() -> None:
    head = bytearray(picture(100, 100, "PNG"))
    head[16:24] = (100_000).to_bytes(4, "big") * 2
    with pytest.raises(NoPicture):
        size_of(bytes(head))
    assert size_of(picture(4000, 3000)) == (4000, 3000)
    with Image.open(BytesIO(stamped(picture(4000, 3000), ("2026-03-10 09:31",)))) as shown:
        assert max(shown.size) <= 1600


async def test_it_is_evidence_for_the_gate_and_moves_nothing_that_still_lacks(phone: Phone, chat: Chat) -> None:
    id, before = await customer(chat, "瑞禾医疗"), await chat.opportunity("瑞禾医疗")
    await there(phone, chat, GOOD, paper=("演示纪要.pdf", PDF))
    proofs = [one for one in await chat.records("evidence") if one["customer_id"] == id]
    assert {"demo_minutes", "location", "meeting_record"} <= {one["kind"] for one in proofs}
    after = await chat.opportunity("瑞禾医疗")
    assert (after["stage"], after["evidence_missing"]) == (before["stage"], before["evidence_missing"])
    page = await phone.opens(f"/sidebar/customer/{id}")
    assert "还差" in page.text and "演示纪要" in page.text


def test_the_gate_that_wanted_nothing_else_opens() -> None:
    asks = "entry = { purchase_flow_chart = 1, budget_proof = 1 }"
    text = shipped("default")
    assert asks in text  # the shipped gate wants papers: one that wants to know that somebody was there
    playbook = parse(text.replace(asks, "entry = { location = 1, photo = 1 }"))
    owner = Member(id="mem_1", name="李娜")
    who = Customer(id="cus_1", name="瑞禾医疗", owner_id=owner.id, recorder_id=owner.id, created_at=NOW)
    deal = Opportunity(
        id="opp_1", customer_id=who.id, owner_id=owner.id, name="病理扫描", pipeline=playbook.main.id,
        stage="negotiation", stage_since=NOW, created_at=NOW,
    )  # fmt: skip
    photo = File("x.jpg", "0" * 64, 10, "image/jpeg")
    for brought, stage in (
        (Brought(spot=Spot(31.2, 121.4, 18), picture=photo), "contract_signing"),
        (Brought(spot=Spot(31.2, 121.4, 120), picture=photo), None),
        (Brought(spot=Spot(31.2, 121.4, 18)), None),
    ):
        found = visited(who, deal, {}, owner, "到访", playbook, NOW, "pag_1")
        _, _, changes = was_there(found, brought, None, who, deal, {}, owner, playbook, NOW, "pag_1")
        moved = [change.after["stage"] for change in changes if change.kind == "opportunity.stage"]
        assert moved == ([stage] if stage else [])


async def test_one_showing_of_the_form_is_one_visit(phone: Phone, chat: Chat) -> None:
    id = await customer(chat, "瑞禾医疗")
    page = await phone.opens(f"/sidebar/customer/{id}/there")
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page.text)
    assert key is not None
    for _ in range(2):
        await phone.posts(f"/sidebar/customer/{id}/there", GOOD | {"key": key[1]})
    assert len(await chat.records("visit")) == 1


HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(64)


async def test_a_photo_that_cannot_be_opened_costs_no_second_position(phone: Phone, chat: Chat) -> None:
    answer = await there(phone, chat, GOOD | {"network": "4g", "reason": "门口"}, photo=("IMG_1.HEIC", HEIC))
    assert answer.status_code == 415 and "这张是 HEIC，我打不开" in answer.text and "现拍一张" in answer.text
    for name, value in (GOOD | {"network": "4g", "reason": "门口"}).items():
        assert f'name="{name}" value="{value}"' in answer.text
    assert await chat.records("visit") == []
