"""The session archive: pulled by number, opened by key version, read on from where it was; with keys made here."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.errors import BadPayload, Misconfigured, NotDeliverable, Unseen
from adapters.events import FileRef, Ignored, InboundEvent
from adapters.http import Http
from adapters.wecom import Adapter, Config
from adapters.wecom.archive import Archive, Keys
from adapters.wecom.archive_parse import parse
from adapters.wecom.archive_sdk import Sdk
from adapters.wecom.archive_source import ArchiveFault, Files, closed, opened
from bot.clock import MovableClock
from tests.adapters.wecom.twins import Shelf

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
MILLIS = 1_773_108_000_000


@pytest.fixture(scope="module")
def private() -> dict[int, RSAPrivateKey]:
    return {version: generate_private_key(public_exponent=65537, key_size=2048) for version in (3, 4)}


def write_keys(folder: Path, private: dict[int, RSAPrivateKey]) -> Path:
    folder.mkdir(exist_ok=True)
    for version, key in private.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{version}.pem").write_bytes(pem)
    return folder


def message(n: int, text: str = "", **fields: Any) -> dict[str, Any]:
    said = {
        "msgid": f"m{n}_external", "action": "send", "from": "wmJIANG", "tolist": ["zhang.wei"], "roomid": "",
        "msgtime": MILLIS + n, "msgtype": "text", "text": {"content": text or f"第 {n} 句"},
    }  # fmt: skip
    return said | fields


def seal(n: int, said: dict[str, Any], key: RSAPrivateKey, version: int) -> dict[str, Any]:
    """As GetChatData hands it out."""
    random_key = base64.b64encode(os.urandom(32))
    return {
        "seq": n, "msgid": said["msgid"], "publickey_ver": version,
        "encrypt_random_key": base64.b64encode(key.public_key().encrypt(random_key, PKCS1v15())).decode(),
        "encrypt_chat_msg": closed(random_key.decode(), json.dumps(said).encode(), os.urandom(16)),
    }  # fmt: skip


def put(folder: Path, name: str, entries: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps({"errcode": 0, "errmsg": "ok", "chatdata": entries}), "utf-8")


def config(tmp_path: Path, **fields: Any) -> Config:
    base = Config("main", "ww1", 1, "s", "t", "a" * 43, archive_dir=str(tmp_path / "chats"))
    return replace(base, archive_private_keys=str(tmp_path / "keys"), **fields)


@pytest.fixture
async def archive(tmp_path: Path, private: dict[int, RSAPrivateKey]) -> AsyncIterator[Archive]:
    write_keys(tmp_path / "keys", private)
    (tmp_path / "chats").mkdir()
    one = Archive(config(tmp_path), MovableClock(NOW))
    shelf = Shelf(broken=True)
    await one.start(shelf)
    yield one
    await one.stop()


async def pulled(archive: Archive, shelf: Shelf) -> list[dict[str, Any]]:
    await archive.pull(shelf)
    return [json.loads(one.payload) for one in shelf.kept]


# -- keys ----------------------------------------------------------------------------------------------------------


async def test_each_version_opens_with_its_own_key(
    tmp_path: Path, archive: Archive, private: dict[int, RSAPrivateKey]
) -> None:
    entries = [seal(7, message(7), private[3], 3), seal(8, message(8), private[4], 4)]
    put(tmp_path / "chats", "1.json", entries)
    shelf = Shelf()
    assert [one["text"]["content"] for one in await pulled(archive, shelf)] == ["第 7 句", "第 8 句"]
    assert shelf.marks == {"archive:main": 8}
    assert shelf.kept[0].key == "archive:m7_external"
    assert shelf.kept[0].sent_at == datetime.fromtimestamp((MILLIS + 7) / 1000, UTC)


async def test_a_wrong_key_is_noticed_by_what_it_opens_to(tmp_path: Path, private: dict[int, RSAPrivateKey]) -> None:
    """With the wrong key PKCS#1 v1.5 gives random words and no error."""
    keys = Keys(write_keys(tmp_path / "keys", {3: private[4]}))
    entry = seal(1, message(1), private[3], 3)
    with pytest.raises(ArchiveFault) as fault:
        opened(keys.random_key(3, entry["encrypt_random_key"]), entry["encrypt_chat_msg"])
    assert fault.value.code == "decrypt"


async def test_what_does_not_open_is_kept_and_opens_when_its_key_comes(
    tmp_path: Path, archive: Archive, private: dict[int, RSAPrivateKey]
) -> None:
    new = generate_private_key(public_exponent=65537, key_size=2048)
    put(tmp_path / "chats", "1.json", [seal(1, message(1, "签合同"), new, 5), seal(2, message(2), private[3], 3)])
    shelf = Shelf()
    first, second = await pulled(archive, shelf)
    assert first["sealed"]["why"] == "key_missing"
    assert second["text"]["content"] == "第 2 句"
    assert shelf.marks == {"archive:main": 2}  # one that does not open stops nobody
    with pytest.raises(Misconfigured):  # it waits, and is tried again
        archive.again(first["sealed"])
    write_keys(tmp_path / "keys", {5: new})
    event = parse(shelf.kept[0].payload, "main", archive.again)
    assert isinstance(event, InboundEvent)
    assert event.text == "签合同"


