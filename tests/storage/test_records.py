from __future__ import annotations

import uuid
from datetime import timedelta

from storage.records import new_id
from tests.storage.samples import NOW


def test_ids_rise_also_within_a_millisecond():
    ids = [new_id("opp", NOW) for _ in range(5000)] + [new_id("opp", NOW + timedelta(milliseconds=1))]
    assert ids == sorted(ids) and len(set(ids)) == 5001


def test_an_id_is_a_uuid_of_version_7():
    prefix, _, tail = new_id("opp", NOW).partition("_")
    value = uuid.UUID(tail)
    assert (prefix, value.version, value.variant) == ("opp", 7, uuid.RFC_4122)
    assert value.int >> 80 == int(NOW.timestamp() * 1000)
