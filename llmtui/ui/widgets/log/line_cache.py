"""Lines that have been drawn, the latest of them."""

from __future__ import annotations

from collections import OrderedDict

from llmtui.ui.widgets.log.render.line import Line

ROWS = 1_200
"""Rows kept: some screens full. Each is some objects for the garbage collector to
walk, so that keeping all would make long replies cost more."""


class LineCache:
    """The lines of parts, by entry and part; those not asked for longest go first."""

    __slots__ = ("_lines", "_rows")

    def __init__(self) -> None:
        self._lines: OrderedDict[tuple[int, int], list[Line]] = OrderedDict()
        self._rows = 0

    def get(self, entry: int, part: int) -> list[Line] | None:
        key = (entry, part)
        found = self._lines.get(key)
        if found is not None:
            self._lines.move_to_end(key)
        return found

    def put(self, entry: int, part: int, lines: list[Line]) -> None:
        self.drop(entry, part)
        self._lines[entry, part] = lines
        self._rows += len(lines) + 1
        while self._rows > ROWS and len(self._lines) > 1:
            _, old = self._lines.popitem(last=False)
            self._rows -= len(old) + 1

    def drop(self, entry: int, part: int) -> None:
        """Forget the lines of a part, if they are here."""
        old = self._lines.pop((entry, part), None)
        if old is not None:
            self._rows -= len(old) + 1

    def places(self) -> list[tuple[int, int]]:
        """Of which parts the lines are here: entry and part."""
        return list(self._lines)

    def drop_entry(self, entry: int) -> None:
        for key in [key for key in self._lines if key[0] == entry]:
            self.drop(*key)

    def clear(self) -> None:
        self._lines.clear()
        self._rows = 0
