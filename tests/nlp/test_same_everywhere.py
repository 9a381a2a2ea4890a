"""The same message reads the same in every process, whatever the hashes, the addresses, and what was read before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READS = """
import json, random, sys
from pathlib import Path
chance = random.Random(int(sys.argv[1]))
clutter = [bytearray(chance.randrange(600)) for _ in range(chance.randrange(60_000))]
del clutter[:: chance.randrange(2, 5)]                       # holes, so that what comes now lies anywhere
from nlp.wire import as_dict
from tests.nlp.reader import index, reading
lines = [line for name in ("messages", "advances") for line in
         Path(f"tests/reading/{name}-dev.jsonl").read_text("utf-8").splitlines()]
texts = [json.loads(line)["text"] for line in lines][::2]
names, found = index(), {}
for n in chance.sample(range(len(texts)), len(texts)):
    found[n] = json.dumps(as_dict(reading(texts[n], names), str(n)), ensure_ascii=False)
print("\\n".join(found[n] for n in range(len(texts))))
"""


def test_hashes_addresses_and_order_change_no_reading() -> None:
    """Without an order of their own the patterns of one row were tried by where they lay in memory."""
    processes = [_reader(seed) for seed in (1, 2, 3)]
    readings = [process.communicate(timeout=240)[0].splitlines() for process in processes]
    assert all(process.returncode == 0 for process in processes)
    first, *others = readings
    assert len(first) > 300
    for other in others:
        assert [pair for pair in zip(first, other, strict=True) if pair[0] != pair[1]] == []


def _reader(seed: int) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": str(seed * 7919),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.Popen(
        [sys.executable, "-c", READS, str(seed)], cwd=ROOT, env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE,
    )  # fmt: skip
