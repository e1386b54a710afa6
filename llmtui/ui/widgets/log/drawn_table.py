"""A table as it is drawn: rows are copied whole, words within one as they are."""

from __future__ import annotations

from llmtui.markdown.alignment import align
from llmtui.ui.widgets.log.drawn import DrawnBlock, Place
from llmtui.ui.widgets.log.render.line import Line

_BARS = str.maketrans("│┃|", "|||")


class DrawnTable(DrawnBlock):
    """The rows of a table, or of a piece of one."""

    def starts(self, place: Place) -> int:
        row = self._row(place)
        return self.block.start if row is None or not row else self._span(row)[0]

    def ends(self, place: Place) -> int:
        row = self._row(place)
        return self.block.start if row is None else self._span(row)[1]

    def within(self, start: Place, end: Place) -> tuple[int, int]:
        a, b = self._row(start), self._row(end)
        if b is None:
            return self.block.start, self.block.start
        if start.row == end.row and (found := self._words(start, end)):
            return found
        at, to = self._span(a or 0)[0], self._span(b)[1]
        return (at if a else self.block.start), to

    def is_start(self, place: Place) -> bool:
        line = self._line(place)
        return line is None or (
            line.source == 0 and place.row == self._first and 0 <= place.x <= line.left
        )

    def is_end(self, place: Place) -> bool:
        if place.row < len(self._lines) - 1:
            return False
        line = self._line(place)
        return line is None or not 0 <= place.x < line.left + len(line.text)

    def _line(self, place: Place) -> Line | None:
        """The row at a place, None for the blank one above the table."""
        line = self._lines[min(place.row, len(self._lines) - 1)]
        return None if line.source is None else line

    @property
    def _first(self) -> int:
        return next(n for n, line in enumerate(self._lines) if line.source is not None)

    def _row(self, place: Place) -> int | None:
        line = self._line(place)
        return None if line is None else line.source

    def _span(self, row: int) -> tuple[int, int]:
        """Where a row of the table is in the source."""
        rows = self._text.split("\n")
        at = sum(len(each) + 1 for each in rows[:row])
        return self._in_source(at), self._in_source(at + len(rows[row]))

    def _words(self, start: Place, end: Place) -> tuple[int, int] | None:
        """The place of a part of one row, None if it is all of it."""
        line = self._lines[start.row]
        text, row = line.text, line.source
        first = max(0, start.x - line.left)
        last = len(text) if end.x < 0 else min(len(text), end.x - line.left)
        if (
            row is None
            or not text[first:last].strip(" │|")
            or last - first >= len(text)
        ):
            return None
        at, to = self._span(row)
        source = self._source[at:to]
        words = text[first:last].strip()
        if words in source and "|" not in words:
            return at + source.index(words), at + source.index(words) + len(words)
        places = align(text.translate(_BARS), source)
        if places is None:
            return None
        inner = [p for p in places[first:last] if p.start < p.end]
        return (at + inner[0].start, at + inner[-1].end) if inner else None
