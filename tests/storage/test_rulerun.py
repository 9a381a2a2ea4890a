"""How rules did: counted up by stretch of time, on both databases; and marks found by how they begin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import marks, rulerun
from storage.rulerun import Runs, bucket_of
from tests.storage.samples import NOW

pytestmark = pytest.mark.usefixtures("db")


async def test_runs_of_one_stretch_are_counted_up():
    key = ("one", bucket_of(NOW))
    await rulerun.add({key: Runs(2, 1, 0, 300, 200)})
    await rulerun.add({key: Runs(1, 0, 1, 900, 900, "太慢"), ("two", bucket_of(NOW)): Runs(1)})
    found = await rulerun.since(NOW, ["one"])
    assert found == {"one": Runs(3, 1, 1, 1200, 900, "太慢")}
    assert await rulerun.prune(NOW + timedelta(hours=1)) == 2
    assert await rulerun.since(NOW) == {}


async def test_marks_are_found_by_how_they_begin_and_can_be_taken_away():
    await marks.put("rule.off:one", "why")
    await marks.put("rulexoff:two", "other")
    assert await marks.beginning("rule.off:") == {"rule.off:one": "why"}
    assert await marks.forget("rule.off:one")
    assert not await marks.forget("rule.off:one")
