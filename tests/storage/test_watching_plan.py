"""What is asked of some opportunities reads these alone, however many others there are."""

from __future__ import annotations

import pytest

from storage import sql, watching
from storage.connect import Database


@pytest.mark.parametrize(("where", "args"), [("o.id IN (?, ?)", ("opp_1", "opp_2")), ("o.owner_id = ?", ("mem_1",))])
async def test_the_open_ones_are_not_walked_for_some(sqlite_db: Database, where: str, args: tuple[str, ...]) -> None:
    statement, kinds = watching.query(where, ["case"], ["quote"], some=True)
    plan = [str(row[3]) for row in await sql.fetch(f"EXPLAIN QUERY PLAN {statement}", *kinds, *args)]
    column = where.partition(" ")[0].removeprefix("o.")
    assert plan[0].startswith("SEARCH o USING")
    assert f"({column}=?)" in plan[0]
    assert not [line for line in plan if line.startswith("SCAN")]
