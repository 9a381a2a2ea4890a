"""Who undertakes what: the speaker's own 我 is us, whoever the thing is for."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlp import lexicon
from nlp.customers import NameEntry, NameIndex
from nlp.read import read
from nlp.workdays import Calendar

NOW = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
NAMES = NameIndex(
    [
        NameEntry("c1", "启明制造有限公司", ("启明制造",), ("郑总",)),
        NameEntry("c2", "松涛教育科技有限公司", ("松涛教育",), ("何校长",)),
        NameEntry("c3", "华东医疗器械有限公司", ("华东医械",), ("王总",)),
    ]
)
OURS = (
    ("我明天发报价单给她", "发报价单", "2026-03-11"),
    ("恒川物流的江经理要40台标签机的报价，我明天发报价单给她", "发报价单", "2026-03-11"),
    ("我周五前把设备报价单发给华东医械的王总", "发设备报价单", "2026-03-13"),
    ("我周五前把安装排期发给华东医械的王总", "发安装排期", "2026-03-13"),
    ("今晚把报价单发给华东医械的王总", "发报价单", "2026-03-10"),
    ("明天下午4点半前把报价单发给华东医械的王总", "发报价单", "2026-03-11T16:30:00+08:00"),
    ("我周六上午10点给华东医械的王总打电话", "打电话", "2026-03-14T10:00:00+08:00"),
    ("松涛何校长定了周四下午两点看演示，方案我今晚发他", "发方案", "2026-03-10"),
    ("启明郑总那边我下周二前把样机送过去", "送样机", "2026-03-17"),
    ("答应了王总周四前给他分项报价", "给分项报价", "2026-03-12"),
)
THEIRS = (
    ("华东医械王总说周四给我答复", "2026-03-12"),
    ("郑总答应下周三前把合同盖好章寄回来", "2026-03-18"),
    ("何校长说他们周五把校区清单发我", "2026-03-13"),
)


def promises(text: str) -> list[tuple[str, str, str]]:
    reading = read(text, NOW, names=NAMES, lexicon=lexicon.shipped(), calendar=Calendar.national())
    return [(one.by, one.what, one.due.isoformat() if one.due else "") for one in reading.commitments]


@pytest.mark.parametrize(("text", "what", "due"), OURS, ids=[text for text, *_ in OURS])
def test_ours(text: str, what: str, due: str) -> None:
    assert promises(text) == [("us", what, due)]


@pytest.mark.parametrize(("text", "due"), THEIRS, ids=[text for text, _ in THEIRS])
def test_theirs(text: str, due: str) -> None:
    assert [(by, day) for by, _, day in promises(text)] == [("customer", due)]
