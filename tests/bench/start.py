"""From exec until a typed key shows, against a bare Textual app.

    python -m tests.bench.start [--runs 15]

Alternates the two programs in pseudo-terminals of one size, types a key at
once, and waits until it is on the screen. Byte-code is compiled first, whatever
``PYTHONDONTWRITEBYTECODE`` says. Prints medians and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.compiled import compiled_environment
from tests.bench.report import Row
from tests.support.server import ServerThread
from tests.support.terminal import Terminal

KEY = "ξ"
"""A letter that nothing else on the screen shows."""


def until_typed(arguments: list[str], home: Path, env: dict[str, str]) -> float:
    """Seconds from exec until the key is on the screen."""
    began = time.perf_counter()
    with Terminal(*arguments, home=home, env=env, columns=120, rows=40) as terminal:
        terminal.type(KEY)
        mark = KEY.encode()
        terminal.wait(lambda: mark in terminal.raw)
        return time.perf_counter() - began


def times(runs: int) -> dict[str, list[float]]:
    """Seconds of each run of each program, the bare one first."""
    with tempfile.TemporaryDirectory() as folder, ServerThread() as server:
        home = Path(folder)
        env = compiled_environment(home / "pyc")
        programs = {
            "bare Textual app": ["-m", "tests.bench.bare"],
            "llmtui": ["-m", "llmtui", "--host", server.url],
        }
        found: dict[str, list[float]] = {name: [] for name in programs}
        for turn in range(runs + 1):
            for name, arguments in programs.items():
                seconds = until_typed(arguments, home, env)
                if turn:  # the first one warms the byte-code and the disk
                    found[name].append(seconds)
        return found


def row(runs: int) -> Row:
    """The median as a multiple of the bare app's."""
    bare, own = times(runs).values()
    floor, median = statistics.median(bare), statistics.median(own)
    return Row(
        "exec until a typed key shows, a bare app = 1",
        median / floor,
        1.5,
        note=f"{median * 1e3:.0f} ms, {floor * 1e3:.0f} ms bare; 1.35 is wanted",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    report(times(parser.parse_args().runs))


def report(times: dict[str, list[float]]) -> None:
    """Print the medians, and each as a multiple of the first."""
    floor = statistics.median(next(iter(times.values())))
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(
            f"{name:<20} median {median * 1000:5.0f} ms   "
            f"min {min(seconds) * 1000:5.0f}   max {max(seconds) * 1000:5.0f}   "
            f"ratio {median / floor:.2f}"
        )


if __name__ == "__main__":
    main()
