"""The child that draws one diagram: its source in, lines of boxes out, limits first.

Its arguments are how many cells a line should have, and how many it may have. It is
run as a script by ``diagrams``, and imports nothing of ours.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

_MEMORY = 500_000_000
"""Bytes that the child may have."""
_SECONDS = 2
"""Of the processor's time: what takes more is no diagram for a terminal."""
_SPACING: tuple[dict[str, Any], ...] = (
    {"gap": 4, "padding_x": 2, "padding_y": 0},
    {"gap": 3, "padding_x": 1, "padding_y": 0},
    {"gap": 2, "padding_x": 0, "padding_y": 0},
    {"gap": 2, "padding_x": 0, "padding_y": 0, "max_label_width": 12},
    {"gap": 2, "padding_x": 0, "padding_y": 0, "max_label_width": 8},
)
"""From roomy to tight: the first that fits is taken, else the narrowest."""


def main() -> int:
    """Read, draw, and return the exit code."""
    _limit()
    from termaid import render
    from termaid.utils import display_width

    width, most = map(int, sys.argv[1:3])
    source = sys.stdin.buffer.read().decode("utf-8", "replace")
    found = ""
    for spacing in _SPACING:
        drawing = render(source, **spacing)
        cells = max(map(display_width, drawing.split("\n")))
        if cells <= most:
            found, most = drawing, cells - 1
        if cells <= width:
            break
    sys.stdout.buffer.write(found.encode("utf-8", "replace"))
    return 0 if found else 1


def _limit() -> None:
    """Where the system can: Windows has no such limits, and the parent's clock."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    sys.exit(main())
