"""What a transaction has read it does not ask again, until it writes there itself."""

from __future__ import annotations

import pytest

from storage import audit, members, sql
from storage.connect import transaction
from storage.once import reads_alone, written_by
from storage.records import changed, made
from tests.storage.samples import NOW, member


class Counted:
    """A line that counts what it is asked."""

    def __init__(self, line: sql.Line) -> None:
        self.line, self.asked = line, 0

    async def fetch(self, text: str, args: object) -> list[sql.Row]:
        self.asked += 1
        return await self.line.fetch(text, args)  # type: ignore[arg-type]

    async def run(self, text: str, args: object) -> int:
        return await self.line.run(text, args)  # type: ignore[arg-type]


@pytest.mark.usefixtures("db")
async def test_a_member_is_read_once_and_again_after_a_change() -> None:
    wang = member("王芳")
    await audit.apply([made(wang)], actor="test", event="", at=NOW)
    async with transaction():
        open_ = sql.inside()
        assert open_ is not None
        open_.line = counted = Counted(open_.line)
        assert await members.get(wang.id) == await members.get(wang.id) == wang
        assert counted.asked == 1
        await audit.apply([changed(wang, "member.name", name="王方")], actor="test", event="", at=NOW)
        found = await members.get(wang.id)
        assert found is not None and found.name == "王方"
    assert await members.get(wang.id) == found


def test_a_statement_tells_what_it_reads_and_writes() -> None:
    assert reads_alone("SELECT id FROM member WHERE id = ?")
    assert not reads_alone("SELECT id FROM member WHERE id IN (SELECT member_id FROM identity)")
    assert written_by('UPDATE "member" SET name = ?') == written_by("DELETE FROM member") == "member"
    assert written_by("WITH gone AS (SELECT 1) DELETE FROM member") is None
