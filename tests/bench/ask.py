"""``llmtui ask`` against a raw async httpx script: CPU, as ratios.

    python -m tests.bench.ask [--runs 11]

Alternates the two against one loopback server in another process: to the first
printed byte (where the child is killed), and for 20,000 tokens at full speed.
Byte-code is compiled first, whatever ``PYTHONDONTWRITEBYTECODE`` says. Prints
medians and their ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.compiled import compiled_environment
from tests.support.program import COMMAND

TOKENS = 20_000


def cpu(command: list[str], env: dict[str, str], first_byte: bool) -> float:
    """Seconds of CPU that a child needs: to its first byte, or to its end."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=env
    )
    assert child.stdout is not None
    handle = child.stdout.fileno()
    read = len(os.read(handle, 65_536))
    if first_byte:
        child.kill()
    while piece := os.read(handle, 65_536):
        read += len(piece)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    if not read or (child.returncode and not first_byte):
        raise SystemExit(f"{command} failed with {child.returncode}")
    return used.ru_utime + used.ru_stime


@contextmanager
def server(script: Mapping[str, object]) -> Iterator[str]:
    """A fake Ollama in another process; its URL."""
    command = [sys.executable, "-m", "tests.support.server"]
    with subprocess.Popen(
        [*command, "--script", json.dumps(script)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def compare(name: str, url: str, runs: int, env: dict[str, str]) -> float:
    """Print and return the ratio of the medians."""
    raw = [sys.executable, "-m", "tests.bench.raw_ask", url]
    ours = [*COMMAND, "ask", "-m", "smollm2", "--host", url, "hi"]
    first = name == "first byte"
    times: dict[str, list[float]] = {"raw": [], "llmtui": []}
    for run in range(runs + 1):
        for key, command in (("raw", raw), ("llmtui", ours)):
            used = cpu(command, env, first)
            if run:  # the first run compiles
                times[key].append(used)
    medians = {key: statistics.median(found) for key, found in times.items()}
    ratio = medians["llmtui"] / medians["raw"]
    print(
        f"{name:<14} raw {medians['raw'] * 1000:6.0f} ms   "
        f"llmtui {medians['llmtui'] * 1000:6.0f} ms   ratio {ratio:.2f}"
    )
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ask")
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        cache = compiled_environment(Path(folder) / "cache")
        env = {**os.environ, "HOME": folder, **cache}
        stall = {"default": {"text": "Hello there", "at": 1}}
        with server(stall) as url:
            compare("first byte", url, runs, env)
        with server({"default": {"tokens": TOKENS}}) as url:
            compare(f"{TOKENS:,} tokens", url, runs, env)


if __name__ == "__main__":
    main()
