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


async def test_a_code_makes_the_account_somebodys(chat: Chat) -> None:
    told = await chat.says("admin", "/member code 李娜")
    code = told.text.partition("认领 ")[2][:8]
    await chat.says("zhao.min", "松涛教育何校长周四看演示")
    known = await chat.says("zhao.min", f"认领 {code}")
    assert known.text.startswith("认出你了")
    await chat.demo.desk.quiet(20)
    assert [one.title for one in await chat.heard_of("zhao.min", "reading.clear")] == ["松涛教育 · 记下了"]
    assert "不对，或已经用过" in (await chat.says("zhou.hao", f"认领 {code}")).text


async def test_nobody_comes_in_by_trying_codes(chat: Chat) -> None:
    told = await chat.says("admin", "/member code 李娜")
    code = told.text.partition("认领 ")[2][:8]
    for n in range(5):
        wrong = f"{(int(code) + 1 + n) % 10**8:08d}"
        await chat.says_all("sun.li", f"认领 {wrong}")
    await chat.says_all("zhao.min", f"认领 {code}")
    assert await chat.heard_of("zhao.min", "hello.code.known") == []
    again = (await chat.says("admin", "/member code 李娜")).text.partition("认领 ")[2][:8]
    assert (await chat.says("zhao.min", f"认领 {again}")).kind == "hello.code.known"
