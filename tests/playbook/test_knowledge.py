"""The shipped words: what a rep is to say is said to a customer, and fits on a card."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from bot.playbook.load import parse, shipped
from bot.playbook.model import Playbook

FITS, QUOTED = 26, 24
LATEST = "周三 12月30日 15:00"
HYPE = re.compile("最好|最强|第一品牌|领先|保证|绝对|完美|震撼|赋能|抓手|性价比|!|！|亲|哦|呢|啦")
NAMES = sorted(
    file.name.removesuffix(".toml") for file in resources.files("bot.playbook").joinpath("shipped").iterdir()
)


@pytest.fixture(params=NAMES)
def playbook(request: pytest.FixtureRequest) -> Playbook:
    return parse(shipped(request.param))


def test_each_trade_knows_its_objections_and_its_first_words(playbook: Playbook) -> None:
    assert "price_objection" in {one.signal for one in playbook.objections}
    for one in playbook.objections:
        assert [script for script in playbook.scripts if script.objection == one.signal], one.signal
    first = {script.title for script in playbook.scripts if not script.objection}
    assert len(first) >= 3


def test_what_stands_on_the_card_of_an_objection_is_not_cut(playbook: Playbook) -> None:
    for one in playbook.objections:
        assert len(one.ask) <= QUOTED, one.ask
        assert len(one.give) <= FITS and len(one.then.format(when=LATEST)) <= FITS, one.signal
        assert len(f"“{one.name}”：{one.file}") <= 20 and len(one.file) <= 10, one.signal
        assert len(f"{one.file}（Word，12月30日版）") <= FITS, one.file


def test_words_for_a_customer_are_said_to_him_and_promise_nothing_loud(playbook: Playbook) -> None:
    for said in [script.says for script in playbook.scripts] + [one.ask for one in playbook.objections]:
        assert "你" not in said and HYPE.search(said) is None, said
    assert not [script.id for script in playbook.scripts if script.case], (
        "a case is a team's own, never an invented one"
    )
