"""Durable intake against bare aiohttp handlers: rate and CPU per message, measured in turns in one run.

``python benchmarks/intake.py [--full]``. The figures that count are the ratios; absolute ones stand beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.sandbox.wecom_callbacks import sealed, text_message
from benchmarks._client import closed_loop, percentile, request_bytes
from benchmarks._servers import CONSOLE, PATH

KINDS = ("genjin", "stores", "forgets")
SENDERS = 1000
WORDS = "王总说预算已批，等我们下周三签合同，我周五前把报价单发过去"


@dataclass
class Run:
    rate: float
    """Messages a second."""
    cpu: float
    """Seconds of the server's CPU a message."""
    p99: float


@contextmanager
def server(kind: str) -> Iterator[str]:
    """The base URL of a server of that kind, on a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        words = [sys.executable, str(Path(__file__).parent / "_servers.py"), kind, folder]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdin is not None
            yield f"http://127.0.0.1:{json.loads(process.stdout.readline())}"
            process.stdin.close()
            process.wait(20)


def letters(url: str, count: int, first: int) -> list[bytes]:
    """Signed and encrypted callbacks, each with an id of its own."""
    now = datetime.now().astimezone()
    plain = (text_message(CONSOLE, f"rep.{n % SENDERS}", WORDS, first + n, now) for n in range(count))
    return [request_bytes(url + PATH, *sealed(CONSOLE, one, now)) for one in plain]


def measured(base: str, count: int, width: int, first: int) -> Run:
    requests = letters(base, count, first)
    before = json.load(urlopen(f"{base}/cpu"))
    seconds, took = asyncio.run(closed_loop(base, requests, width))
    after = json.load(urlopen(f"{base}/cpu"))
    return Run(count / seconds, (after - before) / count, percentile(took, 0.99))


def rounds(count: int, times: int, width: int) -> dict[str, list[Run]]:
    """Each kind in turn, so often, after a warm-up that does not count."""
    found: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    with server("genjin") as genjin, server("stores") as stores, server("forgets") as forgets:
        bases = dict(zip(KINDS, (genjin, stores, forgets), strict=True))
        for n in range(times + 1):
            for kind, base in bases.items():
                run = measured(base, count, width, 7_300_000_000_000_000_000 + n * count)
                if n:
                    found[kind].append(run)
    return found


def ratio(found: dict[str, list[Run]], what: str, against: str) -> float:
    """The median over the rounds of Genjin's figure by the other's of the same round."""
    pairs = zip(found["genjin"], found[against], strict=True)
    return statistics.median(getattr(ours, what) / getattr(theirs, what) for ours, theirs in pairs)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="longer rounds, and more of them")
    words.add_argument("--width", type=int, default=64, help="requests at once")
    given = words.parse_args()
    found = rounds(6000 if given.full else 1500, 7 if given.full else 3, given.width)
    for kind, runs in found.items():
        rate, cpu, p99 = (statistics.median(getattr(run, what) for run in runs) for what in ("rate", "cpu", "p99"))
        print(f"{kind:8} {rate:7.0f} messages/s   {cpu * 1e6:6.0f} µs CPU a message   p99 {p99 * 1e3:6.1f} ms")
    rate, cpu = ratio(found, "rate", "stores"), ratio(found, "cpu", "forgets")
    print(f"rate against a bare handler that stores:        {rate:.2f}   (must >= 0.35, goal >= 0.7)")
    print(f"CPU against a bare handler that stores nothing: {cpu:.2f} x (must <= 4, goal <= 2)")
    return 0 if rate >= 0.35 and cpu <= 4 else 1


if __name__ == "__main__":
    sys.exit(main())
