"""The long run; see the package."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.driver.events import SIZES, Event
from tests.driver.maker import Maker
from tests.driver.play import Outcome, play
from tests.driver.shrink import shrink


def played(events: Sequence[Event], size: tuple[int, int], patience: float) -> Outcome:
    """In folders that are gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        return play(events, Path(home), size, patience)


def tell(outcome: Outcome) -> None:
    """Print the faults."""
    for fault in outcome.faults:
        print(f"  FAULT: {fault.what}")
        for line in fault.shown.splitlines():
            print(f"    | {line}")


def search(seed: int, count: int, size: tuple[int, int], patience: float) -> bool:
    """One seed; whether it was borne. A fault is cut down and printed."""
    events = Maker(seed).events(count)
    outcome = played(events, size, patience)
    print(
        f"seed {seed}, {size[0]}x{size[1]}: {len(events)} events, longest wait"
        f" {outcome.longest * 1000:.0f} ms, {outcome.asked} requests,"
        f" {outcome.starts} starts{', some private' if outcome.excused else ''},"
        f" faults: {len(outcome.faults)}",
        flush=True,
    )
    if not outcome.faults:
        return True
    tell(outcome)
    wanted = outcome.faults[0].what

    def shows(fewer: list[Event]) -> bool:
        found = played(fewer, size, patience).faults
        return bool(found) and found[0].what == wanted

    print("  the shortest list:", flush=True)
    for event in shrink(events, shows):
        print(f"{event}")
    return False


def search_all(seeds: Sequence[int], given: argparse.Namespace) -> bool:
    """Several seeds at once, each in a process of its own, told when it is through."""

    def one(seed: int) -> subprocess.CompletedProcess[str]:
        line = [
            sys.executable,
            "-m",
            "tests.driver",
            "--seeds",
            "1",
            "--seed",
            str(seed),
        ]
        line += ["--events", str(given.events), "--patience", str(given.patience)]
        line += ["--size", given.size] if given.size else []
        return subprocess.run(line, capture_output=True, text=True, check=False)

    borne = True
    with ThreadPoolExecutor(given.jobs) as pool:
        for done in pool.map(one, seeds):
            print(done.stdout + done.stderr, end="", flush=True)
            borne &= done.returncode == 0
    return borne


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.driver",
        description="Without arguments: a whole run, 100,000 events in 20 seeds at"
        " four sizes. With --jobs 4 that is about an hour on two cores.",
    )
    parser.add_argument("--events", type=int, default=5000, help="of each seed")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--jobs", type=int, default=1, help="seeds at a time")
    parser.add_argument("--size", help="COLUMNSxROWS; by default four in turns")
    parser.add_argument("--patience", type=float, default=10, help="seconds")
    parser.add_argument("--play", type=Path, help="a file of events")
    return parser.parse_args()


def main() -> int:
    """The exit code: 1 if anything was found."""
    given = arguments()
    sizes = list(SIZES[1:])
    if given.size:
        columns, _, rows = given.size.partition("x")
        sizes = [(int(columns), int(rows))]
    if given.play:
        lines = given.play.read_text().splitlines()
        events = [Event.read(line) for line in lines if line.strip()]
        outcome = played(events, sizes[0], given.patience)
        tell(outcome)
        return bool(outcome.faults)
    seeds = range(given.seed, given.seed + given.seeds)
    if given.jobs > 1 and len(seeds) > 1:
        return not search_all(seeds, given)
    borne = [
        search(seed, given.events, sizes[seed % len(sizes)], given.patience)
        for seed in seeds
    ]
    return not all(borne)


if __name__ == "__main__":
    sys.exit(main())
