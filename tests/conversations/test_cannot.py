"""A10: what the chat cannot carry or the bot cannot read, each with the way that works, on WeCom's message types."""

from __future__ import annotations

import re

import httpx
import pytest

from adapters.sandbox.wecom_callbacks import sealed, text_message
from tests.conversations.chat import Chat, Seen

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SENTENCE = "华东医械王总说预算已批，我周五前把报价单发过去"


async def sends(chat: Chat, who: str, form: str, fields: str = "") -> Seen:
    """A message of another type than text, as the platform seals it."""
    app = chat.demo.platforms.wecom.apps[0]
    before = max((seen.n for seen in await chat.heard(who)), default=0)
    serial = chat.demo.platforms.world.serial()
    plain = text_message(app, who, "x", serial, chat.demo.app.clock.now())
    plain = re.sub(rb"<Content>.*?</Content>", fields.encode(), plain).replace(
        b"<![CDATA[text]]>", f"<![CDATA[{form}]]>".encode()
    )
    query, body = sealed(app, plain, chat.demo.app.clock.now())
    async with httpx.AsyncClient(trust_env=False) as web:
        answer = await web.post(app.callback_url, params=query, content=body)
    assert answer.status_code == 200
    assert await chat.demo.desk.quiet(20)
    [said] = await chat.heard(who, before)
    return said


@pytest.mark.parametrize(
    ("form", "fields", "answer"),
    [
        ("voice", "<MediaId>m</MediaId><Format>amr</Format>", "语音我听不了，长按“转文字”再发一次就行。"),
        ("location", "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y>", "这个我读不了，打字说一句就行。"),
        ("link", "<Title>x</Title><Url>https://a.cn</Url>", "这个我读不了，打字说一句就行。"),
        ("sticker", "", "这个我读不了，打字说一句就行。"),
    ],
)
async def test_each_unreadable_type_has_its_way_out(chat: Chat, form: str, fields: str, answer: str) -> None:
    assert (await sends(chat, "zhang.wei", form, fields)).text == answer
    assert await chat.records("activity") == []


async def test_a_file_is_shown_to_the_page_where_it_goes(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    told = await sends(chat, "zhang.wei", "file", "<MediaId>m</MediaId><FileName>报价单.pdf</FileName>")
    assert told.kind == "reading.cannot.file_which"
    [page] = [url for id, url in told.urls.items() if "报价" in told.buttons[id]]
    await chat.uploads(page, "报价单.pdf", PDF)
    [promise] = await chat.records("commitment")
    assert promise["state"] == "kept"


async def test_the_word_of_the_button_brings_the_page(chat: Chat) -> None:
    await chat.says("li.na", "瑞禾医疗周主任，我周五前把报价单发过去")
    for word in ("补材料", "文件怎么传"):
        told = await chat.says("li.na", word)
        assert told.kind.startswith("reading.cannot.file")
        assert told.urls


async def test_without_anything_open_it_is_asked_what_for(chat: Chat) -> None:
    told = await sends(chat, "chen.jie", "file", "<MediaId>m</MediaId>")
    assert told.text == "还不知道归哪件事。先说一句是哪家客户的什么，再传文件。"


async def test_a_refused_type_names_what_is_taken(chat: Chat) -> None:
    await chat.says("zhang.wei", SENTENCE)
    media = chat.demo.platforms.wecom.media.keep("x.html", "image", b"<html><script>1</script></html>")
    told = await sends(chat, "zhang.wei", "image", f"<MediaId>{media}</MediaId>")
    assert told.text == "这种文件收不了（.html）。PDF、图片、Word、Excel 都行。"


async def test_what_is_too_long_is_asked_for_in_parts(chat: Chat) -> None:
    told = await chat.says("zhang.wei", "长" * 20_001)
    assert told.text == "这段有 20,001 字，太长了，分成几段发，我一段段读。"
