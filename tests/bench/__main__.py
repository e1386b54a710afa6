"""What the program costs, beside what was wanted: one table.

    python -m tests.bench [--quick]

Takes about ten minutes, with ``--quick`` three. Ratios, against floors that run
in turns with the program: a bare Textual app, a raw httpx loop that prints, an
empty session, a short reply. Run it on a machine with nothing else to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import archive, keys, log, sessions, start, stream
from tests.bench.report import Row, run


def rows(*, quick: bool = False) -> Iterator[Row]:
    """All numbers there are."""
    yield start.row(5 if quick else 15)
    yield from keys.rows(quick=quick)
    yield from sessions.rows(quick=quick)
    yield from stream.rows(quick=quick)
    yield from log.rows(quick=quick)
    yield from archive.rows(quick=quick)


if __name__ == "__main__":
    run(rows)
