"""The long run; see the package."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.driver.data.folders import build
from tests.driver.lines.line import Line
from tests.driver.lines.maker import Maker
from tests.driver.lines.run import run
from tests.driver.lines.servers import servers
from tests.driver.lines.verdict import faults_of
from tests.driver.play import Fault
from tests.driver.shrink import shrink


class Search:
    """Looks for faults, and prints the shortest line that shows each kind of one."""

    def __init__(self, template: Path, hosts: Mapping[str, str]) -> None:
        self.found: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self.longest = 0.0
        self._template, self._hosts = template, hosts

    def look(self, line: Line) -> None:
        """See how a line ends."""
        done = run(line, self._template, self._hosts)
        self.codes[done.code] += 1
        self.longest = max(self.longest, done.seconds)
        for fault in faults_of(done):
            self.found[fault.what] += 1
            if self.found[fault.what] == 1:
                self._tell(line, fault)

    def _tell(self, line: Line, fault: Fault) -> None:
        def shows(parts: list[tuple[str, str]]) -> bool:
            done = run(Line.of(parts), self._template, self._hosts)
            return any(one.what == fault.what for one in faults_of(done))

        print(f"  FAULT: {fault.what}\n{line}")
        for shown in fault.shown.splitlines():
            print(f"    | {shown[:1000]}")
        shortest = Line.of(shrink(line.parts, shows))
        print(f"  the shortest line:\n{str(shortest)[:2000]}", flush=True)


def main() -> int:
    """The exit code: 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.driver.lines")
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--play", type=Path, help="a file of lines")
    given = parser.parse_args()
    if given.play:
        texts = given.play.read_text().splitlines()
        lines = [Line.read(text) for text in texts if text.strip()]
    else:
        lines = Maker(given.seed).lines(given.lines)
    with tempfile.TemporaryDirectory() as folder, servers() as hosts:
        template = Path(folder) / "home"
        build(template)
        search = Search(template, hosts)
        for number, line in enumerate(lines, 1):
            search.look(line)
            if not number % 100:
                print(f"{number} lines", flush=True)
    print(f"seed {given.seed}: {len(lines)} lines, longest {search.longest:.1f} s")
    print(f"  exit codes: {dict(sorted(search.codes.items()))}")
    for kind, count in search.found.most_common():
        print(f"  {count} times {kind}")
    return bool(search.found)


if __name__ == "__main__":
    sys.exit(main())