@pytest.mark.parametrize("body", ["", "!", base64.b64encode(b"short").decode(), base64.b64encode(bytes(48)).decode()])
def test_broken_content_is_a_fault(body: str) -> None:
    with pytest.raises(ArchiveFault):
        opened(base64.b64encode(bytes(32)).decode(), body)


async def test_the_doctor_is_told(tmp_path: Path, archive: Archive) -> None:
    assert await archive.check() == "；会话存档可读，私钥 2 个"
    gone = Archive(config(tmp_path, archive_dir=str(tmp_path / "none")), MovableClock(NOW))
    with pytest.raises(Misconfigured, match="会话存档读不了"):
        await gone.check()
    assert await Archive(config(tmp_path, archive_dir=""), MovableClock(NOW)).check() == ""


async def test_what_opens_with_no_key_is_set_aside(
    tmp_path: Path, archive: Archive, private: dict[int, RSAPrivateKey]
) -> None:
    entry = seal(1, message(1), private[3], 3) | {"encrypt_chat_msg": base64.b64encode(bytes(64)).decode()}
    put(tmp_path / "chats", "1.json", [entry])
    shelf = Shelf()
    await pulled(archive, shelf)
    with pytest.raises(BadPayload):
        parse(shelf.kept[0].payload, "main", archive.again)


# -- reading on ----------------------------------------------------------------------------------------------------


async def test_it_reads_on_from_where_it_was(tmp_path: Path, archive: Archive) -> None:
    lines = [message(n, seq=n) for n in range(1, 4)]
    (tmp_path / "chats").mkdir(exist_ok=True)
    file = tmp_path / "chats" / "plain.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    shelf = Shelf()
    assert await archive.pull(shelf) == 3
    assert await archive.pull(shelf) == 0
    with file.open("a", encoding="utf-8") as more:
        more.write("\nno json\n" + json.dumps(message(9, seq=9)))
    assert await archive.pull(shelf) == 1
    assert shelf.marks == {"archive:main": 9}


async def test_what_was_not_kept_is_pulled_again(tmp_path: Path, archive: Archive) -> None:
    put(tmp_path / "chats", "1.json", [message(1, seq=1)])
    with pytest.raises(OSError, match="disk full"):
        await archive.pull(Shelf(broken=True))
    assert await archive.pull(Shelf()) == 1


async def test_links_and_strange_files_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.json"
    outside.write_text(json.dumps([message(1, seq=1)]), "utf-8")
    folder = tmp_path / "chats"
    folder.mkdir()
    (folder / "link.json").symlink_to(outside)
    (folder / "notes.txt").write_text("x")
    (folder / "bad.json").write_text("[" * 100_000)
    (folder / "odd.json").write_text(json.dumps([{"seq": "1", "msgid": "a"}, {"seq": True, "msgid": "b"}, 7, None]))
    assert Files(folder).pull(0, 10) == []
    with pytest.raises(ArchiveFault):
        Files(tmp_path / "none").pull(0, 10)


# -- files ---------------------------------------------------------------------------------------------------------


async def test_a_file_lies_under_a_name_of_ours(tmp_path: Path, archive: Archive) -> None:
    handle = "../../../etc/passwd\x00"
    media = tmp_path / "chats" / "media"
    media.mkdir(parents=True)
    (media / hashlib.sha256(handle.encode()).hexdigest()).write_bytes(b"%PDF-1.7")
    assert await archive.media(handle, 100) == b"%PDF-1.7"
    with pytest.raises(ArchiveFault):
        await archive.media(handle, 3)
    with pytest.raises(ArchiveFault):
        await archive.media("another", 100)


async def test_a_file_that_came_in_part_is_asked_for_again(tmp_path: Path) -> None:
    archive, media = Archive(config(tmp_path), MovableClock(NOW)), tmp_path / "chats" / "media"
    media.mkdir(parents=True)
    await archive.start(Shelf())
    target, whole = media / hashlib.sha256(b"f1").hexdigest(), b"%PDF-1.7 whole"
    event = heard("file", {"sdkfileid": "f1", "filename": "a.pdf", "md5sum": hashlib.md5(whole).hexdigest().upper()})
    handle = event.files[0].handle.removeprefix("archive:")
    try:
        target.write_bytes(whole[:8])
        with pytest.raises(Unseen):
            await archive.fetch(handle)
        target.write_bytes(whole)
        assert await archive.fetch(handle) == whole
        target.write_bytes(b"another")  # what the message tells of its hash is wrong at times
        with pytest.raises(Unseen):
            await archive.fetch(handle)
        assert await archive.fetch(handle) == b"another"
        assert heard("image", {"sdkfileid": "f1", "md5sum": "x"}).files[0].handle == "archive:f1"
    finally:
        await archive.stop()


