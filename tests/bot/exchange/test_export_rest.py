"""An export holds the files themselves, opened, and the ways of selling: nothing is left behind in a form of ours."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from bot.exchange import export_rest
from bot.playbook import load
from storage import files
from tests.conversations.chat import Chat
from tests.conversations.conftest import open_chat

PDF = b"%PDF-1.4\n%%EOF\n"


async def handed_in(chat: Chat) -> str:
    card = await chat.says("zhang.wei", "我周五前给启明制造发报价单")
    await chat.uploads(card.urls["add_evidence"], "报价单.PDF", PDF)
    return sha256(PDF).hexdigest()


async def test_what_was_handed_in_comes_as_it_was(tmp_path: Path, sqlite_url: str) -> None:
    out = tmp_path / "out"
    async with open_chat(tmp_path / "data", sqlite_url) as chat:
        sha = await handed_in(chat)
        data = chat.demo.app.house.data
        kept = {one["sha256"] for one in await chat.records("evidence") if one["sha256"]}
        assert await export_rest.handed_in(out, data) == len(kept) and sha in kept
        assert (out / "files" / f"{sha}.pdf").read_bytes() == PDF
        assert await export_rest.handed_in(out, data) == len(kept), "once more is the same"
        files.path_of(data, sha).unlink()
        (out / "files" / f"{sha}.pdf").unlink()
        assert await export_rest.handed_in(out, data) == len(kept) - 1
        assert not (out / "files" / f"{sha}.pdf").exists()
        assert await export_rest.ways(out) >= 1
        load.parse((out / "playbooks" / "0001-live.toml").read_text("utf-8"))


def test_a_name_leads_nowhere() -> None:
    names = ("a.PDF", "../../x", "a.tar.gz", "a.../etc", "a.p/f", "名.报价", "x.")
    assert [export_rest.ending(one) for one in names] == [".pdf", "", ".gz", "", "", "", ""]
