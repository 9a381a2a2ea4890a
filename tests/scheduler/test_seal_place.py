"""A group is named by the configuration alone, or with its account before it."""

from __future__ import annotations

import pytest

from bot.admins import place


@pytest.mark.parametrize(
    ("written", "accounts", "found"),
    [
        ("oc_1", ["wecom", "feishu"], ("wecom", "oc_1")),
        ("feishu:oc_1", ["wecom", "feishu"], ("feishu", "oc_1")),
        ("dingtalk:cid1==", ["wecom"], ("wecom", "dingtalk:cid1==")),
        ("managers", [], ("", "managers")),
        ("", ["wecom"], ("wecom", "")),
    ],
)
def test_where_a_group_is(written: str, accounts: list[str], found: tuple[str, str]) -> None:
    assert place(written, accounts) == found