async def test_the_adapter_fetches_archived_files(tmp_path: Path) -> None:
    (tmp_path / "chats").mkdir()
    http = Http()
    adapter = Adapter(config(tmp_path), MovableClock(NOW), http, None, None)  # type: ignore[arg-type]
    await adapter.start(Shelf())
    try:
        with pytest.raises(NotDeliverable):
            await adapter.fetch(FileRef("archive:none", "合同.pdf"))
    finally:
        await adapter.stop()
        await http.close()


# -- every type in our words ---------------------------------------------------------------------------------------

TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"content": "能先试用吗"}, "能先试用吗"),
    ("markdown", {"content": "**报价**"}, "**报价**"),
    ("image", {"sdkfileid": "f1", "md5sum": "x"}, ""),
    ("voice", {"sdkfileid": "f2", "play_length": 3}, ""),
    ("video", {"sdkfileid": "f3"}, ""),
    ("file", {"sdkfileid": "f4", "filename": "合同.pdf"}, "合同.pdf"),
    ("emotion", {"type": 1, "sdkfileid": "f5"}, ""),
    ("location", {"title": "苏州中心", "address": "苏州大道东"}, "苏州中心 苏州大道东"),
    ("link", {"title": "产品手册", "description": "第三版", "link_url": "http://x"}, "产品手册 第三版"),
    ("card", {"corpname": "恒川物流", "userid": "x"}, "恒川物流"),
    ("weapp", {"title": "报名", "displayname": "会议", "description": ""}, "会议 报名"),
    ("chatrecord", {"title": "群聊", "item": [{"type": "ChatRecordText", "content": "{\"content\": \"下周付款\"}"}]},
     "群聊\n下周付款"),
    ("mixed", {"item": [{"type": "text", "content": "{\"content\": \"看图\"}"},
                        {"type": "image", "content": "{\"sdkfileid\": \"f\"}"}]}, "看图"),
    ("todo", {"title": "待办", "content": "盖章"}, "待办 盖章"),
    ("vote", {"votetitle": "选哪个", "voteitem": ["A", "B"]}, "选哪个 A B"),
    ("collect", {"title": "收集表"}, "收集表"),
    ("redpacket", {"wish": "恭喜"}, ""),
    ("meeting", {"topic": "评审会", "address": "线上"}, "评审会 线上"),
    ("docmsg", {"title": "方案"}, "方案"),
    ("calendar", {"title": "演示", "place": "二楼"}, "演示 二楼"),
    ("something_new", {"words": "?"}, ""),
]  # fmt: skip


def heard(form: str, body: dict[str, Any], **fields: Any) -> InboundEvent:
    said = message(1, msgtype=form, **fields)
    del said["text"]
    event = parse(json.dumps(said | {form: body}).encode(), "main", lambda entry: b"")
    assert isinstance(event, InboundEvent)
    return event


@pytest.mark.parametrize(("form", "body", "words"), TYPES, ids=[one[0] for one in TYPES])
def test_every_type_has_its_words(form: str, body: dict[str, Any], words: str) -> None:
    event = heard(form, body)
    assert (event.kind, event.text, event.sender.user) == ("archive", words, "wmJIANG")
    assert event.unreadable == ("" if words else form)
    assert bool(event.files) is (form in ("image", "voice", "video", "file"))


def test_who_talks_with_whom() -> None:
    event = heard("text", {"content": "好"}, **{"from": "zhang.wei", "tolist": ["wmJIANG", "li.na"], "roomid": "wr1"})
    assert event.chat == "wr1"
    assert event.data["to"] == ["wmJIANG", "li.na"]
    assert event.data["outside"] == ["wmJIANG"]


def test_recall_consent_and_switch() -> None:
    assert heard("revoke", {"pre_msgid": "m0_external"}, action="recall").data["recalls"] == "m0_external"
    assert heard("agree", {"userid": "wmJIANG"}).data["consent"] is True
    assert heard("disagree", {"userid": "wmJIANG"}).data["consent"] is False
    switch = {"msgid": "m", "action": "switch", "time": MILLIS, "user": "zhang.wei"}
    assert isinstance(parse(json.dumps(switch).encode(), "main", lambda entry: b""), Ignored)


