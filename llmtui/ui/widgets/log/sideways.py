"""Moving what is too wide to the left and back, each block by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.window import Window

STEP = 8
"""Cells for one press of a key or one turn of the wheel."""


class _Row(NamedTuple):
    """A row in sight."""

    spot: Spot
    reach: int
    y: int


class Sideways:
    """Moves blocks of a window; each entry keeps how far its own are moved.

    A block that was wrapped is not while it is moved; moved back beyond its
    beginning it is again.
    """

    def __init__(self, window: Window) -> None:
        self._window = window

    def by_keys(self, steps: int, entry: int | None = None) -> bool:
        """Move the first block in sight that is too wide, one of ``entry`` if it can
        be; says whether there was one."""
        found = list(self._movable())
        own = [row for row in found if row.spot.entry == entry]
        for row in (own or found)[:1]:
            self._move(row.spot, steps * STEP)
        return bool(found)

    def by_wheel(self, steps: int, y: int) -> bool:
        """Move the block in row ``y`` of the window, if it is too wide."""
        for row in self._movable():
            if row.y == y:
                self._move(row.spot, steps * STEP)
                return True
        return False

    def _movable(self) -> Iterator[_Row]:
        """The rows in sight whose blocks are too wide, or moved already."""
        layout, window = self._window.layout, self._window
        for y in range(window.height):
            found = layout.line_at(window.y + y)
            if found is not None:
                spot, line = found
                wholes = layout.entries[spot.entry].wholes
                if line.reach or (wholes and wholes.shift(spot.part)):
                    yield _Row(spot, line.reach, y)

    def _move(self, spot: Spot, cells: int) -> None:
        layout, window = self._window.layout, self._window
        wholes = layout.entries[spot.entry].wholes
        assert wholes is not None
        pieces = wholes.pieces(spot.part)
        before = wholes.shift(spot.part)
        now = before or 0
        rows = [row for row in self._movable() if row.spot.entry == spot.entry]
        most = max(row.reach for row in rows if row.spot.part in pieces)
        after: int | None = max(0, min(now + cells, max(most, now)))
        if cells < 0 and not now:
            after = None
        if after == before:
            return
        top, line = window.top, 0
        at_top = top.entry == spot.entry and top.part in pieces
        if at_top:
            line = self._source_line(top)
        wholes.move(spot.part, after)
        layout.redraw_parts(spot.entry, pieces)
        if at_top:
            window.top = self._with_source_line(top, line)

    def _source_line(self, spot: Spot) -> int:
        """Which line of the source a row of a block shows."""
        lines = self._window.layout.lines(spot.entry, spot.part)
        return sum(line.join is None for line in lines[1 : spot.line + 1])

    def _with_source_line(self, spot: Spot, wanted: int) -> Spot:
        """The row that shows it now."""
        lines = self._window.layout.lines(spot.entry, spot.part)
        for number, line in enumerate(lines[1:], 1):
            if wanted == 0:
                return spot._replace(line=number - 1)
            wanted -= line.join is None
        return spot._replace(line=max(0, len(lines) - 1))
