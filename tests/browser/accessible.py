"""What axe says against a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.async_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")


async def faults(page: Page) -> list[str]:
    """``rule: element`` for each breach; empty when there is none."""
    await page.evaluate(_axe())
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]
