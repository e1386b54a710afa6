"""The long run; see the package."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.driver.data.edits import Edit, Maker
from tests.driver.data.folders import build
from tests.driver.data.run import run, warm
from tests.driver.data.terminal import start
from tests.driver.play import Fault
from tests.driver.shrink import shrink

NOBODY = "nobody"
"""Says in a file of edits that those above are for a user without rights."""


def cases(text: str) -> Iterator[tuple[list[Edit], bool]]:
    """The edits in a file, those that belong together; an empty line ends them."""
    edits: list[Edit] = []
    for line in [*text.splitlines(), ""]:
        if line.strip() not in ("", NOBODY):
            edits.append(Edit.read(line))
        elif edits:
            yield edits, line.strip() == NOBODY
            edits = []


def tell(fault: Fault) -> None:
    """Print it."""
    print(f"  FAULT: {fault.what}")
    for line in fault.shown.splitlines():
        print(f"    | {line[:2000]}")


class Search:
    """Looks for faults, and prints the shortest edits that show each kind of one."""

    def __init__(self, template: Path) -> None:
        self.found: Counter[str] = Counter()
        self.longest = 0.0
        self._template = template

    def look(self, edits: list[Edit], humble: bool) -> None:
        """See how edits are borne."""

        def faults_of(some: list[Edit]) -> list[Fault]:
            outcome = run(self._template, some, humble=humble)
            self.longest = max(self.longest, outcome.seconds)
            return outcome.faults

        self._look(edits, faults_of, NOBODY if humble else "")

    def start(self, edits: list[Edit]) -> None:
        """The same for the whole program in a terminal."""
        self._look(edits, lambda some: start(self._template, some), "")

    def _look(
        self, edits: list[Edit], faults_of: Callable[[list[Edit]], list[Fault]], by: str
    ) -> None:
        faults = {fault.what: fault for fault in faults_of(edits)}
        new = faults.keys() - self.found.keys()
        self.found.update(faults.keys())
        for kind in sorted(new):

            def shows(fewer: list[Edit], kind: str = kind) -> bool:
                return any(fault.what == kind for fault in faults_of(fewer))

            tell(faults[kind])
            print("  the shortest edits:")
            for edit in shrink(edits, shows):
                print(f"{edit}")
            print(by, flush=True)


def main() -> int:
    """The exit code: 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.driver.data")
    parser.add_argument("--files", type=int, default=10_000, help="how many edits")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--terminal", type=int, default=20, help="whole programs")
    parser.add_argument("--play", type=Path, help="a file of edits")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder)
        warm(template / "warm")
        template /= "home"
        build(template)
        search = Search(template)
        if given.play:
            for edits, humble in cases(given.play.read_text()):
                search.look(edits, humble)
            return bool(search.found)
        maker, chance = Maker(given.seed, template), random.Random(given.seed)
        done = 0
        while done < given.files:
            edits = maker.edits(chance.choice((1, 1, 2, 4, 8, 16)))
            humble = os.geteuid() == 0 and chance.random() < 0.3
            search.look(edits, humble)
            if done // 500 < (done + len(edits)) // 500:
                print(f"{done} files", flush=True)
            done += len(edits)
        for _ in range(given.terminal):
            search.start(maker.edits(2))
    print(f"seed {given.seed}: {done} files edited, longest {search.longest:.1f} s")
    for kind, count in search.found.most_common():
        print(f"  {count} times {kind}")
    return bool(search.found)


if __name__ == "__main__":
    sys.exit(main())
