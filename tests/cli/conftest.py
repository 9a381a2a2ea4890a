"""A command sets the logs up for its own process; here many share one, and the stream of a test ends with it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog


@pytest.fixture
def migrated(tmp_path: Path, sqlite_template: Path) -> Path:
    """``tmp_path`` with an empty database of the full schema under ``data`` and beside it: a command that makes one
    finds its work done, which takes seconds."""
    (tmp_path / "data").mkdir()
    for path in (tmp_path / "genjin.db", tmp_path / "data" / "genjin.db"):
        shutil.copy(sqlite_template, path)
    return tmp_path


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
