"""/privacy: somebody on the customers' side is found, taken along, erased; nothing is left but that it happened."""

from __future__ import annotations

import json

import pytest

from bot.exchange import records
from scheduler.effect import Around
from scheduler.jobs import files as jobs
from storage import audit, customers, due, files, sql
from storage.archive import MODELS
from storage.records import Alias, Correction, Evidence, External, Handover, made, new_id
from tests.commands.conftest import TUESDAY, Desk
from tests.commands.test_export import taken

NAME, PHONE, MAIL = "江雪", "13912345678", "jiang.xue@qiming.example"
PHOTO = b"\xff\xd8\xff a photo of somebody"


async def told(desk: Desk) -> None:
    """江雪 stands wherever a person can."""
    await desk.says("zhang.wei", f"启明制造的采购经理{NAME}，电话{PHONE}，邮箱{MAIL}，她说预算批了")
    await desk.says("zhang.wei", f"启明制造，我周五前给{NAME}发报价单")
    await desk.says("zhang.wei", f"/note 启明制造 {NAME}下午才在")
    await desk.says("zhang.wei", f"启明制造{NAME}今天没消息")
    await desk.says("zhang.wei", "/undo")
    one, owner = await desk.customer("启明制造"), (await desk.member("zhang.wei")).id
    sha = files.put(desk.house.data, PHOTO)
    await desk.keep(
        made(Alias(id=new_id("ali", TUESDAY), customer_id=one.id, text=f"{NAME}他们家", learnt=True)),
        made(Correction(id=new_id("cor", TUESDAY), member_id=owner, field="contact", new=NAME, at=TUESDAY)),
        made(Evidence(id=new_id("evi", TUESDAY), kind="photo", file=f"{NAME}名片.jpg", sha256=sha, size=len(PHOTO),
                      mime="image/jpeg", customer_id=one.id, member_id=owner, at=TUESDAY)),
        made(Handover(id=new_id("hov", TUESDAY), customer_id=one.id, from_id=owner, to_id=owner, by_id=owner,
                      note=f"找{NAME}", at=TUESDAY, returnable_until=TUESDAY)),
    )  # fmt: skip


async def test_the_ids_of_the_platforms_go_with_the_person(desk: Desk) -> None:
    await told(desk)
    one = await desk.customer("启明制造")
    [person] = [each for each in await customers.contacts(one.id) if each.name == NAME]
    known = External(
        id=new_id("ext", TUESDAY), account="wecom", external="wmJIANG", name=NAME, customer_id=one.id,
        contact_id=person.id, at=TUESDAY,
    )  # fmt: skip
    await desk.keep(made(known))
    heard = await desk.taps("admin", await desk.says("admin", f"/privacy find {NAME}"), "erase")
    await desk.taps("admin", heard, "execute")
    assert await where(NAME, "wmJIANG") == set()
    assert (await audit.verify()).broken is None


async def where(*words: str) -> set[str]:
    """The columns of all tables in which one of the words stands."""
    found = set()
    for table, model in MODELS.items():
        for column in model._meta.fields_map:
            for (value,) in await sql.fetch(f'SELECT "{column}" FROM "{table}"'):
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                if any(word in text for word in words):
                    found.add(f"{table}.{column}")
    return found


async def test_what_there_is_of_somebody(desk: Desk) -> None:
    await told(desk)
    assert {"contact.name", "message.text", "outbox.body", "card.data", "audit_payload.payload"} <= await where(NAME)
    heard = await desk.says("admin", f"/privacy find {NAME}")
    assert heard.title == "江雪：有这些信息"
    assert (heard.line("联系人"), heard.line("原话"), heard.line("材料")) == ("1 位", "4 句", "2 份")
    assert heard.buttons == ["take_along", "erase"]
    assert (await desk.says("admin", f"/privacy find {PHONE}")).line("联系人") == "1 位"


async def test_erasing_is_shown_first_and_leaves_nothing(desk: Desk) -> None:
    await told(desk)
    before, _ = await audit.head()
    heard = await desk.says("admin", f"/privacy find {NAME}")
    heard = await desk.taps("admin", heard, "erase")
    assert (heard.title, heard.status) == ("删除江雪的信息？", "删了找不回来，还没删")
    assert "留下的：商机、金额、日期" in heard.text
    assert "message.text" in await where(NAME)
    heard = await desk.taps("admin", heard, "execute")
    assert heard.title == "个人信息删好了"
    assert NAME not in heard.text
    assert await where(NAME, PHONE, "139 1234 5678", MAIL, "139****5678") == set()
    verdict = await audit.verify()
    assert verdict.broken is None
    assert verdict.erased > 5
    assert "按要求删了内容" in (await desk.says("admin", "/audit verify")).text
    [entry] = await audit.since(before, ("privacy.erased",))
    assert entry.change is not None
    assert (entry.actor, entry.change.after["_contacts"]) == ((await desk.member("admin")).id, 1)
    assert entry.change.after["_messages"] >= 4


async def test_neither_search_nor_names_nor_an_export_knows_them(desk: Desk) -> None:
    await told(desk)
    await desk.says("admin", f"/privacy erase {NAME}")
    await desk.says("admin", "执行")
    for kind in records.KINDS:
        found = json.dumps([item async for item in records.items(kind, undone=True)], ensure_ascii=False)
        assert NAME not in found, kind
    assert await customers.search(NAME) == []
    assert await customers.people(NAME) == []
    await desk.house.names.refresh()
    live = await desk.house.playbooks.current()
    reading = await desk.house.names.reading(f"{NAME}他们家说下周回", TUESDAY, live.calendar)
    assert not any(one.known for one in reading.customers)
    assert NAME not in (await desk.says("admin", "/lexicon learnt")).text
    assert (await desk.says("admin", f"/privacy find {NAME}")).text.startswith("没有“江雪”的信息。")


