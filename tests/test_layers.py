"""Imports run one way, nobody but the clock asks what time it is, and packages are doors, not rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("adapters", "bot", "nlp", "scheduler", "storage")
CHART = """
bot.__main__ ‹ bot.cli ‹ bot.desk ‹ bot.app ‹ bot.sample ‹ bot.accounts ‹ bot.logs ‹ bot.config ‹ bot.config_sections ‹ bot.config_faults ‹ bot.secret
bot.handlers · bot.commands · bot.web · scheduler · adapters.wecom · adapters.dingtalk · adapters.feishu · adapters.email · adapters.hook · adapters.sandbox
bot.worker ‹ bot.outcome ‹ bot.intake ‹ bot.burst · bot.alarm ‹ bot.unreached · bot.listening · bot.missed · bot.mailbox_alarm · bot.budget · bot.calling · bot.posting · bot.transfers · bot.bringing
bot.unassigned ‹ bot.claiming ‹ bot.record ‹ bot.helped ‹ bot.leadcards ‹ bot.duties ‹ bot.planning ‹ bot.ruling ‹ bot.webhooks ‹ bot.admins
bot.routing · bot.replies · bot.outbox · bot.queued
bot.turn · bot.letter
bot.house
bot.capture · bot.exchange
bot.insight ‹ bot.process · bot.followup · bot.handover · bot.leads · bot.knowledge · bot.members · bot.doctor
bot.playbook · bot.access · adapters.tokens · adapters.callback · adapters.asked
adapters.llm ‹ adapters.http · adapters.ocr · adapters.ocr_process · adapters.outside · adapters.signing · adapters.safe_push ‹ adapters.words · adapters.base · bot.errors · adapters.meter ‹ bot.clock · bot.metrics · bot.together ‹ bot.slots · bot.collector
adapters.events · adapters.messages · adapters.errors · nlp · storage
"""  # noqa: E501
"""A row may import the rows beneath it; ‹: the left may import all to its right; others of a row do not know one
another."""
PLATFORMS = (
    "adapters.wecom",
    "adapters.dingtalk",
    "adapters.feishu",
    "adapters.email",
    "adapters.hook",
    "adapters.sandbox",
)
PLATFORM_MAY = {
    "adapters.asked",
    "adapters.base",
    "adapters.callback",
    "adapters.events",
    "adapters.messages",
    "adapters.errors",
    "adapters.http",
    "adapters.meter",
    "adapters.safe_push",
    "adapters.signing",
    "adapters.tokens",
    "adapters.words",
    "bot.clock",
}
MAY_SPEAK = {
    "adapters.wecom",
    "adapters.dingtalk",
    "adapters.feishu",
    "adapters.email",
    "adapters.hook",
    "bot.handlers",
    "bot.commands",
    "storage.records",
}
"""Packages whose ``__init__`` says something: a platform's Adapter and Config, the routers, the records."""


@cache
def files() -> dict[str, Path]:
    """Our modules by name; migrations are written by a machine."""
    found = {}
    for path in (path for top in OURS for path in sorted((ROOT / top).rglob("*.py"))):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "migrations" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(files()[module].read_text("utf-8"))


def imported(module: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The modules of ours that the nodes import."""
    for node in nodes:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in files() else str(node.module) for name in whole]
        yield from (name for name in names if name.partition(".")[0] in OURS)


def at_load(module: str) -> Iterator[ast.AST]:
    """The statements that run when the module is loaded; what stands under TYPE_CHECKING does not."""
    for node in tree(module).body:
        if isinstance(node, ast.If):
            if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
                yield from ast.walk(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def layer(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in ("bot", "adapters") and len(parts) > 1 else parts[0]


def places() -> dict[str, tuple[int, int, int]]:
    """Row, group within the row, place within the group."""
    rows = [[group.split(" ‹ ") for group in row.split(" · ")] for row in CHART.strip().splitlines()]
    return {
        name: (r, g, n) for r, row in enumerate(rows) for g, group in enumerate(row) for n, name in enumerate(group)
    }


def may(importer: str, target: str) -> bool:
    (row, group, n), (other_row, other_group, m) = places()[importer], places()[target]
    return other_row > row or (other_row == row and other_group == group and m > n)


def test_every_module_has_its_row() -> None:
    known = places()
    homeless = {layer(module) for module in files()} - known.keys() - {"bot", "adapters"}
    assert not homeless


def test_imports_point_downwards() -> None:
    upwards = [
        f"{module} imports {name}"
        for module in files()
        for name in imported(module, ast.walk(tree(module)))
        if {layer(module), layer(name)}.isdisjoint({"bot", "adapters"})
        and layer(module) != layer(name)
        and not may(layer(module), layer(name))
    ]
    assert not upwards


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_knows_no_business(platform: str) -> None:
    mine = [module for module in files() if layer(module) == platform]
    known = {layer(name) for module in mine for name in imported(module, ast.walk(tree(module)))}
    assert known <= PLATFORM_MAY | {platform}


@pytest.mark.parametrize("ground", ["nlp", "storage"])
def test_the_ground_knows_only_itself(ground: str) -> None:
    mine = [module for module in files() if layer(module) == ground]
    assert {layer(name) for module in mine for name in imported(module, ast.walk(tree(module)))} <= {ground}


def test_no_circles() -> None:
    graph = {module: set(imported(module, iter(list(at_load(module))))) & files().keys() for module in files()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" ‹ ".join(circle.args[1]))


def test_packages_are_silent() -> None:
    speaking = {module for module, path in files().items() if path.name == "__init__.py" and tree(module).body}
    assert speaking <= MAY_SPEAK


CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def test_time_is_asked_of_the_clock() -> None:
    asked = [
        f"{module}:{node.lineno} {node.value.id}.{node.attr}"
        for module in files().keys() - {"bot.clock"}
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]
    assert not asked


def test_the_chart_would_notice() -> None:
    """The judge itself: upwards, sideways and to the left are refused, downwards and to the right are not."""
    assert may("bot.cli", "bot.config")
    assert may("bot.worker", "storage")
    assert not may("bot.config", "bot.cli")
    assert not may("storage", "bot.clock")
    assert not may("bot.handlers", "bot.web")
    assert not may("bot.web", "bot.config")
