"""Which words are handed out first, when cases come by themselves, and what tells that a customer is keen."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.knowledge import considering
from bot.knowledge.match import CASE, OBJECTION, Worked, in_a_row, match, one_a_title
from bot.knowledge.newcomers import alike, whom_first
from bot.playbook.knowledge import Script
from storage.records import Contact, ScriptUse
from storage.scriptuses import Closed

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DEAR = "price_objection"


def script(id: str, *tags: str, title: str = "", objection: str = "", case: bool = False) -> Script:
    return Script(id=id, title=title or id, says="您看", tags=tags, objection=objection, case=case)


def used(what: str, how: str = "shown") -> ScriptUse:
    return ScriptUse(id=f"scu_{what}{how}", script=what, member_id="mem_1", at=NOON, how=how)


def ids(*scripts: Script, tags: tuple[str, ...] = (), objection: str = "", **worked: Worked) -> list[str]:
    return [one.script.id for one in match(scripts, tags, objection, worked)]


def test_all_tags_of_a_script_must_be_the_customers() -> None:
    plain, bureau, both = script("plain"), script("bureau", "教育局"), script("both", "教育局", "公开招标")
    assert ids(plain, bureau, both) == ["plain"]
    assert ids(plain, bureau, both, tags=("教育局",)) == ["bureau", "plain"]
    assert ids(plain, bureau, both, tags=("教育局", "公开招标")) == ["both", "bureau", "plain"]
    assert ids(plain, script("dear", objection=DEAR), objection=DEAR) == ["dear"]


def test_what_was_won_with_comes_first_and_what_was_no_help_last() -> None:
    one, two, three = script("one"), script("two"), script("three")
    assert ids(one, two, three, two=Worked(3, 2), three=Worked(5, 1)) == ["two", "three", "one"]
    assert ids(one, two, three, one=Worked(0, 0, 2)) == ["two", "three", "one"]
    assert ids(one, script("told", case=True), one=Worked(9, 9)) == ["told", "one"]
    twice = match([script("near", "教育局", title="第一句"), script("far", title="第一句")], ("教育局",))
    assert [found.script.id for found in one_a_title(twice)] == ["near"]


def test_in_a_row_until_a_case_is_taken() -> None:
    met = used(OBJECTION + DEAR)
    assert in_a_row([met, met], DEAR) == 2
    assert in_a_row([met, used(OBJECTION + "considering"), used(OBJECTION + DEAR, "taken"), met], DEAR) == 2
    assert in_a_row([met, used(CASE + DEAR, "taken"), met, met], DEAR) == 1
    assert in_a_row([met, used(CASE + "considering", "taken"), met], DEAR) == 2


def test_five_behaviours_each_once() -> None:
    assert considering.shown(["asks_timeline", "considering", "asks_comparison", "asks_timeline"]) == (
        "asks_comparison",
        "asks_timeline",
    )


def past(n: int, name: str, owner: str = "mem_1", won: bool = True, *tags: str) -> Closed:
    return Closed(f"opp_{n}", f"cus_{n}", owner, won, name, tags)


def test_past_customers_of_the_same_trade() -> None:
    deals = [
        past(1, "甲区教育局"), past(2, "乙区教育局", "mem_2", True, "教育局", "装备科"), past(3, "丙区教育局", "mem_2"),
        past(4, "丁区教育局", "mem_1", False), past(5, "恒川物流"),
    ]  # fmt: skip
    found = alike(("教育局", "装备科"), deals, but="cus_1")
    assert [one.opportunity_id for one in found.deals] == ["opp_2", "opp_3", "opp_4"]
    assert (len(found.won), found.owners) == (2, ["mem_2"])
    assert not alike(("酒店",), deals).deals and not alike(("装备科",), deals).deals


def test_whom_to_see_first_is_a_place() -> None:
    def one(title: str, department: str | None = None, role: str = "") -> Contact:
        return Contact(
            id=f"con_{title}{department}{role}",
            customer_id="cus_1",
            name="刘",
            title=title,
            department=department,
            role=role,
        )

    office = one("科长", "装备科")
    assert whom_first({"a": [one("总")]}) is None
    assert whom_first({"a": [one("校长"), office], "b": [one("科长", "装备科")]}) == office
    decides = one("校长", None, "能拍板")
    assert whom_first({"a": [office, decides], "b": [one("科长", "装备科")]}) == decides
