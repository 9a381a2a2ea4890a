"""What lies here from elsewhere is, to the byte, what its licence file says."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path for path in ROOT.glob("*/**/*.min.js") if ".venv" not in path.parts)


def test_some_were_found() -> None:
    assert {path.name for path in SCRIPTS} == {"htmx.min.js", "axe.min.js", "wecom-jssdk.min.js"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_is_what_its_licence_file_says(script: Path) -> None:
    licence = next(path for path in script.parent.iterdir() if path.name.upper().endswith("LICENSE.TXT"))
    told = re.search(r"sha256 ([0-9a-f]{64})", licence.read_text("utf-8"))
    assert told is not None
    assert sha256(script.read_bytes()).hexdigest() == told[1]
