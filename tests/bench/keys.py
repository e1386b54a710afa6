"""What a key costs while the completion menu is open, against a bare text area.

    python -m tests.bench.keys [--quick]

Types a line of 200 characters, a key at a time, into both programs in
pseudo-terminals of one size: as the name of a model that a hundred models begin
with, so that the menu is full and each key asks anew what fits; and as free text
with the menu's one line of usage. What they use while nobody types is taken off.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.compiled import compiled_environment
from tests.bench.program import Program, started
from tests.bench.report import Row, run
from tests.bench.start import KEY
from tests.support.server import ServerThread

LENGTH = 200
BETWEEN = 0.025
"""Seconds between two keys: each is painted before the next."""
IDLE = 2.0
"""Seconds in which nobody types."""
_LINE = ("lighthouse" * (LENGTH // 10))[:LENGTH]
_LONG = [f"{_LINE}{number}" for number in range(100)]


def per_key(program: Program, line: str) -> float:
    """Seconds of CPU that each key of a line costs."""
    start = program.cpu
    program.rest(IDLE)
    idle = (program.cpu - start) / IDLE
    before, began = program.cpu, time.monotonic()
    for key in line:
        program.type(key)
        program.rest(BETWEEN)
    program.rest(0.2)
    spent = program.cpu - before
    return (spent - idle * (time.monotonic() - began)) / len(line)


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Ratios of means; the programs take turns."""
    turns = 1 if quick else 3
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = compiled_environment(home / "pyc")
        with ServerThread(models=["smollm2", *_LONG]) as server:
            bare, own = [], {"/model ": 0.0, "/system ": 0.0}
            for turn in range(turns):
                with Program("-m", "tests.bench.bare", home=home, env=env) as program:
                    program.type(KEY)
                    program.until(KEY)
                    program.rest(IDLE)
                    bare.append(per_key(program, _LINE))
                for name in own:
                    place = home / f"{turn}{name.strip(' /')}"
                    with started(server.url, place, env) as program:
                        program.type(name)
                        program.quiet(0.5)
                        own[name] += per_key(program, _LINE) / turns
    floor = sum(bare) / turns
    for name, spent in own.items():
        yield Row(
            f"CPU of a key in {name.strip()} of 200 characters, a bare app = 1",
            spent / floor,
            2,
            note=f"{spent * 1e3:.1f} ms, {floor * 1e3:.1f} ms bare",
        )


if __name__ == "__main__":
    run(rows)
