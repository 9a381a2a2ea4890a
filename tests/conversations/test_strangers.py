"""Who is no member yet, and who comes for the first time (VOICE.md G2, G3)."""

from __future__ import annotations

from tests.conversations.chat import Chat


async def test_a_stranger_is_kept_and_read_once_added(chat: Chat) -> None:
    hello = await chat.says("zhao.min", "恒川物流的江经理要报价，我明天发报价单给她")
    assert hello.text.startswith("你好，我是小跟。我还不认识你，先替你收着这句")
    assert not await chat.says_all("zhao.min", "在吗")
    [asked] = await chat.heard_of("admin", "hello.ask_admin")
    assert not await chat.records("commitment")
    done = await chat.taps("admin", asked, "add_rep")
    assert "加为销售" in done.text
    await chat.demo.desk.quiet(20)
    [promise] = await chat.records("commitment")
    assert promise["what"] == "发报价单"
    kinds = [seen.kind for seen in await chat.heard("zhao.min")]
    assert "hello.rep" in kinds
    assert "reading.clear" in kinds


async def test_the_audit_chain_holds(chat: Chat) -> None:
    await chat.says("zhang.wei", "华东医械王总说预算已批，我周五前把报价单发过去")
    await chat.says("zhang.wei", "撤销")
    verdict = await chat.demo.desk.verify()
    assert verdict.broken is None
    assert verdict.entries == len(await chat.records("audit"))
