"""`genjin eval --corrections`: the team's own accuracy, from its own database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import run

FLAGS = ["--admin-name", "王芳", "--admin-user", "wang.fang", "--corp-id", "ww1", "--agent-id", "1000002"]
SECRETS = ["--secret", "hush-hush-word", "--token", "tok", "--aes-key", "A" * 43]


@pytest.fixture
def home(migrated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(migrated)
    assert run(["init", str(migrated), *FLAGS, *SECRETS]) == 0
    capsys.readouterr()
    return migrated


@pytest.mark.parametrize("words", [["--corrections"], []])
def test_where_a_bot_is_configured_its_own_corrections_are_meant(
    home: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", *words]) == 0
    assert capsys.readouterr().out == "记下 0 句，没人改的 0（100.0%）\n还没有人改过；改一次就多一个例子\n"


def test_for_programs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--corrections", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["corrected"], said["recorded"], said["untouched"]) == (0, 0, 1.0)


def test_an_unknown_team_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--corrections", "--team", "西北组"]) == 2
    assert capsys.readouterr().err.startswith("没有叫“西北组”的团队")


def test_a_word_is_taught_from_a_script(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["admin", "/lexicon add 预算已批 粮草到了 执行"]) == 0
    assert "“粮草到了”读成预算已批了" in capsys.readouterr().out
    assert run(["admin", "/lexicon test 郑总说粮草到了"]) == 0
    assert "信号 预算已批：“粮草到了”" in capsys.readouterr().out
