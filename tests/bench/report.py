"""What was measured, beside what was wanted."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """One number."""

    what: str
    measured: float
    target: float
    """It should not be more than this."""
    unit: str = "x"
    """``x`` for a ratio, ``%`` for a part, else ``ms`` or ``s``."""
    note: str = ""
    """What it was made of."""

    def __str__(self) -> str:
        word = "ok" if self.measured <= self.target else "over"
        digits = 2 if self.unit in "x%" else 0
        measured = f"{self.measured:.{digits}f} {self.unit}"
        target = f"{self.target:g} {self.unit}"
        return f"{self.what:<56}{measured:>10}{target:>10}  {word:<5}{self.note}"


HEAD = f"{'':<56}{'measured':>10}{'at most':>10}"


def table(rows: list[Row]) -> str:
    """All numbers, a line each."""
    return "\n".join([HEAD, *map(str, rows)])


def run(measure: Callable[..., Iterator[Row]]) -> None:
    """Measure by the command line, and print the table as it grows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    found = []
    for row in measure(quick=parser.parse_args().quick):
        found.append(row)
        print(row, flush=True)
    print("\n" + table(found))
