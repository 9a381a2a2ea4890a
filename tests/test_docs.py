"""The manual names every command, every option and every key that there is, and nothing that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from bot import metrics
from bot.cli.main import app
from bot.config_sections import ACCOUNTS, SECTIONS
from tests.test_layers import CHART

ROOT = Path(__file__).parent.parent
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")
CONFIGURING = (ROOT / "docs" / "configuring.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(group: Any = None, path: str = "genjin") -> Iterator[str]:
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def headings() -> set[str]:
    """The commands that have a heading; ``playbook check|load`` are two."""
    found = set()
    for line in re.findall(r"^### `(genjin .+)`", OPERATING, re.M):
        first, second, *rest = line.split()
        third = rest[0] if rest and rest[0][0].isalpha() and rest[0].islower() else ""
        found |= {" ".join([first, second, one]).strip() for one in third.split("|")}
    return found


def test_every_command_is_in_the_manual() -> None:
    assert set(commands()) == headings()


def test_the_manual_knows_no_other_command() -> None:
    there = set(commands()) | {command.rpartition(" ")[0] for command in commands()}
    named = {" ".join(found.split()[:2]) for found in re.findall(r"genjin [a-z]+", "".join(map(_read, PAGES)))}
    assert {name for name in named if name not in there} == set()


def test_every_key_is_in_the_manual() -> None:
    for section, model in SECTIONS.items():
        head = f"[[{section}]]" if section in ACCOUNTS else f"[{section}]"
        assert f"`{head}`" in CONFIGURING, head
        text = CONFIGURING.split(f"`{head}`", 1)[1]
        for key in model.model_fields:
            assert f"`{key}`" in text, f"{head} {key}"


def test_every_key_is_in_the_example() -> None:
    example = (ROOT / "config.example.toml").read_text("utf-8")
    for section, model in SECTIONS.items():
        head = f"[[{section}]]" if section in ACCOUNTS else f"[{section}]"
        body = re.split(r"\n(?:# )?\[", example.split(head, 1)[1])[0]
        for key in model.model_fields:
            assert re.search(rf"^(?:# )?{key} = ", body, re.M), f"{head} {key}"


def test_what_init_writes_is_the_example() -> None:
    assert (ROOT / "bot" / "cli" / "shipped" / "config.toml").read_bytes() == (
        ROOT / "config.example.toml"
    ).read_bytes()


def test_every_metric_is_in_the_manual() -> None:
    for family in metrics.registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert name in OPERATING, name


def test_the_rows_of_the_architecture_are_those_of_the_test() -> None:
    assert CHART.strip() in (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", _read(page)):
            assert (page.parent / target).exists() or target.endswith(".png"), f"{page.name}: {target}"


def test_files_that_the_architecture_names_exist() -> None:
    named = set(re.findall(r"`((?:adapters|bot|nlp|scheduler|storage)/[\w/]+(?:\.py|/))`", "".join(map(_read, PAGES))))
    assert {name for name in named if not (ROOT / name).exists()} == set()


def _read(page: Path) -> str:
    return page.read_text("utf-8")