async def test_what_is_not_theirs_stays(desk: Desk) -> None:
    await told(desk)
    await desk.says("zhang.wei", "启明制造郑总说下周三签合同")
    await desk.says("admin", f"/privacy erase {NAME}")
    await desk.says("admin", "执行")
    one = await desk.customer("启明制造")
    assert one.note == "（已删除）下午才在"
    assert "郑" in [contact.name for contact in await customers.contacts(one.id)]
    assert "message.text" in await where("启明制造郑总说下周三签合同")
    card = await desk.says("zhang.wei", "/customer 启明制造")
    assert "给（已删除）发报价单" in card.text


async def test_files_go_unless_something_else_rests_on_them(desk: Desk) -> None:
    await told(desk)
    [sha] = [row[0] for row in await sql.fetch("SELECT sha256 FROM evidence WHERE file LIKE '%名片%'")]
    await desk.says("admin", f"/privacy erase {NAME}")
    await desk.says("admin", "执行")
    [moment] = [one for one in await due.waiting() if one.kind == "privacy.files"]
    other = Evidence(id=new_id("evi", TUESDAY), kind="photo", sha256=sha, member_id="mem_1", at=TUESDAY)
    await desk.keep(made(other))
    await jobs.erased([moment], Around(desk.house, TUESDAY))
    assert files.read(desk.house.data, sha) == PHOTO
    await sql.run("UPDATE evidence SET sha256 = NULL WHERE id = ?", other.id)
    await jobs.erased([moment], Around(desk.house, TUESDAY))
    assert not files.path_of(desk.house.data, sha).exists()


async def test_a_title_is_erased_with_its_customer_alone(desk: Desk) -> None:
    """郑总 of one house is not 郑总 of another."""
    await desk.says("zhang.wei", "启明制造郑总说预算批了")
    await desk.says("li.na", "松涛教育郑总要报价")
    heard = await desk.says("admin", "/privacy find 郑总")
    assert heard.text.startswith("有 2 位“郑总”：/privacy find 郑总 ")
    await desk.says("admin", "/privacy erase 郑总 启明制造")
    await desk.says("admin", "执行")
    assert "message.text" not in await where("启明制造郑总说预算批了")
    assert "message.text" in await where("松涛教育郑总要报价")
    [left] = await customers.people("郑总")
    assert left.customer_id == (await desk.customer("松涛教育")).id


async def test_taken_along(desk: Desk) -> None:
    await told(desk)
    heard = await desk.taps("admin", await desk.says("admin", f"/privacy find {NAME}"), "take_along")
    got = taken(desk, heard)
    assert PHOTO in got.values()
    person = json.loads(got["person.json"])
    assert person["contact"][0]["phones"] == [f"+86{PHONE}"]
    assert len(person["message"]) >= 4
    [entry] = await audit.since(0, ("privacy.exported",))
    assert NAME not in str(entry.change)


async def test_a_crash_before_the_end_erases_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await told(desk)

    async def fails(*_: object) -> int:
        raise OSError("no room")

    monkeypatch.setattr("storage.personal.wipe", fails)
    await desk.says("admin", f"/privacy erase {NAME}")
    with pytest.raises(OSError, match="no room"):
        await desk.says("admin", "执行")
    assert "contact.name" in await where(NAME)


async def test_wrong_calls(desk: Desk) -> None:
    await told(desk)
    heard = await desk.says("admin", f"/privacy {NAME}")
    assert (heard.title, heard.status) == ("先查", "是不是：/privacy find 江雪")
    assert (await desk.says("admin", "/privacy find 报价单")).text.startswith("没有“报价单”这位联系人。")
    assert (await desk.says("admin", "/privacy find 张伟")).text.startswith("张伟是同事，不是客户的人。")
    assert (await desk.says("admin", "/privacy")).text.startswith("要写做什么和谁：")
    assert (await desk.says("wang.fang", f"/privacy find {NAME}")).title == "/privacy 由管理员用"


async def test_every_field_of_words_is_known() -> None:
    """A new field of text is either looked through or names nobody: it has to be said which."""
    from storage import personal, rows

    none = {
        "id", "undone_at", "customer_id", "owner_id", "recorder_id", "opportunity_id", "contact_id", "evidence_id",
        "message_id", "member_id", "team_id", "author_id", "commitment_id", "from_id", "to_id", "by_id", "asked_by",
        "pipeline", "stage", "state", "currency", "action", "by", "kind", "sha256", "mime", "rule", "event", "field",
        "script", "how", "signals", "evidence_missing", "missing", "tracks", "items", "account", "chat",
    }  # fmt: skip
    unknown = {
        f"{prefix}.{name}"
        for prefix, table in rows.TABLES.items()
        if prefix not in ("team", "mem", "idn", "con", "tok", "whk")  # our own people's, and addresses of systems
        for name, kind in table.kinds.items()
        if kind in ("text", "list", "map") and name not in none and name not in personal.WORDS.get(prefix, ())
    }
    companies_and_codes = {
        "cus.name", "lead.company", "lead.credit_code", "lead.channel", "lead.source", "lead.via", "lead.tags",
        "lead.reason", "clm.channel", "clm.activities", "una.key", "una.options", "fct.what", "fct.via", "fct.lead_id",
        "fct.external_id", "act.tags", "vis.activity_id", "vis.device", "vis.network", "vis.position",
    }  # fmt: skip
    # a platform's id of somebody outside goes with the contact that it belongs to
    assert unknown == {*companies_and_codes, "ext.external"}