@pytest.mark.parametrize(
    "payload",
    [b"{", b"[]", b'{"msgid": 1}', *(json.dumps(message(1, msgtime=at)).encode() for at in ("x", 1e300, -1, True))],
)  # fmt: skip
def test_what_is_no_message_is_said_so(payload: bytes) -> None:
    with pytest.raises(BadPayload):
        parse(payload, "main", lambda entry: b"")


def test_nested_records_end() -> None:
    inner: dict[str, Any] = {"type": "text", "content": '{"content": "底"}'}
    for _ in range(8):  # each level doubles the quotes' escapes
        inner = {"type": "chatrecord", "content": json.dumps({"title": "层", "item": [inner]})}
    assert heard("chatrecord", {"title": "顶", "item": [inner]}).text.startswith("顶")


# -- the platform's own library ------------------------------------------------------------------------------------

LIBRARY = r"""
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
typedef struct { char *buf; int len; } Slice;
typedef struct { char *out; int out_len; char *data; int data_len; int done; } Media;
void *NewSdk(void) { return malloc(8); }
int Init(void *sdk, const char *corp, const char *secret) { return strcmp(secret, "right") ? 10008 : 0; }
void DestroySdk(void *sdk) { free(sdk); }
Slice *NewSlice(void) { return calloc(1, sizeof(Slice)); }
void FreeSlice(Slice *s) { free(s->buf); free(s); }
char *GetContentFromSlice(Slice *s) { return s->buf; }
int GetSliceLen(Slice *s) { return s->len; }
static void fill(Slice *s, const char *text) { s->buf = strdup(text); s->len = strlen(text); }
int GetChatData(void *sdk, unsigned long long seq, unsigned limit, const char *p, const char *q, int t, Slice *s) {
    char line[400];
    if (seq == 99) return 10001;
    if (seq >= 4294967300ULL) { fill(s, "{\"errcode\":0,\"chatdata\":[]}"); return 0; }
    snprintf(line, sizeof line, "{\"errcode\":0,\"chatdata\":[{\"seq\":%llu,\"msgid\":\"a%u\",\"publickey_ver\":3,"
             "\"encrypt_random_key\":\"k\",\"encrypt_chat_msg\":\"b\"}]}", seq + 1, limit);
    fill(s, line);
    return 0;
}
int DecryptData(const char *key, const char *msg, Slice *s) {
    if (strcmp(key, "good")) return 10006;
    fill(s, msg);
    return 0;
}
Media *NewMediaData(void) { return calloc(1, sizeof(Media)); }
void FreeMediaData(Media *m) { free(m->out); free(m->data); free(m); }
int GetMediaData(void *sdk, const char *index, const char *file, const char *p, const char *q, int t, Media *m) {
    if (!strcmp(file, "none")) return 10005;
    m->data = strdup(*index ? "world" : "hello "); m->data_len = strlen(m->data);
    m->out = strdup("next"); m->out_len = 4; m->done = *index != 0;
    return 0;
}
char *GetOutIndexBuf(Media *m) { return m->out; }
int GetIndexLen(Media *m) { return m->out_len; }
char *GetData(Media *m) { return m->data; }
int GetDataLen(Media *m) { return m->data_len; }
int IsMediaDataFinish(Media *m) { return m->done; }
"""
"""The functions of the library's header, played: 64-bit numbers, slices of a length, media in pieces, error codes."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the library's stand-in with")
    folder = tmp_path_factory.mktemp("sdk")
    (folder / "sdk.c").write_text(LIBRARY)
    target = folder / "libWeWorkFinanceSdk_C.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", str(target), str(folder / "sdk.c")], check=True)
    return target


def test_the_library_is_called_as_its_header_says(library: Path) -> None:
    sdk = Sdk(library, "ww1", "right")
    [one] = sdk.pull(4294967299, 5000)
    assert (one.seq, one.id, one.version) == (4294967300, "a1000", 3)  # 64 bits, at most 1,000 at once
    assert sdk.pull(4294967300, 10) == []
    assert sdk.open("good", "{}") == b"{}"
    assert sdk.media("file", 100) == b"hello world"
    sdk.close()


def test_the_librarys_refusals_have_words(library: Path) -> None:
    with pytest.raises(ArchiveFault) as refused:
        Sdk(library, "ww1", "wrong")
    assert refused.value.code == "key"
    sdk = Sdk(library, "ww1", "right")
    with pytest.raises(ArchiveFault) as later:
        sdk.pull(99, 10)
    assert (later.value.code, later.value.again) == ("network", True)
    with pytest.raises(ArchiveFault) as wrong:
        sdk.open("bad", "{}")
    assert (wrong.value.code, wrong.value.again) == ("decrypt", False)
    for file, most in (("none", 100), ("file", 3)):
        with pytest.raises(ArchiveFault):
            sdk.media(file, most)
    sdk.close()


def test_another_file_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(b"no")
    with pytest.raises(ArchiveFault):
        Sdk(tmp_path / "x.so", "ww1", "right")
